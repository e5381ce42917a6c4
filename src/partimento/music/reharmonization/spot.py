"""A chord in its place, as a reharmonizer sees it, and what a device makes of it: the words its devices share.

Makes no change itself: `substitution`, `approach` and `recolour` do, `reharmonize` judges and applies them.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from partimento.music.analysis.facts import Function
from partimento.music.chord import Chord, chord_on
from partimento.music.chord_grammar import read_suffix
from partimento.music.key import Key
from partimento.music.rhythm import bar_beats, most_chords, shares
from partimento.music.roman import place_of, usual_root

ReharmonyDevice = Literal[
    "simplification", "diatonic substitution", "suspension", "walking bass", "richer colour", "secondary dominants",
    "deceptive", "passing chords", "related two-five", "line cliche", "minor line", "modal interchange", "backdoor",
    "altered dominants", "tritone substitution", "extended dominants", "applied tritone substitution",
    "chromatic approach", "upper structures", "Coltrane changes",
]  # fmt: skip

SEVENTHS: Final = ("7", "maj7", "min7", "minmaj7", "hdim7", "dim7", "6", "min6", "aug7", "sus7")
DOMINANT: Final = ("7", "aug7", "sus7")
MINOR: Final = ("min", "min7", "min6", "minmaj7", "hdim7", "dim", "dim7")
_TOUCHING: Final = 1e-6


class Spot(Struct, frozen=True):
    """One chord of a chart: all its chords with their lengths and functions, and the place (from 0) that is meant."""

    key: Key
    meter: str
    chords: tuple[Chord, ...]
    beats: tuple[float, ...]
    functions: tuple[Function, ...]
    at: int

    @property
    def chord(self) -> Chord:
        return self.chords[self.at]

    @property
    def before(self) -> Chord | None:
        return self.chords[self.at - 1] if self.at else None

    @property
    def after(self) -> Chord | None:
        return self.chords[self.at + 1] if self.at + 1 < len(self.chords) else None

    @property
    def length(self) -> float:
        return self.beats[self.at]

    @property
    def function(self) -> Function:
        return self.functions[self.at]

    @property
    def roman(self) -> str:
        """The step the chord stands on, upper case, with its sign: "bVI", "II"."""
        if self.chord.root_fifths is None:
            return ""
        home = Key(self.key.tonic)
        return "".join(place_of(home, usual_root(home, self.chord.root_fifths)))

    @property
    def is_rich(self) -> bool:
        """Whether the chord has a seventh or sixth, so that what replaces it should have one."""
        return self.chord.quality in SEVENTHS

    @property
    def resolves(self) -> bool:
        """Whether it is a dominant seventh whose goal, a fifth below, follows."""
        chord, after = self.chord, self.after
        if chord.quality not in ("7", "aug7") or after is None or chord.root is None or after.root is None:
            return False
        return (after.root - chord.root) % 12 == 5

    def halves(self) -> tuple[float, float] | None:
        """The chord's length in two, the stronger part the longer; None where it is too short to share."""
        bar = bar_beats(self.meter)
        if abs(self.length - bar) < _TOUCHING and most_chords(self.meter) >= 2:
            first, second = shares(self.meter, 2)
            return first, second
        return (self.length / 2, self.length / 2) if self.length in (2.0, 4.0) or self.length == bar / 2 >= 2 else None

    def quarters(self) -> tuple[float, ...] | None:
        """A whole bar's length in four; None for any other."""
        if abs(self.length - bar_beats(self.meter)) < _TOUCHING and most_chords(self.meter) >= 4:
            return shares(self.meter, 4)
        return None


class Change(Struct, frozen=True):
    """Chords in the place of those from `first` up to (not with) `last`; they last as long together.

    `reason` is a text with gaps: {s0} {n0} symbol and numeral of the first new chord ({s1}, {n1} … of the next), {old}
    {old_n} those of the first old one, {goal} {goal_n} those of the chord that follows.
    """

    device: ReharmonyDevice
    level: int
    first: int
    last: int
    chords: tuple[Chord, ...]
    beats: tuple[float, ...]
    reason: str


def on(root_fifths: int, suffix: str) -> Chord:
    """The chord of a suffix on a spelled root, respelled where players would stumble over double flats or sharps."""
    chord = chord_on(root_fifths, read_suffix(suffix))
    if -8 <= root_fifths <= 12:
        return chord
    return chord.transposed(12 if root_fifths < 0 else -12)


def replaced(spot: Spot, chord: Chord, device: ReharmonyDevice, level: int, reason: str) -> Change:
    """The chord of a spot replaced by another."""
    return Change(device, level, spot.at, spot.at + 1, (chord,), (spot.length,), reason)


def shared_tones(one: Chord, other: Chord) -> tuple[str, ...]:
    """The names of the tones two chords have in common, as the first spells them."""
    return tuple(
        note for note, step in zip(one.notes, one.intervals, strict=True) if _pc(one, step) in other.pitch_classes
    )


def _pc(chord: Chord, step: int) -> int:
    return ((chord.root or 0) + step) % 12
