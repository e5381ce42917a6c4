"""What the coach's page offers to ask, and what its forms say."""

from __future__ import annotations

from typing import Any

import pytest

from partimento.core.errors import BadInput
from partimento.learner.learners import LearnerShown, ReviewShown
from partimento.learner.profile import Learner
from partimento.web.pages.coach import FIRST_QUESTIONS, suggestions
from partimento.web.pages.learners import Panel, told_by
from partimento.web.visit import Form


def panel(name: str = "Anna", due: bool = False, **shown: Any) -> Panel:
    learner = Learner(uid="1", holder="", id="anna", name=name, created_at=0.0, updated_at=0.0)
    fields: dict[str, Any] = {
        "level_now": 3, "results": 0, "skills": (), "struggles": (), "due_reviews": 0, "following": "",
        "working_on": "",
    }  # fmt: skip
    review = ReviewShown(concept="triads", title="Triads", due=0.0, is_due=due, recall=0.5, reviews=1, lapses=0)
    return Panel(
        shown=LearnerShown(learner=learner, **(fields | shown)), next=None, make="", reviews=(review,), recent=(),
        likes=(), progress=None,
    )  # fmt: skip


def test_who_is_nobody_in_particular_is_offered_first_questions() -> None:
    assert suggestions(None) == FIRST_QUESTIONS


def test_what_is_due_and_what_goes_wrong_is_offered_first() -> None:
    offered = suggestions(panel(due=True, struggles=("The ii-V-I",), working_on="Shells"))
    assert offered[:3] == (
        "Quiz me on Triads.",
        "Why does The ii-V-I go wrong, and how do I mend it?",
        "What is Shells good for?",
    )
    assert len(offered) == len(FIRST_QUESTIONS)


def test_a_review_that_is_not_due_is_not_offered() -> None:
    assert suggestions(panel(due=False)) == FIRST_QUESTIONS


def test_a_learner_is_called_by_name_or_else_by_id() -> None:
    assert panel("Anna").called == "Anna"
    assert panel("").called == "anna"


def test_goals_are_told_a_line_each_and_a_level_may_be_left_open() -> None:
    form = Form({"name": (" Anna ",), "goals": ("swing\r\n\r\n  sing ",), "level": ("",), "genre": ("jazz",)})
    assert told_by(form) == {"name": "Anna", "level": None, "genre": "jazz", "goals": ("swing", "sing")}


def test_a_level_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadInput):
        told_by(Form({"level": ("high",)}))
