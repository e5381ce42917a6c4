"""A server of the Messages API on loopback that does as it is told, faults included. Knows the protocol's shape; leaves
connections to `loopback`, and what is made of it to whoever calls.

    with serving(said("Dm7 G7 Cmaj7"), rate_limited(retry_after="1")) as upstream:
        ...  # point an engine, or the vendor's own client, at upstream.base_url
    assert upstream.requests[0].body["model"] == "claude-haiku-4-5"
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from partimento.testing.loopback import Loopback, Seen, Sent, json_sent

USED = {
    "input_tokens": 7,
    "cache_read_input_tokens": 4,
    "cache_creation_input_tokens": 0,
    "output_tokens": 7,
    "output_tokens_details": {"thinking_tokens": 2},
}
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


class Use(Struct, frozen=True):
    """A tool call; streamed in two pieces of JSON."""

    name: str
    arguments: dict[str, Any]
    id: str = "toolu_01"


class Answer(Struct, frozen=True, kw_only=True):
    """What one request gets: streamed as events where it says so, else in one piece; or `raw`, as it stands.

    `cut_after`, `stalls_after` and `gap_s` count from the first piece of text on. `error` comes within the stream.
    """

    pieces: tuple[str, ...] = ()
    thoughts: str = ""
    uses: tuple[Use, ...] = ()
    stop_reason: str | None = "end_turn"
    stop_details: dict[str, Any] | None = None
    usage: dict[str, Any] | None = msgspec.field(default_factory=USED.copy)
    error: tuple[str, str] | None = None
    ends: bool = True
    cut_after: int | None = None
    stalls_after: int | None = None
    gap_s: float = 0.0
    raw: Sent | None = None


def said(text: str, **changed: Any) -> Answer:
    """An answer in word-sized pieces."""
    words = text.split(" ")
    return Answer(pieces=tuple(word if n == 0 else f" {word}" for n, word in enumerate(words)), **changed)


def called(*uses: Use, text: str = "", **changed: Any) -> Answer:
    """Tool calls, after some words or none."""
    return Answer(pieces=(text,) if text else (), uses=uses, stop_reason="tool_use", **changed)


def declined(explanation: str = "", category: str | None = None) -> Answer:
    """A refusal, in the middle of a word."""
    details = {"type": "refusal", "category": category, "explanation": explanation or None}
    return Answer(pieces=("I",), stop_reason="refusal", stop_details=details)


def refused(status: int, message: str, *headers: tuple[str, str]) -> Answer:
    """An error status in the protocol's form."""
    return Answer(raw=json_sent(_error(_KINDS.get(status, "api_error"), message), status, *headers))


def rate_limited(retry_after: str | None = None) -> Answer:
    """429, with Retry-After where given."""
    headers = () if retry_after is None else (("retry-after", retry_after),)
    return refused(429, "This request would exceed your organization's rate limit", *headers)


def overloaded() -> Answer:
    """529, as in busy hours."""
    return refused(529, "Overloaded")


def error_in_stream(kind: str, message: str, text: str = "") -> Answer:
    """Begins to answer with status 200, then sends an error."""
    return Answer(pieces=(text,) if text else (), error=(kind, message))


def sent(raw: Sent) -> Answer:
    """What is no answer of the protocol."""
    return Answer(raw=raw)


def serving(*answers: Answer, otherwise: Answer | None = None) -> Loopback[Answer]:
    """The server; enter it to start it. Beyond its answers every question gets `otherwise`."""
    return Loopback(answers, otherwise or said("as you say"), _speak, _listing)


def _listing(seen: Seen) -> Sent:
    model = {"type": "model", "id": "claude-haiku-4-5", "display_name": "Haiku", "created_at": "2025-10-01T00:00:00Z"}
    return json_sent({"data": [model], "has_more": False, "first_id": model["id"], "last_id": model["id"]})


