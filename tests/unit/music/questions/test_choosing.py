from __future__ import annotations

from random import Random

import pytest

from partimento.core.errors import BadInput, UnknownName
from partimento.music.key import Key
from partimento.music.questions.about import known, meant, of_level
from partimento.music.questions.assembling import Assembly, Blueprint, assemble, blueprint
from partimento.music.questions.choosing import Wanted, choose
from partimento.music.questions.performing import Performance
from partimento.music.questions.question import Question
from partimento.music.teaching.concepts import concept

TWO_FIVE = (concept("two-five-one"),)


def test_the_same_chance_asks_the_same_questions_and_another_others() -> None:
    wanted = Wanted(concepts=TWO_FIVE, count=8, level=5)
    assert choose(wanted, Random(1)) == choose(wanted, Random(1))
    assert choose(wanted, Random(1)) != choose(wanted, Random(2))


def test_nothing_is_asked_twice_and_the_easiest_comes_first() -> None:
    made = choose(Wanted(concepts=of_level(5, "jazz"), count=50, level=5, genre="jazz"), Random(4))
    assert len({question.question for question in made}) == len({question.explanation for question in made}) == 50
    hard = [question.difficulty for question in made]
    assert hard == sorted(hard)


def test_a_named_key_is_kept_while_it_gives_questions_enough() -> None:
    made = choose(Wanted(concepts=TWO_FIVE, count=5, level=5, key=Key.parse("Ab")), Random(0))
    chords = {"Bbm7", "Eb7", "Abmaj7"}
    assert all("Ab" in one.question or any(chord in one.question for chord in chords) for one in made)


def test_only_the_kinds_asked_for_come() -> None:
    made = choose(Wanted(concepts=of_level(4, ""), count=12, level=4, kinds=("short_answer",)), Random(0))
    assert {question.kind for question in made} == {"short_answer"}
    assert all(not question.options for question in made)


def test_more_than_can_be_asked_is_refused_with_the_number_that_can() -> None:
    with pytest.raises(BadInput, match=r"only \d+ different questions"):
        choose(Wanted(concepts=(concept("note-names"),), count=50, level=1, kinds=("choice",)), Random(0))


@pytest.mark.parametrize(
    ("words", "first"),
    [("ii-V-I", "two-five-one"), ("key signatures", "key-signatures"), ("2-5-1 in Ab", "two-five-one")],
)
def test_a_topic_means_its_concept(words: str, first: str) -> None:
    assert meant(words, None, "")[0] == first


def test_a_subject_means_all_of_it_that_suits_the_level() -> None:
    found = [concept(one) for one in meant("scales", 5, "")]
    assert {one.subject for one in found} == {"scales"}
    assert max(one.level for one in found) <= 5
    assert len(found) > 3


def test_a_topic_that_is_none_names_what_is_near() -> None:
    with pytest.raises(BadInput) as caught:
        meant("augmented submarines", None, "")
    assert "near it" in caught.value.mend


def test_what_cannot_be_asked_about_says_so_and_names_its_like() -> None:
    with pytest.raises(BadInput) as caught:
        meant("hand position", None, "")
    assert "proven" in caught.value.what
    assert "ask about" in caught.value.mend


def test_concepts_are_known_by_id_and_by_name() -> None:
    assert known(["two-five-one", "rootless voicings", "2-5-1"]) == ("two-five-one", "rootless-voicings")
    with pytest.raises(UnknownName):
        known(["zzz-qqq"])


@pytest.mark.parametrize("kind", ["diagnostic", "milestone", "module", "final"])
def test_a_blueprint_has_as_many_as_asked_for_and_some_of_each(kind: str) -> None:
    for count in (3, 10, 25, 40):
        plan = blueprint(kind, count, None)  # type: ignore[arg-type]
        assert plan.whole == count
        assert min(plan.choice, plan.short_answer, plan.performance) >= 1
    assert blueprint("module", None, 60).whole > blueprint("module", None, 15).whole


def test_a_milestone_is_played_more_than_a_diagnostic() -> None:
    assert blueprint("milestone", 20, None).performance > 2 * blueprint("diagnostic", 20, None).performance


def test_a_diagnostic_spans_the_levels_and_is_densest_about_the_guess() -> None:
    asked = assemble(Assembly(kind="diagnostic", blueprint=blueprint("diagnostic", 20, None), level=4), Random(1))
    hard = [one.difficulty for one in asked]
    assert min(hard) < 2.5
    assert max(hard) > 8
    assert sum(2 <= one <= 6.5 for one in hard) >= len(hard) / 2


def test_an_assembly_keeps_to_its_concepts_and_repeats_nothing() -> None:
    wanted = Assembly(
        kind="milestone", blueprint=Blueprint(4, 3, 3), level=4, concepts=("shell-voicings", "two-five-one")
    )
    asked = assemble(wanted, Random(3))
    assert {one.concept for one in asked} == {"shell-voicings", "two-five-one"}
    assert len({one.question for one in asked}) == 10
    assert sum(isinstance(one, Performance) for one in asked) == 3
    assert sum(isinstance(one, Question) and one.kind == "short_answer" for one in asked) == 3
