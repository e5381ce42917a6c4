"""Who is asked, what counts as the same answer, and what a comparison is called."""

from __future__ import annotations

import json
from typing import Any

import pytest

from partimento.core.errors import NotConfigured
from partimento.core.ports import MemoryItem
from partimento.flywheel.votes import Comparison, Side
from partimento.web.contest import AUTO, DRAWN, Came, Contest, compared_tasks, drawn
from partimento.web.item import Item, read_item
from partimento.web.pages.compare import title_of


def made(value: Any, model: str = "rules") -> Item:
    row = MemoryItem(
        id=f"{model}", task="gone", task_version=1, value=json.dumps(value).encode(), prompt="", options=b"{}",
        model=model, engine="e", tier="small", provider="", input_tokens=0, output_tokens=0, cost_pico=0,
        latency_ms=1.0, created_at=1.0,
    )  # fmt: skip
    return read_item(row, None, verified=False, kept=False)


def test_names_are_asked_as_they_are() -> None:
    assert drawn(["a", AUTO], ["a", "b"]) == ["a", AUTO]
    assert drawn(["a", "a"], ["a", "b"]) == ["a", "a"]


def test_two_that_are_drawn_differ_where_there_are_two() -> None:
    for _ in range(20):
        assert sorted(drawn([DRAWN, DRAWN], ["a", "b"])) == ["a", "b"]
        assert drawn(["a", DRAWN], ["a", "b"]) == ["a", "b"]


def test_where_one_is_ready_it_is_asked_twice() -> None:
    assert drawn([DRAWN, DRAWN], ["rules"]) == ["rules", "rules"]


def test_where_nobody_is_ready_the_route_decides() -> None:
    assert drawn([DRAWN, DRAWN], []) == [AUTO, AUTO]


def test_answers_that_differ_only_in_who_made_them_are_the_same() -> None:
    first = made({"chords": ["C"], "by": [{"generation_method": "rules"}], "generation_method": "rules"}, "rules")
    second = made({"chords": ["C"], "by": [{"generation_method": "small"}], "generation_method": "small"}, "small")
    contest = Contest(Came("rules", first), Came("small", second))
    assert contest.is_alike
    assert not contest.may_be_judged


def test_answers_that_differ_may_be_judged() -> None:
    assert Contest(Came("a", made({"chords": ["C"]})), Came("b", made({"chords": ["F"]}))).may_be_judged


@pytest.mark.parametrize("other", [Came("b", error=NotConfigured("no key")), Came("b")])
def test_one_answer_alone_cannot_be_judged(other: Came) -> None:
    contest = Contest(Came("a", made({"chords": ["C"]})), other)
    assert not contest.may_be_judged
    assert not contest.is_alike


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ({"genre": "jazz", "description": "slow  and\ncalm"}, "slow and calm"),
        ({"genre": "jazz", "description": " "}, "Jazz"),
        ({"bars": 4}, "Practice tips"),
        ({"prompt": "x" * 500}, "x" * 120),
    ],
)
def test_a_comparison_is_called_what_was_asked_for(asked: dict[str, Any], title: str) -> None:
    comparison = Comparison(
        id="1", at=0.0, task="practice_tips", asked=asked, first=Side("1", "a"), second=Side("2", "b")
    )
    assert title_of(comparison) == title


def test_the_tasks_that_can_be_compared_begin_with_the_arrangement() -> None:
    assert compared_tasks()[0] == "arrangement"
    assert "embedding" not in compared_tasks()
