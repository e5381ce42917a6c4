"""Which concepts a curriculum teaches in so many lessons, and how weeks are shared among modules. Pure counting."""

from __future__ import annotations

from collections.abc import Sequence

from partimento.music.teaching.concept import Concept
from partimento.music.teaching.path import weight

_WEEKS_A_MODULE = 3


def selected(path: Sequence[Concept], room: int, genre: str, goals: str) -> tuple[Concept, ...]:
    """As many concepts of a path as there is room for, each with what it needs of the path, in the path's order.

    What the goals name comes first, then what is at home in the genre, then the lower levels.
    """
    if len(path) <= room:
        return tuple(path)
    by_id = {one.id: one for one in path}
    chosen: dict[str, Concept] = {}
    ranked = sorted(path, key=lambda one: (-weight(one, genre, goals), one.level))
    for one in ranked:
        wanted = [part for part in _with_needs(one, by_id) if part.id not in chosen]
        if len(chosen) + len(wanted) <= room:
            chosen |= {part.id: part for part in wanted}
    return tuple(one for one in path if one.id in chosen)


def _with_needs(one: Concept, by_id: dict[str, Concept]) -> list[Concept]:
    """A concept after all that it needs of those given, near or far."""
    found: list[Concept] = []
    for need in one.needs:
        if need in by_id:
            found += [part for part in _with_needs(by_id[need], by_id) if part not in found]
    return [*found, one]


def shared(count: int, parts: int) -> tuple[int, ...]:
    """A number in so many parts that differ by one at most, the larger ones last: shared(7, 3) is (2, 2, 3)."""
    low, rest = divmod(count, parts)
    return tuple(low + (place >= parts - rest) for place in range(parts))


def module_weeks(weeks: int, concepts: int) -> tuple[tuple[int, int], ...]:
    """The first and last week of each module; no more modules than concepts."""
    count = max(1, min(round(weeks / _WEEKS_A_MODULE), concepts))
    spans: list[tuple[int, int]] = []
    start = 1
    for length in shared(weeks, count):
        spans.append((start, start + length - 1))
        start += length
    return tuple(spans)


def room_for(weeks: int, lessons_per_week: int, minutes: int) -> int:
    """How many concepts can be met: one a lesson, two in long ones; a module of three lessons ends in review."""
    lessons = weeks * lessons_per_week
    modules = len(module_weeks(weeks, lessons))
    reviews = modules if lessons // modules >= 3 else 0
    return max(1, (lessons - reviews) * (2 if minutes >= 45 else 1))
