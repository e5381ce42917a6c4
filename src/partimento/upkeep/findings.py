"""What works here and what to mend, as findings. Knows which questions to ask of what is open; changes nothing."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from partimento.catalog import price_list
from partimento.catalog.vendors import VENDORS, Vendor
from partimento.core.model import Model
from partimento.core.ports import Ports
from partimento.core.settings import Configured
from partimento.music.genres import names
from partimento.pool.files.choose import Choice
from partimento.pool.front import LocalModels, LocalRow
from partimento.pool.values import gigabytes
from partimento.store.maintenance import check
from partimento.store.store import Store
from partimento.upkeep import found as discovered
from partimento.upkeep.rows import Row, day_of, rows_of
from partimento.wire.discovery import Found


class Finding(Struct, frozen=True):
    """One thing looked at. `mend` is empty where nothing is wrong; `idle` marks what is merely not set up."""

    what: str
    state: str
    mend: str = ""
    idle: bool = False


def of_program(version: str) -> Finding:
    """Which Partimento this is, and on what it runs."""
    return Finding("Partimento", f"{version} on Python {platform.python_version()}, {platform.system()}")


def of_settings(configured: Configured, tasks: Sequence[str]) -> Iterator[Finding]:
    """What is set by hand, and what can be made."""
    changed = [name for name, origin in configured.origins.items() if origin != "default"]
    yield Finding("settings", f"{len(changed)} set" + (f" ({', '.join(changed)})" if changed else ", all defaults"))
    yield Finding("genres", ", ".join(names()))
    yield Finding("tasks", ", ".join(tasks))


def of_database(store: Store) -> Finding:
    """Whether the database is whole. Reads all of it. Raises StoreCorrupt."""
    checked = check(store)
    if checked.problems:
        return Finding("database", f"{store.place}: {'; '.join(checked.problems)}", "partimento db restore BACKUP")
    told = f"version {checked.version}, {checked.items} items, {checked.ledger_rows} ledger rows"
    return Finding("database", f"{store.place}, {told}")


async def of_models(ports: Ports, local: LocalModels, folder: Path) -> list[Finding]:
    """Local models, vendors, servers found on this machine, prices. `folder`: where data lies."""
    today = day_of(ports.clock.now())
    servers, held = await asyncio.gather(discovered.running(ports.settings), local.rows())
    suggested = await asyncio.to_thread(local.suggested)
    rows = rows_of(ports.catalog, ports.engines, ports.settings, today)
    return [
        *_own([row for row in rows if row.id not in {one.model for one in held}]),
        *_local(held, suggested),
        *(_vendor(vendor, [row for row in rows if row.provider == vendor.provider]) for vendor in VENDORS.values()),
        *_servers(servers, ports.catalog.models()),
        _prices(folder, today),
    ]


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
        new = discovered.lacking(server, models)
        told = "; run `partimento providers setup --found` to add them" if new else "; in the catalog"
        yield Finding("found", discovered.described(server) + (told if server.models else ""), idle=bool(new))
    if not servers:
        yield Finding("found", "no Ollama, LM Studio, llama-server or vLLM runs here", idle=True)


def _prices(folder: Path, today: date) -> Finding:
    try:
        price_list.refreshed(folder)
    except ValueError as error:
        path = folder / price_list.FILE_NAME
        return Finding("prices", f"{path} is damaged: {error}", "partimento providers prices --refresh")
    listing = price_list.in_force(folder)
    old = listing.is_stale(today)
    mend = "; old: `partimento providers prices --refresh` reads newer ones" if old else ""
    return Finding("prices", f"{listing.source}, read {listing.read_on}{mend}", idle=old)
