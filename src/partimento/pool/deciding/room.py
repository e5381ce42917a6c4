"""Who gets memory: models that wait for room are started, or others make it. Knows claims, modes and force; leaves what
fits to `site`, who may go to `schedule`, who goes to `evict`, how to `leave`."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from msgspec.structs import replace

from partimento.core.local import Plan
from partimento.pool.deciding import budget, refusals, schedule
from partimento.pool.deciding.effects import Start, Wake
from partimento.pool.deciding.evict import Candidate, cheapest
from partimento.pool.deciding.ladder import Shape
from partimento.pool.deciding.leave import drain, stay
from partimento.pool.deciding.schedule import rank_of
from partimento.pool.deciding.site import Site, forced, sites
from partimento.pool.deciding.state import NOBODY, Known, Worker
from partimento.pool.deciding.turn import Turn

BUSY_COST = 1e6
PINNED_COST = 1e9
"""What forcing out one in use, or a pinned one, is weighed like: the others go first."""


def seat(turn: Turn) -> None:
    """Give each model that waits without a place its place, the most urgent first. A claim holds the room that is being
    made for one against those behind it."""
    for worker in tuple(turn.workers.values()):
        stay(turn, worker)
    if turn.after.closing:
        return
    turn.after = replace(turn.after, room_at=inf)
    keys = [key for key in turn.queued if _unseated(turn, turn.known[key])]
    claims: dict[str, int] = {}
    for key in sorted(keys, key=lambda key: schedule.urgency(turn.known[key], _by_hand_since(turn, key))):
        if key in turn.queued:
            _place(turn, key, claims)


def _unseated(turn: Turn, known: Known) -> bool:
    worker = turn.worker_of(known)
    if worker is None or worker.asleep:
        return turn.now >= known.retry_at
    return worker.state == "ready" and schedule.largest_need(known) > worker.plan.context


def _by_hand_since(turn: Turn, key: str) -> float | None:
    sinces = [t.since for t in turn.after.tickets.values() if t.kind == "load" and key in t.keys]
    return min(sinces, default=None)


def _place(turn: Turn, key: str, claims: dict[str, int]) -> None:
    known = turn.known[key]
    worker = turn.worker_of(known)
    manual = turn.after.settings.mode == "manual"
    if worker is None and manual and not known.by_hand and not turn.wants_load(key):
        turn.refuse_all(key, refusals.manual(known))
        return
    if worker is not None and worker.asleep and schedule.largest_need(known) <= worker.plan.context:
        found = [Site(worker.plan.device, Shape(worker.plan.context, worker.plan.slots), worker.estimated_bytes)]
    else:
        found = sites(turn, key)
    if not found or key not in turn.queued:
        return
    if worker is not None and not (worker.asleep and schedule.largest_need(known) <= worker.plan.context):
        _grow(turn, turn.known[key], worker)
        return
    for site in found:
        if _is_open(turn, key, site, claims):
            _start(turn, key, site)
            return
    for site in found:
        if _is_coming(turn, key, site, claims):
            claims[site.device] = claims.get(site.device, 0) + site.bytes
            return
    if not manual or turn.wants_load(key):
        _make_room(turn, key, found, claims)


def _grow(turn: Turn, known: Known, worker: Worker) -> None:
    """A request needs more context than the resident child has: it is loaded anew when it is unused, or after its
    quantum, so that others do not wait for a large one without end, nor it for them."""
    if worker.asleep:
        drain(turn, worker, "loaded anew for a larger context")
        return
    small = schedule.first(known, worker.plan.context) is not None
    grows_at = worker.ready_at + turn.after.settings.quantum_loads * turn.load_s(known)
    if (worker.leases or small) and turn.now < grows_at:
        _at_the_latest(turn, grows_at)
        return
    drain(turn, worker, "loaded anew for a larger context", makes_room_for=worker.key)


def _others(turn: Turn, key: str) -> list[Worker]:
    return [worker for worker in turn.workers.values() if worker.key != key and not worker.asleep]


def _is_open(turn: Turn, key: str, site: Site, claims: dict[str, int]) -> bool:
    if turn.after.settings.mode == "exclusive" and (_others(turn, key) or claims):
        return False
    if site.shape.alone and any(_idle(worker) or worker.leaving for worker in _beside(turn, key, site.device)):
        return False
    return min(budget.open_bytes(turn, site.device), _open_soon(turn, site, claims)) >= site.bytes


def _is_coming(turn: Turn, key: str, site: Site, claims: dict[str, int]) -> bool:
    """Whether what is on its way back will do."""
    if turn.after.settings.mode == "exclusive":
        return bool(claims) or all(worker.leaving for worker in _others(turn, key))
    if site.shape.alone and any(_idle(worker) for worker in _beside(turn, key, site.device)):
        return False
    return _open_soon(turn, site, claims) >= site.bytes


def _open_soon(turn: Turn, site: Site, claims: dict[str, int]) -> int:
    coming = budget.open_bytes(turn, site.device) + budget.leaving_bytes(turn, site.device)
    return coming - claims.get(site.device, 0)


def _beside(turn: Turn, key: str, device: str) -> list[Worker]:
    """Others on its device that are not pinned."""
    workers = turn.workers.values()
    return [w for w in workers if w.key != key and w.on(device) and not turn.known[w.key].stays]


def _idle(worker: Worker) -> bool:
    return worker.state in ("ready", "sleeping") and not worker.leases and not worker.leaving


def _make_room(turn: Turn, key: str, found: list[Site], claims: dict[str, int]) -> None:
    known, force = turn.known[key], forced(turn, key)
    rank = schedule.urgency(known, _by_hand_since(turn, key))[0]
    best: tuple[float, Site, tuple[int, ...]] | None = None
    for site in found:
        chosen = _chosen(turn, key, site, claims, rank)
        if chosen:
            cost = sum(candidate(turn, turn.workers[number], site.device).cost for number in chosen)
            if best is None or cost < best[0]:
                best = cost, site, chosen
    if best is None:
        if turn.wants_load(key):
            _refuse_busy(turn, key, found, claims)
        return
    _, site, chosen = best
    claims[site.device] = claims.get(site.device, 0) + site.bytes
    doing = [rank_of(turn.known[turn.workers[n].key]) for n in chosen] + [turn.workers[n].rank for n in chosen]
    turn.known[key] = replace(known, promised=min(rank, *doing))
    for number in chosen:
        worker = turn.workers[number]
        drain(turn, worker, f"made room for {known.wanted.model}", key, at_once=force)


def _chosen(turn: Turn, key: str, site: Site, claims: dict[str, int], rank: int) -> tuple[int, ...] | None:
    """Who would go for it, of those who may; None or (): nobody does any good."""
    force = forced(turn, key)
    able = []
    for worker in turn.workers.values():
        if worker.key != key and worker.state in ("ready", "sleeping") and not worker.leaving:
            goes_at = turn.now if force else may_go_at(turn, turn.known[key], worker, rank)
            _at_the_latest(turn, goes_at)
            if goes_at <= turn.now:
                able.append(worker)
    if turn.after.settings.mode == "exclusive":
        staying = [worker for worker in _others(turn, key) if not worker.leaving]
        return tuple(w.number for w in staying) if all(worker in able for worker in staying) else None
    if site.shape.alone and (idle := [w.number for w in _beside(turn, key, site.device) if _idle(w)]):
        return tuple(idle)
    missing = site.bytes - _open_soon(turn, site, claims)
    return cheapest([candidate(turn, worker, site.device) for worker in able], missing)


def _at_the_latest(turn: Turn, moment: float) -> None:
    """Room is to be planned anew then, if nothing else brings it about."""
    if turn.now < moment < turn.after.room_at:
        turn.after = replace(turn.after, room_at=moment)


def may_go_at(turn: Turn, known: Known, worker: Worker, rank: int) -> float:
    """When a worker is to make room for a model that waits; inf: not for this one."""
    resident = turn.known[worker.key]
    if worker.asleep:
        return inf if resident.stays or resident.waiting else worker.ready_at
    mean_s = (turn.load_s(known) + turn.load_s(resident)) / 2
    return schedule.gives_way_at(resident, worker, rank, mean_s, turn.after.settings)


def candidate(turn: Turn, worker: Worker, device: str) -> Candidate:
    """What a worker's going would free there, and cost."""
    known = turn.known[worker.key]
    cost = turn.load_s(known) * known.rate_now(turn.now)
    cost += BUSY_COST * bool(worker.leases or known.waiting) + PINNED_COST * known.stays
    return Candidate(
        number=worker.number, frees_bytes=worker.on(device), cost=cost, last_used=max(worker.last_used, worker.ready_at)
    )


