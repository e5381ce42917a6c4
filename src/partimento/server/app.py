"""The ASGI application: finds the door, guards it, reads the body, sends what came of it.

Knows the order of things; leaves who may knock to `guard` and `auth`, what is asked to the doors, errors to `problems`.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

from partimento.core.errors import EngineUnreachable, PartimentoError, UnknownName, WrongMethod
from partimento.server.body import Bodies
from partimento.server.exchange import LINES, Ask, Dialect, Door, Reply, Stream, as_json
from partimento.server.guard import Guard
from partimento.server.pages import page_of
from partimento.server.problems import body_of, reply_for, status_of, told
from partimento.server.watch import GONE, Watch

if TYPE_CHECKING:
    from partimento.client import AsyncPartimento
    from partimento.server.auth import Entrance

LAST_WORDS_S = 5.0
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Doors:
    """All doors, found by method and path."""

    def __init__(self, doors: Iterable[Door]) -> None:
        self.all = tuple(doors)
        self._plain = {(door.method, door.path): door for door in self.all if "{" not in door.path}
        self._open = [(_pattern(door.path), door) for door in self.all if "{" in door.path]

    def find(self, method: str, path: str) -> tuple[Door, Mapping[str, str]]:
        """The door, and the parts of the path it left open. Raises UnknownName, WrongMethod."""
        door = self._plain.get((method, path))
        if door is not None:
            return door, {}
        matches = [(door, match) for pattern, door in self._open if (match := pattern.fullmatch(path))]
        for door, match in matches:
            if door.method == method:
                return door, match.groupdict()
        methods = {door.method for door, _ in matches} | {kind for kind, plain in self._plain if plain == path}
        if methods:
            raise WrongMethod(f"{path} takes {' or '.join(sorted(methods))}, not {method}", mend="see /openapi.json")
        raise UnknownName("path", path, {door.path for door in self.all})

    def dialect(self, ask: Ask) -> Dialect:
        """How whoever asks reads an error where no door is: as at the nearest door above; a browser, as a page."""
        path = ask.path
        if "text/html" in ask.header(b"accept"):
            return "page"
        plain = [door for door in self.all if door.dialect != "page"]
        above = [door for door in plain if path == door.path or path.startswith(f"{door.path}/")]
        if above:
            return max(above, key=lambda door: len(door.path)).dialect
        return "openai" if path.startswith("/v1/") else "native"


class Application:
    """What uvicorn calls for each request. `open_client` runs on the event loop at the start, `entrance` after it."""

    def __init__(
        self,
        doors: Iterable[Door],
        guard: Guard,
        largest: int,
        open_client: Callable[[], Awaitable[tuple[AsyncPartimento, Entrance]]],
        close: Callable[[], Awaitable[None]],
        watch: Watch,
    ) -> None:
        self._doors, self._guard, self._bodies, self._watch = Doors(doors), guard, Bodies(largest), watch
        self._under_way = 0
        self._all_ended: asyncio.Event | None = None
        self._open_client, self._close = open_client, close
        self.failure: PartimentoError | None = None
        """What kept it from starting."""
        self._client: Any = None
        self._entrance: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        leaving = scope.get("partimento.leaving")
        if leaving is not None:
            if leaving.gone:
                return
            leaving.task = asyncio.current_task()
        ask = Ask(
            self._client, scope["method"], scope["path"], scope["query_string"], dict(scope["headers"]),
            time.monotonic(),
        )  # fmt: skip
        answer: Reply | Stream | None = None
        status = GONE
        self._under_way += 1
        self._watch.begun(ask)
        try:
            answer = await self._answer(ask, receive)
            if isinstance(answer, Reply):
                await _send_reply(answer, ask.extra, send)
                status = answer.status
            else:
                await _send_stream(answer, ask.extra, send)
                status = 200
        except asyncio.CancelledError:
            if leaving is None or not leaving.gone:
                status = await _broken_off(ask, answer, _stopping(), send)
        except Exception as error:  # noqa: BLE001  # the same within a stream
            status = await _broken_off(ask, answer, error, send)
        finally:
            if leaving is not None:
                leaving.task = None
            self._bodies.release(ask.body)
            self._under_way -= 1
            if self._all_ended is not None and not self._under_way:
                self._all_ended.set()
            self._watch.ended(ask, status)

    async def _answer(self, ask: Ask, receive: Receive) -> Reply | Stream:
        try:
            self._guard.check(ask.raw_headers)
            ask.entrance = self._entrance
            door, ask.names = self._found(ask)
            ask.door = door
            key = None if door.free else self._entrance.identify(ask)
            if ask.method != "GET":
                ask.body = await self._bodies.read(ask.raw_headers, receive)
            if key is not None:
                await self._entrance.admit(ask, key)
            return await door.opened(ask)
        except Exception as error:  # noqa: BLE001  # whatever a door fails with is told to its caller
            ask.error = error
            dialect = self._doors.dialect(ask) if ask.door is None else ask.door.dialect
            return page_of(error, ask) if dialect == "page" else reply_for(error, dialect, ask.path)

    def _found(self, ask: Ask) -> tuple[Door, Mapping[str, str]]:
        """The door, where what is sent may be sent to it."""
        try:
            door, names = self._doors.find(ask.method, ask.path)
        except PartimentoError:
            if self._doors.dialect(ask) != "page":
                self._guard.check_type(ask.method, ask.raw_headers)
            raise
        if door.dialect != "page":
            self._guard.check_type(ask.method, ask.raw_headers)
        return door, names

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open at the start, close at the end; what fails at the start is told, and nothing is served."""
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.startup":
                try:
                    self._client, self._entrance = await self._open_client()
                except Exception as error:  # noqa: BLE001  # uvicorn would end without a word
                    self.failure = told(error, "the start")
                    await send({"type": "lifespan.startup.failed", "message": ""})
                    return
                await send({"type": "lifespan.startup.complete"})
            elif kind == "lifespan.shutdown":
                await self._ended()
                await self._close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _ended(self) -> None:
        """Let requests that were cut short write down that they were."""
        if self._under_way:
            self._all_ended = asyncio.Event()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_ended.wait(), LAST_WORDS_S)


