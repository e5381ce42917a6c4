from __future__ import annotations

from random import Random

import pytest

from partimento.core.errors import BadInput
from partimento.music.grading.criterion import Criterion
from partimento.music.questions.item import Ask
from partimento.music.questions.performing import Performance, Scoring, Weights, can_be_played, judge, performances
from partimento.music.questions.scope import mode_of
from partimento.music.teaching.concepts import concepts
from partimento.music.teaching.keys import keys_for
from performing import misplayed, played


@pytest.fixture(scope="module")
def tasks() -> list[Performance]:
    """Something to play from every concept that can be played, at its level."""
    rng = Random(5)
    found: list[Performance] = []
    for one in concepts():
        if can_be_played(one):
            key = rng.choice(keys_for(one.level, "", mode_of(one)))
            found += performances(Ask(concept=one, key=key, level=one.level), rng)
    return found


def test_over_a_hundred_concepts_can_be_played(tasks: list[Performance]) -> None:
    assert len({task.concept for task in tasks}) > 100


def test_who_plays_what_is_asked_is_given_full_marks_and_who_does_not_few(tasks: list[Performance]) -> None:
    for task in tasks:
        take = played(Criterion.parse(task.scoring.criterion))
        right, wrong = judge(take, task.scoring), judge(misplayed(take), task.scoring)
        assert right.score >= 90, task.question
        assert right.passed, task.question
        assert wrong.score < 60, task.question
        assert not wrong.passed, task.question


def test_the_criterion_asks_for_the_chords_that_the_question_names(tasks: list[Performance]) -> None:
    for task in tasks:
        named = [word.rstrip(".") for word in task.question.split() if word[0] in "ABCDEFG" and "-" not in word]
        heard = Criterion.parse(task.scoring.criterion)
        if heard.chords and " in " not in task.question:
            assert list(heard.chords) == named


def test_the_form_counts_by_its_weight() -> None:
    root = played(Criterion.parse("play G7 in root position"))
    asked = "play G7 in first inversion"
    assert judge(root, Scoring(criterion=asked, weights=Weights(notes=0.5, form=0.5))).score == 50
    assert judge(root, Scoring(criterion=asked, weights=Weights(notes=1.0, form=0.0))).score == 100


def test_weights_of_nothing_are_refused() -> None:
    take = played(Criterion.parse("play C"))
    with pytest.raises(BadInput, match="weights"):
        judge(take, Scoring(criterion="play C", weights=Weights(notes=0, form=0)))
