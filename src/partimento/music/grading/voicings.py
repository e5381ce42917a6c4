"""Whether each chord of a take is in the voicing asked for. Leaves what a voicing is to `music.definition`."""

from __future__ import annotations

from collections.abc import Sequence

from partimento.music.grading.colours import coloured
from partimento.music.grading.course import Course
from partimento.music.grading.expected import Expected, bar_quarters
from partimento.music.grading.findings import Finding
from partimento.music.score import PlacedChord
from partimento.music.take import TakeNote
from partimento.music.voicing.definition import is_of_kind
from partimento.music.voicing.reach import Kind

_EARLY = 0.12
_ROLL = 0.35
"""Seconds before and after the beginning of a chord within which its grip is struck."""


def voicing_findings(expected: Expected, notes: Sequence[TakeNote], course: Course, shift: int) -> list[Finding]:
    """A finding for each chord whose grip is not of the kind; those not played at all are missing tones already."""
    if expected.mode != "voicing" or expected.voicing is None:
        return []
    bar = bar_quarters(expected.score)
    found = []
    for placed in expected.score.chords:
        start = (placed.bar - 1) * bar + placed.beat
        due = course.seconds(start)
        struck = [note for note in notes if due - _EARLY <= note.start <= due + _ROLL]
        if not struck:
            continue
        flaws = voicing_flaws(placed.symbol, struck, expected.voicing, shift)
        if flaws:
            found.append(_finding(placed, start, expected.voicing, flaws))
    return found


def voicing_flaws(symbol: str, struck: Sequence[TakeNote], kind: Kind, shift: int = 0) -> tuple[str, ...]:
    """What keeps the notes from being a voicing of the kind, under whichever hands and with whichever colours suit."""
    every = (is_of_kind(name, *hands, kind) for name in (symbol, *coloured(symbol)) for hands in grips(struck, shift))
    return min(every, key=len)


def grips(struck: Sequence[TakeNote], shift: int = 0) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """How the notes may lie under two hands: as told where both play, else parted anywhere."""
    if {note.hand for note in struck} == {"left", "right"}:
        left = tuple(sorted({note.midi - shift for note in struck if note.hand == "left"}))
        right = tuple(sorted({note.midi - shift for note in struck if note.hand == "right"}))
        return [(left, right)]
    keys = tuple(sorted({note.midi - shift for note in struck}))
    return [(keys[:cut], keys[cut:]) for cut in range(len(keys) + 1)]


def _finding(placed: PlacedChord, start: float, kind: str, flaws: Sequence[str]) -> Finding:
    return Finding(
        bar=placed.bar,
        beat=placed.beat,
        start_beat=start,
        kind="voicing",
        sentence=f"Bar {placed.bar}: {placed.symbol} is no {kind} voicing: it {flaws[0]}.",
    )
