"""The daemon's clients: what they ask as events, what is decided as answers, and what each of them still holds.
Knows who asked for what; leaves deciding to `decide`, bytes to `door`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.clock import Clock
from partimento.core.errors import PartimentoError
from partimento.core.local import Door, Plan
from partimento.pool.daemon.door import Connection
from partimento.pool.deciding.effects import Done, Grant, Refusal, Revoke, Tell
from partimento.pool.deciding.events import Asked, Closing, Ended, Event, LoadAsked, PinAsked, Reset, UnloadAsked
from partimento.pool.messages import (
    VERSION,
    Ask,
    End,
    Finished,
    Granted,
    Hello,
    Lease,
    Load,
    Pin,
    Question,
    Refused,
    Release,
    Revoked,
    Set,
    Status,
    Unload,
    Waiting,
    Watch,
)
from partimento.pool.values import Footprint, Wanted

TOLD_EACH_S: Final = 0.1
"""Who watches hears of changes no more often than this."""


class Slip(Struct):
    """Something asked and not finished. `asked`: whether the pool knows of it yet."""

    connection: Connection
    id: str
    kind: Literal["lease", "ticket"]
    asked: bool = False


class Desk:
    """`put` takes events; `weighed` gives a model's footprint, at once where it can; `status` the pool as it is."""

    def __init__(
        self,
        put: Callable[[Event], None],
        weighed: Callable[[Wanted], Footprint | Awaitable[Footprint]],
        status: Callable[[], Status],
        clock: Clock,
    ) -> None:
        self._put, self._weighed, self._status, self._clock = put, weighed, status, clock
        self._slips: dict[str, Slip] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._watching: dict[str, Slip] = {}
        self._shown: Any = None
        self._showing = False
        self._ends: list[Slip] = []
        self.connections: set[Connection] = set()
        self._doors: dict[type[Any], Callable[[Connection, Any], None]] = {
            Hello: self._hello, Lease: self._lease, Release: self._release, Load: self._load, Unload: self._unload,
            Pin: self._pin, Set: self._set, Ask: self._ask, Watch: self._watch, End: self._end,
        }  # fmt: skip

    # ---- what clients say ------------------------------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        self.connections.add(connection)

    def asked(self, connection: Connection, question: Question) -> None:
        self._doors[type(question)](connection, question)

    def closed(self, connection: Connection) -> None:
        """What it held is given back."""
        self.connections.discard(connection)
        for name in [name for name, slip in self._slips.items() if slip.connection is connection]:
            slip = self._slips.pop(name)
            if slip.kind == "lease" and slip.asked:
                self._put(Ended(self._clock.monotonic(), name, "gone"))
        self._watching = {name: slip for name, slip in self._watching.items() if slip.connection is not connection}
        self._ends = [slip for slip in self._ends if slip.connection is not connection]

    def _hello(self, connection: Connection, said: Hello) -> None:
        connection.say(Hello(version=VERSION, pid=os.getpid(), program=f"partimento {version('partimento')}"))
        if said.version != VERSION:
            connection.hang_up()

    def _lease(self, connection: Connection, asked: Lease) -> None:
        name = self._noted(connection, asked.id, "lease")
        deadline = self._clock.monotonic() + asked.within_s

        def event(footprint: Footprint) -> Event:
            return Asked(
                at=self._clock.monotonic(), lease=name, client=str(connection.number), wanted=asked.wanted,
                footprint=footprint, need=asked.need, deadline=deadline, priority=asked.priority, user=asked.user,
            )  # fmt: skip

        self._weigh_and_put(name, asked.wanted, event)

    def _load(self, connection: Connection, asked: Load) -> None:
        name = self._noted(connection, asked.id, "ticket")

        def event(footprint: Footprint) -> Event:
            at = self._clock.monotonic()
            return LoadAsked(at=at, ticket=name, wanted=asked.wanted, footprint=footprint, force=asked.force)

        self._weigh_and_put(name, asked.wanted, event)

    def _release(self, connection: Connection, said: Release) -> None:
        name = _name(connection, said.id)
        self._watching.pop(name, None)
        slip = self._slips.pop(name, None)
        if slip is not None and slip.kind == "lease" and slip.asked:
            self._put(Ended(self._clock.monotonic(), name, said.outcome))

    def _unload(self, connection: Connection, asked: Unload) -> None:
        name = self._noted(connection, asked.id, "ticket")
        self._put(UnloadAsked(self._clock.monotonic(), name, asked.model, asked.force))

    def _pin(self, connection: Connection, asked: Pin) -> None:
        name = self._noted(connection, asked.id, "ticket")
        self._put(PinAsked(self._clock.monotonic(), name, asked.model, asked.pinned, asked.keep_s))

    def _set(self, connection: Connection, asked: Set) -> None:
        self._put(Reset(self._clock.monotonic(), asked.settings))
        connection.say(Finished(asked.id))

    def _ask(self, connection: Connection, asked: Ask) -> None:
        connection.say(_for(self._status(), asked.id))

    def _watch(self, connection: Connection, asked: Watch) -> None:
        self._watching[_name(connection, asked.id)] = Slip(connection, asked.id, "ticket")
        connection.say(_for(self._status(), asked.id))

    def _end(self, connection: Connection, asked: End) -> None:
        self._ends.append(Slip(connection, asked.id, "ticket"))
        self._put(Closing(self._clock.monotonic(), asked.force))

    def _noted(self, connection: Connection, name: str, kind: Literal["lease", "ticket"]) -> str:
        noted = _name(connection, name)
        self._slips[noted] = Slip(connection, name, kind)
        return noted

    def _weigh_and_put(self, name: str, wanted: Wanted, event: Callable[[Footprint], Event]) -> None:
        """The model's files are read first; who has gone meanwhile has asked nothing."""
        weighed = self._weighed(wanted)
        if isinstance(weighed, Footprint):
            self._slips[name].asked = True
            self._put(event(weighed))
            return
        task = asyncio.ensure_future(self._weigh_later(name, weighed, event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _weigh_later(self, name: str, weighed: Awaitable[Footprint], event: Callable[[Footprint], Event]) -> None:
        try:
            footprint = await weighed
        except Exception as error:  # noqa: BLE001  # a bad file is its client's trouble
            self.refuse(name, _unreadable(error))
            return
        if (slip := self._slips.get(name)) is not None:
            slip.asked = True
            self._put(event(footprint))

    # ---- what is decided -------------------------------------------------------------------------------------------

    def grant(self, effect: Grant, plan: Plan, door: Door) -> None:
        if (slip := self._slips.get(effect.lease)) is not None:
            slip.connection.say(
                Granted(id=slip.id, base_url=door.base_url, secret=door.secret, upstream=plan.model, notes=effect.notes)
            )

    def refuse(self, to: str, refusal: Refusal) -> None:
        if (slip := self._slips.pop(to, None)) is not None:
            slip.connection.say(Refused(slip.id, refusal))

    def revoke(self, effect: Revoke) -> None:
        if (slip := self._slips.pop(effect.lease, None)) is not None:
            slip.connection.say(Revoked(slip.id, effect.reason))

    def tell(self, effect: Tell) -> None:
        if (slip := self._slips.get(effect.to)) is not None:
            slip.connection.say(Waiting(slip.id, effect.progress))

    def done(self, effect: Done) -> None:
        if (slip := self._slips.pop(effect.ticket, None)) is not None:
            slip.connection.say(Finished(slip.id, effect.notes))

    def changed(self) -> None:
        """Something may look different now to those who watch."""
        if self._watching and not self._showing:
            self._showing = True
            asyncio.get_running_loop().call_later(TOLD_EACH_S, self._show)

    def _show(self) -> None:
        self._showing = False
        told = self._status()
        looks = [
            (one.model, one.state, one.stage, one.fraction, one.leases, one.queued, one.pinned) for one in told.models
        ]
        if looks != self._shown:
            self._shown = looks
            for slip in self._watching.values():
                slip.connection.say(_for(told, slip.id))

    def close(self) -> None:
        """Who asked for the end is told, and all are hung up on."""
        for task in self._tasks:
            task.cancel()
        for slip in self._ends:
            slip.connection.say(Finished(slip.id))
        for connection in tuple(self.connections):
            connection.hang_up()


def _name(connection: Connection, name: str) -> str:
    return f"{connection.number}:{name}"


def _for(told: Status, name: str) -> Status:
    return replace(told, id=name)


def _unreadable(error: Exception) -> Refusal:
    if isinstance(error, PartimentoError):
        return Refusal(kind="failed", what=error.what, why=error.why, mend=error.mend)
    return Refusal(kind="failed", what="the model's files cannot be read", why=f"{type(error).__name__}: {error}")
