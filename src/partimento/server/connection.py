"""A connection as uvicorn has it, with what it lacks: patience that ends, limits, errors that say what is wrong, and
word when the client leaves.

Knows uvicorn's protocol class; leaves what is done about a client that left to `app`.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from partimento.core.errors import BadInput, PartimentoError
from partimento.server.exchange import Reply
from partimento.server.problems import reply_for

LARGEST_HEAD = 64 * 1024
MOST_FIELDS = 256
"""Fields of a head: each costs much more memory than it has bytes."""
_UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
_STATUS = {408: b"408 Request Timeout", 431: b"431 Request Header Fields Too Large"}


class Patience:
    """How long a client may take, in seconds: over the head of a request; over a body, unless it sends it at `slowest`
    bytes a second or faster; until it takes in what it asked for."""

    def __init__(self, head_s: float = 10.0, slowest: int = 4096, unread_s: float = 60.0) -> None:
        self.head_s, self.slowest, self.unread_s = head_s, slowest, unread_s


class Leaving:
    """Cancels the task of the request that is being answered when its client is gone."""

    __slots__ = ("gone", "task")

    def __init__(self) -> None:
        self.task: asyncio.Task[Any] | None = None
        self.gone = False

    def happened(self) -> None:
        self.gone = True
        if self.task is not None:
            self.task.cancel()


class _WayOut:
    """The transport as uvicorn's answer to a request sees it; its end is the connection's to make."""

    def __init__(self, connection: Connection) -> None:
        self.write, self.is_closing = connection.transport.write, connection.transport.is_closing
        self.close = connection.part


class _HeadTooLarge(Exception):
    """Raised within the parser, which then reads no further."""


class Connection(HttpToolsProtocol):
    """Puts a `Leaving` into each request's scope, and closes what is too slow or too long before it is a request.

    A connection answers one request at a time, so that one `Leaving` does for all of them.
    """

    patience = Patience()
    _waiting: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _leaving: Leaving
    _answering: Any = None
    _way_out: _WayOut
    _parting = False
    _head = _fields = 0
    _body = -1  # bytes of it that came; -1: the head is not complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._leaving, self._way_out = Leaving(), _WayOut(self)
        self._wait()

    def data_received(self, data: bytes) -> None:
        if self._parting:
            return
        if self._body < 0 and b"pgrade" in data:
            data = _without_upgrade(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head, self._fields, self._body = 0, 0, -1
        self.scope["partimento.leaving"] = self._leaving  # type: ignore[typeddict-unknown-key]
        if self._waiting is None:
            self._wait()

    def on_url(self, url: bytes) -> None:
        self._weigh(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._weigh(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._body = 0
        super().on_headers_complete()
        cycle: Any = self.cycle
        cycle.transport = self._way_out

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._forget()
        self._body = -1
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        if self._answering is not None:
            self._answering.disconnected = True  # uvicorn tells the last request only, of those in the pipe
        super().connection_lost(exc)
        if self._unread is not None:
            self._unread.cancel()
        self._leaving.happened()

    def part(self) -> None:
        """Close. Where more of a request is on its way, let it come, and to nothing: closing upon it would make the
        system reset the connection, and the client would lose the answer that was on its way."""
        if self._body >= 0:
            self._let_come()
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """uvicorn's answer to what is no request; ours tells what is wrong."""
        if self._head > LARGEST_HEAD or self._fields > MOST_FIELDS:
            why = f"it may have {LARGEST_HEAD} bytes and {MOST_FIELDS} fields"
            self._refuse(431, BadInput("the head of the request is too large", why=why, mend="send fewer headers"))
        else:
            self._refuse(400, BadInput("this is no HTTP request", why=msg, mend="send HTTP/1.1"))

    def _let_come(self) -> None:
        if self._parting or self.transport.is_closing():
            return
        self._parting = True
        self._forget()
        self._waiting = self.loop.call_later(self.patience.head_s, self.transport.abort)
        self.flow.resume_reading()
        self.transport.write_eof()

    def _watch_reader(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._unread = self.loop.call_later(self.patience.unread_s, self._not_read, left)

    def _not_read(self, before: int) -> None:
        if self.transport.get_write_buffer_size() < before:
            self._watch_reader()
        else:
            self.transport.abort()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _weigh(self, size: int) -> None:
        self._head += size
        self._fields += 1
        if self._head > LARGEST_HEAD or self._fields > MOST_FIELDS:
            raise _HeadTooLarge

    def _wait(self) -> None:
        self._came = self._body
        self._waiting = self.loop.call_later(self.patience.head_s, self._too_slow)

    def _forget(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_slow(self) -> None:
        """The head, or the body; one that comes fast enough may go on, and one that has to wait for its turn."""
        self._waiting = None
        busy: Any = self._answering  # None before the first request
        behind = self.pipeline or (self._body < 0 and busy is not None and not busy.response_complete)
        fast = self._body - max(self._came, 0) >= self.patience.slowest * self.patience.head_s
        if behind or self.flow.read_paused or (self._body >= 0 and fast):
            self._wait()
        elif self._head == 0 and self._body < 0:
            self.transport.abort()  # connected, and said nothing
        else:
            what = "head" if self._body < 0 else "body"
            why = f"less than {self.patience.slowest} bytes a second came"
            self._refuse(408, BadInput(f"the {what} of the request did not arrive", why=why, mend="send it at once"))

    def _refuse(self, status: int, error: PartimentoError) -> None:
        """Say what is wrong, where no answer has begun, and close."""
        cycle: Any = self.cycle  # None before the first request
        if not self.pipeline and (cycle is None or cycle.response_complete or not cycle.response_started):
            reply = reply_for(error, "native")
            self.transport.write(_written(status, reply))
            if cycle is not None:
                cycle.disconnected = True
            self._let_come()
            self._leaving.happened()
        else:
            self.transport.abort()


def _without_upgrade(data: bytes) -> bytes:
    """A head without the wish to speak another protocol: the parser would take the body for the first of that."""
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"\r\nx-upgrade:", head) + end + rest


def _written(status: int, reply: Reply) -> bytes:
    return b"HTTP/1.1 %s\r\ncontent-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s" % (
        _STATUS.get(status, b"400 Bad Request"), reply.content_type.encode(), len(reply.body), reply.body,
    )  # fmt: skip
