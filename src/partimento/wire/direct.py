"""HTTP/1.1 straight to a host: dials, and keeps connections for the next call. Knows sockets and TLS; leaves
the bytes of a request to `head`, the talk on one connection to `connection`, proxies to `proxied`.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING

from partimento.core.errors import EngineFault
from partimento.wire.connection import Connection, Fetched
from partimento.wire.faults import distrusted, too_late, unreachable
from partimento.wire.head import Origin, head_of
from partimento.wire.url import Headers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

CONNECT_S = 5.0
PLAIN_IDLE_S = 4.0  # most local servers close what is idle for five seconds, and dialling them costs nothing
SECURE_IDLE_S = 30.0  # well below what the large providers allow


Idle = dict[Origin, list[Connection]]


class DirectTransport:
    """Sends requests over its own connections, those of one event loop at a time."""

    def __init__(self, largest_reply: int) -> None:
        self._largest = largest_reply
        self._loop: asyncio.AbstractEventLoop | None = None
        self._idle: Idle = {}
        self._keeper: asyncio.Task[None] | None = None

    def send(self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float) -> _Sending:
        """As Transport.send."""
        return _Sending(self, method, url, headers, body, timeout_s)

    async def fetch(self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float) -> Fetched:
        """As Transport.fetch."""
        connection, origin = await self.begun(method, url, headers, body, timeout_s)
        try:
            return await connection.all()
        except EngineFault:
            if not connection.stale:
                raise
        finally:
            self.ended(connection, origin)
        connection, origin = await self.begun(method, url, headers, body, timeout_s, fresh=True)
        try:
            return await connection.all()
        finally:
            self.ended(connection, origin)

    async def begun(
        self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float, *, fresh: bool = False
    ) -> tuple[Connection, Origin]:
        """The request on its way, and the connection it went by; `fresh`: one that nobody used before."""
        origin, head = head_of(method, url, headers)
        if timeout_s <= 0:
            raise too_late(origin.where, 0.0)
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._idle, self._keeper = loop, {}, None
        connection = None if fresh else self._kept(origin, loop.time())
        if connection is None:
            started = loop.time()
            connection = await _dialled(origin, timeout_s, loop)
            timeout_s -= loop.time() - started
        connection.begin(b"%s%d\r\n\r\n" % (head, len(body)), body, max(timeout_s, 0.0), self._largest)
        return connection, origin

    def ended(self, connection: Connection, origin: Origin) -> None:
        """Keep the connection for the next call, or close it where the exchange did not end well."""
        if not connection.finish():
            return
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # another event loop has called meanwhile: what is idle is that one's
            connection.abort()
            return
        connection.reused = True
        connection.idle_since = loop.time()
        connection.idle_limit_s = _idle_limit_s(connection, secure=origin.secure)
        self._idle.setdefault(origin, []).append(connection)
        if self._keeper is None or self._keeper.done():
            idle = self._idle
            self._keeper = loop.create_task(_keep(idle), name="connections")
            # not a `finally` within the task: one that is cancelled before its first step never gets there
            self._keeper.add_done_callback(lambda _: _close_all(idle))

    async def close(self) -> None:
        """Close what is idle. A later call dials anew."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None and self._loop is asyncio.get_running_loop():
            keeper.cancel()
            await asyncio.wait({keeper})
            await asyncio.sleep(0)  # a socket is given back in the loop's next turn

    def _kept(self, origin: Origin, now: float) -> Connection | None:
        waiting = self._idle.get(origin)
        while waiting:
            connection = waiting.pop()
            if _usable(connection, now):
                return connection
            connection.abort()
        return None


async def _keep(idle: Idle) -> None:
    """Close what has been idle too long, until nothing is kept."""
    while idle:
        await asyncio.sleep(1.0)
        now = asyncio.get_running_loop().time()
        for origin, waiting in tuple(idle.items()):
            fresh: list[Connection] = []
            for connection in waiting:
                if _usable(connection, now):
                    fresh.append(connection)
                else:
                    connection.abort()
            if fresh:
                idle[origin] = fresh
            else:
                del idle[origin]


def _close_all(idle: Idle) -> None:
    """What is left when the keeper ends: nothing, unless it was cancelled, by `close` or at the end of the loop."""
    for waiting in idle.values():
        for connection in waiting:
            connection.abort()
    idle.clear()


class _Sending:
    """A request whose reply is read as it comes; leaving the block ends the exchange."""

    __slots__ = ("_asked", "_connection", "_origin", "_transport")

    def __init__(
        self, transport: DirectTransport, method: str, url: str, headers: Headers, body: bytes, timeout_s: float
    ) -> None:
        self._transport, self._asked = transport, (method, url, headers, body, timeout_s)

    async def __aenter__(self) -> _OpenReply:
        try:
            await self._begin(fresh=False)
        except EngineFault:
            if not self._connection.stale:
                raise
            await self._begin(fresh=True)
        return _OpenReply(self._connection)

    async def _begin(self, *, fresh: bool) -> None:
        self._connection, self._origin = await self._transport.begun(*self._asked, fresh=fresh)
        try:
            await self._connection.head()
        except BaseException:
            self._transport.ended(self._connection, self._origin)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.ended(self._connection, self._origin)


class _OpenReply:
    __slots__ = ("_connection", "status")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.status = connection.status

    def header(self, name: str) -> str:
        return self._connection.fields.get(name.lower().encode(), b"").decode("latin-1")

    async def some(self) -> bytes | None:
        return await self._connection.some()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        while (chunk := await self._connection.some()) is not None:
            yield chunk

    async def whole(self) -> bytes:
        return (await self._connection.all()).body


def _usable(connection: Connection, now: float) -> bool:
    return not connection.lost and now - connection.idle_since < connection.idle_limit_s


async def _dialled(origin: Origin, timeout_s: float, loop: asyncio.AbstractEventLoop) -> Connection:
    try:
        async with asyncio.timeout(min(CONNECT_S, timeout_s)):
            _, connection = await loop.create_connection(
                lambda: Connection(loop, origin.where),
                origin.host,
                origin.port,
                ssl=trust() if origin.secure else None,
                server_hostname=origin.host if origin.secure else None,
            )
    except TimeoutError as error:
        if timeout_s <= CONNECT_S:
            raise too_late(origin.where, timeout_s) from error
        raise unreachable(origin.where, f"it did not take the call within {CONNECT_S:g} seconds") from error
    except ssl.SSLCertVerificationError as error:
        raise distrusted(origin.where, error.verify_message or str(error)) from error
    except ssl.SSLError as error:
        raise unreachable(origin.where, f"no TLS can be agreed: {error.reason or error}") from error
    except (OSError, UnicodeError) as error:
        raise unreachable(origin.where, _words(error)) from error
    return connection


def _words(error: Exception) -> str:
    """Why a call did not get through, without the address lists that event loops add."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


@cache
def trust() -> ssl.SSLContext:
    """Whom the system trusts."""
    return ssl.create_default_context()


def _idle_limit_s(connection: Connection, *, secure: bool) -> float:
    """How long it may wait unused: less than its server says, where it says."""
    standard = SECURE_IDLE_S if secure else PLAIN_IDLE_S
    said = connection.fields.get(b"keep-alive", b"").lower()
    if said.startswith(b"timeout="):
        seconds = said[8:].partition(b",")[0].strip()
        if seconds.isdigit():
            return min(SECURE_IDLE_S, max(0.0, int(seconds) - 1.0))
    return standard
