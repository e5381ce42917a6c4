import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from databases import Place
from partimento.core.errors import BadInput
from partimento.core.money import Money
from partimento.core.ports import LedgerRow
from partimento.core.result import Attempt
from partimento.environment import SystemClock
from partimento.ledger.period import Counted, Period, day_of_line, period
from partimento.ledger.report import UsageLine, requests
from partimento.ledger.sums import DAY, sum_days
from partimento.pipeline.outcomes import kept_attempts
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.store_suite import NOON, row

MIDNIGHT = NOON // DAY * DAY


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


def keep(store: Store, *rows: LedgerRow) -> None:
    async def record() -> None:
        await asyncio.gather(*map(store.record, rows))

    asyncio.run(record())


def attempts(*told: tuple[str, Any]) -> bytes:
    return kept_attempts((Attempt(model, outcome), "") for model, outcome in told)


def test_every_day_has_its_line_also_one_without_requests(store: Store) -> None:
    keep(store, row("1", at=NOON), row("2", at=NOON - 2 * DAY), row("3", at=NOON - 2 * DAY))
    told = period(store, NOON, 4)
    assert [(line.name, line.requests) for line in told.each_day] == [
        ("2026-11-18", 0), ("2026-11-19", 2), ("2026-11-20", 0), ("2026-11-21", 1),
    ]  # fmt: skip
    assert day_of_line(told.each_day[-1]) == MIDNIGHT
    assert (told.since, told.until, told.total.requests) == (MIDNIGHT - 3 * DAY, NOON, 3)


def test_the_time_before_is_exactly_as_long(store: Store) -> None:
    first = MIDNIGHT - DAY  # two days: a day and a half until now
    length = NOON - first
    inside = (first - 1, first - length)
    keep(store, row("now", at=first), row("too old", at=first - length - 1), *(row(str(at), at=at) for at in inside))
    told = period(store, NOON, 2)
    assert (told.total.requests, told.before.requests) == (1, 2)


def test_models_are_told_with_their_tier_and_provider_whatever_their_names_hold(store: Store) -> None:
    named = {"model": "org/a,b", "tier": "small", "provider": "local"}
    keep(store, row("1", **named), row("2", **named), row("3", model="", tier="", provider="", ending="failed"))
    assert [(line.name, line.tier, line.provider, line.requests) for line in period(store, NOON, 7).models] == [
        ("org/a,b", "small", "local", 2), ("", "", "", 1),
    ]  # fmt: skip


def test_a_fallback_is_an_answer_that_the_first_candidate_did_not_give(store: Store) -> None:
    ways = {
        "at once": (b"[]", "big", "served"),
        "mended": (attempts(("big", "flawed"), ("big", "served")), "big", "served"),
        "escalated": (attempts(("small", "flawed"), ("small", "flawed"), ("big", "served")), "big", "served"),
        "out of order": (attempts(("small", "failed"), ("big", "served")), "big", "served"),
        "passed over": (attempts(("bigger", "passed over"), ("big", "served")), "big", "served"),
        "a name that begins alike": (attempts(("big2", "failed"), ("big", "served")), "big", "served"),
        "all failed": (attempts(("small", "failed"), ("big", "failed")), "big", "failed"),
        "remembered": (attempts(("small", "failed"), ("big", "served")), "big", "hit"),
        "spelled in another way": (b'[{"model": "small"}]', "big", "served"),
    }
    keep(store, *(row(n, attempts=told, model=model, ending=ending) for n, (told, model, ending) in ways.items()))
    told = period(store, NOON, 7)
    assert told.fallbacks == 4
    assert told.stood_in == (Counted("big", 4),)


def test_latency_is_that_of_answers_and_of_those_made_anew(store: Store) -> None:
    keep(
        store, row("1", ending="hit", latency_ms=1.24), row("2", latency_ms=0.0), row("3", latency_ms=86_400_000.0),
        row("4", latency_ms=123.4), row("5", ending="failed", latency_ms=9e9),
    )  # fmt: skip
    told = period(store, NOON, 7)
    assert (told.latency.answers, told.latency.p50_ms, told.latency.p95_ms) == (4, 1.2, 86_000_000.0)
    assert (told.made.answers, told.made.p50_ms) == (3, 120.0)


@pytest.mark.parametrize("days", [0, -1, 401, 10**12])
def test_a_number_of_days_that_is_none_is_refused(store: Store, days: int) -> None:
    with pytest.raises(BadInput):
        period(store, NOON, days)


