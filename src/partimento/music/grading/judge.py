"""The words for what was heard: wrong, missing, extra, late and early notes, pauses. Leaves marks to `marks`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from partimento.music.grading.course import PAUSE_S, Course
from partimento.music.grading.expected import Expected, Tone, bar_quarters
from partimento.music.grading.findings import Detail, Finding, Kind, interval, note_name, place
from partimento.music.grading.hearing import Heard, Hearing
from partimento.music.key import Key
from partimento.music.take import TakeNote

_SNAP: Final = 0.06
"""Seconds: a note too many this near a stroke belongs to it."""


def find(
    hearing: Hearing, notes: Sequence[TakeNote], course: Course, expected: Expected, key: Key, shift: int
) -> list[Finding]:
    """Everything that differs, in order of the piece."""
    turned = _turned(hearing, notes, shift) if expected.by_octave else frozenset()
    found = [
        one for heard in hearing.heard for one in _of_tone(heard, notes, key, shift, turned, by_hand=expected.by_octave)
    ]
    strokes = sorted({(one.tone.start_beat, one.tone.bar, one.tone.beat) for one in hearing.heard})
    dues = [course.seconds(beat) for beat, _, _ in strokes]
    bar = bar_quarters(expected.score)
    found += [_extra(notes[at], strokes, dues, course, bar, key, shift) for at in hearing.extra]
    found += hearing.repeats
    told = {one.start_beat for one in hearing.repeats}
    for beat, gap in course.jumps(PAUSE_S):
        if beat not in told:
            found.append(_pause(beat, gap, bar, course))
    return sorted(found, key=lambda one: (one.start_beat, one.expected or one.played or 0))


def _of_tone(
    heard: Heard, notes: Sequence[TakeNote], key: Key, shift: int, turned: frozenset[int], *, by_hand: bool
) -> Iterator[Finding]:
    tone, name = heard.tone, note_name(heard.tone.midi, key)
    if heard.note is None:
        yield _finding(tone, "missing", f"The {name} is missing.")
        return
    note = notes[heard.note]
    midi = note.midi - shift
    off_ms = round(heard.off * 1000, 1)
    if not heard.is_right:
        other = note_name(midi, key)
        if heard.is_octave:
            octaves = interval(midi - tone.midi).removeprefix("an ").removeprefix("a ")
            way = "high" if midi > tone.midi else "low"
            sentence = f"The {name} is {'an ' if octaves == 'octave' else ''}{octaves} too {way}."
            if tone.stroke in turned:
                sentence = f"{sentence[:-1]}: the chord is in another inversion."
            yield _finding(
                tone, "wrong", sentence, note, midi, off_ms, "inversion" if tone.stroke in turned else "octave"
            )
        else:
            yield _finding(tone, "wrong", f"{other} was played for {name}.", note, midi, off_ms)
    elif not heard.is_on_time:
        kind: Kind = "late" if heard.off > 0 else "early"
        yield _finding(tone, kind, f"The {name} came {abs(off_ms):.0f} ms {kind}.", note, midi, off_ms)
    if heard.is_right and by_hand and note.hand is not None and note.hand != tone.hand:
        yield _finding(tone, "hand", f"The {note_name(midi, key)} belongs to the {tone.hand} hand.", note, midi, off_ms)


def _finding(
    tone: Tone, kind: Kind, sentence: str, note: TakeNote | None = None, midi: int | None = None,
    off_ms: float | None = None, detail: Detail = "",
) -> Finding:  # fmt: skip
    return Finding(
        bar=tone.bar,
        beat=tone.beat,
        start_beat=tone.start_beat,
        kind=kind,
        sentence=f"{place(tone.bar, tone.beat).capitalize()}: {sentence}",
        expected=tone.midi,
        played=midi,
        hand=tone.hand,
        at=None if note is None else note.start,
        off_ms=off_ms,
        detail=detail,
    )


def _turned(hearing: Hearing, notes: Sequence[TakeNote], shift: int) -> frozenset[int]:
    """The strokes in which the right chord was played in another inversion: all its tones, another one lowest."""
    strokes: defaultdict[int, list[Heard]] = defaultdict(list)
    for heard in hearing.heard:
        strokes[heard.tone.stroke].append(heard)
    found = set()
    for number, stroke in strokes.items():
        played = [notes[one.note].midi - shift for one in stroke if one.note is not None]
        asked = [one.tone.midi for one in stroke]
        same = {midi % 12 for midi in played} == {midi % 12 for midi in asked}
        if len(stroke) >= 3 and same and min(played) % 12 != min(asked) % 12:
            found.add(number)
    return frozenset(found)


def _extra(
    note: TakeNote, strokes: list[tuple[float, int, float]], dues: list[float], course: Course, bar: float, key: Key,
    shift: int,
) -> Finding:  # fmt: skip
    """A note too many, at the stroke it sounds with, else where it falls in the bar."""
    near = min(range(len(dues)), key=lambda at: abs(dues[at] - note.start))
    if abs(dues[near] - note.start) <= _SNAP:
        start_beat, number, beat = strokes[near]
    else:
        start_beat = round(course.beat(note.start), 3)
        number = max(1, int((start_beat - 1) // bar) + 1)
        beat = round(start_beat - (number - 1) * bar, 3)
    midi = note.midi - shift
    return Finding(
        bar=number,
        beat=beat,
        start_beat=start_beat,
        kind="extra",
        sentence=f"{place(number, beat).capitalize()}: {note_name(midi, key)} was not asked for.",
        played=midi,
        hand=note.hand,
        at=note.start,
    )


def _pause(beat: float, gap: float, bar: float, course: Course) -> Finding:
    number = int((beat - 1 + 1e-6) // bar) + 1
    inside = round(beat - (number - 1) * bar, 3)
    what = f"a stop of {gap:.1f} s" if gap > 0 else f"{-gap:.1f} s of time were left out"
    return Finding(
        bar=number,
        beat=inside,
        start_beat=beat,
        kind="stop",
        sentence=f"Before {place(number, inside)}: {what}.",
        at=round(course.seconds(beat), 3),
        off_ms=round(gap * 1000, 1),
    )
