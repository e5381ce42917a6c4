"""Which pattern a part plays in which bar: one a section, now and then another, a fill where it leads on.

Knows a genre's patterns and the plan; leaves the notes to `playing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Final, Protocol, TypeVar

from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import Plan
from partimento.music.rhythm import Hit, Part, Pattern, bar_beats, hits
from partimento.music.score import Section

_VARIED: Final = 0.25
_FILLED: Final = 0.7


class Repeatable(Protocol):
    """What patterns and grooves share for being chosen."""

    @property
    def meter(self) -> str: ...
    @property
    def applications(self) -> tuple[str, ...]: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...
    @property
    def weight(self) -> float: ...
    @property
    def role(self) -> str: ...
    @property
    def clave(self) -> bool: ...


Chosen = TypeVar("Chosen", bound=Repeatable)
Choice = tuple[tuple[Chosen, ...], tuple[Chosen, ...]]
"""Bars and fills."""


def strokes(
    sections: Sequence[Section], genre: Genre, plan: Plan, meter: str, part: Part, rng: Random
) -> list[list[Hit]]:
    """The strokes of one part, bar by bar; the last bar is one held stroke."""
    bars, fills = _patterns(genre, plan.application, meter, plan.level, part)
    played = []
    for pattern, bar in chosen(sections, bars, fills, plan, rng):
        rounds = hits(pattern)
        played.append(list(rounds[bar % len(rounds)]))
    played[-1:] = [[Hit(0.0, bar_beats(meter), "R" if part == "bass" else "X")]]
    return played


def chosen(
    sections: Sequence[Section], bars: Sequence[Chosen], fills: Sequence[Chosen], plan: Plan, rng: Random
) -> list[tuple[Chosen, int]]:
    """What is played in each bar of the piece, and which of its own bars that is (to be taken modulo their number).

    Two-bar patterns in clave keep to the clave of the piece; others begin anew with each section.
    """
    usual: dict[str, Chosen] = {}
    found = []
    for section in sections:
        own = usual.setdefault(section.name, _drawn(rng, bars))
        for number in range(section.bars):
            pattern = own if rng.random() >= _VARIED or plan.level < 3 else _drawn(rng, bars)
            if fills and number == section.bars - 1 and rng.random() < _FILLED:
                pattern = _drawn(rng, fills)
            turned = section.start_bar - 1 + number + (plan.clave == "3-2")
            found.append((pattern, turned if pattern.clave else number))
    return found


def fitting(patterns: Sequence[Chosen], use: str, meter: str, level: int) -> Choice[Chosen]:
    """Bars and fills for an application and meter: of its level where there are such."""
    able = [pattern for pattern in patterns if pattern.meter == meter]
    able = [pattern for pattern in able if pattern.low <= level <= pattern.high] or able
    fit = [pattern for pattern in able if not pattern.applications or use in pattern.applications]
    bars = [pattern for pattern in fit if pattern.role == "bar"] or [p for p in able if p.role == "bar"]
    return tuple(bars), tuple(pattern for pattern in fit if pattern.role == "fill")


def _drawn(rng: Random, patterns: Sequence[Chosen]) -> Chosen:
    return rng.choices(patterns, [pattern.weight for pattern in patterns])[0]


@lru_cache(maxsize=1024)
def _patterns(genre: Genre, use: str, meter: str, level: int, part: Part) -> Choice[Pattern]:
    bars, fills = fitting([pattern for pattern in genre.patterns if pattern.part == part], use, meter, level)
    if not bars:
        held = ("R" if part == "bass" else "X") + "-" * (int(bar_beats(meter) * 2) - 1)
        bars = (Pattern(part, meter, " ".join(held)),)
    return bars, fills
