from collections.abc import Iterator
from typing import Any

import pytest

from databases import Place
from learning import School, school
from partimento.core.errors import BadInput, UnknownName


@pytest.fixture
def house(place: Place) -> Iterator[School]:
    with school(place) as opened:
        yield opened


def test_a_learner_is_kept_as_said(house: School) -> None:
    made = house.learners.add("42", name=" Lena  Ohm ", level="beginner", genre="Gospel", goals=["lead a choir", " "])
    assert (made.id, made.name, made.level, made.genre, made.goals) == (
        "42",
        "Lena Ohm",
        2,
        "gospel",
        ("lead a choir",),
    )
    assert house.learners.find("42") == made
    assert house.learners.list() == (made,)


def test_without_an_id_one_is_made(house: School) -> None:
    first, second = house.learners.add(), house.learners.add()
    assert first.id != second.id
    assert house.learners.find(first.id) == first


def test_an_id_is_taken_once(house: School) -> None:
    house.learners.add("42")
    with pytest.raises(BadInput, match="already"):
        house.learners.add("42")


def test_what_is_left_out_stays(house: School) -> None:
    before = house.learners.add("42", name="Lena", level=3, goals=["sing"])
    house.clock.advance(60)
    after = house.learners.change("42", level="advanced")
    assert (after.name, after.goals, after.level) == ("Lena", ("sing",), 8)
    assert (after.created_at, after.updated_at) == (before.created_at, before.updated_at + 60)
    assert house.learners.change("42", level=None, name="").level is None
    assert house.learners.find("42").name == ""


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"id": " "}, "cannot call"),
        ({"id": "a\nb"}, "cannot call"),
        ({"id": "x" * 201}, "cannot call"),
        ({"name": "x" * 201}, "cannot keep this name"),
        ({"level": 11}, "unknown level"),
        ({"level": "expert"}, "unknown level"),
        ({"genre": "polka"}, "unknown genre"),
        ({"goals": ["x"] * 21}, "too many"),
        ({"goals": 7}, "cannot be used"),
        ({"colour": "red"}, "no field"),
    ],
)
def test_what_cannot_be_kept_is_refused(house: School, fields: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        house.learners.add(**fields)
    assert house.learners.list() == ()


def test_an_unknown_learner_comes_with_the_nearest(house: School) -> None:
    house.learners.add("lena")
    with pytest.raises(UnknownName, match="unknown learner 'lina'") as raised:
        house.learners.find("lina")
    assert "'lena'" in raised.value.mend
    with pytest.raises(UnknownName) as raised:
        house.learners.find("zzzzzz")
    assert "learner list" in raised.value.mend


def test_a_key_sees_its_own_learners_and_nobody_elses(house: School) -> None:
    mine, yours = house.learners.of("key_a"), house.learners.of("key_b")
    mine.add("42", name="Lena")
    yours.add("42", name="Otto")
    house.learners.add("7")
    assert [one.name for one in mine.list()] == ["Lena"]
    assert mine.find("42").name == "Lena"
    assert yours.find("42").name == "Otto"
    with pytest.raises(UnknownName) as raised:
        mine.find("7")
    assert "'7'" not in raised.value.mend, "not even by its name"


def test_the_owner_sees_all_and_says_whose_where_it_is_not_clear(house: School) -> None:
    house.learners.of("key_a").add("42")
    assert house.learners.find("42").holder == "key_a"
    house.learners.of("key_b").add("42")
    assert len(house.learners.list()) == 2
    with pytest.raises(BadInput, match="2 keys have a learner '42'"):
        house.learners.find("42")
    assert house.learners.of("key_b").find("42").holder == "key_b"
    house.learners.add("42")
    assert house.learners.find("42").holder == "", "the owner's own comes first"


def test_long_lists_come_in_pages(house: School) -> None:
    names = [house.learners.add(f"n{number}").id for number in range(7)]
    assert [one.id for one in house.learners.list(3, 2)] == names[2:5]
