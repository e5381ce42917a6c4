"""A server of the Gemini API on loopback that does as it is told, faults included. Knows the protocol's shape; leaves
connections to `loopback`, and what is made of it to whoever calls.

    with serving(said("Dm7 G7 Cmaj7"), rate_limited(retry_delay="1s")) as upstream:
        ...  # point an engine, or the vendor's own client, at upstream.base_url
    assert upstream.requests[0].path.endswith(":generateContent")
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from partimento.testing.loopback import Loopback, Seen, Sent, json_sent

USED = {
    "promptTokenCount": 11,
    "cachedContentTokenCount": 4,
    "candidatesTokenCount": 5,
    "thoughtsTokenCount": 2,
    "totalTokenCount": 18,
}
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class Use(Struct, frozen=True):
    """A function call; older models give it no id, newer ones sign it (base64)."""

    name: str
    arguments: dict[str, Any]
    id: str = ""
    signature: str = ""


class Answer(Struct, frozen=True, kw_only=True):
    """What one request gets: streamed as events where its path says so, else in one piece; or `raw`, as it stands.

    `cut_after`, `stalls_after` and `gap_s` count pieces. `error` comes within the reply of status 200. `vectors` answer
    a call for embeddings.
    """

    pieces: tuple[str, ...] = ()
    thoughts: str = ""
    uses: tuple[Use, ...] = ()
    finish_reason: str | None = "STOP"
    finish_message: str = ""
    block_reason: str = ""
    usage: dict[str, Any] | None = msgspec.field(default_factory=USED.copy)
    error: dict[str, Any] | None = None
    vectors: tuple[tuple[float, ...], ...] = ()
    cut_after: int | None = None
    stalls_after: int | None = None
    gap_s: float = 0.0
    raw: Sent | None = None


def said(text: str, **changed: Any) -> Answer:
    """An answer in word-sized pieces."""
    words = text.split(" ")
    return Answer(pieces=tuple(word if n == 0 else f" {word}" for n, word in enumerate(words)), **changed)


def called(*uses: Use, text: str = "", **changed: Any) -> Answer:
    """Function calls, after some words or none."""
    return Answer(pieces=(text,) if text else (), uses=uses, **changed)


def embedded(*vectors: tuple[float, ...], usage: dict[str, Any] | None = None) -> Answer:
    """Vectors, in order."""
    return Answer(vectors=vectors, usage=usage)


def blocked(reason: str = "PROHIBITED_CONTENT") -> Answer:
    """The question is not let through."""
    return Answer(block_reason=reason, finish_reason=None)


def refused(status: int, message: str, *details: dict[str, Any]) -> Answer:
    """An error status in the protocol's form."""
    return Answer(raw=json_sent(error_of(status, message, *details), status))


def rate_limited(retry_delay: str | None = None, quota: str = "GenerateRequestsPerMinutePerProjectPerModel") -> Answer:
    """429 as the API words it: the wait stands in the details, and a minute's quota sounds like a month's."""
    kind = "type.googleapis.com/google.rpc"
    details: list[dict[str, Any]] = [{"@type": f"{kind}.QuotaFailure", "violations": [{"quotaId": quota}]}]
    if retry_delay is not None:
        details.append({"@type": f"{kind}.RetryInfo", "retryDelay": retry_delay})
    return refused(429, "You exceeded your current quota, please check your plan and billing details.", *details)


def bad_key() -> Answer:
    """A key that is none: 400, not 401."""
    detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    return refused(400, "API key not valid. Please pass a valid API key.", detail)


def error_in_stream(status: int, message: str, text: str = "") -> Answer:
    """Begins to answer with status 200, then sends an error."""
    return Answer(pieces=(text,) if text else (), error=error_of(status, message))


def sent(raw: Sent) -> Answer:
    """What is no answer of the protocol."""
    return Answer(raw=raw)


def serving(*answers: Answer, otherwise: Answer | None = None) -> Loopback[Answer]:
    """The server; enter it to start it. Beyond its answers every question gets `otherwise`."""
    return Loopback(answers, otherwise or said("as you say"), _speak, _listing)


def error_of(status: int, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    """An error object."""
    error = {"code": status, "message": message, "status": _STATUSES.get(status, "UNKNOWN")}
    return {"error": error | ({"details": list(details)} if details else {})}


def _listing(seen: Seen) -> Sent:
    return json_sent({"models": [{"name": "models/gemini-flash", "supportedGenerationMethods": ["generateContent"]}]})


def _speak(seen: Seen, answer: Answer) -> Sent:
    if answer.raw is not None:
        return answer.raw
    path, _, query = seen.path.partition("?")
    method = path.rpartition(":")[2]
    if method == "batchEmbedContents":
        return _vectors(seen, answer)
    if method == "generateContent":
        return json_sent(answer.error or _reply(answer, list(_parts(answer)), last=True))
    if method != "streamGenerateContent":
        return json_sent(error_of(404, f"there is no {seen.path}"), 404)
    replies = list(_replies(answer))
    if query != "alt=sse":
        return json_sent(replies)
    return Sent(
        events=tuple(b"data: %s\r\n\r\n" % msgspec.json.encode(reply) for reply in replies),
        content_type="text/event-stream",
        cut_after=answer.cut_after,
        stalls_after=answer.stalls_after,
        gap_s=answer.gap_s,
    )


def _vectors(seen: Seen, answer: Answer) -> Sent:
    """The vectors that were told, or made-up ones of the length that was asked for."""
    asked = seen.body["requests"]
    length = asked[0].get("outputDimensionality", 3)
    vectors = answer.vectors or [[float(number)] * length for number in range(len(asked))]
    used = {} if answer.usage is None else {"usageMetadata": answer.usage}
    return json_sent({"embeddings": [{"values": vector} for vector in vectors], **used})


def _replies(answer: Answer) -> Iterator[dict[str, Any]]:
    """The stream: a reply for each piece, the reason why it ended with the last."""
    parts = list(_parts(answer))
    if answer.error is not None:
        yield from (_reply(answer, [part], last=False) for part in parts)
        yield answer.error
        return
    for part in parts[:-1]:
        yield _reply(answer, [part], last=False)
    yield _reply(answer, parts[-1:], last=True)


def _parts(answer: Answer) -> Iterator[dict[str, Any]]:
    if answer.thoughts:
        yield {"text": answer.thoughts, "thought": True}
    for piece in answer.pieces:
        yield {"text": piece}
    for use in answer.uses:
        function = {"name": use.name, "args": use.arguments} | ({"id": use.id} if use.id else {})
        yield {"functionCall": function} | ({"thoughtSignature": use.signature} if use.signature else {})


def _reply(answer: Answer, parts: list[dict[str, Any]], *, last: bool) -> dict[str, Any]:
    reply: dict[str, Any] = {"modelVersion": "gemini-flash", "responseId": "r1"}
    if answer.block_reason:
        reply["promptFeedback"] = {"blockReason": answer.block_reason}
    else:
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
        if last and answer.finish_reason:
            candidate["finishReason"] = answer.finish_reason
            if answer.finish_message:
                candidate["finishMessage"] = answer.finish_message
        reply["candidates"] = [candidate]
    if answer.usage is not None:
        some = {name: answer.usage[name] for name in ("promptTokenCount",) if name in answer.usage}
        reply["usageMetadata"] = answer.usage if last else some
    return reply
