"""What the coach knows of whom it speaks with. Knows the fields; leaves filling them to the room `learner`."""

from __future__ import annotations

from msgspec import Struct


class LearnerContext(Struct, frozen=True, kw_only=True):
    """All of it may be left out. `skill_level` 1–10; `recent_performance`: subject or concept → share of success, 0–1;
    `due_reviews` and `struggles`: titles of concepts; `recent_results`: sentences, newest first."""

    skill_level: int | None = None
    genre: str = ""
    goals: tuple[str, ...] = ()
    recent_performance: dict[str, float] = {}
    recent_results: tuple[str, ...] = ()
    due_reviews: tuple[str, ...] = ()
    struggles: tuple[str, ...] = ()
    working_on: str = ""
