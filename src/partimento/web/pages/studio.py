"""The Studio: ask for a piece, find what was made, change a piece by a bar or a chord. Knows its forms and no music."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from partimento import plugins
from partimento.core.errors import BadInput, PartimentoError
from partimento.core.request import Request
from partimento.music.composition.progression import Progression
from partimento.web.item import Item, item_of
from partimento.web.layout import page
from partimento.web.studio.asked import (
    EXAMPLES,
    Asked,
    from_form,
    from_link,
    genre_choices,
    key_choices,
    level_choices,
    meter_choices,
    model_groups,
    uses,
)
from partimento.web.studio.changes import request_for, shown, symbols_in, with_bar, with_chord, with_offer
from partimento.web.studio.recent import PIECES, recent
from partimento.web.visit import Answer, Moved, Place, Shown, Visit

_TOOLS: Final = ("embedding", "structured", "chat")
"""Tasks that programs ask for, rather than people."""


async def studio(visit: Visit) -> Answer:
    """GET /studio: the form, as the link fills it."""
    return await _shown(visit, from_link(visit.query))


async def ask(visit: Visit) -> Answer:
    """POST /studio: the piece, or the form again with what is wrong."""
    asked = from_form(visit.form)
    try:
        fields = asked.fields
        request = visit.client.composition(fields.pop("genre"), **fields)
        return Moved(f"/items/{await _made(visit, request, asked.model or None)}")
    except PartimentoError as error:
        return await _shown(visit, asked, error)


async def change_bar(visit: Visit) -> Answer:
    """POST /studio/pieces/{id}/bar: a piece with a bar changed, by a suggestion or by one's own chords."""
    item = await asyncio.to_thread(_piece, visit)
    bar, own = visit.form.number("bar") or 0, visit.form.get("own")
    if own:
        chart = await asyncio.to_thread(with_bar, item.value, bar, own)
        before, after = symbols_in(item.value.chords, bar), symbols_in(chart.chords, bar)
        change = f"bar {bar}: {before} → {after}"
    else:
        first, level = visit.form.number("first") or 0, visit.form.number("level") or item.value.level
        chart, change = await asyncio.to_thread(with_offer, item.value, first, visit.form.get("after"), bar, level)
    return await _changed(visit, item, chart, change)


async def change_next(visit: Visit) -> Answer:
    """POST /studio/pieces/{id}/next: a piece with another chord after one of its own, or a bar more at its end."""
    item = await asyncio.to_thread(_piece, visit)
    number, symbol = visit.form.number("after") or 0, visit.form.get("symbol")
    chords = item.value.chords
    if not 1 <= number <= len(chords):
        raise BadInput(f"there is no chord {number}", why=f"the piece has {len(chords)}", mend="open the piece again")
    chart = await asyncio.to_thread(with_chord, item.value, number, symbol)
    if number == len(chords):
        change = f"bar {chart.bars} is new: {chart.chords[-1].symbol}"
    else:
        change = f"bar {chords[number].bar}: {chords[number].symbol} → {chart.chords[number].symbol}"
    return await _changed(visit, item, chart, change)


async def _changed(visit: Visit, item: Item, chart: Progression, change: str) -> Moved:
    request = request_for(item.value, item.id, item.row.prompt, chart, change)
    made = await _made(visit, request, None)
    return Moved(f"/items/{made}", said=f"Made anew, {shown(change)}. The earlier piece stays as it was.")


async def _made(visit: Visit, request: Request[Any], model: str | None) -> str:
    """The memory id of what was made."""
    result = await visit.make(request, model)
    return result.receipt.memory_id


def _piece(visit: Visit) -> Item:
    item = item_of(visit, visit.names["id"])
    if item.task is None or item.row.task not in PIECES:
        raise BadInput("this is no piece", why=f"it is a {item.row.task}", mend="choose a piece in the Studio")
    return item


async def _shown(visit: Visit, asked: Asked, error: PartimentoError | None = None) -> Shown:
    pieces, others = await asyncio.to_thread(recent, visit)
    client = visit.client
    states = await asyncio.to_thread(client.status)
    today = datetime.fromtimestamp(visit.now, UTC).date()
    models = model_groups(client.ports.catalog.models(), states["models"], visit.caller.models, today)
    return page(
        visit,
        "studio.html",
        status=error.status if error else 200,
        asked=asked,
        error=error,
        genres=genre_choices(),
        uses=uses(),
        keys=key_choices(asked.key),
        levels=level_choices(asked.level),
        meters=meter_choices(asked.meter),
        models=models,
        known_model=any(asked.model == value for group in models for value, _ in group.choices),
        examples=EXAMPLES,
        pieces=pieces,
        others=others,
        tasks=_others(),
    )


def _others() -> list[tuple[str, str, str]]:
    """Every task but those of this page: its name, its title, what it makes. Those for programs stand last."""
    names = sorted(set(plugins.task_names()) - {"arrangement"}, key=lambda name: (name in _TOOLS, name))
    return [(name, name.replace("_", " ").capitalize(), plugins.task(name).summary) for name in names]


places = (
    Place(method="GET", path="/studio", opened=studio, summary="Compose, and find what was made"),
    Place(method="POST", path="/studio", opened=ask, summary="Compose a piece"),
    Place(method="POST", path="/studio/pieces/{id}/bar", opened=change_bar, summary="A piece with a bar changed"),
    Place(method="POST", path="/studio/pieces/{id}/next", opened=change_next, summary="A piece gone on with"),
)
