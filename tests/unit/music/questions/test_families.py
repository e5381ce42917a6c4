"""Every family of questions: one right answer, plausible wrong ones, an explanation that the claim check confirms."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from partimento.core.errors import BadInput
from partimento.music.claims import check_claims
from partimento.music.key import Key
from partimento.music.questions.about import of_level
from partimento.music.questions.choosing import Wanted, choose
from partimento.music.questions.families import FAMILIES, askable
from partimento.music.questions.item import Ask, Family, Item
from partimento.music.questions.meaning import meaning
from partimento.music.questions.proof import choice_flaw, fitting
from partimento.music.questions.question import Question
from partimento.music.questions.scope import mode_of
from partimento.music.questions.writing import write
from partimento.music.quiz.answer import answer
from partimento.music.teaching.concepts import concept
from partimento.music.teaching.keys import keys_for


def items(family: Family, count: int, seed: int = 0) -> list[tuple[Ask, Item]]:
    """So many items of a family, about concepts it asks about, in keys of their level."""
    rng = Random(seed)
    about = [one for one in map(concept, askable()) if family.about(one)]
    found: list[tuple[Ask, Item]] = []
    for _ in range(count * 30):
        one = rng.choice(about)
        level = max(one.level, family.low)
        ask = Ask(concept=one, key=rng.choice(keys_for(level, "", mode_of(one))), level=level)
        item = family.make(ask, rng)
        if item is not None:
            found.append((ask, item))
        if len(found) == count:
            break
    return found


@pytest.fixture(scope="module")
def many() -> tuple[Question, ...]:
    """Questions of all levels, with and without a key."""
    rng = Random(11)
    made: list[Question] = []
    for level in range(1, 11):
        for key in (None, Key.parse("Bb")):
            made += choose(Wanted(concepts=of_level(level, ""), count=20, level=level, key=key), rng)
    return tuple(made)


def test_there_are_more_than_sixty_families_each_with_a_name_of_its_own() -> None:
    assert len(FAMILIES) > 60
    assert max(Counter(family.name for family in FAMILIES).values()) == 1


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_s_answer_is_right_by_the_engine_and_its_explanation_true(family: Family) -> None:
    made = items(family, 6)
    assert len(made) == 6
    for _, item in made:
        assert fitting(item.question, [item.answer]) == (0,), item.question
        contradicted = [one.reason for one in check_claims(item.explanation) if one.verdict == "contradicted"]
        assert not contradicted, item.explanation


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_makes_choices_with_four_different_options(family: Family) -> None:
    rng = Random(3)
    written = [write(item, family, ask, "choice", rng) for ask, item in items(family, 12)]
    choices = [question for question in written if question is not None]
    assert choices, "none of twelve could be proven"
    for question in choices:
        said = {found.sounding for one in question.options if (found := meaning(one, question.means, question.key))}
        assert len(said) == len(question.options) == 4
        assert isinstance(question.answer, int)
        assert choice_flaw(question.question, question.options, question.answer) == ""


def test_the_quiz_room_agrees_wherever_it_can_read_a_question(many: tuple[Question, ...]) -> None:
    read = 0
    for question in many:
        if question.kind != "choice":
            continue
        try:
            found = answer(question.question, question.options)
        except BadInput:
            continue
        read += 1
        assert found.index == question.answer, question.question
    assert read > 80


def test_every_explanation_is_confirmed_and_nothing_in_it_unread(many: tuple[Question, ...]) -> None:
    for question in many:
        verdicts = {finding.verdict for finding in check_claims(question.explanation)}
        assert verdicts == {"confirmed"}, question.explanation


def test_many_families_take_turns(many: tuple[Question, ...]) -> None:
    used = Counter(question.family for question in many)
    assert len(used) > 50
    assert used.most_common(1)[0][1] < len(many) / 10


def test_the_right_option_stands_anywhere(many: tuple[Question, ...]) -> None:
    places = Counter(question.answer for question in many if question.kind == "choice")
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) < 2 * min(places.values())


def test_true_and_false_are_both_asked_and_the_claim_check_agrees(many: tuple[Question, ...]) -> None:
    truths = [question for question in many if question.kind == "true_false"]
    assert {question.answer for question in truths} == {"true", "false"}
    for question in truths:
        verdicts = {one.verdict for one in check_claims(question.question.removeprefix("True or false: "))}
        assert verdicts == {"confirmed" if question.answer == "true" else "contradicted"}


def test_beginners_meet_few_accidentals() -> None:
    easy = choose(Wanted(concepts=of_level(1, ""), count=20, level=1, kinds=("choice",)), Random(2))
    signs = [question.question.count("#") + question.question.count("b ") for question in easy]
    assert sum(signs) / len(signs) < 1
    hard = choose(Wanted(concepts=of_level(9, ""), count=20, level=9, kinds=("choice",)), Random(2))
    assert min(question.difficulty for question in hard) > max(question.difficulty for question in easy)
