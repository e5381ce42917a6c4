"""Models: what runs here and what it takes, what runs elsewhere and what it costs, live. Knows what is shown; leaves
what can be done to `model_acts`, one model's page to `model`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Mapping
from typing import Final, Literal

import msgspec
from msgspec import Struct

from partimento.core.clock import Clock
from partimento.core.errors import PartimentoError
from partimento.pool.files.choose import Fit
from partimento.pool.foresight import Foresight
from partimento.pool.front import LocalModels, LocalRow, PoolState
from partimento.pool.messages import Resident
from partimento.pool.speeds import Speed
from partimento.pool.underway import Work
from partimento.upkeep.rows import Row, day_of, rows_of
from partimento.web.layout import page
from partimento.web.pages.memory import Memory, memories
from partimento.web.visit import Answer, Flow, Place, Visit

STATES: Final[Mapping[str, str]] = {
    "absent": "not here", "downloading": "being fetched", "cold": "on disk", "waiting": "waiting for memory",
    "starting": "loading", "loading": "loading", "warming": "loading", "ready": "in memory", "draining": "finishing",
    "sleeping": "asleep in main memory", "stopping": "leaving", "reclaiming": "leaving", "failed": "failed",
    "quarantined": "crashed too often",
}  # fmt: skip
COMING: Final = ("waiting", "starting", "loading", "warming")
STREAM_S: Final = 10.0
"""How long one stream of events lasts; the browser asks again. So a server that is to stop need not wait longer."""
TOLD_S: Final = 900.0
"""How long it is told what came of something."""
LOOK_S: Final = 1.0
"""How often it is looked whether a pool has come up."""


class Local(Struct, frozen=True, kw_only=True):
    """A local model with all that is known of it."""

    row: LocalRow
    reach: int
    held: Resident | None = None
    speed: Speed | None = None
    foresight: Foresight | None = None
    fit: Fit | None = None
    work: Work | None = None

    @property
    def name(self) -> str:
        return self.row.model

    @property
    def words(self) -> str:
        """The state for people."""
        if self.held is not None and self.held.state == "ready" and self.held.leases:
            return "in use"
        return STATES.get(self.row.state, self.row.state)

    @property
    def tone(self) -> Literal["", "good", "accent", "warn", "bad"]:
        """How the state is coloured, besides being said."""
        if self.row.loaded:
            return "good"
        if self.row.state in (*COMING, "downloading"):
            return "accent"
        return "bad" if self.row.state in ("failed", "quarantined") else ""

    @property
    def in_memory(self) -> bool:
        """Whether it takes memory now."""
        return self.held is not None and self.held.reserved_bytes > 0


class Seen(Struct, frozen=True, kw_only=True):
    """The whole page's state, read at one moment."""

    here: tuple[Local, ...]
    elsewhere: tuple[Local, ...]
    memories: tuple[Memory, ...]
    works: tuple[Work, ...]
    told: PoolState
    trouble: PartimentoError | None = None


async def models(visit: Visit) -> Answer:
    """GET /models."""
    seen = await look(visit)
    client = visit.client
    rows = rows_of(client.ports.catalog, client.ports.engines, client.settings, day_of(visit.now))
    local = {one.name for one in (*seen.here, *seen.elsewhere)}
    others = [row for row in rows if row.id not in local and row.engine != "rules" and not _adapter(row.id, local)]
    return page(
        visit, "models.html", seen=seen, mark=mark(seen.told, seen.works, visit.now), servers=_grouped(others),
        suggested=await asyncio.to_thread(client.local.suggested) if visit.owner else (), today=day_of(visit.now),
    )  # fmt: skip


async def events(visit: Visit) -> Answer:
    """GET /models/events: how far everything is, whenever that changes."""
    return Flow(stream(visit.client.local, visit.client.ports.clock))


async def look(visit: Visit) -> Seen:
    """What there is now. Starts no daemon."""
    local, trouble = visit.client.local, None
    try:
        told = await local.status()
    except PartimentoError as error:  # a daemon of another version
        told, trouble = PoolState(current_model=None, status=None), error
    rows = await local.rows(told)
    foresights, fits, speeds, machine = await asyncio.gather(
        asyncio.to_thread(local.foresee, told), asyncio.to_thread(_fits, local), asyncio.to_thread(local.measured),
        asyncio.to_thread(local.machine),
    )  # fmt: skip
    held = {one.model: one for one in told.status.models} if told.status else {}
    reaches = {model.id: model.reach for model in visit.client.ports.catalog.models()}
    works = local.underway.all()
    going = {work.model: work for work in works if work.stage == "going"}
    found = [
        Local(
            row=row, reach=reaches.get(row.model, 0), held=held.get(row.model), speed=speeds.get(row.model),
            foresight=foresights.get(row.model), fit=fits.get(row.model), work=going.get(row.model),
        )
        for row in rows
    ]  # fmt: skip
    here = [one for one in found if one.row.path or one.in_memory]
    return Seen(
        here=tuple(sorted(here, key=lambda one: (not one.in_memory, bool(one.row.why), one.name))),
        elsewhere=tuple(one for one in found if one not in here),
        memories=memories(told.status, machine.devices, machine.settings), told=told, trouble=trouble,
        works=tuple(work for work in works if _worth_telling(work, visit.now)),
    )  # fmt: skip


