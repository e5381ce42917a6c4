"""Stretches a player went back to and played again: their notes are not too many. Looks where the course leaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from partimento.music.grading.course import PAUSE_S, Course
from partimento.music.grading.expected import Tone
from partimento.music.grading.findings import Finding, place
from partimento.music.take import TakeNote

_NEAR: Final = 0.2
_SHARE: Final = 0.6
_FEWEST: Final = 3
"""At least so many of the notes in a leap, and this share of them, must be known from the bars around it."""


def find_repeats(
    rest: list[int], notes: Sequence[TakeNote], keys: Sequence[int], asked: Sequence[Tone], course: Course
) -> tuple[list[Finding], list[int]]:
    """The repeats, and what is left of the notes too many (`rest`: their places; `keys`: of all notes)."""
    found: list[Finding] = []
    for beat, gap in course.jumps(PAUSE_S):
        went_on = course.seconds(beat)
        inside = [at for at in rest if went_on - gap - 1 <= notes[at].start < went_on + 0.05]
        again = _known(inside, beat, gap, notes, keys, asked, course)
        if len(again) >= max(_FEWEST, _SHARE * len(inside)):
            first = min(asked, key=lambda tone: abs(tone.start_beat - beat))
            sentence = f"Before {place(first.bar, first.beat)}, {gap / course.per_beat:.3g} beats were played again."
            found.append(
                Finding(
                    bar=first.bar,
                    beat=first.beat,
                    start_beat=beat,
                    kind="repeat",
                    sentence=sentence,
                    at=notes[again[0]].start,
                )
            )
            gone = set(inside)
            rest = [at for at in rest if at not in gone]
    return found, rest


def _known(
    inside: Sequence[int], beat: float, gap: float, notes: Sequence[TakeNote], keys: Sequence[int],
    asked: Sequence[Tone], course: Course,
) -> list[int]:  # fmt: skip
    """Those notes that the bars around the leap ask for, at the time of the first round or of the second."""
    back = gap / course.per_beat
    went_on = course.seconds(beat)
    starts: defaultdict[int, list[float]] = defaultdict(list)
    for tone in asked:
        if beat - back - 1 <= tone.start_beat <= beat + back + 1:
            starts[tone.key].append(tone.start_beat)
    known = []
    for at in inside:
        second_round = beat - (went_on - notes[at].start) / course.per_beat
        times = (second_round, second_round + back)
        if any(abs(time - start) * course.per_beat <= _NEAR for start in starts.get(keys[at], ()) for time in times):
            known.append(at)
    return known
