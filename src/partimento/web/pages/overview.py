"""The Overview: what was asked, spent and saved in the last days, by whom and by what, and what goes on now.

Knows what stands on the page and in its files; leaves figures to `ledger.period`, shapes to `charts`. A key with limits
sees its own requests alone, and neither models nor jobs nor what can be trained on, which are the owner's.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError, UnknownName
from partimento.decoding.schema import encode
from partimento.flywheel.review_queue import GOAL, READY_RATING
from partimento.ledger.period import LONGEST, MakerLine, Period
from partimento.ledger.report import RequestLine, UsageLine, requests
from partimento.library.job import Progress
from partimento.pool.front import IN_MEMORY
from partimento.pool.messages import Resident
from partimento.web.charts import day_chart, shares
from partimento.web.figures import share
from partimento.web.layout import page
from partimento.web.visit import Answer, Moved, Place, Sent, Visit

DAYS = (7, 30, 90)
USUAL = 30
NEWEST = 15
TOP = 8
"""Lines of a table; the file has all."""
_ERRORS_READ = 200
_POOL_S = 0.3  # the page does not wait for a pool that is slow to answer
TABLES = {
    "day": "each_day", "endpoint": "endpoints", "model": "models", "user": "users", "task": "tasks",
}  # fmt: skip
"""What a file can be grouped by, and where a period has it."""


class Failure(Struct, frozen=True):
    """A kind of error: how often in the period, and its last request (None: its row is gone)."""

    kind: str
    requests: int
    last: RequestLine | None


class Now(Struct, frozen=True):
    """What goes on at this moment. `models` None: the pool did not tell."""

    models: tuple[Resident, ...] | None
    jobs: tuple[Progress, ...]


class Seen(Struct, frozen=True):
    """What the store says for the page."""

    period: Period
    newest: tuple[RequestLine, ...]
    failures: tuple[Failure, ...]
    ready: int
    """Items that can be trained on."""
    ever: bool
    """Whether anything was ever asked."""


async def overview(visit: Visit) -> Answer:
    """GET /overview?days=30: another number of days leads to the nearest that there is."""
    asked = days_of(visit)
    days = min(DAYS, key=lambda known: abs(known - asked))
    if asked != days:
        return Moved(f"/overview?days={days}")
    seen, now = await asyncio.gather(asyncio.to_thread(_seen, visit, days), _now(visit))
    told = seen.period
    saved = shares(
        (
            ("cache", told.total.saved_cache_usd, "answers remembered"),
            ("local", told.total.saved_local_usd, "answers made on your machines"),
            ("flight", told.total.saved_flight_usd, "questions asked twice at the same time"),
        )
    )
    return page(
        visit, "overview.html", seen=seen, period=told, current=now, days=days, choices=DAYS, top=TOP,
        chart=day_chart(told.each_day), saved=saved, asked_change=change(told.total.requests, told.before.requests),
        spent_change=change(told.total.cost_usd, told.before.cost_usd),
        saved_change=change(told.total.saved_usd, told.before.saved_usd),
        hit_change=points(told.total, told.before), even=even_money, goal=GOAL,
    )  # fmt: skip


async def as_json(visit: Visit) -> Sent:
    """GET /overview.json?days=30: every figure of the page, with all lines."""
    told = await asyncio.to_thread(visit.client.lately.period, days_of(visit), visit.holder)
    return Sent(encode(told), "application/json")


async def as_csv(visit: Visit) -> Sent:
    """GET /overview.csv?days=30&by=day: one table of the page, with all lines. Raises UnknownName."""
    by = visit.query.get("by", "day")
    if by not in TABLES:
        raise UnknownName("table of the overview", by[:80], TABLES)
    days = days_of(visit)
    told = await asyncio.to_thread(visit.client.lately.period, days, visit.holder)
    return Sent(_csv(getattr(told, TABLES[by]), by), "text/csv; charset=utf-8", f"partimento-by-{by}-{days}-days.csv")


def days_of(visit: Visit) -> int:
    """How many days are asked for. Raises BadInput."""
    told = visit.query.get("days", "") or str(USUAL)
    try:
        days = int(told)
    except ValueError as error:
        why = f"{told[:40]!r} is no whole number"
        raise BadInput("cannot tell how many days are meant", why=why, mend="/overview?days=30") from error
    if not 1 <= days <= LONGEST:
        raise BadInput(f"cannot look back on {told[:40]} days", why=f"1 to {LONGEST} can be", mend="/overview?days=30")
    return days


def change(now: Any, before: Any) -> str:
    """Against the time before, in words that its name follows: "12 % more than". "" where there is nothing to compare
    with, or next to nothing."""
    if not before or now > before * 100:
        return ""
    ratio = float(now / before)
    if 0.995 <= ratio <= 1.005:
        return "the same as"
    if ratio >= 1.95:
        return f"{ratio:.1f} times".replace(".0 ", " ")
    return f"{share(abs(ratio - 1))} {'more' if ratio > 1 else 'less'} than"


def points(now: UsageLine, before: UsageLine) -> str:
    """How the hit rate moved, in points of a hundred; "" where there is nothing to compare with."""
    if not (now.requests and before.requests):
        return ""
    moved = round((now.hit_rate - before.hit_rate) * 100)
    if not moved:
        return "as in"
    return f"{'+' if moved > 0 else '−'}{abs(moved)} point{'' if abs(moved) == 1 else 's'} on"


def even_money(amounts: Sequence[Decimal]) -> tuple[str, ...]:
    """A column of money, each amount with as many digits as the others: four where all are below a dollar."""
    digits = 2 if max(amounts, default=Decimal(0)) >= 1 else 4
    least = Decimal(1).scaleb(-digits)
    return tuple(
        "$0" if not amount else f"under ${least}" if 0 < amount < least / 2 else f"${amount:,.{digits}f}"
        for amount in amounts
    )


def _seen(visit: Visit, days: int) -> Seen:
    store, holder = visit.client.store, visit.holder
    told = visit.client.lately.period(days, holder)
    newest = requests(store, 0.0, NEWEST, key=holder)
    failed = requests(store, told.since, _ERRORS_READ, key=holder, failed=True) if told.errors else ()
    last: dict[str, RequestLine] = {}
    for line in failed:
        last.setdefault(line.error.partition(":")[0], line)
    failures = tuple(Failure(one.name, one.requests, last.get(one.name)) for one in told.errors)
    ready = store.ask("reviews_training_ready", READY_RATING)[0][0] if visit.owner else 0
    return Seen(told, newest, failures, ready, bool(newest))


async def _now(visit: Visit) -> Now:
    if not visit.owner:
        return Now((), ())
    jobs, models = await asyncio.gather(asyncio.to_thread(_jobs, visit), _in_memory(visit))
    return Now(models, jobs)


def _jobs(visit: Visit) -> tuple[Progress, ...]:
    library = visit.client.library
    return tuple(library.watched(job.id) for job in library.shelf.jobs() if job.state == "running")


async def _in_memory(visit: Visit) -> tuple[Resident, ...] | None:
    """What the pool holds; nothing is started to find out."""
    local = await asyncio.to_thread(lambda: visit.client.local)
    try:
        status = (await asyncio.wait_for(local.status(), _POOL_S)).status
    except (PartimentoError, TimeoutError):
        return None
    return tuple(one for one in status.models if one.state in IN_MEMORY) if status else ()


def _csv(lines: Sequence[UsageLine], by: str) -> bytes:
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\r\n")
    kind = MakerLine if by == "model" else UsageLine
    columns = [name for name in kind.__struct_fields__ if name != "detail"]
    writer.writerow([by if name == "name" else name for name in columns])
    for line in lines:
        writer.writerow([_cell(getattr(line, name)) for name in columns])
    return told.getvalue().encode()


def _cell(value: Any) -> str:
    """What a spreadsheet takes for text where it is text: a formula in a name is told and not computed."""
    if not isinstance(value, str):
        return f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


places = (
    Place(method="GET", path="/overview", opened=overview, summary="What was asked, spent and saved"),
    Place(method="GET", path="/overview.json", opened=as_json, summary="The same as JSON"),
    Place(method="GET", path="/overview.csv", opened=as_csv, summary="A table of it as CSV"),
)
