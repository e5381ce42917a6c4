"""Reports on the ledger: usage by one aspect, and the statistics of all. Knows figures; leaves tables to the doors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.core.money import Money
from partimento.core.ports import Ending, Saver
from partimento.ledger.books import Books
from partimento.ledger.sums import ASPECTS, DAY, ERRORS, Aspect, Sums, summed, total_of

_RESET = "statistics_since"


class UsageLine(Struct, frozen=True, kw_only=True):
    """Requests of one name and how they ended. Tokens are those that were used: a hit uses none. US dollars, exact.

    `saved_usd` is the sum of its three parts. `detail` is the genre, by task and genre; `hit_rate` goes from 0 to 1.
    """

    name: str
    requests: int = 0
    hits: int = 0
    served: int = 0
    failed: int = 0
    cancelled: int = 0
    unknown: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    saved_usd: Decimal = Decimal(0)
    saved_cache_usd: Decimal = Decimal(0)
    """An answer remembered: what it had cost."""
    saved_local_usd: Decimal = Decimal(0)
    """An answer made here: what the cloud would have taken for it."""
    saved_flight_usd: Decimal = Decimal(0)
    """An answer that somebody else was just being given: what that one cost."""
    hit_rate: float = 0.0
    detail: str = ""


class ErrorCount(Struct, frozen=True):
    """How many requests ended in this kind of error."""

    kind: str
    requests: int


class UsageReport(Struct, frozen=True):
    """Lines by falling cost, then requests (days: in their order), and their sum. Times in Unix seconds."""

    by: Aspect
    since: float
    until: float
    lines: tuple[UsageLine, ...]
    total: UsageLine
    errors: tuple[ErrorCount, ...] = ()


class Statistics(Struct, frozen=True):
    """Counts since the last reset, over the rows the ledger still keeps."""

    local_generations: int
    cloud_generations: int
    rule_generations: int
    cache_hits: int
    estimated_cost_saved_usd: Decimal


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
    genre: str = ""
    key: str = ""
    provider: str = ""
    saved_by: Saver = ""


def usage(
    store: Books,
    now: float,
    days: int = 30,
    by: str = "task",
    *,
    since: date | None = None,
    until: date | None = None,
) -> UsageReport:
    """Today and the days before it, `days` in all (UTC), or the days from `since` to `until`, both counted in;
    grouped by an aspect. Raises UnknownName, BadInput.
    """
    aspect = _aspect(by)
    first, last = _span(now, days, since, until)
    end = last + 1 if last == now else last  # a row of this very moment counts
    groups = summed(store, first, end, aspect)
    groups.sort(key=(lambda g: int(g.name)) if aspect == "day" else lambda g: (-g.cost, -g.requests, g.name))
    errors = sorted(summed(store, first, end, ERRORS), key=lambda g: (-g.requests, g.name))
    return UsageReport(
        by=aspect, since=first, until=last, lines=tuple(line_of(group, aspect) for group in groups),
        total=line_of(total_of(groups), "task"), errors=tuple(ErrorCount(g.name, g.requests) for g in errors),
    )  # fmt: skip


def requests(
    store: Books, since: float, most: int = 100, until: float = 1e12, *, key: str | None = None, failed: bool = False
) -> tuple[RequestLine, ...]:
    """The newest requests in [since, until), newest first. `key`: those of one key; `failed`: those an error ended."""
    asked = "failures_between" if failed else "requests_between"
    return tuple(_request(*row) for row in store.ask(asked, since, until, most, key))


def statistics(store: Books) -> Statistics:
    """Generations by kind, hits, and what they saved."""
    reset = store.ask("fact", _RESET)
    local, cloud, rules, hits, saved = store.ask("statistics", float(reset[0][0]) if reset else 0.0)[0]
    return Statistics(local, cloud, rules, hits, Money(int(saved)).usd)


def reset_statistics(store: Books, now: float) -> None:
    """Count from now on. The ledger keeps its rows."""
    store.tell("set_fact", _RESET, repr(now))


def line_of(group: Sums, aspect: str) -> UsageLine:
    """A group as it is told."""
    cache, flight = group.saved_cache, group.saved_flight
    name, detail = group.name, ""
    if aspect == "day":
        name = datetime.fromtimestamp(int(name) * DAY, UTC).date().isoformat()
    elif aspect == "task,genre":
        name, _, detail = name.partition(",")
    return UsageLine(
        name=name, detail=detail, requests=group.requests, hits=group.hits, failed=group.failed,
        served=group.requests - group.hits - group.failed - group.cancelled - group.unknown,
        cancelled=group.cancelled, unknown=group.unknown, input_tokens=group.input_tokens,
        output_tokens=group.output_tokens, cost_usd=Money(group.cost).usd, saved_usd=Money(group.saved).usd,
        saved_cache_usd=Money(cache).usd, saved_local_usd=Money(group.saved - cache - flight).usd,
        saved_flight_usd=Money(flight).usd, hit_rate=round(group.hits / group.requests, 4) if group.requests else 0.0,
    )  # fmt: skip


def _request(*row: Any) -> RequestLine:
    (at, task, endpoint, user, model, tier, ending, cost, saved, latency_ms, memory_id, error, *rest) = row
    return RequestLine(
        at, task, endpoint, user, model, tier, ending, ending == "hit", Money(cost).usd, Money(saved).usd, latency_ms,
        memory_id, error, *rest,
    )  # fmt: skip


def _aspect(by: str) -> Aspect:
    for aspect in ASPECTS:
        if by == aspect:
            return aspect
    raise UnknownName("aspect of usage", by, ASPECTS)


def _span(now: float, days: int, since: date | None, until: date | None) -> tuple[float, float]:
    """From the first moment to the last; `now` where the report goes on to now."""
    last = now if until is None else min(now, _midnight(until) + DAY)
    if since is not None:
        first = _midnight(since)
    else:
        ends = datetime.fromtimestamp(last - (last != now), UTC).date()
        try:
            if days < 1:
                raise ValueError("a report covers one day at least")
            first = max(0.0, _midnight(ends - timedelta(days=days - 1)))
        except (OverflowError, ValueError) as error:
            raise BadInput(
                f"cannot report on {days} days", why=str(error), mend="name a number from 1 on: 30"
            ) from error
    if first > last:
        raise BadInput("the report would end before it begins", why="`since` is after `until`", mend="swap them")
    return first, last


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
