"""What can be made: one file a task. `from partimento.tasks import progression` is the callable task itself.

A task's file is loaded when the task is first asked for: a command that makes one thing does not wait for thirty.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from partimento.tasks.arrangement import arrangement as arrangement
    from partimento.tasks.assessment import assessment as assessment
    from partimento.tasks.chat import chat as chat
    from partimento.tasks.coaching import coaching as coaching
    from partimento.tasks.creative import creative as creative
    from partimento.tasks.curriculum import curriculum as curriculum
    from partimento.tasks.curriculum import curriculum_outline as curriculum_outline
    from partimento.tasks.email import email as email
    from partimento.tasks.embedding import embedding as embedding
    from partimento.tasks.exercise import exercise as exercise
    from partimento.tasks.feedback import feedback as feedback
    from partimento.tasks.grading import grading as grading
    from partimento.tasks.lesson import lesson as lesson
    from partimento.tasks.lesson_script import lesson_script as lesson_script
    from partimento.tasks.look_up import look_up as look_up
    from partimento.tasks.podcast_script import podcast_script as podcast_script
    from partimento.tasks.practice_tips import practice_tips as practice_tips
    from partimento.tasks.progression import progression as progression
    from partimento.tasks.quiz import quiz as quiz
    from partimento.tasks.rearrangement import rearrangement as rearrangement
    from partimento.tasks.reharmonization import reharmonization as reharmonization
    from partimento.tasks.report import report as report
    from partimento.tasks.structured import structured as structured
    from partimento.tasks.text import text as text
    from partimento.tasks.theory import theory as theory
    from partimento.tasks.tutorial import tutorial as tutorial
    from partimento.tasks.validation import validation as validation
    from partimento.tasks.voice_leading import voice_leading as voice_leading
    from partimento.tasks.voicing import voicing as voicing

__all__ = [
    "arrangement", "assessment", "chat", "coaching", "creative", "curriculum", "curriculum_outline", "email",
    "embedding", "exercise", "feedback", "grading", "lesson", "lesson_script", "look_up", "podcast_script",
    "practice_tips", "progression", "quiz", "rearrangement", "reharmonization", "report", "structured", "text",
    "theory", "tutorial", "validation", "voice_leading", "voicing",
]  # fmt: skip

_ELSEWHERE: Final = {"curriculum_outline": "curriculum"}
"""Tasks that share the file of another."""


class _Tasks(ModuleType):
    """This package, whose attributes are tasks. Python would put a file's module in the place of the task of its name
    as soon as the file is loaded."""

    def __getattr__(self, name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, name)}"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, getattr(value, name, value) if isinstance(value, ModuleType) else value)


sys.modules[__name__].__class__ = _Tasks
