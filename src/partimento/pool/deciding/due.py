"""What time brings: deadlines, loads that hang, models unused for too long, memory that others took. Knows when the
next of them falls; leaves what follows to `leave`, `lifecycle` and `room`."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite
from typing import Final

from msgspec.structs import replace

from partimento.pool.deciding import budget, leave, lifecycle
from partimento.pool.deciding.events import Looked
from partimento.pool.deciding.evict import cheapest
from partimento.pool.deciding.room import candidate
from partimento.pool.deciding.state import LOADING, Known, PoolState, Worker
from partimento.pool.deciding.turn import Turn
from partimento.pool.values import PoolSettings, gigabytes

HEARTBEAT_S: Final = 5.0
"""Who waits hears at least so often."""
KNOWN_MOST: Final = 256
"""So many models are known; beyond, those that rest are forgotten, the least used first."""


def looked(turn: Turn, event: Looked) -> None:
    turn.after = replace(turn.after, looked_at=turn.now)
    if event.devices:
        budget.looked(turn, event.devices)
        relieve(turn)
    for worker in tuple(turn.workers.values()):
        if turn.now >= hangs_at(worker, turn.after.settings):
            why = "gave no sign of life" if turn.now < worker.since + turn.after.settings.start_s else "took too long"
            lifecycle.fail(turn, worker, f"{why} while it was {worker.stage or worker.state}")
    if len(turn.known) > KNOWN_MOST:
        forget(turn)
    turn.touched.update(dict.fromkeys(worker.key for worker in turn.workers.values()))
    turn.replan = turn.replan or bool(turn.queued) or bool(turn.workers)


def hangs_at(worker: Worker, settings: PoolSettings) -> float:
    """When a child that is on its way somewhere is given up."""
    if worker.state in LOADING:
        return min(worker.told_at + settings.stall_s, worker.since + settings.start_s)
    if worker.state == "sleeping" and worker.reserved_bytes:
        return worker.told_at + settings.stall_s
    return inf


def rests_at(known: Known, worker: Worker, settings: PoolSettings) -> float:
    """When a model goes for want of use; one that was loaded and not used yet is given the time to be."""
    if worker.leases or known.waiting or known.stays or settings.mode == "manual":
        return inf
    if worker.state == "ready" or worker.asleep:
        keep_s = known.keeps_s(settings)
        return worker.last_used + (keep_s if worker.used else max(keep_s, settings.hold_s))
    return inf


def rest(turn: Turn, key: str) -> None:
    known = turn.known[key]
    worker = turn.worker_of(known)
    if worker is not None and turn.now >= rests_at(known, worker, turn.after.settings):
        leave.retire(turn, worker, f"unused for {known.keeps_s(turn.after.settings):.0f} s")


def relieve(turn: Turn) -> None:
    """Where other programs have taken what was promised, unused models give their memory back."""
    for device in turn.after.devices:
        over = budget.over_bytes(turn, device)
        if not over:
            continue
        idle = [
            worker for worker in turn.workers.values()
            if worker.on(device.name) and worker.state in ("ready", "sleeping") and not worker.leases
            and not turn.known[worker.key].stays and not turn.known[worker.key].waiting
        ]  # fmt: skip
        able = [candidate(turn, worker, device.name) for worker in idle]
        over = min(over, sum(one.frees_bytes for one in able))
        for number in cheapest(able, over) or ():
            leave.retire(turn, turn.workers[number], f"other programs took memory: {gigabytes(over)} too few")


def forget(turn: Turn) -> None:
    """Models that nobody asks for any more are not known any more; what was measured of them still is."""
    kept = {key for ticket in turn.after.tickets.values() for key in ticket.keys}
    resting = [
        known
        for known in turn.known.values()
        if not known.worker and not known.waiting and known.quarantined_until <= turn.now and known.key not in kept
    ]
    resting.sort(key=lambda known: (known.pinned is not None or known.by_hand, known.rate_now(turn.now)))
    for known in resting[: len(turn.known) - KNOWN_MOST]:
        del turn.known[known.key]


def remind(turn: Turn) -> None:
    """Those who wait hear that they still do."""
    for key in turn.queued:
        if turn.now >= turn.known[key].told_at + HEARTBEAT_S:
            turn.tell(turn.known[key])


def wakes_at(state: PoolState) -> float | None:
    """The next moment on the monotonic clock at which a `Looked` would change something though nothing else happens;
    None: never."""
    first = min((at for at in _moments(state) if at > state.looked_at), default=inf)
    return max(first, state.now) if isfinite(first) else None


def _moments(state: PoolState) -> Iterator[float]:
    settings = state.settings
    yield state.room_at
    if state.due:
        yield state.due[0][0]
    for worker in state.workers.values():
        yield hangs_at(worker, settings)
        yield rests_at(state.known[worker.key], worker, settings)
    for key in state.queued:
        known = state.known[key]
        yield known.told_at + HEARTBEAT_S
        if known.retry_at:
            yield known.retry_at
        if known.short_since is not None:
            yield known.short_since + settings.hold_s
