import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from databases import Place
from partimento.core.money import Money
from partimento.core.ports import LedgerRow
from partimento.environment import SystemClock
from partimento.ledger.report import usage
from partimento.ledger.retention import expire
from partimento.ledger.sums import ASPECTS, DAY, sum_days
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.store_suite import NOON, row

TODAY = int(NOON // DAY)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


def keep(store: Store, *rows: LedgerRow) -> None:
    async def record() -> None:
        await asyncio.gather(*map(store.record, rows))

    asyncio.run(record())


def summed(store: Store) -> list[int]:
    return sorted(day - TODAY for day, _ in store.ask("summed_days", 0, 10**6))


class BetweenReads:
    """A store in which something happens just after the first day has been marked."""

    def __init__(self, store: Store, happens: Any) -> None:
        self.ask, self.write = store.ask, store.write
        self._store, self._happens = store, happens

    def tell(self, name: str, *values: Any) -> int:
        told = self._store.tell(name, *values)
        if name == "begin_day":
            self._happens()
        return told


class BetweenQuestions:
    """A store in which something happens just before a question is first asked."""

    def __init__(self, store: Store, question: str, happens: Any) -> None:
        self.tell, self.write = store.tell, store.write
        self._store, self._question, self._happens = store, question, happens

    def ask(self, name: str, *values: Any) -> list[Any]:
        if name == self._question:
            self._question = ""
            self._happens()
        return self._store.ask(name, *values)


def test_days_that_are_over_are_summed_once(store: Store) -> None:
    keep(store, row("1", at=NOON - 2 * DAY), row("2", at=NOON - 4 * DAY), row("3", at=NOON))
    assert sum(sum_days(store, NOON, 30)) == 4
    assert summed(store) == [-4, -3, -2, -1]
    assert sum(sum_days(store, NOON, 30)) == 0
    assert usage(store, NOON).total.requests == 3


def test_a_day_is_not_over_at_the_stroke_of_midnight(store: Store) -> None:
    keep(store, row("1", at=NOON))
    midnight = (TODAY + 1) * DAY
    assert sum(sum_days(store, midnight, 30)) == 0
    assert sum(sum_days(store, midnight + 1000, 30)) == 1


def test_a_late_row_is_in_the_report_at_once_and_its_day_is_summed_again(store: Store) -> None:
    keep(store, row("1", at=NOON - DAY), row("2", at=NOON - 2 * DAY))
    sum(sum_days(store, NOON, 30))
    keep(store, row("late", at=NOON - DAY, cost_pico=7))
    assert summed(store) == [-2]
    assert usage(store, NOON).total.requests == 3
    assert sum(sum_days(store, NOON, 30)) == 1
    assert usage(store, NOON).total.requests == 3


def test_an_unknown_ending_that_comes_true_counts_as_what_it_was(store: Store) -> None:
    unknown = row("1", at=NOON - DAY, ending="unknown", cost_pico=7)
    keep(store, unknown)
    sum(sum_days(store, NOON, 30))
    keep(store, msgspec.structs.replace(unknown, ending="served", cost_pico=5))
    total = usage(store, NOON).total
    assert (total.unknown, total.served) == (0, 1)
    assert total.cost_usd == Money(5).usd


def test_a_row_that_comes_while_its_day_is_summed_is_not_lost(store: Store) -> None:
    keep(store, row("1", at=NOON - DAY))
    between = BetweenReads(store, lambda: keep(store, row("2", at=NOON - DAY)))
    sum(sum_days(between, NOON, 30))
    assert summed(store) == []
    assert usage(store, NOON).total.requests == 2


def test_of_two_processes_that_sum_a_day_the_later_one_counts(store: Store) -> None:
    keep(store, row("1", at=NOON - DAY))
    between = BetweenReads(store, lambda: sum(sum_days(store, NOON + 1, 30)))
    sum(sum_days(between, NOON, 30))
    assert store.ask("summed_days", 0, 10**6) == [(TODAY - 1, NOON + 1)]
    assert usage(store, NOON).total.requests == 1


@pytest.mark.parametrize("question", ["usage", "usage_of_days"])
def test_a_day_that_is_summed_while_a_report_is_read_counts_once(store: Store, question: str) -> None:
    keep(store, *(row(str(n), at=NOON - n * DAY, cost_pico=1) for n in range(4)))
    sum(sum_days(store, NOON - 2 * DAY, 30))
    between = BetweenQuestions(store, question, lambda: sum(sum_days(store, NOON, 30)))
    assert summed(store) == [-3]
    assert usage(between, NOON).total.requests == 4
    assert summed(store) == [-3, -2, -1]


def test_sums_are_forgotten_with_their_rows(store: Store) -> None:
    keep(store, *(row(str(n), at=NOON - n * DAY) for n in range(1, 6)))
    sum(sum_days(store, NOON, 30))
    assert expire(store, NOON, 3) == 2
    assert summed(store) == [-2, -1]
    assert sum(sum_days(store, NOON, 3)) == 0
    assert usage(store, NOON).total.requests == 3


_row = some.fixed_dictionaries(
    {
        "id": some.integers(0, 15),
        "at": some.integers(0, 8).map(lambda half: NOON - half * DAY / 2),
        "task": some.sampled_from(["text", "chat"]),
        "genre": some.sampled_from(["", "jazz"]),
        "user": some.sampled_from(["", "a,b"]),
        "ending": some.sampled_from(["hit", "served", "failed", "unknown"]),
        "saved_by": some.sampled_from(["", "cache", "local", "flight"]),
        "error": some.sampled_from(["", "Cut: off", "Gone"]),
        "cost_pico": some.integers(0, 10**12),
        "saved_pico": some.integers(0, 10**12),
    }
)
_summing = some.floats(NOON - 3 * DAY, NOON)


@settings(max_examples=25)
@given(some.lists(some.one_of(_row, _row, _summing), max_size=25), some.integers(1, 6))
def test_reports_are_the_same_with_sums_as_without(steps: list[dict[str, Any] | float], days: int) -> None:
    with TemporaryDirectory() as folder:
        with_sums = open_store(Path(folder) / "sums.db", SystemClock())
        without = open_store(Path(folder) / "rows.db", SystemClock())
        try:
            for step in steps:
                if isinstance(step, float):
                    sum(sum_days(with_sums, step, 30))
                else:
                    one = row(str(step["id"]), **{name: value for name, value in step.items() if name != "id"})
                    keep(with_sums, one)
                    keep(without, one)
            for aspect in ASPECTS:
                assert usage(with_sums, NOON, days, aspect) == usage(without, NOON, days, aspect)
        finally:
            with_sums.close()
            without.close()
