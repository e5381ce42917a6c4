"""What the owner does to local models from the page: fetch, load, unload, pin, measure, delete. Knows what goes on when
the page is left; leaves the doing to the pool.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from partimento.core.errors import BadInput, UnknownName
from partimento.pool.files.manifest import Pulling
from partimento.pool.underway import Kind, Say, Work
from partimento.web.catalog import reread
from partimento.web.visit import Moved, Place, Visit

PATIENCE_S = 4.0
"""How long an answer waits for what it began; what takes longer is followed on the page."""
BENCH_TOKENS = 128
KINDS: tuple[Kind, ...] = ("pull", "load", "bench")


async def load(visit: Visit) -> Moved:
    """POST /models/load."""
    name, local = _local(visit), visit.client.local
    force = visit.form.get("force") == "yes"

    async def doing(say: Say) -> str:
        await local.load(name, force=force, told=lambda at: say(at.stage or at.state, at.fraction))
        return f"{name} is in memory."

    return await _begun(visit, "load", name, doing)


async def pull(visit: Visit) -> Moved:
    """POST /models/pull: by id, tier, owner/repository[:QUANTISATION] or URL."""
    name, client = visit.form.get("model"), visit.client
    if not name or len(name) > 300 or not name.isprintable():
        raise BadInput("there is no model to fetch", why="its name is missing or odd", mend="write owner/repository")
    loop = asyncio.get_running_loop()

    async def doing(say: Say) -> str:
        def heard(at: Pulling) -> None:  # in the thread that fetches
            loop.call_soon_threadsafe(say, at.line(), at.fraction)

        pulled = await client.local.pull(name, heard)
        await reread(client)
        return pulled.line() + "."

    return await _begun(visit, "pull", name, doing)


async def bench(visit: Visit) -> Moved:
    """POST /models/bench."""
    name, local = _local(visit), visit.client.local

    async def doing(say: Say) -> str:
        lines = [
            line
            async for one in local.bench([name], BENCH_TOKENS, lambda text: say(text, None))
            for line in one.lines()
        ]
        return "; ".join(line.strip() for line in lines) + "."

    return await _begun(visit, "bench", name, doing)


async def unload(visit: Visit) -> Moved:
    """POST /models/unload."""
    name = _local(visit)
    notes = await visit.client.local.unload(name, force=visit.form.get("force") == "yes")
    return Moved("/models", said=f"{name} is out of memory." + "".join(f" {note}." for note in notes))


async def pin(visit: Visit) -> Moved:
    """POST /models/pin: `pinned` is yes or no. One that is not in memory is loaded."""
    name, local = _local(visit), visit.client.local
    if visit.form.get("pinned") == "no":
        await local.pin(name, False)
        return Moved("/models", said=f"{name} goes when it is unused.")

    async def doing(say: Say) -> str:
        await local.load(name, told=lambda at: say(at.stage or at.state, at.fraction))
        await local.pin(name, True)
        return f"{name} stays in memory."

    return await _begun(visit, "load", name, doing)


async def remove(visit: Visit) -> Moved:
    """POST /models/remove: what pulls fetched; files of the owner's are left alone."""
    name = _local(visit)
    gone = await visit.client.local.remove(name)
    return Moved("/models", said=f"{name} is deleted: {sum(one.bytes for one in gone) / 1e9:.1f} GB are free again.")


async def stop(visit: Visit) -> Moved:
    """POST /models/stop: break off what goes on."""
    kind, name = _kind(visit), visit.form.get("model")
    await visit.client.local.underway.stop(kind, name)
    return Moved("/models", said=f"{name[:200]}: stopped.")


async def forget(visit: Visit) -> Moved:
    """POST /models/forget: what ended was read."""
    visit.client.local.underway.forget(_kind(visit), visit.form.get("model"))
    return Moved("/models")


async def _begun(visit: Visit, kind: Kind, name: str, doing: Callable[[Say], Awaitable[str]]) -> Moved:
    underway = visit.client.local.underway
    underway.begin(kind, name, doing)
    work = await underway.ended(kind, name, PATIENCE_S)
    return Moved("/models", said=_said(work) if work else "")


def _said(work: Work) -> str:
    return work.words if work.stage == "done" else ""


def _local(visit: Visit) -> str:
    """The id of a local model. Raises UnknownName."""
    name = visit.form.get("model")
    if not visit.client.local.holds(name):
        known = [row.id for row in visit.client.ports.catalog.models() if not row.base_url and row.engine != "rules"]
        raise UnknownName("local model", name[:200], known)
    return name


def _kind(visit: Visit) -> Kind:
    for kind in KINDS:
        if visit.form.get("kind") == kind:
            return kind
    raise UnknownName("work", visit.form.get("kind")[:80], KINDS)


places = tuple(
    Place(method="POST", path=f"/models/{name}", opened=opened, summary=summary, owner=True)
    for name, opened, summary in (
        ("load", load, "Load a model into memory"),
        ("unload", unload, "Take a model out of memory"),
        ("pin", pin, "Keep a model in memory, or let it go"),
        ("pull", pull, "Fetch a model"),
        ("bench", bench, "Measure a model"),
        ("remove", remove, "Delete what was fetched"),
        ("stop", stop, "Break off what goes on"),
        ("forget", forget, "Forget what ended"),
    )
)
