"""A job at filling the library, watched and steered: its figures as they move, coverage, reasons, what it made last.
Knows forms and events; leaves the work to `library`, figures in words to `standing`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.library.coverage import Coverage, Hole, Look, TaskCoverage
from partimento.library.front import Library
from partimento.library.job import Job, Listed, Progress, Unmade
from partimento.library.manifest import Manifest
from partimento.library.plan import Plan, Unfolded, read_plan
from partimento.library.signing import fingerprint
from partimento.library.whose import job_of, jobs_of
from partimento.web.grids import Choice, Grid, choices, grid_of
from partimento.web.layout import page
from partimento.web.pages.library import ItemLine
from partimento.web.planned import Entry, dollars, entries, fields_told, studio_link
from partimento.web.standing import Standing, standing, standings, told
from partimento.web.visit import Answer, Flow, Moved, Place, Visit

_EVERY_S: Final = 0.5
_SIGN_OF_LIFE_S: Final = 4.0
_LIFE_S: Final = 10.0
"""Then a stream ends and the page asks anew: a server that is to stop waits for streams, and not for whole jobs."""
_JOBS: Final = 25
_LATEST: Final = 8
_REASONS: Final = 12
_HOLES: Final = 50
AT_ONCE: Final = 5_000
"""Plans up to this size have their coverage counted with the page; that of larger ones is asked for."""


class Missing(Struct, frozen=True):
    """A hole as it is told, and where it can be made by hand."""

    hole: Hole
    words: str
    studio: str


class Covered(Struct, frozen=True, kw_only=True):
    """One task's coverage as it is shown, and the way to all others. `asked`: the query that says what is looked at."""

    tasks: tuple[TaskCoverage, ...]
    task: TaskCoverage
    grid: Grid | None
    axes: tuple[Choice, ...]
    only: dict[str, str]
    cell: dict[str, str]
    missing: tuple[Missing, ...]
    missing_more: int
    asked: dict[str, str]

    def link(self, **more: str | int) -> str:
        """The same page, with some of that asked otherwise."""
        return "?" + urlencode(self.asked | {name: str(value) for name, value in more.items()})


class Told(Struct, frozen=True, kw_only=True):
    """All that the page of a job tells. `manifest`: of a pack; `trouble`: why its plan cannot be read any more."""

    at: Standing
    plan: Plan | None
    entries: tuple[Entry, ...]
    manifest: Manifest | None
    signer: str
    covered: Covered | None
    later: bool
    reasons: tuple[Unmade, ...]
    latest: tuple[ItemLine, ...]
    trouble: PartimentoError | None = None


async def listed(visit: Visit) -> Answer:
    """GET /library/jobs?from=25."""
    given = visit.query.get("from", "")
    first = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0

    def found() -> tuple[tuple[Standing, ...], int]:
        library = visit.client.library
        jobs = jobs_of(library.shelf, visit.holder)
        return standings(library, jobs[first : first + _JOBS]), len(jobs)

    shown, every = await asyncio.to_thread(found)
    return page(visit, "library_jobs.html", jobs=shown, every=every, first=first, most=_JOBS)


async def one(visit: Visit) -> Answer:
    """GET /library/jobs/{id}?task&rows&columns&only.NAME&row&column&from&right&coverage."""
    job = await _named(visit)
    return page(visit, "job.html", told=await asyncio.to_thread(_told, visit, job))


async def events(visit: Visit) -> Answer:
    """GET /library/jobs/{id}/events: `progress` each time figures move, then `done`."""
    return Flow(_pieces(visit, await _named(visit)))


async def pause(visit: Visit) -> Answer:
    """POST /library/jobs/{id}/pause."""
    return await _stop(visit, visit.client.library.pause, "It stops after what is under way.")


async def cancel(visit: Visit) -> Answer:
    """POST /library/jobs/{id}/cancel."""
    return await _stop(visit, visit.client.library.cancel, "It ends; what was made stays.")


async def resume(visit: Visit) -> Answer:
    """POST /library/jobs/{id}/resume: it goes on, with a new cap where one is written; or only what failed."""
    job, library = await _named(visit), visit.client.library
    if await asyncio.to_thread(library.shelf.at_work, job):
        return Moved(_path(job), said="It is still at work on what was under way. Try again in a moment.")
    failed = visit.form.get("failed") == "1"
    await library.begin(job.id, failed_only=failed, cap=dollars(visit.form.get("cap")))
    return Moved(_path(job), said="What failed is tried once more." if failed else "It goes on.")


async def _stop(visit: Visit, stop: Callable[[str], Progress], said: str) -> Moved:
    job = await _named(visit)
    try:
        await asyncio.to_thread(stop, job.id)
    except BadInput as error:
        return Moved(_path(job), said=f"{error.what}: {error.why}.")
    return Moved(_path(job), said=said)


async def _named(visit: Visit) -> Job:
    shelf, mend = visit.client.library.shelf, "your jobs stand under Library, Jobs"
    return await asyncio.to_thread(job_of, shelf, visit.holder, visit.names["id"], mend)


def _path(job: Job) -> str:
    return f"/library/jobs/{job.id}"


# ---- watched ---------------------------------------------------------------------------------------------------------


