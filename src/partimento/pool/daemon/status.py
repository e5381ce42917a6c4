"""The whole pool as it is told to people. Knows which of its figures belong together; decides nothing."""

from __future__ import annotations

from msgspec.structs import replace

from partimento.pool.deciding import budget
from partimento.pool.deciding.state import Known, PoolState, Worker, load_seconds
from partimento.pool.messages import Budgeted, Resident, Status
from partimento.pool.values import State


def status(state: PoolState, now: float, *, pid: int = 0, clients: int = 0) -> Status:
    """The devices with what is promised of them, and every model that was asked for, those in memory first. `since_s`:
    how long the pool has been up."""
    models = [_resident(state, known, now) for known in state.known.values()]
    models.sort(key=lambda one: (not one.reserved_bytes and one.state != "sleeping", one.model))
    return Status(
        pid=pid,
        since_s=max(0.0, now - state.begun_at),
        mode=state.settings.mode,
        devices=tuple(
            Budgeted(device=device, budget_bytes=most, reserved_bytes=taken)
            for device, most, taken in budget.summed(state)
        ),
        models=tuple(models),
        clients=clients,
    )


def _resident(state: PoolState, known: Known, now: float) -> Resident:
    worker = state.workers.get(known.worker)
    quarantine_s = max(0.0, known.quarantined_until - now)
    told = Resident(
        model=known.wanted.model,
        engine=known.wanted.engine,
        state=_state(known, worker, now),
        context=known.wanted.context,
        slots=known.wanted.slots,
        estimated_bytes=known.footprint.bytes(known.wanted.context, known.wanted.slots),
        queued=known.waiting,
        pinned=known.stays,
        keep_s=known.keeps_s(state.settings),
        load_s=load_seconds(known, state.measured.get(known.key, ())),
        crashes=sum(now - at < state.settings.remembered_s for at in known.crashes),
        reason=known.reason,
        retry_s=(quarantine_s or max(0.0, known.retry_at - now)) or None,
    )
    return told if worker is None else _with(told, worker, now)


def _with(told: Resident, worker: Worker, now: float) -> Resident:
    return replace(
        told,
        stage=worker.stage,
        fraction=worker.fraction,
        device=worker.plan.device,
        context=worker.plan.context,
        slots=worker.plan.slots,
        estimated_bytes=worker.estimated_bytes,
        measured_bytes=worker.peak_bytes,
        reserved_bytes=worker.reserved_bytes,
        leases=len(worker.leases),
        unused_s=max(0.0, now - worker.last_used) if worker.was_ready and not worker.leases else None,
        load_s=worker.load_s or told.load_s,
        tokens=worker.tokens,
        pid=worker.pid if worker.state != "reclaiming" else 0,
    )


def _state(known: Known, worker: Worker | None, now: float) -> State:
    if worker is not None:
        return worker.state
    if known.quarantined_until > now:
        return "quarantined"
    if known.waiting:
        return "waiting"
    if any(one.until > now for one in known.failed) and known.reason.startswith("failed"):
        return "failed"
    return "cold"
