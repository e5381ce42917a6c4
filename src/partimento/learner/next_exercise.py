"""The exercise to practise next, ready to be made, with its reasons: the best aim, in the way one likes best. Pure.

Knows how taste and variety choose among what is equally right to practise; leaves what that is to `aim`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput
from partimento.learner.aim import Aim, Situation, Why, aims
from partimento.learner.practice import exercises
from partimento.learner.preference import Preference, Traits, faded, reranked
from partimento.learner.skill import Chance
from partimento.music.lessons.planned import flaw_of
from partimento.shapes.curriculum import PlannedExercise

_TRIED: Final = 6
_KEYS: Final = 3
_EACH: Final = 2
_SAME_AGAIN: Final = 0.9
"""What a kind or a key is worth that was practised last."""
_LIKED: Final = 0.55


class NextExercise(Struct, frozen=True, kw_only=True):
    """`fields` are what the task `exercise` is asked with. `part`: the exercise of a curriculum it is, to be named in
    its result; "" for none. `chance` of success, 0–1."""

    concept: str
    title: str
    level: int
    why: Why
    chance: Chance
    reasons: tuple[str, ...]
    exercise: PlannedExercise
    fields: dict[str, Any]
    part: str = ""


class _Candidate(Struct, frozen=True):
    aim: Aim
    exercise: PlannedExercise


def next_exercise(situation: Situation, preferences: Sequence[Preference], seed: str) -> NextExercise:
    """The one to practise now; the same seed chooses the same. Raises BadInput where nothing can be practised."""
    ranked = aims(situation)
    chance = Random(seed)
    for why in dict.fromkeys(aim.why for aim in ranked):
        alike = [aim for aim in ranked if aim.why == why][:_TRIED]
        candidates = [one for aim in alike for one in _candidates(aim, situation, chance)]
        if candidates:
            weighed = [(one, one.aim.worth * _new(one.exercise, situation)) for one in candidates]
            best, _ = reranked(weighed, lambda one: _traits(one.exercise), preferences, situation.now)[0]
            return _told(best, preferences, situation)
    raise BadInput(
        "there is nothing to practise", why="no concept that is taught fits this learner", mend="name another genre"
    )


def _candidates(aim: Aim, situation: Situation, chance: Random) -> Iterator[_Candidate]:
    if aim.exercise is not None:
        plain = {name: getattr(aim.exercise, name) for name in PlannedExercise.__struct_fields__}
        planned = PlannedExercise(**plain)
        fitted = replace(planned, level=aim.level)
        yield _Candidate(aim, planned if flaw_of(fitted) else fitted)
        return
    concept = situation.knowledge.by_id[aim.concept]
    for exercise in exercises(concept, aim.level, situation.genre, chance, keys=_KEYS, each=_EACH):
        yield _Candidate(aim, exercise)


def _new(exercise: PlannedExercise, situation: Situation) -> float:
    if not situation.trials:
        return 1.0
    last = situation.trials[0].exercise
    return _SAME_AGAIN ** ((exercise.type == last.type) + (exercise.key == last.key))


def _traits(exercise: PlannedExercise) -> Traits:
    return Traits(
        genre=exercise.genre, key=exercise.key, kind=exercise.type, voicing=exercise.voicing, scale=exercise.scale
    )


def _told(best: _Candidate, preferences: Sequence[Preference], situation: Situation) -> NextExercise:
    aim, exercise = best.aim, best.exercise
    shares = {(one.aspect, one.value): faded(one, situation.now).share for one in preferences}
    values = _traits(exercise).values()
    liked = [f"{aspect} {value}" for aspect, value in values if shares.get((aspect, value), 0) > _LIKED]
    taste = (f"It is to your taste: {', '.join(liked)}.",) if liked else ()
    return NextExercise(
        concept=aim.concept, title=aim.title, level=exercise.level, why=aim.why, chance=aim.chance,
        reasons=(*aim.reasons, *taste), exercise=exercise, fields=exercise.fields,
        part=aim.exercise.id if aim.exercise else "",
    )  # fmt: skip
