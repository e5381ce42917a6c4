from __future__ import annotations

import pytest

from partimento.core.ports import Tally
from partimento.core.result import Attempt, Outcome
from partimento.pipeline.outcomes import (
    MOST_SAID,
    attempts_kept,
    evidence_of,
    evidence_of_rating,
    kept_attempts,
)


def turns(*pairs: tuple[str, Outcome]) -> list[Attempt]:
    return [Attempt(model, outcome, "because") for model, outcome in pairs]


def weighed(*pairs: tuple[str, Outcome]) -> list[tuple[str, float, float]]:
    tallies = evidence_of("verse", 4, turns(*pairs), 9.0, {"rules"})
    assert all((t.task, t.complexity, t.at) == ("verse", 4, 9.0) for t in tallies)
    return [(t.model, t.sound, round(t.unsound, 9)) for t in tallies]


def test_sound_at_once_mended_and_unsound_count_differently() -> None:
    assert weighed(("a", "served")) == [("a", 1.0, 0.0)]
    assert weighed(("a", "flawed"), ("a", "served")) == [("a", 0.8, 0.2)]
    assert weighed(("a", "flawed"), ("a", "flawed"), ("b", "served")) == [("a", 0.0, 1.0), ("b", 1.0, 0.0)]


def test_a_failure_says_nothing_of_an_ability() -> None:
    assert weighed(("a", "failed"), ("b", "passed over"), ("c", "served")) == [("c", 1.0, 0.0)]
    assert weighed(("a", "flawed"), ("a", "failed")) == []
    assert weighed(("a", "flawed")) == []


def test_the_rules_are_not_weighed() -> None:
    assert weighed(("a", "flawed"), ("a", "flawed"), ("rules", "served")) == [("a", 0.0, 1.0)]


def test_the_owner_s_word_counts_for_several_drafts_and_four_of_five_is_enough() -> None:
    assert evidence_of_rating("verse", "a", 4, 5, 9.0) == Tally("verse", "a", 4, 3.0, 0.0, 9.0)
    four = evidence_of_rating("verse", "a", 4, 4, 9.0)
    assert four.sound / (four.sound + four.unsound) == pytest.approx(0.8)
    assert evidence_of_rating("verse", "a", 4, 0, 9.0).unsound == 3.0


def test_attempts_are_kept_short_and_come_back() -> None:
    attempts = turns(("a", "flawed"), ("a", "served"), ("b", "failed"), ("c", "passed over"), ("c", "served"))
    stored = kept_attempts(zip(attempts, ("two lines", "", "gone", "", ""), strict=True))
    assert stored == b'[["a","x","two lines"],["a","r"],["b","f","gone"],["c","p"],["c","s"]]'
    back = attempts_kept(stored)
    assert [(a.model, a.outcome) for a in back] == [(a.model, a.outcome) for a in attempts]
    assert back[0].reason == "two lines"


def test_the_one_attempt_of_most_requests_is_told_by_the_row_itself() -> None:
    assert kept_attempts([(Attempt("a", "served", "it covers"), "")]) == b"[]"
    assert attempts_kept(b"[]", served_by="a") == (Attempt("a", "served"),)
    assert attempts_kept(b"[]") == ()
    assert kept_attempts([(Attempt("a", "served"), "a comma was missing")]) == b'[["a","s","a comma was missing"]]'


def test_a_long_reason_is_cut() -> None:
    (row,) = attempts_kept(kept_attempts([(Attempt("a", "failed"), "x" * 500)]))
    assert len(row.reason) == MOST_SAID


def test_what_is_spelled_otherwise_is_passed_over() -> None:
    assert attempts_kept(b'[{"model":"a","outcome":"served","reason":""},["b","s"],["c","?"]]') == (
        Attempt("b", "served"),
    )
