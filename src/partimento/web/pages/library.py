"""What the library holds: how much of what, the shipped plan, the newest jobs, items to browse. Knows these two pages;
leaves plans, jobs and packs to the files beside it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from partimento.library.coverage import Stock, stock
from partimento.library.front import DEFAULT, Library
from partimento.library.job import Job, Listed
from partimento.library.plan import Unfolded
from partimento.library.whose import job_of, jobs_of
from partimento.web.grids import in_order
from partimento.web.layout import page
from partimento.web.planned import fields_told
from partimento.web.standing import Standing, pace, standings
from partimento.web.visit import Answer, Place, Visit

_JOBS: Final = 5
_AT_A_TIME: Final = 50
AXES: Final = ("task", "genre", "key", "level", "kind")
"""What items are chosen by."""


class Kept(Struct, frozen=True):
    """What there is of one task: items, and how many genres, keys and levels they go through."""

    task: str
    items: int
    genres: int
    keys: int
    levels: int


class Shipped(Struct, frozen=True, kw_only=True):
    """The shipped plan: what it comes to, how long that takes where a job has shown it, and its newest job."""

    total: int
    tasks: tuple[tuple[str, int], ...]
    seconds: float | None
    job: Standing | None


class Held(Struct, frozen=True, kw_only=True):
    """All that the first page tells."""

    tasks: tuple[Kept, ...]
    items: int
    genres: int
    bytes: int | None
    jobs: tuple[Standing, ...]
    all_jobs: int
    at_work: int
    shipped: Shipped


class ItemLine(Struct, frozen=True):
    """An item as a list tells it."""

    listed: Listed
    words: str


async def overview(visit: Visit) -> Answer:
    """GET /library."""
    return page(visit, "library.html", held=await asyncio.to_thread(_held, visit))


async def items(visit: Visit) -> Answer:
    """GET /library/items?task&genre&key&level&kind&job&after&seen."""
    chosen = {name: visit.query[name] for name in (*AXES, "job") if visit.query.get(name)}
    seen = visit.query.get("seen", "")
    before = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    after = visit.query.get("after", "")
    found, total, options, job = await asyncio.to_thread(_found, visit, chosen, after)
    shown = tuple(ItemLine(one, fields_told(one.fields)) for one in found[:_AT_A_TIME])
    onward = ""
    if len(found) > _AT_A_TIME:
        onward = "?" + urlencode(chosen | {"after": shown[-1].listed.place, "seen": before + len(shown)})
    return page(
        visit, "library_items.html", shown=shown, total=total, before=before if after else 0, onward=onward,
        chosen=chosen, options=options, job=job, again="?" + urlencode(chosen),
    )  # fmt: skip


def _held(visit: Visit) -> Held:
    library, key = visit.client.library, visit.holder
    jobs = jobs_of(library.shelf, key)
    kept = stock(library.shelf, jobs if key else None)
    newest = standings(library, jobs[:_JOBS])
    return Held(
        tasks=_by_task(kept), items=sum(one.items for one in kept), jobs=newest, all_jobs=len(jobs),
        genres=len({one.genre for one in kept if one.genre}), bytes=None if key else library.shelf.size(),
        at_work=sum(one.at_work for one in standings(library, [job for job in jobs if job.state == "running"])),
        shipped=_shipped(library, jobs),
    )  # fmt: skip


def _shipped(library: Library, jobs: Sequence[Job]) -> Shipped:
    plan = library.plan(DEFAULT)
    unfolded = Unfolded(plan, library.known)
    tasks: Counter[str] = Counter()
    for block in unfolded.blocks:
        tasks[block.block.task] += block.size
    own = next((job for job in jobs if job.plan_hash == plan.hash), None)
    return Shipped(
        total=unfolded.total, tasks=tuple(tasks.most_common()), seconds=pace(library, jobs, plan, unfolded.total),
        job=standings(library, [own])[0] if own else None,
    )  # fmt: skip


def _by_task(kept: Sequence[Stock]) -> tuple[Kept, ...]:
    counts: Counter[str] = Counter()
    for one in kept:
        counts[one.task] += one.items
    return tuple(
        Kept(
            task, number, *(
                len({getattr(one, axis) for one in kept if one.task == task and getattr(one, axis)})
                for axis in ("genre", "key", "level")
            )
        )
        for task, number in counts.most_common()
    )  # fmt: skip


def _found(
    visit: Visit, chosen: dict[str, str], after: str
) -> tuple[list[Listed], int, dict[str, list[str]], Job | None]:
    """A page of items and one more, how many there are in all, what may be chosen, and whose job's they are."""
    library, key = visit.client.library, visit.holder
    job = job_of(library.shelf, key, chosen["job"]) if "job" in chosen else None
    jobs = [job] if job else jobs_of(library.shelf, key) if key else None
    kept = stock(library.shelf, jobs)
    words = {name: value for name, value in chosen.items() if name != "job"}
    total = sum(one.items for one in kept if all(getattr(one, name) == value for name, value in words.items()))
    options = {name: in_order(sorted({getattr(one, name) for one in kept} - {""})) for name in AXES}
    return list(islice(_listed(visit, jobs, words, after), _AT_A_TIME + 1)), total, options, job


def _listed(visit: Visit, jobs: Sequence[Job] | None, words: dict[str, str], after: str) -> Iterator[Listed]:
    shelf = visit.client.library.shelf
    if jobs is None:
        yield from shelf.listing(**words, after=after)
        return
    begun = after.rpartition(":")[0]
    for job in sorted(jobs, key=lambda one: one.id):
        if job.id >= begun:
            yield from shelf.listing(**words, job=job.id, after=after)


places = (
    Place(method="GET", path="/library", opened=overview, summary="What was made ahead of time"),
    Place(method="GET", path="/library/items", opened=items, summary="Browse what was made ahead of time"),
)
