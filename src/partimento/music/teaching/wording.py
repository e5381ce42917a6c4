"""How a true sentence is worded: one of several templates by chance, notes listed as teachers do. Knows no theory."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, TypeVar

Item = TypeVar("Item")

COUNTS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
ORDINALS: Final = ("", "root", "second", "third", "fourth", "fifth", "sixth", "seventh", "octave", "ninth", "tenth",
                   "eleventh", "twelfth", "thirteenth")  # fmt: skip


class Words:
    """Words for facts, varied by a source of chance that came in."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def say(self, *templates: str, **parts: str) -> str:
        """One of the templates, filled in."""
        return self._rng.choice(templates).format(**parts)

    def some(self, items: Sequence[Item], most: int) -> list[Item]:
        """At most so many of the items, in their order."""
        if len(items) <= most:
            return list(items)
        return [items[at] for at in sorted(self._rng.sample(range(len(items)), most))]


def spaced(notes: Sequence[str]) -> str:
    return " ".join(notes)


def listed(notes: Sequence[str]) -> str:
    """Notes as in a sentence: "C, E and G"."""
    return notes[0] if len(notes) == 1 else f"{', '.join(notes[:-1])} and {notes[-1]}"


def dashed(notes: Sequence[str]) -> str:
    return "-".join(notes)