def _refuse_busy(turn: Turn, key: str, found: list[Site], claims: dict[str, int]) -> None:
    """By hand, nobody waits until others are done: it is said who is in the way. One that was just loaded is waited
    for."""
    able = [w for w in turn.workers.values() if w.key != key and w.state == "ready"]
    everybody = {w.number for w in able}
    for site in found:
        missing = site.bytes - _open_soon(turn, site, claims)
        if turn.after.settings.mode == "exclusive":
            chosen: Iterable[int] | None = everybody
        else:
            chosen = cheapest([candidate(turn, worker, site.device) for worker in able], missing)
        in_use = [turn.workers[n] for n in chosen or ()]
        if chosen is not None and not any(_in_use(turn, worker) for worker in in_use):
            return
        names = tuple(turn.known[worker.key].wanted.model for worker in in_use)
    if names:
        turn.refuse_tickets(key, refusals.busy(turn.known[key], names))


def _in_use(turn: Turn, worker: Worker) -> bool:
    known = turn.known[worker.key]
    return bool(worker.leases) or known.waiting > 0 or known.stays


def _start(turn: Turn, key: str, site: Site) -> None:
    known = replace(turn.known[key], promised=NOBODY, short_since=None)
    worker = turn.worker_of(known)
    if worker is not None:
        turn.known[key] = known
        woken = replace(
            worker, state="loading", stage="waking", fraction=None, since=turn.now, told_at=turn.now,
            reserved_bytes=site.bytes, waking=True,
        )  # fmt: skip
        turn.put(woken)
        turn.emit(Wake(worker.number))
        turn.tell(known)
        return
    wanted, shape = known.wanted, site.shape
    number = turn.after.next_worker
    turn.after = replace(turn.after, next_worker=number + 1)
    estimate = known.footprint.bytes(shape.context, shape.slots)
    plan = Plan(
        model=wanted.model, files=wanted.files, context=shape.context, slots=shape.slots, device=site.device,
        embeds=wanted.embeds, memory_bytes=max(estimate, site.bytes), options=wanted.options,
    )  # fmt: skip
    alone = not any(worker.on(site.device) for worker in turn.workers.values())
    turn.put(
        Worker(
            number=number, key=key, plan=plan, since=turn.now, told_at=turn.now, estimated_bytes=estimate,
            reserved_bytes=site.bytes, alone=alone or shape.alone, note=shape.note,
            before=known.reason if known.retry_at else "",
        )
    )  # fmt: skip
    turn.known[key] = replace(known, worker=number, reason=shape.note)
    turn.emit(Start(number, wanted, plan))
    turn.tell(turn.known[key])
