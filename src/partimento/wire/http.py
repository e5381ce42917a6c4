"""The one HTTP client. Knows connections, time limits and sizes; leaves what status and body mean to its callers.

What goes wrong below HTTP comes out as the house's errors, which name the host and never a header or a body.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from partimento.core.errors import EngineError, EngineFault, EngineRefused, EngineTimeout, EngineUnreachable

if TYPE_CHECKING:  # loaded at the first call: most commands never make one
    from pyreqwest.client import Client
    from pyreqwest.exceptions import DetailedPyreqwestError
    from pyreqwest.request import StreamRequest
    from pyreqwest.response import Response

CONNECT_S = 5.0
LARGEST_REPLY = 16 * 1024 * 1024
_WHILE_CONNECTING = "client error (Connect)"  # the client's own words; its error classes do not tell it apart


class Reply(Protocol):
    """An answer whose body is still on its way; usable inside the `async with` that gave it."""

    @property
    def status(self) -> int: ...

    def header(self, name: str) -> str:
        """The first header of that name, in any letter case; "" when there is none."""
        ...

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes. Raises EngineError, also where it grows beyond the transport's limit."""
        ...

    async def whole(self) -> bytes:
        """The body, read to its end. Raises as `chunks` does."""
        ...


class Transport(Protocol):
    """Sends one request. The seam where a test, or a user's own client, steps in."""

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> AbstractAsyncContextManager[Reply]:
        """Send, and give the reply once its head is there; leaving the block, also by cancellation, ends the
        exchange and closes the connection if the body was not read to its end. `timeout_s` bounds all of it.

        Raises EngineUnreachable, EngineTimeout, EngineFault, EngineRefused (what cannot be sent at all).
        """
        ...

    async def close(self) -> None:
        """Give back the connections. A later `send` opens new ones."""
        ...


@cache
def _import_for_good() -> None:
    """Import pyreqwest on a thread that never ends.

    Version 0.15 keeps state on the thread that imports it first: once that thread has ended, the next client that is
    built crashes the process. A caller's thread may end at any time, so the import gets one of its own.
    """
    imported = threading.Event()

    def stay() -> None:
        import pyreqwest.client
        import pyreqwest.exceptions  # noqa: F401

        imported.set()
        threading.Event().wait()

    threading.Thread(target=stay, name="pyreqwest", daemon=True).start()
    imported.wait()


class HttpTransport:
    """A Transport over pyreqwest. Pools connections for all calls; redirects are not followed, since a key must not
    travel to a host nobody named; loopback hosts are never asked through a proxy.

    pyreqwest 0.15 does not abort a request whose head is still awaited: cancelled then, the caller is free at once,
    but the connection closes only when the head arrives, at the latest after `timeout_s`.
    """

    def __init__(self, *, largest_reply: int = LARGEST_REPLY) -> None:
        self._largest_reply = largest_reply
        self._clients: dict[bool, Client] = {}

    @asynccontextmanager
    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> AsyncGenerator[Reply, None]:
        _import_for_good()
        from pyreqwest.exceptions import DetailedPyreqwestError

        if timeout_s <= 0:
            raise _too_late(host_of(url), 0.0)
        try:
            async with self._request(method, url, headers, body, timeout_s) as response:
                yield _OpenReply(response, self._largest_reply, host_of(url), timeout_s)
        except DetailedPyreqwestError as error:
            raise _told(error, host_of(url), timeout_s) from error

    async def close(self) -> None:
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.close()

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> StreamRequest:
        try:
            builder = self._client(is_loopback(url)).request(method, url)
            for name, value in headers.items():
                builder = builder.header(name, value, is_sensitive=True)
            if body:
                builder = builder.body_bytes(body)
            # without the limit of 0 it would gather 64 KiB before it gives the first chunk: the end of all streaming
            return builder.timeout(timedelta(seconds=timeout_s)).streamed_read_buffer_limit(0).build_streamed()
        except ValueError:
            raise EngineRefused(  # without a cause: it could quote the header
                f"the call to {host_of(url)} cannot be sent",
                why="its URL or one of its headers has characters that HTTP does not allow",
                mend="look at base_url and at the API key",
            ) from None

    def _client(self, loopback: bool) -> Client:
        client = self._clients.get(loopback)
        if client is None:
            from pyreqwest.client import ClientBuilder

            builder = (
                ClientBuilder()
                .user_agent("partimento")
                .follow_redirects(False)
                .connect_timeout(timedelta(seconds=CONNECT_S))
            )
            client = self._clients[loopback] = (builder.no_proxy() if loopback else builder).build()
        return client


class _OpenReply:
    def __init__(self, response: Response, largest: int, where: str, timeout_s: float) -> None:
        self._response, self._largest, self._where, self._timeout_s = response, largest, where, timeout_s

    @property
    def status(self) -> int:
        return self._response.status

    def header(self, name: str) -> str:
        return self._response.get_header(name) or ""

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        size = 0
        while (chunk := await self._next()) is not None:
            size += len(chunk)
            if size > self._largest:
                raise EngineFault(
                    f"{self._where} sent more than {self._largest} bytes",
                    why="no answer to one question is that long",
                    mend="see whether base_url names the server you mean",
                )
            yield chunk

    async def whole(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])

    async def _next(self) -> bytes | None:
        from pyreqwest.exceptions import DetailedPyreqwestError

        try:
            chunk = await self._response.body_reader.read_chunk()
        except DetailedPyreqwestError as error:
            raise _told(error, self._where, self._timeout_s) from error
        return None if chunk is None else bytes(chunk)


def host_of(url: str) -> str:
    """Scheme, host and port, fit to be shown: without user, password, path or query."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an unreadable URL"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "an unreadable URL"
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{name}{port}"


def is_url(url: str) -> bool:
    """Whether this names an HTTP host."""
    return host_of(url).startswith("http")


def is_loopback(url: str) -> bool:
    """Whether this host is this machine by its name alone: localhost, 127.0.0.0/8, ::1."""
    name = (urlsplit(url).hostname or "") if is_url(url) else ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _too_late(where: str, timeout_s: float) -> EngineTimeout:
    return EngineTimeout(
        f"{where} did not answer in time",
        why=f"it had {timeout_s:.3g} seconds",
        mend="raise deadline_s, or choose a faster model",
    )


def _told(error: DetailedPyreqwestError, where: str, timeout_s: float) -> EngineError:
    """The client's error as the house's."""
    causes = [cause["message"] for cause in error.details["causes"] or ()]
    why = causes[-1] if causes else error.message
    if _WHILE_CONNECTING in causes:
        return EngineUnreachable(
            f"cannot reach {where}",
            why=why,
            mend="start the server there, or correct base_url; see `partimento doctor`",
        )
    if isinstance(error, TimeoutError):
        return _too_late(where, timeout_s)
    return EngineFault(f"{where} broke off its answer", why=why, mend="try again, or choose another model")
