"""`partimento usage`: the ledger, summed. Knows its table only."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import msgspec

from partimento.cli.client import store
from partimento.cli.output import json_option, print_json, print_table
from partimento.ledger import report as ledger
from partimento.ledger.accounts import list_keys
from partimento.upkeep import amounts


@click.command()
@click.option(
    "--days", type=click.IntRange(1, 36_500), default=30, show_default=True, help="The last day and those before (UTC)."
)
@click.option("--since", help="The first day, in place of --days: 2026-11-01.")
@click.option("--until", help="The last day. [default: today]")
@click.option(
    "--by",
    default="task",
    show_default=True,
    help="day, task, genre, task,genre, model, provider, tier, user, key or endpoint.",
)
@click.option("--rows", type=click.IntRange(min=0), default=0, help="Also show the newest requests, so many.")
@json_option
def usage(days: int, since: str | None, until: str | None, by: str, rows: int, as_json: bool) -> None:
    """What was asked, answered from memory, spent and saved. With --json also the newest requests, a row each."""
    first, last = (None if words is None else amounts.day(words) for words in (since, until))
    with store() as (database, clock):
        report = ledger.usage(database, clock.now(), days, by, since=first, until=last)
        newest = ledger.requests(database, report.since, rows or (100 if as_json else 0), report.until + 1)
        names = {key.id: key.name for key in list_keys(database)} if by == "key" else {}
    if as_json:
        print_json({**msgspec.structs.asdict(report), "rows": newest})
        return
    _print(report, names)
    if newest:
        told = ("when (UTC)", "task", "model", "ending", "cost", "saved", "ms", "error")
        print_table("The newest requests", told, [_row_cells(line) for line in newest])


def _print(report: ledger.UsageReport, names: dict[str, str]) -> None:
    shown = [_cells(line, report, names) for line in (*report.lines, report.total)]
    counts = ("requests", "hits", "served", "failed", "tokens in", "tokens out")
    money = ("cost", "saved", "by cache", "by local", "by waiting")
    columns = (report.by.replace(",", " · "), *counts, *money)
    print_table(f"{_day(report.since)} to {_day(report.until)} (UTC)", columns, shown, right=columns[1:])
    if report.errors:
        told = [(error.kind, str(error.requests)) for error in report.errors]
        print_table("How requests failed", ("error", "requests"), told, right=("requests",))


def _cells(line: ledger.UsageLine, report: ledger.UsageReport, names: dict[str, str]) -> tuple[str, ...]:
    name = names.get(line.name, line.name) or "-"
    if report.by == "task,genre" and line is not report.total:
        name = f"{name} · {line.detail or '-'}"
    hits = f"{line.hits} ({line.hit_rate:.0%})" if line.hits else "0"
    lost = line.failed + line.cancelled + line.unknown
    money = (line.cost_usd, line.saved_usd, line.saved_cache_usd, line.saved_local_usd, line.saved_flight_usd)
    counts = (line.served, lost, line.input_tokens, line.output_tokens)
    return (name, str(line.requests), hits, *map(str, counts), *(f"${amount:f}" for amount in money))


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def _row_cells(line: ledger.RequestLine) -> tuple[str, ...]:
    when = datetime.fromtimestamp(line.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    cost, saved = f"${line.cost_usd:f}", f"${line.saved_usd:f}"
    return (when, line.task, line.model or "-", line.ending, cost, saved, f"{line.latency_ms:.1f}", line.error)
