import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from partimento.core.errors import BadInput, UnknownName
from partimento.core.money import Money
from partimento.core.ports import LedgerRow
from partimento.environment import SystemClock
from partimento.ledger.report import Statistics, UsageLine, reset_statistics, statistics, usage
from partimento.store.sqlite import SqliteStore
from partimento.testing.store_suite import DAY, NOON, row

DOLLAR = Money.of(1).pico


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "p.db", SystemClock())
    yield opened
    opened.close()


def keep(store: SqliteStore, *rows: LedgerRow) -> None:
    async def record() -> None:
        await asyncio.gather(*map(store.record, rows))

    asyncio.run(record())


def test_usage_counts_requests_by_their_ending(store: SqliteStore) -> None:
    endings = ("hit", "hit", "served", "failed", "cancelled", "unknown")
    keep(store, *(row(str(n), ending=ending) for n, ending in enumerate(endings)))
    (line,) = usage(store, NOON).lines
    assert (line.name, line.requests) == ("progression", 6)
    assert (line.hits, line.served, line.failed, line.cancelled, line.unknown) == (2, 1, 1, 1, 1)


def test_usage_adds_up_money_exactly_and_tokens_but_those_of_hits(store: SqliteStore) -> None:
    keep(
        store,
        row("1", input_tokens=10, output_tokens=20, cost_pico=DOLLAR // 10, saved_pico=0),
        row("2", input_tokens=10, output_tokens=20, cost_pico=DOLLAR // 5, saved_pico=0),
        row("3", ending="hit", input_tokens=10, output_tokens=20, saved_pico=DOLLAR // 10),
    )
    total = usage(store, NOON).total
    assert (total.input_tokens, total.output_tokens) == (20, 40)
    assert (total.cost_usd, total.saved_usd) == (Decimal("0.3"), Decimal("0.1"))


@pytest.mark.parametrize("by", ["task", "model", "user", "endpoint"])
def test_usage_is_grouped_by_what_is_asked_dearest_first(store: SqliteStore, by: str) -> None:
    keep(
        store,
        row("1", **{by: "x"}),
        row("2", **{by: "y"}, cost_pico=5),
        row("3", **{by: "x"}),
        row("4", **{by: "z"}, cost_pico=9),
    )
    assert [(line.name, line.requests) for line in usage(store, NOON, by=by).lines] == [("z", 1), ("y", 1), ("x", 2)]


def test_usage_by_day_follows_the_calendar_of_utc(store: SqliteStore) -> None:
    midnight = NOON - DAY / 2
    keep(store, row("1", at=midnight - 0.001), row("2", at=midnight), row("3", at=NOON), row("4", at=NOON - 40 * DAY))
    lines = usage(store, NOON, days=2, by="day").lines
    assert [(line.name, line.requests) for line in lines] == [("2026-11-20", 1), ("2026-11-21", 2)]
    assert [line.name for line in usage(store, NOON, days=1, by="day").lines] == ["2026-11-21"]


def test_usage_of_nothing_is_a_total_of_nothing(store: SqliteStore) -> None:
    report = usage(store, NOON)
    assert report.lines == ()
    assert report.total == UsageLine("total", 0, 0, 0, 0, 0, 0, 0, 0, Decimal(0), Decimal(0))


def test_an_unknown_aspect_gets_the_nearest(store: SqliteStore) -> None:
    with pytest.raises(UnknownName, match="task"):
        usage(store, NOON, by="tasks")


@pytest.mark.parametrize("days", [0, -1, 10**12])
def test_a_number_of_days_that_is_none_is_refused(store: SqliteStore, days: int) -> None:
    with pytest.raises(BadInput):
        usage(store, NOON, days=days)


def test_a_very_long_time_covers_everything(store: SqliteStore) -> None:
    keep(store, row("1", at=1.0))
    assert usage(store, NOON, days=100_000).total.requests == 1


def test_statistics_tell_who_generated_and_what_was_saved(store: SqliteStore) -> None:
    tiers = ("rules", "small", "medium", "large", "cloud", "cloud")
    keep(store, *(row(str(n), tier=tier, saved_pico=DOLLAR) for n, tier in enumerate(tiers)))
    keep(store, row("hit", ending="hit", tier="cloud"), row("failed", ending="failed", tier="cloud"))
    assert statistics(store) == Statistics(3, 2, 1, 1, Decimal(6))


def test_statistics_start_anew_at_a_reset_and_the_ledger_stays(store: SqliteStore) -> None:
    keep(store, row("1", at=NOON - 1))
    reset_statistics(store, NOON)
    keep(store, row("2", at=NOON))
    assert statistics(store).rule_generations == 1
    assert len(store.rows()) == 2
