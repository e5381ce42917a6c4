from collections.abc import Iterator
from pathlib import Path

import pytest

from learning import DAY, School, planned, school
from partimento.core.errors import UnknownName
from partimento.shapes.learner_context import LearnerContext, checked_context


@pytest.fixture
def house(tmp_path: Path) -> Iterator[School]:
    with school(tmp_path / "p.db") as opened:
        opened.learners.add("42", name="Lena", level="intermediate", genre="jazz", goals=["play standards"])
        yield opened


def test_of_somebody_new_the_coach_knows_what_was_said(house: School) -> None:
    assert house.learners.context("42") == LearnerContext(skill_level=5, genre="jazz", goals=("play standards",))


def test_the_coach_knows_how_it_went_and_what_is_due(house: School) -> None:
    house.learners.record("42", concept="triads", score=0.9, level=5, exercise=planned(key="Eb", level=5))
    house.clock.advance(DAY)
    for number in range(4):
        house.learners.record("42", id=f"r{number}", concept="two-five-one", score=0.1, level=4, weight=6)
    house.clock.advance(30 * DAY)
    told = house.learners.context("42")
    assert told.recent_performance == {"chords": 0.9, "progressions": 0.1}
    assert told.recent_results[0] == "The ii-V-I at level 4: 10%, 30 days ago"
    assert told.recent_results[-1] == "Triads in Eb at level 5: 90%, 31 days ago"
    assert set(told.due_reviews) == {"Triads", "The ii-V-I"}
    assert told.struggles == ("The ii-V-I",)
    assert (told.working_on, told.key) == ("The ii-V-I", "Eb")
    assert checked_context(told) == told


def test_what_was_shown_counts_more_than_what_is_said(house: School) -> None:
    for number in range(8):
        house.learners.record("42", id=f"r{number}", concept="triads", score=0.0, level=3, weight=6)
    level = house.learners.context("42").skill_level
    assert level is not None
    assert level < 4


def test_the_name_stays_here(house: School) -> None:
    assert house.learners.context("42").name == ""


def test_a_key_may_ask_for_its_own_alone(house: School) -> None:
    house.learners.of("key_a").add("7", genre="gospel")
    assert house.learners.context("7", holder="key_a").genre == "gospel"
    for who, holder in (("42", "key_a"), ("7", "key_b")):
        with pytest.raises(UnknownName):
            house.learners.context(who, holder=holder)
