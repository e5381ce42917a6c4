"""`partimento config`: every setting, its value and its origin. Knows settings only; opens no store."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from partimento import environment
from partimento.cli.output import json_option, print_json, print_table
from partimento.core.settings import Secret


@click.group()
def config() -> None:
    """Show every setting and where its value came from."""


@config.command()
@json_option
def show(as_json: bool) -> None:
    """Each setting: its value, and where it came from."""
    configured = environment.configured()
    settings = configured.settings
    values = {name: getattr(settings, name) for name in settings.__struct_fields__}
    shown = {
        name: ("set" if value else "unset") if isinstance(value, Secret) else msgspec.to_builtins(value)
        for name, value in values.items()
    }
    if as_json:
        print_json({name: {"value": value, "origin": configured.origins[name]} for name, value in shown.items()})
        return
    rows = [(name, "" if value is None else str(value), configured.origins[name]) for name, value in shown.items()]
    print_table("Settings", ("setting", "value", "from"), rows)


@config.command()
@json_option
def path(as_json: bool) -> None:
    """Where settings and data are kept."""
    settings = environment.configured().settings
    found = environment.settings_path(environment.working_folder())
    places = {
        "settings": str(found) if found else f"{environment.SETTINGS_FILE} (none yet)",
        "data": str(environment.data_folder(settings)),
        "database": environment.database_place(settings),
    }
    if as_json:
        print_json(places)
        return
    for name, place in places.items():
        click.echo(f"{name:9} {place}")


@config.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), default=environment.SETTINGS_FILE)
def sample(target: Path) -> None:
    """Write a commented sample of every setting to TARGET (partimento.toml); an existing file is left alone."""
    from importlib.resources import files

    from partimento.core.errors import BadInput

    if target.exists():
        raise BadInput(f"{target} exists already", why="it may hold your settings", mend="name another file")
    try:
        target.write_bytes(files("partimento.cli").joinpath("sample.toml").read_bytes())
    except OSError as error:
        raise BadInput(f"cannot write {target}", why=error.strerror or "", mend="choose another place") from error
    click.echo(f"wrote {target}", err=True)
