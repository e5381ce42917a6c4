"""The pool's daemon: events in, `decide`, effects out, one at a time. Knows which part carries out which effect; leaves
judgement to `decide`, processes to `children`, clients to `desk`, looking to `lookout`.

Nothing here blocks: files, memory and waiting for processes have threads.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from partimento.core.clock import Clock
from partimento.core.local import LocalEngine
from partimento.pool.daemon import measurements
from partimento.pool.daemon.desk import Desk
from partimento.pool.daemon.footprints import Footprints
from partimento.pool.daemon.lookout import Devices, Lookout
from partimento.pool.daemon.reclaiming import given_back
from partimento.pool.daemon.status import status
from partimento.pool.deciding.decide import decide, wakes_at
from partimento.pool.deciding.effects import (
    Close,
    Done,
    Effect,
    Grant,
    Reclaim,
    Refuse,
    Remember,
    Revoke,
    Sleep,
    Start,
    Stop,
    Tell,
    Wake,
)
from partimento.pool.deciding.events import Closing, Event, Looked, Recalled, Reclaimed
from partimento.pool.deciding.state import PoolState
from partimento.pool.messages import Status
from partimento.pool.processes.children import Children
from partimento.pool.values import Footprint, PoolSettings, Wanted

_log = logging.getLogger(__name__)


class Daemon:
    """`run` until it is told to end, or nobody has needed it for long. `devices` looks at the machine, in a thread."""

    def __init__(
        self,
        folder: Path,
        settings: PoolSettings,
        engines: Mapping[str, LocalEngine],
        devices: Devices,
        clock: Clock,
    ) -> None:
        self._folder, self._devices, self._clock = folder, devices, clock
        self._state = PoolState.begin(settings, (), clock.monotonic())
        self._events: deque[Event] = deque()
        self._turning = False
        self._footprints = Footprints(engines, clock)
        self._measured = measurements.recalled(folder)
        self._timer: asyncio.TimerHandle | None = None
        self._wakes_at: float | None = None
        self._needed_at = clock.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        self._to_keep = False
        self.closed = asyncio.Event()
        self.children = Children(engines, folder, self.put, lambda: self._state.settings, clock)
        self._lookout = Lookout(self.children, devices, self.put, lambda: self._state, clock)
        self.desk = Desk(self.put, self._weighed, self.status, clock)
        self._carry_out: dict[type[Any], Callable[[Any], None]] = {
            Start: self.children.start,
            Stop: lambda effect: self.children.stop(effect.worker, effect.grace_s),
            Sleep: lambda effect: self.children.sleep(effect.worker),
            Wake: lambda effect: self.children.wake(effect.worker),
            Reclaim: lambda effect: self._later(self._reclaim(effect)),
            Grant: self._grant,
            Refuse: lambda effect: self.desk.refuse(effect.to, effect.refusal),
            Revoke: self.desk.revoke,
            Tell: self.desk.tell,
            Done: self.desk.done,
            Remember: self._remember,
            Close: lambda _: self.closed.set(),
        }

    def status(self) -> Status:
        """The pool as it is now."""
        return status(self._state, self._clock.monotonic(), pid=os.getpid(), clients=len(self.desk.connections))

    async def run(self) -> None:
        """Until it closes; its children have ended then."""
        await self._lookout.look()
        self.put(Recalled(self._clock.monotonic(), self._measured))
        self._later(self._lookout.stand())
        self._later(self._leave_when_idle())
        try:
            await self.closed.wait()
        finally:
            self.desk.close()
            if self._timer is not None:
                self._timer.cancel()
            for task in tuple(self._tasks):
                task.cancel()
            await self.children.close()
            await self._keep()

    def close(self, *, force: bool = False) -> None:
        """Begin to end: after the answers under way, or at once."""
        self.put(Closing(self._clock.monotonic(), force))

    # ---- the loop --------------------------------------------------------------------------------------------------

    def put(self, event: Event) -> None:
        """One event after another, each with all its effects; what comes up meanwhile waits for its turn."""
        self._events.append(event)
        if self._turning:
            return
        self._turning = True
        try:
            while self._events:
                self._take(self._events.popleft())
        finally:
            self._turning = False
        self.desk.changed()
        self._schedule()

    def _take(self, event: Event) -> None:
        effects: tuple[Effect, ...] = ()
        try:
            self._state, effects = decide(self._state, event)
        except Exception:  # noqa: BLE001  # one event is lost, not the pool
            _log.exception("%s could not be decided on", type(event).__name__)
        for effect in effects:
            try:
                self._carry_out[type(effect)](effect)
            except Exception:  # noqa: BLE001  # the others still are
                _log.exception("%s could not be carried out", type(effect).__name__)

    def _later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- effects ---------------------------------------------------------------------------------------------------

    def _grant(self, effect: Grant) -> None:
        child = self.children.alive.get(effect.worker)
        if child is not None and child.door is not None:
            self.desk.grant(effect, child.plan, child.door)

    def _remember(self, effect: Remember) -> None:
        self._measured = measurements.remembered(self._measured, effect.key, effect.measured)
        if not self._to_keep:
            self._to_keep = True
            self._later(self._keep())

    async def _keep(self) -> None:
        await asyncio.sleep(0)  # several at once are one
        self._to_keep = False
        try:
            await asyncio.to_thread(measurements.keep, self._folder, self._measured)
        except OSError:
            _log.exception("what was measured could not be written down")

    async def _reclaim(self, effect: Reclaim) -> None:
        free = next((one.free_bytes for one in self._state.devices if one.name == effect.device), 0)
        found = await given_back(self._devices, effect.device, free, effect.bytes, self._clock)
        self._lookout.saw(found)
        self.put(Reclaimed(self._clock.monotonic(), effect.worker))

    # ---- time and memory -------------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        """See to it that the pool wakes when its next moment comes."""
        at = wakes_at(self._state)
        if at == self._wakes_at:
            return
        self._wakes_at = at
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if at is not None:
            wait_s = max(0.001, at - self._clock.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._wake_up)

    def _wake_up(self) -> None:
        self._timer = self._wakes_at = None
        self.put(Looked(self._clock.monotonic(), ()))

    async def _leave_when_idle(self) -> None:
        while True:
            now = self._clock.monotonic()
            if self._state.workers or self._state.waiting or self.desk.connections:
                self._needed_at = now
            idle_s = self._state.settings.idle_exit_s
            if now - self._needed_at >= idle_s:
                _log.info("nobody has needed the pool for %.0f s", idle_s)
                self.close()
            await asyncio.sleep(min(5.0, max(0.05, idle_s / 4)))

    # ---- weighing --------------------------------------------------------------------------------------------------

    def _weighed(self, wanted: Wanted) -> Footprint | Awaitable[Footprint]:
        """A model that is in memory is granted without a look at anything."""
        known = self._state.known.get(wanted.key)
        at_hand = self._footprints.at_hand(wanted)
        fresh = self._lookout.is_fresh or (known is not None and known.worker != 0)
        return at_hand if at_hand is not None and fresh else self._weigh(wanted)

    async def _weigh(self, wanted: Wanted) -> Footprint:
        footprint = await self._footprints.read(wanted)
        await self._lookout.refresh()
        return footprint
