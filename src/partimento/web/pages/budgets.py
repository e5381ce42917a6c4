"""Budgets in the settings: every cap and what is spent of it. Knows which can be changed here; leaves holding them to
the pipeline.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal

from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.core.money import Money
from partimento.ledger.accounts import list_keys, named_key
from partimento.ledger.budgets import remove_budget, set_budget, standings
from partimento.store.books import day_of, month_of
from partimento.upkeep.amounts import dollars
from partimento.web.layout import page
from partimento.web.visit import Answer, Moved, Place, Visit

FIELDS = ("who", "name", "amount", "per")
SETTINGS = (
    ("daily_budget_usd", "everybody together", "day"), ("monthly_budget_usd", "everybody together", "month"),
    ("user_daily_budget_usd", "each user", "day"), ("user_monthly_budget_usd", "each user", "month"),
    ("key_daily_budget_usd", "each key", "day"), ("key_monthly_budget_usd", "each key", "month"),
)  # fmt: skip


class CapLine(Struct, frozen=True, kw_only=True):
    """A cap set by hand, for people. `holder` as the books have it."""

    holder: str
    name: str
    period: str
    limit: Decimal
    spent: Decimal
    reserved: Decimal

    @property
    def share(self) -> float:
        """What of it is gone, 1 at most."""
        taken = self.spent + self.reserved
        return min(1.0, float(taken / self.limit)) if self.limit else 1.0


class FileCap(Struct, frozen=True, kw_only=True):
    """A cap of the settings. `spent` is known of everybody together alone."""

    name: str
    who: str
    period: str
    limit: Decimal
    origin: str
    spent: Decimal | None


async def budgets(visit: Visit) -> Answer:
    """GET /settings/budgets."""
    return await _shown(visit)


async def put(visit: Visit) -> Answer:
    """POST /settings/budgets: what is wrong is told beside the form."""
    form = visit.form
    try:
        limit = dollars(form.get("amount"))
        holder = await asyncio.to_thread(_holder, visit)
        cap = await asyncio.to_thread(set_budget, visit.client.store, holder, form.get("per"), limit)
    except PartimentoError as error:
        return await _shown(visit, error)
    return Moved("/settings/budgets", said=f"{_words(visit)} may spend {cap.limit} a {cap.period} (UTC).")


async def remove(visit: Visit) -> Moved:
    """POST /settings/budgets/remove."""
    there = await asyncio.to_thread(
        remove_budget, visit.client.store, visit.form.get("holder"), visit.form.get("period")
    )
    return Moved("/settings/budgets", said="The cap is gone." if there else "There was no such cap.")


async def _shown(visit: Visit, error: PartimentoError | None = None) -> Answer:
    caps, file_caps, names = await asyncio.to_thread(_read, visit)
    typed = {name: visit.form.get(name) if error else "" for name in FIELDS}
    return page(
        visit, "settings_budgets.html", error.status if error else 200, section="budgets", caps=caps, typed=typed,
        file_caps=file_caps, key_names=names, error=error,
    )  # fmt: skip


def _read(visit: Visit) -> tuple[list[CapLine], list[FileCap], list[str]]:
    store, now = visit.client.store, visit.now
    keys = list_keys(store)
    names = {f"key:{key.id}": f"key {key.name}" for key in keys}
    lines = [
        CapLine(
            holder=one.cap.holder, name=_holder_words(one.cap.holder, names), period=one.cap.period,
            limit=one.cap.limit.usd, spent=one.spent.usd, reserved=one.reserved.usd,
        )
        for one in standings(store, now)
    ]  # fmt: skip
    day = day_of(now)
    spent = {}
    for period, name in (("day", day), ("month", month_of(day))):
        total = store.ask("total_of", "", name)
        spent[period] = Money(total[0][0]).usd if total else Decimal(0)
    origins, settings = visit.client.configured.origins, visit.client.settings
    set_in_files = [
        FileCap(
            name=name, who=who, period=period, limit=limit, origin=origins[name],
            spent=spent[period] if who == SETTINGS[0][1] else None,
        )
        for name, who, period in SETTINGS
        if (limit := getattr(settings, name)) is not None
    ]  # fmt: skip
    return lines, set_in_files, [key.name for key in keys if key.lives_at(now)]


def _holder_words(holder: str, names: dict[str, str]) -> str:
    return names.get(holder) or (holder.replace("user:", "user ", 1) if holder else "everybody together")


def _holder(visit: Visit) -> str:
    who, name = visit.form.get("who"), visit.form.get("name")
    if who == "everybody":
        return ""
    if who == "key":
        return f"key:{named_key(visit.client.store, name).id}"
    if who == "user" and name and len(name) <= 200 and name.isprintable():
        return f"user:{name}"
    raise BadInput("cannot tell whose budget that is", why="no name stands there", mend="name a user or a key")


def _words(visit: Visit) -> str:
    who, name = visit.form.get("who"), visit.form.get("name")
    return "All together" if who == "everybody" else f"{who} {name[:80]}".capitalize()


places = (
    Place(method="GET", path="/settings/budgets", opened=budgets, summary="Caps on what is spent", owner=True),
    Place(method="POST", path="/settings/budgets", opened=put, summary="Set a cap", owner=True),
    Place(method="POST", path="/settings/budgets/remove", opened=remove, summary="Take a cap away", owner=True),
)
