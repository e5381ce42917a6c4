"""The library over HTTP: jobs begun, paused, gone on with, watched; what there is. Knows their shapes; leaves the work
to the client's library.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.money import Money
from partimento.core.settings import MOST_USD
from partimento.decoding.schema import encode
from partimento.library.checking import Estimate
from partimento.library.coverage import Coverage
from partimento.library.front import DEFAULT
from partimento.library.job import Listed, Progress
from partimento.library.plan import Plan, plan_of
from partimento.library.whose import job_of, jobs_of
from partimento.server.exchange import EVENTS, Ask, Door, Reply, Stream, as_json
from partimento.server.problems import body_of

_EVERY_S: Final = 0.5
_AT_A_TIME: Final = 100
_MOST: Final = 1000
_WORDS: Final = ("task", "genre", "key", "level", "kind", "job")


class PlanBody(Struct, frozen=True, kw_only=True):
    """A plan as a table, or "default"."""

    plan: dict[str, Any] | str


class ResumeBody(Struct, frozen=True, kw_only=True):
    """`failed`: only what failed, once more; `cost_cap_usd`: a new cap."""

    failed: bool = False
    cost_cap_usd: Decimal | None = None


class ItemsTold(Struct, frozen=True):
    """A portion of what was made; `next` is asked for with `?after=`, "" at the end."""

    items: tuple[Listed, ...]
    next: str


async def jobs(ask: Ask) -> Reply:
    """GET /api/v2/library/jobs."""
    found = await asyncio.to_thread(ask.client.library.jobs)
    own = await asyncio.to_thread(_own, ask)
    return Reply(encode(tuple(one for one in found if own is None or one.job in own)))


async def plans(ask: Ask) -> Reply:
    """POST /api/v2/library/plans: what a plan comes to; nothing is made."""
    return Reply(encode(await asyncio.to_thread(ask.client.library.estimate, _plan(ask))))


async def add(ask: Ask) -> Reply:
    """POST /api/v2/library/jobs: the job, at work."""
    library = ask.client.library
    job = await asyncio.to_thread(library.new_job, _plan(ask), ask.caller)
    return Reply(encode(await library.begin(job.id)))


async def one(ask: Ask) -> Reply:
    """GET /api/v2/library/jobs/{id}."""
    return Reply(encode(await asyncio.to_thread(ask.client.library.progress, await _named(ask))))


async def pause(ask: Ask) -> Reply:
    """POST /api/v2/library/jobs/{id}/pause."""
    return Reply(encode(await asyncio.to_thread(ask.client.library.pause, await _named(ask))))


async def cancel(ask: Ask) -> Reply:
    """POST /api/v2/library/jobs/{id}/cancel."""
    return Reply(encode(await asyncio.to_thread(ask.client.library.cancel, await _named(ask))))


async def resume(ask: Ask) -> Reply:
    """POST /api/v2/library/jobs/{id}/resume: the job, at work."""
    body = ask.read(ResumeBody) if ask.body.strip() else ResumeBody()
    cap = None if body.cost_cap_usd is None else _money(body.cost_cap_usd)
    begun = await ask.client.library.begin(await _named(ask), failed_only=body.failed, cap=cap)
    return Reply(encode(begun))


async def events(ask: Ask) -> Stream:
    """GET /api/v2/library/jobs/{id}/events: `progress` while it is at work, then `done`."""
    first = await asyncio.to_thread(ask.client.library.progress, await _named(ask))
    return Stream(_events(ask, first), EVENTS)


async def items(ask: Ask) -> Reply:
    """GET /api/v2/library/items?task&genre&key&level&kind&job&limit&after."""
    query = ask.query
    limit, after = query.get("limit", str(_AT_A_TIME)), query.get("after", "0")
    if not (limit.isdigit() and after.isdigit() and 1 <= int(limit) <= _MOST and len(after) < 10):
        raise BadInput("cannot list that", why=f"limit goes from 1 to {_MOST}, after is a number", mend="?limit=100")
    words = {word: query[word] for word in _WORDS if query.get(word)}
    if "job" in words:
        words["job"] = await _named(ask, words["job"])
    start, count = int(after), int(limit)

    def listed() -> tuple[Listed, ...]:
        own = _own(ask)
        found = ask.client.library.items(**words)
        told = found if own is None else (one for one in found if one.job in own)
        return tuple(islice(told, start, start + count + 1))

    found = await asyncio.to_thread(listed)
    more = str(start + count) if len(found) > count else ""
    return Reply(as_json(ItemsTold(found[:count], more)))


async def coverage(ask: Ask) -> Reply:
    """GET /api/v2/library/coverage?job."""
    job = ask.query.get("job", "")
    return Reply(as_json(await asyncio.to_thread(ask.client.library.coverage, job and await _named(ask, job))))


def _own(ask: Ask) -> frozenset[str] | None:
    """The ids of a key's own jobs: it sees its own and nobody else's; None for the owner, who sees all."""
    if not ask.caller.key:
        return None
    return frozenset(job.id for job in jobs_of(ask.client.library.shelf, ask.caller.key))


async def _named(ask: Ask, named: str = "") -> str:
    """The job that is meant, by id or name, where the caller may know of it. Raises UnknownName."""
    named, key = named or ask.names["id"], ask.caller.key
    if not key:
        return named
    mend = "GET /api/v2/library/jobs lists yours"
    return (await asyncio.to_thread(job_of, ask.client.library.shelf, key, named, mend)).id


def _plan(ask: Ask) -> Plan:
    body = ask.read(PlanBody)
    if not isinstance(body.plan, str):
        return plan_of(body.plan, "the plan")
    if body.plan != DEFAULT:
        why = "files of this machine are not read here"
        raise BadInput("the plan is no table", why=why, mend='send the plan itself, or "default"')
    return ask.client.library.plan(DEFAULT)


async def _events(ask: Ask, told: Progress) -> AsyncGenerator[bytes, None]:
    said = b""
    try:
        while told.state == "running" and not told.interrupted:
            now = encode(told)
            if now != said:
                said = now
                yield b"event: progress\ndata: " + now + b"\n\n"
            await asyncio.sleep(_EVERY_S)
            told = await asyncio.to_thread(ask.client.library.watched, told.job)
        yield b"event: done\ndata: " + encode(told) + b"\n\n"
    except Exception as error:  # noqa: BLE001  # the head is sent: only an event can tell it now
        yield b"event: error\ndata: " + as_json(body_of(error, "native", ask.path)) + b"\n\n"


def _money(amount: Decimal) -> Money:
    try:
        if amount.is_finite() and 0 <= amount <= MOST_USD:
            return Money.of(amount)
    except InvalidOperation:
        pass
    raise BadInput("cannot use that cost cap", why=f"it goes from 0 to {MOST_USD} dollars", mend="write 2.50")


def _door(method: str, path: str, opened: Any, summary: str, **more: Any) -> Door:
    return Door(method=method, path=f"/api/v2/library/{path}", opened=opened, summary=summary, **more)


doors = (
    _door("GET", "jobs", jobs, "Jobs that fill the library", answer=list[Progress]),
    _door("POST", "plans", plans, "What a plan comes to", body=PlanBody, answer=Estimate),
    _door("POST", "jobs", add, "Begin a job for a plan", body=PlanBody, answer=Progress),
    _door("GET", "jobs/{id}", one, "How far a job is", answer=Progress),
    _door("POST", "jobs/{id}/pause", pause, "Let a job stop", answer=Progress),
    _door("POST", "jobs/{id}/cancel", cancel, "End a job for good", answer=Progress),
    _door("POST", "jobs/{id}/resume", resume, "Go on with a job", body=ResumeBody, answer=Progress),
    _door("GET", "jobs/{id}/events", events, "Watch a job", answer=Progress, streams=EVENTS),
    _door("GET", "items", items, "What was made ahead of time", answer=ItemsTold),
    _door("GET", "coverage", coverage, "What there is of what was wanted", answer=Coverage),
)
