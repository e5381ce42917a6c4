"""The strokes asked for laid along the strokes played, by their keys alone. Knows no tempo and judges nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean
from typing import Final

STROKE: Final = 0.06
"""Seconds within which played notes are taken for one stroke."""
_LIKE: Final = 0.3
"""How much of two strokes must agree before they are laid together."""
_MOST_CELLS: Final = 400_000
"""A table this large takes a tenth of a second; longer pieces are searched in a band."""
_LEAST_BAND: Final = 100

_Row = tuple[int, list[float]]
"""Where a row of the table begins, and the best agreement up to each column from there."""

Placed = tuple[float, int]
"""A time (beats or seconds) and a key."""


def overlap(asked: Sequence[Placed], played: Sequence[Placed], shift: int, wrap: int | None = None) -> int:
    """How many played keys there are for the asked ones moved by `shift`, times not looked at."""
    counts: defaultdict[int, int] = defaultdict(int)
    for _, key in played:
        counts[key] += 1
    common = 0
    for _, key in asked:
        moved = (key + shift) % wrap if wrap else key + shift
        if counts[moved]:
            counts[moved] -= 1
            common += 1
    return common


def strokes(notes: Sequence[Placed], width: float) -> list[tuple[float, int]]:
    """Notes gathered into strokes: the middle of their times, and their keys as the bits of a number."""
    found: list[tuple[float, int]] = []
    times: list[float] = []
    mask = 0
    for time, key in notes:
        if times and time - times[0] > width:
            found.append((fmean(times), mask))
            times, mask = [], 0
        times.append(time)
        mask |= 1 << key
    if times:
        found.append((fmean(times), mask))
    return found


def laid_together(asked: list[tuple[float, int]], played: list[tuple[float, int]]) -> list[tuple[float, float]]:
    """Beats with the seconds of the strokes that are the same: of all orderly ways the one that agrees most.

    Long pieces are searched in a band along the diagonal.
    """
    rows, columns = len(asked), len(played)
    band = columns if rows * columns <= _MOST_CELLS else max(_LEAST_BAND, _MOST_CELLS // rows // 2)
    sizes = [mask.bit_count() for _, mask in played]
    masks = [mask for _, mask in played]
    table: list[_Row] = [(0, [0.0])]
    for row, (_, mask) in enumerate(asked):
        centre = row * columns // rows
        low, high = max(0, centre - band), min(columns, centre + band + 1)
        start, above = table[-1]
        above = above[low - start :] + above[-1:] * (high + 1 - start - len(above))
        size, slope = mask.bit_count(), row / rows
        left = above[0]
        here = [left]
        for column in range(low, high):
            best = above[column - low + 1]
            if left > best:
                best = left
            common = (mask & masks[column]).bit_count()
            if common:
                # the last term tells equal strokes apart: the way that is nearest to even
                agreed = 2 * common / (size + sizes[column]) - _LIKE - abs(slope - column / columns) / 50
                if above[column - low] + agreed > best:
                    best = above[column - low] + agreed
            here.append(best)
            left = best
        table.append((low, here))
    return _traced(asked, played, table)


def _traced(
    asked: list[tuple[float, int]], played: list[tuple[float, int]], table: list[_Row]
) -> list[tuple[float, float]]:
    """The way back through the table, as pairs in order."""
    pairs = []
    row, column = len(asked), len(played)
    while row and column:
        low, here = table[row]
        start, above = table[row - 1]
        at = column - low
        if at <= 0 or here[at] == above[min(column - start, len(above) - 1)]:
            row -= 1
        elif here[at] == here[at - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((asked[row][0], played[column][0]))
    return pairs[::-1]
