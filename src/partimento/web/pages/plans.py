"""A plan before anything is made: written or sent, what it comes to, begun within a cap. Knows its form; leaves plans
to `library`.
"""

from __future__ import annotations

import asyncio

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import PartimentoError
from partimento.library.checking import Estimate
from partimento.library.front import DEFAULT, Library, shipped
from partimento.library.job import Job
from partimento.library.plan import Plan
from partimento.library.whose import job_of, jobs_of
from partimento.web.layout import page
from partimento.web.planned import EXAMPLE, MOST_ENTRIES, Entry, dollars, entries, plan_in, plan_text, tasks_told
from partimento.web.standing import pace
from partimento.web.visit import Answer, Moved, Place, Shown, Visit


class Foreseen(Struct, frozen=True, kw_only=True):
    """What a plan comes to. `seconds`: how long it will take, at the pace of the newest job of the same models; None
    where there was none."""

    plan: Plan
    entries: tuple[Entry, ...]
    entries_more: int
    estimate: Estimate
    seconds: float | None

    @property
    def tasks(self) -> list[tuple[str, int]]:
        return list(tasks_told(self.estimate.tasks))


async def form(visit: Visit) -> Answer:
    """GET /library/plan, or ?plan=default, or ?job=ID for the plan of a job."""
    named, asked = visit.query.get("job", ""), visit.query.get("plan", "")
    if named:
        job = await asyncio.to_thread(job_of, visit.client.library.shelf, visit.holder, named)
        return await _foreseen(visit, "" if job.origin == "pack" else msgspec.json.format(job.plan, indent=2))
    return await _foreseen(visit, shipped() if asked == DEFAULT else "")


async def look(visit: Visit) -> Answer:
    """POST /library/plan: what it comes to; nothing is made."""
    text = ""
    try:
        text = plan_text(visit.form)
        plan_in(text)
    except PartimentoError as error:
        return _shown(visit, visit.form.get("plan") or text, error=error)
    return await _foreseen(visit, text)


async def begin(visit: Visit) -> Answer:
    """POST /library/jobs: the job, at work; where the same plan was begun and has not ended, that job goes on."""
    library, text, typed = visit.client.library, visit.form.get("plan"), visit.form.get("cap")
    try:
        plan = library.plan(DEFAULT) if text == DEFAULT else plan_in(text)
        cap = dollars(typed)
        plan = plan if cap is None else replace(plan, cost_cap_usd=cap.usd)
        begun = await asyncio.to_thread(_unfinished, library, plan, visit.holder)
        if begun is not None and library.shelf.at_work(begun):
            return Moved(f"/library/jobs/{begun.id}", said="This plan is at work already.")
        job = begun if begun is not None else await asyncio.to_thread(library.new_job, plan, visit.caller)
        await library.begin(job.id)
    except PartimentoError as error:
        return _shown(visit, text, error=error, cap=typed)
    return Moved(f"/library/jobs/{job.id}", said=f"{plan.name} has begun.")


async def _foreseen(visit: Visit, text: str) -> Shown:
    library = visit.client.library
    if not text:
        return _shown(visit, "")
    try:
        plan = plan_in(text)
        seen = await asyncio.to_thread(_look, library, plan, visit.holder)
    except PartimentoError as error:
        return _shown(visit, text, error=error)
    return _shown(visit, text, seen)


def _shown(
    visit: Visit, text: str, seen: Foreseen | None = None, *, error: PartimentoError | None = None, cap: str = ""
) -> Shown:
    status = 200 if error is None else error.status
    return page(visit, "library_plan.html", status=status, text=text, seen=seen, error=error, cap=cap, example=EXAMPLE)


def _look(library: Library, plan: Plan, holder: str | None) -> Foreseen:
    unfolded = library.unfolded(plan)
    told = library.estimate(plan)
    return Foreseen(
        plan=plan, entries=entries(unfolded), entries_more=max(0, len(unfolded.blocks) - MOST_ENTRIES), estimate=told,
        seconds=pace(library, jobs_of(library.shelf, holder), plan, told.total),
    )  # fmt: skip


def _unfinished(library: Library, plan: Plan, holder: str | None) -> Job | None:
    """The newest job of this plan that has not ended."""
    wanted = ("running", "paused")
    return next(
        (job for job in jobs_of(library.shelf, holder) if job.state in wanted and job.plan_hash == plan.hash), None
    )


places = (
    Place(method="GET", path="/library/plan", opened=form, summary="Write a plan"),
    Place(method="POST", path="/library/plan", opened=look, summary="What a plan comes to"),
    Place(method="POST", path="/library/jobs", opened=begin, summary="Begin a job"),
)
