"""Leases on local models, for whoever wants to ask one: the pool as its clients see it. Knows what a client may
hold and what a no means for a pipeline; leaves finding the daemon to `starting`, its socket to `line`.

One connection serves an event loop. A daemon that has died is started again, and what was only asked is asked again.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from msgspec import Struct

from partimento.core.clock import Clock
from partimento.core.errors import EngineFault, EngineUnreachable, ModelMissing
from partimento.core.request import Priority
from partimento.pool.client.line import Line, LineLost, Told, Waited
from partimento.pool.client.no import error_by_hand, error_of, unanswered
from partimento.pool.client.starting import found, found_or_started
from partimento.pool.client.stopping import gone, stopped
from partimento.pool.deciding.effects import Progress
from partimento.pool.deciding.events import Outcome
from partimento.pool.messages import (
    Ask,
    End,
    Finished,
    Granted,
    Lease,
    Load,
    Pin,
    Question,
    Refused,
    Release,
    Set,
    Status,
    Unload,
    Watch,
)
from partimento.pool.processes.marks import began
from partimento.pool.values import PoolSettings, Wanted

SLACK_S: Final = 5.0
"""How much later than it should a daemon may refuse; then it is taken for dead."""


class Leased(Struct, frozen=True):
    """A model that answers: where, with which secret, under which name; `notes` are for the receipt. `revoked` is done,
    with the reason, once it answers no longer."""

    base_url: str
    secret: str
    upstream: str
    notes: tuple[str, ...]
    revoked: asyncio.Future[str]


class Leases:
    """`start`: the command of a daemon (`partimento pool run`), used where none runs in `folder`, with `settings`."""

    def __init__(self, folder: Path, start: Sequence[str], settings: PoolSettings, clock: Clock) -> None:
        self.folder, self._start, self._settings, self._clock = folder, tuple(start), settings, clock
        self._lines: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[Line]] = WeakKeyDictionary()
        self._guard = threading.Lock()

    @asynccontextmanager
    async def lease(
        self,
        wanted: Wanted,
        need: int,
        within_s: float,
        priority: Priority = "interactive",
        user: str = "",
        told: Callable[[Progress], None] | None = None,
    ) -> AsyncIterator[Leased]:
        """The model, for as long as the block lasts; `need`: tokens of prompt and answer together. Waits `within_s` at
        most, and `told` hears how far it is. Raises EngineOverloaded, EngineUnreachable, EngineRefused.
        """
        line, name, leased = await self._granted(wanted, need, within_s, priority, user, told)
        outcome: Outcome = "gone"
        try:
            yield leased
            outcome = "done"
        except (EngineFault, EngineUnreachable):
            outcome = "failed"
            raise
        finally:
            line.forget(name, Release(name, outcome))

    async def load(self, wanted: Wanted, *, force: bool = False, told: Told | None = None) -> tuple[str, ...]:
        """Load by hand; notes on what it meant. Raises NoRoom with what would have to go, ModelMissing, EngineError."""
        return await self._by_hand(lambda name: Load(id=name, wanted=wanted, force=force), told)

    async def unload(self, model: str = "", *, force: bool = False) -> tuple[str, ...]:
        """Unload by hand, "" for all; after its answers, or at once. What is not there is unloaded already."""
        line = await self.running()
        if line is None:
            return ("no pool runs, so no model was in memory",)
        try:
            return await self._by_hand(lambda name: Unload(id=name, model=model, force=force))
        except ModelMissing:
            return ("it was not in memory",)

    async def pin(self, model: str, pinned: bool | None = None, keep_s: float | None = None) -> tuple[str, ...]:
        """How long a model stays; None: as it was. Raises ModelMissing for an unknown model."""
        return await self._by_hand(lambda name: Pin(id=name, model=model, pinned=pinned, keep_s=keep_s))

    async def set_settings(self, settings: PoolSettings) -> None:
        """For the daemon that runs, and those that are started from here."""
        self._settings = settings
        if await self.running() is not None:
            await self._by_hand(lambda name: Set(id=name, settings=settings))

    async def status(self) -> Status | None:
        """The pool now; None where none runs. Raises EngineUnreachable."""
        line = await self.running()
        if line is None:
            return None
        try:
            _, waited = line.ask(Ask)
            told = await waited.answer
        except LineLost:
            return None
        return told if isinstance(told, Status) else None

    async def watch(self) -> AsyncGenerator[Status, None]:
        """The pool now and after each change, until its daemon ends; nothing where none runs."""
        line = await self.running()
        if line is None:
            return
        try:
            name, waited = line.ask(Watch)
        except LineLost:
            return
        waited.seen = asyncio.Queue()
        try:
            while (told := await waited.seen.get()) is not None:
                yield told
        finally:
            line.forget(name, Release(name))

    async def stop(self, *, force: bool = False) -> bool:
        """End the daemon, after its answers or at once; returns when it is gone. Whether there was one."""
        line = await stopped(self.folder, force=force)
        if line is None:
            return False
        if isinstance(line, Line):
            mark = began(line.pid)
            _, waited = line.ask(lambda name: End(name, force))
            await _settled(waited)
            line.hang_up()
            await gone(line.pid, mark)
        return True

    async def start(self) -> bool:
        """See to it that a daemon runs; whether one had to be started. Raises EngineUnreachable."""
        before = await self.running()
        await self._line()
        return before is None

    async def running(self) -> Line | None:
        """The line to the daemon, if one runs. Raises EngineUnreachable for one of another version."""
        line = await self._kept()
        if line is not None:
            return line
        line = await found(self.folder)
        if line is not None:
            self._keep(asyncio.create_task(_itself(line)))
        return line

    async def close(self) -> None:
        """Hang up, on this event loop; what is held is given back. A later call calls again."""
        with self._guard:
            task = self._lines.pop(asyncio.get_running_loop(), None)
        if task is not None and task.done() and not task.cancelled() and task.exception() is None:
            task.result().hang_up()

    # ---- one question ----------------------------------------------------------------------------------------------

    async def _granted(
        self, wanted: Wanted, need: int, within_s: float, priority: Priority, user: str, told: Told | None
    ) -> tuple[Line, str, Leased]:
        """Asked once more where the daemon died meanwhile."""
        until = self._clock.monotonic() + within_s
        lost: LineLost | None = None
        while True:
            line = await self._line()
            left_s = max(0.0, until - self._clock.monotonic())
            question = _lease(wanted, need, left_s, priority, user)
            try:
                name, answer, waited = await _answered(line, question, told, left_s + SLACK_S)
            except LineLost as error:
                if lost is not None:
                    raise unanswered(error) from error
                lost = error
                continue
            if isinstance(answer, Granted):
                leased = Leased(answer.base_url, answer.secret, answer.upstream, answer.notes, waited.revoked)
                return line, name, leased
            assert isinstance(answer, Refused)
            raise error_of(answer.refusal)

    async def _by_hand(self, question: Callable[[str], Question], told: Told | None = None) -> tuple[str, ...]:
        line = await self._line()
        try:
            _, answer, _ = await _answered(line, question, told, None)
        except LineLost as error:
            raise unanswered(error) from error
        if isinstance(answer, Refused):
            raise error_by_hand(answer.refusal)
        return answer.notes if isinstance(answer, Finished) else ()

    # ---- the line --------------------------------------------------------------------------------------------------

    async def _line(self) -> Line:
        """This event loop's, to a daemon that is started if need be; all who ask at once wait for one."""
        line = await self._kept()
        if line is not None:
            return line
        loop = asyncio.get_running_loop()
        with self._guard:
            task = self._lines.get(loop)
            if task is None or task.done():
                for closed in [other for other in self._lines if other.is_closed()]:
                    del self._lines[closed]
                task = asyncio.create_task(found_or_started(self.folder, self._start, self._settings))
                self._lines[loop] = task
        return await asyncio.shield(task)

    async def _kept(self) -> Line | None:
        """The one there is, if it is still good."""
        with self._guard:
            task = self._lines.get(asyncio.get_running_loop())
        if task is None:
            return None
        if task.done() and (task.cancelled() or task.exception() is not None):
            return None
        line = task.result() if task.done() else await asyncio.shield(task)
        return None if line.lost else line

    def _keep(self, task: asyncio.Task[Line]) -> None:
        with self._guard:
            self._lines[asyncio.get_running_loop()] = task


async def _itself(line: Line) -> Line:
    return line


def _lease(wanted: Wanted, need: int, within_s: float, priority: Priority, user: str) -> Callable[[str], Question]:
    return lambda name: Lease(id=name, wanted=wanted, need=need, within_s=within_s, priority=priority, user=user)


async def _answered(
    line: Line, question: Callable[[str], Question], told: Told | None, within_s: float | None
) -> tuple[str, Granted | Refused | Finished | Status, Waited]:
    """The last word. Raises LineLost; who goes away takes the question back."""
    name, waited = line.ask(question, told)
    try:
        async with asyncio.timeout(within_s):
            return name, await waited.answer, waited
    except TimeoutError as error:
        line.forget(name, Release(name, "gone"))
        raise unanswered(error) from error
    except asyncio.CancelledError:
        line.forget(name, Release(name, "gone"))
        raise


async def _settled(waited: Waited) -> None:
    try:
        await waited.answer
    except LineLost:
        return  # it has gone, as it was asked to
