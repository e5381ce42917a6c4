"""Who is next: among those who wait for one model, and among the models that wait for room. Knows ranks, shares and
how long a resident model may go on; leaves memory to `room` and which model goes to `evict`.

The more urgent rank is first, always. Inside a rank those who ask share by tokens: next is who was promised the fewest
since all were last even, whatever the number of their requests. Nobody becomes more urgent by waiting.
"""

from __future__ import annotations

from math import inf
from typing import Final

from msgspec.structs import replace

from partimento.pool.deciding.state import NOBODY, RECENT_S, Known, Waiting, Worker
from partimento.pool.values import PoolSettings

PATIENCE: Final = 4.0
"""A model for less urgent requests waits so many times as long for a busy one, for each rank between them."""


def joined(known: Known, waiting: Waiting) -> Known:
    """With one more in the queue."""
    at = (waiting.rank, waiting.who)
    line = known.lines.get(at, {})
    served = known.served
    if not _waits(known, waiting.who):
        served = {**served, waiting.who: max(served.get(waiting.who, 0.0), known.level)}
    return replace(
        known,
        lines={**known.lines, at: {**line, waiting.lease: waiting}},
        waiting=known.waiting + 1,
        served=served,
    )


def left(known: Known, waiting: Waiting) -> Known:
    """With one fewer."""
    at = (waiting.rank, waiting.who)
    line = known.lines[at].copy()
    del line[waiting.lease]
    lines = known.lines.copy()
    if line:
        lines[at] = line
    else:
        del lines[at]
    served = known.served
    if not lines:
        served = {}
    return replace(known, lines=lines, waiting=known.waiting - 1, served=served, level=known.level if lines else 0.0)


def _waits(known: Known, who: str) -> bool:
    return any((rank, who) in known.lines for rank in range(NOBODY))


def granted(known: Known, waiting: Waiting, now: float) -> Known:
    """With one fewer, who was given what it waited for."""
    share = known.served.get(waiting.who, known.level)
    rest = left(known, waiting)
    rate = rest.rate_now(now) + 1.0 / RECENT_S
    if not rest.lines:
        return replace(rest, rate=rate, rate_at=now)
    served = {**rest.served, waiting.who: share + waiting.need}
    if not _waits(rest, waiting.who) and len(served) > 2 * len(rest.lines):
        served = {who: tokens for who, tokens in served.items() if tokens > share}
    return replace(rest, served=served, level=max(rest.level, share), rate=rate, rate_at=now)


def first(known: Known, context: float = inf) -> Waiting | None:
    """Who is next of those who need no more than `context` tokens."""
    best: Waiting | None = None
    best_key: tuple[int, float, float] = (NOBODY, inf, inf)
    for (rank, who), line in known.lines.items():
        if rank > best_key[0]:
            continue
        key = (rank, known.served.get(who, known.level), 0.0)
        if key > best_key:
            continue
        found = next((waiting for waiting in line.values() if waiting.need <= context), None)
        if found is not None and (rank, key[1], found.since) < best_key:
            best, best_key = found, (rank, key[1], found.since)
    return best


def last(known: Known) -> Waiting | None:
    """Who came last of the least urgent: the first to go when the queue is full."""
    if not known.lines:
        return None
    rank = max(rank for rank, _ in known.lines)
    lasts = [line[next(reversed(line))] for (at, _), line in known.lines.items() if at == rank]
    return max(lasts, key=lambda waiting: waiting.since)


def rank_of(known: Known) -> int:
    """The most urgent of those who wait."""
    return min((rank for rank, _ in known.lines), default=NOBODY)


def position(known: Known, waiting: Waiting) -> int:
    """The place in the queue of who came last in its line, from 1: behind all who are as urgent."""
    return sum(len(line) for (rank, _), line in known.lines.items() if rank <= waiting.rank)


def in_order(known: Known) -> list[Waiting]:
    """All who wait, about in the order of their turns."""
    return sorted(
        (waiting for line in known.lines.values() for waiting in line.values()),
        key=lambda waiting: (waiting.rank, waiting.since),
    )


def largest_need(known: Known) -> int:
    """Tokens of the largest request that waits; 0 where none does."""
    return max((waiting.need for line in known.lines.values() for waiting in line.values()), default=0)


def since(known: Known, rank: int) -> float:
    """Since when the first of a rank waits."""
    return min(
        (next(iter(line.values())).since for (at, _), line in known.lines.items() if at == rank),
        default=inf,
    )


def urgency(known: Known, by_hand_since: float | None) -> tuple[int, int, float]:
    """Which model is given room first: the smallest. Somebody at the keyboard is as urgent as anybody."""
    rank = 0 if by_hand_since is not None else rank_of(known)
    waits = min(since(known, rank), inf if by_hand_since is None else by_hand_since)
    return min(rank, known.promised), int(known.promised == NOBODY), waits


def gives_way_at(resident: Known, worker: Worker, rank: int, load_s: float, settings: PoolSettings) -> float:
    """When a resident model is to stop taking requests, for another of that rank that waits for its room.

    An idle one: as soon as it was held long enough. A busy one: at once where all it does is less urgent, else after
    its quantum of `load_s` (the mean of both), so that swapping costs at most a fixed part of the time; and
    where what waits is less urgent, after several quanta. A pinned one: never.
    """
    if resident.stays:
        return inf
    doing = min(worker.rank if worker.leases else NOBODY, rank_of(resident))
    if doing == NOBODY:
        return worker.ready_at + settings.hold_s
    if rank < doing:
        return worker.ready_at
    return worker.ready_at + settings.quantum_loads * load_s * PATIENCE ** (rank - doing)
