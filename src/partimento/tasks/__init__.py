"""What can be made: one file a task. `from partimento.tasks import progression` is the callable task itself."""

from partimento.tasks.arrangement import arrangement as arrangement
from partimento.tasks.progression import progression as progression
from partimento.tasks.text import text as text
from partimento.tasks.theory import theory as theory
from partimento.tasks.validation import validation as validation

__all__ = ["arrangement", "progression", "text", "theory", "validation"]
