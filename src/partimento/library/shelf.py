"""The library's rows: jobs taken up and put down, items settled. Knows the statements; decides nothing.

A job is one process's at a time: it is taken by who saw that nobody living has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.core.money import Money
from partimento.core.ports import CacheEntry
from partimento.library.job import ItemRow, Job, JobState, Listed, Progress, Reason, Unmade
from partimento.store.database import Session
from partimento.store.owner import may_live, this_process
from partimento.store.store import Store

_AT_A_TIME = 2_000
_MOST_JOBS = 1_000
_REASONS = 5
_JOB = Job.__struct_fields__
_LISTED = Listed.__struct_fields__


class Placed(Struct, frozen=True):
    """A settled item, and the cache entries that lead to what was made."""

    row: ItemRow
    entries: tuple[CacheEntry, ...] = ()


class Shelf:
    """One store's library. Each call waits for the database; none takes long."""

    def __init__(self, store: Store, alive: Callable[[str], bool] = may_live) -> None:
        self.store = store
        self._alive = alive

    # ---- jobs --------------------------------------------------------------------------------------------------

    def add(self, job: Job) -> None:
        self.store.tell("add_library_job", *msgspec.structs.astuple(job))

    def job(self, named: str) -> Job:
        """The job of that id, of an id that begins so, or the newest of that name. Raises UnknownName, BadInput."""
        found = self.store.ask("library_job", named)
        if found:
            return _job(found[0])
        jobs = self.jobs()
        alike = [job for job in jobs if len(named) >= 4 and job.id.startswith(named)]
        if len(alike) > 1:
            raise BadInput(f"several jobs begin with {named!r}", why="an id is meant", mend="write more of it")
        called = alike or [job for job in jobs if job.name == named]
        if not called:
            raise UnknownName("library job", named, [job.id for job in jobs[:20]], "see `partimento library status`")
        return called[0]

    def jobs(self) -> tuple[Job, ...]:
        """The newest first."""
        return tuple(map(_job, self.store.ask("library_jobs", _MOST_JOBS)))

    def take(self, job: Job, cap_pico: int | None, now: float) -> Job:
        """Set it to work in this process. Raises BadInput where another one is at it."""
        me = this_process()
        if job.owner and (job.owner == me or self._alive(job.owner)):
            raise _busy(job)
        if not self.store.tell("take_library_job", me, cap_pico, now, job.id, job.owner):
            raise _busy(self.job(job.id))
        return self.job(job.id)

    def leave(self, job: Job, state: JobState, why: str, seconds: float, now: float) -> None:
        """Put it down."""
        self.store.tell("leave_library_job", state, why, seconds, now, job.id, job.owner)

    def stop(self, job: Job, state: JobState, why: str, now: float) -> bool:
        """Ask whoever is at it to stop; False where nobody could be."""
        return bool(self.store.tell("stop_library_job", state, why, now, job.id))

    async def state(self, job: Job) -> JobState:
        ((state,),) = await self.store.read("library_job_state", job.id)
        known: JobState = state
        return known

    def cost(self, job: Job) -> Money:
        """What it has cost so far: failures, and what was never heard of again, among it."""
        return Money(self.store.ask("library_cost", job.created_at, job.endpoint)[0][0])

    def progress(self, job: Job) -> Progress:
        """How far it is, by its rows."""
        return self._progress(job, self.cost(job))

    def every_progress(self) -> tuple[Progress, ...]:
        """That of every job, the newest first."""
        return self.progress_of(self.jobs())

    def progress_of(self, jobs: Sequence[Job]) -> tuple[Progress, ...]:
        """That of some jobs."""
        since = min((job.created_at for job in jobs), default=0.0)
        costs: dict[str, int] = dict(self.store.ask("library_costs", since)) if jobs else {}
        return tuple(self._progress(job, Money(costs.get(job.endpoint, 0))) for job in jobs)

    def at_work(self, job: Job) -> bool:
        """Whether a process that lives is at it, if only to finish what it was told to stop."""
        return bool(job.owner) and self._alive(job.owner)

    def _progress(self, job: Job, cost: Money) -> Progress:
        counts: dict[str, int] = dict(self.store.ask("library_counts", job.id))
        errors = tuple(Reason(*row) for row in self.store.ask("library_errors", job.id, _REASONS))
        settled, running = sum(counts.values()), job.state == "running"
        rate = settled / job.seconds if job.seconds and settled else None
        return Progress(
            job=job.id, name=job.name, state=job.state, why=job.why, total=job.total, made=counts.get("made", 0),
            failed=counts.get("failed", 0), duplicates=counts.get("duplicate", 0), skipped=counts.get("skipped", 0),
            cost_usd=cost.usd, cap_usd=None if job.cap is None else job.cap.usd, seconds=job.seconds,
            rate=rate, interrupted=running and not self.at_work(job), errors=errors,
        )  # fmt: skip

    # ---- items -------------------------------------------------------------------------------------------------

    def settle(self, placed: Sequence[Placed], now: float) -> None:
        """Write what items came to, what they lead to kept and served from now on: one transaction."""
        if placed:
            self.store.write(lambda db: put(db, placed, now))

    def settled(self, job: Job) -> Iterator[tuple[int, str]]:
        """The positions that are settled, and how."""
        after = -1
        while rows := self.store.ask("library_settled", job.id, after, _AT_A_TIME):
            yield from rows
            after = rows[-1][0]

    def values(self, space: str) -> Iterator[tuple[str, str, str, bytes]]:
        """Job, memory id, key and value of all that was made in a space."""
        job, position = "", -1
        while rows := self.store.ask("library_values", space, job, position, 500):
            yield from ((row[0], *row[2:]) for row in rows)
            job, position = rows[-1][:2]

    def listing(
        self,
        *,
        task: str = "",
        genre: str = "",
        key: str = "",
        level: str = "",
        kind: str = "",
        job: str = "",
        after: str = "",
    ) -> Iterator[Listed]:
        """What was made, in the order of jobs and positions; an empty word leaves all in. `after`: the `place` of the
        item that it goes on from. Raises BadInput."""
        seen, position = _place(after) if after else ("", -1)
        while rows := self.store.ask("library_listing", task, genre, key, level, kind, job, seen, position, 500):
            yield from map(_listed, rows)
            seen, position = rows[-1][:2]

    def size(self) -> int:
        """The bytes of all that is there."""
        return int(self.store.ask("library_size")[0][0])

    def latest(self, job: Job, most: int) -> tuple[Listed, ...]:
        """What a job made last, the newest first."""
        return tuple(map(_listed, self.store.ask("library_latest", job.id, most)))

    def reasons(self, job: Job, most: int) -> tuple[Unmade, ...]:
        """Why items were not made, the failures first."""
        return tuple(Unmade(*row) for row in self.store.ask("library_reasons", job.id, most))


