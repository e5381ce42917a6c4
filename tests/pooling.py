"""A pool without a daemon: `decide` with children, devices and clients that a test plays by hand, and what must hold
after every event."""

from __future__ import annotations

from partimento.core.local import Files, Heard
from partimento.core.request import Priority
from partimento.pool.deciding.budget import summed
from partimento.pool.deciding.decide import decide, wakes_at
from partimento.pool.deciding.effects import (
    Close,
    Done,
    Effect,
    Grant,
    Reclaim,
    Refusal,
    Refuse,
    Revoke,
    Sleep,
    Start,
    Stop,
    Tell,
    Wake,
)  # fmt: skip
from partimento.pool.deciding.events import (
    Asked,
    BecameReady,
    Ended,
    Event,
    Exited,
    LoadAsked,
    Looked,
    PinAsked,
    Reclaimed,
    Seen,
    Slept,
    Started,
    Told,
    UnloadAsked,
)  # fmt: skip
from partimento.pool.deciding.state import PoolState, Worker
from partimento.pool.values import Cache, Device, Footprint, PoolSettings, Wanted

GB = 1 << 30


def machine(gb: float, name: str = "cpu") -> Device:
    """A device on which models may have so much, with the default headroom."""
    size = int(gb * GB) + PoolSettings().headroom_bytes
    return Device(name=name, total_bytes=size, free_bytes=size)


def model(name: str, **more: object) -> Wanted:
    return Wanted(model=name, engine="scripted", files=Files(f"/models/{name}", "gguf"), **more)  # type: ignore[arg-type]


def sized(gb: float, token_bytes: int = 0) -> Footprint:
    return Footprint(weights_bytes=int(gb * GB), caches=(Cache(token_bytes),) if token_bytes else ())


