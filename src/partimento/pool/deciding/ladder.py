"""How a model is run, and how next when that failed or does not fit. Knows the rungs, what was tried of late, what a
way of running takes; leaves where there is room to `room`. When no rung is left the request is refused, and its
pipeline goes on with another model.

The rungs, each tried once and then remembered for a while: as it is wanted; one slot; the smallest context that serves
who waits; the same with the device for itself alone.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.pool.deciding.state import Failed, Known, Worker, measured_so
from partimento.pool.values import Measured, PoolSettings, gigabytes

SMALL_CONTEXT: Final = 2048
STEP: Final = 256  # contexts are multiples of it
MARGIN: Final = 1.1
"""Over a measured peak that lies below the estimate."""
OUT_OF_MEMORY: Final = "ran out of memory"
MUCH_LOWER: Final = 0.8
"""A peak is believed against a higher estimate from here down."""


class Shape(Struct, frozen=True):
    """A way of running a model. `alone`: others that are idle go first. `note`: what is less than wanted, and why."""

    context: int
    slots: int
    alone: bool = False
    note: str = ""


def rounded(need: int, limit: int) -> int:
    """A context for a request of so many tokens."""
    return max(need, min(limit, -(-need // STEP) * STEP))


def wished(known: Known, need: int, now: float, settings: PoolSettings) -> Shape:
    """As the model is wanted. Larger requests make it larger by doubling, and it stays so for a while, so that it is
    not loaded anew for each of them."""
    recent = known.largest if now - known.largest_at <= settings.remembered_s else 0
    context, limit = known.wanted.context, max(known.wanted.context, known.wanted.context_limit)
    while context < max(need, recent) and context < limit:
        context = min(limit, context * 2 if context > 0 else STEP)
    return Shape(max(context, need), max(1, known.wanted.slots))


def rungs(known: Known, need: int, now: float, settings: PoolSettings) -> tuple[Shape, ...]:
    """All ways of running it, the best first."""
    best = wished(known, need, now, settings)
    small = max(rounded(need, best.context), min(SMALL_CONTEXT, best.context))
    return (best, Shape(best.context, 1), Shape(small, 1), Shape(small, 1, alone=True))


def next_shape(known: Known, need: int, now: float, settings: PoolSettings) -> Shape | None:
    """The first way that did not fail of late, with a note on what it lacks; None: all failed."""
    failed = [one for one in known.failed if one.until > now]
    if not failed:
        return wished(known, need, now, settings)
    best, *_ = ways = rungs(known, need, now, settings)
    for way in ways:
        if not any(_covers(way, one) for one in failed):
            return replace(way, note=_lack(best, way, failed[-1].reason))
    return None


def _covers(way: Shape, failed: Failed) -> bool:
    """Whether it takes at least as much as what failed, under no better conditions."""
    return way.context >= failed.context and way.slots >= failed.slots and (failed.alone or not way.alone)


def _lack(best: Shape, way: Shape, reason: str) -> str:
    less = _less(best, way) or ("with the device for itself" if way.alone else "")
    how = reason if reason == OUT_OF_MEMORY else f"failed ({reason or 'no reason told'})"
    return f"runs {less}: the first try {how}" if less else ""


def _less(best: Shape, way: Shape) -> str:
    parts = []
    if way.slots < best.slots:
        parts.append(f"with {way.slots} slot{'s' if way.slots > 1 else ''} of {best.slots}")
    if way.context < best.context:
        parts.append(f"with a context of {way.context} tokens instead of {best.context}")
    return " and ".join(parts)


def fitted(known: Known, measured: tuple[Measured, ...], shape: Shape, need: int, limit_bytes: int) -> Shape | None:
    """The same with as many slots and, with one slot, as much context as the limit allows; None: not even the least."""
    full = reservation(known, measured, shape.context, shape.slots)
    if full <= limit_bytes:
        return shape
    contexts = [shape.context]
    while contexts[-1] // 2 >= max(need, STEP):
        contexts.append(contexts[-1] // 2)
    if (least := rounded(need, shape.context)) < contexts[-1] and least >= need > 0:
        contexts.append(least)
    ways = [(shape.context, slots) for slots in range(shape.slots - 1, 0, -1)] + [(less, 1) for less in contexts[1:]]
    for context, slots in ways:
        if reservation(known, measured, context, slots) <= limit_bytes:
            less = replace(shape, context=context, slots=slots)
            why = f"all of it takes {gigabytes(full)} of {gigabytes(limit_bytes)}"
            return replace(less, note=shape.note or f"runs {_less(shape, less)}: {why}")
    return None


def least_bytes(known: Known, measured: tuple[Measured, ...], need: int) -> int:
    """What it takes at the very least to serve a request."""
    return reservation(known, measured, rounded(need, max(need, known.wanted.context_limit)), 1)


def reservation(known: Known, measured: tuple[Measured, ...], context: int, slots: int) -> int:
    """Bytes that are set aside: the estimate, or what was measured where that was more; where it was much less in real
    use, that with a margin."""
    estimate = known.footprint.bytes(context, slots)
    seen = measured_so(measured, context, slots)
    if seen is None or not seen.peak_bytes:
        return estimate
    if seen.peak_bytes >= estimate:
        return seen.peak_bytes
    return int(seen.peak_bytes * MARGIN) if seen.peak_bytes <= estimate * MUCH_LOWER else estimate


def remembered(known: Known, worker: Worker, reason: str, now: float, settings: PoolSettings) -> Known:
    """With the memory that this way of running failed."""
    fresh = tuple(one for one in known.failed if one.until > now)
    failed = Failed(
        context=worker.plan.context,
        slots=worker.plan.slots,
        alone=worker.alone,
        until=now + settings.remembered_s,
        reason=reason,
    )
    return replace(known, failed=(*fresh, failed))
