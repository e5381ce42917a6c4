"""What was heard: each tone asked for with the note played for it, and the notes too many. Leaves words to `judge`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.music.grading.course import Course
from partimento.music.grading.expected import Expected, Tone, spans
from partimento.music.grading.findings import Finding
from partimento.music.grading.pairing import Due, pair, slip
from partimento.music.grading.repeats import find_repeats
from partimento.music.score import Hand
from partimento.music.take import TakeNote

TOLERANCE_MS: Final = 72.0
"""Between the jitter of a good player (50 ms) and what is plainly late (110 ms), with room for both to stray."""
_WITH_CHORD: Final = 0.06
_ROLL_LEAST, _ROLL_MOST, _ROLL_MOST_DOWN, _ROLL_EVEN = 0.02, 0.14, 0.08, 2.5
"""A rolled chord: seconds between its notes, upwards and (rarer, so told from late notes by its haste) downwards; how
many times the shortest step the longest may be."""
_ROLL_FEWEST, _ROLL_HABIT = 3, 0.25


class Heard(Struct, frozen=True):
    """One asked tone with what was played for it: the place of its note, None if missing. `off` in seconds."""

    tone: Tone
    note: int | None
    off: float
    is_right: bool
    is_octave: bool = False
    is_rolled: bool = False

    @property
    def is_on_time(self) -> bool:
        return self.note is not None and (self.is_rolled or abs(self.off) * 1000 <= TOLERANCE_MS)


class Hearing(Struct, frozen=True):
    """All that was heard: every asked tone, the places of notes too many, and the repeats found among them."""

    heard: tuple[Heard, ...]
    extra: tuple[int, ...]
    repeats: tuple[Finding, ...]


def hear(asked: Sequence[Tone], notes: Sequence[TakeNote], course: Course, expected: Expected, shift: int) -> Hearing:
    """Pair what was asked with what was played. `shift`: how many semitones higher it was all played."""
    wrap = None if expected.by_octave else 12
    keys = [_key(note.midi - shift, wrap) for note in notes]
    due = [(course.seconds(tone.start_beat), tone.key, tone.chord) for tone in asked]
    found = pair(due, [(note.start, key) for note, key in zip(notes, keys, strict=True)], wrap)
    used = {place for place in found if place is not None}
    found = _with_their_chord(asked, notes, keys, due, found, used, wrap)
    heard = [_heard(tone, at, when[0], notes, keys) for tone, when, at in zip(asked, due, found, strict=True)]
    rest = [at for at in range(len(notes)) if at not in used]
    if not expected.by_octave:
        rest = _foreign(rest, notes, course, expected, shift)
    repeats, rest = find_repeats(rest, notes, keys, asked, course)
    return Hearing(tuple(_rolled(heard, notes)), tuple(rest), tuple(repeats))


def _key(midi: int, wrap: int | None) -> int:
    return midi % wrap if wrap else midi


def _heard(tone: Tone, at: int | None, second: float, notes: Sequence[TakeNote], keys: Sequence[int]) -> Heard:
    if at is None:
        return Heard(tone, None, 0.0, False)
    is_right = keys[at] == tone.key
    return Heard(tone, at, notes[at].start - second, is_right, not is_right and keys[at] % 12 == tone.key % 12)


def _with_their_chord(
    asked: Sequence[Tone], notes: Sequence[TakeNote], keys: list[int], due: list[Due],
    found: list[int | None], used: set[int], wrap: int | None,
) -> list[int | None]:  # fmt: skip
    """A wrong key in a chord that as a whole came late (or early) belongs to that chord."""
    strokes: defaultdict[int, list[int]] = defaultdict(list)
    for row, tone in enumerate(asked):
        strokes[tone.stroke].append(row)
    for rows in strokes.values():
        offs = [notes[at].start - due[row][0] for row in rows if (at := found[row]) is not None]
        if len(offs) < 2 or 2 * len(offs) < len(rows) or abs(lag := median(offs)) * 1000 <= TOLERANCE_MS:
            continue
        for row in rows:
            if found[row] is not None:
                continue
            second = due[row][0] + lag
            near = [
                (price, at)
                for at, note in enumerate(notes)
                if at not in used
                and abs(note.start - second) <= _WITH_CHORD
                and keys[at] not in due[row][2]
                and (price := slip(asked[row].key, keys[at], note.start - second, wrap)) is not None
            ]
            if near:
                found[row] = min(near)[1]
                used.add(min(near)[1])
    return found


def _foreign(rest: list[int], notes: Sequence[TakeNote], course: Course, expected: Expected, shift: int) -> list[int]:
    """Of notes too many those that are no tone of the chord in whose time they were played: doublings are free."""
    known = spans(expected)
    foreign = []
    for at in rest:
        beat = course.beat(notes[at].start)
        slack = TOLERANCE_MS / 1000 / course.per_beat
        if not any(
            start - slack <= beat <= end + slack and (notes[at].midi - shift) % 12 in home for start, end, home in known
        ):
            foreign.append(at)
    return foreign


def _rolled(heard: list[Heard], notes: Sequence[TakeNote]) -> Iterator[Heard]:
    """The same, with chords that were rolled marked: in even steps, all upwards or all down, one end on time.

    Three notes may come so by chance, one of them late: they count where a good part of all chords is rolled.
    """
    strokes: defaultdict[int, list[Heard]] = defaultdict(list)
    for one in heard:
        strokes[one.tone.stroke].append(one)
    chords = [stroke for stroke in strokes.values() if sum(one.note is not None for one in stroke) >= _ROLL_FEWEST]
    rolls = {stroke[0].tone.stroke: len(stroke) for stroke in chords if _is_roll(stroke, notes)}
    is_habit = len(rolls) >= _ROLL_HABIT * len(chords)
    for number, stroke in strokes.items():
        if number in rolls and (is_habit or rolls[number] > _ROLL_FEWEST):
            yield from (replace(one, is_rolled=one.note is not None) for one in stroke)
        else:
            yield from stroke


def _is_roll(stroke: Sequence[Heard], notes: Sequence[TakeNote]) -> bool:
    played = sorted((notes[one.note].start, notes[one.note].midi) for one in stroke if one.note is not None)
    steps = [after[0] - before[0] for before, after in pairwise(played)]
    ups = {after[1] > before[1] for before, after in pairwise(played)}
    longest = _ROLL_MOST if ups == {True} else _ROLL_MOST_DOWN
    return (
        len(ups) == 1
        and min(steps) >= _ROLL_LEAST
        and max(steps) <= min(longest, _ROLL_EVEN * min(steps))
        and min(abs(one.off) for one in stroke if one.note is not None) * 1000 <= TOLERANCE_MS
    )


def hand_of(note: TakeNote, hearing: Hearing, notes: Sequence[TakeNote]) -> Hand:
    """The hand that played a note: told, or that of the tone nearest to it in time and pitch."""
    if note.hand is not None:
        return note.hand
    nearest = min(
        (one for one in hearing.heard),
        key=lambda one: (
            abs((notes[one.note].start if one.note is not None else note.start + 9) - note.start) * 12
            + abs(one.tone.midi - note.midi)
        ),
    )
    return nearest.tone.hand
