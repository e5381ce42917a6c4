"""A curriculum as apps show and store it: modules of weeks, lessons, concepts, exercises. Leaves making it to the task."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Difficulty = Literal["beginner", "intermediate", "advanced"]


class PlannedExercise(Struct, frozen=True, kw_only=True):
    """What is to be practised in a lesson: the fields that the task `exercise` is asked with."""

    type: Literal["progression", "scale", "voicing", "lick", "rhythm"]
    title: str
    genre: str
    key: str
    level: int
    topic: str = ""
    voicing: str = ""
    scale: str = ""
    chords: tuple[str, ...] = ()


class Lesson(Struct, frozen=True, kw_only=True):
    """`concepts` are what users read ("Rootless voicings"), `concept_ids` what skills are kept by."""

    title: str
    concepts: tuple[str, ...]
    exercises: tuple[PlannedExercise, ...]
    concept_ids: tuple[str, ...] = ()
    goal: str = ""
    duration_minutes: int = 30


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
    goals: tuple[str, ...] = ()
    generation_method: str = ""
