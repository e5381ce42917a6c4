"""A lesson that a plan did not have: on given concepts, with exercises that suit. Knows how it is put together and
where it goes; leaves when to `adaptive`.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from msgspec.structs import replace

from partimento.learner.aim import fitting
from partimento.learner.plan import Purpose, StoredCurriculum, StoredExercise, StoredLesson, StoredModule
from partimento.learner.practice import exercises
from partimento.learner.standing import Standing

_MINUTES: Final = 15
_EACH: Final = 2


def extra_lesson(
    curriculum: StoredCurriculum, names: tuple[str, ...], title: str, purpose: Purpose, standing: Standing
) -> StoredLesson | None:
    """A lesson with exercises that aim at 70-85 %; None where nothing of it can be exercised."""
    made = {name: tuple(_exercises(curriculum, name, standing)) for name in names}
    kept = tuple(name for name in names if made[name])
    if not kept:
        return None
    return StoredLesson(
        title=title, purpose=purpose, concept_ids=kept, duration_minutes=_MINUTES,
        concepts=tuple(standing.knowledge.title(name) for name in kept),
        exercises=tuple(exercise for name in kept for exercise in made[name]),
    )  # fmt: skip


def put_before(curriculum: StoredCurriculum, name: str, lesson: StoredLesson) -> StoredCurriculum:
    """The curriculum with the lesson before the one of that id."""

    def with_it(module: StoredModule) -> StoredModule:
        places = [place for place, one in enumerate(module.lessons) if one.id == name]
        if not places:
            return module
        return replace(module, lessons=(*module.lessons[: places[0]], lesson, *module.lessons[places[0] :]))

    return replace(curriculum, modules=tuple(map(with_it, curriculum.modules)))


def _exercises(curriculum: StoredCurriculum, name: str, standing: Standing) -> Iterator[StoredExercise]:
    concept = standing.knowledge.by_id.get(name)
    if concept is None:
        return
    able = standing.skills.ability(name, standing.now)
    level, _, _ = fitting(able, name, range(max(1, concept.level - 2), 11), standing.items)
    chance = Random(f"{curriculum.id} {name} {level}")  # the same plan is made the same way again
    for exercise in exercises(concept, level, curriculum.genre, chance, each=_EACH):
        fields = {field: getattr(exercise, field) for field in exercise.__struct_fields__}
        yield StoredExercise(**fields | {"concept": name})
