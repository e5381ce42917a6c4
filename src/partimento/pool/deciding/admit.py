"""Requests come, are let in, end. Knows the queue's bound, deadlines and slots; leaves whose turn it is to `schedule`,
memory to `room`."""

from __future__ import annotations

from math import isnan
from typing import Final

from msgspec.structs import replace

from partimento.pool.deciding import leave, refusals, schedule
from partimento.pool.deciding.effects import Refusal, Refuse, Tell
from partimento.pool.deciding.events import Asked, Ended
from partimento.pool.deciding.state import NOBODY, RANKS, Known, Waiting, Worker
from partimento.pool.deciding.turn import Turn
from partimento.pool.values import Footprint, Wanted

SMOOTH: Final = 0.2
"""How much the last answer counts in the mean length of answers."""


def known_as(turn: Turn, key: str, wanted: Wanted, footprint: Footprint) -> Known:
    """The model as it was last asked for."""
    known = turn.known.get(key)
    if known is None:
        known = Known(key=key, wanted=wanted, footprint=footprint)
    elif known.wanted != wanted or known.footprint != footprint:
        known = replace(known, wanted=wanted, footprint=footprint)
    turn.known[key] = known
    return known


def asked(turn: Turn, event: Asked) -> None:
    if event.lease in turn.waiting or event.lease in turn.held:
        return
    key = event.wanted.key
    known = known_as(turn, key, event.wanted, event.footprint)
    if (refusal := _refusal(turn, known, event)) is not None:
        turn.emit(Refuse(event.lease, refusal))
        return
    known = turn.known[key]  # somebody may have left for it
    before, largest = schedule.rank_of(known), schedule.largest_need(known) if not known.worker else 0
    if event.need >= known.largest or turn.now - known.largest_at > turn.after.settings.remembered_s:
        turn.known[key] = replace(known, largest=event.need, largest_at=turn.now)
    waiting = Waiting(
        lease=event.lease, key=key, who=event.user or event.client, rank=RANKS.get(event.priority, NOBODY - 1),
        need=max(0, event.need), deadline=turn.now if isnan(event.deadline) else event.deadline, since=turn.now,
    )  # fmt: skip
    turn.enqueue(key, waiting)
    turn.fresh = waiting
    worker = turn.worker_of(known)
    if worker is None or worker.asleep:
        turn.replan = turn.replan or waiting.rank < before or waiting.need > largest
    elif worker.state == "ready" and waiting.need > worker.plan.context:
        turn.replan = True


def _refusal(turn: Turn, known: Known, event: Asked) -> Refusal | None:
    """Why it is not let in at all; what is less urgent and came last makes room for it in a full queue."""
    settings = turn.after.settings
    limit = max(known.wanted.context, known.wanted.context_limit)
    if turn.after.closing:
        return refusals.closing()
    if event.need > limit:
        return refusals.too_long(known, event.need, limit)
    if known.quarantined_until > turn.now:
        return refusals.quarantined(known, known.quarantined_until - turn.now)
    if known.waiting < settings.queue_length or _free(turn.worker_of(known)):
        return None
    refusal = refusals.full(known, settings.queue_length, turn.wait_s(known, known.waiting))
    out = schedule.last(known)
    if out is None or out.rank <= RANKS.get(event.priority, NOBODY):
        return refusal
    turn.refuse(out, refusal)
    return None


def _free(worker: Worker | None) -> bool:
    return worker is not None and worker.state == "ready" and len(worker.leases) < worker.plan.slots


def ended(turn: Turn, event: Ended) -> None:
    if (waiting := turn.waiting.get(event.lease)) is not None:
        turn.withdraw(waiting)
        return
    held = turn.held.pop(event.lease, None)
    if held is None:
        return
    known, worker = turn.known[held.key], turn.workers[held.worker]
    if event.outcome == "done":
        took_s = turn.now - held.since
        mean_s = known.service_s + SMOOTH * (took_s - known.service_s) if known.service_s else took_s
        turn.known[held.key] = replace(known, service_s=mean_s)
    leases = tuple(lease for lease in worker.leases if lease != event.lease)
    rank = min((turn.held[lease].rank for lease in leases), default=NOBODY)
    worker = turn.put(replace(worker, leases=leases, rank=rank, last_used=turn.now))
    turn.touched[held.key] = None
    if not leases and worker.state == "draining":
        leave.drained(turn, worker)


def serve(turn: Turn, key: str) -> None:
    """Give out a model's free slots. Where all it does is less urgent than before, or nothing, others may get room."""
    worker = turn.worker_of(turn.known[key])
    while worker is not None and _free(worker):
        waiting = schedule.first(turn.known[key], worker.plan.context)
        if waiting is None:
            break
        worker = turn.grant(worker, waiting)
    if worker is not None and turn.queued and worker.state == "ready":
        before = turn.before.workers.get(worker.number, worker)
        turn.replan = turn.replan or not worker.leases or worker.rank > before.rank


def expire(turn: Turn) -> None:
    """Refuse whose time is over."""
    while turn.due and turn.due[0][0] <= turn.now:
        waiting = turn.waiting[turn.due[0][1]]
        known = turn.known[waiting.key]
        wait_s = turn.wait_s(known, known.waiting)
        turn.refuse(waiting, refusals.late(known, turn.now - waiting.since, wait_s))


def tell_place(turn: Turn) -> None:
    """Who came and has to wait is told so."""
    fresh = turn.fresh
    if fresh is None or fresh.lease not in turn.waiting:
        return
    if not any(isinstance(effect, Tell) and effect.to == fresh.lease for effect in turn.effects):
        known = turn.known[fresh.key]
        turn.emit(Tell(fresh.lease, turn.progress(known, schedule.position(known, fresh))))
