"""A client's end of the daemon's socket: many questions on one connection, each with its answers. Knows ids and who
waits for which; leaves what answers mean to `leases`, and finding the daemon to `starting`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from partimento.pool.deciding.effects import Progress
from partimento.pool.messages import (
    VERSION,
    Answer,
    Finished,
    Granted,
    Hello,
    Question,
    Refused,
    Revoked,
    Status,
    Waiting,
    answer_of,
    encode,
)
from partimento.pool.peers import is_own

HELLO_S: Final = 5.0
Told = Callable[[Progress], None]


class LineLost(Exception):
    """The connection broke before there was an answer."""


class OtherVersion(Exception):
    """The daemon speaks otherwise. `pid`: its process."""

    def __init__(self, said: Hello) -> None:
        self.pid, self.version, self.program = said.pid, said.version, said.program
        super().__init__(f"version {said.version} instead of {VERSION}")


class Waited:
    """A question under way. `answer` is the last word; `revoked` tells, after a Granted, that it holds no longer."""

    __slots__ = ("answer", "revoked", "seen", "told")

    def __init__(self, loop: asyncio.AbstractEventLoop, told: Told | None) -> None:
        self.answer: asyncio.Future[Granted | Refused | Finished | Status] = loop.create_future()
        self.revoked: asyncio.Future[str] = loop.create_future()
        self.told = told
        self.seen: asyncio.Queue[Status | None] | None = None
        """Of who watches: each Status; None at the end."""


class Line(asyncio.Protocol):
    """One connection, of one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._waited: dict[str, Waited] = {}
        self._number = 0
        self._greeted: asyncio.Future[Hello] = self._loop.create_future()
        self.lost = False
        self.reached = False
        """Whether the daemon has answered us."""
        self.pid = 0
        """The daemon's, once it has."""

    async def greet(self) -> None:
        """Raises OtherVersion, LineLost."""
        self._say(Hello(pid=os.getpid()))
        try:
            async with asyncio.timeout(HELLO_S):
                said = await self._greeted
        except TimeoutError as error:
            self.hang_up()
            raise LineLost("it did not greet") from error
        if said.version != VERSION:
            self.hang_up()
            raise OtherVersion(said)
        self.reached, self.pid = True, said.pid

    def ask(self, question: Callable[[str], Question], told: Told | None = None) -> tuple[str, Waited]:
        """Say it under a new id. Raises LineLost."""
        if self.lost:
            raise LineLost("it is closed")
        self._number += 1
        name = str(self._number)
        waited = self._waited[name] = Waited(self._loop, told)
        self._say(question(name))
        return name, waited

    def forget(self, name: str, last: Question | None = None) -> None:
        """No answer to it is waited for any longer; `last` is said, if there is anybody to hear it."""
        self._waited.pop(name, None)
        if last is not None and not self.lost:
            self._say(last)

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _say(self, question: Question) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(encode(question) + b"\n")

    # ---- what the event loop tells -----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream transport, since this is a stream protocol
        if not is_own(transport.get_extra_info("socket")):
            self.hang_up()

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                self._hear(answer_of(line))
            except msgspec.DecodeError:
                self.hang_up()
                return

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        waited, self._waited = self._waited, {}
        if not self._greeted.done():
            self._greeted.set_exception(LineLost("it closed without a word"))
            self._greeted.exception()
        for one in waited.values():
            if one.seen is not None:
                one.seen.put_nowait(None)
            if not one.answer.done():
                one.answer.set_exception(LineLost("the pool's daemon has gone"))
                one.answer.exception()  # whoever waited may have gone too
            elif not one.revoked.done():
                one.revoked.set_result("the pool's daemon has gone")

    def _hear(self, answer: Answer) -> None:
        if isinstance(answer, Hello):
            if not self._greeted.done():
                self._greeted.set_result(answer)
            return
        waited = self._waited.get(answer.id)
        if waited is None:
            return
        if isinstance(answer, Waiting):
            if waited.told is not None:
                waited.told(answer.progress)
        elif isinstance(answer, Revoked):
            if not waited.revoked.done():
                waited.revoked.set_result(answer.reason)
        elif isinstance(answer, Status) and waited.seen is not None:
            waited.seen.put_nowait(answer)
        else:
            if not isinstance(answer, Granted):
                del self._waited[answer.id]
            if not waited.answer.done():
                waited.answer.set_result(answer)


async def connected(path: Path) -> Line:
    """A greeted line. Raises OSError where nobody listens, LineLost, OtherVersion."""
    loop = asyncio.get_running_loop()
    _, line = await loop.create_unix_connection(Line, str(path))
    await line.greet()
    return line
