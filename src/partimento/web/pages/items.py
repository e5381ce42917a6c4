"""The page of anything that was made: read, heard, saved, judged, and why it was made by whom. Knows what is shown;
leaves reading each kind of value to `views`.
"""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import UnknownName
from partimento.shapes.saving import MEDIA
from partimento.web.ask_again import ask_again
from partimento.web.downloads import UNREADABLE, Download, content_of, downloads, filename_of, score_of, sound_of
from partimento.web.item import Item, item_of
from partimento.web.layout import page
from partimento.web.route_told import RouteTold, claims_told, route_told, row_of
from partimento.web.views.registry import GENERIC, view_of
from partimento.web.views.tools import TOOLS
from partimento.web.views.view import View
from partimento.web.visit import Answer, Place, Sent, Visit

MOST_RAW = 200_000
"""Letters of the raw value that the page shows; the JSON file has all."""


class Sight(Struct, frozen=True, kw_only=True):
    """All that the page of an item shows."""

    item: Item
    view: View
    more: dict[str, Any]
    told: RouteTold | None
    claims: str
    saves: tuple[Download, ...]
    sound: str
    again: str
    raw: str
    is_score: bool


async def item_page(visit: Visit) -> Answer:
    """GET /items/{id}."""
    sight = await asyncio.to_thread(_seen, visit, visit.names["id"])
    return page(visit, "item.html", sight=sight, item=sight.item, **{**TOOLS, **sight.more})


async def item_file(visit: Visit) -> Sent:
    """GET /items/{id}/file/{name}: the ending of the name says the format. `?play=1` hears it instead of saving."""
    suffix = PurePosixPath(visit.names["name"]).suffix.lower()
    if suffix not in MEDIA:
        raise UnknownName("format", suffix or visit.names["name"][:40], MEDIA)
    item = await asyncio.to_thread(item_of, visit, visit.names["id"])
    content = await asyncio.to_thread(content_of, item, suffix)
    return Sent(content, MEDIA[suffix], filename="" if "play" in visit.query else filename_of(item, suffix))


def _seen(visit: Visit, name: str) -> Sight:
    """What the page shows of an item. Blocks: a view may look things up."""
    item = item_of(visit, name)
    view, more = _viewed(visit, item)
    row = row_of(visit.client.store, item.row)
    return Sight(
        item=item,
        view=view,
        more=more,
        told=None if row is None else route_told(row, visit.client.settings),
        claims=claims_told(item.row.claims),
        saves=downloads(item),
        sound=sound_of(item),
        again=ask_again(item),
        raw=msgspec.json.format(item.row.value, indent=2).decode()[:MOST_RAW],
        is_score=score_of(item.value) is not None,
    )


def _viewed(visit: Visit, item: Item) -> tuple[View, dict[str, Any]]:
    """The view of its task and what it shows; the generic one for music that cannot be read."""
    view = view_of(item.row.task) if item.task else GENERIC
    try:
        return view, view.values(visit, item)
    except UNREADABLE:
        return GENERIC, {}


places = (
    Place(method="GET", path="/items/{id}", opened=item_page, summary="Anything made"),
    Place(method="GET", path="/items/{id}/file/{name}", opened=item_file, summary="Anything made, as a file"),
)
