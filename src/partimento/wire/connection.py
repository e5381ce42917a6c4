"""One HTTP/1.1 connection: a request goes out, its reply comes back whole or in pieces. Knows framing, time limits and
sizes; leaves dialling and keeping connections to `direct`.

Cancelling whoever waits here, then `abort`, closes the socket at once, also while the head is still awaited: that is
how an upstream hears that its client has gone.
"""

from __future__ import annotations

import asyncio
from typing import Literal

import httptools
from msgspec import Struct

from partimento.core.errors import EngineError
from partimento.wire.faults import broken_off, fault, too_late, too_long

_READ_AHEAD = 256 * 1024  # bytes of an unread body beyond which the upstream has to wait
_ONE_WRITE = 64 * 1024
_AT_ONCE_S = 0.5
Wanted = Literal["nothing", "head", "some", "all"]


class Fetched(Struct, frozen=True):
    """A whole reply."""

    status: int
    fields: dict[bytes, bytes]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of that name, in any letter case; "" when there is none."""
        return self.fields.get(name.lower().encode(), b"").decode("latin-1")


class Connection(asyncio.Protocol):
    """Serves one exchange at a time. `idle_since` and `idle_limit_s` are kept here for who pools it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, where: str) -> None:
        self._loop, self._where = loop, where
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._wanted: Wanted = "nothing"
        self._complete = True
        self._begun_at = 0.0
        self._heard = False
        self.lost = False
        self.reused = False
        self.idle_since = 0.0
        self.idle_limit_s = 0.0
        self.fields: dict[bytes, bytes] = {}
        self.status = 0

    # ---- one exchange ------------------------------------------------------------------------------------------

    def begin(self, head: bytes, body: bytes, timeout_s: float, largest: int) -> None:
        """Send a request. What comes back may take `timeout_s` and `largest` bytes of body."""
        assert self._transport is not None
        self._parser = httptools.HttpResponseParser(self)
        self._chunks: list[bytes] = []
        self._size = self._ahead = 0
        self._largest, self._timeout_s = largest, timeout_s
        self._complete = self._keeps = self._paused = self._head_done = self._heard = False
        self._error: EngineError | None = None
        self.fields, self.status = {}, 0
        self._begun_at = self._loop.time()
        self._timer = self._loop.call_at(self._begun_at + timeout_s, self._expired)
        if len(body) < _ONE_WRITE:
            self._transport.write(head + body)
        else:
            self._transport.writelines((head, body))

    async def head(self) -> None:
        """Until status and headers are there. Raises EngineError."""
        await self._until("head")

    async def some(self) -> bytes | None:
        """What there is of the body, at least a byte; None at its end. Raises EngineError."""
        if not self._chunks:
            if not self._complete:
                await self._until("some")
            if not self._chunks:
                return None
        taken = b"".join(self._chunks) if len(self._chunks) > 1 else self._chunks[0]
        self._chunks.clear()
        self._ahead = 0
        return taken

    async def all(self) -> Fetched:
        """The whole reply. Raises EngineError."""
        await self._until("all")
        body = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        return Fetched(self.status, self.fields, body)

    def finish(self) -> bool:
        """End the exchange; whether the connection can serve another. If it cannot, it is closed now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        transport = self._transport
        served = self._complete and self._keeps and not self.lost
        # one that answered before it had read all will not read the rest
        if served and transport is not None and not transport.is_closing() and not transport.get_write_buffer_size():
            return True
        self.abort()
        return False

    @property
    def stale(self) -> bool:
        """Whether the exchange failed because the server had given the connection up while it was idle: a used one,
        closed at once and without a byte. A server that had begun to work would have taken longer."""
        at_once = self._loop.time() - self._begun_at < _AT_ONCE_S
        return self.lost and self.reused and not self._heard and at_once

    def abort(self) -> None:
        """Close at once."""
        self._complete, self._keeps = True, False
        if self._transport is not None and not self.lost:
            self._transport.abort()

    async def _until(self, wanted: Wanted) -> None:
        self._wanted = wanted
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        if not self._satisfied():
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
                self._wanted = "nothing"
        if self._error is not None:
            raise self._error

    def _satisfied(self) -> bool:
        if self._complete or self._error is not None:
            return True
        return (self._wanted == "head" and self._head_done) or (self._wanted == "some" and bool(self._chunks))

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done() and self._satisfied():
            self._waiter.set_result(None)

    def _fail(self, error: EngineError) -> None:
        if not self._complete and self._error is None:
            self._error = error
            if self._transport is not None:
                self._transport.abort()
            self._wake()

    def _expired(self) -> None:
        self._fail(too_late(self._where, self._timeout_s))

    # ---- what the event loop tells -----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream transport, since this is a stream protocol

    def data_received(self, data: bytes) -> None:
        if self._complete:  # nobody asked
            self.abort()
            return
        self._heard = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._keeps = False
            self._fail(fault(self._where, "sent what is no HTTP", str(error)))
            return
        self._wake()
        if self._ahead > _READ_AHEAD and not self._paused and self._wanted != "all" and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self._complete:
            return
        framed = b"content-length" in self.fields or b"transfer-encoding" in self.fields
        if self._head_done and not framed and exc is None:
            self._complete = True  # without a length, the end of the connection is the end of the body
            self._wake()
        else:
            why = "the connection was closed before it was whole" if self.status else "it closed without a word"
            self._fail(broken_off(self._where, why))

    # ---- what the parser tells ---------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        if self._complete:
            self._keeps = False  # a second reply to one request: whatever this is, it is no server to keep

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.setdefault(name.lower(), value)

    def on_headers_complete(self) -> None:
        if self._complete:
            return
        status = self._parser.get_status_code()
        if status < 200:
            self.fields = {}
            return
        self.status, self._head_done = status, True

    def on_body(self, body: bytes) -> None:
        if self._complete or self._error is not None:
            return
        self._size += len(body)
        self._ahead += len(body)
        if self._size > self._largest:
            self._fail(too_long(self._where, self._largest))
        else:
            self._chunks.append(body)

    def on_message_complete(self) -> None:
        if self._head_done and not self._complete:
            self._complete = self._error is None
            self._keeps = self._parser.should_keep_alive()
