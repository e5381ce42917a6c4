import asyncio
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from databases import Place
from partimento.core.errors import BadInput, UnknownName
from partimento.core.money import Money
from partimento.core.ports import LedgerRow
from partimento.environment import SystemClock
from partimento.ledger.report import (
    ErrorCount,
    Statistics,
    UsageLine,
    requests,
    reset_statistics,
    statistics,
    usage,
)
from partimento.ledger.sums import ASPECTS
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.store_suite import DAY, NOON, row

DOLLAR = Money.of(1).pico


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


def keep(store: Store, *rows: LedgerRow) -> None:
    async def record() -> None:
        await asyncio.gather(*map(store.record, rows))

    asyncio.run(record())


def test_usage_counts_requests_by_their_ending(store: Store) -> None:
    endings = ("hit", "hit", "served", "failed", "cancelled", "unknown")
    keep(store, *(row(str(n), ending=ending) for n, ending in enumerate(endings)))
    (line,) = usage(store, NOON).lines
    assert (line.name, line.requests) == ("progression", 6)
    assert (line.hits, line.served, line.failed, line.cancelled, line.unknown) == (2, 1, 1, 1, 1)


def test_usage_adds_up_money_exactly_and_tokens_but_those_of_hits(store: Store) -> None:
    keep(
        store,
        row("1", input_tokens=10, output_tokens=20, cost_pico=DOLLAR // 10, saved_pico=0),
        row("2", input_tokens=10, output_tokens=20, cost_pico=DOLLAR // 5, saved_pico=0),
        row("3", ending="hit", input_tokens=10, output_tokens=20, saved_pico=DOLLAR // 10),
    )
    total = usage(store, NOON).total
    assert (total.input_tokens, total.output_tokens) == (20, 40)
    assert (total.cost_usd, total.saved_usd) == (Decimal("0.3"), Decimal("0.1"))


@pytest.mark.parametrize("by", ["task", "model", "user", "endpoint", "genre", "key", "provider", "tier"])
def test_usage_is_grouped_by_what_is_asked_dearest_first(store: Store, by: str) -> None:
    keep(
        store,
        row("1", **{by: "x"}),
        row("2", **{by: "y"}, cost_pico=5),
        row("3", **{by: "x"}),
        row("4", **{by: "z"}, cost_pico=9),
    )
    assert [(line.name, line.requests) for line in usage(store, NOON, by=by).lines] == [("z", 1), ("y", 1), ("x", 2)]


def test_usage_by_day_follows_the_calendar_of_utc(store: Store) -> None:
    midnight = NOON - DAY / 2
    keep(store, row("1", at=midnight - 0.001), row("2", at=midnight), row("3", at=NOON), row("4", at=NOON - 40 * DAY))
    lines = usage(store, NOON, days=2, by="day").lines
    assert [(line.name, line.requests) for line in lines] == [("2026-11-20", 1), ("2026-11-21", 2)]
    assert [line.name for line in usage(store, NOON, days=1, by="day").lines] == ["2026-11-21"]


def test_usage_of_nothing_is_a_total_of_nothing(store: Store) -> None:
    report = usage(store, NOON)
    assert report.lines == ()
    assert report.total == UsageLine(name="total")


def test_an_unknown_aspect_gets_the_nearest(store: Store) -> None:
    with pytest.raises(UnknownName, match="task"):
        usage(store, NOON, by="tasks")


@pytest.mark.parametrize("days", [0, -1, 10**12])
def test_a_number_of_days_that_is_none_is_refused(store: Store, days: int) -> None:
    with pytest.raises(BadInput):
        usage(store, NOON, days=days)


def test_a_very_long_time_covers_everything(store: Store) -> None:
    keep(store, row("1", at=1.0))
    assert usage(store, NOON, days=100_000).total.requests == 1


def test_statistics_tell_who_generated_and_what_was_saved(store: Store) -> None:
    tiers = ("rules", "small", "medium", "large", "cloud", "cloud")
    keep(store, *(row(str(n), tier=tier, saved_pico=DOLLAR) for n, tier in enumerate(tiers)))
    keep(store, row("hit", ending="hit", tier="cloud"), row("failed", ending="failed", tier="cloud"))
    assert statistics(store) == Statistics(3, 2, 1, 1, Decimal(6))


def test_statistics_start_anew_at_a_reset_and_the_ledger_stays(store: Store) -> None:
    keep(store, row("1", at=NOON - 1))
    reset_statistics(store, NOON)
    keep(store, row("2", at=NOON))
    assert statistics(store).rule_generations == 1
    assert len(store.rows()) == 2


def test_saved_money_is_told_by_what_saved_it(store: Store) -> None:
    keep(
        store,
        row("1", ending="hit", saved_by="cache", saved_pico=1),
        row("2", ending="hit", saved_by="flight", saved_pico=20),
        row("3", saved_by="local", saved_pico=300),
        row("4", ending="hit", saved_pico=4000),
        row("5", saved_pico=50_000),
    )
    total = usage(store, NOON).total
    assert total.saved_cache_usd == Money(4001).usd
    assert total.saved_flight_usd == Money(20).usd
    assert total.saved_local_usd == Money(50_300).usd
    assert total.saved_usd == Money(54_321).usd


def test_usage_by_task_and_genre_tells_both(store: Store) -> None:
    keep(store, row("1", genre="jazz"), row("2", genre="jazz"), row("3", genre="blues"), row("4", task="text"))
    lines = usage(store, NOON, by="task,genre").lines
    assert [(line.name, line.detail, line.requests) for line in lines] == [
        ("progression", "jazz", 2),
        ("progression", "blues", 1),
        ("text", "", 1),
    ]


def test_usage_tells_the_hit_rate_and_the_kinds_of_errors(store: Store) -> None:
    failed = {"ending": "failed", "error": "EngineFault: the stream was cut: twice"}
    keep(store, row("1", ending="hit"), row("2"), row("3", **failed), row("4", **failed), row("5", error="Odd"))
    report = usage(store, NOON)
    assert report.total.hit_rate == 0.2
    assert report.errors == (ErrorCount("EngineFault", 2), ErrorCount("Odd", 1))


def test_usage_between_two_days_takes_both_in(store: Store) -> None:
    keep(store, *(row(str(n), at=NOON - n * DAY) for n in range(6)))
    lines = usage(store, NOON, by="day", since=date(2026, 11, 18), until=date(2026, 11, 19)).lines
    assert [line.name for line in lines] == ["2026-11-18", "2026-11-19"]
    assert usage(store, NOON, days=2, until=date(2026, 11, 19), by="day").lines == lines
    assert usage(store, NOON, since=date(2026, 11, 20), until=date(2027, 1, 1)).total.requests == 2


def test_a_report_cannot_end_before_it_begins(store: Store) -> None:
    with pytest.raises(BadInput):
        usage(store, NOON, since=date(2026, 11, 20), until=date(2026, 11, 18))


def test_the_newest_requests_come_first_and_none_from_outside_the_time(store: Store) -> None:
    keep(store, row("1", at=NOON - 9), row("2", at=NOON - 5, key="k", genre="jazz"), row("3", at=NOON))
    assert [line.at for line in requests(store, NOON - 9)] == [NOON, NOON - 5, NOON - 9]
    (line,) = requests(store, NOON - 6, 9, NOON)
    assert (line.key, line.genre, line.provider) == ("k", "jazz", "rules")


_pico = some.integers(0, 9_000_000_000_000)
_row = some.fixed_dictionaries(
    {
        "at": some.floats(NOON - 3 * DAY, NOON),
        "task": some.sampled_from(["text", "chat"]),
        "genre": some.sampled_from(["", "jazz", "blues"]),
        "user": some.sampled_from(["", "a,b"]),
        "key": some.sampled_from(["", "k"]),
        "ending": some.sampled_from(["hit", "served", "failed", "cancelled", "unknown"]),
        "saved_by": some.sampled_from(["", "cache", "local", "flight"]),
        "input_tokens": some.integers(0, 10**6),
        "cost_pico": _pico,
        "saved_pico": _pico,
    }
)


@settings(max_examples=25)
@given(some.lists(_row, max_size=30))
def test_every_grouping_sums_up_to_the_same_to_the_last_pico(rows: list[dict[str, object]]) -> None:
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "p.db", SystemClock())
        try:
            keep(store, *(row(str(n), **changed) for n, changed in enumerate(rows)))
            reports = [usage(store, NOON, by=aspect) for aspect in ASPECTS]
        finally:
            store.close()
    total = reports[0].total
    assert total.requests == len(rows)
    assert total.cost_usd == Money(sum(int(str(changed["cost_pico"])) for changed in rows)).usd
    assert total.saved_usd == total.saved_cache_usd + total.saved_local_usd + total.saved_flight_usd
    for report in reports:
        assert report.total == total
        assert sum(line.cost_usd for line in report.lines) == total.cost_usd
        assert sum(line.saved_usd for line in report.lines) == total.saved_usd
        assert sum(line.requests for line in report.lines) == total.requests
