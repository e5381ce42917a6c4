"""How a job stands, as pages tell it: its state in a word, its figures, what may be done with it. Blocks for the
database; leaves the work to the library.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from partimento.library.front import Library
from partimento.library.job import Job, Progress
from partimento.library.plan import Plan, read_plan
from partimento.web.figures import count, duration, money

Kind = str
"""A class of a chip: good, warn, bad, accent or nothing."""
_LOOKED_AT: Final = 8
_ENOUGH: Final = 10
"""Items that a job must have had for its pace to tell anything."""
_STATES: Final = {
    "running": ("running", "accent"), "paused": ("paused", "warn"), "done": ("done", "good"),
    "failed": ("failed", "bad"), "cancelled": ("cancelled", ""),
}  # fmt: skip


class Standing(Struct, frozen=True, kw_only=True):
    """A job and how far it is. `stopping`: it was told to stop, and finishes what is under way."""

    job: Job
    progress: Progress
    stopping: bool = False

    @property
    def id(self) -> str:
        return self.job.id

    @property
    def path(self) -> str:
        return f"/library/jobs/{self.job.id}"

    @property
    def at_work(self) -> bool:
        """Whether figures still move."""
        return self.stopping or (self.progress.state == "running" and not self.progress.interrupted)

    @property
    def is_pack(self) -> bool:
        return self.job.origin == "pack"

    @property
    def state(self) -> tuple[str, Kind]:
        """Its state in a word, and the chip's class."""
        if self.stopping:
            return ("ending" if self.job.state == "cancelled" else "pausing"), "warn"
        if self.progress.interrupted:
            return "interrupted", "warn"
        word, kind = _STATES[self.progress.state]
        return (word, "warn") if word == "done" and self.progress.failed else (word, kind)

    @property
    def may_pause(self) -> bool:
        return self.at_work and not self.stopping and not self.is_pack

    @property
    def may_resume(self) -> bool:
        """Whether it may go on where it stood."""
        unfinished = self.progress.state in ("paused", "failed") or self.progress.interrupted
        return unfinished and not self.at_work and not self.is_pack

    @property
    def may_retry(self) -> bool:
        """Whether what failed may be tried again alone."""
        ended = self.progress.state in ("done", "failed", "paused") and not self.at_work
        return ended and bool(self.progress.failed) and not self.is_pack

    @property
    def may_cancel(self) -> bool:
        return self.progress.state in ("running", "paused") and not self.stopping and not self.is_pack

    @property
    def left(self) -> str:
        """How long it will take, or took."""
        if self.at_work and self.progress.left_s is not None:
            return f"{duration(self.progress.left_s)} left"
        return ""


class Told(Struct, frozen=True, kw_only=True):
    """The figures of a job in words, for who watches it: one event each time they change."""

    state: str
    kind: str
    settled: int
    total: int
    words: str
    made: str
    failed: str
    duplicates: str
    skipped: str
    cost: str
    took: str
    left: str


def told(at: Standing) -> Told:
    """The same figures that the page shows."""
    progress, (state, kind) = at.progress, at.state
    return Told(
        state=state, kind=kind, settled=progress.settled, total=progress.total, words=words(progress),
        made=count(progress.made), failed=count(progress.failed), duplicates=count(progress.duplicates),
        skipped=count(progress.skipped), cost=money(progress.cost_usd), took=duration(progress.seconds), left=at.left,
    )  # fmt: skip


def words(progress: Progress) -> str:
    """How far, in a phrase."""
    return f"{count(progress.settled)} of {count(progress.total)} items"


def standing(library: Library, job: Job) -> Standing:
    """How it stands now. A job that was begun here is asked without its rows."""
    progress = library.watched(job.id)
    if progress.state != "running":  # it was put down meanwhile, or told to stop
        return Standing(job=job, progress=progress, stopping=progress.state != "done" and library.shelf.at_work(job))
    return Standing(job=job, progress=progress, stopping=job.state != "running" and not progress.interrupted)


def standings(library: Library, jobs: Sequence[Job]) -> tuple[Standing, ...]:
    """How several stand, by a few questions for all of them."""
    rows = library.shelf.progress_of(jobs)
    shelf = library.shelf
    return tuple(
        Standing(job=job, progress=row, stopping=job.state in ("paused", "cancelled") and shelf.at_work(job))
        for job, row in zip(jobs, rows, strict=True)
    )


def pace(library: Library, jobs: Iterable[Job], plan: Plan, total: int) -> float | None:
    """How many seconds so many items take, at the pace of the newest job of the same models; None where none was."""
    alike = [job for job in jobs if job.origin == "plan" and job.state == "done" and job.seconds]
    for job in alike[:_LOOKED_AT]:
        if job.total >= _ENOUGH and makers(read_plan(job.plan)) == makers(plan):
            rate = library.shelf.progress(job).rate
            if rate:
                return total / rate
    return None


def makers(plan: Plan) -> frozenset[str]:
    """The models that a plan names; "" where the route decides."""
    return frozenset(entry.model or plan.model or "" for entry in plan.items)
