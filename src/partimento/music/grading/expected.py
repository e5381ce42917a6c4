"""What a take is held against: the tones that were asked for, each in its place. Leaves judging to others."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.music.chord import Chord
from partimento.music.exercises.study import Grading
from partimento.music.formats.meter import PER_QUARTER, Meter
from partimento.music.grading.colours import free_tones
from partimento.music.score import Hand, Note, PlacedChord, Score
from partimento.music.voicing.reach import KINDS, Kind

_TOGETHER: Final = 0.03
"""Quarters: notes nearer than this are one stroke."""
_MOST_NOTES: Final = 20_000
_FASTEST, _UPBEAT, _LAST_BEAT = 10_000, 16, 100_000


class Tone(Struct, frozen=True):
    """One tone asked for. `key` is what must agree: the MIDI number, or the pitch class where any octave will do.

    `stroke` numbers the moments at which something is struck, `start_beat` counts quarters from 1 through the piece,
    `beat` from 1 in its bar.
    """

    key: int
    midi: int
    velocity: int
    hand: Hand
    start_beat: float
    beats: float
    bar: int
    beat: float
    stroke: int
    chord: frozenset[int] = frozenset()
    """Pitch classes that are right as well, where a chord is asked for in any grip: none of them is a slip."""


class Expected(Struct, frozen=True, kw_only=True):
    """A piece and how a take must match it: see `exercises.study.Grading`. `voicing`: the kind, for that mode."""

    score: Score
    mode: Grading = "notes"
    voicing: Kind | None = None

    @property
    def by_octave(self) -> bool:
        """Whether the octave of a tone counts."""
        return self.mode == "notes"


def bar_quarters(score: Score) -> float:
    """The length of a bar in quarter notes. Raises BadInput for a meter that is none."""
    return Meter.parse(score.meter).bar / PER_QUARTER


def tones(expected: Expected) -> tuple[Tone, ...]:
    """Everything asked for, in order of time. Raises BadInput where there is nothing to hold a take against."""
    if expected.voicing is not None and expected.voicing not in KINDS:
        raise UnknownName("voicing", expected.voicing, KINDS)
    notes = expected.score.notes if expected.by_octave else tuple(_of_chords(expected))
    chords = {} if expected.by_octave else {start: free for start, _, free in spans(expected)}
    if not notes:
        raise BadInput(
            "the task asks for no notes", why="nothing can be held against it", mend="give an exercise with notes"
        )
    if len(notes) > _MOST_NOTES:
        raise BadInput(f"the task has {len(notes)} notes", why=f"{_MOST_NOTES} at most", mend="grade it in parts")
    if not (0 < expected.score.tempo < _FASTEST and all(-_UPBEAT <= note.start_beat <= _LAST_BEAT for note in notes)):
        raise BadInput(
            "the task has no playable times",
            why=f"its tempo is {expected.score.tempo:g}, its notes start between {min(n.start_beat for n in notes):g} "
            f"and {max(n.start_beat for n in notes):g}",
            mend="count start_beat in quarter notes from 1, and tempo in quarter notes a minute",
        )
    bar = bar_quarters(expected.score)
    found: list[Tone] = []
    stroke, struck = -1, float("-inf")
    for note in sorted(notes, key=lambda note: (note.start_beat, note.midi)):
        if note.start_beat - struck > _TOGETHER:
            stroke, struck = stroke + 1, note.start_beat
        number = int((note.start_beat - 1 + 1e-6) // bar)
        found.append(
            Tone(
                note.midi if expected.by_octave else note.midi % 12,
                note.midi,
                note.velocity,
                note.hand,
                note.start_beat,
                note.beats,
                number + 1,
                round(note.start_beat - number * bar, 4),
                stroke,
                chords.get(note.start_beat, frozenset()),
            )
        )
    return tuple(found)


def spans(expected: Expected) -> tuple[tuple[float, float, frozenset[int]], ...]:
    """Of each chord its first beat, its end, and the pitch classes that are at home in it: where a voicing is asked
    for, the colours that players add as well."""
    bar = bar_quarters(expected.score)
    found = []
    for placed in expected.score.chords:
        start = (placed.bar - 1) * bar + placed.beat
        home = free_tones(placed.symbol) if expected.mode == "voicing" else Chord.parse(placed.symbol).pitch_classes
        found.append((start, start + placed.beats, home))
    return tuple(found)


def _of_chords(expected: Expected) -> list[Note]:
    """One note for each pitch class that a chord must sound, in the octave of its grip.

    The tones of the grip that is shown, but for a perfect fifth, which players leave out; without a grip, root, third
    and seventh. Of a voicing third and seventh: the rest is for the kind to say.
    """
    bar = bar_quarters(expected.score)
    return [
        Note((placed.bar - 1) * bar + placed.beat, placed.beats, midi, 80, hand)
        for placed in expected.score.chords
        for midi, hand in _required(placed, expected.mode == "voicing")
    ]


def _required(placed: PlacedChord, guides_only: bool) -> list[tuple[int, Hand]]:
    chord = Chord.parse(placed.symbol)
    if chord.root is None:
        return []
    shown: list[tuple[int, Hand]] = [(midi, "left") for midi in placed.left_hand]
    shown += [(midi, "right") for midi in placed.right_hand]
    if not shown:
        shown = [(48 + tone, "left") for tone in (chord.root, chord.third, chord.seventh) if tone is not None]
    fifth = (chord.root + 7) % 12
    once: dict[int, tuple[int, Hand]] = {}
    for midi, hand in shown:
        once.setdefault(midi % 12, (midi, hand))
    guides = {tone for tone in (chord.third, chord.seventh) if tone in once}
    if guides_only and guides:
        return [once[tone] for tone in sorted(guides)]
    if len(once) > 2 and fifth != chord.bass:
        once.pop(fifth, None)
    return list(once.values())
