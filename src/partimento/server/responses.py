"""OpenAI's responses dialect: whole, or as its events in their order. Knows how answers are spelled there."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

import msgspec

from partimento.core.conversation import Message, ToolCall, said
from partimento.core.errors import EngineOverloaded
from partimento.core.result import Delta, Receipt
from partimento.server.asked import Turn, asked, pieces, receipt_headers, stream_headers, turn
from partimento.server.exchange import Ask, Door, Reply, Stream, as_json
from partimento.server.kept_items import KeptItems
from partimento.server.problems import body_of
from partimento.server.responses_reading import ResponseBody, conversation_of, wishes_of
from partimento.shapes.chat import ChatAnswer

_KEPT = KeptItems()


async def create(ask: Ask) -> Reply | Stream:
    """POST /v1/responses."""
    body = ask.read(ResponseBody)
    conversation = conversation_of(body, lambda name: _KEPT.find(ask.caller.key, name))
    wanted = asked(ask, conversation, wishes_of(body))
    telling = Telling(body, f"{secrets.token_hex(16)}", time.time())
    if not body.stream:
        made = await turn(ask, wanted)
        _keep(ask, telling, made.answer)
        return Reply(as_json(telling.whole(made)), headers=receipt_headers(ask, made.receipt))
    events = pieces(ask, wanted)
    first = await anext(events)
    return Stream(_events(ask, telling, first, events), headers=stream_headers(ask, first))


async def _events(
    ask: Ask, telling: Telling, first: Delta | Turn, events: AsyncGenerator[Delta | Turn, None]
) -> AsyncGenerator[bytes, None]:
    event: Delta | Turn = first
    async with aclosing(events):
        for told in telling.opening(first.receipt.model if isinstance(first, Turn) else first.model):
            yield told
        try:
            while not isinstance(event, Turn):
                yield telling.delta(event.text)
                event = await anext(events)
        except Exception as error:  # noqa: BLE001  # the head is sent: only an event can tell it now
            for told in telling.failed(error, ask.path):
                yield told
            return
    _keep(ask, telling, event.answer)
    for told in telling.rest(event):
        yield told


def _keep(ask: Ask, telling: Telling, answer: ChatAnswer) -> None:
    """Clients that were not told otherwise name the items of a response later, instead of sending them."""
    if telling.body.store is False:
        return
    if answer.text:
        _KEPT.keep(ask.caller.key, telling.message_id, said("assistant", answer.text))
    for place, call in enumerate(answer.tool_calls):
        _KEPT.keep(ask.caller.key, telling.call_id(place), Message(role="assistant", tool_calls=(call,)))


class Telling:
    """One response as it is told, from its beginning or at its end: events are numbered, items have their places."""

    def __init__(self, body: ResponseBody, name: str, now: float) -> None:
        self.body, self._created = body, int(now)
        self._name, self.message_id = name, f"msg_{name}"
        self._number, self._begun, self._model = -1, False, body.model

    def whole(self, made: Turn) -> dict[str, Any]:
        """The response object at its end."""
        cut = made.answer.finish == "length"
        return self._response("incomplete" if cut else "completed") | {
            "completed_at": None if cut else int(time.time()),
            "incomplete_details": {"reason": "max_output_tokens"} if cut else None, "model": made.receipt.model,
            "output": list(self._items(made.answer)), "usage": _usage(made.receipt),
        }  # fmt: skip

    def opening(self, model: str) -> Iterator[bytes]:
        """That it is made, and by whom."""
        self._model = model
        for kind in ("created", "in_progress"):
            yield self._event(f"response.{kind}", response=self._response("in_progress"))

    def delta(self, text: str) -> bytes:
        """A piece of text, and before the first one its message and its part."""
        before = b"" if self._begun else b"".join(self._begin())
        return before + self._event("response.output_text.delta", **self._at, delta=text, logprobs=[])

    def rest(self, made: Turn) -> Iterator[bytes]:
        """What is left to tell when all is known."""
        if not self._begun and made.answer.text:
            yield self.delta(made.answer.text)
        elif not self._begun and not made.answer.tool_calls:
            yield from self._begin()
        for place, item in enumerate(self._items(made.answer)):
            if item["type"] == "message":
                text = item["content"][0]["text"]
                yield self._event("response.output_text.done", **self._at, text=text, logprobs=[])
                yield self._event("response.content_part.done", **self._at, part=_part(text))
            else:
                at = {"item_id": item["id"], "output_index": place}
                opening = item | {"arguments": "", "status": "in_progress"}
                arguments, name = item["arguments"], item["name"]
                yield self._event("response.output_item.added", output_index=place, item=opening)
                yield self._event("response.function_call_arguments.delta", **at, delta=arguments)
                yield self._event("response.function_call_arguments.done", **at, arguments=arguments, name=name)
            yield self._event("response.output_item.done", output_index=place, item=item)
        last = self.whole(made)
        yield self._event(f"response.{last['status']}", response=last)

    def failed(self, error: Exception, where: str) -> Iterator[bytes]:
        """That it broke off: clients look for either of these, some for the fields above, some for those within."""
        problem = body_of(error, "openai", where)["error"]
        flat = {name: problem[name] for name in ("code", "message", "param")}
        yield self._event("error", **flat, error=problem)
        code = "rate_limit_exceeded" if isinstance(error, EngineOverloaded) else "server_error"
        told = {"error": {"code": code, "message": problem["message"]}}
        yield self._event("response.failed", response=self._response("failed") | told)

    def call_id(self, place: int) -> str:
        """The id of a call's item. The call's own id will not do: some servers count from one in every answer."""
        return f"fc_{self._name}_{place}"

    def _begin(self) -> Iterator[bytes]:
        self._begun = True
        item = self._message("", "in_progress") | {"content": []}
        yield self._event("response.output_item.added", output_index=0, item=item)
        yield self._event("response.content_part.added", **self._at, part=_part(""))

    def _items(self, answer: ChatAnswer) -> Iterator[dict[str, Any]]:
        """The output: what was said, then the calls of tools."""
        if self._begun or answer.text or not answer.tool_calls:
            yield self._message(answer.text, "incomplete" if answer.finish == "length" else "completed")
        for place, call in enumerate(answer.tool_calls):
            yield _function_call(self.call_id(place), call)

    def _event(self, kind: str, **fields: Any) -> bytes:
        self._number += 1
        told = {"type": kind, "sequence_number": self._number, **fields}
        return b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode(told))

    @property
    def _at(self) -> dict[str, Any]:
        return {"item_id": self.message_id, "output_index": 0, "content_index": 0}

    def _message(self, text: str, status: str) -> dict[str, Any]:
        return {
            "id": self.message_id, "type": "message", "role": "assistant", "status": status,
            "content": [_part(text)],
        }  # fmt: skip

    def _response(self, status: str) -> dict[str, Any]:
        """The response object without its output; the request's own fields come back in it."""
        body = self.body
        return {
            "id": f"resp_{self._name}", "object": "response", "created_at": self._created, "status": status,
            "error": None, "incomplete_details": None, "instructions": body.instructions,
            "max_output_tokens": body.max_output_tokens, "model": self._model, "output": [],
            "parallel_tool_calls": body.parallel_tool_calls is not False, "previous_response_id": None,
            "reasoning": {"effort": body.reasoning.effort if body.reasoning else None, "summary": None},
            "safety_identifier": body.safety_identifier, "store": body.store is not False,
            "temperature": body.temperature, "text": {"format": _format(body)},
            "tool_choice": body.tool_choice or "auto", "tools": body.tools or [], "top_p": body.top_p,
            "truncation": "disabled", "user": body.user, "metadata": body.metadata or {}, "background": False,
            "usage": None,
        }  # fmt: skip


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _function_call(name: str, call: ToolCall) -> dict[str, Any]:
    return {
        "id": name, "type": "function_call", "status": "completed", "call_id": call.id, "name": call.name,
        "arguments": call.arguments,
    }  # fmt: skip


def _format(body: ResponseBody) -> dict[str, Any]:
    wanted = body.text.format if body.text else None
    if wanted is None or wanted.schema is None:
        return {"type": wanted.type if wanted else "text"}
    return {"type": wanted.type, "name": wanted.name, "schema": wanted.schema, "strict": True}


def _usage(receipt: Receipt) -> dict[str, Any]:
    """The receipt does not tell cached and reasoning tokens apart; clients want the fields."""
    return {
        "input_tokens": receipt.input_tokens, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": receipt.output_tokens, "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": receipt.input_tokens + receipt.output_tokens,
    }  # fmt: skip


doors = (
    Door(
        method="POST", path="/v1/responses", opened=create, summary="A response", dialect="openai", body=ResponseBody,
        answer=dict[str, Any], streams="text/event-stream",
    ),
)  # fmt: skip
