"""`partimento library batch`: a job's work as files for a batch door. Knows options; leaves lines to `library`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from partimento.cli.client import opened, running
from partimento.cli.library_lines import cost_of
from partimento.cli.output import json_option, print_json
from partimento.cli.progress import Line
from partimento.core.errors import NothingServed, PartlyDone
from partimento.library.answers import Read
from partimento.library.batch import Written
from partimento.library.front import DEFAULT

_SHARE = "What of the usual price a batch costs, from 0 to 1; else as the model's vendor asks (OpenAI: 0.5)."


@click.group()
def batch() -> None:
    """Let a cloud's batch door, or `vllm run-batch`, do the work: files in OpenAI's form."""


@batch.command()
@click.argument("source", metavar="JOB|FILE|default")
@click.option("-o", "--out", "path", type=click.Path(path_type=Path), required=True, help="The JSONL file to write.")
@click.option("--model", required=True, help="Who is to answer: a model of the catalog.")
@click.option("--failed", is_flag=True, help="What failed, instead of what is still to be made.")
@click.option("--cap", metavar="USD", help="The most it may cost, instead of the job's cap.")
@click.option("--price-share", type=click.FloatRange(0, 1), help=_SHARE)
@json_option
def write(
    source: str, path: Path, model: str, failed: bool, cap: str | None, price_share: float | None, as_json: bool
) -> None:
    """Write a question for each item that is still to be made; of a plan file, a job is made first."""

    is_plan = source == DEFAULT or Path(source).is_file()

    async def work() -> Written:
        async with opened("library.batch") as client:
            found = client.library
            job = found.new_job(found.plan(source)) if is_plan else found.shelf.job(source)
            return found.batch_write(job.id, path, model, failed=failed, share=_share(price_share), cap=cost_of(cap))

    told = running(work())
    if as_json:
        print_json(told)
        return
    click.echo(f"{told.path}: {told.lines:,} questions to {told.model}, at most ${told.most_usd:f}")
    click.echo(f"  job {told.job}; read the answers with: partimento library batch read OUT.jsonl --model {told.model}")
    if told.left:
        click.echo(f"  {told.left:,} left out: the cost cap reaches no further")


@batch.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--model", required=True, help="Who answered: the model the questions were written for.")
@click.option("--retries", type=click.Path(path_type=Path), help="Where to write what has to be asked again.")
@click.option("--price-share", type=click.FloatRange(0, 1), help=_SHARE)
@json_option
def read(path: Path, model: str, retries: Path | None, price_share: float | None, as_json: bool) -> None:
    """Check each answer of a batch and take it in. A line that was read before changes nothing."""

    async def work() -> Read:
        async with opened("library.batch") as client:
            with Line() as line:
                return await client.library.batch_read(
                    path, model, share=_share(price_share), retries=retries, told=lambda n: line.show(f"line {n:,}")
                )

    told = running(work())
    if as_json:
        print_json(told)
    else:
        _print(told)
    missed = told.failed + told.foreign
    if missed:
        what = f"{missed:,} of {told.lines:,} lines gave no item"
        why = told.troubles[0].why if told.troubles else ""
        mend = "write them again with --failed, or to a file with --retries"
        raise (PartlyDone if told.made or told.again else NothingServed)(what, why=why, mend=mend)


def _print(told: Read) -> None:
    click.echo(f"{told.lines:,} lines: {told.made:,} made, ${told.cost_usd:f}")
    for count, word in (
        (told.duplicates, "near-duplicates"),
        (told.failed, "failed"),
        (told.again, "read before"),
        (told.foreign, "of no job here"),
    ):
        if count:
            click.echo(f"  {count:,} {word}")
    for trouble in told.troubles:
        click.echo(f"  line {trouble.line}: {trouble.why}", err=True)


def _share(words: float | None) -> Decimal | None:
    return None if words is None else Decimal(str(words))
