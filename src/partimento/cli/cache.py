"""`partimento cache`: what is remembered. Knows its options; leaves what may go to `store.maintenance`."""

from __future__ import annotations

import click

from partimento import plugins
from partimento.cli.client import store
from partimento.cli.output import json_option, print_json
from partimento.store import maintenance


@click.group()
def cache() -> None:
    """Look at what is remembered; prune what has expired."""


@cache.command()
@json_option
def stats(as_json: bool) -> None:
    """How much is remembered, and how much of it has expired."""
    with store() as (opened, clock):
        held = maintenance.cache_stats(opened, clock.now())
    if as_json:
        print_json(held)
        return
    click.echo(f"{held.entries} cache entries ({held.expired} expired) lead to {held.items} memory items")
    click.echo(f"{held.value_bytes / 1e6:.1f} MB of answers; {held.kept} items are kept whatever happens")


@cache.command()
@click.option("--task", "name", help="Forget every answer of this task, also those that have not expired.")
@json_option
def prune(name: str | None, as_json: bool) -> None:
    """Remove expired answers. What is rated, verified, trained on or packed stays."""
    if name is not None:
        plugins.task(name)
    with store() as (opened, clock):
        gone = maintenance.prune(opened, clock.now(), name)
    if as_json:
        print_json(gone)
        return
    click.echo(f"removed {gone.entries} cache entries and {gone.items} memory items")
