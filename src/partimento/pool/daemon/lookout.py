"""Looks at the machine's memory and at the children, for as long as the daemon lives. Knows how often, and what is a
sign of life; leaves what a child's counters mean to `watchdog`, and what follows to `decide`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from partimento.core.clock import Clock
from partimento.core.errors import EngineError
from partimento.core.local import Heard
from partimento.pool.deciding.events import Event, Looked, Seen, Stalled, Told
from partimento.pool.deciding.state import PoolState
from partimento.pool.memory import machine
from partimento.pool.processes.children import Child, Children
from partimento.pool.processes.questions import Counter
from partimento.pool.processes.watchdog import Watchdog
from partimento.pool.values import Device

Devices = Callable[[], tuple[Device, ...]]
LOOK_S: Final = 1.0
"""Between looks at the machine while anything lives."""
IDLE_LOOK_S: Final = 30.0
SEE_S: Final = 2.0
"""Between looks at the children."""
GROWN_BYTES: Final = 1 << 20
"""So much more memory is a sign of life of a child that loads."""
_log = logging.getLogger(__name__)


class Lookout:
    """`devices` looks at the machine, in a thread; `state` gives the pool as it is; `put` takes what was seen."""

    def __init__(
        self,
        children: Children,
        devices: Devices,
        put: Callable[[Event], None],
        state: Callable[[], PoolState],
        clock: Clock,
    ) -> None:
        self._children, self._devices, self._put, self._state, self._clock = children, devices, put, state, clock
        self._looked_at = -LOOK_S
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether the machine was looked at just now."""
        return self._clock.monotonic() - self._looked_at <= LOOK_S

    async def refresh(self) -> None:
        """Look, if that was long ago; all who want it wait for one look."""
        if self.is_fresh:
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self.look())
        await asyncio.shield(self._looking)

    async def look(self) -> None:
        """At the machine, now."""
        try:
            self.saw(await asyncio.to_thread(self._devices))
        except Exception:  # noqa: BLE001  # whatever a driver does; what was seen last holds
            _log.exception("the machine's memory could not be looked at")
            self.saw(())

    def saw(self, found: tuple[Device, ...]) -> None:
        self._looked_at = self._clock.monotonic()
        self._put(Looked(self._looked_at, found))

    async def stand(self) -> None:
        """Look at the machine and at the children, in turn, for ever."""
        while True:
            state = self._state()
            busy = bool(state.workers or state.waiting)
            step_s = state.settings.stall_s / 4
            await asyncio.sleep(min(LOOK_S, step_s))
            if self._clock.monotonic() - self._looked_at >= (LOOK_S if busy else IDLE_LOOK_S) * 0.9:
                await self.look()
            try:
                await self._see_all(min(SEE_S, step_s))
            except Exception:  # noqa: BLE001  # a child that cannot be looked at now is looked at again
                _log.exception("the children could not be looked at")

    async def _see_all(self, every_s: float) -> None:
        now = self._clock.monotonic()
        due = [
            (child, child.process.pid, child.plan.device)
            for child in self._children.alive.values()
            if child.process is not None and now - child.seen_at >= every_s * 0.9
        ]
        if due:
            used = await asyncio.to_thread(lambda: [machine.used_bytes(pid, device) for _, pid, device in due])
            await asyncio.gather(*(self._see(child, size) for (child, _, _), size in zip(due, used, strict=True)))

    async def _see(self, child: Child, used: int) -> None:
        child.seen_at = self._clock.monotonic()
        dog = child.watchdog
        if dog is not None:
            await self._watch(child, dog)
        elif used > child.grown_bytes + GROWN_BYTES:
            child.grown_bytes = used
            self._put(Told(child.seen_at, child.number, Heard()))
        if used:
            self._put(Seen(self._clock.monotonic(), child.number, used, 0 if dog is None else dog.tokens))

    async def _watch(self, child: Child, dog: Watchdog) -> None:
        worker = self._state().workers.get(child.number)
        leases = () if worker is None else worker.leases
        counters: tuple[Counter, ...] | None = None
        if leases and child.door is not None:
            try:
                counters = await self._children.questions.counters(child.door)
            except EngineError as error:
                _log.info("%s does not tell how far it is: %s", child.plan.model, error)
        now = self._clock.monotonic()
        dog.looked(now, leases, counters)
        if dog.still_s >= self._state().settings.stall_s:
            self._put(Stalled(now, child.number, f"made no token for {dog.still_s:.0f} s"))
