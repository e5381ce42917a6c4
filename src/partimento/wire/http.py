"""The one HTTP client: what a transport does, and which way a host is reached. Leaves bytes to `direct` and `proxied`,
and what status and body mean to its callers.

What goes wrong below HTTP comes out as the house's errors, which name the host and never a header or a body.
"""

from __future__ import annotations

import ssl
import sys
from collections.abc import AsyncGenerator, Awaitable
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from typing import Protocol
from urllib.parse import urlsplit

from partimento.wire.connection import Fetched
from partimento.wire.direct import DirectTransport
from partimento.wire.proxied import ProxiedTransport
from partimento.wire.url import Headers, host_of, is_loopback, is_url

LARGEST_REPLY = 16 * 1024 * 1024
carried: ContextVar[Headers] = ContextVar("carried", default=())
"""Headers that go with everything this task sends, such as whose trace it belongs to."""


class Reply(Protocol):
    """An answer whose body is still on its way; usable inside the `async with` that gave it."""

    @property
    def status(self) -> int: ...

    def header(self, name: str) -> str:
        """The first header of that name, in any letter case; "" when there is none."""
        ...

    async def some(self) -> bytes | None:
        """What has come of the body since the last time, at least a byte; None at its end. Raises EngineError, also
        where the body grows beyond the transport's limit."""
        ...

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes. Raises as `some` does."""
        ...

    async def whole(self) -> bytes:
        """The body, read to its end. Raises as `some` does."""
        ...


class Transport(Protocol):
    """Sends one request. The seam where a test, or a user's own client, steps in.

    `timeout_s` bounds all of it. Both raise EngineUnreachable, EngineTimeout, EngineFault, and EngineRefused for what
    cannot be sent at all. Cancelling either hangs up.
    """

    def send(
        self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float
    ) -> AbstractAsyncContextManager[Reply]:
        """Send, and give the reply once its head is there; leaving the block ends the exchange and closes the
        connection if the body was not read to its end."""
        ...

    def fetch(self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float) -> Awaitable[Fetched]:
        """Send, and give the whole reply."""
        ...

    async def close(self) -> None:
        """Give back the connections. A later call opens new ones."""
        ...


class HttpTransport:
    """A Transport that keeps connections for all calls. Redirects are not followed, since a key must not travel to a
    host nobody named; loopback hosts are never asked through a proxy."""

    def __init__(self, *, largest_reply: int = LARGEST_REPLY) -> None:
        self._direct = DirectTransport(largest_reply)
        self._proxied = ProxiedTransport(largest_reply)
        self._by_host: dict[str, DirectTransport | ProxiedTransport] = {}

    def send(
        self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float
    ) -> AbstractAsyncContextManager[Reply]:
        return self._way_to(url).send(method, url, headers + carried.get(), body, timeout_s)

    def fetch(self, method: str, url: str, headers: Headers, body: bytes, timeout_s: float) -> Awaitable[Fetched]:
        return self._way_to(url).fetch(method, url, headers + carried.get(), body, timeout_s)

    async def close(self) -> None:
        await self._direct.close()
        await self._proxied.close()

    def _way_to(self, url: str) -> DirectTransport | ProxiedTransport:
        host = host_of(url)
        way = self._by_host.get(host)
        if way is None:
            way = self._by_host[host] = self._proxied if _behind_a_proxy(url) or _nobody_trusted(url) else self._direct
        return way


def _behind_a_proxy(url: str) -> bool:
    """Whether the environment (or the system's settings) names a proxy for this host."""
    if not is_url(url) or is_loopback(url):
        return False
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    proxies = getproxies()
    return bool((parts.scheme in proxies or "all" in proxies) and not proxy_bypass(parts.hostname or ""))


def _nobody_trusted(url: str) -> bool:
    """Whether this Python came without certificates, as some builds for macOS do; pyreqwest then asks the system."""
    if not url.startswith("https:"):
        return False
    paths = ssl.get_default_verify_paths()
    return sys.platform != "win32" and not (paths.cafile or paths.capath)


__all__ = [
    "LARGEST_REPLY", "Fetched", "Headers", "HttpTransport", "Reply", "Transport", "carried", "host_of", "is_loopback",
    "is_url",
]  # fmt: skip
