"""Whether a melody fits a chord: the tensions each class of chord can bear. Knows no progression.

The rule: every melody note that sounds while a chord lasts is one of its tones or an available tension of its class.
Tensions are those a jazz theory takes for granted (Levine, The Jazz Theory Book): a whole tone above a chord tone, and
on dominants the altered ones, unless the symbol itself names the other form (C13b9 bears no natural ninth).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput, PitchSyntaxError
from partimento.music.chord import Chord
from partimento.music.chord_shape import DEGREES, Quality
from partimento.music.pitch import fifths, pitch_class
from partimento.music.rhythm import bar_beats

_TENSIONS: Final[dict[Quality, tuple[str, ...]]] = {
    "maj": ("9", "#11", "13"), "maj7": ("9", "#11", "13"), "6": ("9", "#11", "7"),
    "min": ("9", "11"), "min7": ("9", "11"), "min6": ("9", "11", "7"), "minmaj7": ("9", "11", "13"),
    "7": ("9", "b9", "#9", "#11", "13", "b13"), "aug7": ("9", "b9", "#9", "#11"), "sus7": ("9", "b9", "13", "3"),
    "hdim7": ("9", "11", "b13"), "dim7": ("9", "11", "b13", "7"), "dim": ("9", "11", "b13"), "aug": ("9", "#11"),
    "sus": ("9", "13"), "5": ("9", "13"),
}  # fmt: skip
_TOUCHING: Final = 1e-6
_NOTE: Final = re.compile(r"([A-G](?:##|bb|[#bx])?)(-?\d)?(?::(\d+(?:\.\d+)?))?|(r)(?::(\d+(?:\.\d+)?))?")
_USUAL_OCTAVE: Final = 4


class Tone(Struct, frozen=True):
    """One melody note: its start and length in quarters (the piece starts at 0), and its MIDI number."""

    start: float
    beats: float
    midi: int

    @property
    def end(self) -> float:
        return self.start + self.beats


@lru_cache(maxsize=8192)
def bearable(symbol: str) -> frozenset[int]:
    """The pitch classes a melody may have over a chord: its tones and available tensions. N.C. bears every one."""
    chord = Chord.parse(symbol)
    if chord.root is None or chord.quality is None:
        return frozenset(range(12))
    named = {label.lstrip("b#") for label in chord.degrees if label not in ("3", "b3", "5", "b7", "7")}
    free = [tension for tension in _TENSIONS[chord.quality] if tension.lstrip("b#") not in named]
    return chord.pitch_classes | {(chord.root + DEGREES[label][0]) % 12 for label in free}


def fits(melody: Iterable[Tone], symbol: str, start: float, end: float) -> bool:
    """Whether every melody note that sounds between two places (quarters from 0) fits the chord."""
    held = bearable(symbol)
    return all(
        tone.midi % 12 in held for tone in melody if tone.start < end - _TOUCHING and tone.end > start + _TOUCHING
    )


def read_melody(text: str, meter: str, bars: int) -> tuple[Tone, ...]:
    """A melody from text: bars parted by "|", notes as E4, Bb5:1.5, r for a rest; ":" and quarters give a length.

    The notes of a bar without a length share what is left of it. Raises BadInput for a bar that does not add up and for
    more bars than there are, PitchSyntaxError.
    """
    texts = [bar.split() for bar in text.split("|")]
    if len(texts) > 1 and not texts[-1]:
        texts.pop()
    if len(texts) > bars:
        raise BadInput(
            f"the melody has {len(texts)} bars; the chords have {bars}",
            why="a melody outside the chords cannot be kept",
            mend="give as many bars of melody as of chords, parted by |",
        )
    length = bar_beats(meter)
    return tuple(tone for number, words in enumerate(texts) for tone in _bar(words, number + 1, length))


def check_inside(melody: Iterable[Tone], beats: float) -> None:
    """Raises BadInput for a melody note before the first or after the last of so many quarters."""
    for tone in melody:
        if tone.start < -_TOUCHING or tone.end > beats + _TOUCHING:
            raise BadInput(
                f"a melody note lasts from {tone.start:g} to {tone.end:g}; the chords from 0 to {beats:g} quarters",
                why="a melody outside the chords cannot be kept",
                mend="count quarters from 0 at the first chord",
            )


def _bar(words: list[str], number: int, length: float) -> Iterator[Tone]:
    read = [_note(word) for word in words]
    given = [beats for _, beats in read if beats is not None]
    open_notes = len(read) - len(given)
    rest = length - sum(given)
    if rest < -_TOUCHING or (open_notes and rest <= _TOUCHING):
        raise BadInput(
            f"bar {number} of the melody lasts {sum(given):g} quarters and more",
            why=f"a bar has {length:g}",
            mend="give each note its length in quarters after a colon: E4:2 G4:2",
        )
    start = (number - 1) * length
    for midi, beats in read:
        lasts = rest / open_notes if beats is None else beats
        if midi is not None:
            yield Tone(start, lasts, midi)
        start += lasts


def _note(word: str) -> tuple[int | None, float | None]:
    found = _NOTE.fullmatch(word)
    if found is None:
        raise PitchSyntaxError(
            f"cannot read the melody note {word!r}",
            why="a note is a name, an octave and, after a colon, its length in quarters",
            mend="write it like E4, Bb5:1.5, or r:2 for a rest",
        )
    name, octave, beats, rest, rest_beats = found.groups()
    if rest:
        return None, None if rest_beats is None else float(rest_beats)
    place = fifths(name)
    sharps = name.count("#") - name.count("b") + 2 * name.count("x")
    midi = 12 * (int(octave or _USUAL_OCTAVE) + 1) + (pitch_class(place) - sharps) % 12 + sharps
    return midi, None if beats is None else float(beats)
