"""How a worker goes: it drains, sleeps or is stopped, and comes back if it is not in the way any longer. Knows the
steps; leaves who goes to `room` and `by_hand`, what happens when it is gone to `lifecycle`."""

from __future__ import annotations

from msgspec.structs import replace

from partimento.pool.deciding import budget
from partimento.pool.deciding.effects import Sleep, Stop
from partimento.pool.deciding.state import NOBODY, Worker
from partimento.pool.deciding.turn import Turn


def stop(turn: Turn, worker: Worker, *, failure: str = "") -> None:
    """Have its process ended. Its leases are gone already, or were given back."""
    if worker.state in ("stopping", "reclaiming"):
        return
    turn.put(replace(worker, state="stopping", stage="", fraction=None, told_at=turn.now, failure=failure))
    turn.emit(Stop(worker.number, turn.after.settings.stop_s))


def retire(turn: Turn, worker: Worker, reason: str, *, may_sleep: bool = False) -> None:
    """Have an unused one go: to sleep where it can and main memory has room, else for good."""
    turn.known[worker.key] = known = replace(turn.known[worker.key], reason=reason)
    host_bytes = known.footprint.weights_bytes
    can = known.wanted.sleeps and worker.plan.device.startswith("cuda") and worker.state in ("ready", "draining")
    if not (may_sleep and can and budget.open_bytes(turn, "cpu") >= host_bytes):
        stop(turn, worker)
        return
    turn.put(replace(worker, state="sleeping", host_bytes=host_bytes, told_at=turn.now, makes_room_for=""))
    turn.emit(Sleep(worker.number))


def drain(turn: Turn, worker: Worker, reason: str, makes_room_for: str = "", *, at_once: bool = False) -> None:
    """Give it nothing new; it goes with its last answer. `at_once`: its answers are broken off."""
    if worker.state in ("stopping", "reclaiming"):
        return
    if at_once:
        worker = turn.revoke_all(worker, reason)
    if worker.leases:
        turn.known[worker.key] = replace(turn.known[worker.key], reason=reason)
        turn.put(replace(worker, state="draining", makes_room_for=makes_room_for))
    else:
        retire(turn, worker, reason, may_sleep=bool(makes_room_for) and makes_room_for != worker.key)


def drained(turn: Turn, worker: Worker) -> None:
    """Its last lease has come back."""
    reason = turn.known[worker.key].reason
    retire(turn, worker, reason, may_sleep=bool(worker.makes_room_for) and worker.makes_room_for != worker.key)


def stay(turn: Turn, worker: Worker) -> None:
    """A draining one that is in nobody's way any longer goes on."""
    if worker.state != "draining" or not worker.makes_room_for:
        return
    asking = turn.known[worker.makes_room_for]
    if worker.makes_room_for == worker.key:
        wanted = any(w.need > worker.plan.context for line in asking.lines.values() for w in line.values())
    else:
        holder = turn.worker_of(asking)
        wanted = asking.promised != NOBODY and (holder is None or holder.asleep) and not turn.known[worker.key].stays
    if not wanted:
        turn.put(replace(worker, state="ready", makes_room_for=""))
        turn.known[worker.key] = replace(turn.known[worker.key], reason="")
        turn.touched[worker.key] = None