def _worth_telling(work: Work, now: float) -> bool:
    """What goes on, and for a while what came of it; that a model is loaded, its own line tells."""
    if work.ended_at is None:
        return True
    return now - work.ended_at < TOLD_S and not (work.kind == "load" and work.stage == "done")


def mark(told: PoolState, works: tuple[Work, ...], now: float) -> str:
    """Changes when the page would look different in more than how far something is."""
    models = told.status.models if told.status else ()
    looks = [
        (one.model, one.state, one.pinned, one.leases > 0, one.reserved_bytes, one.reason)
        for one in models
        if one.reserved_bytes or one.state not in ("absent", "cold")
    ]
    begun = [(work.kind, work.model, work.stage, work.began_at) for work in works if _worth_telling(work, now)]
    return hashlib.sha256(msgspec.json.encode((looks, begun))).hexdigest()[:12]


async def stream(local: LocalModels, clock: Clock) -> AsyncGenerator[bytes, None]:
    """One event for each change, until it is time to be asked again."""
    changed = asyncio.Event()
    tasks = [asyncio.create_task(_pool(local, changed)), asyncio.create_task(_works(local, changed))]
    loop = asyncio.get_running_loop()
    until, last = loop.time() + STREAM_S, b""
    yield b"retry: 500\n\n"
    try:
        while (left := until - loop.time()) > 0:
            changed.clear()
            event = await _event(local, clock.now())
            if event != last:
                yield event
                last = event
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                break
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _event(local: LocalModels, now: float) -> bytes:
    try:
        told = await local.status()
    except PartimentoError:
        told = PoolState(current_model=None, status=None)
    works = local.underway.all()
    coming = {one.model: one for one in told.status.models if one.state in COMING} if told.status else {}
    bars = [
        {"id": f"{work.kind} {work.model}", "words": words_of(work, coming), "fraction": fraction_of(work, coming)}
        for work in works
        if work.stage == "going"
    ]
    ended = [
        {"id": f"{work.kind} {work.model} {work.began_at}", "stage": work.stage, "words": outcome(work)}
        for work in works
        if work.stage != "going"
    ]
    return b"data: " + msgspec.json.encode({"mark": mark(told, works, now), "bars": bars, "ended": ended}) + b"\n\n"


def words_of(work: Work, coming: Mapping[str, Resident]) -> str:
    """How far something under way is. A load is known best by the pool."""
    one = coming.get(work.model)
    if work.kind == "load" and one is not None:
        return STATES[one.state] + (f", {one.stage}" if one.stage else "")
    return work.words or {"pull": "asking the hub", "load": "asking the pool", "bench": "beginning"}[work.kind]


def fraction_of(work: Work, coming: Mapping[str, Resident]) -> float | None:
    """The part of it that is done."""
    one = coming.get(work.model)
    return one.fraction if work.kind == "load" and one is not None else work.fraction


def outcome(work: Work) -> str:
    """What came of it, in a sentence."""
    if work.stage == "failed":
        return ". ".join(part.rstrip(".") for part in (work.what, work.why) if part) + "."
    if work.stage == "stopped":
        return f"{work.model}: stopped. What came so far is kept."
    return work.words


async def _pool(local: LocalModels, changed: asyncio.Event) -> None:
    while True:
        try:
            async for _ in local.changes():
                changed.set()
        except PartimentoError:
            pass
        changed.set()
        await asyncio.sleep(LOOK_S)


async def _works(local: LocalModels, changed: asyncio.Event) -> None:
    async for _ in local.underway.changes():
        changed.set()


def _fits(local: LocalModels) -> dict[str, Fit]:
    return {fit.model: fit for fit in local.fits(())}


def _adapter(name: str, local: set[str]) -> bool:
    return any(name.startswith(f"{one}+") for one in local)


def _grouped(rows: list[Row]) -> dict[str, list[Row]]:
    """By who runs them, in the catalog's order; a vendor's newer ones first."""
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (not row.ready, row.status == "retired")):
        found.setdefault(row.provider, []).append(row)
    return found


places = (
    Place(method="GET", path="/models", opened=models, summary="Models: what runs where, and what it takes"),
    Place(method="GET", path="/models/events", opened=events, summary="How far models are, live"),
)
