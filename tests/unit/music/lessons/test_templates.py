"""Drawing texts that fit, minutes that add up, phrases that are filled."""

from __future__ import annotations

from random import Random

import pytest

from partimento.music.lessons.draft import StepDraft
from partimento.music.lessons.phrases import Phrases, listed
from partimento.music.lessons.templates import Step, Text, fitting, retimed, shares, some
from partimento.music.lessons.tips import Problem, problems_in
from partimento.music.lessons.tutorial import step_of


@pytest.mark.parametrize(("weights", "minutes"), [([1], 5), ([2, 3, 1], 30), ([1] * 9, 4), ([50, 50], 25)])
def test_minutes_are_shared_without_remainder_and_nobody_goes_empty(weights: list[int], minutes: int) -> None:
    parts = shares(weights, minutes)
    assert sum(parts) == max(minutes, len(weights))
    assert min(parts) >= 1


def test_steps_are_retimed_by_what_they_had() -> None:
    steps = [StepDraft(title="x", instruction="x", success_criteria="x", minutes=minutes) for minutes in (10, 30)]
    assert [step.minutes for step in retimed(steps, 8)] == [3, 5]


def test_only_what_fits_subject_level_genre_and_fields_is_taken() -> None:
    texts = [
        Text(text=("a",), subjects=("voicing",)),
        Text(text=("b",), low=5),
        Text(text=("c",), needs=("scale",)),
        Text(text=("d",), genres=("latin",)),
        Text(text=("e",)),
    ]
    found = fitting(texts, {}, subject="chords", level=3, genre="jazz")
    assert [one.text[0] for one in found] == ["e"]
    assert fitting(texts, {"scale": "x"}, subject="voicing", level=5, genre="latin")[0].subjects == ("voicing",)


def test_the_subject_s_own_texts_are_drawn_before_those_for_all() -> None:
    texts = [Text(text=("all",)), Text(text=("own {key}",), subjects=("voicing",))]
    assert some(texts, 1, {"key": "C"}, Random(1)) == ("own C",)
    assert some(texts, 2, {"key": "C"}, Random(1)) == ("all", "own C")


def test_a_step_is_filled() -> None:
    step = Step(part="find", title="In {key}", instruction=("Play {key}.",), success=("Done.",))
    assert step.said({"key": "C"}, Random(1)).instruction == "Play C."


def test_a_line_of_practice_is_an_instruction_and_what_shows_that_it_succeeded() -> None:
    step = step_of("Play it slowly — three clean rounds.", "Shells", 2)
    assert (step.title, step.instruction, step.success_criteria) == (
        "Shells, 2",
        "Play it slowly.",
        "Three clean rounds.",
    )


def test_phrases_are_drawn_by_chance_and_users_words_are_never_templates() -> None:
    phrases = Phrases({"hello": ("Hello {name}.", "Good day {name}.")})
    assert {phrases.say("hello", Random(seed), name="{x}") for seed in range(9)} == {"Hello {x}.", "Good day {x}."}
    with pytest.raises(KeyError):
        phrases.say("goodbye", Random(1))


def test_lists_read_as_in_a_sentence() -> None:
    assert [listed(words) for words in ([], ["C"], ["C", "F"], ["C", "F", "G"])] == ["", "C", "C and F", "C, F and G"]


def test_problems_are_found_in_the_order_they_are_said() -> None:
    known = [Problem(name="time", words=("rush",)), Problem(name="pain", words=("hurts?",))]
    assert problems_in("It HURTS, so I rush", known) == ("pain", "time")
    assert problems_in("crushed", known) == ()
