"""One model: what it is and costs, what was learnt of it, what its owner may change. Knows fields; leaves rows to
`upkeep`.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from partimento import plugins
from partimento.core.errors import BadInput, UnknownName
from partimento.core.model import Model
from partimento.pipeline.ranking import provable
from partimento.pipeline.reach import belief, evidence_by_task
from partimento.store.models import kept_models, list_prices
from partimento.upkeep import changes
from partimento.upkeep.prices import PriceRow
from partimento.upkeep.prices import rows_of as prices_of
from partimento.upkeep.rows import asked_once, day_of, every, rows_of
from partimento.web.catalog import reread
from partimento.web.layout import page
from partimento.web.pages.settings import bare
from partimento.web.visit import Answer, Moved, Place, Visit


class Learnt(Struct, frozen=True, kw_only=True):
    """How drafts of a model were at a task of some complexity. `drafts`: faded, as the route counts them."""

    task: str
    complexity: int
    drafts: float
    share: float
    standing: str


async def model(visit: Visit) -> Answer:
    """GET /models/about/{name}."""
    return await shown(visit, visit.names["name"])


async def shown(visit: Visit, name: str, *, tried: Any = None) -> Answer:
    """The page of a model; `tried`: how it has just answered. Raises UnknownName."""
    client, today = visit.client, day_of(visit.now)
    ports = client.ports
    found = named(visit, name)
    row = next(row for row in rows_of(ports.catalog, ports.engines, client.settings, today) if row.id == found.id)
    prices: list[PriceRow] = prices_of([found], today)
    rows, own = await asyncio.to_thread(lambda: (kept_models(client.store), list_prices(client.store)))
    mine = found.id in own or any(kept.mine and kept.model.id == found.id for kept in rows)
    return page(
        visit, "model.html", model=found, row=row, price=prices[0] if prices else None, tried=tried, mine=mine,
        history=sorted(found.prices, key=lambda price: price.since, reverse=True), today=today,
        learnt=await learnt(visit, found), stronger=changes.stronger(client.configured, found.id),
        local=client.local.holds(found.id) and not found.base_url, where=bare(found.base_url),
    )  # fmt: skip


async def change(visit: Visit) -> Moved:
    """POST /models/change: reach, whether it may be asked, whether it comes first among its equals."""
    found = named(visit, visit.form.get("model"))
    reach = visit.form.number("reach")
    if reach is None or not 1 <= reach <= 10:
        raise BadInput("a reach goes from 1 to 10", why=f"{visit.form.get('reach')[:20]!r} was sent", mend="write 4")
    given = {
        "reach": reach,
        "active": visit.form.get("active") == "yes",
        "default": visit.form.get("default") == "yes",
    }
    await _changed(visit, found.id, {name: value for name, value in given.items() if getattr(found, name) != value})
    return Moved(address(found.id), said=f"{found.id} is changed. Requests from now on heed it.")


async def price(visit: Visit) -> Moved:
    """POST /models/price: dollars per million tokens in and out, from a day on."""
    found = named(visit, visit.form.get("model"))
    fields = {name: visit.form.get(name) or None for name in ("input_usd", "output_usd", "cached_usd", "since")}
    await _changed(visit, found.id, fields)
    return Moved(address(found.id), said=f"{found.id} has the price you set.")


async def reset(visit: Visit) -> Moved:
    """POST /models/reset: as it is shipped."""
    found = named(visit, visit.form.get("model"))
    await asyncio.to_thread(changes.reset, visit.client.store, found.id)
    await reread(visit.client)
    still = any(one.id == found.id for one in every(visit.client.ports.catalog))
    return Moved(address(found.id) if still else "/models", said=f"Your changes to {found.id} are gone.")


async def test(visit: Visit) -> Answer:
    """POST /models/test: asks it for one word."""
    found = named(visit, visit.form.get("model"))
    tried, _ = await asked_once(visit.client.make, found.id)
    return await shown(visit, found.id, tried=tried)


async def learnt(visit: Visit, found: Model) -> list[Learnt]:
    """What the route holds of it, task by task."""
    outcomes = visit.client.ports.outcomes
    tallies = await outcomes.tallies(visit.now) if outcomes else ()
    lines = []
    for task, evidence in sorted(evidence_by_task(tallies, visit.now).items()):
        for complexity, counts in sorted(evidence.get(found.id, {}).items()):
            can_prove = task in plugins.task_names() and provable(plugins.task(task))
            held = belief(found, complexity, evidence[found.id], verifiable=can_prove)
            drafts = counts.sound + counts.unsound
            lines.append(
                Learnt(
                    task=task, complexity=complexity, drafts=drafts, share=counts.sound / drafts if drafts else 0.0,
                    standing=held.standing,
                )
            )  # fmt: skip
    return lines


def named(visit: Visit, name: str) -> Model:
    """The model of that id, also an inactive one. Raises UnknownName."""
    known = every(visit.client.ports.catalog)
    for one in known:
        if one.id == name:
            return one
    raise UnknownName("model", name[:200], [one.id for one in known])


def address(name: str) -> str:
    """Where the page of a model is."""
    return f"/models/about/{quote(name, safe='')}"


async def _changed(visit: Visit, name: str, fields: dict[str, Any]) -> None:
    if any(value is not None for value in fields.values()):
        await asyncio.to_thread(changes.change, visit.client.store, name, fields, day_of(visit.now))
        await reread(visit.client)


places = (
    Place(method="GET", path="/models/about/{name:rest}", opened=model, summary="One model"),
    Place(method="POST", path="/models/change", opened=change, summary="Change a model", owner=True),
    Place(method="POST", path="/models/price", opened=price, summary="Set what a model costs", owner=True),
    Place(method="POST", path="/models/reset", opened=reset, summary="A model as it is shipped", owner=True),
    Place(method="POST", path="/models/test", opened=test, summary="Ask a model for one word", owner=True),
)
