"""The LiteLLM SDK as a client: completion, stream, structure, tools, embeddings, Anthropic's dialect, errors."""

from __future__ import annotations

import asyncio

import litellm
from pydantic import BaseModel

from clients.door import ANSWER, EMBEDDER, KEY, MODEL, PARAMETERS, QUESTION, STREAMED, TOOL, URL, V1, done, expect, step

TOOLS = [{"type": "function", "function": {"name": TOOL, "description": "Notes of a chord", "parameters": PARAMETERS}}]
ASKED = [{"role": "user", "content": QUESTION}]
WHERE = {"model": f"openai/{MODEL}", "api_base": V1, "api_key": KEY, "max_retries": 0}


class Progression(BaseModel):
    key: str
    chords: list[str]


with step("completion"):
    reply = litellm.completion(messages=ASKED, **WHERE)
    expect(ANSWER in reply.choices[0].message.content and reply.usage.total_tokens > 0, reply)

with step("stream"):
    asked = [{"role": "user", "content": STREAMED}]
    pieces = [part.choices[0].delta.content or "" for part in litellm.completion(messages=asked, stream=True, **WHERE)]
    expect(len(pieces) > 2 and ANSWER in "".join(pieces), pieces)

with step("structured"):
    reply = litellm.completion(messages=ASKED, response_format=Progression, **WHERE)
    expect(Progression.model_validate_json(reply.choices[0].message.content).chords, reply)

with step("tools"):
    reply = litellm.completion(messages=ASKED, tools=TOOLS, **WHERE)
    expect(reply.choices[0].message.tool_calls[0].function.name == TOOL, reply)

with step("embeddings"):
    found = litellm.embedding(model=f"openai/{EMBEDDER}", input=["a ii-V-I", "a turnaround"], api_base=V1, api_key=KEY)
    expect([len(one["embedding"]) for one in found.data] == [8, 8], found)

with step("Anthropic's dialect"):
    reply = litellm.completion(model=f"anthropic/{MODEL}", messages=ASKED, api_base=URL, api_key=KEY, max_retries=0)
    expect(ANSWER in reply.choices[0].message.content, reply)

with step("responses API"):
    answer = litellm.responses(input=QUESTION, **WHERE)
    expect(ANSWER in str(answer.output), answer)

with step("async"):
    reply = asyncio.run(litellm.acompletion(messages=ASKED, **WHERE))
    expect(ANSWER in reply.choices[0].message.content, reply)

with step("errors"):
    try:
        litellm.completion(messages=ASKED, **{**WHERE, "api_key": "wrong"})
        expect(False, "an answer")
    except litellm.AuthenticationError:
        pass

done()
