"""A state in change: one event's working copy, and the effects so far. Knows how its parts are kept in step (a lease in
the queue, in the index and among the deadlines); leaves what is to happen to the subjects that `decide` calls."""

from __future__ import annotations

from bisect import bisect_left, insort

from msgspec import Struct
from msgspec.structs import replace

from partimento.pool.deciding import schedule
from partimento.pool.deciding.effects import Effect, Grant, Progress, Refusal, Refuse, Remember, Revoke, Tell
from partimento.pool.deciding.state import NOBODY, Held, Known, PoolState, Waiting, Worker, load_seconds, measured_so
from partimento.pool.values import Measured


class Turn(Struct, kw_only=True):
    """Lives for one `decide`; the state before stays as it was. `touched`: models whose queue may be served; `replan`:
    room has come or is wanted."""

    before: PoolState
    now: float
    known: dict[str, Known]
    workers: dict[int, Worker]
    waiting: dict[str, Waiting]
    held: dict[str, Held]
    due: list[tuple[float, str]]
    queued: dict[str, None]
    after: PoolState
    """Settings, devices, tickets and the like, as they are now."""
    effects: list[Effect]
    touched: dict[str, None]
    replan: bool = False
    loads: dict[str, float]
    """Seconds that each model takes to load, as far as it was asked for."""
    fresh: Waiting | None = None
    """Who has just come, and is told the place if it has to wait."""

    @classmethod
    def of(cls, state: PoolState, at: float) -> Turn:
        """The copy to work on. A clock that went back stands still."""
        return cls(
            before=state, now=max(at, state.now), known=state.known.copy(), workers=state.workers.copy(),
            waiting=state.waiting.copy(), held=state.held.copy(), due=list(state.due), queued=state.queued.copy(),
            after=state, effects=[], touched={}, loads={},
        )  # fmt: skip

    def done(self) -> tuple[PoolState, tuple[Effect, ...]]:
        state = replace(
            self.after, now=self.now, known=self.known, workers=self.workers, waiting=self.waiting, held=self.held,
            due=tuple(self.due), queued=self.queued,
        )  # fmt: skip
        return state, tuple(self.effects)

    def emit(self, effect: Effect) -> None:
        self.effects.append(effect)

    def measured(self, key: str) -> tuple[Measured, ...]:
        return self.after.measured.get(key, ())

    def load_s(self, known: Known) -> float:
        key = known.key
        if key not in self.loads:
            self.loads[key] = load_seconds(known, self.measured(key))
        return self.loads[key]

    def worker_of(self, known: Known) -> Worker | None:
        return self.workers.get(known.worker)

    def put(self, worker: Worker) -> Worker:
        self.workers[worker.number] = worker
        return worker

    # What waits

    def wants_load(self, key: str) -> bool:
        return any(ticket.kind == "load" and key in ticket.keys for ticket in self.after.tickets.values())

    def enqueue(self, key: str, waiting: Waiting) -> None:
        known = self.known[key]
        if not known.waiting:
            known = replace(known, told_at=self.now)
        self.known[key] = schedule.joined(known, waiting)
        self.waiting[waiting.lease] = waiting
        insort(self.due, (waiting.deadline, waiting.lease))
        self.queued[key] = None
        self.touched[key] = None

    def _gone(self, waiting: Waiting) -> None:
        del self.waiting[waiting.lease]
        at = bisect_left(self.due, (waiting.deadline, waiting.lease))
        if at < len(self.due) and self.due[at][1] == waiting.lease:
            del self.due[at]
        self.settle_queue(waiting.key)

    def settle_queue(self, key: str) -> None:
        """Nobody may be waiting for a model any more."""
        if key in self.queued and not self.known[key].waiting and not self.wants_load(key):
            del self.queued[key]
            if self.known[key].promised != NOBODY or self.known[key].short_since is not None:
                self.known[key] = replace(self.known[key], promised=NOBODY, short_since=None)
            self.replan = True

    def withdraw(self, waiting: Waiting) -> None:
        self.known[waiting.key] = schedule.left(self.known[waiting.key], waiting)
        self._gone(waiting)

    def refuse(self, waiting: Waiting, refusal: Refusal) -> None:
        self.withdraw(waiting)
        self.emit(Refuse(waiting.lease, refusal))

    def refuse_all(self, key: str, refusal: Refusal) -> None:
        for waiting in schedule.in_order(self.known[key]):
            self.refuse(waiting, refusal)

    def refuse_tickets(self, key: str, refusal: Refusal) -> None:
        """What was to be loaded by hand is not."""
        for ticket in tuple(self.after.tickets.values()):
            if ticket.kind == "load" and key in ticket.keys:
                self.drop_ticket(ticket.ticket)
                self.emit(Refuse(ticket.ticket, refusal))

    def drop_ticket(self, name: str) -> None:
        tickets = self.after.tickets.copy()
        ticket = tickets.pop(name)
        self.after = replace(self.after, tickets=tickets)
        for key in ticket.keys:
            if key in self.known:
                self.settle_queue(key)

    # Leases

    def grant(self, worker: Worker, waiting: Waiting) -> Worker:
        self.known[waiting.key] = schedule.granted(self.known[waiting.key], waiting, self.now)
        self._gone(waiting)
        self.held[waiting.lease] = Held(
            lease=waiting.lease, key=waiting.key, worker=worker.number, rank=waiting.rank, since=self.now
        )
        self.emit(Grant(waiting.lease, worker.number, _notes(worker, self.known[waiting.key])))
        return self.put(
            replace(
                worker,
                leases=(*worker.leases, waiting.lease),
                rank=min(worker.rank, waiting.rank) if worker.leases else waiting.rank,
                last_used=self.now,
                used=True,
            )
        )

    def revoke_all(self, worker: Worker, reason: str) -> Worker:
        for lease in worker.leases:
            del self.held[lease]
            self.emit(Revoke(lease, reason))
        return self.put(replace(worker, leases=(), rank=NOBODY))

    # What is told and remembered

    def tell(self, known: Known) -> None:
        """Say to all who wait for a model how far it is."""
        self.known[known.key] = known = replace(known, told_at=self.now)
        for number, waiting in enumerate(schedule.in_order(known), 1):
            self.emit(Tell(waiting.lease, self.progress(known, number)))
        if self.after.tickets:
            for ticket in self.after.tickets.values():
                if ticket.kind == "load" and known.key in ticket.keys:
                    self.emit(Tell(ticket.ticket, self.progress(known, 0)))

    def progress(self, known: Known, position: int) -> Progress:
        worker = self.workers.get(known.worker)
        return Progress(
            model=known.wanted.model,
            state=worker.state if worker else "waiting",
            stage=worker.stage if worker else "",
            fraction=worker.fraction if worker else None,
            position=position,
            eta_s=self.wait_s(known, position),
        )

    def wait_s(self, known: Known, position: int) -> float:
        """About how long until so many have had their turn."""
        worker = self.workers.get(known.worker)
        slots = worker.plan.slots if worker else max(1, known.wanted.slots)
        wait = position * known.service_s / slots
        if worker is None or worker.leaving or worker.asleep:
            wait += self.load_s(known)
        elif worker.state != "ready":
            wait += max(0.0, self.load_s(known) - (self.now - worker.since))
        return round(wait, 1)

    def remember(self, key: str, seen: Measured) -> None:
        """Keep what was measured, if it is news."""
        before = self.measured(key)
        old = measured_so(before, seen.context, seen.slots)
        if old is not None:
            seen = Measured(
                seen.context,
                seen.slots,
                seen.peak_bytes or old.peak_bytes,
                seen.load_s or old.load_s,
                seen.tokens_per_s or old.tokens_per_s,
            )
            if seen == old:
                return
        others = tuple(one for one in before if (one.context, one.slots) != (seen.context, seen.slots))
        all_seen = (*others, seen)
        self.after = replace(self.after, measured={**self.after.measured, key: all_seen})
        self.emit(Remember(key, all_seen))


def _notes(worker: Worker, known: Known) -> tuple[str, ...]:
    """For the receipt: what it runs with less than was wanted; and, with its first answer, how its forerunner ended."""
    again = f"{known.wanted.model} was started again: it {worker.before}" if worker.before and not worker.used else ""
    return tuple(note for note in (worker.note, again) if note)
