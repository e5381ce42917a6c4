"""When each beat was played, as a value: beats to seconds and back. Leaves finding it to `following`."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from partimento.music.grading.laying import Placed

PAUSE_S: Final = 0.35
"""Seconds beyond the due time that make a stop."""
NEAR: Final = 0.09
"""Seconds: a note this near its place says where the beat was."""


class Course(Struct, frozen=True):
    """Beats (quarters from 1) to seconds: `knots` joined by straight lines, `per_beat` seconds a beat beyond them."""

    per_beat: float
    knots: tuple[tuple[float, float], ...]
    explained: float
    """The share of the tones asked for that were played near their place, 0 to 1."""

    is_steady: bool = True
    """Whether one tempo holds from beginning to end, pauses apart."""

    def seconds(self, beat: float) -> float:
        """When a beat was due."""
        at = bisect_left(self.knots, (beat, float("-inf")))
        if at == 0 or at == len(self.knots):
            near, due = self.knots[min(at, len(self.knots) - 1)]
            return due + (beat - near) * self.per_beat
        (low, before), (high, after) = self.knots[at - 1 : at + 1]
        return before + (after - before) * (beat - low) / (high - low)

    def beat(self, seconds: float) -> float:
        """Which beat a moment is; of a pause, its end."""
        first, last = self.knots[0], self.knots[-1]
        if seconds <= first[1]:
            return first[0] + (seconds - first[1]) / self.per_beat
        if seconds >= last[1]:
            return last[0] + (seconds - last[1]) / self.per_beat
        for (low, before), (high, after) in zip(self.knots, self.knots[1:], strict=False):
            if before <= seconds <= after:
                return low + (high - low) * (seconds - before) / (after - before) if after > before else high
        return last[0]

    def jumps(self, least: float) -> list[tuple[float, float]]:
        """Where the player stood still or leapt ahead: the beat at which it went on, and the seconds beyond the due
        time; only those of at least so many seconds."""
        return [
            (high, gap)
            for (low, before), (high, after) in zip(self.knots, self.knots[1:], strict=False)
            if abs(gap := after - before - (high - low) * self.per_beat) >= least
        ]


class Moments:
    """When each key was struck."""

    def __init__(self, played: Sequence[Placed]) -> None:
        self._of: defaultdict[int, list[float]] = defaultdict(list)
        for time, key in played:
            self._of[key].append(time)

    def nearest(self, key: int, due: float, within: float) -> float | None:
        """How far from its due time a key was struck; None where it was not within reach."""
        times = self._of.get(key)
        if not times:
            return None
        at = bisect_left(times, due)
        off = min((times[place] - due for place in (at - 1, at) if 0 <= place < len(times)), key=abs)
        return off if abs(off) <= within else None


def explained(asked: Sequence[Placed], moments: Moments, course: Course) -> float:
    """The share of the tones asked for that were played near where the course has them."""
    near = sum(moments.nearest(key, course.seconds(beat), NEAR) is not None for beat, key in asked)
    return near / max(1, len(asked))
