"""A tutorial as an app shows it: overview, theory with worked examples, practice guide, mistakes, what comes next.

Knows its fields, and how an example is completed by the engine; leaves writing it to the task.
"""

from __future__ import annotations

from msgspec import Struct

from partimento.music.lessons.matter import Hands
from partimento.music.lessons.planned import PlannedExercise
from partimento.music.lessons.setting import Difficulty
from partimento.shapes.prose import Unproven


class Overview(Struct, frozen=True, kw_only=True):
    what_you_will_learn: tuple[str, ...]
    duration_minutes: int
    difficulty: Difficulty


class Example(Struct, frozen=True, kw_only=True):
    """Something shown at the keyboard. Chords have numerals and lie under the `hands` by name ("Eb3"), led as
    `voicing`; a scale has its `notes`."""

    title: str
    explanation: str
    key: str
    chords: tuple[str, ...] = ()
    roman_numerals: tuple[str, ...] = ()
    voicing: str = ""
    hands: tuple[Hands, ...] = ()
    scale: str = ""
    notes: tuple[str, ...] = ()


class Theory(Struct, frozen=True, kw_only=True):
    summary: str
    key_points: tuple[str, ...]
    examples: tuple[Example, ...]


class GuideStep(Struct, frozen=True, kw_only=True):
    """`step` counts from 1."""

    step: int
    title: str
    instruction: str
    success_criteria: str
    minutes: int


class PracticeGuide(Struct, frozen=True, kw_only=True):
    steps: tuple[GuideStep, ...]


class NextConcept(Struct, frozen=True, kw_only=True):
    id: str
    title: Unproven
    level: int


class NextSteps(Struct, frozen=True, kw_only=True):
    """`concepts` come from the graph of concepts; `exercises` are a little harder than the tutorial's own."""

    advice: str
    concepts: tuple[NextConcept, ...]
    exercises: tuple[PlannedExercise, ...]


class Tutorial(Struct, frozen=True, kw_only=True):
    """`topic` is the concept's title where the words were understood, else the words; `concepts` are ids."""

    title: str
    topic: Unproven
    key: str
    level: int
    genre: str
    style: str
    overview: Overview
    theory: Theory
    practice_guide: PracticeGuide
    common_mistakes: tuple[str, ...]
    next_steps: NextSteps
    concepts: tuple[str, ...]
    exercises: tuple[PlannedExercise, ...]
    generation_method: str
