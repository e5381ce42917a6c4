"""`partimento library`: content generated ahead of time. Knows its options; leaves the work to `library`, packs and
batches to the files beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import click
from msgspec.structs import replace

from partimento.cli.client import opened, running
from partimento.cli.library_batch import batch
from partimento.cli.library_lines import (
    cost_of,
    coverage_tables,
    ending,
    estimate_lines,
    jobs_table,
    progress_lines,
)
from partimento.cli.library_packs import export, import_, key
from partimento.cli.output import json_option, print_json
from partimento.cli.progress import Line
from partimento.core.errors import BadInput
from partimento.library.fill import Told
from partimento.library.front import DEFAULT, Library
from partimento.library.job import Progress
from partimento.library.plan import Plan


@click.group()
def library() -> None:
    """Generate content ahead of time; afterwards it is served without a model."""


for command in (export, import_, key, batch):
    library.add_command(command)


@asynccontextmanager
async def _library(command: str) -> AsyncIterator[Library]:
    async with opened(f"library.{command}") as client:
        yield client.library


@library.command()
@click.argument("source", metavar="FILE|default")
@click.option("--max", "most", type=click.IntRange(min=1), help="At most so many items.")
@json_option
def plan(source: str, most: int | None, as_json: bool) -> None:
    """What a plan file comes to: items, cost, what cannot be made. Nothing is spent."""

    async def work() -> None:
        async with _library("plan") as found:
            told = found.estimate(_changed(found.plan(source), None, None, most, None))
            if as_json:
                print_json(told)
            else:
                click.echo("\n".join(estimate_lines(told)))

    running(work())


@library.command()
@click.argument("source", metavar="FILE|default", required=False)
@click.option("--default", "shipped", is_flag=True, help="The plan that is shipped: made by rules, at no cost.")
@click.option("--cap", metavar="USD", help="The most it may cost, instead of the plan's cost_cap_usd.")
@click.option("--parallel", type=click.IntRange(1, 256), help="Items under way at once.")
@click.option("--max", "most", type=click.IntRange(min=1), help="At most so many items.")
@click.option("--model", help="Who makes what the plan names no model for: an id, a tier, rules, auto.")
@json_option
def build(
    source: str | None,
    shipped: bool,
    cap: str | None,
    parallel: int | None,
    most: int | None,
    model: str | None,
    as_json: bool,
) -> None:
    """Generate what a plan file asks for. Ctrl-C pauses; the same command, or resume, goes on.

    \b
    partimento library build default
    partimento library build plan.toml --cap 5 --parallel 16
    """
    if shipped == (source is not None):
        raise BadInput("which plan?", why="a file or --default is named, and not both", mend="library build default")

    async def work() -> Progress:
        async with _library("build") as found:
            wanted = _changed(found.plan(source or DEFAULT), cap, parallel, most, model)
            job = next((job for job in found.shelf.jobs() if _goes_on(job.state, job.plan_hash, wanted)), None)
            job = job or found.new_job(wanted)
            with Line() as line:
                return await found.work(job.id, told=lambda at: line.show(at.line()))

    _tell(running(work()), as_json)


@library.command()
@click.argument("job", required=False)
@json_option
def status(job: str | None, as_json: bool) -> None:
    """How far the jobs are; of one, also why items failed."""

    async def work() -> None:
        async with _library("status") as found:
            told = found.jobs() if job is None else found.progress(job)
        if as_json:
            print_json(told)
        elif isinstance(told, Progress):
            click.echo("\n".join(progress_lines(told)))
        elif told:
            jobs_table(told)
        else:
            click.echo("no jobs yet; `partimento library build default` makes the first")

    running(work())


@library.command()
@click.argument("job")
@json_option
def pause(job: str, as_json: bool) -> None:
    """Let a job stop after what is under way, wherever it runs."""
    _stopped("pause", lambda found: found.pause(job), as_json)


@library.command()
@click.argument("job")
@json_option
def cancel(job: str, as_json: bool) -> None:
    """End a job for good; what it made stays."""
    _stopped("cancel", lambda found: found.cancel(job), as_json)


@library.command()
@click.argument("job")
@click.option("--failed", is_flag=True, help="Only what failed, once more.")
@click.option("--cap", metavar="USD", help="A new cost cap.")
@json_option
def resume(job: str, failed: bool, cap: str | None, as_json: bool) -> None:
    """Go on with a job that was paused or broke off. Nothing is paid twice."""

    async def work() -> Progress:
        async with _library("resume") as found:
            with Line() as line:
                told: Told = lambda at: line.show(at.line())  # noqa: E731  # a line of its own says less
                return await found.work(job, failed_only=failed, cap=cost_of(cap), told=told)

    _tell(running(work()), as_json)


@library.command()
@click.argument("job", required=False)
@json_option
def coverage(job: str | None, as_json: bool) -> None:
    """What there is of what was wanted, by genre, level and the like, with the holes."""

    async def work() -> None:
        async with _library("coverage") as found:
            told = found.coverage(job or "")
        if as_json:
            print_json(told)
        elif told.tasks:
            coverage_tables(told)
        else:
            click.echo("the library is empty; `partimento library build default` fills it")

    running(work())


def _stopped(name: str, stop: Callable[[Library], Progress], as_json: bool) -> None:
    async def work() -> Progress:
        async with _library(name) as found:
            return stop(found)

    told = running(work())
    if as_json:
        print_json(told)
    else:
        click.echo("\n".join(progress_lines(told)))


def _tell(told: Progress, as_json: bool) -> None:
    """The job's figures; what is not wholly done ends with its own exit code."""
    if as_json:
        print_json(told)
    else:
        click.echo("\n".join(progress_lines(told)))
    error = ending(told)
    if error is not None:
        raise error


def _changed(plan: Plan, cap: str | None, parallel: int | None, most: int | None, model: str | None) -> Plan:
    """The plan with what the command line says instead."""
    asked = cost_of(cap)
    changes = {
        "cost_cap_usd": None if asked is None else asked.usd,
        "parallel": parallel,
        "max_items": most,
        "model": model,
    }
    return replace(plan, **{name: value for name, value in changes.items() if value is not None})


def _goes_on(state: str, plan_hash: str, wanted: Plan) -> bool:
    """Whether a job is this plan's, and has not ended."""
    return state in ("running", "paused") and plan_hash == wanted.hash
