"""What a curriculum is asked by, and what follows: how far it leads, which concepts fit, where each is learnt.

The inputs of the curriculum and of its outline; leaves the path to `teaching`, writing to the tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import ceil
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput
from partimento.music.composition.plan import level_of
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.lessons.broad import genre_named, genres_said
from partimento.music.lessons.selection import room_for, selected
from partimento.music.lessons.setting import Setting
from partimento.music.lessons.topic import cleaned
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept, concept_named, concepts_in
from partimento.music.teaching.concepts import concepts as every_concept
from partimento.music.teaching.path import path
from partimento.shapes.learning import setting_for

_MOST_GOALS: Final = 10
_LEVEL: Final = 2
_GENRE: Final = "jazz"
_WEEKS_A_LEVEL: Final = 4
"""Fewer than so many for each level that is climbed, and the receipt says so."""


class CurriculumInputs(Struct, frozen=True, kw_only=True):
    """`goals` in free words; from `level` to `target_level` (1–10 or words); `weeks` (1–52) of so many lessons (1–7).

    `mastered`: concepts, by id or name, that are left out.
    """

    goals: Sequence[str] | str = ()
    level: int | str | None = None
    target_level: int | str | None = None
    genre: str | None = None
    weeks: int = 8
    lessons_per_week: int = 2
    minutes_per_day: int = 30
    mastered: Sequence[str] | str = ()
    key: str | None = None


class Way(Struct, frozen=True):
    """All that follows from the inputs: the concepts that fit, and how many there were."""

    concepts: tuple[Concept, ...]
    possible: int
    level: int
    target_level: int


def read(inputs: CurriculumInputs) -> CurriculumInputs:
    """The same in canonical spelling; what was left open stays open. Raises BadInput and its kinds."""
    for name, most in (("weeks", 52), ("lessons_per_week", 7)):
        if not 1 <= getattr(inputs, name) <= most:
            raise BadInput(
                f"cannot plan {name.replace('_', ' ')}: {getattr(inputs, name)}",
                why=f"it is 1 to {most}",
                mend="ask for 8" if name == "weeks" else "ask for 2",
            )
    if not 5 <= inputs.minutes_per_day <= 240:
        raise BadInput(f"cannot plan {inputs.minutes_per_day} minutes a day", why="it is 5 to 240", mend="ask for 30")
    said = (inputs.goals,) if isinstance(inputs.goals, str) else inputs.goals
    goals = tuple(text for goal in said if (text := cleaned(goal, "goal")))
    if len(goals) > _MOST_GOALS:
        raise BadInput(f"there are {len(goals)} goals", why=f"at most {_MOST_GOALS}", mend="name the most important")
    level, target = level_of(inputs.level), level_of(inputs.target_level)
    if target is not None and target < (level or 1):
        raise BadInput(
            f"the target level {target} lies below the level {level}", why="a way leads on", mend="leave it out"
        )
    named = inputs.mastered.split(",") if isinstance(inputs.mastered, str) else inputs.mastered
    settled = replace(
        inputs,
        goals=goals,
        level=level,
        target_level=target,
        genre=find(inputs.genre).name if inputs.genre else None,
        mastered=tuple(sorted({_mastered(cleaned(word, "concept")) for word in named if word.strip()})),
        key=Key.parse(inputs.key).symbol if inputs.key else None,
    )
    if not way_of(settled).concepts:
        raise BadInput(
            f"there is nothing left to learn between level {way_of(settled).level} and {way_of(settled).target_level}",
            why="all of it is mastered",
            mend="raise the target level",
        )
    return settled


def _mastered(word: str) -> str:
    """The id that a word means. Raises UnknownName."""
    found = None if word in {one.id for one in every_concept()} else concept_named(word)
    return concept(word).id if found is None else found.id


@lru_cache(maxsize=256)
def way_of(inputs: CurriculumInputs) -> Way:
    """The concepts that are taught, in order, from level to level."""
    level = int(inputs.level or min(_LEVEL, int(inputs.target_level or _LEVEL)))
    genre, goals = genre_of(inputs), "; ".join(inputs.goals)
    mere = {one.id for word in genres_said(goals) for one in concepts_in(word)}  # a genre is no matter to reach
    hoped = max((one.level for one in concepts_in(goals) if one.id not in mere), default=1)
    target = int(inputs.target_level or min(10, max(level + max(1, ceil(inputs.weeks / 10)), hoped)))
    room = room_for(inputs.weeks, inputs.lessons_per_week, inputs.minutes_per_day)
    below = [one.id for one in every_concept() if one.level < level]
    possible = path(level, target, genre, goals, [*inputs.mastered, *below])
    if len(possible) < room:  # then there is time for what a learner of the level may have missed
        possible = path(level, target, genre, goals, inputs.mastered)
    return Way(selected(possible, room, genre, goals), len(possible), level, target)


def genre_of(inputs: CurriculumInputs) -> str:
    """The genre asked for, or the one that the goals name, or the one that exercises have too where none is."""
    return inputs.genre or next(filter(None, map(genre_named, inputs.goals)), _GENRE)


@lru_cache(maxsize=8192)
def _setting(one: Concept, genre: str, low: int, high: int, key: str | None, minutes: int) -> Setting:
    return setting_for(one, genre, max(low, min(one.level, high)), key, minutes, None)


class Settings:
    """Where each concept is learnt in a curriculum."""

    def __init__(self, inputs: CurriculumInputs) -> None:
        way = way_of(inputs)
        self._where = (genre_of(inputs), way.level, way.target_level, inputs.key, inputs.minutes_per_day)

    def __call__(self, one: Concept) -> Setting:
        return _setting(one, *self._where)


def notes_on(inputs: CurriculumInputs) -> Iterator[str]:
    """What the receipt should say: what the weeks had no room for."""
    way = way_of(inputs)
    if len(way.concepts) < way.possible:
        yield (
            f"the weeks have room for {len(way.concepts)} of the {way.possible} concepts between level {way.level} "
            f"and {way.target_level}: those nearest to the goals were taken"
        )
    weeks = _WEEKS_A_LEVEL * (way.target_level - way.level)
    if way.target_level > way.level + 1 and weeks > inputs.weeks:
        yield f"it leads to level {way.target_level}; from level {way.level} most learners need {weeks} weeks for that"