def test_a_key_is_shown_its_own_requests_alone(store: Store) -> None:
    own = {"key": "key_a", "at": NOON - DAY, "cost_pico": 7}
    other = {"key": "key_b", "user": "secret", "ending": "failed", "error": "Gone: away", "at": NOON - DAY}
    keep(store, row("1", **own), row("2", **other), row("3", at=NOON - DAY))
    sum(sum_days(store, NOON, 30))
    told = period(store, NOON, 7, "key_a")
    assert (told.total.requests, told.total.cost_usd) == (1, Money(7).usd)
    assert (told.errors, [line.name for line in told.users]) == ((), [""])
    assert [line.key for line in requests(store, 0.0, 9, key="key_a")] == ["key_a"]
    assert requests(store, 0.0, 9, key="key_a", failed=True) == ()


def test_the_newest_failures_come_without_what_went_well(store: Store) -> None:
    keep(store, row("1"), row("2", error="Gone: a", at=NOON - 2), row("3", error="Cut: b", at=NOON - 1))
    assert [line.error for line in requests(store, 0.0, 9, failed=True)] == ["Cut: b", "Gone: a"]


# ---- against counting by hand ------------------------------------------------------------------------------------

_WAYS = (b"[]", b'[["a","f"],["b","s"]]', b'[["b","x"],["b","r"]]', b'[["a","x"],["a","r"]]')
_FIRST = dict(zip(_WAYS[1:], ("a", "b", "a"), strict=True))
_row = some.fixed_dictionaries(
    {
        "at": some.integers(0, 12).map(lambda half: NOON - half * DAY / 2),
        "task": some.sampled_from(["text", "chat"]),
        "user": some.sampled_from(["", "a,b"]),
        "key": some.sampled_from(["", "key_a"]),
        "model": some.sampled_from(["a", "b"]),
        "endpoint": some.sampled_from(["", "/v1"]),
        "ending": some.sampled_from(["hit", "served", "failed", "cancelled", "unknown"]),
        "saved_by": some.sampled_from(["", "cache", "local", "flight"]),
        "error": some.sampled_from(["", "Cut: off", "Gone"]),
        "attempts": some.sampled_from(_WAYS),
        "latency_ms": some.floats(0.01, 1e6),
        "cost_pico": some.integers(0, 10**12),
        "saved_pico": some.integers(0, 10**12),
    }
)


@settings(max_examples=30, deadline=None)
@given(some.lists(_row, max_size=25), some.integers(1, 6), some.sampled_from([None, "key_a"]), some.booleans())
def test_every_figure_is_what_the_rows_come_to(
    fields: list[dict[str, Any]], days: int, key: str | None, with_sums: bool
) -> None:
    rows = [row(str(number), **changed) for number, changed in enumerate(fields)]
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "p.db", SystemClock())
        try:
            keep(store, *rows)
            if with_sums:
                sum(sum_days(store, NOON, 30))
            told = period(store, NOON, days, key)
        finally:
            store.close()
    first = MIDNIGHT - (days - 1) * DAY
    own = [one for one in rows if key is None or one.key == key]
    _agree(told, [one for one in own if one.at >= first])
    before = [one for one in own if first - (NOON - first) <= one.at < first]
    assert told.before.requests == len(before)
    assert told.before.saved_usd == Money(sum(one.saved_pico for one in before)).usd


def _agree(told: Period, rows: list[LedgerRow]) -> None:
    assert told.total.requests == len(rows)
    assert told.total.cost_usd == Money(sum(one.cost_pico for one in rows)).usd
    assert told.total.saved_usd == Money(sum(one.saved_pico for one in rows)).usd
    assert told.total.hits == sum(one.ending == "hit" for one in rows)
    parts: tuple[tuple[Iterable[UsageLine], Callable[[LedgerRow], str]], ...] = (
        (told.tasks, lambda one: one.task), (told.users, lambda one: one.user), (told.models, lambda one: one.model),
        (told.endpoints, lambda one: one.endpoint),
    )  # fmt: skip
    for lines, name in parts:
        assert {line.name: line.requests for line in lines} == Counter(map(name, rows))
        assert sum(line.cost_usd for line in lines) == told.total.cost_usd
        assert sum(line.saved_usd for line in lines) == told.total.saved_usd
    assert sum(line.requests for line in told.each_day) == len(rows)
    assert {one.name: one.requests for one in told.errors} == Counter(
        one.error.split(":")[0] for one in rows if one.error
    )
    stood_in = [one for one in rows if one.ending == "served" and _FIRST.get(one.attempts, one.model) != one.model]
    assert told.fallbacks == len(stood_in)
    answered = sorted(one.latency_ms for one in rows if one.ending in ("hit", "served"))
    assert told.latency.answers == len(answered)
    for percent, found in ((50, told.latency.p50_ms), (95, told.latency.p95_ms)):
        if not answered:
            assert found is None
        else:
            exact = answered[-(-len(answered) * percent // 100) - 1]
            assert found == pytest.approx(exact, rel=0.0501)
