"""The last days at a glance: what was asked, spent and saved, by whom and by what, how fast, and what went wrong.

Knows which figures belong together and what they are compared with; leaves adding up to `sums`, words to the doors.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.ledger.books import Books
from partimento.ledger.latency import Latency, latency_of
from partimento.ledger.report import UsageLine, line_of
from partimento.ledger.sums import DAY, ERRORS, FALLBACKS, LATENCY, MAKERS, Sums, summed, total_of

LONGEST = 400
"""Days: as long as the ledger keeps its rows unless it is told otherwise."""


class MakerLine(UsageLine, frozen=True, kw_only=True):
    """A model as its answers are told: `name` is the model's, all empty where no model was asked."""

    tier: str
    provider: str


class Counted(Struct, frozen=True):
    """How many requests there were of that name."""

    name: str
    requests: int


class Period(Struct, frozen=True, kw_only=True):
    """Today and the days before it, `days` in all (UTC). Times in Unix seconds; lines by falling cost, then requests.

    `before` is the time just before, exactly as long. `each_day` has a line for every day, also those without requests.
    `fallbacks` are answers that another model gave than the one that was to be asked first, and `stood_in` who gave
    them. `made` is the latency of answers that were made and not remembered.
    """

    days: int
    since: float
    until: float
    key: str | None
    """Whose requests these are: of one key, or (None) everybody's."""
    total: UsageLine
    before: UsageLine
    each_day: tuple[UsageLine, ...]
    endpoints: tuple[UsageLine, ...]
    models: tuple[MakerLine, ...]
    users: tuple[UsageLine, ...]
    tasks: tuple[UsageLine, ...]
    latency: Latency
    made: Latency
    errors: tuple[Counted, ...]
    fallbacks: int
    stood_in: tuple[Counted, ...]


def period(store: Books, now: float, days: int, key: str | None = None) -> Period:
    """The last `days` days, of all requests or of one key's. Blocks. Raises BadInput."""
    if not 1 <= days <= LONGEST:
        raise BadInput(f"cannot look back on {days} days", why=f"1 to {LONGEST} can be", mend="name 7, 30 or 90")
    first_day, today = int(now // DAY) - days + 1, int(now // DAY)
    first, end = first_day * DAY, now + 1  # a row of this very moment counts

    def groups(aspect: str) -> list[Sums]:
        found = summed(store, first, end, aspect, key)
        return sorted(found, key=lambda group: (-group.cost, -group.requests, group.name))

    def lines(aspect: str) -> tuple[UsageLine, ...]:
        return tuple(line_of(group, aspect) for group in groups(aspect))

    by_day = {int(group.name): group for group in groups("day")}
    before = total_of(summed(store, first - (now - first), first, "day", key))
    latencies, stood_in = groups(LATENCY), _counts(groups(FALLBACKS))
    return Period(
        days=days, since=first, until=now, key=key, total=line_of(total_of(list(by_day.values())), "total"),
        before=line_of(before, "total"),
        each_day=tuple(line_of(by_day.get(day, Sums(str(day))), "day") for day in range(first_day, today + 1)),
        endpoints=lines("endpoint"), models=tuple(map(_maker, groups(MAKERS))), users=lines("user"),
        tasks=lines("task"), latency=latency_of(latencies), made=latency_of(latencies, "served"),
        errors=_counts(groups(ERRORS)), fallbacks=sum(one.requests for one in stood_in), stood_in=stood_in,
    )  # fmt: skip


def day_of_line(line: UsageLine) -> float:
    """When the day of such a line began, in Unix seconds."""
    return datetime.fromisoformat(line.name).replace(tzinfo=UTC).timestamp()


def _maker(group: Sums) -> MakerLine:
    tier, provider, model = group.name.split(",", 2)
    told = msgspec.structs.asdict(line_of(group, MAKERS)) | {"name": model}
    return MakerLine(**told, tier=tier, provider=provider)


def _counts(groups: list[Sums]) -> tuple[Counted, ...]:
    """Commonest first: what is only counted costs nothing, so it comes in that order."""
    return tuple(Counted(group.name, group.requests) for group in groups)
