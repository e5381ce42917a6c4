"""Children live: they start, tell, become ready, sleep, stall, end. Knows what each sign means for the model and for
who waits; leaves where it runs next to `ladder`, when to `room`."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from partimento.pool.deciding import budget, ladder, leave, refusals
from partimento.pool.deciding.effects import Done, Reclaim
from partimento.pool.deciding.events import BecameReady, Exited, Reclaimed, Seen, Slept, Stalled, Started, Told
from partimento.pool.deciding.state import LOADING, Known, Worker
from partimento.pool.deciding.turn import Turn
from partimento.pool.values import Measured, gigabytes

BACKOFF_S: Final = 0.5
BACKOFF_MOST_S: Final = 30.0
TOLD_STEP: Final = 0.05
"""Of the fraction: who waits is told each such step."""
NEWS: Final = 1.02
"""A peak is remembered anew when it has grown by this factor."""


def started(turn: Turn, event: Started) -> None:
    worker = turn.workers.get(event.worker)
    if worker is None or worker.state in ("stopping", "reclaiming"):
        return
    state = "loading" if worker.state == "starting" else worker.state
    worker = turn.put(replace(worker, pid=event.pid, state=state, told_at=turn.now))
    turn.tell(turn.known[worker.key])


def told(turn: Turn, event: Told) -> None:
    worker = turn.workers.get(event.worker)
    if worker is None or worker.state == "reclaiming":
        return
    heard = event.heard
    before = worker
    worker = replace(
        worker,
        told_at=turn.now,
        out_of_memory=worker.out_of_memory or heard.out_of_memory,
        buffers_bytes=worker.buffers_bytes + max(0, heard.buffer_bytes),
    )
    if heard.reason and not worker.failure and worker.state != "stopping":
        worker = replace(worker, failure=heard.reason)
    if worker.state in LOADING:
        fraction = worker.fraction if heard.fraction is None else heard.fraction
        stage = heard.stage or worker.stage
        worker = replace(worker, stage=stage, fraction=fraction, state="warming" if stage == "warming" else "loading")
        if heard.buffer_bytes > 0:
            worker = budget.used(turn, worker, max(worker.used_bytes, worker.buffers_bytes))
    turn.put(worker)
    step = abs((worker.fraction or 0.0) - (before.fraction or 0.0))
    if (worker.state, worker.stage) != (before.state, before.stage) or step >= TOLD_STEP:
        turn.tell(turn.known[worker.key])


def became_ready(turn: Turn, event: BecameReady) -> None:
    worker = turn.workers.get(event.worker)
    if worker is None or worker.state not in LOADING:
        return
    used = event.used_bytes if event.used_bytes > 0 else worker.reserved_bytes  # it could not be measured
    worker = budget.used(turn, worker, used)
    load_s = turn.now - worker.since
    worker = turn.put(
        replace(
            worker, state="ready", was_ready=True, stage="", fraction=None, ready_at=turn.now,
            told_at=turn.now, host_bytes=0, load_s=worker.load_s if worker.waking else load_s, last_used=turn.now,
            waking=False, failure="",
        )
    )  # fmt: skip
    peak = worker.peak_bytes if worker.peak_bytes > worker.estimated_bytes else 0
    turn.remember(worker.key, Measured(worker.plan.context, worker.plan.slots, peak, worker.load_s))
    known = turn.known[worker.key]
    turn.known[worker.key] = replace(known, retry_at=0.0, reason=worker.note)
    turn.touched[worker.key] = None
    turn.replan = True
    for ticket in tuple(turn.after.tickets.values()):
        if ticket.kind == "load" and worker.key in ticket.keys:
            turn.drop_ticket(ticket.ticket)
            turn.emit(Done(ticket.ticket, (worker.note,) if worker.note else ()))


def slept(turn: Turn, event: Slept) -> None:
    worker = turn.workers.get(event.worker)
    if worker is None or worker.state != "sleeping" or not worker.reserved_bytes:
        return
    worker = budget.used(turn, worker, 0)
    turn.put(replace(worker, reserved_bytes=0, told_at=turn.now))
    turn.touched[worker.key] = None
    turn.replan = True


def seen(turn: Turn, event: Seen) -> None:
    worker = turn.workers.get(event.worker)
    if worker is None or worker.state == "reclaiming" or worker.asleep:
        return
    before = worker
    if event.used_bytes > 0:
        worker = budget.used(turn, worker, event.used_bytes)
    more, over_s = event.tokens - before.tokens, turn.now - before.seen_at
    rate = before.tokens_per_s
    if before.seen_at and more > 0 and over_s > 0 and before.leases:
        rate = 0.7 * rate + 0.3 * more / over_s if rate else more / over_s
    worker = turn.put(replace(worker, tokens=max(before.tokens, event.tokens), seen_at=turn.now, tokens_per_s=rate))
    if worker.peak_bytes > max(worker.estimated_bytes, before.peak_bytes * NEWS):
        _remember_all(turn, worker)


def _remember_all(turn: Turn, worker: Worker) -> None:
    """What it took at most, where that is more than the estimate, or where it was really used: as many tokens were made
    as its context holds."""
    real = worker.peak_bytes > worker.estimated_bytes or worker.tokens >= worker.plan.context
    peak = worker.peak_bytes if real else 0
    plan = worker.plan
    turn.remember(worker.key, Measured(plan.context, plan.slots, peak, worker.load_s, round(worker.tokens_per_s, 1)))


def stalled(turn: Turn, event: Stalled) -> None:
    worker = turn.workers.get(event.worker)
    if worker is None or (worker.leaving and worker.state != "draining"):
        return
    fail(turn, worker, event.reason or "made no progress")


def fail(turn: Turn, worker: Worker, reason: str) -> None:
    """It is ended for what it did or did not do; the rest follows when it has."""
    worker = turn.revoke_all(worker, reason)
    leave.stop(turn, worker, failure=reason)


def exited(turn: Turn, event: Exited) -> None:
    worker = turn.workers.get(event.worker)
    if worker is None or worker.state == "reclaiming":
        return
    wished = worker.state == "stopping" and not worker.failure
    reason = worker.failure or event.reason or "it ended"
    out_of_memory = event.out_of_memory or worker.out_of_memory
    if worker.was_ready and not worker.waking:
        _remember_all(turn, worker)
    worker = turn.revoke_all(worker, reason)
    turn.put(replace(worker, state="reclaiming", stage="", fraction=None, host_bytes=0, makes_room_for=""))
    turn.emit(Reclaim(worker.number, worker.plan.device, worker.used_bytes or worker.reserved_bytes))
    if not wished:
        _failed(turn, worker, ladder.OUT_OF_MEMORY if out_of_memory else reason, out_of_memory)
    turn.replan = True


def _failed(turn: Turn, worker: Worker, reason: str, out_of_memory: bool) -> None:
    settings = turn.after.settings
    known = replace(turn.known[worker.key], reason=_told(worker, reason))
    if not worker.was_ready or out_of_memory:
        known = ladder.remembered(known, worker, reason, turn.now, settings)
    if not out_of_memory:
        known = _crashed(known, turn.now, settings.remembered_s)
    turn.known[worker.key] = known
    if len(known.crashes) >= max(1, settings.crashes):
        known = replace(known, quarantined_until=turn.now + settings.remembered_s)
        turn.known[worker.key] = known
        refusal = refusals.quarantined(known, settings.remembered_s)
        turn.refuse_all(worker.key, refusal)
        turn.refuse_tickets(worker.key, refusal)


def _told(worker: Worker, reason: str) -> str:
    plan = worker.plan
    if worker.was_ready:
        return f"ended while it ran: {reason}"
    slots = f"{plan.slots} slot{'s' if plan.slots > 1 else ''}"
    return f"failed to load with {slots} of {plan.context} tokens ({gigabytes(worker.reserved_bytes)}): {reason}"


def _crashed(known: Known, now: float, remembered_s: float) -> Known:
    crashes = (*(at for at in known.crashes if now - at < remembered_s), now)
    backoff_s = min(BACKOFF_MOST_S, BACKOFF_S * 2 ** (len(crashes) - 1))
    return replace(known, crashes=crashes, retry_at=now + backoff_s)


def reclaimed(turn: Turn, event: Reclaimed) -> None:
    worker = turn.workers.get(event.worker)
    if worker is None or worker.state != "reclaiming":
        return
    budget.used(turn, worker, 0)
    del turn.workers[worker.number]
    turn.known[worker.key] = replace(turn.known[worker.key], worker=0)
    turn.touched[worker.key] = None
    turn.replan = True
