"""One tempo with leaps: the course of a player who stops, goes back or leaves time out, and goes on as before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from statistics import fmean, median
from typing import Final

from partimento.music.grading.course import NEAR, Course, Moments, explained
from partimento.music.grading.laying import Placed

_GRAIN: Final = 0.05
"""Seconds: offsets nearer than this are one."""
_LEAP_STROKES: Final = 2.0
"""A leap costs as much as so many strokes out of place."""
_MOST_LEVELS: Final = 400
"""With more offsets than this the take is of another piece."""
_NEARBY: Final = 8.0
"""Beats by which a leap may be moved to fit better."""


def leaping(asked: Sequence[Placed], moments: Moments, pairs: list[tuple[float, float]], rate: float) -> Course:
    """The course: lines of one slope, with as few leaps between them as explain most. `pairs`: beats and seconds."""
    course = Course(rate, ((1.0, rate),), 0.0)
    for within in (0.2, 0.1, NEAR):
        steps = _steps([(beat, second - course.per_beat * beat) for beat, second in pairs])
        steps = _placed(steps, asked, moments, course.per_beat)
        parts: list[list[tuple[float, float]]] = [[] for _ in steps]
        starts = [start for start, _ in steps]
        for beat, key in asked:
            part = max(0, bisect_right(starts, beat) - 1)
            due = course.per_beat * beat + steps[part][1]
            if (off := moments.nearest(key, due, within)) is not None:
                parts[part].append((beat, due + off))
        course = _parallel(parts, course.per_beat)
    return Course(course.per_beat, course.knots, explained(asked, moments, course))


def _steps(offsets: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Beats from which a constant offset holds, and that offset: the fewest leaps that explain most (Viterbi, exact).

    A stroke costs up to 1 by its distance from the offset, a leap as much as a few strokes.
    """
    levels = sorted({round(value / _GRAIN) for _, value in offsets})
    if len(levels) > _MOST_LEVELS:
        return [(offsets[0][0], median(value for _, value in offsets))]
    costs = [0.0] * len(levels)
    came: list[list[int]] = []
    for _, value in offsets:
        cheapest = min(range(len(levels)), key=costs.__getitem__)
        leap = costs[cheapest] + _LEAP_STROKES
        came.append([at if cost <= leap else cheapest for at, cost in enumerate(costs)])
        costs = [
            min(cost, leap) + min(1.0, abs(level * _GRAIN - value) / NEAR)
            for level, cost in zip(levels, costs, strict=True)
        ]
    at = min(range(len(levels)), key=costs.__getitem__)
    way = [at]
    for row in came[:0:-1]:
        at = row[at]
        way.append(at)
    way.reverse()
    return [
        (offsets[place][0], levels[level] * _GRAIN)
        for place, level in enumerate(way)
        if place == 0 or level != way[place - 1]
    ]


def _placed(
    steps: list[tuple[float, float]], asked: Sequence[Placed], moments: Moments, rate: float
) -> list[tuple[float, float]]:
    """The steps with each leap moved, by a few beats at most, to where it explains most notes."""
    placed = steps[:1]
    for start, after in steps[1:]:
        before = placed[-1][1]
        inside = [tone for tone in asked if max(placed[-1][0], start - _NEARBY) <= tone[0] <= start + _NEARBY]
        gains: dict[float, int] = {}
        total = 0
        for beat, key in inside:
            gains.setdefault(beat, total)
            total += moments.nearest(key, rate * beat + before, NEAR) is not None
            total -= moments.nearest(key, rate * beat + after, NEAR) is not None
        turn = max(gains, key=lambda beat: (gains[beat], -beat), default=start)
        placed.append((turn, after))
    return placed


def _parallel(parts: list[list[tuple[float, float]]], rate: float) -> Course:
    """Straight lines of one slope through each part, least squares."""
    parts = [part for part in parts if part]
    centres = [(fmean(beat for beat, _ in part), fmean(second for _, second in part)) for part in parts]
    spread = lean = 0.0
    for part, (beats, seconds) in zip(parts, centres, strict=True):
        spread += sum((beat - beats) ** 2 for beat, _ in part)
        lean += sum((beat - beats) * (second - seconds) for beat, second in part)
    rate = lean / spread if spread > 1 else rate
    knots = [
        (beat, seconds + rate * (beat - beats))
        for part, (beats, seconds) in zip(parts, centres, strict=True)
        for beat in sorted({part[0][0], part[-1][0]})
    ]
    return Course(rate, tuple(knots) or ((1.0, rate),), 0.0)
