import asyncio
from collections.abc import Iterator

import pytest

from databases import Place
from partimento.core.errors import BadInput, UnknownName
from partimento.core.money import Money
from partimento.core.ports import Cap
from partimento.environment import SystemClock
from partimento.ledger.budgets import list_budgets, remove_budget, set_budget
from partimento.store.opening import open_store
from partimento.store.store import Store


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


def test_a_budget_that_is_set_caps_its_holder(store: Store) -> None:
    cap = set_budget(store, "user:42", "month", Money.of(5))
    assert cap == Cap("user:42", "month", Money.of(5))
    assert asyncio.run(store.caps(["user:42"])) == [cap]
    assert asyncio.run(store.caps(["", "user:4", "key:42"])) == []


def test_a_budget_set_again_replaces_the_old_one(store: Store) -> None:
    set_budget(store, "", "day", Money.of(5))
    set_budget(store, "", "day", Money.of(7))
    set_budget(store, "", "month", Money.of(70))
    assert list_budgets(store) == (Cap("", "day", Money.of(7)), Cap("", "month", Money.of(70)))


def test_a_budget_can_be_removed_once(store: Store) -> None:
    set_budget(store, "key:k", "day", Money.of(5))
    assert remove_budget(store, "key:k", "day")
    assert not remove_budget(store, "key:k", "day")
    assert list_budgets(store) == ()


@pytest.mark.parametrize("holder", ["42", "user:", ":", "team:x", "user"])
def test_a_holder_that_cannot_be_read_is_refused(store: Store, holder: str) -> None:
    with pytest.raises(BadInput, match="holder"):
        set_budget(store, holder, "day", Money.of(5))


def test_a_name_may_hold_a_colon(store: Store) -> None:
    assert set_budget(store, "user:a:b", "day", Money.of(5)).holder == "user:a:b"


def test_a_period_that_is_none_gets_the_nearest(store: Store) -> None:
    with pytest.raises(UnknownName, match="month"):
        set_budget(store, "", "months", Money.of(5))


def test_less_than_nothing_is_no_cap(store: Store) -> None:
    with pytest.raises(BadInput):
        set_budget(store, "", "day", Money(-1))
