"""What the coach knows of whom it speaks with. Knows the fields and their bounds; leaves filling them to `learner`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.lessons.topic import cleaned

_MOST: Final = 40
"""How many goals, results, reviews, struggles and subjects are read of each."""


class LearnerContext(Struct, frozen=True, kw_only=True):
    """All of it may be left out. `skill_level` 1–10; `recent_performance`: subject or concept → share of success, 0–1;
    `due_reviews` and `struggles`: titles of concepts; `recent_results`: sentences, newest first; `key`: the key that is
    practised in; `name`: what the learner is called."""

    skill_level: int | None = None
    genre: str = ""
    goals: tuple[str, ...] = ()
    recent_performance: dict[str, float] = {}
    recent_results: tuple[str, ...] = ()
    due_reviews: tuple[str, ...] = ()
    struggles: tuple[str, ...] = ()
    working_on: str = ""
    key: str = ""
    name: str = ""

    @property
    def level(self) -> int:
        """The skill level; 3 where none is known."""
        return _USUAL if self.skill_level is None else self.skill_level


_USUAL: Final = 3


def checked_context(context: LearnerContext) -> LearnerContext:
    """The same, each text in one line. Raises BadInput for a level, share, text or list out of bounds."""
    if context.skill_level is not None and not 1 <= context.skill_level <= 10:
        raise BadInput(f"skill_level is {context.skill_level}", why="levels go from 1 to 10", mend="leave it out")
    for subject, share in context.recent_performance.items():
        if not 0 <= share <= 1:
            raise BadInput(
                f"recent_performance of {subject[:40]!r} is {share}", why="it is a share of success", mend="0 to 1"
            )
    lists: dict[str, Sequence[str]] = {
        name: getattr(context, name) for name in ("goals", "recent_results", "due_reviews", "struggles")
    }
    for name, texts in {**lists, "recent_performance": tuple(context.recent_performance)}.items():
        if len(texts) > _MOST:
            raise BadInput(f"{name} has {len(texts)} entries", why=f"at most {_MOST} are read", mend="pass the newest")
    return msgspec.structs.replace(
        context,
        **{name: tuple(told for text in texts if (told := cleaned(text, name))) for name, texts in lists.items()},
        **{name: cleaned(getattr(context, name), name) for name in ("genre", "working_on", "key", "name")},
        recent_performance={
            told: share for name, share in context.recent_performance.items() if (told := cleaned(name, "subject"))
        },
    )
