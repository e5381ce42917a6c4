"""Ways to say a thing, one drawn by chance. Knows neither which things there are nor where the words are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from msgspec import Struct


class Phrases(Struct, frozen=True):
    """Templates by name, each in one or more wordings, with {fields} for what changes."""

    ways: Mapping[str, tuple[str, ...]]

    def say(self, name: str, rng: Random, /, **fields: Any) -> str:
        """One wording of it, filled. Raises KeyError for a name or a field that is not there."""
        return rng.choice(self.ways[name]).format_map(fields)

    def every(self, name: str, /, **fields: Any) -> tuple[str, ...]:
        """All wordings of it, filled."""
        return tuple(way.format_map(fields) for way in self.ways[name])

    def some(self, name: str, count: int, rng: Random, /, **fields: Any) -> tuple[str, ...]:
        """So many different ones of a list, in the order of the list."""
        ways = self.ways[name]
        taken = sorted(rng.sample(range(len(ways)), min(count, len(ways))))
        return tuple(ways[place].format_map(fields) for place in taken)

    def __contains__(self, name: str) -> bool:
        return name in self.ways


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words as a sentence lists them: "C, F and Bb"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
