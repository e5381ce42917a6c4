"""LangChain: chat, stream, structured output in both its ways, tools, the responses API, embeddings."""

from __future__ import annotations

from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

from clients.door import ANSWER, EMBEDDER, KEY, MODEL, QUESTION, STREAMED, V1, done, expect, step


class Progression(BaseModel):
    """A chord progression in a key."""

    key: str
    chords: list[str]


@tool
def look_up_chord(symbol: str) -> str:
    """Notes of a chord."""
    return f"{symbol}: D F A C"


chat = ChatOpenAI(base_url=V1, api_key=KEY, model=MODEL, max_retries=0)

with step("chat"):
    message = chat.invoke(QUESTION)
    expect(ANSWER in message.content, message)
    expect(message.usage_metadata["total_tokens"] > 0, message)

with step("stream"):
    pieces = [piece.content for piece in chat.stream(STREAMED)]
    expect(len(pieces) > 2 and ANSWER in "".join(pieces), pieces)

with step("batch"):
    expect(all(ANSWER in message.content for message in chat.batch([QUESTION, "And in F?", "And in Bb?"])))

for method in ("json_schema", "function_calling", "json_mode"):
    with step(f"structured by {method}"):
        found = chat.with_structured_output(Progression, method=method).invoke(f"As JSON: {QUESTION}")
        expect(found.chords, found)

with step("tools"):
    message = chat.bind_tools([look_up_chord]).invoke(QUESTION)
    expect(message.tool_calls[0]["name"] == "look_up_chord" and message.tool_calls[0]["args"]["symbol"], message)

with step("responses API"):
    message = ChatOpenAI(base_url=V1, api_key=KEY, model=MODEL, use_responses_api=True, max_retries=0).invoke(QUESTION)
    expect(ANSWER in str(message.content), message)

with step("embeddings"):
    embedder = OpenAIEmbeddings(base_url=V1, api_key=KEY, model=EMBEDDER, check_embedding_ctx_length=False)
    expect([len(vector) for vector in embedder.embed_documents(["a ii-V-I", "a turnaround"])] == [8, 8])
    expect(len(embedder.embed_query("a cadence")) == 8)

done()
