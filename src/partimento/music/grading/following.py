"""Finding the course of a take from its notes: one tempo, one with leaps, or a player's own. Judges nothing.

First the strokes asked for are laid along the strokes played by their keys alone, so that no tempo, pause or repeated
bar misleads it. From the pairs come the tempo and the start. One straight tempo is the course, unless leaps (stops,
repeats), or else a course that follows the player, explain clearly more notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median
from typing import Final

from partimento.music.grading.course import NEAR, PAUSE_S, Course, Moments, explained
from partimento.music.grading.drift import drifting
from partimento.music.grading.laying import STROKE, Placed, laid_together, strokes
from partimento.music.grading.leaps import leaping

_LAG: Final = 6
_BETTER: Final = 0.04
"""How many more of the notes, as a share, a wandering course must explain before one tempo is given up."""
_FEWEST: Final = 4
_PER_LEAP: Final = 4.0
"""A leap must explain more notes than this."""


def find_course(asked: Sequence[Placed], played: Sequence[Placed], per_beat: float) -> Course:
    """The course of a take. `asked` in beats, `played` in seconds, both in order; `per_beat`: the written seconds."""
    pairs = laid_together(strokes(asked, STROKE / per_beat), strokes(played, STROKE))
    moments = Moments(played)
    rate = _rate(pairs, per_beat)
    straight = _straight(asked, moments, pairs, rate)
    if straight.explained == 1 or len(pairs) < _FEWEST:
        return straight
    with_leaps = leaping(asked, moments, pairs, rate)
    best = max(straight, with_leaps, key=lambda course: _worth(course, len(asked)))
    if best.explained > 1 - _BETTER:
        return best
    free = drifting(asked, moments, pairs, rate)
    return free if _worth(free, len(asked)) > _worth(best, len(asked)) + _BETTER else best


def _worth(course: Course, tones: int) -> float:
    """The share of tones a course explains, less what its leaps must explain."""
    return course.explained - _PER_LEAP * len(course.jumps(PAUSE_S)) / tones


def _rate(pairs: list[tuple[float, float]], per_beat: float) -> float:
    """Seconds a beat: the median over stretches of one to a few strokes, which no pause and no slip can move."""
    slopes = [
        (after[1] - before[1]) / (after[0] - before[0])
        for lag in range(1, _LAG + 1)
        for before, after in zip(pairs, pairs[lag:], strict=False)
        if after[0] > before[0]
    ]
    found = median(slopes) if slopes else per_beat
    return found if per_beat / 5 <= found <= per_beat * 5 else per_beat


def _straight(asked: Sequence[Placed], moments: Moments, pairs: list[tuple[float, float]], rate: float) -> Course:
    """One tempo throughout: medians first, then the straight line through all notes that lie near."""
    if not pairs:
        return Course(rate, ((1.0, 0.0),), 0.0)
    half = len(pairs) // 2
    if half >= _LAG:
        leans = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(pairs, pairs[half:], strict=False) if b[0] > a[0]]
        wide = median(leans)
        rate = wide if abs(wide / rate - 1) < 0.1 else rate
    offset = median(second - rate * beat for beat, second in pairs)
    for within in (0.3, 0.15, NEAR, NEAR):
        near = [
            (beat, rate * beat + offset + off)
            for beat, key in asked
            if (off := moments.nearest(key, rate * beat + offset, within)) is not None
        ]
        if len(near) < 3 or near[0][0] == near[-1][0]:
            break
        beats, seconds = fmean(beat for beat, _ in near), fmean(second for _, second in near)
        spread = sum((beat - beats) ** 2 for beat, _ in near)
        rate = sum((beat - beats) * (second - seconds) for beat, second in near) / spread
        offset = seconds - rate * beats
    course = Course(rate, ((1.0, rate + offset),), 0.0)
    return Course(rate, course.knots, explained(asked, moments, course))
