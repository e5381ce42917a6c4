"""Prices in the settings: what each model costs, since when, read where; a newer list. Knows forms; leaves lists to
`upkeep`.
"""

from __future__ import annotations

import asyncio

from partimento.catalog import price_list
from partimento.core.errors import BadInput, PartimentoError
from partimento.environment import data_folder
from partimento.upkeep.prices import fetched, keep, rows_of
from partimento.upkeep.rows import day_of
from partimento.web.catalog import reread
from partimento.web.layout import page
from partimento.web.visit import Answer, Moved, Place, Visit
from partimento.wire.http import is_url


async def prices(visit: Visit) -> Answer:
    """GET /settings/prices."""
    return _shown(visit)


async def refresh(visit: Visit) -> Answer:
    """POST /settings/prices: a list that was sent as a file, or is at a URL, or (neither) where it is published."""
    folder, today = data_folder(visit.client.settings), day_of(visit.now)
    sent, url = visit.form.files.get("file"), visit.form.get("url")
    try:
        if sent is not None and sent.content:
            content, source = sent.content, sent.name[:200] or "a file"
        elif url and not is_url(url):
            raise BadInput("that is no URL", why=f"{url[:80]!r} was sent", mend="write https://…, or send the file")
        else:
            content, source = await fetched(url), url
        listing = await asyncio.to_thread(keep, folder, content, source, today)
    except PartimentoError as error:
        return _shown(visit, error)
    await reread(visit.client)
    return Moved("/settings/prices", said=f"{listing.source[:200]}: read, and in force.")


def _shown(visit: Visit, error: PartimentoError | None = None) -> Answer:
    today = day_of(visit.now)
    listing = price_list.in_force(data_folder(visit.client.settings))
    rows = rows_of(visit.client.ports.catalog.models(), today)
    return page(
        visit, "settings_prices.html", error.status if error else 200, section="prices", rows=rows, listing=listing,
        stale=listing.is_stale(today), error=error, today=today, url=visit.form.get("url"),
    )  # fmt: skip


places = (
    Place(method="GET", path="/settings/prices", opened=prices, summary="What models cost", owner=True),
    Place(method="POST", path="/settings/prices", opened=refresh, summary="Read a newer price list", owner=True),
)
