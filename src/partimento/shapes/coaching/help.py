"""What helps with a trouble that a learner names, from what the task practice_tips knows. Knows no other message."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.lessons.matter import counts_of, matter
from partimento.music.lessons.tips import ANYTHING, Problem, Tip, problems_in, write
from partimento.shapes.learning import setting_for
from partimento.shapes.wording import wording

_MINUTES: Final = 15


def help_with(message: str, level: int, genre: str, rng: Random) -> tuple[str, ...]:
    """What to do and why it helps; nothing where the message names no trouble that is known."""
    known = wording("practice_tips")
    problems = problems_in(message, known.table("problem", Problem))
    if not problems:
        return ()
    setting = setting_for(None, genre or None, level, None, _MINUTES, None)
    drafted = write(matter(ANYTHING, setting, counts_of(setting, rng)), problems, known.table("tip", Tip), rng)
    return drafted.tips[0].do, drafted.tips[0].why
