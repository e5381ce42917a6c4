"""The OpenAI SDK: chat, streams, structure, tools, responses, embeddings, speech, models, errors."""

from __future__ import annotations

import openai
from openai import OpenAI
from pydantic import BaseModel

from clients.door import ANSWER, EMBEDDER, KEY, MODEL, PARAMETERS, QUESTION, STREAMED, TOOL, V1, done, expect, step


class Progression(BaseModel):
    key: str
    chords: list[str]


client = OpenAI(base_url=V1, api_key=KEY, max_retries=0)
ASKED = [{"role": "user", "content": QUESTION}]
TO_STREAM = [{"role": "user", "content": STREAMED}]
TOOLS = [{"type": "function", "function": {"name": TOOL, "description": "Notes of a chord", "parameters": PARAMETERS}}]

with step("models"):
    names = [model.id for model in client.models.list()]
    expect(MODEL in names, names)
    expect(client.models.retrieve(MODEL).id == MODEL)

with step("chat"):
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=ASKED, user="check")
    reply = raw.parse()
    expect(ANSWER in reply.choices[0].message.content, reply)
    expect(reply.choices[0].finish_reason == "stop", reply)
    expect(reply.usage.prompt_tokens > 0 and reply.usage.completion_tokens > 0, reply.usage)
    expect(raw.headers["x-partimento-model"] == MODEL, raw.headers)
    expect(float(raw.headers["x-partimento-cost-usd"]) > 0, raw.headers)
    expect(float(raw.headers["x-partimento-latency-ms"]) >= 0, raw.headers)

with step("a hit"):
    for cache in ("miss", "hit"):
        raw = client.chat.completions.with_raw_response.create(
            model=MODEL, messages=[{"role": "user", "content": f"{QUESTION} Say it once."}], temperature=0
        )
        expect(raw.headers["x-partimento-cache"] == cache, raw.headers)
        expect(ANSWER in raw.parse().choices[0].message.content)

with step("auto, a tier"):
    for model in ("auto", "small", "cheap"):
        reply = client.chat.completions.create(model=model, messages=ASKED)
        expect(ANSWER in reply.choices[0].message.content, reply)

with step("a task of the rules"):
    reply = client.chat.completions.create(
        model="task:progression", messages=[{"role": "user", "content": "a jazz turnaround in C"}]
    )
    expect("chords" in reply.choices[0].message.content, reply)

