"""Where a learner stands in a curriculum, as those ask who plan it again. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from partimento.learner.kept import Items, Progress, Skills, State
from partimento.learner.knowledge import Knowledge
from partimento.learner.plan import StoredCurriculum, StoredLesson
from partimento.learner.progress import lesson_progress
from partimento.learner.review import Review
from partimento.learner.skill import Chance, chance


class Standing(Struct, frozen=True, kw_only=True):
    """What is known of the learner, and of how far he is. `begun_at`: when the curriculum was activated."""

    skills: Skills
    items: Items
    knowledge: Knowledge
    now: float
    reviews: Sequence[Review] = ()
    progress: Mapping[str, Progress] = {}
    begun_at: float | None = None

    def state(self, lesson: StoredLesson) -> State:
        """How far he is with a lesson; one without an id is new."""
        return lesson_progress(lesson, self.progress).state if lesson.id else "not started"

    def chance(self, name: str, level: int = 0) -> Chance:
        """Of success in a concept at a level; 0: where it is first met."""
        at = level or self.knowledge.level(name)
        return chance(self.skills.ability(name, self.now), self.items.of(name, at))

    def module(self, curriculum: StoredCurriculum) -> int | None:
        """The place of the first module that is not done."""
        for place, module in enumerate(curriculum.modules):
            if any(self.state(lesson) != "done" for lesson in module.lessons):
                return place
        return None
