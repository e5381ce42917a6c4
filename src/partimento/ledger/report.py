"""Reports on the ledger: usage by one aspect, and the statistics of all. Knows figures; leaves tables to the doors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args

from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.core.money import Money
from partimento.core.ports import Ending
from partimento.store.sqlite import SqliteStore

Aspect = Literal["day", "task", "model", "user", "endpoint"]
_RESET = "statistics_since"


class UsageLine(Struct, frozen=True):
    """Requests of one name and how they ended. Tokens are those that were used: a hit uses none. US dollars, exact."""

    name: str
    requests: int
    hits: int
    served: int
    failed: int
    cancelled: int
    unknown: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    saved_usd: Decimal


_COUNTS = UsageLine.__struct_fields__[:-2]


class UsageReport(Struct, frozen=True):
    """Lines by falling cost, then requests (days: in their order), and their sum. Times in Unix seconds."""

    by: Aspect
    since: float
    until: float
    lines: tuple[UsageLine, ...]
    total: UsageLine


class Statistics(Struct, frozen=True):
    """Counts since the last reset, over the rows the ledger still keeps."""

    local_generations: int
    cloud_generations: int
    rule_generations: int
    cache_hits: int
    estimated_cost_saved_usd: Decimal


def usage(store: SqliteStore, now: float, days: int = 30, by: str = "task") -> UsageReport:
    """Today and the days before it, `days` in all (UTC), grouped by an aspect. Raises UnknownName, BadInput."""
    aspect = _aspect(by)
    since = _first_moment(now, days)
    found = store.ask("usage", aspect, since, now + 1)  # a row of this very moment counts
    lines = [_line(row) for row in found]
    if aspect == "day":
        lines.sort(key=lambda line: line.name)
    return UsageReport(aspect, since, now, tuple(lines), _total(lines))


class RequestLine(Struct, frozen=True):
    """One request as the ledger has it. `at` in Unix seconds, money in US dollars, exact."""

    at: float
    task: str
    endpoint: str
    user: str
    model: str
    tier: str
    ending: Ending
    cached: bool
    cost_usd: Decimal
    saved_usd: Decimal
    latency_ms: float
    memory_id: str
    error: str


def requests(store: SqliteStore, since: float, most: int = 100) -> tuple[RequestLine, ...]:
    """The newest requests since a moment, newest first."""
    return tuple(
        RequestLine(
            row.at, row.task, row.endpoint, row.user, row.model, row.tier, row.ending, row.ending == "hit",
            Money(row.cost_pico).usd, Money(row.saved_pico).usd, row.latency_ms, row.memory_id, row.error,
        )
        for row in store.rows(since, most)
    )  # fmt: skip


def statistics(store: SqliteStore) -> Statistics:
    """Generations by kind, hits, and what they saved."""
    reset = store.ask("fact", _RESET)
    local, cloud, rules, hits, saved = store.ask("statistics", float(reset[0][0]) if reset else 0.0)[0]
    return Statistics(local, cloud, rules, hits, Money(saved).usd)


def reset_statistics(store: SqliteStore, now: float) -> None:
    """Count from now on. The ledger keeps its rows."""
    store.tell("set_fact", _RESET, repr(now))


def _aspect(by: str) -> Aspect:
    aspects: tuple[Aspect, ...] = get_args(Aspect)
    for aspect in aspects:
        if by == aspect:
            return aspect
    raise UnknownName("aspect of usage", by, aspects)


def _first_moment(now: float, days: int) -> float:
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        if days < 1:
            raise ValueError("a report covers one day at least")
        return max(0.0, (today - timedelta(days=days - 1)).timestamp())
    except (OverflowError, ValueError) as error:
        raise BadInput(f"cannot report on {days} days", why=str(error), mend="name a number from 1 on: 30") from error


def _line(row: tuple[Any, ...]) -> UsageLine:
    *counts, cost, saved = row
    return UsageLine(**_counted(counts), cost_usd=Money(cost).usd, saved_usd=Money(saved).usd)


def _total(lines: list[UsageLine]) -> UsageLine:
    counts = [sum(getattr(line, field) for line in lines) for field in _COUNTS[1:]]
    cost, saved = (sum((getattr(line, field) for line in lines), Decimal(0)) for field in ("cost_usd", "saved_usd"))
    return UsageLine(**_counted(["total", *counts]), cost_usd=cost, saved_usd=saved)


def _counted(counts: list[Any]) -> dict[str, Any]:
    return dict(zip(_COUNTS, counts, strict=True))
