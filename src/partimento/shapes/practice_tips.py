"""Practice tips as an app shows them: what to do, why, for how many minutes. Knows its fields; the task makes them."""

from __future__ import annotations

from msgspec import Struct

from partimento.music.lessons.planned import PlannedExercise
from partimento.shapes.prose import Unproven


class PracticeTip(Struct, frozen=True, kw_only=True):
    """`do` is an instruction, `why` its reason."""

    title: str
    do: str
    why: str
    minutes: int


class PracticeTips(Struct, frozen=True, kw_only=True):
    """`problem` is what the learner wrote, `problems` what the rules understood of it ("left hand", "uneven")."""

    topic: Unproven
    problem: Unproven
    problems: tuple[str, ...]
    tips: tuple[PracticeTip, ...]
    minutes: int
    key: str
    level: int
    genre: str
    concepts: tuple[str, ...]
    exercises: tuple[PlannedExercise, ...]
    generation_method: str