with step("stream with usage"):
    chunks = list(
        client.chat.completions.create(
            model=MODEL, messages=TO_STREAM, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    expect(ANSWER in text, text)
    expect(chunks[-1].usage is not None and chunks[-1].usage.total_tokens > 0 and not chunks[-1].choices, chunks[-1])
    expect(any(chunk.choices and chunk.choices[0].finish_reason == "stop" for chunk in chunks))
    expect(len(chunks) > 4, len(chunks))

with step("a remembered stream, in pieces again"):
    told = []
    for cache in ("miss", "hit"):
        raw = client.chat.completions.with_raw_response.create(
            model=MODEL, messages=[{"role": "user", "content": f"{STREAMED} Twice."}], temperature=0, stream=True
        )
        expect(raw.headers["x-partimento-cache"] == cache, raw.headers)
        pieces = [chunk.choices[0].delta.content for chunk in raw.parse() if chunk.choices]
        expect(len([piece for piece in pieces if piece]) > 1, pieces)
        told.append("".join(piece or "" for piece in pieces))
    expect(told[0] == told[1] and ANSWER in told[0], told)

with step("stream helper"), client.chat.completions.stream(model=MODEL, messages=ASKED) as stream:
    kinds = {event.type for event in stream}
    expect("content.delta" in kinds and "content.done" in kinds, kinds)
    expect(ANSWER in stream.get_final_completion().choices[0].message.content)

with step("json_schema parse"):
    parsed = client.chat.completions.parse(model=MODEL, messages=ASKED, response_format=Progression)
    expect(parsed.choices[0].message.parsed.chords, parsed)

with step("json_object"):
    reply = client.chat.completions.create(model=MODEL, messages=ASKED, response_format={"type": "json_object"})
    expect(reply.choices[0].message.content.startswith("{"), reply)

with (
    step("json_schema stream"),
    client.chat.completions.stream(model=MODEL, messages=ASKED, response_format=Progression) as stream,
):
    for _ in stream:
        pass
    expect(stream.get_final_completion().choices[0].message.parsed.key)

with step("tools and their answer"):
    reply = client.chat.completions.create(model=MODEL, messages=ASKED, tools=TOOLS)
    call = reply.choices[0].message.tool_calls[0]
    expect(call.function.name == TOOL and reply.choices[0].finish_reason == "tool_calls", reply)
    history = [
        *ASKED,
        reply.choices[0].message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": "D F A C"},
    ]
    reply = client.chat.completions.create(model=MODEL, messages=history, tools=TOOLS)
    expect(ANSWER in reply.choices[0].message.content, reply)

with step("tools in a stream"):
    chunks = list(client.chat.completions.create(model=MODEL, messages=ASKED, tools=TOOLS, stream=True))
    calls = [c for chunk in chunks if chunk.choices for c in chunk.choices[0].delta.tool_calls or ()]
    expect(calls and calls[0].function.name == TOOL and calls[0].id, chunks)
    expect("symbol" in "".join(call.function.arguments or "" for call in calls), calls)

with step("tool_choice forced"):
    for choice in ({"type": "function", "function": {"name": TOOL}}, "required"):
        reply = client.chat.completions.create(model=MODEL, messages=ASKED, tools=TOOLS, tool_choice=choice)
        call = reply.choices[0].message.tool_calls[0]
        expect(call.function.name == TOOL and "symbol" in call.function.arguments, reply)

with step("responses"):
    answer = client.responses.create(model=MODEL, input=QUESTION, instructions="You teach harmony.")
    expect(ANSWER in answer.output_text and answer.status == "completed", answer)
    expect(answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0, answer)

with step("responses stream"):
    events = list(client.responses.create(model=MODEL, input=f"{STREAMED} Again.", stream=True))
    kinds = [event.type for event in events]
    expect(kinds[0] == "response.created" and kinds[-1] == "response.completed", kinds)
    expect("response.output_text.delta" in kinds and "response.output_item.done" in kinds, kinds)
    expect(ANSWER in events[-1].response.output_text, events[-1])
    numbers = [event.sequence_number for event in events]
    expect(numbers == list(range(len(numbers))), numbers)

with step("responses parse"):
    answer = client.responses.parse(model=MODEL, input=QUESTION, text_format=Progression)
    expect(answer.output_parsed.chords, answer)

with step("responses tools"):
    tools = [{"type": "function", "name": TOOL, "parameters": PARAMETERS, "strict": True}]
    answer = client.responses.create(model=MODEL, input=QUESTION, tools=tools)
    calls = [item for item in answer.output if item.type == "function_call"]
    expect(calls and calls[0].name == TOOL and calls[0].call_id, answer)
    result = {"type": "function_call_output", "call_id": calls[0].call_id, "output": "D F A C"}
    asked = [{"role": "user", "content": QUESTION}, calls[0].model_dump(exclude_none=True), result]
    answer = client.responses.create(model=MODEL, input=asked, tools=tools)
    expect(ANSWER in answer.output_text, answer)

with step("embeddings, base64 unasked"):
    found = client.embeddings.create(model=EMBEDDER, input=["a ii-V-I", "a plagal cadence"])
    expect(len(found.data) == 2 and len(found.data[0].embedding) == 8, found)
    floats = client.embeddings.create(model=EMBEDDER, input="a ii-V-I", encoding_format="float")
    near = zip(found.data[0].embedding, floats.data[0].embedding, strict=True)
    expect(all(abs(one - other) < 1e-6 for one, other in near), floats)

with step("speech says that there is no voice yet"):
    try:
        client.audio.speech.create(model="tts-1", voice="alloy", input="Play it again.")
        expect(False, "sound")
    except openai.APIStatusError as error:
        expect(error.status_code == 501 and error.body and error.body["message"], error.body)

with step("errors"):
    for raised, other in (
        (openai.AuthenticationError, lambda: OpenAI(base_url=V1, api_key="wrong", max_retries=0)),
        (openai.NotFoundError, lambda: client),
    ):
        try:
            other().chat.completions.create(model="no-such-model", messages=ASKED)
            expect(False, "an answer")
        except raised as error:
            expect(error.body["message"] and "type" in error.body and "code" in error.body, error.body)
    try:
        client.chat.completions.create(model=MODEL, messages=[{"role": "nobody", "content": "?"}])
        expect(False, "an answer")
    except openai.BadRequestError as error:
        expect(error.body["message"], error.body)

done()
