"""`partimento doctor`: what works here and what to mend. Knows the order; leaves the questions to `upkeep`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from partimento import __version__, environment, plugins
from partimento.cli.client import opened, running, store
from partimento.cli.output import json_option, print_json
from partimento.core.errors import NotConfigured, PartimentoError
from partimento.upkeep.findings import Finding, of_database, of_models, of_program, of_settings


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
    yield of_program(__version__)
    try:
        configured = environment.configured()
    except PartimentoError as error:
        yield Finding("settings", f"{error.what}: {error.why}", error.mend)
        return
    yield from of_settings(configured, plugins.task_names())
    try:
        with store() as (database, _):
            finding = of_database(database)
    except PartimentoError as error:
        yield Finding("database", f"{error.what}: {error.why}", error.mend)
        return
    yield finding
    if not finding.mend:
        yield from running(_models())


async def _models() -> list[Finding]:
    async with opened("doctor") as client:
        return await of_models(client.ports, client.local, environment.data_folder(client.settings))
