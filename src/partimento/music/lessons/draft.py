"""What the rules or a model write of a tutorial, a lesson, tips, a curriculum: words, concepts and chord symbols.

Lean on purpose: numerals, notes, hands and exercises are never written but made, by the theory engine.
"""

from __future__ import annotations

from msgspec import Struct


class ExampleDraft(Struct, frozen=True, kw_only=True):
    """One worked example: chords in a key, or a scale ("Bb Dorian"), or neither; the explanation stands by itself."""

    title: str
    explanation: str
    key: str
    chords: tuple[str, ...] = ()
    scale: str = ""


class StepDraft(Struct, frozen=True, kw_only=True):
    """One step of practice."""

    title: str
    instruction: str
    success_criteria: str
    minutes: int


class TutorialDraft(Struct, frozen=True, kw_only=True):
    title: str
    what_you_will_learn: tuple[str, ...]
    summary: str
    key_points: tuple[str, ...]
    examples: tuple[ExampleDraft, ...]
    steps: tuple[StepDraft, ...]
    common_mistakes: tuple[str, ...]
    advice: str
    """Where to go from here."""


class LessonDraft(Struct, frozen=True, kw_only=True):
    """A lesson as a teacher plans it; the minutes of its segments add up to its own."""

    title: str
    goal: str
    segments: tuple[StepDraft, ...]
    homework: str


class TipDraft(Struct, frozen=True, kw_only=True):
    """`do` is an instruction, `why` the reason."""

    title: str
    do: str
    why: str
    minutes: int


class TipsDraft(Struct, frozen=True, kw_only=True):
    tips: tuple[TipDraft, ...]


class OutlinedLesson(Struct, frozen=True, kw_only=True):
    """A lesson by its concepts, named by id ("rootless-voicings") or, where the graph has none, by words."""

    title: str
    goal: str
    concepts: tuple[str, ...]


class OutlinedModule(Struct, frozen=True, kw_only=True):
    """Weeks count from 1, both ends within."""

    title: str
    goal: str
    milestone: str
    week_start: int
    week_end: int
    lessons: tuple[OutlinedLesson, ...]


class Outline(Struct, frozen=True, kw_only=True):
    """A curriculum before its exercises."""

    title: str
    modules: tuple[OutlinedModule, ...]


class Untaught(Struct, frozen=True, kw_only=True):
    """What the rules write of a matter they do not know: nothing. `near` are titles of what they know."""

    topic: str
    near: tuple[str, ...] = ()

    @property
    def flaw(self) -> str:
        known = f"; the nearest they know: {', '.join(self.near)}" if self.near else ""
        return f"the rules know no concept named {self.topic!r}{known}"
