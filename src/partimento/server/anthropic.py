"""Messages, Anthropic's dialect: whole, as its named events, and counted. Knows how answers are spelled there."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import Conversation, ToolCall
from partimento.core.request import Options
from partimento.core.result import Delta
from partimento.core.task import Prompt
from partimento.decoding.media import arguments_of
from partimento.pipeline.route import prompt_tokens
from partimento.server.anthropic_reading import CountBody, MessagesBody, conversation_of, wishes_of
from partimento.server.asked import Turn, asked, pieces, receipt_headers, stream_headers, turn
from partimento.server.exchange import Ask, Door, Reply, Stream, as_json
from partimento.server.problems import body_of

STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
A_TOKEN = 4
"""Bytes, in English prose; what a model counts differs by model, so a count made here is an estimate."""
A_MESSAGE = 4
"""Tokens that say whose turn it is."""


class MessageMade(Struct):
    """The model's turn."""

    id: str
    model: str
    content: list[dict[str, Any]]
    stop_reason: str | None
    usage: dict[str, int]
    type: str = "message"
    role: str = "assistant"
    stop_sequence: None = None


class TokenCount(Struct):
    """An estimate, by length."""

    input_tokens: int


async def create(ask: Ask) -> Reply | Stream:
    """POST /v1/messages."""
    body = ask.read(MessagesBody)
    conversation = conversation_of(body)
    wanted = asked(ask, conversation, wishes_of(body))
    if not body.stream:
        made = await turn(ask, wanted)
        answer = made.answer
        content: list[dict[str, Any]] = [{"type": "text", "text": answer.text}] if answer.text else []
        content += [_tool_use(call, arguments_of(call.arguments)) for call in answer.tool_calls]
        message = _message(made.receipt.model, content, STOPS[answer.finish], _used(made))
        return Reply(as_json(message), headers=receipt_headers(ask, made.receipt))
    events = pieces(ask, wanted)
    first = await anext(events)
    return Stream(event_stream(first, events, tokens_in(conversation), ask.path), headers=stream_headers(ask, first))


async def count(ask: Ask) -> Reply:
    """POST /v1/messages/count_tokens."""
    return Reply(as_json(TokenCount(tokens_in(conversation_of(ask.read(CountBody))))))


def tokens_in(conversation: Conversation) -> int:
    """About how many tokens a model will find in it: what the route counts, the tools, and whose turn it is."""
    tools = len(as_json(conversation.tools)) // A_TOKEN if conversation.tools else 0
    size = prompt_tokens(Prompt("", "", conversation), Options())
    return size + tools + len(conversation.messages) * A_MESSAGE


async def event_stream(
    first: Delta | Turn, events: AsyncGenerator[Delta | Turn, None], estimate: int, where: str
) -> AsyncGenerator[bytes, None]:
    """message_start, then for each block its start, deltas and stop, then message_delta and message_stop.

    Where the count of the prompt is not known yet, the first event tells the estimate, and message_delta the count.
    """
    if isinstance(first, Turn):
        model, size = first.receipt.model, first.receipt.input_tokens
    else:
        model, size = first.model, estimate
    opening = _message(model, [], None, {"input_tokens": size, "output_tokens": 0})
    event: Delta | Turn = first
    begun = False
    async with aclosing(events):
        yield _event("message_start", message=opening)
        yield _event("ping")
        try:
            while not isinstance(event, Turn):
                if not begun:
                    yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
                    begun = True
                yield _text(event.text)
                event = await anext(events)
        except Exception as error:  # noqa: BLE001  # the head is sent: only an event can tell it now
            yield b"event: error\ndata: %s\n\n" % as_json(body_of(error, "anthropic", where))
            return
    for told in _rest(event, begun=begun):
        yield told


def _rest(made: Turn, *, begun: bool) -> Iterator[bytes]:
    """What is left to tell when all is known."""
    answer = made.answer
    if not begun and answer.text:
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        yield _text(answer.text)
        begun = True
    if begun:
        yield _event("content_block_stop", index=0)
    for index, call in enumerate(answer.tool_calls, start=int(begun)):
        written = as_json(arguments_of(call.arguments)).decode()
        yield _event("content_block_start", index=index, content_block=_tool_use(call, {}))
        yield _event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": written})
        yield _event("content_block_stop", index=index)
    delta = {"stop_reason": STOPS[answer.finish], "stop_sequence": None}
    yield _event("message_delta", delta=delta, usage=_used(made))
    yield _event("message_stop")


def _text(text: str) -> bytes:
    return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


def _event(name: str, **fields: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode({"type": name, **fields}))


def _message(model: str, content: list[dict[str, Any]], stop: str | None, used: dict[str, int]) -> MessageMade:
    return MessageMade(f"msg_{secrets.token_hex(12)}", model, content, stop, used)


def _tool_use(call: ToolCall, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments}


def _used(made: Turn) -> dict[str, int]:
    return {"input_tokens": made.receipt.input_tokens, "output_tokens": made.receipt.output_tokens}


doors = (
    Door(
        method="POST", path="/v1/messages", opened=create, summary="A message", dialect="anthropic", body=MessagesBody,
        answer=MessageMade, streams="text/event-stream",
    ),
    Door(
        method="POST", path="/v1/messages/count_tokens", opened=count, summary="An estimate of a message's tokens",
        dialect="anthropic", body=CountBody, answer=TokenCount,
    ),
)  # fmt: skip
