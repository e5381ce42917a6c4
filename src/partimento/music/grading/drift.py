"""The course of a player whose tempo wanders: running medians over the strokes, smoothed again by what is left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, median
from typing import Final

from partimento.music.grading.course import NEAR, Course, Moments, explained
from partimento.music.grading.laying import Placed

_WINDOW, _CHORD_WINDOW, _SMOOTH = 9, 5, 5
"""Strokes that are looked at together: of single notes, and of chords, which tell their moment better by themselves."""
_WITHIN: Final = (0.25, 0.2, 0.12)


def drifting(asked: Sequence[Placed], moments: Moments, pairs: list[tuple[float, float]], rate: float) -> Course:
    """A course that follows the player: running medians keep a pause sharp and let no single late chord count."""
    window = _WINDOW if len(asked) < 2 * len({beat for beat, _ in asked}) else _CHORD_WINDOW
    course = _through(pairs, Course(rate, ((0.0, 0.0),), 0.0), window)
    for within in _WITHIN:
        # what is left over is smoothed in its turn, so that a curve is followed as well as a slope
        moments_at: defaultdict[float, list[float]] = defaultdict(list)
        for beat, key in asked:
            due = course.seconds(beat)
            if (off := moments.nearest(key, due, within)) is not None:
                moments_at[beat].append(due + off)
        course = _through([(beat, median(found)) for beat, found in sorted(moments_at.items())], course, window)
    return Course(rate, course.knots, explained(asked, moments, course), is_steady=False)


def _through(played: list[tuple[float, float]], base: Course, window: int) -> Course:
    """A course through these beats and seconds: the base, mended by the smoothed distance of each from it."""
    values = [second - base.seconds(beat) for beat, second in played]
    around = [*_led_on(values[:window][::-1], window)[::-1], *values, *_led_on(values[-window:], window)]
    calm = [median(around[at : at + window]) for at in range(len(values))]
    knots = []
    for at, (beat, _) in enumerate(played):
        near = calm[max(0, at - _SMOOTH // 2) : at + _SMOOTH // 2 + 1]
        knots.append((beat, base.seconds(beat) + fmean(value for value in near if abs(value - calm[at]) < NEAR)))
    rising = [knots[0]] if knots else [(1.0, 0.0)]
    for knot in knots[1:]:
        if knot[0] > rising[-1][0]:
            rising.append(knot)
    return Course(base.per_beat, tuple(rising), 0.0)


def _led_on(values: Sequence[float], window: int) -> list[float]:
    """Half a window beyond the last values, on the line most of them lie on: a tempo may change to the very end."""
    if len(values) < 2:
        return list(values) * (window // 2)
    step = median(after - before for before, after in zip(values, values[1:], strict=False))
    last = median(value + (len(values) - 1 - at) * step for at, value in enumerate(values))
    return [last + ahead * step for ahead in range(1, window // 2 + 1)]
