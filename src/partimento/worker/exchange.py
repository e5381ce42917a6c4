"""ASGI's messages as a child needs them: a body whole, a reply, whether the client is still there. Knows no route."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from partimento.core.errors import TooLarge

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of a body: pictures and sound come within it."""
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def while_there(answering: Awaitable[None], receive: Receive) -> None:
    """Answer, but no longer than the client is there."""
    answer = asyncio.ensure_future(answering)
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        if not answer.done():
            answer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await answer
    if not answer.cancelled():
        answer.result()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def body_of(receive: Receive) -> bytes:
    """The body whole. Raises TooLarge; ConnectionError where the client is gone."""
    gathered: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        gathered.append(message.get("body", b""))
        size += len(gathered[-1])
        if size > MOST_BYTES:
            raise TooLarge("the request is too large", why=f"its body has more than {MOST_BYTES} bytes")
        more = message.get("more_body", False)
    return b"".join(gathered)


def bearer(scope: Scope) -> bytes:
    """The secret that came with the request; b"" for none."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _, secret = bytes(value).partition(b" ")
            return secret.strip() if kind.lower() == b"bearer" else b""
    return b""


async def reply(send: Send, body: bytes, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> None:
    """JSON, whole."""
    await start(send, status, "application/json", (("content-length", str(len(body))), *headers))
    await send({"type": "http.response.body", "body": body})


async def start(send: Send, status: int, kind: str, headers: tuple[tuple[str, str], ...]) -> None:
    """The status, and what is to come."""
    told = [(name.encode(), value.encode()) for name, value in (("content-type", kind), *headers)]
    await send({"type": "http.response.start", "status": status, "headers": told})
