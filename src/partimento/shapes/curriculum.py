"""A curriculum as apps show and store it: modules of weeks, lessons, concepts, exercises. The task makes it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from partimento.music.lessons.draft import Outline as Outline
from partimento.music.lessons.draft import OutlinedLesson as OutlinedLesson
from partimento.music.lessons.draft import OutlinedModule as OutlinedModule
from partimento.music.lessons.planned import PlannedExercise as PlannedExercise
from partimento.shapes.prose import Unproven

Difficulty = Literal["beginner", "intermediate", "advanced"]


class Segment(Struct, frozen=True, kw_only=True):
    """A part of a lesson: what is done, for how long, and what shows that it was done well."""

    title: str
    instruction: str
    success_criteria: str
    minutes: int


class Lesson(Struct, frozen=True, kw_only=True):
    """`concepts` are what users read ("Rootless voicings"), `concept_ids` what skills are kept by."""

    title: str
    concepts: tuple[Unproven, ...]
    exercises: tuple[PlannedExercise, ...]
    concept_ids: tuple[str, ...] = ()
    goal: str = ""
    duration_minutes: int = 30
    segments: tuple[Segment, ...] = ()
    """How the lesson goes; empty where it was only planned (the task `lesson` fills it)."""
    homework: str = ""


class Module(Struct, frozen=True, kw_only=True):
    """Weeks count from 1, both ends within."""

    title: str
    week_start: int
    week_end: int
    lessons: tuple[Lesson, ...]
    goal: str = ""
    milestone: str = ""
    """What shows that it is mastered."""


class Curriculum(Struct, frozen=True, kw_only=True):
    """A way from `level` on, for `goals`, in a genre."""

    title: str
    duration_weeks: int
    modules: tuple[Module, ...]
    genre: str
    level: int
    goals: tuple[Unproven, ...] = ()
    generation_method: str = ""
    target_level: int = 0
    """Where it leads; 0 where it was not said."""
    remarks: tuple[str, ...] = ()
    """What a teacher should know of it: "A comes before B, which it leans on"."""
