"""`partimento usage`: the ledger, summed. Knows its table only."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import msgspec

from partimento.cli.client import store
from partimento.cli.output import json_option, print_json, print_table
from partimento.ledger import report as ledger


@click.command()
@click.option(
    "--days", type=click.IntRange(1, 36_500), default=30, show_default=True, help="Today and the days before it (UTC)."
)
@click.option("--by", default="task", show_default=True, help="task, model, user, endpoint or day.")
@click.option("--rows", type=click.IntRange(min=0), default=0, help="Also show the newest requests, so many.")
@json_option
def usage(days: int, by: str, rows: int, as_json: bool) -> None:
    """What was asked, answered from memory, and spent. With --json also the newest requests, a row each."""
    with store() as (database, clock):
        report = ledger.usage(database, clock.now(), days, by)
        newest = ledger.requests(database, report.since, rows or (100 if as_json else 0))
    if as_json:
        print_json({**msgspec.structs.asdict(report), "rows": newest})
        return
    columns = (by, "requests", "hits", "served", "failed", "tokens in", "tokens out", "cost", "saved")
    lines = [_cells(line) for line in (*report.lines, report.total)]
    print_table(f"The last {days} days", columns, lines, right=columns[1:])
    if newest:
        told = ("when (UTC)", "task", "model", "ending", "cost", "saved", "ms", "error")
        print_table("The newest requests", told, [_row_cells(line) for line in newest])


def _cells(line: ledger.UsageLine) -> tuple[str, ...]:
    lost = line.failed + line.cancelled + line.unknown
    counts = (line.requests, line.hits, line.served, lost, line.input_tokens, line.output_tokens)
    return (line.name or "-", *map(str, counts), f"${line.cost_usd:f}", f"${line.saved_usd:f}")


def _row_cells(line: ledger.RequestLine) -> tuple[str, ...]:
    when = datetime.fromtimestamp(line.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    cost, saved = f"${line.cost_usd:f}", f"${line.saved_usd:f}"
    return (when, line.task, line.model or "-", line.ending, cost, saved, f"{line.latency_ms:.1f}", line.error)
