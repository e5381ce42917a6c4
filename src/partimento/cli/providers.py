"""`partimento providers`: models, their vendors, keys and prices. Knows its options; its rooms do the work."""

from __future__ import annotations

import sys
from typing import Any, get_args

import click

from partimento import environment
from partimento.cli.aligned import aligned
from partimento.cli.client import opened, running, store
from partimento.cli.output import json_option, print_json
from partimento.client import AsyncPartimento
from partimento.core.errors import NotConfigured, PartlyDone
from partimento.core.model import Capability, Model
from partimento.upkeep import found as discovered
from partimento.upkeep.rows import Row, asked_once, day_of, rows_of
from partimento.wire.discovery import Found


@click.group()
def providers() -> None:
    """Models, their vendors, keys and prices: set up, list, change, test."""


@providers.command()
@click.option("--found", "take", is_flag=True, help="Also add the models of servers running on this machine.")
@json_option
def setup(take: bool, as_json: bool) -> None:
    """Write a row for every shipped model, so that each can be changed; a second run changes nothing.

    A row that you changed is never overwritten. Servers that run here (Ollama, LM Studio, llama-server, vLLM) are
    offered: with --found their models are added; on a terminal you are asked.
    """
    from partimento.upkeep import changes

    def wanted(server: Found, models: list[Model]) -> bool:
        return take or (not as_json and _agreed(server, models))

    servers = running(discovered.running(environment.configured().settings))
    with store() as (database, clock):
        report = changes.set_up(database, servers, wanted, day_of(clock.now()))
    if as_json:
        print_json(report)
        return
    for line in report.lines():
        click.echo(line)


@providers.command("list")
@click.option("--ready", "only_ready", is_flag=True, help="Only what can be asked now.")
@json_option
def list_(only_ready: bool, as_json: bool) -> None:
    """Every model: tier, reach, engine, context, what it can, today's price, key, and whether it can be asked."""

    rows = [row for row in running(_rows()) if row.ready or not only_ready]
    if as_json:
        print_json(rows)
        return
    columns = ("model", "tier", "reach", "engine", "context", "can", "$ per million", "key", "state")
    for line in aligned(columns, [row.cells for row in rows], right=("reach", "context", "$ per million")):
        click.echo(line)


def _rows_of(client: AsyncPartimento) -> list[Row]:
    return rows_of(client.ports.catalog, client.ports.engines, client.settings, day_of(client.ports.clock.now()))


async def _rows() -> list[Row]:
    async with opened("providers") as client:
        return _rows_of(client)


@providers.command("set")
@click.argument("model_id", metavar="ID")
@click.option("--tier", help="small, medium, large, cloud (cheap, normal, premium are understood).")
@click.option("--reach", type=click.IntRange(1, 10), help="The highest complexity it is asked for first.")
@click.option("--active/--inactive", default=None, help="Whether it may be asked at all.")
@click.option("--default/--no-default", default=None, help="Whether it comes first among its equals.")
@click.option("--base-url", help="Where it runs.")
@click.option("--upstream", help="Its name there.")
@click.option("--engine", help="What speaks to it; openai, where nothing else is said.")
@click.option("--key-variable", help="The environment variable that holds its key.")
@click.option("--context", type=click.IntRange(min=256), help="How many tokens it takes in and writes, together.")
@click.option(
    "--can", "capabilities", type=click.Choice(get_args(Capability)), multiple=True, help="What it takes and makes."
)
@click.option("--input", "input_usd", help="Dollars per million tokens read.")
@click.option("--output", "output_usd", help="Dollars per million tokens written.")
@click.option("--cached-input", "cached_usd", help="Dollars per million tokens read from the vendor's cache.")
@click.option("--since", help="The day from which these prices hold (2026-01-31); today, where none is named.")
@click.option("--reset", is_flag=True, help="Take your row and prices away: the shipped model counts again.")
@json_option
def set_(model_id: str, reset: bool, as_json: bool, **given: Any) -> None:
    """Change the model ID, add one (with --base-url), or set what it costs."""
    from partimento.upkeep import changes

    configured = environment.configured()
    with store() as (database, clock):
        if reset:
            changes.reset(database, model_id)
        else:
            changes.change(database, model_id, given, day_of(clock.now()))
    model = next((row for row in running(_rows()) if row.id == model_id), None)
    note = changes.stronger(configured, model_id)
    if as_json:
        print_json({"model": model, "note": note})
        return
    click.echo(f"{model_id}: {'gone' if model is None else 'as shipped' if reset else 'set'}")
    if note:
        click.echo(note, err=True)


@providers.command("test")
@click.argument("model_id", metavar="[ID]", required=False)
@json_option
def test_(model_id: str | None, as_json: bool) -> None:
    """Ask each model that is ready for one word (or ID alone): how long it took, or what is wrong."""
    answers = running(_asked(model_id))
    if as_json:
        print_json([one for one, _ in answers])
    else:
        for one, _ in answers:
            click.echo(one.line())
    errors = [error for _, error in answers if error is not None]
    if len(errors) == len(answers):
        raise errors[0]
    if errors:
        names = ", ".join(one.model for one, error in answers if error is not None)
        raise PartlyDone(f"{len(errors)} of {len(answers)} did not answer", why=names, mend="see what was said of each")


async def _asked(model_id: str | None) -> list[Any]:
    async with opened("providers") as client:
        names = [model_id] if model_id else []
        if not names:
            names = [
                row.id for row in _rows_of(client) if row.ready and "text" in row.capabilities and row.engine != "rules"
            ]
        if not names:
            raise NotConfigured(
                "no model is ready to be asked",
                why="no key is set, and no local server is set up",
                mend="start Ollama and run `partimento providers setup --found`, or set a key such as OPENAI_API_KEY",
            )
        return [await asked_once(client.make, name) for name in names]


@providers.command()
@click.option(
    "--refresh",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[FILE|URL]",
    help="Read a newer list first; by default from genai-prices on GitHub.",
)
@json_option
def prices(refresh: str | None, as_json: bool) -> None:
    """What each model costs today and next, since when, and where that was read."""
    from partimento.catalog import price_list
    from partimento.upkeep import prices as listed

    folder = environment.data_folder(environment.configured().settings)
    today = day_of(environment.SystemClock().now())
    if refresh is not None:
        listed.keep(folder, running(listed.fetched(refresh)), refresh, today)
    listing = price_list.in_force(folder)

    async def work() -> list[listed.PriceRow]:
        async with opened("providers") as client:
            return listed.rows_of(client.ports.catalog.models(), today)

    rows = running(work())
    if as_json:
        told = {"source": listing.source, "read_on": listing.read_on, "stale": listing.is_stale(today)}
        print_json({**told, "models": rows})
        return
    columns = ("model", "input", "output", "cached", "characters", "since", "next", "from")
    for line in aligned(columns, [row.cells for row in rows], right=columns[1:5]):
        click.echo(line)
    click.echo(
        f"dollars per million on {today}; +: dearer from some length on; {listing.source}, read {listing.read_on}",
        err=True,
    )
    if listing.is_stale(today):
        click.echo("it is old: `partimento providers prices --refresh` reads a newer one", err=True)


def _agreed(server: Found, models: list[Model]) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return click.confirm(
        f"found {discovered.described(server)}; add {len(models)} of its models?", default=True, err=True
    )
