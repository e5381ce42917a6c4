"""A piano keyboard with keys held down, as rectangles to draw. Pure: MIDI numbers in, places out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

WIDE: Final = 12
"""Of a white key; all lengths are in the units of the drawing."""
TALL: Final = 54
BLACK: Final = (7, 33)
_BLACK_AT: Final = {1: 0, 3: 1, 6: 3, 8: 4, 10: 5}
"""Pitch classes of black keys, and after which white key of the octave each lies."""
_WHITES: Final = (0, 2, 4, 5, 7, 9, 11)
_LOWEST, _HIGHEST = 21, 108

Held = Literal["", "left", "right"]


class PianoKey(Struct, frozen=True):
    """A key: its place and size, whether it is black, and which hand holds it."""

    x: int
    width: int
    height: int
    black: bool
    held: Held


class Keyboard(Struct, frozen=True):
    """The keys to draw, white ones first, as black ones lie over them; and how wide all of it is."""

    keys: tuple[PianoKey, ...]
    width: int
    height: int = TALL


def octaves(notes: Sequence[int]) -> tuple[int, int]:
    """Whole octaves, from a C up to a B, that hold all the notes; those of no piano are passed over."""
    real = [note for note in notes if _LOWEST <= note <= _HIGHEST] or [60]
    return min(real) // 12 * 12, max(real) // 12 * 12 + 11


def keyboard(first: int, last: int, left: Sequence[int], right: Sequence[int]) -> Keyboard:
    """The keys from the C `first` to the B `last`, with what both hands hold."""
    holding: dict[int, Held] = {**dict.fromkeys(right, "right"), **dict.fromkeys(left, "left")}
    whites, blacks = [], []
    for octave in range(first, last + 1, 12):
        start = (octave - first) // 12 * 7 * WIDE
        for place, pc in enumerate(_WHITES):
            whites.append(PianoKey(start + place * WIDE, WIDE, TALL, False, holding.get(octave + pc, "")))
        for pc, after in _BLACK_AT.items():
            x = start + (after + 1) * WIDE - BLACK[0] // 2
            blacks.append(PianoKey(x, *BLACK, True, holding.get(octave + pc, "")))
    return Keyboard((*whites, *blacks), (last + 1 - first) // 12 * 7 * WIDE)