class Pool:
    """Time passes only when it is told to. Children do only what they are told to, but for what `finish` plays."""

    def __init__(self, *devices: Device, settings: PoolSettings | None = None) -> None:
        self.devices = devices or (machine(10),)
        self.now = 0.0
        self.state = PoolState.begin(settings or PoolSettings(), self.devices)
        self.granted: dict[str, int] = {}
        self.refused: dict[str, Refusal] = {}
        self.revoked: dict[str, str] = {}
        self.done: dict[str, tuple[str, ...]] = {}
        self.notes: dict[str, tuple[str, ...]] = {}
        self.started: list[Start] = []
        self.open: set[str] = set()
        """Leases and tickets without an answer yet."""
        self.closed = False
        self.force = False
        """Whether a load was forced of late."""
        self.leases = 0

    # What clients and people do

    def ask(
        self, wanted: Wanted, footprint: Footprint | None = None, *, need: int = 100, within_s: float = 1000.0,
        priority: Priority = "interactive", user: str = "", lease: str = "",
    ) -> str:  # fmt: skip
        self.leases += 1
        lease = lease or f"lease {self.leases}"
        self.open.add(lease)
        self.send(
            Asked(
                at=self.now, lease=lease, client="test", wanted=wanted, footprint=footprint or sized(4), need=need,
                deadline=self.now + within_s, priority=priority, user=user,
            )
        )  # fmt: skip
        return lease

    def end(self, lease: str) -> tuple[Effect, ...]:
        self.open.discard(lease)
        self.granted.pop(lease, None)
        return self.send(Ended(self.now, lease))

    def load(self, wanted: Wanted, footprint: Footprint | None = None, *, force: bool = False) -> str:
        ticket = self._ticket()
        self.force = self.force or force
        self.send(LoadAsked(at=self.now, ticket=ticket, wanted=wanted, footprint=footprint or sized(4), force=force))
        return ticket

    def unload(self, name: str = "", *, force: bool = False) -> str:
        ticket = self._ticket()
        self.send(UnloadAsked(self.now, ticket, name, force))
        return ticket

    def pin(self, name: str, pinned: bool | None = True, keep_s: float | None = None) -> str:
        ticket = self._ticket()
        self.send(PinAsked(self.now, ticket, name, pinned, keep_s))
        return ticket

    def _ticket(self) -> str:
        self.leases += 1
        self.open.add(f"ticket {self.leases}")
        return f"ticket {self.leases}"

    # What children do

    def worker(self, name: str) -> Worker:
        """The living worker of a model."""
        return next(worker for worker in self.state.workers.values() if worker.plan.model == name)

    def runs(self, name: str) -> bool:
        return any(worker.plan.model == name for worker in self.state.workers.values())

    def state_of(self, name: str) -> str:
        return self.worker(name).state if self.runs(name) else "gone"

    def ready(self, name: str, used_gb: float | None = None) -> Worker:
        worker = self.worker(name)
        used = worker.reserved_bytes if used_gb is None else int(used_gb * GB)
        self.send(Started(self.now, worker.number, 1000 + worker.number))
        self.send(BecameReady(self.now, worker.number, used))
        return self.worker(name)

    def tells(self, name: str, **heard: object) -> tuple[Effect, ...]:
        return self.send(Told(self.now, self.worker(name).number, Heard(**heard)))  # type: ignore[arg-type]

    def seen(self, name: str, used_gb: float, tokens: int = 0) -> tuple[Effect, ...]:
        return self.send(Seen(self.now, self.worker(name).number, int(used_gb * GB), tokens))

    def slept(self, name: str) -> tuple[Effect, ...]:
        return self.send(Slept(self.now, self.worker(name).number))

    def dies(self, name: str, reason: str = "it ended", *, out_of_memory: bool = False) -> tuple[Effect, ...]:
        """Its process ends, and its memory comes back."""
        number = self.worker(name).number
        effects = self.send(Exited(self.now, number, reason, out_of_memory))
        return effects + self.send(Reclaimed(self.now, number))

    def comes(self, name: str, footprint: Footprint | None = None, **more: object) -> Worker:
        """Asked for, loaded, served, idle."""
        lease = self.ask(model(name, **more), footprint)
        worker = self.ready(name)
        self.end(lease)
        return worker

    # What time does

    def passes(self, seconds: float, free_gb: float | None = None) -> tuple[Effect, ...]:
        """The daemon sleeps until it is to wake, as often as that comes, and looks at the machine then."""
        until = self.now + seconds
        effects: tuple[Effect, ...] = ()
        while (wake := wakes_at(self.state)) is not None and wake < until:
            self.now = max(self.now, wake)
            effects += self.look(free_gb)
        self.now = until
        return effects + self.look(free_gb)

    def look(self, free_gb: float | None = None) -> tuple[Effect, ...]:
        """Free is what our own models do not use, or what a test says."""
        devices = []
        for device in self.devices:
            used = sum(w.used_bytes for w in self.state.workers.values() if w.plan.device == device.name)
            free = device.free_bytes - used if free_gb is None else int(free_gb * GB)
            devices.append(Device(name=device.name, total_bytes=device.total_bytes, free_bytes=max(0, free)))
        effects = self.send(Looked(self.now, tuple(devices)))
        wake = wakes_at(self.state)
        assert wake is None or wake > self.now, "a look leaves nothing to be done at once"
        assert all(waiting.deadline > self.now for waiting in self.state.waiting.values())
        return effects

    def finish(self, limit: int = 2000) -> None:
        """Children do as they are told, clients end, time passes, until nobody waits."""
        for _ in range(limit):
            if not self.open and not self.granted and not (self.state.closing and not self.closed):
                return
            for lease in tuple(self.granted):
                self.end(lease)
            for worker in tuple(self.state.workers.values()):
                if worker.state in ("starting", "loading", "warming"):
                    self.send(BecameReady(self.now, worker.number, worker.reserved_bytes))
                elif worker.state == "stopping":
                    self.send(Exited(self.now, worker.number, "asked to"))
                elif worker.state == "reclaiming":
                    self.send(Reclaimed(self.now, worker.number))
                elif worker.state == "sleeping" and worker.reserved_bytes:
                    self.send(Slept(self.now, worker.number))
            wake = wakes_at(self.state)
            self.passes(0.0 if wake is None else max(0.0, wake - self.now))
        raise AssertionError(f"these wait without end: {self.open or self.granted}")

    # What must hold

    def send(self, event: Event) -> tuple[Effect, ...]:
        before, told = self.state, repr(self.state)
        self.state, effects = decide(before, event)
        assert repr(before) == told, "the state before is left as it was"
        for effect in effects:
            self._account(effect)
        self._check(before, effects)
        return effects

    def _account(self, effect: Effect) -> None:
        if isinstance(effect, Start):
            assert all(effect.worker != start.worker for start in self.started), "no number is used twice"
            self.started.append(effect)
        elif isinstance(effect, Grant):
            assert effect.lease in self.open, "granted once, and not after a refusal"
            self.open.discard(effect.lease)
            self.granted[effect.lease] = effect.worker
            self.notes[effect.lease] = effect.notes
        elif isinstance(effect, Refuse):
            assert effect.to in self.open, "refused once, and not after a grant"
            self.open.discard(effect.to)
            self.refused[effect.to] = effect.refusal
            assert effect.refusal.what
            assert effect.refusal.mend
        elif isinstance(effect, Revoke):
            assert effect.lease in self.granted
            del self.granted[effect.lease]
            self.revoked[effect.lease] = effect.reason
        elif isinstance(effect, Done):
            assert effect.ticket in self.open
            self.open.discard(effect.ticket)
            self.done[effect.ticket] = effect.notes
        elif isinstance(effect, Tell):
            assert effect.to in self.open
        elif isinstance(effect, Close):
            self.closed = True
            assert not self.state.workers

    def _check(self, before: PoolState, effects: tuple[Effect, ...]) -> None:
        state = self.state
        begun = [state.workers[e.worker].plan.device for e in effects if isinstance(e, Start | Wake)]
        for device, budget, reserved in summed(state):
            if device.name in begun:
                assert reserved <= budget, f"{device.name}: {reserved / GB} of {budget / GB}"
        for worker in state.workers.values():
            assert len(worker.leases) <= worker.plan.slots
            assert not worker.leases or worker.state in ("ready", "draining")
            assert state.known[worker.key].worker == worker.number
            assert all(state.held[lease].worker == worker.number for lease in worker.leases)
            if worker.state == "draining":
                assert worker.leases, "who has nothing left to do goes"
        assert {lease for worker in state.workers.values() for lease in worker.leases} == set(state.held)
        assert set(state.held) == set(self.granted)
        assert {lease for _, lease in state.due} == set(state.waiting)
        assert all(known.waiting == sum(map(len, known.lines.values())) for known in state.known.values())
        assert {w.key for w in state.waiting.values()} <= set(state.queued)
        gone = [e.worker for e in effects if isinstance(e, Stop | Sleep | Reclaim)]
        assert len(gone) == len(set(gone)), "nobody is sent away twice"
        for number in gone:
            assert not state.workers[number].leases
        for number, worker in state.workers.items():
            known, made = state.known[worker.key], worker.leaving and not before.workers[number].leaving
            if made and known.reason.startswith("made room for"):
                assert self.force or not known.stays, "a pinned model makes no room"
                assert self.force or before.settings.mode != "manual" or before.tickets or state.tickets

    def told(self, effects: tuple[Effect, ...], to: str) -> Tell | None:
        return next((e for e in effects if isinstance(e, Tell) and e.to == to), None)
