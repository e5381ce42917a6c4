"""A lick: a single line over a progression. Of all lines that fit, the one that costs least, with a dash of chance.

The cost of a line is stated here: guide tones where chords change, chord tones on the beat, steps rather than leaps, no
note twice, chromatic notes only as a step into the next; and a contour drawn by chance, so that no two licks are alike.
The left hand holds the chords in shells.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sin
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.music.analysis import function_of
from partimento.music.analysis.chord_scale import chord_scales
from partimento.music.chord import Chord
from partimento.music.composition.progression import Progression
from partimento.music.exercises.study import Ask, Study
from partimento.music.key import Key
from partimento.music.leading import lead
from partimento.music.rhythm import Pattern, bar_beats, beat_length, hits, swung
from partimento.music.scale import Scale
from partimento.music.score import Note
from partimento.music.voicing.reach import is_playable

_LOWEST, _HIGHEST = 57, 84
_REACH: Final = 9
"""Wider leaps than a sixth are not sung."""
_LEAP: Final = (4.0, 0.2, 0.2, 0.5, 0.6, 1.4, 2.6, 1.8, 3.0, 3.5)
"""What a move of so many semitones costs."""
_STEP: Final = 2
"""Wider moves are leaps."""

# Rhythms of a bar by the level they come in at; "1" is a note, "-" holds it, "." is silence.
_RHYTHMS: Final[dict[str, tuple[tuple[int, str], ...]]] = {
    "4/4": (
        (1, "1 1 1 1"), (1, "1 - 1 1"), (2, "1 1 1 -"), (3, "1 - 1 - 1 1 1 1"), (3, "1 1 1 1 1 - 1 -"),
        (4, "1 1 1 1 1 1 1 1"), (4, ". 1 1 1 1 1 1 1"), (4, "1 - - 1 1 1 1 1"), (5, ". . 1 1 1 1 1 1"),
        (5, "1 1 1 - - 1 1 1"), (6, ". 1 1 - 1 1 . 1"), (7, "1 - 1 - 1 1 1 1 1 - 1 - 1 - 1 -"),
        (8, "1 - 1 1 1 1 1 1 1 - 1 - 1 - 1 -"), (9, ". . 1 1 1 1 1 1 1 1 1 1 1 - 1 -"),
    ),
    "3/4": ((1, "1 1 1"), (2, "1 - 1"), (3, "1 - 1 1 1 -"), (4, "1 1 1 1 1 1"), (5, ". 1 1 1 1 1"), (6, "1 - - 1 1 1")),
    "12/8": ((1, "1 - - 1 - - 1 - - 1 - -"), (3, "1 - 1 1 - 1 1 - 1 1 - -"), (5, "1 1 1 1 - 1 1 1 1 1 - -")),
    "6/8": ((1, "1 - - 1 - -"), (2, "1 - 1 1 - 1"), (4, "1 1 1 1 1 1"), (6, "1 - 1 1 1 1")),
}  # fmt: skip
_CHROMATIC_FROM: Final = 5


class _Slot(Struct, frozen=True):
    """A place for a note: quarters from the start, its length, the chord there, whether the chord begins with it."""

    start: float
    beats: float
    chord: Chord
    tones: frozenset[int]
    is_first: bool
    is_on_beat: bool


def make(progression: Progression, ask: Ask, rng: Random) -> Study:
    """A line for the right hand over the chords."""
    slots = _slots(progression, ask.plan.level, rng)
    pitches = _line(slots, ask.plan.level, rng)
    use = ask.genre.application(ask.plan.application)
    ratio = use.swing if beat_length(progression.meter) == 1 else 0.5
    line = [_note(slot, pitch, ratio) for slot, pitch in zip(slots, pitches, strict=True)]
    grips = lead([chord.symbol for chord in progression.chords], "shell")
    bar = bar_beats(progression.meter)
    lows = [_below(grip.notes) for grip in grips]
    left = [
        Note((chord.bar - 1) * bar + chord.beat, chord.beats, key, 58, "left")
        for chord, keys in zip(progression.chords, lows, strict=True)
        for key in keys
    ]
    return Study(
        title=f"{ask.genre.title} lick in {progression.key}",
        instruction="Play the line with the right hand over the chords held in the left; sing it first.",
        tips=(
            "Mark where each chord changes: the line lands there on a third or a seventh.",
            "Play it slowly and evenly, then transpose it by ear.",
            *(("Swing the eighths: long, short.",) if ratio > 0.55 else ()),
        ),
        grading="notes",
        bars=progression.bars,
        chords=tuple(replace(chord, left_hand=keys) for chord, keys in zip(progression.chords, lows, strict=True)),
        notes=tuple(sorted((*left, *line), key=lambda note: (note.start_beat, note.midi))),
    )


def _below(shell: tuple[int, ...]) -> tuple[int, ...]:
    """A shell for the left hand alone, under the line; the bass by itself where that would be muddy or too wide."""
    keys = tuple(sorted({key - 12 * (-(-(key - _LOWEST + 1) // 12)) if key >= _LOWEST else key for key in shell}))
    return keys if is_playable(keys, ()) else shell[:1]


def _note(slot: _Slot, pitch: int, ratio: float) -> Note:
    start = swung(slot.start, ratio)
    beats = round(swung(slot.start + slot.beats, ratio) - start, 6)
    return Note(1 + start, beats, pitch, 80 if slot.is_on_beat else 72, "right")


def _slots(progression: Progression, level: int, rng: Random) -> list[_Slot]:
    """The rhythm of the line, with the chord under each note; in the last bar, one note a chord."""
    meter, bar, beat = progression.meter, bar_beats(progression.meter), beat_length(progression.meter)
    known = [text for low, text in _RHYTHMS.get(meter, ((1, " ".join("1" * int(bar * 2))),)) if low <= level][-6:]
    chords = [Chord.parse(placed.symbol) for placed in progression.chords]
    home = Key.parse(progression.key)
    scales = [_scale(chord, home, after) for chord, after in zip(chords, [*chords[1:], None], strict=True)]
    starts = [(placed.bar - 1) * bar + placed.beat - 1 for placed in progression.chords]
    end = bar * (progression.bars - 1)
    times = [
        (number * bar + hit.offset, hit.beats)
        for number in range(progression.bars - 1)
        for hit in hits(Pattern("right", meter, rng.choice(known)))[0]
    ]
    times += [(at, placed.beats) for at, placed in zip(starts, progression.chords, strict=True) if at >= end]
    slots: list[_Slot] = []
    place, struck = 0, -1
    for start, beats in times:
        while place + 1 < len(starts) and starts[place + 1] <= start:
            place += 1
        if chords[place].root is not None:
            slots.append(_Slot(start, beats, chords[place], scales[place], struck != place, start % beat == 0))
            struck = place
    return slots


def _scale(chord: Chord, home: Key, following: Chord | None) -> frozenset[int]:
    """The tones of the scale that a player would take over a chord."""
    if chord.root is None:
        return frozenset()
    best = chord_scales(chord, home, function_of(chord, home, following), following)[0]
    return Scale.parse(best.scale).pitch_classes


def _line(slots: Sequence[_Slot], level: int, rng: Random) -> list[int]:
    """The cheapest pitch for every slot (Viterbi over pitches, exact under the stated cost)."""
    if not slots:
        return []
    phase, width = rng.random() * 6.3, rng.uniform(3, 7)
    middle = rng.uniform(67, 73)
    choices: list[list[tuple[int, float]]] = []
    for place, slot in enumerate(slots):
        goal = middle + width * sin(phase + place * 6.3 / max(8, len(slots)))
        costs = [
            (pitch, _fit(slot, pitch, level) + abs(pitch - goal) * 0.15 + rng.random() * 1.2)
            for pitch in range(_LOWEST, _HIGHEST + 1)
        ]
        choices.append(sorted((one for one in costs if one[1] < inf), key=lambda one: one[1])[:14])
    return _cheapest(slots, choices)


_State = tuple[int, int]
"""A pitch and the move that led to it: 1 a step up, 2 a leap up, -1 and -2 down, 0 none."""


def _cheapest(slots: Sequence[_Slot], choices: Sequence[Sequence[tuple[int, float]]]) -> list[int]:
    """The way through the choices that costs least, turns taken into account."""
    reached: dict[_State, tuple[float, tuple[int, ...]]] = {(pitch, 0): (cost, (pitch,)) for pitch, cost in choices[0]}
    for slot, after in zip(slots, choices[1:], strict=False):
        further: dict[_State, tuple[float, tuple[int, ...]]] = {}
        for (before, came), (total, line) in reached.items():
            for pitch, cost in after:
                goes = _direction(pitch - before)
                spent = total + cost + _move(slot, before, pitch) + _turn(came, goes)
                if spent < further.get((pitch, goes), (inf, ()))[0]:
                    further[pitch, goes] = spent, (*line, pitch)
        reached = further
    return list(min(reached.values())[1])


def _direction(step: int) -> int:
    size = 0 if step == 0 else 1 if abs(step) <= _STEP else 2
    return size if step > 0 else -size


def _turn(came: int, goes: int) -> float:
    """A line that wavers between neighbours stands still; one that leaps twice the same way runs off."""
    if came * goes < 0:
        return -0.4 if abs(came) == 2 else 1.3
    return 1.5 if came == goes and abs(came) == 2 else 0.0


def _fit(slot: _Slot, pitch: int, level: int) -> float:
    """What a pitch costs in its place."""
    pc, chord = pitch % 12, slot.chord
    if pc in (chord.third, chord.seventh):
        return 0.0
    if pc in chord.pitch_classes:
        return 0.8 if slot.is_first else 0.3
    if slot.is_first:
        return 5.0
    if pc in slot.tones:
        return 1.6 if slot.is_on_beat else 0.2
    return 1.4 if level >= _CHROMATIC_FROM and not slot.is_on_beat and slot.beats < 1 else inf


def _move(slot: _Slot, before: int, after: int) -> float:
    """What going from the note in a slot to the next one costs; a foreign note must step on."""
    step = abs(after - before)
    if before % 12 not in slot.tones and before % 12 not in slot.chord.pitch_classes and step != 1:
        return 50.0
    return _LEAP[step] if step <= _REACH else 12.0
