"""The daemon's children, by the numbers of their workers: effects in, events out. Knows the order of a child's life;
leaves processes to `process`, what is asked of one to `questions`, and every decision to `decide`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, Final

from partimento.core.clock import Clock
from partimento.core.errors import EngineError
from partimento.core.local import Door, Heard, LocalEngine
from partimento.pool.deciding.effects import Start
from partimento.pool.deciding.events import BecameReady, Event, Exited, Slept, Started, Told
from partimento.pool.memory import machine
from partimento.pool.processes import marks
from partimento.pool.processes.exits import Ending, ending, says_port_is_taken
from partimento.pool.processes.process import Process, free_port, is_taken, started
from partimento.pool.processes.questions import Questions
from partimento.pool.processes.watchdog import Watchdog
from partimento.pool.values import PoolSettings

PORT_TRIES: Final = 5
SIGN_S: Final = 1.0
"""Lines that tell nothing are a sign of life no more often than this."""
MOST_HEARD: Final = 200
_log = logging.getLogger(__name__)


class Child:
    """One worker's process, and what was heard of it."""

    def __init__(self, start: Start, engine: LocalEngine) -> None:
        self.number, self.plan, self.engine = start.worker, start.plan, engine
        self.process: Process | None = None
        self.door: Door | None = None
        self.watchdog: Watchdog | None = None
        """Once it is ready."""
        self.stopping = False
        self.heard: list[Heard] = []
        self.signed_at = 0.0
        self.seen_at = 0.0
        self.grown_bytes = 0
        """Its memory when that was last a sign of life."""
        self.kills_before = machine.memory_kills()
        self.failure = ""
        """What the pool found wrong with it itself."""


