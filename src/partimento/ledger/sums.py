"""What requests came to, added up by any aspect: from the sums of whole days, and from rows where there are none.

Knows how sums are made, kept and put together; leaves what they are called and shown as to `report`. A day's sums are
written with its mark in one transaction, and a row that comes later takes the mark away, in the transaction that brings
it. So a report has the same figures with sums as without, whatever is killed when.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal, get_args

from msgspec import Struct
from msgspec.structs import astuple

from partimento.ledger.books import Books
from partimento.store.database import Session

Aspect = Literal["day", "task", "model", "user", "endpoint", "genre", "key", "provider", "tier", "task,genre"]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
ERRORS = "error"
MAKERS = "tier,provider,model"
LATENCY = "latency"
FALLBACKS = "fallbacks"
DAY = 86_400.0
SETTLED_S = 900.0  # after midnight, when what began before it has mostly ended


class Sums(Struct):
    """One group. Sums of nothing come as None, and some databases' sums are no int."""

    name: str
    requests: int = 0
    hits: int = 0
    failed: int = 0
    cancelled: int = 0
    unknown: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int = 0
    saved: int = 0
    saved_cache: int = 0
    saved_flight: int = 0

    def __post_init__(self) -> None:
        for field in _COUNTS:
            setattr(self, field, int(getattr(self, field) or 0))

    def add(self, other: Sums) -> None:
        for field in _COUNTS:
            setattr(self, field, getattr(self, field) + getattr(other, field))


_COUNTS = Sums.__struct_fields__[1:]
_COUNTED = {ERRORS: "errors_between", LATENCY: "latencies_between", FALLBACKS: "fallbacks_between"}
"""What is counted by name and no more, and the questions that count it in rows."""
_KEPT = (*ASPECTS, MAKERS, *_COUNTED)


def total_of(groups: list[Sums]) -> Sums:
    """The sum of all, as whole pico-dollars."""
    total = Sums("total")
    for group in groups:
        total.add(group)
    return total


def summed(store: Books, first: float, end: float, aspect: str, key: str | None = None) -> list[Sums]:
    """The groups of [first, end), in no order; `aspect` may be ERRORS, MAKERS, LATENCY or FALLBACKS, too. `key`: of the
    requests of one key alone, for which no sums are kept: its rows are read."""
    if key is not None:
        return _by_name(_scanned(store, first, end, aspect, key))
    days = range(int(-(-first // DAY)), int(end // DAY))
    asked = "counts_of_days" if aspect in _COUNTED else "usage_of_days"
    while True:
        marks = _marks(store, days)
        found = store.ask(asked, days.start, days.stop, aspect) if marks else []
        if _marks(store, days) == marks:  # else a day was summed, or changed, while sums were read
            break
    for since, until in _gaps(first, end, sorted(marks)):
        found += _scanned(store, since, until, aspect)  # also of a day that is summed meanwhile: its sums were not read
    return _by_name(found)


def sum_days(store: Books, now: float, days: int) -> Iterator[int]:
    """Sum what days are over and not summed yet, of those that are kept (`days` days; 0: all); 1 for each."""
    oldest = store.ask("first_row_at")[0][0]
    if oldest is None:
        return
    first = max(int(oldest // DAY), int(now // DAY) - days + 1 if days else 0)
    over = range(first, int((now - SETTLED_S) // DAY))
    marks = _marks(store, over)
    for day in over:
        if day not in marks:
            _sum_day(store, day, now)
            yield 1


def forget_days(store: Books, before: float) -> None:
    """Keep no sums of days from which rows are about to go."""
    last = int(before // DAY)
    store.tell("drop_days_before", last)
    store.tell("drop_usage_before", last)


def _sum_day(store: Books, day: int, now: float) -> None:
    mark, since = -now, day * DAY
    store.tell("begin_day", day, mark)
    lines = [
        (aspect, day, *astuple(group))
        for aspect in _KEPT
        for group in _by_name(_scanned(store, since, since + DAY, aspect))
    ]

    def work(db: Session) -> None:
        if db.execute("end_day", (now, day, mark)).rowcount:
            db.execute("drop_usage_of_day", (day,))
            db.executemany("put_usage_of_day", lines)

    store.write(work)


def _scanned(store: Books, since: float, until: float, aspect: str, key: str | None = None) -> list[Any]:
    if aspect in _COUNTED:
        return store.ask(_COUNTED[aspect], since, until, key)
    return store.ask("usage", since, until, aspect, key)


def _marks(store: Books, days: range) -> dict[int, float]:
    return dict(store.ask("summed_days", days.start, days.stop)) if days else {}


def _gaps(first: float, end: float, days: list[int]) -> Iterator[tuple[float, float]]:
    """The times in [first, end) that lie on none of these days."""
    edges = [first, *(edge for day in days for edge in (day * DAY, (day + 1) * DAY)), end]
    for since, until in list(pairwise(edges))[::2]:
        if since < until:
            yield since, until


def _by_name(rows: list[Any]) -> list[Sums]:
    groups: dict[str, Sums] = {}
    for row in rows:
        group = Sums(*row)
        if group.name in groups:
            groups[group.name].add(group)
        else:
            groups[group.name] = group
    return list(groups.values())
