"""`partimento doctor`: what works here and what to mend. Knows which questions to ask; changes nothing."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from msgspec import Struct

from partimento import __version__, environment, plugins
from partimento.catalog import price_list
from partimento.catalog.vendors import VENDORS, Vendor
from partimento.cli import found
from partimento.cli.client import opened, running, store
from partimento.cli.output import json_option, print_json
from partimento.cli.provider_rows import Row, day_of, rows_of
from partimento.core.errors import NotConfigured, PartimentoError
from partimento.core.model import Model
from partimento.music.genres import names
from partimento.pool.files.choose import Choice
from partimento.pool.front import LocalRow
from partimento.pool.values import gigabytes
from partimento.store import maintenance
from partimento.wire.discovery import Found


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
            place = database.place
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
    settings = environment.configured().settings

    async def work() -> tuple[list[Row], tuple[Model, ...], tuple[Found, ...], list[LocalRow], tuple[Choice, ...]]:
        servers = asyncio.create_task(found.running(settings))
        async with opened("doctor") as client:
            today = day_of(client.ports.clock.now())
            local = await client.local.rows()
            suggested = client.local.suggested()
            return rows_of(client, today), tuple(client.ports.catalog.models()), await servers, local, suggested

    rows, models, servers, local, suggested = running(work())
    yield from _own([row for row in rows if row.id not in {one.model for one in local}])
    yield from _local(local, suggested)
    for vendor in VENDORS.values():
        yield _vendor(vendor, [row for row in rows if row.provider == vendor.provider])
    yield from _servers(servers, models)
    yield _prices(environment.data_folder(settings))


def _local(rows: Sequence[LocalRow], suggested: Sequence[Choice]) -> Iterator[Finding]:
    """What is here, what keeps it from being asked, and what would fit."""
    for row in rows:
        if row.path:
            size = gigabytes(row.disk_bytes)
            told = f"{row.state}, {size} {row.format} by {row.engine}: {row.path}"
            yield Finding(f"local model {row.model}", f"{told}; {row.why}" if row.why else told, idle=bool(row.why))
    if not any(row.path for row in rows):
        yield Finding("local models", f"{len(rows)} in the catalog, none is on this machine", idle=True)
    for choice in suggested:
        if choice.model is None:
            yield Finding(f"{choice.tier} model", choice.why, idle=True)
        elif not any(row.path and row.tier == choice.tier and not row.why for row in rows):
            told = f"`partimento models pull {choice.tier}` would bring {choice.why}"
            yield Finding(f"{choice.tier} model", told, idle=True)


def _own(rows: list[Row]) -> Iterator[Finding]:
    """The rules, and each model that has a place of the owner's; those that only an engine would run, together."""
    unplaced = []
    for row in rows:
        if row.state.startswith("engine"):
            unplaced.append(row)
        elif row.provider not in VENDORS:
            yield Finding(f"model {row.id}", row.state, idle=not row.ready)
    if local := [row.id for row in unplaced if row.tier != "cloud"]:
        told = f"no engine here runs {', '.join(local)}; a server that has them is used when found"
        yield Finding("other models", told, idle=True)


def _vendor(vendor: Vendor, rows: list[Row]) -> Finding:
    """A vendor in one line: its key, and how many of its models can be asked."""
    writes = [row for row in rows if "text" in row.capabilities and row.status != "retired"]
    ready = [row.id for row in writes if row.ready]
    key = "present" if any(row.key == "present" for row in rows) else "absent"
    if ready:
        return Finding(vendor.name, f"{vendor.key_variable} {key}, {len(ready)} models ready: {', '.join(ready)}")
    why = {row.state for row in writes if row.key == "present"} if key == "present" else set()
    told = f"; {'; '.join(sorted(why))}" if why else f"; {len(rows)} models wait for it" if key == "absent" else ""
    return Finding(vendor.name, f"{vendor.key_variable} {key}{told}", idle=True)


def _servers(servers: Sequence[Found], models: Sequence[Model]) -> Iterator[Finding]:
    for server in servers:
        new = found.lacking(server, models)
        told = "; run `partimento providers setup --found` to add them" if new else "; in the catalog"
        yield Finding("found", found.described(server) + (told if server.models else ""), idle=bool(new))
    if not servers:
        yield Finding("found", "no Ollama, LM Studio, llama-server or vLLM runs here", idle=True)


def _prices(folder: Path) -> Finding:
    try:
        price_list.refreshed(folder)
    except ValueError as error:
        path = folder / price_list.FILE_NAME
        return Finding("prices", f"{path} is damaged: {error}", "partimento providers prices --refresh")
    listing = price_list.in_force(folder)
    old = listing.is_stale(day_of(environment.SystemClock().now()))
    mend = "; old: `partimento providers prices --refresh` reads newer ones" if old else ""
    return Finding("prices", f"{listing.source}, read {listing.read_on}{mend}", idle=old)
