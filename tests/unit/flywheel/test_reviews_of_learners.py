"""A learner who goes takes along what was said of what was made for that learner alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import msgspec
import pytest

from databases import Place, by_hand
from learning import School, school
from partimento import plugins
from partimento.flywheel.reviews import Reviews
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON, item, row


@pytest.fixture
def house(place: Place) -> Iterator[School]:
    with school(place) as opened:
        yield opened


def test_a_review_goes_with_the_item_it_is_about_and_others_stay(house: School, place: Place) -> None:
    house.learners.add("lena", name="Lena")

    async def made() -> None:
        for name, user in (("rejected", "lena"), ("rated", "lena"), ("others", "")):
            kept = msgspec.structs.replace(item(name), user=user, value=b'"hello"', task="text")
            await house.store.record(row(f"row of {name}", at=NOON, user=user, memory_id=name), kept)

    asyncio.run(made())
    numbers = iter(range(9))
    reviews = Reviews(house.store, FrozenClock(NOON), lambda: f"change {next(numbers)}", plugins.task)
    reviews.edit("rejected", "hello Lena")
    reviews.reject("rejected")
    reviews.rate("rated", 5, note="good")
    reviews.reject("others")
    house.learners.delete("lena")
    assert by_hand(place, "SELECT id FROM memory ORDER BY id") == [("others",), ("rated",)]
    assert by_hand(place, "SELECT memory_id FROM reviews ORDER BY memory_id") == [("others",), ("rated",)]
    assert by_hand(place, "SELECT memory_id FROM review_changes ORDER BY memory_id") == [("others",), ("rated",)]