def _speak(seen: Seen, answer: Answer) -> Sent:
    if answer.raw is not None:
        return answer.raw
    if not seen.path.partition("?")[0].endswith("/v1/messages"):
        return json_sent(_error("not_found_error", f"there is no {seen.path}"), 404)
    if not (seen.body or {}).get("stream"):
        return json_sent(_error(*answer.error) if answer.error else _message(seen, answer, _blocks(answer)))
    before = list(_beginning(seen, answer))
    return Sent(
        events=(*before, *_rest(answer)),
        content_type="text/event-stream; charset=utf-8",
        cut_after=None if answer.cut_after is None else len(before) + answer.cut_after,
        stalls_after=None if answer.stalls_after is None else len(before) + answer.stalls_after,
        gap_s=answer.gap_s,
    )


def _beginning(seen: Seen, answer: Answer) -> Iterator[bytes]:
    """All that comes before the first word."""
    started = _message(seen, answer, []) | {"stop_reason": None}
    if answer.usage is not None:
        started["usage"] = {**answer.usage, "output_tokens": 1}
    yield _event({"type": "message_start", "message": started})
    yield _event({"type": "ping"})
    if answer.thoughts:
        yield _start(0, {"type": "thinking", "thinking": "", "signature": ""})
        yield _delta(0, {"type": "thinking_delta", "thinking": answer.thoughts})
        yield _delta(0, {"type": "signature_delta", "signature": "c2ln"})
        yield _event({"type": "content_block_stop", "index": 0})
    if answer.pieces:
        yield _start(_text_index(answer), {"type": "text", "text": ""})


def _rest(answer: Answer) -> Iterator[bytes]:
    index = _text_index(answer)
    for piece in answer.pieces:
        yield _delta(index, {"type": "text_delta", "text": piece})
    if answer.error is not None:
        yield _event(_error(*answer.error))
        return
    if answer.pieces:
        yield _event({"type": "content_block_stop", "index": index})
        index += 1
    for number, use in enumerate(answer.uses, index):
        arguments = msgspec.json.encode(use.arguments).decode()
        yield _start(number, {"type": "tool_use", "id": use.id, "name": use.name, "input": {}})
        for part in ("", arguments[: len(arguments) // 2], arguments[len(arguments) // 2 :]):
            yield _delta(number, {"type": "input_json_delta", "partial_json": part})
        yield _event({"type": "content_block_stop", "index": number})
    if answer.stop_reason is not None:
        ending = {"stop_reason": answer.stop_reason, "stop_sequence": None, "stop_details": answer.stop_details}
        used = {} if answer.usage is None else {"usage": {"output_tokens": 0, **answer.usage}}
        yield _event({"type": "message_delta", "delta": ending, **used})
    if answer.ends:
        yield _event({"type": "message_stop"})


def _text_index(answer: Answer) -> int:
    return 1 if answer.thoughts else 0


def _blocks(answer: Answer) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if answer.thoughts:
        blocks.append({"type": "thinking", "thinking": answer.thoughts, "signature": "c2ln"})
    if answer.pieces:
        blocks.append({"type": "text", "text": "".join(answer.pieces)})
    return blocks + [
        {"type": "tool_use", "id": use.id, "name": use.name, "input": use.arguments} for use in answer.uses
    ]


def _message(seen: Seen, answer: Answer, content: list[dict[str, Any]]) -> dict[str, Any]:
    message = {
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": seen.body["model"],
        "content": content,
        "stop_reason": answer.stop_reason,
        "stop_sequence": None,
        "stop_details": answer.stop_details,
    }
    return message if answer.usage is None else {**message, "usage": answer.usage}


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_01"}


def _start(index: int, block: dict[str, Any]) -> bytes:
    return _event({"type": "content_block_start", "index": index, "content_block": block})


def _delta(index: int, delta: dict[str, Any]) -> bytes:
    return _event({"type": "content_block_delta", "index": index, "delta": delta})


def _event(value: dict[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (value["type"].encode(), msgspec.json.encode(value))
