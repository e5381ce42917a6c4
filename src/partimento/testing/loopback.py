"""An HTTP server on loopback that sends what it is told to, faults included. Knows connections, events and how servers
fail; leaves what is said in which protocol to the `upstream_…` modules.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Any, Generic, Self, TypeVar

import msgspec
from msgspec import Struct

Told = TypeVar("Told")


class Seen(Struct, frozen=True):
    """A request as it came: header names in lower case, the body decoded where it is JSON."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Sent(Struct, frozen=True, kw_only=True):
    """What one request gets: `events`, one after the other, or a `body` in one piece.

    After `cut_after` events the connection is closed, after `stalls_after` nothing more is said until the client
    leaves; `gap_s` passes before each event; `hangs` means that not even a head is sent, `drops` that the connection
    is closed instead.
    """

    events: tuple[bytes, ...] | None = None
    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    cut_after: int | None = None
    stalls_after: int | None = None
    gap_s: float = 0.0
    hangs: bool = False
    drops: bool = False


def json_sent(value: Any, status: int = 200, *headers: tuple[str, str]) -> Sent:
    """A value as JSON."""
    return Sent(body=msgspec.json.encode(value), status=status, headers=headers)


def server_error() -> Sent:
    """500 with a body that is not JSON."""
    return Sent(status=500, body=b"Internal Server Error", content_type="text/plain")


def garbage() -> Sent:
    """200 and an event stream whose events are no JSON."""
    return Sent(body=b"data: \xff\xfe{not json\n\n", content_type="text/event-stream")


def web_page() -> Sent:
    """200 and HTML, as a captive portal or a wrong base URL answers."""
    return Sent(body=b"<!doctype html><title>Welcome</title>", content_type="text/html; charset=utf-8")


def hang() -> Sent:
    """Never a byte."""
    return Sent(hangs=True)


class Loopback(Generic[Told]):
    """The server, in a thread of its own, so that blocking and asyncio clients can be tested alike.

    Every POST uses up one of the `answers`, and then gets `otherwise`; `speak` puts it in the protocol. Other requests
    get what `listing` says. `requests` is what came in, `connections` how many are open now, `accepted` how many ever
    were, `left_early` how many clients left before their answer ended.
    """

    def __init__(
        self,
        answers: Iterable[Told],
        otherwise: Told,
        speak: Callable[[Seen, Told], Sent],
        listing: Callable[[Seen], Sent],
        tls: SSLContext | None = None,
    ) -> None:
        self.requests: list[Seen] = []
        self.connections = self.accepted = self.left_early = 0
        self.base_url = ""
        self._answers, self._otherwise, self._speak, self._listing = deque(answers), otherwise, speak, listing
        self._tls = tls
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="loopback", daemon=True)
        self._stop: Callable[[], object] = lambda: None

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._thread.join()

    @property
    def posts(self) -> list[Seen]:
        """The requests that asked for something."""
        return [seen for seen in self.requests if seen.method == "POST"]

    def then(self, *answers: Told) -> None:
        """Further answers, after those that are waiting."""
        self._answers.extend(answers)

    def wait_for(self, happened: Callable[[Self], bool], timeout_s: float = 10.0) -> bool:
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

        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=self._tls)
        self.base_url = f"http{'s' if self._tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
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
                if not await self._reply(self._sent(seen), reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self._count(left_early=1)
        finally:
            writer.close()
            self._count(connections=-1)

    def _sent(self, seen: Seen) -> Sent:
        if seen.method != "POST":
            return self._listing(seen)
        return self._speak(seen, self._answers.popleft() if self._answers else self._otherwise)

    async def _reply(self, sent: Sent, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection may serve another request."""
        leaving = asyncio.ensure_future(reader.read(1))  # clients do not pipeline: what comes now is the end
        try:
            if sent.hangs:
                await leaving
                raise ConnectionResetError
            if sent.drops:
                return False
            if sent.events is None:
                writer.write(_head(sent, f"content-length: {len(sent.body)}") + sent.body)
                return True
            return await _stream(sent, sent.events, writer, leaving)
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


async def _stream(
    sent: Sent, events: Iterable[bytes], writer: asyncio.StreamWriter, leaving: asyncio.Future[bytes]
) -> bool:
    """Whether the stream was sent whole. Raises ConnectionError when the client has left."""
    writer.write(_head(sent, "transfer-encoding: chunked"))
    for position, event in enumerate(events):
        if position == sent.cut_after:
            await writer.drain()
            return False
        if position == sent.stalls_after:
            await leaving
        if sent.gap_s:
            await asyncio.wait({leaving}, timeout=sent.gap_s)
        if leaving.done():
            raise ConnectionResetError
        writer.write(b"%x\r\n%s\r\n" % (len(event), event))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


def _head(sent: Sent, framing: str) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in (("content-type", sent.content_type), *sent.headers))
    return f"HTTP/1.1 {sent.status} Scripted\r\n{lines}{framing}\r\n\r\n".encode("latin-1")
