"""`partimento db`: the database. Knows its options; leaves the work to `store`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from partimento import environment
from partimento.cli.client import store
from partimento.cli.output import json_option, print_json
from partimento.store import backup as copies
from partimento.store import maintenance
from partimento.store.copying import Told, copy_database
from partimento.store.opening import database_at


@click.group()
def db() -> None:
    """Migrate, back up, restore and copy the database."""


@db.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database up to date (every command does so at its start, after a backup copy)."""
    with store() as (opened, _):
        checked = maintenance.check(opened)
        place = opened.place
    if as_json:
        print_json({"database": place, "version": checked.version})
        return
    click.echo(f"{place} is up to date (version {checked.version})")


@db.command()
@click.argument("target", type=click.Path(path_type=Path))
@json_option
def backup(target: Path, as_json: bool) -> None:
    """Write a consistent copy to TARGET, a SQLite file, also while others are at work."""
    database = environment.database(environment.configured().settings)
    if isinstance(database, Path):
        copies.back_up(database, target)
    else:
        with _progress() as told:
            copies.back_up_rows(database_at(database), target, environment.SystemClock(), told)
    if as_json:
        print_json({"backup": str(target)})
        return
    click.echo(f"wrote {target}")


@db.command()
@click.argument("source", type=click.Path(path_type=Path))
@json_option
def restore(source: Path, as_json: bool) -> None:
    """Put the copy SOURCE in the place of the database; the old file is moved aside, not deleted.

    A PostgreSQL database must be empty.
    """
    settings, clock = environment.configured().settings, environment.SystemClock()
    database, aside = environment.database(settings), None
    if isinstance(database, Path):
        aside = copies.restore(database, source, clock.now())
    else:
        with _progress() as told:
            copies.restore_rows(database_at(database), source, clock, told)
    place = environment.database_place(settings)
    if as_json:
        print_json({"database": place, "moved_aside": None if aside is None else str(aside)})
        return
    click.echo(f"restored {place}" + (f"; the old file is {aside}" if aside else ""))


@db.command()
@click.argument("source")
@click.argument("target")
@json_option
def copy(source: str, target: str, as_json: bool) -> None:
    """Copy the database SOURCE into the empty database TARGET: files, sqlite:///… or postgresql://….

    Interrupted at any point, the same command goes on where it stood.
    """
    with _progress() as told:
        report = copy_database(database_at(source), database_at(target), environment.SystemClock(), told)
    if as_json:
        print_json(report)
        return
    for table in report.tables:
        click.echo(f"{table.name:14} {table.rows:10} rows  sha256 {table.checksum[:16]}")
    click.echo(f"{report.target} holds what {report.source} held at {report.cut:.3f} (Unix time)")
    if report.changed_since:
        click.echo("the source has been written to since: what came later is not in the target", err=True)


@contextmanager
def _progress() -> Iterator[Told]:
    """A bar on a terminal, where the work takes its time."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        rows = progress.add_task("rows", total=None)

        def told(done: int, of: int) -> None:
            progress.update(rows, completed=done, total=max(done, of))

        yield told
