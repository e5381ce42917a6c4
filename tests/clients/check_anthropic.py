"""The Anthropic SDK: messages, stream, structure, tools, token counts, errors, both ways to show a key."""

from __future__ import annotations

import anthropic
from anthropic import Anthropic
from pydantic import BaseModel

from clients.door import ANSWER, KEY, MODEL, PARAMETERS, QUESTION, STREAMED, TOOL, URL, done, expect, step


class Progression(BaseModel):
    key: str
    chords: list[str]


client = Anthropic(base_url=URL, auth_token=KEY, max_retries=0)
ASKED = [{"role": "user", "content": QUESTION}]
TO_STREAM = [{"role": "user", "content": STREAMED}]
TOOLS = [{"name": TOOL, "description": "Notes of a chord", "input_schema": PARAMETERS}]

with step("messages"):
    message = client.messages.create(model=MODEL, max_tokens=200, system="You teach harmony.", messages=ASKED)
    expect(message.content[0].type == "text" and ANSWER in message.content[0].text, message)
    expect(message.stop_reason == "end_turn" and message.role == "assistant", message)
    expect(message.usage.input_tokens > 0 and message.usage.output_tokens > 0, message)

with step("x-api-key"):
    other = Anthropic(base_url=URL, api_key=KEY, max_retries=0)
    expect(other.messages.create(model=MODEL, max_tokens=200, messages=ASKED).content[0].text)

with step("stream"):
    with client.messages.stream(model=MODEL, max_tokens=200, messages=TO_STREAM) as stream:
        pieces = list(stream.text_stream)
        final = stream.get_final_message()
    expect(len(pieces) > 2 and ANSWER in "".join(pieces), pieces)
    expect(final.stop_reason == "end_turn" and final.usage.output_tokens > 0, final)

with step("stream, event by event"):
    events = [e.type for e in client.messages.create(model=MODEL, max_tokens=200, messages=ASKED, stream=True)]
    wanted = ["message_start", "content_block_start", "content_block_delta", "content_block_stop"]
    expect([events.index(kind) for kind in wanted] == sorted(events.index(kind) for kind in wanted), events)
    expect(events[-2:] == ["message_delta", "message_stop"], events)

with step("structured"):
    parsed = client.messages.parse(model=MODEL, max_tokens=200, messages=ASKED, output_format=Progression)
    expect(parsed.parsed_output.chords, parsed)

with step("tools and their answer"):
    message = client.messages.create(model=MODEL, max_tokens=200, messages=ASKED, tools=TOOLS)
    use = next(block for block in message.content if block.type == "tool_use")
    expect(use.name == TOOL and use.input["symbol"] and message.stop_reason == "tool_use", message)
    result = {"type": "tool_result", "tool_use_id": use.id, "content": "D F A C"}
    turn = [block.model_dump(exclude_none=True) for block in message.content]
    history = [*ASKED, {"role": "assistant", "content": turn}, {"role": "user", "content": [result]}]
    message = client.messages.create(model=MODEL, max_tokens=200, messages=history, tools=TOOLS)
    expect(ANSWER in message.content[0].text, message)

with step("tool forced"):
    for choice in ({"type": "tool", "name": TOOL}, {"type": "any"}):
        message = client.messages.create(model=MODEL, max_tokens=200, messages=ASKED, tools=TOOLS, tool_choice=choice)
        use = next(block for block in message.content if block.type == "tool_use")
        expect(use.input["symbol"], message)

with step("tools in a stream"):
    with client.messages.stream(model=MODEL, max_tokens=200, messages=ASKED, tools=TOOLS) as stream:
        final = stream.get_final_message()
    use = next(block for block in final.content if block.type == "tool_use")
    expect(use.input["symbol"] and final.stop_reason == "tool_use", final)

with step("count_tokens"):
    expect(client.messages.count_tokens(model=MODEL, messages=ASKED).input_tokens > 3)

with step("errors"):
    for raised, other, model in (
        (anthropic.AuthenticationError, Anthropic(base_url=URL, auth_token="wrong", max_retries=0), MODEL),
        (anthropic.NotFoundError, client, "no-such-model"),
    ):
        try:
            other.messages.create(model=model, max_tokens=20, messages=ASKED)
            expect(False, "an answer")
        except raised as error:
            expect(error.body["type"] == "error" and error.body["error"]["message"], error.body)

done()
