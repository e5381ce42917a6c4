"""`partimento router`: how the route fared, and what it suggests to set. Knows its tables only."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from partimento.cli.client import opened, store
from partimento.cli.output import console, json_option, print_json, print_table

if TYPE_CHECKING:
    from partimento.core.ports import LedgerRow
    from partimento.ledger.routing import RouteLine, RouteReport


@click.group()
def router() -> None:
    """Which models are asked first, how they fare, and what follows from it."""


@router.command()
@click.option("--days", type=click.IntRange(1, 36_500), default=30, show_default=True, help="How far to look back.")
@click.option("--rows", type=click.IntRange(min=0), default=0, help="Also tell the newest decisions, so many.")
@json_option
def report(days: int, rows: int, as_json: bool) -> None:
    """Each model at each task: how its drafts were, what an answer cost, and settings that follow from it."""
    found, newest = asyncio.run(_report(days, rows))
    if as_json:
        decisions = [{"at": row.at, "task": row.task, "model": row.model, "decision": _told(row)} for row in newest]
        print_json({"report": found, "decisions": decisions})
        return
    columns = ("task", "model", "sound", "mended", "escal.", "failed", "share (90 %)", "$ an answer")
    print_table(f"The last {days} days", columns, map(_cells, found.lines), right=columns[2:])
    terminal = console()
    for one in found.suggestions:
        change = "not known" if one.change_usd is None else f"${one.change_usd:f} in these {days} days"
        terminal.print(f"{one.lines}\n", markup=False)
        terminal.print(f"  {one.why}; change of cost: {change}\n", style="dim", markup=False)
    if not found.suggestions:
        terminal.print("Nothing to change: no model was proven beyond its reach, or unsound within it.", style="dim")
    for row in newest:
        when = datetime.fromtimestamp(row.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        terminal.print(f"{when} {row.task}, answered by {row.model or 'nobody'}", markup=False)
        for line in _told(row):
            terminal.print(f"  {line}", style="dim", markup=False)


@router.command()
@json_option
def forget(as_json: bool) -> None:
    """Forget how drafts fared: the route keeps to the catalog until there is new evidence."""
    with store() as (database, _):
        count = database.tell("forget_tallies")
    if as_json:
        print_json({"forgotten": count})
    else:
        click.echo(f"forgot {count} tallies")


async def _report(days: int, rows: int) -> tuple[RouteReport, list[LedgerRow]]:
    from partimento.ledger.routing import route_report, since

    async with opened("router") as client:
        now = client.ports.clock.now()
        went = client.store.ask("turns_since", since(now, days))
        found = route_report(went, client.ports.catalog.models(), client.settings, now, days)
        newest = client.store.rows(found.since, rows * 10) if rows else ()
        return found, [row for row in newest if row.decision][:rows]


def _told(row: LedgerRow) -> tuple[str, ...]:
    from partimento.pipeline.decision import told

    return told(row.decision)


def _cells(line: RouteLine) -> tuple[str, ...]:
    share = "-"
    if line.sound_share is not None and line.low is not None and line.high is not None:
        share = f"{line.sound_share:.0%} ({line.low:.0%}-{line.high:.0%})"
    cost = "-" if line.cost_per_answer_usd is None else f"{line.cost_per_answer_usd:.5f}"
    return (line.task, line.model, *map(str, (line.sound, line.repaired, line.escalated, line.failed)), share, cost)
