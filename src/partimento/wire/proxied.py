"""HTTP by pyreqwest, for hosts behind a proxy of the environment, and where Python knows no certificates to trust.
Leaves to `direct` all other hosts: it asks for less, and can hang up before a reply begins.

pyreqwest 0.15 does not abort a request whose head is still awaited: cancelled then, the caller is free at once, but the
connection closes only when the head arrives, at the latest after `timeout_s`.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from partimento.core.errors import EngineError, EngineUnreachable
from partimento.wire.connection import Fetched
from partimento.wire.direct import CONNECT_S
from partimento.wire.faults import broken_off, distrusted, too_late, too_long, unreachable, unsendable
from partimento.wire.url import Headers, host_of

if TYPE_CHECKING:  # loaded at the first call: most machines never make one
    from pyreqwest.client import Client
    from pyreqwest.exceptions import DetailedPyreqwestError
    from pyreqwest.request import StreamRequest
    from pyreqwest.response import Response

_WHILE_CONNECTING = "client error (Connect)"  # the client's own words; its error classes do not tell it apart


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


def _check_installed(host: str) -> None:
    if find_spec("pyreqwest") is None:
        raise EngineUnreachable(
            f"{host} cannot be asked directly",
            why="a proxy stands before it, or this Python knows no certificates; what could ask it is missing",
            mend="pip install 'partimento[proxy]', or add the host to NO_PROXY",
        )


class ProxiedTransport:
    """Pools connections for all calls. Redirects are not followed, since a key must not travel to a host nobody
    named."""

    def __init__(self, largest_reply: int) -> None:
        self._largest = largest_reply
        self._client: Client | None = None

    @asynccontextmanager
    async def send(
        self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float
    ) -> AsyncGenerator[_OpenReply, None]:
        """As Transport.send."""
        _check_installed(host_of(url))
        _import_for_good()
        from pyreqwest.exceptions import DetailedPyreqwestError

        if timeout_s <= 0:
            raise too_late(host_of(url), 0.0)
        try:
            async with self._request(method, url, headers, body, timeout_s) as response:
                yield _OpenReply(response, self._largest, host_of(url), timeout_s)
        except DetailedPyreqwestError as error:
            raise _told(error, host_of(url), timeout_s) from error

    async def fetch(self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float) -> Fetched:
        """As Transport.fetch."""
        async with self.send(method, url, headers, body, timeout_s) as reply:
            fields = {name.lower().encode(): value.encode("latin-1") for name, value in reply.fields()}
            return Fetched(reply.status, fields, await reply.whole())

    async def close(self) -> None:
        """Give back the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _request(self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float) -> StreamRequest:
        try:
            builder = self._opened().request(method, url)
            for name, value in headers:
                builder = builder.header(name, value, is_sensitive=True)
            if body:
                builder = builder.body_bytes(body)
            # without the limit of 0 it would gather 64 KiB before it gives the first chunk: the end of all streaming
            return builder.timeout(timedelta(seconds=timeout_s)).streamed_read_buffer_limit(0).build_streamed()
        except ValueError:
            raise unsendable(host_of(url)) from None

    def _opened(self) -> Client:
        if self._client is None:
            from pyreqwest.client import ClientBuilder

            self._client = (
                ClientBuilder()
                .user_agent("partimento")
                .follow_redirects(False)
                .connect_timeout(timedelta(seconds=CONNECT_S))
                .build()
            )
        return self._client


class _OpenReply:
    def __init__(self, response: Response, largest: int, where: str, timeout_s: float) -> None:
        self._response, self._largest, self._where, self._timeout_s = response, largest, where, timeout_s
        self._size = 0

    @property
    def status(self) -> int:
        return self._response.status

    def header(self, name: str) -> str:
        return self._response.get_header(name) or ""

    def fields(self) -> list[tuple[str, str]]:
        return list(self._response.headers.items())

    async def some(self) -> bytes | None:
        from pyreqwest.exceptions import DetailedPyreqwestError

        try:
            chunk = await self._response.body_reader.read_chunk()
        except DetailedPyreqwestError as error:
            raise _told(error, self._where, self._timeout_s) from error
        if chunk is None:
            return None
        self._size += len(chunk)
        if self._size > self._largest:
            raise too_long(self._where, self._largest)
        return bytes(chunk)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        while (chunk := await self.some()) is not None:
            yield chunk

    async def whole(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])


def _told(error: DetailedPyreqwestError, where: str, timeout_s: float) -> EngineError:
    """The client's error as the house's."""
    causes = [cause["message"] for cause in error.details["causes"] or ()]
    why = causes[-1] if causes else error.message
    if _WHILE_CONNECTING in causes:
        return distrusted(where, why) if "certificate" in why.lower() else unreachable(where, why)
    return too_late(where, timeout_s) if isinstance(error, TimeoutError) else broken_off(where, why)