async def _broken_off(ask: Ask, answer: Reply | Stream | None, error: Exception, send: Send) -> int:
    """Tell the client of an error that no door told, also in the middle of a stream; the status it then has."""
    ask.error = error
    dialect: Dialect = ask.door.dialect if ask.door is not None else "native"
    if answer is None:
        reply = page_of(error, ask) if dialect == "page" else reply_for(error, dialect, ask.path)
        await _send_reply(reply, ask.extra, send)
        return reply.status
    if isinstance(answer, Reply):
        raise error
    body = as_json(body_of(error, dialect, ask.path))
    if answer.content_type == LINES:
        word = body + b"\n"
    else:
        word = (b"data: %s\n\n" if dialect == "openai" else b"event: error\ndata: %s\n\n") % body
    await send({"type": "http.response.body", "body": word})
    return status_of(error)


def _stopping() -> PartimentoError:
    return EngineUnreachable(
        "the server is stopping", why="the answer took longer than it could wait (drain_s)", mend="ask again"
    )


async def _send_reply(reply: Reply, extra: tuple[tuple[str, str], ...], send: Send) -> None:
    headers = [
        (b"content-type", reply.content_type.encode()),
        (b"content-length", b"%d" % len(reply.body)),
        *((name.encode(), value.encode("latin-1", "replace")) for name, value in (*reply.headers, *extra)),
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


async def _send_stream(stream: Stream, extra: tuple[tuple[str, str], ...], send: Send) -> None:
    headers = [
        (b"content-type", stream.content_type.encode()),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),  # or a proxy before us gathers what should flow
        *((name.encode(), value.encode("latin-1", "replace")) for name, value in (*stream.headers, *extra)),
    ]
    async with aclosing(stream.pieces) as pieces:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _pattern(path: str) -> re.Pattern[str]:
    """`{name}` is one part of a path, `{name:rest}` all that follows."""
    open_parts = re.sub(
        r"\\\{(\w+)(:rest)?\\\}", lambda m: rf"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})", re.escape(path)
    )
    return re.compile(open_parts)