class Children:
    """`put` takes the events; `settings` gives the settings of the moment. On one event loop, whose thread starts
    them."""

    def __init__(
        self,
        engines: Mapping[str, LocalEngine],
        folder: Path,
        put: Callable[[Event], None],
        settings: Callable[[], PoolSettings],
        clock: Clock,
    ) -> None:
        self._engines, self._folder, self._put, self._settings, self._clock = engines, folder, put, settings, clock
        self._tasks: set[asyncio.Task[None]] = set()
        self.questions = Questions()
        self.alive: dict[int, Child] = {}

    # ---- effects ---------------------------------------------------------------------------------------------------

    def start(self, effect: Start) -> None:
        engine = self._engines.get(effect.wanted.engine)
        if engine is None:
            reason = f"no engine {effect.wanted.engine!r} is installed for local models"
            self._later(self._never_was(effect.worker, reason))
            return
        child = self.alive[effect.worker] = Child(effect, engine)
        self._later(self._live(child))

    def stop(self, worker: int, grace_s: float) -> None:
        child = self.alive.get(worker)
        if child is None:
            return
        child.stopping = True
        if child.process is not None:
            child.process.terminate()
            asyncio.get_running_loop().call_later(max(0.0, grace_s), child.process.kill)

    def sleep(self, worker: int) -> None:
        if (child := self.alive.get(worker)) is not None:
            self._later(self._sleep(child))

    def wake(self, worker: int) -> None:
        if (child := self.alive.get(worker)) is not None:
            self._later(self._wake(child))

    async def close(self) -> None:
        """End all that still lives, at once."""
        for child in self.alive.values():
            child.stopping = True
            if child.process is not None:
                child.process.kill()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
        for task in self._tasks:
            task.cancel()
        await self.questions.close()

    # ---- a life ----------------------------------------------------------------------------------------------------

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _never_was(self, worker: int, reason: str) -> None:
        self._put(Exited(self._clock.monotonic(), worker, reason))

    async def _live(self, child: Child) -> None:
        try:
            ended = await self._run(child)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever an engine's own launch raises: one model fails, not the pool
            _log.exception("%s could not be started", child.plan.model)
            ended = Ending(f"it could not be started: {error}")
            if child.process is not None:
                child.process.kill()
        del self.alive[child.number]
        self._put(Exited(self._clock.monotonic(), child.number, ended.reason, ended.out_of_memory))

    async def _run(self, child: Child) -> Ending:
        """Start it, as often as its port turns out to be taken, and wait for its end."""
        for turn in range(PORT_TRIES):
            if child.stopping:
                break
            process = await self._begin(child)
            readying = asyncio.create_task(self._get_ready(child, process))
            try:
                code = await asyncio.shield(process.ended)
            finally:
                readying.cancel()
                await asyncio.wait((readying,))
                marks.take(self._folder, process.pid)
            await process.last_words()
            if not self._collided(child, process, turn):
                asked = bool(child.failure) or child.stopping
                ended = ending(
                    code,
                    child.heard,
                    process.tail,
                    asked=asked,
                    killed=process.killed,
                    system_killed=_killed_since(child.kills_before),
                )
                if child.failure:
                    ended = Ending(child.failure, ended.out_of_memory)
                _log.info("%s (process %d) ended with %d: %s", child.plan.model, process.pid, code, ended.reason)
                return ended
            _log.info("%s found its port taken and is started again", child.plan.model)
        return Ending("it was asked to end before it was started")

    async def _begin(self, child: Child) -> Process:
        child.heard.clear()
        child.door = Door(free_port(), secrets.token_urlsafe(24))
        launch = child.engine.launch(child.plan, child.door)
        process = child.process = await started(launch, lambda line: self._hear(child, line))
        if child.stopping:  # it was asked to while it started
            process.kill()
        marks.put(self._folder, process.pid, child.plan.model)
        _log.info("%s started: process %d", child.plan.model, process.pid)
        self._put(Started(self._clock.monotonic(), child.number, process.pid))
        return process

    def _collided(self, child: Child, process: Process, turn: int) -> bool:
        """Whether it ended because somebody else took its port meanwhile, and may be started again."""
        if child.stopping or child.failure or child.watchdog is not None or turn == PORT_TRIES - 1:
            return False
        assert child.door is not None
        return says_port_is_taken(process.tail, child.heard) or is_taken(child.door.port)

    async def _get_ready(self, child: Child, process: Process) -> None:
        assert child.door is not None
        await self.questions.answers(child.door)
        self._put(Told(self._clock.monotonic(), child.number, Heard(stage="warming")))
        try:
            await self.questions.first_word(child.plan, child.door, self._settings().start_s)
        except EngineError as error:
            with contextlib.suppress(TimeoutError):  # one that has just crashed says more by its end
                async with asyncio.timeout(1.0):
                    await asyncio.shield(process.ended)
            if not process.ended.done():
                self._fail(child, f"its first answer failed: {error.why or error.what}")
            return
        used = await asyncio.to_thread(machine.used_bytes, process.pid, child.plan.device)
        if not process.ended.done():
            now = self._clock.monotonic()
            child.watchdog = Watchdog(now)
            self._put(BecameReady(now, child.number, used))

    def _fail(self, child: Child, reason: str) -> None:
        child.failure = reason
        if child.process is not None:
            child.process.kill()

    # ---- what is heard of it ---------------------------------------------------------------------------------------

    def _hear(self, child: Child, line: str) -> None:
        now = self._clock.monotonic()
        try:
            heard = child.engine.heard(line)
        except Exception:  # noqa: BLE001  # an engine's own words fail alone
            _log.exception("%s could not be heard", child.engine.name)
            heard = None
        if heard is None:
            if now - child.signed_at >= SIGN_S and child.watchdog is None:
                child.signed_at = now
                self._put(Told(now, child.number, Heard()))
            return
        if len(child.heard) < MOST_HEARD or heard.reason or heard.out_of_memory:
            child.heard.append(heard)
        child.signed_at = now
        self._put(Told(now, child.number, heard))

    # ---- sleep -----------------------------------------------------------------------------------------------------

    async def _sleep(self, child: Child) -> None:
        assert child.door is not None
        try:
            await self.questions.sleep(child.door, self._settings().stall_s)
        except EngineError as error:
            self._fail(child, f"it could not be put to sleep: {error.why or error.what}")
            return
        self._put(Slept(self._clock.monotonic(), child.number))

    async def _wake(self, child: Child) -> None:
        assert child.door is not None
        try:
            await self.questions.wake(child.door, self._settings().start_s)
        except EngineError as error:
            self._fail(child, f"it could not be woken: {error.why or error.what}")
            return
        if child.process is not None:
            used = await asyncio.to_thread(machine.used_bytes, child.process.pid, child.plan.device)
            self._put(BecameReady(self._clock.monotonic(), child.number, used))


def _killed_since(before: int | None) -> bool | None:
    """Whether the system has ended processes for want of memory since it was asked; None where it does not tell."""
    now = machine.memory_kills()
    return None if before is None or now is None else now > before
