"""What loading a model now would do to the others, without doing it: the pool's own judgement, on what it tells.
Pure. What it does not tell counts as nothing: how often each model is asked, and what was measured of it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.local import Files, Plan
from partimento.pool.deciding.decide import decide
from partimento.pool.deciding.effects import Refusal, Refuse, Start
from partimento.pool.deciding.events import LoadAsked
from partimento.pool.deciding.state import NOBODY, Known, PoolState, Worker
from partimento.pool.messages import Resident, Status
from partimento.pool.values import Device, Footprint, PoolSettings, Wanted

_TICKET = "foreseen"
_LONG_S = 1e6
"""The pool is taken to have been up so long: nobody is held for having just come."""


class Foresight(Struct, frozen=True):
    """`free`: there is room; `evicts`: those named go first; `busy`: only a forced load would push those named out;
    `short`: other programs hold the memory; `never`: it does not fit this machine, and `why` tells. `needs_bytes`: what
    it would take as it is wanted."""

    answer: Literal["free", "evicts", "busy", "short", "never"]
    models: tuple[str, ...] = ()
    why: str = ""
    needs_bytes: int = 0


def foreseen(
    status: Status | None, devices: tuple[Device, ...], settings: PoolSettings, wanted: Wanted, footprint: Footprint
) -> Foresight:
    """What would go if `wanted` were loaded by hand now. `devices`: for where no pool runs (`status` None)."""
    if status is not None:
        devices, settings = tuple(one.device for one in status.devices), replace(settings, mode=status.mode)
    state = PoolState.begin(settings, devices, _LONG_S)
    held = [one for one in (status.models if status else ()) if one.reserved_bytes and one.model != wanted.model]
    for number, one in enumerate(held, 1):
        known, worker = _as_told(one, number, settings)
        state = replace(
            state, known={**state.known, known.key: known}, workers={**state.workers, number: worker},
            next_worker=number + 1,
        )  # fmt: skip
    after, effects = decide(state, LoadAsked(at=_LONG_S, ticket=_TICKET, wanted=wanted, footprint=footprint))
    needs = footprint.bytes(wanted.context, wanted.slots)
    for effect in effects:
        if isinstance(effect, Refuse) and effect.to == _TICKET:
            return _refused(effect.refusal, needs)
    gone = [
        after.known[worker.key].wanted.model
        for number, worker in after.workers.items()
        if worker.leaving and number in state.workers and not state.workers[number].leaving
    ]
    if gone:
        return Foresight("evicts", tuple(sorted(gone)), needs_bytes=needs)
    starts = any(isinstance(effect, Start) for effect in effects)
    return Foresight("free" if starts else "short", needs_bytes=needs)


def _refused(refusal: Refusal, needs: int) -> Foresight:
    if refusal.would_evict:
        return Foresight("busy", tuple(sorted(refusal.would_evict)), refusal.why, needs)
    if refusal.retry_after_s is not None:
        return Foresight("short", why=refusal.why, needs_bytes=needs)
    return Foresight("never", why=refusal.why or refusal.what, needs_bytes=needs)


def _as_told(one: Resident, number: int, settings: PoolSettings) -> tuple[Known, Worker]:
    """A resident as the pool would hold it, as far as it was told."""
    files = Files(one.model, "gguf")  # a name to tell it by; nothing is read
    wanted = Wanted(
        model=one.model, engine=one.engine, files=files, context=max(1, one.context), slots=max(1, one.slots),
        pinned=one.pinned, keep_s=one.keep_s,
    )  # fmt: skip
    footprint = Footprint(weights_bytes=one.reserved_bytes)
    leases = tuple(f"{number}/{lease}" for lease in range(one.leases))
    plan = Plan(model=one.model, files=files, context=wanted.context, slots=wanted.slots, device=one.device)
    unused_s = one.unused_s or 0.0  # who answers is taken to have just begun: by hand, nobody is waited for
    worker = Worker(
        number=number, key=wanted.key, plan=plan, since=0.0, told_at=_LONG_S, state=one.state,
        estimated_bytes=one.estimated_bytes, reserved_bytes=one.reserved_bytes,
        used_bytes=one.measured_bytes or one.reserved_bytes, leases=leases, rank=0 if leases else NOBODY,
        was_ready=one.state == "ready",
        ready_at=_LONG_S if leases else 0.0, last_used=_LONG_S - unused_s, load_s=one.load_s, pid=one.pid,
    )  # fmt: skip
    known = Known(
        key=wanted.key, wanted=replace(wanted, keep_s=float("inf")), footprint=footprint, worker=number,
        waiting=one.queued, pinned=one.pinned,
    )  # fmt: skip
    return known, worker
