"""`partimento db`: the database file. Knows its options; leaves the work to `store`."""

from __future__ import annotations

from pathlib import Path

import click

from partimento import environment
from partimento.cli.client import store
from partimento.cli.output import json_option, print_json
from partimento.store import backup as copies
from partimento.store import maintenance


@click.group()
def db() -> None:
    """Migrate, back up and restore the database."""


@db.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database up to date (every command does so at its start, after a backup copy)."""
    with store() as (opened, _):
        checked = maintenance.check(opened)
        place = opened.path
    if as_json:
        print_json({"database": str(place), "version": checked.version})
        return
    click.echo(f"{place} is up to date (version {checked.version})")


@db.command()
@click.argument("target", type=click.Path(path_type=Path))
@json_option
def backup(target: Path, as_json: bool) -> None:
    """Write a consistent copy to TARGET, also while others are at work."""
    copies.back_up(environment.database_path(environment.configured().settings), target)
    if as_json:
        print_json({"backup": str(target)})
        return
    click.echo(f"wrote {target}")


@db.command()
@click.argument("source", type=click.Path(path_type=Path))
@json_option
def restore(source: Path, as_json: bool) -> None:
    """Put the copy SOURCE in the place of the database; the old file is moved aside, not deleted."""
    database = environment.database_path(environment.configured().settings)
    aside = copies.restore(database, source, environment.SystemClock().now())
    if as_json:
        print_json({"database": str(database), "moved_aside": None if aside is None else str(aside)})
        return
    click.echo(f"restored {database}" + (f"; the old file is {aside}" if aside else ""))
