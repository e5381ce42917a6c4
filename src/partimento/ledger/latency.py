"""How long answers took, from counts by rounded milliseconds. Knows percentiles; leaves counting to `sums`.

The ledger counts answers by their latency rounded to two digits (240, 1,200, 0.37), some hundreds of names at most, so
that days can be summed and a period is told without its rows. Rounding keeps the order, so a percentile told here is
the exact one, rounded likewise: never off by more than 5 %.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from partimento.ledger.sums import Sums


class Latency(Struct, frozen=True):
    """Milliseconds within which half of the answers came, and 95 of 100; two digits are exact. None: no answers."""

    answers: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None


def latency_of(groups: Iterable[Sums], *endings: str) -> Latency:
    """Of the answers that ended so; of all of them where nothing is named."""
    counts: dict[float, int] = {}
    for group in groups:
        ending, _, rounded = group.name.partition(" ")
        if not endings or ending in endings:
            counts[float(rounded)] = counts.get(float(rounded), 0) + group.requests
    told = sorted(counts.items())
    whole = sum(counts.values())
    return Latency(whole, _percentile(told, whole, 50), _percentile(told, whole, 95))


def _percentile(counts: list[tuple[float, int]], whole: int, percent: int) -> float | None:
    """The least of them that so many of a hundred are not above (nearest rank)."""
    rank, seen = -(-whole * percent // 100), 0
    for ms, count in counts:
        seen += count
        if seen >= rank:
            return ms
    return None
