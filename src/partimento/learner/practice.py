"""From a concept to exercises that can be made: the planner's drills, in keys that suit. Knows how they are asked for;
leaves which concept it is to `aim`.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Final

from partimento.music import genres
from partimento.music.composition.plan import plan
from partimento.music.lessons.drills import drills
from partimento.music.lessons.matter import matter
from partimento.music.lessons.setting import setting_of
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.keys import home_key, keys_for
from partimento.shapes.curriculum import PlannedExercise

USUAL_GENRE: Final = "jazz"
_MINUTES: Final = 20


def genre_for(concept: Concept, genre: str) -> str:
    """The learner's genre; where he has none, the concept's own."""
    return genre or (concept.genres[0] if concept.genres else USUAL_GENRE)


def exercises(
    concept: Concept, level: int, genre: str, rng: Random, *, keys: int = 1, each: int = 1
) -> tuple[PlannedExercise, ...]:
    """`each` exercises at most in each of so many keys; none where the concept has none at that level.

    Raises UnknownName for a genre that is not there.
    """
    chosen = genre_for(concept, genre)
    fit = [key.symbol for key in keys_for(level, chosen, concept.mode)]
    first, *others = fit or ["C"]
    rng.shuffle(others)
    found = [
        exercise
        for key in dict.fromkeys(home_key(concept, key).symbol for key in (first, *others)[:keys])
        for exercise in _drilled(concept, level, chosen, key, each, rng.randrange(1000))
    ]
    return tuple(found)


@lru_cache(maxsize=1024)
def _drilled(concept: Concept, level: int, genre: str, key: str, count: int, seed: int) -> tuple[PlannedExercise, ...]:
    found = genres.find(genre)
    setting = setting_of(found, plan(found, key=key, level=level), _MINUTES)
    return drills(matter(concept, setting), count, Random(seed))