def put(db: Session, placed: Sequence[Placed], now: float) -> None:
    """The rows within a transaction."""
    db.executemany("put_library_item", [msgspec.structs.astuple(one.row) for one in placed])
    made = [one for one in placed if one.row.state == "made"]
    db.executemany("keep_item", [(one.row.memory_id,) for one in made])
    entries = [(e.fingerprint, e.scope, e.memory_id, now) for one in made for e in one.entries]
    db.executemany("keep_entry", entries)


def _place(told: str) -> tuple[str, int]:
    job, _, position = told.rpartition(":")
    if not (job and position.isascii() and position.isdigit() and len(position) < 10):
        raise BadInput("there is no such place in the library", why=f"{told[:80]!r} was asked for", mend="begin anew")
    return job, int(position)


def _listed(row: Sequence[Any]) -> Listed:
    return Listed(**dict(zip(_LISTED, row, strict=True)))


def _job(row: Sequence[object]) -> Job:
    return msgspec.convert(dict(zip(_JOB, row, strict=True)), Job)


def _busy(job: Job) -> BadInput:
    return BadInput(
        f"another process is at the job {job.name} ({job.id})",
        why=f"it is {job.state}, and a job is worked at by one process at a time",
        mend=f"wait for it, or pause it first: partimento library pause {job.id}",
    )
