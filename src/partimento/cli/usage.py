"""`partimento usage`: the ledger, summed. Knows its table only."""

from __future__ import annotations

import click

from partimento.cli.client import opened, running
from partimento.cli.output import json_option, print_json, print_table
from partimento.ledger.report import UsageLine, UsageReport


@click.command()
@click.option("--days", type=int, default=30, show_default=True, help="Today and the days before it, in all (UTC).")
@click.option("--by", default="task", show_default=True, help="task, model, user, endpoint or day.")
@json_option
def usage(days: int, by: str, as_json: bool) -> None:
    """What was asked, answered from memory, and spent."""

    async def work() -> UsageReport:
        async with opened("usage") as client:
            return client.usage(days, by)

    report = running(work())
    if as_json:
        print_json(report)
        return
    columns = (by, "requests", "hits", "served", "failed", "tokens in", "tokens out", "cost", "saved")
    rows = [_cells(line) for line in (*report.lines, report.total)]
    print_table(f"The last {days} days", columns, rows, right=columns[1:])


def _cells(line: UsageLine) -> tuple[str, ...]:
    lost = line.failed + line.cancelled + line.unknown
    counts = (line.requests, line.hits, line.served, lost, line.input_tokens, line.output_tokens)
    return (line.name or "-", *map(str, counts), f"${line.cost_usd:f}", f"${line.saved_usd:f}")
