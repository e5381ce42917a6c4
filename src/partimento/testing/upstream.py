"""A chat-completions server on loopback that does as it is told, faults included. Knows the protocol's shape and how
servers fail; leaves what is made of it to whoever calls.

    with Upstream(said("Dm7 G7 Cmaj7"), rate_limited(retry_after="1")) as upstream:
        ...  # point an engine, or any OpenAI client, at upstream.base_url
    assert upstream.requests[0].body["model"] == "gpt-4o-mini"
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Self

import msgspec
from msgspec import Struct

USED = {
    "prompt_tokens": 11,
    "completion_tokens": 7,
    "total_tokens": 18,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 2},
}


class Answer(Struct, frozen=True, kw_only=True):
    """What one request gets. Streamed as chunks where the request says so, else in one piece.

    `status` other than 200, or a `raw` body, is sent as it stands. After `cut_after` chunks the connection is closed,
    after `stalls_after` nothing more is said until the client leaves; `gap_s` passes before each chunk; `hangs` means
    that not even a head is sent.
    """

    pieces: tuple[str, ...] = ()
    refusal: str = ""
    finish_reason: str | None = "stop"
    usage: dict[str, Any] | None = msgspec.field(default_factory=USED.copy)
    error: dict[str, Any] | None = None
    done: bool = True
    status: int = 200
    raw: bytes | None = None
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    cut_after: int | None = None
    stalls_after: int | None = None
    gap_s: float = 0.0
    hangs: bool = False


class Seen(Struct, frozen=True):
    """A request as it came: header names in lower case, the body decoded where it is JSON."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


def said(text: str, **changed: Any) -> Answer:
    """An answer in word-sized pieces."""
    words = text.split(" ")
    return Answer(pieces=tuple(word if n == 0 else f" {word}" for n, word in enumerate(words)), **changed)


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


def garbage() -> Answer:
    """200 and an event stream whose events are no JSON."""
    return Answer(raw=b"data: \xff\xfe{not json\n\n", content_type="text/event-stream")


def web_page() -> Answer:
    """200 and HTML, as a captive portal or a wrong base URL answers."""
    return Answer(raw=b"<!doctype html><title>Welcome</title>", content_type="text/html; charset=utf-8")


def hang() -> Answer:
    """Never a byte."""
    return Answer(hangs=True)


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


class Upstream:
    """The server, in a thread of its own, so that blocking and asyncio clients can be tested alike.

    Answers are used up in order; after them every request gets `otherwise`. `requests` is what came in, `connections`
    how many are open now, `accepted` how many ever were, `left_early` how many clients left before their answer ended.
    """

    def __init__(self, *answers: Answer, otherwise: Answer | None = None, models: Iterable[str] = ("little",)) -> None:
        self.requests: list[Seen] = []
        self.connections = self.accepted = self.left_early = 0
        self.base_url = ""
        self._answers = deque(answers)
        self._otherwise = otherwise or said("as you say")
        self._models = tuple(models)
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="upstream", daemon=True)
        self._stop: Callable[[], object] = lambda: None

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._thread.join()

    def then(self, *answers: Answer) -> None:
        """Further answers, after those that are waiting."""
        self._answers.extend(answers)

    def wait_for(self, happened: Callable[[Upstream], bool], timeout_s: float = 10.0) -> bool:
        """Block until this is true of the server, at most so long; whether it came true."""
        with self._changed:
            return self._changed.wait_for(lambda: happened(self), timeout_s)

    async def _serve(self) -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        open_now: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = loop.create_task(self._converse(reader, writer))
            open_now.add(task)
            task.add_done_callback(open_now.discard)

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        self._stop = lambda: loop.call_soon_threadsafe(stopped.set)
        self._ready.set()
        await stopped.wait()
        server.close()
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests after each other until somebody has enough."""
        self._count(connections=1, accepted=1)
        try:
            while (seen := await _request(reader)) is not None:
                with self._changed:
                    self.requests.append(seen)
                    self._changed.notify_all()
                if not await self._reply(seen, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self._count(left_early=1)
        finally:
            writer.close()
            self._count(connections=-1)

    async def _reply(self, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection may serve another request."""
        if seen.method == "GET" and seen.path.endswith("/models"):
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": "you"} for name in self._models]
            writer.write(_whole(200, msgspec.json.encode({"object": "list", "data": listed}), "application/json", ()))
            return True
        answer = self._answers.popleft() if self._answers else self._otherwise
        leaving = asyncio.ensure_future(reader.read(1))  # clients do not pipeline: what comes now is the end
        try:
            if answer.hangs:
                await leaving
                raise ConnectionResetError
            if answer.raw is not None or answer.status != 200:
                writer.write(_whole(answer.status, answer.raw or b"", answer.content_type, answer.headers))
                return True
            if not (seen.body or {}).get("stream"):
                writer.write(_whole(200, msgspec.json.encode(_completion(seen, answer)), "application/json", ()))
                return True
            return await _stream(seen, answer, writer, leaving)
        finally:
            leaving.cancel()
            await asyncio.wait({leaving})  # until it has let go of the reader
            if not leaving.cancelled():
                leaving.exception()  # a reset is how some clients leave; asyncio wants it looked at

    def _count(self, **more: int) -> None:
        with self._changed:
            for name, by in more.items():
                setattr(self, name, getattr(self, name) + by)
            self._changed.notify_all()


async def _request(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None  # the client closed an idle connection
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    text = await reader.readexactly(int(headers.get("content-length", "0")))
    try:
        body = msgspec.json.decode(text) if text else None
    except msgspec.DecodeError:
        body = text
    return Seen(method, path, headers, body)


async def _stream(seen: Seen, answer: Answer, writer: asyncio.StreamWriter, leaving: asyncio.Future[bytes]) -> bool:
    """Whether the stream was sent whole. Raises ConnectionError when the client has left."""
    head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
    writer.write(head.encode())
    for position, event in enumerate(_events(seen, answer)):
        if position == answer.cut_after:
            await writer.drain()
            return False
        if position == answer.stalls_after:
            await leaving
        if answer.gap_s:
            await asyncio.wait({leaving}, timeout=answer.gap_s)
        if leaving.done():
            raise ConnectionResetError
        writer.write(b"%x\r\n%s\r\n" % (len(event), event))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


def _events(seen: Seen, answer: Answer) -> Iterable[bytes]:
    for piece in answer.pieces:
        yield _event(_chunk(seen, {"content": piece}))
    if answer.refusal:
        yield _event(_chunk(seen, {"refusal": answer.refusal}))
    if answer.error is not None:
        yield _event({"error": answer.error})
        return
    if answer.finish_reason:
        yield _event(_chunk(seen, {}, answer.finish_reason))
    if answer.usage and (seen.body.get("stream_options") or {}).get("include_usage"):
        yield _event({**_chunk(seen, {}), "choices": [], "usage": answer.usage})
    if answer.done:
        yield b"data: [DONE]\n\n"


def _event(value: dict[str, Any]) -> bytes:
    return b"data: %s\n\n" % msgspec.json.encode(value)


def _chunk(seen: Seen, delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": seen.body["model"],
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }


def _completion(seen: Seen, answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(answer.pieces), "refusal": answer.refusal or None}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": seen.body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": answer.finish_reason}],
        **({"usage": answer.usage} if answer.usage else {}),
    }


def _whole(status: int, body: bytes, content_type: str, headers: Iterable[tuple[str, str]]) -> bytes:
    fields = [("content-type", content_type), ("content-length", str(len(body))), *headers]
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"HTTP/1.1 {status} Scripted\r\n{lines}\r\n".encode("latin-1") + body
