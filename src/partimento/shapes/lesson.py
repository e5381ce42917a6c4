"""A lesson as a teacher plans it: segments with minutes, exercises, homework. Knows its fields; the task makes it."""

from __future__ import annotations

from msgspec import Struct

from partimento.music.lessons.planned import PlannedExercise
from partimento.shapes.curriculum import Lesson, Segment
from partimento.shapes.prose import Unproven


class LessonPlan(Struct, frozen=True, kw_only=True):
    """`concepts` are titles, `concept_ids` what skills are kept by; the last one is what the lesson is about."""

    title: str
    topic: Unproven
    goal: str
    concepts: tuple[Unproven, ...]
    concept_ids: tuple[str, ...]
    duration_minutes: int
    segments: tuple[Segment, ...]
    exercises: tuple[PlannedExercise, ...]
    homework: str
    key: str
    level: int
    genre: str
    style: str
    generation_method: str

    @property
    def lesson(self) -> Lesson:
        """The same as a lesson of a curriculum."""
        return Lesson(
            title=self.title,
            concepts=self.concepts,
            exercises=self.exercises,
            concept_ids=self.concept_ids,
            goal=self.goal,
            duration_minutes=self.duration_minutes,
            segments=self.segments,
            homework=self.homework,
        )
