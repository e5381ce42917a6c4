"""`partimento models`: local models, from fetching to loading. Knows its options; `pool` does the work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from partimento.cli.client import opened, running
from partimento.cli.model_lines import bench_lines, fit_lines, list_table, loading_line, status_table
from partimento.cli.output import json_option, print_json
from partimento.cli.progress import Line
from partimento.pool.front import LocalModels
from partimento.pool.values import gigabytes


@click.group()
def models() -> None:
    """Local models: what is here, what fits, fetch, load, unload, measure."""


@asynccontextmanager
async def _local() -> AsyncIterator[LocalModels]:
    async with opened("models") as client:
        yield client.local


@models.command("list")
@click.option("--here", is_flag=True, help="Only what is on this machine.")
@json_option
def list_(here: bool, as_json: bool) -> None:
    """Every local model of the catalog: size, licence, whether it is here, fits, and is in memory."""

    async def work() -> None:
        async with _local() as local:
            rows = [row for row in await local.rows() if row.path or not here]
            if as_json:
                print_json(rows)
            else:
                list_table(rows)

    running(work())


@models.command()
@json_option
def status(as_json: bool) -> None:
    """What is in memory: state, memory, answers under way, since when unused, and why; and what is being pulled."""

    async def work() -> None:
        async with _local() as local:
            told = await local.status()
            pulled = [row for row in await local.rows(told) if row.state == "downloading"]
            if as_json:
                print_json({"current_model": told.current_model, "status": told.status, "downloading": pulled})
            else:
                status_table(told)
                for row in pulled:
                    click.echo(f"{row.model}: {row.why}")

    running(work())


@models.command()
@click.argument("names", metavar="[ID]…", nargs=-1)
@click.option("--context", type=click.IntRange(min=256), help="Tokens of context to reckon with.")
@click.option("--slots", type=click.IntRange(1, 256), help="Answers at once to reckon with.")
@json_option
def fit(names: tuple[str, ...], context: int | None, slots: int | None, as_json: bool) -> None:
    """What fits this machine, in words: weights, keys and values, what is left."""

    async def work() -> None:
        async with _local() as local:
            found = local.fits(names, context, slots)
            if as_json:
                print_json(found)
            else:
                for line in fit_lines(found):
                    click.echo(line)

    running(work())


@models.command()
@click.argument("names", metavar="small|medium|large|ID…", nargs=-1, required=True)
@json_option
def pull(names: tuple[str, ...], as_json: bool) -> None:
    """Fetch models from the Hugging Face hub: by size, by name, owner/repository[:QUANTISATION] or URL.

    A broken fetch goes on where it stopped when the same command is given again.
    """

    async def work() -> None:
        async with _local() as local:
            pulled = []
            for name in names:
                with Line() as line:
                    pulled.append(await local.pull(name, lambda at: line.show(at.line())))
                if not as_json:
                    click.echo(pulled[-1].line())
            if as_json:
                print_json(pulled)

    running(work())


@models.command()
@click.argument("name", metavar="ID|PATH")
@click.option("--force", is_flag=True, help="Push others out, in use or pinned or not.")
@json_option
def load(name: str, force: bool, as_json: bool) -> None:
    """Load a model into memory: one of the catalog, or the files at PATH, which then get a name."""

    async def work() -> None:
        async with _local() as local:
            with Line() as line:
                loaded = await local.load(name, force=force, by_path=True, told=lambda at: line.show(loading_line(at)))
            if as_json:
                print_json(loaded)
            else:
                click.echo(f"{loaded.model}: {loaded.state}" + "".join(f"\n  {note}" for note in loaded.notes))

    running(work())


@models.command()
@click.argument("name", metavar="[ID]", required=False)
@click.option("--force", is_flag=True, help="Without waiting for its answers.")
@json_option
def unload(name: str | None, force: bool, as_json: bool) -> None:
    """Take a model out of memory, or all of them."""

    async def work() -> None:
        async with _local() as local:
            notes = await local.unload(name or "", force=force)
            if as_json:
                print_json({"unloaded": name, "notes": notes})
            else:
                click.echo("\n".join(notes) or f"{name or 'all'}: unloaded")

    running(work())


@models.command()
@click.argument("name", metavar="ID")
@click.option("--off", is_flag=True, help="Let it go again when it is unused.")
@click.option("--keep", "keep_s", type=click.FloatRange(min=0), help="Keep it so many seconds unused, without a pin.")
@json_option
def pin(name: str, off: bool, keep_s: float | None, as_json: bool) -> None:
    """Keep a model in memory: it is neither evicted for others nor for want of use."""

    async def work() -> None:
        async with _local() as local:
            pinned = None if keep_s is not None and not off else not off
            notes = await local.pin(name, pinned, keep_s)
            if as_json:
                print_json({"model": name, "pinned": pinned, "keep_s": keep_s, "notes": notes})
            else:
                done = "not pinned" if off else "pinned" if pinned else f"kept {keep_s:g} s unused"
                click.echo("\n".join(notes) or f"{name}: {done}")

    running(work())


@models.command()
@click.argument("names", metavar="[ID]…", nargs=-1)
@click.option("--tokens", type=click.IntRange(8, 4096), default=128, show_default=True, help="Tokens of each answer.")
@json_option
def bench(names: tuple[str, ...], tokens: int, as_json: bool) -> None:
    """Measure models that are here: load, first token, tokens a second, share of the memory's speed."""

    async def work() -> None:
        async with _local() as local:
            with Line() as line:
                measured = [one async for one in local.bench(names, tokens, lambda text: line.show(text))]
            if as_json:
                print_json(measured)
            else:
                for text in bench_lines(measured):
                    click.echo(text)

    running(work())


@models.command()
@click.argument("name", metavar="ID")
@json_option
def remove(name: str, as_json: bool) -> None:
    """Delete what `pull` fetched of a model; files of your own are left alone."""

    async def work() -> None:
        async with _local() as local:
            gone = await local.remove(name)
            if as_json:
                print_json(gone)
            else:
                for one in gone:
                    click.echo(f"{one.repository}: removed, {gigabytes(one.bytes)} freed ({one.folder})")

    running(work())
