"""Providers in the settings: vendors and servers, whether their key is there, whether they answer. Knows what may be
said of a key (that it is there, and where from); never the key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from msgspec import Struct

from partimento.catalog.vendors import VENDORS, Vendor, place
from partimento.core.errors import NotConfigured, UnknownName
from partimento.upkeep import changes, found
from partimento.upkeep.rows import Asked, Row, asked_once, day_of, every, rows_of
from partimento.web.catalog import reread
from partimento.web.layout import page
from partimento.web.pages.settings import bare
from partimento.web.visit import Answer, Moved, Place, Visit
from partimento.wire.discovery import Found


class Source(Struct, frozen=True, kw_only=True):
    """A vendor or a server. `key`: present, absent, not needed; `origin`: which layer has the key, "" where none."""

    name: str
    title: str
    base_url: str
    key: str
    key_variable: str = ""
    origin: str = ""
    url_origin: str = ""
    rows: tuple[Row, ...]

    @property
    def ready(self) -> int:
        return sum(row.ready for row in self.rows)


class Offer(Struct, frozen=True, kw_only=True):
    """A server that runs on this machine. `new`: its models that the catalog does not have."""

    base_url: str
    told: str
    new: tuple[str, ...]


async def providers(visit: Visit) -> Answer:
    """GET /settings/providers; `?look=yes` also looks for servers on this machine."""
    offers = await _offers(visit) if visit.query.get("look") == "yes" else None
    return _shown(visit, offers=offers)


async def test(visit: Visit) -> Answer:
    """POST /settings/providers/test: asks one of its models for one word. Raises UnknownName, NotConfigured."""
    name = visit.form.get("provider")
    source = next((one for one in sources(visit) if one.name == name), None)
    if source is None:
        raise UnknownName("provider", name[:200], [one.name for one in sources(visit)])
    ready = [row for row in source.rows if row.ready and "text" in row.capabilities]
    if not ready:
        raise NotConfigured(
            f"no model of {source.title} can be asked",
            why=source.rows[0].state if source.rows else "it has none",
            mend="see what its line says",
        )
    usual = VENDORS[name].usual if name in VENDORS else ""
    chosen = next((row for row in ready if row.id == usual), None) or min(ready, key=lambda row: row.output_usd or 0)
    tried, _ = await asked_once(visit.client.make, chosen.id)
    return _shown(visit, tried=tried, tried_of=name)


async def take(visit: Visit) -> Moved:
    """POST /settings/providers/take: the models of a server that runs here become the catalog's."""
    wanted = visit.form.get("base_url")
    servers = [one for one in await found.running(visit.client.settings) if one.base_url == wanted]
    if not servers:
        raise NotConfigured("that server does not answer any more", why=bare(wanted)[:200], mend="start it, look again")
    report = await asyncio.to_thread(
        changes.set_up, visit.client.store, servers, lambda server, models: True, day_of(visit.now)
    )
    await reread(visit.client)
    added = ", ".join(report.added)
    return Moved("/settings/providers", said=f"Taken: {added}." if added else "Its models were there already.")


def sources(visit: Visit) -> list[Source]:
    """Every vendor, then every other server that has models."""
    client = visit.client
    rows = rows_of(client.ports.catalog, client.ports.engines, client.settings, day_of(visit.now))
    urls = {model.id: bare(model.base_url) for model in every(client.ports.catalog)}
    told = [_vendor(visit, vendor, rows) for vendor in VENDORS.values()]
    others: dict[str, list[Row]] = {}
    for row in rows:
        if urls.get(row.id) and row.provider not in VENDORS:
            others.setdefault(urls[row.id], []).append(row)
    told += [
        Source(
            name=url, title=url.removesuffix("/v1"), base_url=url, key=mine[0].key, rows=tuple(mine),
            key_variable=mine[0].key_variable, origin="environment" if mine[0].key == "present" else "",
        )
        for url, mine in others.items()
    ]  # fmt: skip
    return told


def _vendor(visit: Visit, vendor: Vendor, rows: Iterable[Row]) -> Source:
    mine = tuple(row for row in rows if row.provider == vendor.provider and row.status != "retired")
    origins, settings = visit.client.configured.origins, visit.client.settings
    there = bool(getattr(settings, vendor.key_setting)) if vendor.key_setting else any(r.key == "present" for r in mine)
    needed = any(row.key != "not needed" for row in mine)
    origin = origins[vendor.key_setting] if vendor.key_setting else "environment"
    moved = vendor.base_url_setting and getattr(settings, vendor.base_url_setting)
    return Source(
        name=vendor.provider, title=vendor.name, base_url=bare(place(vendor.provider, settings)),
        key="present" if there else "absent" if needed else "not needed", key_variable=vendor.key_variable,
        origin=origin if there else "",
        url_origin=origins[vendor.base_url_setting] if moved else "", rows=mine,
    )  # fmt: skip


async def _offers(visit: Visit) -> list[Offer]:
    servers = await found.running(visit.client.settings)
    known = every(visit.client.ports.catalog)
    return [_offer(server, [one.name for one in found.lacking(server, known)]) for server in servers]


def _offer(server: Found, new: list[str]) -> Offer:
    return Offer(base_url=server.base_url, told=found.described(server), new=tuple(new))


def _shown(
    visit: Visit, *, offers: list[Offer] | None = None, tried: Asked | None = None, tried_of: str = ""
) -> Answer:
    return page(
        visit, "settings_providers.html", section="providers", sources=sources(visit), offers=offers, tried=tried,
        tried_of=tried_of,
    )  # fmt: skip


places = (
    Place(method="GET", path="/settings/providers", opened=providers, summary="Vendors and servers", owner=True),
    Place(method="POST", path="/settings/providers/test", opened=test, summary="Ask a provider", owner=True),
    Place(method="POST", path="/settings/providers/take", opened=take, summary="Take a found server", owner=True),
)
