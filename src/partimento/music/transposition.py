"""The same chords in other keys, spelled as those keys are read. Knows symbols and bars; leaves hands to `leading`."""

from __future__ import annotations

from collections.abc import Sequence

from partimento.music.chord import Chord
from partimento.music.key import Key

_FLATTEST, _SHARPEST = -8, 12
"""Roots beyond Fb and B# are written by their other name."""


def transposed(chords: Sequence[str] | str, home: str, goal: str) -> tuple[str, ...]:
    """Symbols (a list, or one string of them) from one key in another; "|" stays: transposed("Dm7 G7", "C", "Eb").

    Raises ChordSyntaxError, KeySyntaxError.
    """
    words = chords.replace("|", " | ").split() if isinstance(chords, str) else chords
    way = Key.parse(goal).tonic - Key.parse(home).tonic
    return tuple(word if word == "|" else " ".join(_moved(one, way) for one in word.split()) for word in words)


def _moved(symbol: str, way: int) -> str:
    chord = Chord.parse(symbol)
    if chord.root_fifths is None:
        return chord.symbol
    root = chord.root_fifths + way
    return chord.transposed(way + (12 if root < _FLATTEST else -12 if root > _SHARPEST else 0)).symbol
