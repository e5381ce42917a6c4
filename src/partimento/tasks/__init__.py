"""What can be made: one file a task. `from partimento.tasks import progression` is the callable task itself."""

from partimento.tasks.arrangement import arrangement as arrangement
from partimento.tasks.chat import chat as chat
from partimento.tasks.embedding import embedding as embedding
from partimento.tasks.exercise import exercise as exercise
from partimento.tasks.grading import grading as grading
from partimento.tasks.progression import progression as progression
from partimento.tasks.reharmonization import reharmonization as reharmonization
from partimento.tasks.structured import structured as structured
from partimento.tasks.text import text as text
from partimento.tasks.theory import theory as theory
from partimento.tasks.validation import validation as validation
from partimento.tasks.voicing import voicing as voicing

__all__ = [
    "arrangement", "chat", "embedding", "exercise", "grading", "progression", "reharmonization", "structured", "text",
    "theory", "validation", "voicing",
]  # fmt: skip
