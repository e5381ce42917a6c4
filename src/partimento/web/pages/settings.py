"""Settings: what is set, at a glance and in full, each with its origin. Knows that secrets are never shown; leaves each
part that can be changed to its own page.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento import environment
from partimento.catalog import price_list
from partimento.catalog.vendors import VENDORS
from partimento.core.settings import NO_SETTINGS, PREFIX, Secret, Settings
from partimento.ledger.accounts import list_keys
from partimento.ledger.budgets import list_budgets
from partimento.store.maintenance import cache_stats
from partimento.upkeep.rows import day_of, rows_of
from partimento.web.layout import page
from partimento.web.visit import Answer, Place, Visit

_USERINFO: Final = re.compile(r"//[^/@\s]*@")


class Setting(Struct, frozen=True, kw_only=True):
    """One setting as it may be seen."""

    name: str
    value: str
    origin: str
    variable: str

    @property
    def is_default(self) -> bool:
        return self.origin == "default"


class Glance(Struct, frozen=True, kw_only=True):
    """A part of the settings in a line."""

    place: str
    title: str
    told: str
    words: str


async def settings(visit: Visit) -> Answer:
    """GET /settings."""
    return page(visit, "settings.html", section="", glances=await asyncio.to_thread(glances, visit))


async def every_setting(visit: Visit) -> Answer:
    """GET /settings/all."""
    here = environment.working_folder()
    found = environment.settings_path(here)
    return page(
        visit, "settings_all.html", section="all", settings=shown(visit.client.configured.settings, visit),
        file=str(found) if found else "", wanted=str(here / environment.SETTINGS_FILE),
    )  # fmt: skip


def shown(settings: Settings, visit: Visit) -> list[Setting]:
    """Every setting; of a secret only whether it is set."""
    origins = visit.client.configured.origins
    return [
        Setting(
            name=name, value=plain(name, getattr(settings, name)), origin=origins[name],
            variable=f"{PREFIX}{name.upper()}",
        )
        for name in settings.__struct_fields__
        if f"{PREFIX}{name.upper()}" not in NO_SETTINGS
    ]  # fmt: skip


def plain(name: str, value: Any) -> str:
    """A value for people. A password within a URL is left out; of models of one's own their names are told."""
    if isinstance(value, Secret):
        return "set" if value else "unset"
    if name == "models":
        return ", ".join(model.id for model in value)
    if value is None or value == "" or value == () or value == {}:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    told = msgspec.to_builtins(value)
    if isinstance(told, dict):
        told = ", ".join(f"{key}: {one}" for key, one in told.items())
    if isinstance(told, list | tuple):
        told = ", ".join(map(str, told))
    return bare(str(told))


def bare(url: str) -> str:
    """A URL without the user and password it may carry."""
    return _USERINFO.sub("//", url)


def glances(visit: Visit) -> list[Glance]:
    """Each part of the settings in a line."""
    client, today = visit.client, day_of(visit.now)
    rows = rows_of(client.ports.catalog, client.ports.engines, client.settings, today)
    vendors = [name for name in VENDORS if any(row.provider == name and row.key == "present" for row in rows)]
    ready = sum(row.ready for row in rows)
    listing = price_list.in_force(environment.data_folder(client.settings))
    living = [key for key in list_keys(client.store) if key.lives_at(visit.now)]
    caps, stats = list_budgets(client.store), cache_stats(client.store, visit.now)
    changed = [name for name, origin in client.configured.origins.items() if origin != "default"]
    keep = (
        f"rows kept {client.settings.retention_days} days" if client.settings.retention_days else "rows kept for ever"
    )
    key_word = "key" if len(living) == 1 else "keys"
    told = (
        ("providers", "Providers", f"{len(vendors)} of {len(VENDORS)} vendors have a key", f"{ready} models are ready"),
        ("prices", "Prices", f"read {listing.read_on}", "old" if listing.is_stale(today) else listing.source),
        ("budgets", "Budgets", f"{len(caps)} set by hand", "caps on what may be spent"),
        ("keys", "API keys", f"{len(living)} {key_word} in use", "for apps and browsers"),
        ("data", "Data and privacy", f"{stats.items} answers remembered", keep),
        ("routing", "Routing", client.settings.budget_mode, "which model is asked first, and how they fared"),
        ("all", "All settings", f"{len(changed)} set, the rest as shipped", "each with where it came from"),
        ("doctor", "Doctor", "look what works", "and what to mend"),
    )
    return [Glance(place=f"/settings/{place}", title=title, told=line, words=more) for place, title, line, more in told]


places = (
    Place(method="GET", path="/settings", opened=settings, summary="Settings at a glance", owner=True),
    Place(method="GET", path="/settings/all", opened=every_setting, summary="Every setting", owner=True),
)