async def _pieces(visit: Visit, job: Job) -> AsyncGenerator[bytes, None]:
    library, shelf = visit.client.library, visit.client.library.shelf
    said, said_at = b"", time.monotonic()
    begun = said_at
    yield b"retry: 1000\n\n"
    try:
        while True:
            job = await asyncio.to_thread(shelf.job, job.id)
            at = await asyncio.to_thread(standing, library, job)
            now = msgspec.json.encode(told(at))
            if not at.at_work:
                yield b"event: done\ndata: " + now + b"\n\n"
                return
            if now != said:
                said, said_at = now, time.monotonic()
                yield b"event: progress\ndata: " + now + b"\n\n"
            elif time.monotonic() - said_at > _SIGN_OF_LIFE_S:
                said_at = time.monotonic()
                yield b": still here\n\n"
            if time.monotonic() - begun > _LIFE_S:
                yield b"event: again\ndata: {}\n\n"
                return
            await asyncio.sleep(_EVERY_S)
    except PartimentoError as error:
        yield b"event: trouble\ndata: " + msgspec.json.encode({"words": str(error)}) + b"\n\n"


# ---- shown -----------------------------------------------------------------------------------------------------------


def _told(visit: Visit, job: Job) -> Told:
    library = visit.client.library
    at = standing(library, job)
    later = job.total > AT_ONCE and visit.query.get("coverage") != "1"
    manifest = msgspec.json.decode(job.plan, type=Manifest) if at.is_pack else None
    plan: Plan | None = None
    shown: tuple[Entry, ...] = ()
    covered: Covered | None = None
    trouble: PartimentoError | None = None
    try:
        if not at.is_pack:
            plan = read_plan(job.plan)
            shown = entries(Unfolded(plan, library.known))
        covered = None if later else _covered(library, job, visit.query)
    except PartimentoError as error:
        trouble = error
    return Told(
        at=at, plan=plan, entries=shown, manifest=manifest, covered=covered, later=later, trouble=trouble,
        signer=fingerprint(manifest.public_key) if manifest else "", reasons=library.shelf.reasons(job, _REASONS),
        latest=tuple(ItemLine(one, fields_told(one.fields)) for one in _latest(library, job)),
    )  # fmt: skip


def _latest(library: Library, job: Job) -> tuple[Listed, ...]:
    return library.shelf.latest(job, _LATEST)


def _covered(library: Library, job: Job, query: Mapping[str, str]) -> Covered | None:
    """What is asked to be looked at, counted; the usual where nothing is."""
    look = _look(query)
    every = library.coverage(job.id, look)
    if not every.tasks:
        return None
    task = next((one for one in every.tasks if look and one.task == look.task), None) or _first(every)
    if look is None:
        look = Look(task=task.task)
    grid = grid_of(task, _number(query, "from"), _number(query, "right"))
    holes = [hole for hole in every.holes if hole.task == task.task]
    missing = tuple(
        Missing(hole, fields_told(hole.fields), studio_link(hole.task, hole.fields)) for hole in holes[:_HOLES]
    )
    asked = {name: query[name] for name in ("rows", "columns", "coverage") if query.get(name)}
    asked |= {"task": task.task} | {f"only.{name}": value for name, value in look.only.items()}
    return Covered(
        tasks=every.tasks, task=task, grid=grid, axes=choices(task.axes), only=dict(look.only), cell=dict(look.cell),
        missing=missing, missing_more=_more(every, task, look, len(holes)), asked=asked,
    )  # fmt: skip


def _more(every: Coverage, task: TaskCoverage, look: Look, told_of: int) -> int:
    """How many holes are not told one by one."""
    unlimited = not (look.only or look.cell)
    holes = task.wanted - task.made if unlimited else told_of + every.holes_more
    return max(0, holes - min(told_of, _HOLES))


def _first(every: Coverage) -> TaskCoverage:
    """The first task with holes, one with a grid before the others."""
    return min(every.tasks, key=lambda task: (task.made >= task.wanted, not task.grid))


def _look(query: Mapping[str, str]) -> Look | None:
    task, rows, columns = query.get("task", ""), query.get("rows", ""), query.get("columns", "")
    if not task:
        return None
    only = {name.removeprefix("only."): value for name, value in query.items() if name.startswith("only.") and value}
    cell = {axis: query[at] for axis, at in ((rows, "row"), (columns, "column")) if axis and at in query}
    two = (rows, columns) if rows and columns and rows != columns else ("", "")
    return Look(task=task, rows=two[0], columns=two[1], only=only, cell=cell)


def _number(query: Mapping[str, str], name: str) -> int:
    given = query.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


places = (
    Place(method="GET", path="/library/jobs", opened=listed, summary="Jobs that fill the library"),
    Place(method="GET", path="/library/jobs/{id}", opened=one, summary="How far a job is"),
    Place(method="GET", path="/library/jobs/{id}/events", opened=events, summary="Watch a job"),
    Place(method="POST", path="/library/jobs/{id}/pause", opened=pause, summary="Let a job stop"),
    Place(method="POST", path="/library/jobs/{id}/cancel", opened=cancel, summary="End a job for good"),
    Place(method="POST", path="/library/jobs/{id}/resume", opened=resume, summary="Go on with a job"),
)
