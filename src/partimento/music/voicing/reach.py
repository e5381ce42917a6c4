"""What two hands can play: a grip, how far a hand reaches, how low an interval still sounds clear. Knows no chord."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Literal, get_args

from msgspec import Struct

Kind = Literal[
    "shell", "rootless", "close", "drop2", "drop3", "spread", "gospel", "neosoul", "quartal", "cluster", "comping",
    "block", "fourpart",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

Hands = tuple[tuple[int, ...], tuple[int, ...]]

MOST_NOTES: Final = 5
WIDEST: Final = 16
LOWEST, HIGHEST = 28, 84

# The lowest MIDI number of the lower note at which an interval still sounds clear; wider ones are free.
_CLEAR_FROM: Final = (0, 52, 50, 47, 45, 43, 43, 34, 41, 40, 39, 39, 0, 40, 36)


class Grip(Struct, frozen=True):
    """Where the two hands lie (MIDI numbers, low to high). `strain`: how far from comfortable it is by itself.

    `kind` is what the grip is: the nearest kind where the chord cannot take the one that was asked for.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    strain: float = 0.0
    kind: Kind | None = None

    @property
    def notes(self) -> tuple[int, ...]:
        """All notes from the lowest to the highest."""
        return self.left + self.right


def is_playable(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    """Whether two hands can play it, without crossing and without mud."""
    for hand in (left, right):
        if len(hand) > MOST_NOTES or (hand and hand[-1] - hand[0] > WIDEST):
            return False
    notes = left + right
    if not notes or notes[0] < LOWEST or notes[-1] > HIGHEST:
        return False
    return all(low < high and is_clear(low, high) for low, high in pairwise(notes))


def is_clear(low: int, high: int) -> bool:
    """Whether two neighbouring notes lie high enough not to growl."""
    return high - low > 14 or low >= _CLEAR_FROM[high - low]
