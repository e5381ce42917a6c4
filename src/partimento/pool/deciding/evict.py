"""Which resident models make room: those that free enough and are least missed. Knows bytes and costs; leaves who may
go at all to `schedule`, how they go to `room`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from msgspec import Struct

EXACT: Final = 10
"""Up to so many candidates every subset is weighed."""


class Candidate(Struct, frozen=True, kw_only=True):
    """A worker that may go. `cost`: seconds of loading a second that its going is expected to bring."""

    number: int
    frees_bytes: int
    cost: float
    last_used: float

    @property
    def weight(self) -> tuple[float, float]:
        return self.cost, self.last_used


def cheapest(candidates: Sequence[Candidate], needed_bytes: int) -> tuple[int, ...] | None:
    """The numbers of those that free enough at the least cost, at equal cost the longest unused; None: all are too few.

    Exact for few candidates; beyond, the cheapest by the byte first, then those that were not needed are kept.
    """
    useful = sorted((one for one in candidates if one.frees_bytes > 0), key=lambda one: (one.weight, one.number))
    if needed_bytes <= 0:
        return ()
    if sum(one.frees_bytes for one in useful) < needed_bytes:
        return None
    chosen = _exact(useful, needed_bytes) if len(useful) <= EXACT else _greedy(useful, needed_bytes)
    return tuple(sorted(one.number for one in chosen))


def _exact(candidates: Sequence[Candidate], needed_bytes: int) -> tuple[Candidate, ...]:
    enough = [
        some
        for size in range(1, len(candidates) + 1)
        for some in combinations(candidates, size)
        if sum(one.frees_bytes for one in some) >= needed_bytes
    ]
    return min(enough, key=lambda some: (sum(one.cost for one in some), len(some), max(o.last_used for o in some)))


def _greedy(candidates: Sequence[Candidate], needed_bytes: int) -> tuple[Candidate, ...]:
    chosen: list[Candidate] = []
    freed = 0
    for one in sorted(candidates, key=lambda one: (one.cost / one.frees_bytes, one.last_used, one.number)):
        if freed < needed_bytes:
            chosen.append(one)
            freed += one.frees_bytes
    for one in sorted(chosen, key=lambda one: one.weight, reverse=True):
        if freed - one.frees_bytes >= needed_bytes:
            chosen.remove(one)
            freed -= one.frees_bytes
    return tuple(chosen)
