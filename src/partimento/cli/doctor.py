"""`partimento doctor`: what works here and what to mend. Knows which questions to ask; changes nothing."""

from __future__ import annotations

import platform
from collections.abc import Iterator

import click
from msgspec import Struct

from partimento import __version__, environment, plugins
from partimento.cli.client import opened, running, store
from partimento.cli.output import json_option, print_json
from partimento.core.errors import NotConfigured, PartimentoError
from partimento.music.genres import names
from partimento.store import maintenance


class Finding(Struct, frozen=True):
    """One thing looked at. `mend` is empty where nothing is wrong; `idle` marks what is merely not set up."""

    what: str
    state: str
    mend: str = ""
    idle: bool = False


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Check this installation and say what to mend. Ends with 3 where something needs mending."""
    findings = list(_findings())
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            mark = "✗" if finding.mend else "·" if finding.idle else "✓"
            click.echo(f"{mark} {finding.what}: {finding.state}")
            if finding.mend:
                click.echo(f"  mend: {finding.mend}")
    broken = [finding.what for finding in findings if finding.mend]
    if broken:
        raise NotConfigured(f"{len(broken)} things need mending", why=", ".join(broken), mend="do as each line says")


def _findings() -> Iterator[Finding]:
    yield Finding("Partimento", f"{__version__} on Python {platform.python_version()}, {platform.system()}")
    try:
        configured = environment.configured()
    except PartimentoError as error:
        yield Finding("settings", f"{error.what}: {error.why}", error.mend)
        return
    changed = [name for name, origin in configured.origins.items() if origin != "default"]
    yield Finding("settings", f"{len(changed)} set" + (f" ({', '.join(changed)})" if changed else ", all defaults"))
    yield Finding("genres", ", ".join(names()))
    yield Finding("tasks", ", ".join(plugins.task_names()))
    yield from _database()


def _database() -> Iterator[Finding]:
    try:
        with store() as (database, _):
            checked = maintenance.check(database)
            place = database.path
    except PartimentoError as error:
        yield Finding("database", f"{error.what}: {error.why}", error.mend)
        return
    told = f"{place}, version {checked.version}, {checked.items} items, {checked.ledger_rows} ledger rows"
    if checked.problems:
        yield Finding("database", f"{place}: {'; '.join(checked.problems)}", "partimento db restore BACKUP")
        return
    yield Finding("database", told)
    yield from _models()


def _models() -> Iterator[Finding]:
    async def work() -> dict[str, str]:
        async with opened("doctor") as client:
            states: dict[str, str] = client.status()["models"]
            return states

    for model, state in running(work()).items():
        yield Finding(f"model {model}", state, idle=state != "ready")
