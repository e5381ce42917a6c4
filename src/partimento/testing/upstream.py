"""A server of OpenAI's protocols on loopback that does as it is told, faults included: chat completions, responses,
embeddings, models. Knows how servers fail; leaves connections to `loopback`, the shapes to `upstream_shapes`.

    with Upstream(said("Dm7 G7 Cmaj7"), rate_limited(retry_after="1")) as upstream:
        ...  # point an engine, or any OpenAI client, at upstream.base_url
    assert upstream.requests[0].body["model"] == "gpt-4o-mini"
"""

from __future__ import annotations

from collections.abc import Iterable
from ssl import SSLContext
from typing import Any, Self

import msgspec

from partimento.testing.loopback import Loopback, Seen, Sent, json_sent
from partimento.testing.upstream_shapes import (
    USED,
    Answer,
    Use,
    chat_events,
    completion,
    echo,
    embeddings,
    response,
    response_events,
)

__all__ = [
    "USED", "Answer", "Seen", "Upstream", "Use", "busy_within", "cut", "dropped", "error_in_stream", "error_within",
    "garbage", "hang", "huge", "mislabelled", "rate_limited", "refused", "said", "server_error", "slow", "stall",
    "used", "web_page",
]  # fmt: skip


def said(text: str, **changed: Any) -> Answer:
    """An answer in word-sized pieces."""
    words = text.split(" ")
    return Answer(pieces=tuple(word if n == 0 else f" {word}" for n, word in enumerate(words)), **changed)


def used(*calls: Use, **changed: Any) -> Answer:
    """Tool calls."""
    return Answer(uses=calls, finish_reason="tool_calls", **changed)


def refused(status: int, message: str, *headers: tuple[str, str], kind: str = "invalid_request_error") -> Answer:
    """An error status in OpenAI's form."""
    raw = msgspec.json.encode({"error": {"message": message, "type": kind, "param": None, "code": None}})
    return Answer(status=status, raw=raw, headers=headers)


def rate_limited(retry_after: str | None = None) -> Answer:
    """429, with Retry-After where given (seconds or an HTTP date)."""
    headers = () if retry_after is None else (("retry-after", retry_after),)
    return refused(429, "Rate limit reached", *headers, kind="rate_limit_error")


def server_error() -> Answer:
    """500 with a body that is not JSON."""
    return Answer(status=500, raw=b"Internal Server Error", content_type="text/plain")


def error_within(message: str, code: int | str | None = None) -> Answer:
    """200, and in it an error object, as routers before many providers answer."""
    return Answer(raw=msgspec.json.encode({"error": {"message": message, "code": code}}))


def busy_within() -> Answer:
    """200, and in it that it should have been 429."""
    return error_within("Provider returned error", 429)


def garbage() -> Answer:
    """200 and an event stream whose events are no JSON."""
    return Answer(raw=b"data: \xff\xfe{not json\n\n", content_type="text/event-stream")


def web_page() -> Answer:
    """200 and HTML, as a captive portal or a wrong base URL answers."""
    return Answer(raw=b"<!doctype html><title>Welcome</title>", content_type="text/html; charset=utf-8")


def mislabelled(answer: Answer, content_type: str) -> Answer:
    """A good answer under another content type."""
    return msgspec.structs.replace(answer, content_type=content_type)


def hang() -> Answer:
    """Never a byte."""
    return Answer(hangs=True)


def dropped() -> Answer:
    """The connection is closed without a word."""
    return Answer(drops=True)


def cut(text: str, after: int = 1) -> Answer:
    """The connection breaks after so many pieces."""
    return said(text, cut_after=after)


def stall(text: str, after: int = 1) -> Answer:
    """Falls silent after so many pieces, with the connection open."""
    return said(text, stalls_after=after)


def slow(text: str, gap_s: float) -> Answer:
    """Piece by piece, with a pause before each."""
    return said(text, gap_s=gap_s)


def error_in_stream(text: str, message: str) -> Answer:
    """Begins to answer, then sends an error object within the 200 stream."""
    return said(text, error={"message": message, "type": "server_error"})


def huge(size: int) -> Answer:
    """An answer of at least so many bytes."""
    return Answer(pieces=("x" * 65536,) * (size // 65536 + 1))


class Upstream(Loopback[Answer]):
    """The server. Answers are used up in order; after them every request gets `otherwise`.

    What it tells of itself (`requests`, `connections`, `accepted`, `left_early`) is Loopback's.
    """

    def __init__(
        self,
        *answers: Answer,
        otherwise: Answer | None = None,
        models: Iterable[str] = ("little",),
        tls: SSLContext | None = None,
    ) -> None:
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": "you"} for name in models]
        listing = json_sent({"object": "list", "data": listed})
        super().__init__(answers, otherwise or said("as you say"), _sent, lambda _: listing, tls)

    def __enter__(self) -> Self:
        super().__enter__()
        self.base_url += "/v1"
        return self


def _sent(seen: Seen, answer: Answer) -> Sent:
    """The answer in the protocol it was asked in."""
    if answer.hangs or answer.drops:
        return Sent(hangs=answer.hangs, drops=answer.drops)
    if answer.raw is not None or answer.status != 200:
        plain = answer.content_type or "application/json"
        return Sent(status=answer.status, body=answer.raw or b"", content_type=plain, headers=answer.headers)
    asked = seen.body if isinstance(seen.body, dict) else {}
    if answer.echoes:
        answer = msgspec.structs.replace(answer, pieces=(echo(asked),))
    if seen.path.endswith("/embeddings"):
        return json_sent(embeddings(asked, answer), 200, *answer.headers)
    responding = seen.path.endswith("/responses")
    timed: dict[str, Any] = {
        "headers": answer.headers,
        "cut_after": answer.cut_after,
        "stalls_after": answer.stalls_after,
        "gap_s": answer.gap_s,
    }
    if asked.get("stream"):
        events = tuple((response_events if responding else chat_events)(asked, answer))
        return Sent(events=events, content_type=answer.content_type or "text/event-stream; charset=utf-8", **timed)
    whole = msgspec.json.encode(response(asked, answer) if responding else completion(asked, answer))
    kind = answer.content_type or "application/json"
    if answer.cut_after is None and answer.stalls_after is None and not answer.gap_s:
        return Sent(body=whole, content_type=kind, headers=answer.headers)
    size = len(whole) // (len(answer.pieces) + 1) + 1
    return Sent(events=tuple(whole[n : n + size] for n in range(0, len(whole), size)), content_type=kind, **timed)
