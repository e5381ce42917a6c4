"""The body of a request, whole: how large one may be, and how much of them all is held at once. Knows ASGI's messages;
leaves how long a body may take to `connection`, what is in it to the doors.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from partimento.core.errors import RateLimited, TooLarge

SMALL = 64 * 1024
"""Bodies up to this size are not counted: a server that has room for its connections has room for them."""
AT_ONCE = 8
"""So many of the largest bodies are held at once."""

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Bodies:
    """Reads bodies of at most `largest` bytes; of larger ones than SMALL, `at_once` times as much together."""

    def __init__(self, largest: int, at_once: int = AT_ONCE) -> None:
        self._largest, self._most = largest, at_once * largest
        self._held = 0

    async def read(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        """The body; `release` it when its request has ended. Raises TooLarge, RateLimited; CancelledError where the
        client is gone."""
        told = headers.get(b"content-length", b"0")
        if told.isdigit() and int(told) > self._largest:
            raise _too_large(self._largest)
        message = await receive()
        body: bytes = message.get("body", b"")
        if message["type"] == "http.disconnect":
            raise asyncio.CancelledError
        if message.get("more_body", False):
            return await self._rest(body, receive)
        if len(body) > SMALL:
            self._hold(len(body))
        return body

    def release(self, body: bytes) -> None:
        """Its request has ended."""
        if len(body) > SMALL:
            self._held -= len(body)

    async def _rest(self, begun: bytes, receive: Receive) -> bytes:
        gathered, size, held, more = [begun], len(begun), 0, True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise asyncio.CancelledError
                gathered.append(message.get("body", b""))
                more = message.get("more_body", False)
                size += len(gathered[-1])
                if size > self._largest:
                    raise _too_large(self._largest)
                if size > SMALL:
                    self._hold(size - held)
                    held = size
        except BaseException:
            self._held -= held
            raise
        return b"".join(gathered)

    def _hold(self, more: int) -> None:
        if self._held + more > self._most:
            raise RateLimited(
                "too many large requests at once",
                why=f"all of them together may have {self._most} bytes",
                mend="send it again in a moment",
                retry_after_s=1.0,
            )
        self._held += more


def _too_large(largest: int) -> TooLarge:
    return TooLarge(
        "the request is too large", why=f"its body has more than {largest} bytes", mend="raise largest_request"
    )
