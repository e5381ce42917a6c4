"""Which played note is which asked tone: the pairing that costs least, exactly. Knows no music beyond its prices.

The prices are stated here. A tone left out and a note too many cost 1 each. The right key costs little near its time
and more the later it comes (a player is rather late than early); a wrong key must come near the time, and costs the
more the farther it lies. So two slips are never called one, and a late note is never called a missing and an extra one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Final

LATEST, EARLIEST = 0.47, 0.3
"""Seconds: the right key beyond these is another note."""
_ON_TIME: Final = 0.072
_SLIP: Final = 0.077
"""Seconds: a wrong key this near its place was meant for it."""
_FARTHEST: Final = 12
_OCTAVE: Final = 0.1
"""Semitones make a wrong key dearer, up to 0.3; the right one in another octave costs less than most."""
_ALONE: Final = 2.0
"""The price of a tone left out and a note too many together."""
_SAME: Final = 1e-12
"""Prices nearer than this are equal."""

Due = tuple[float, int, frozenset[int]]
"""When a tone is due, its key, and the keys that are never a slip for it."""
Edges = list[list[tuple[int, float]]]


def pair(due: Sequence[Due], played: Sequence[tuple[float, int]], wrap: int | None = None) -> list[int | None]:
    """For each tone the place of its note among `played` (second, key; in order), or None.

    `wrap`: 12 where keys are pitch classes.
    """
    return _cheapest(edges(due, played, wrap), len(played))


def edges(due: Sequence[Due], played: Sequence[tuple[float, int]], wrap: int | None) -> Edges:
    """For each tone the notes it may be paired with, at the price of the pair less that of leaving both alone."""
    by_key: defaultdict[int, tuple[list[float], list[int]]] = defaultdict(lambda: ([], []))
    for place, (second, key) in enumerate(played):
        times, places = by_key[key]
        times.append(second)
        places.append(place)
    seconds = [second for second, _ in played]
    found: Edges = []
    for second, key, never in due:
        times, places = by_key.get(key, ([], []))
        row = [
            (places[at], _timing(times[at] - second) - _ALONE)
            for at in range(bisect_left(times, second - EARLIEST), bisect_right(times, second + LATEST))
        ]
        row += [
            (place, price - _ALONE)
            for place in range(bisect_left(seconds, second - _SLIP), bisect_right(seconds, second + _SLIP))
            if played[place][1] not in never
            and (price := slip(key, played[place][1], seconds[place] - second, wrap)) is not None
        ]
        found.append(row)
    return found


def _timing(off: float) -> float:
    """The price of the right key off its time: little while it is on time, a step where it no longer is (one very late
    note is likelier than two that are late), then even."""
    if -_ON_TIME <= off <= _ON_TIME:
        return 0.3 * (off / _ON_TIME) ** 2
    return 0.5 + (off - _ON_TIME) * 1.8 if off > 0 else 0.6 + (-off - _ON_TIME) * 4.0


def slip(asked: int, played: int, off: float, wrap: int | None) -> float | None:
    """The price of one key for another; None for the same key, or one too far to be meant for it."""
    distance = abs(asked - played)
    if wrap:
        distance = min(distance % wrap, -distance % wrap)
    if not distance or (distance > _FARTHEST and distance % 12):
        return None
    away = _OCTAVE if distance % 12 == 0 else 0.3 * distance / _FARTHEST
    return 1.2 + away + 0.2 * abs(off) / _SLIP


def _cheapest(rows: Edges, columns: int) -> list[int | None]:
    """The assignment of least total price, each row to a column or to none (price 0), each column once.

    Shortest augmenting paths with potentials (Jonker and Volgenant 1987, on a sparse graph).
    """
    row_of: list[int] = [-1] * columns
    column_of: list[int | None] = [None] * len(rows)
    price = [0.0] * columns
    paid = [0.0] * len(rows)
    for first in range(len(rows)):
        reached: dict[int, float] = {}
        came: dict[int, int] = {}
        done: list[int] = []
        heap: list[tuple[float, int]] = []
        row, base, cheapest_none, quitter = first, 0.0, 0.0, first
        while True:
            for column, cost in rows[row]:
                way = base + cost - price[column]
                if way < reached.get(column, way + 1) - _SAME:
                    reached[column] = way
                    came[column] = row
                    heappush(heap, (way, column))
            while heap and heap[0][0] > reached[heap[0][1]]:
                heappop(heap)
            if not heap or heap[0][0] >= cheapest_none:
                total, end = cheapest_none, -1
                break
            total, column = heappop(heap)
            if row_of[column] < 0:
                end = column
                break
            done.append(column)
            row = row_of[column]
            base = total - (paid[row] - price[column])
            if base < cheapest_none:
                cheapest_none, quitter = base, row
        for column in done:
            price[column] += reached[column] - total
        _switch(first, end, quitter, came, row_of, column_of)
        for row in {first, *(row_of[column] for column in (*done, end) if column >= 0)} - {-1}:
            column_now = column_of[row]
            if column_now is not None:
                paid[row] = next(cost for column, cost in rows[row] if column == column_now)
    return column_of


def _switch(
    first: int, end: int, quitter: int, came: dict[int, int], row_of: list[int], column_of: list[int | None]
) -> None:
    """Hand the columns on along the path that ends in a free column, or with a row that goes without."""
    if end < 0:
        end_column, column_of[quitter] = column_of[quitter], None
        if quitter == first or end_column is None:
            return
        end = end_column
    while True:
        row = came[end]
        freed, column_of[row] = column_of[row], end
        row_of[end] = row
        if row == first:
            return
        assert freed is not None
        end = freed
