"""The exercises of a curriculum's lessons: drills of what is new in another key each time, and what is due for review.

A concept comes back after two lessons, then after four, eight … Reads any outline, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from partimento.music.lessons.drills import drills
from partimento.music.lessons.matter import matter
from partimento.music.lessons.planned import PlannedExercise
from partimento.music.lessons.setting import Setting, key_round
from partimento.music.teaching.concept import Concept

_FIRST_GAP = 2


class _Seen(Struct):
    """When a concept was practised last (lessons counted from 0), after how many it is due, how often it was met."""

    last: int
    gap: int = _FIRST_GAP
    times: int = 1


def exercises_of(
    lessons: Sequence[Sequence[Concept]], setting: Callable[[Concept], Setting], rng: Random
) -> tuple[tuple[PlannedExercise, ...], ...]:
    """The exercises of each lesson, given its known concepts: two of the main one (the last), one of each other, and
    one of a concept that is due."""
    seen: dict[str, _Seen] = {}
    known: dict[str, Concept] = {}
    planned: list[tuple[PlannedExercise, ...]] = []
    for number, concepts in enumerate(lessons):
        due = _due(number, seen, {one.id for one in concepts})
        found: list[PlannedExercise] = []
        for place, one in enumerate(reversed(concepts)):
            times = seen[one.id].times if one.id in seen else 0
            found += _drilled(one, setting(one), 2 if place == 0 else 1, times, rng)
        if due:
            again = _drilled(known[due], setting(known[due]), 1, seen[due].times, rng)
            found += [replace(one, title=f"Review: {one.title}") for one in again]
            seen[due] = _Seen(number, seen[due].gap * 2, seen[due].times + 1)
        for one in concepts:
            known[one.id] = one
            before = seen.get(one.id)
            seen[one.id] = _Seen(number, before.gap, before.times + 1) if before else _Seen(number)
        planned.append(tuple(found))
    return tuple(planned)


def _due(number: int, seen: dict[str, _Seen], now: set[str]) -> str:
    """The concept that has waited longest beyond its gap, "" where none has."""
    waiting = {one: number - when.last - when.gap for one, when in seen.items() if one not in now}
    late = max(waiting, key=lambda one: (waiting[one], one), default="")
    return late if late and waiting[late] >= 0 else ""


def _drilled(one: Concept, setting: Setting, count: int, times: int, rng: Random) -> list[PlannedExercise]:
    """Drills in the key of this meeting: the round goes on each time."""
    _, keys = key_round(setting, Random(one.id))
    here = keys[times % len(keys)]
    there = keys[(times + 1) % len(keys)]
    return list(drills(matter(one, setting.in_key(here)), count, rng, key="" if there == here else there))
