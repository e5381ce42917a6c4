"""A grip on a small keyboard, as numbers that a template draws. Pure: MIDI numbers in, keys out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

_BLACK: Final = frozenset({1, 3, 6, 8, 10})
WHITE_WIDTH, BLACK_WIDTH = 10.0, 6.0
WHITE_HEIGHT, BLACK_HEIGHT = 44.0, 27.0
_FEWEST_OCTAVES: Final = 3


class PianoKey(Struct, frozen=True):
    """A key with its place; `hand` presses it, "" for none."""

    midi: int
    x: float
    width: float
    height: float
    black: bool
    hand: Literal["left", "right", ""]


class Keyboard(Struct, frozen=True):
    """Keys from a C to a B, the white ones first, as the black lie over them."""

    keys: tuple[PianoKey, ...]
    width: float
    height: float = WHITE_HEIGHT


def keyboard(left: Sequence[int], right: Sequence[int]) -> Keyboard:
    """Whole octaves around a grip, three at least. Without notes it has no keys."""
    pressed = [*left, *right]
    if not pressed:
        return Keyboard((), 0.0)
    low, high = min(pressed) // 12, max(pressed) // 12
    while high - low + 1 < _FEWEST_OCTAVES:
        low, high = (low - 1, high) if 60 - low * 12 < high * 12 + 11 - 60 else (low, high + 1)
    keys, x = [], 0.0
    for midi in range(low * 12, high * 12 + 12):
        hand: Literal["left", "right", ""] = "left" if midi in left else "right" if midi in right else ""
        if midi % 12 in _BLACK:
            keys.append(PianoKey(midi, x - BLACK_WIDTH / 2, BLACK_WIDTH, BLACK_HEIGHT, True, hand))
        else:
            keys.append(PianoKey(midi, x, WHITE_WIDTH, WHITE_HEIGHT, False, hand))
            x += WHITE_WIDTH
    return Keyboard(tuple(sorted(keys, key=lambda key: key.black)), x)
