"""How the library is told in a terminal: estimates, jobs, coverage, and how a job ended. Renders, makes nothing."""

from __future__ import annotations

from collections.abc import Iterable

import click

from partimento.cli.output import print_table
from partimento.core.errors import BudgetExceeded, NothingServed, PartimentoError, PartlyDone
from partimento.core.money import Money
from partimento.library.checking import Estimate
from partimento.library.coverage import Coverage, TaskCoverage
from partimento.library.job import Progress, spoken

_HOLES = 12
_WIDE = 14
_SHORT = 14  # of a job's id; what begins so is found by it


def estimate_lines(told: Estimate) -> Iterable[str]:
    """What a plan comes to."""
    tasks = ", ".join(f"{count:,} {task}" for task, count in told.tasks.items() if count)
    yield f"{told.total:,} items: {tasks}"
    if told.total < told.combined:
        yield f"  max_items leaves out {told.combined - told.total:,} of {told.combined:,}"
    if told.expected_usd is None or told.most_usd is None:
        yield "  the route decides who makes them; name a model for an estimate of the cost"
    elif not told.most_usd:
        yield "  at no cost"
    else:
        yield f"  about ${told.expected_usd:f}, at most ${told.most_usd:f}"
    yield "  no cost cap" if told.cap_usd is None else f"  cost cap: ${told.cap_usd:f}"
    if told.refused:
        yield f"  {told.refused:,} combinations cannot be made, such as {told.first_refusal}"


def progress_lines(told: Progress) -> Iterable[str]:
    """What became of a job."""
    yield f"{told.name} ({told.job}): {state_words(told)}"
    parts = [f"{told.made:,} made"]
    parts += [
        f"{count:,} {word}"
        for count, word in ((told.duplicates, "near-duplicates"), (told.failed, "failed"), (told.skipped, "impossible"))
        if count
    ]
    yield f"  {', '.join(parts)} of {told.total:,}; ${told.cost_usd:f} in {spoken(told.seconds)}"
    for reason in told.errors:
        yield f"  {reason.items:,} × {reason.error}"


def state_words(told: Progress) -> str:
    """Its state, and why it is so."""
    if told.interrupted:
        return "interrupted (its process is gone; resume it)"
    return f"{told.state} ({told.why})" if told.why else told.state


def jobs_table(jobs: Iterable[Progress]) -> None:
    """Every job, one line."""
    columns = ("job", "name", "state", "made", "of", "failed", "alike", "cost")
    rows = [
        (
            job.job[:_SHORT], job.name, "interrupted" if job.interrupted else job.state, f"{job.made:,}",
            f"{job.total:,}", f"{job.failed:,}", f"{job.duplicates:,}", f"${job.cost_usd:f}",
        )
        for job in jobs
    ]  # fmt: skip
    print_table("", columns, rows, right=("made", "of", "failed", "alike", "cost"))


def coverage_tables(told: Coverage) -> None:
    """A grid for each task, and the first holes."""
    for task in told.tasks:
        click.echo(f"{task.task}: {task.made:,} of {task.wanted:,}")
        if task.grid:
            _grid(task)
    if told.holes:
        click.echo(f"{told.wanted - told.made:,} holes, such as")
        for hole in told.holes[:_HOLES]:
            words = " ".join(f"{name}={value}" for name, value in hole.fields.items())
            click.echo(f"  {hole.task} {words} ({hole.state})")


def _grid(task: TaskCoverage) -> None:
    columns = sorted({column for row in task.grid.values() for column in row}, key=_in_order)
    if len(columns) > _WIDE or (len(columns) < 2 and len(task.grid) < 2):
        return
    rows = [
        (row or "-", *(_cell(cells.get(column)) for column in columns))
        for row, cells in sorted(task.grid.items(), key=lambda pair: _in_order(pair[0]))
    ]
    heads = tuple(column or "-" for column in columns)
    print_table("", (f"{task.rows} \\ {task.columns}", *heads), rows, right=heads)


def _cell(cell: tuple[int, int] | None) -> str:
    if cell is None:
        return ""
    made, wanted = cell
    return f"{made}" if made == wanted else f"{made}/{wanted}"


def _in_order(word: str) -> tuple[int, str]:
    return (int(word), "") if word.isdigit() else (1 << 30, word)


def ending(told: Progress) -> PartimentoError | None:
    """What a job that is not wholly done is told as; None where it is."""
    if told.state == "done" and not told.failed:
        return None
    what = f"{told.made:,} of {told.total:,} items of {told.name} are made"
    why = told.why or f"{told.failed:,} failed" + (f": {told.errors[0].error}" if told.errors else "")
    again = "--failed" if told.state == "done" else "--cap USD" if "cap" in told.why else ""
    mend = f"partimento library resume {told.job} {again}".rstrip()
    if told.made:
        return PartlyDone(what, why=why, mend=mend)
    if "cap" in told.why or "budget" in told.why:
        return BudgetExceeded(what, why=why, mend=mend)
    return NothingServed(what, why=why, mend=mend) if told.state == "failed" else PartlyDone(what, why=why, mend=mend)


def cost_of(words: str | None) -> Money | None:
    """A cap as it is written on the command line."""
    from partimento.upkeep.amounts import dollars

    return None if words is None else dollars(words)
