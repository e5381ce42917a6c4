"""Writes, committed in groups by one thread. Knows transactions and when one is tried again; leaves what to write to
its jobs, threads and waiters to `groups`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from partimento.store.database import PATIENCE_S, Connection, Database, Session
from partimento.store.groups import Groups

_log = logging.getLogger(__name__)
_PAUSE_S = 0.05  # between two attempts to reach a database that is away
CHORE_S = 60.0

Statement = tuple[str, tuple[Any, ...]]


class Job(Struct, frozen=True, kw_only=True):
    """One write: named statements with their values, or `work` for what must read before it writes. Within a group the
    statements of all go first, then the work in its order.

    `durable`: the commit survives a power cut. `after` is told the outcome, in the writer's thread, after the commit.
    A job may be run twice: the first time undone, or, where the connection broke in the middle of the commit, done. So
    it changes nothing but the database, and saying it twice says no more than saying it once.
    """

    statements: tuple[Statement, ...] = ()
    work: Callable[[Session], Any] | None = None
    durable: bool = False
    after: Callable[[Any], None] | None = None


class Writer:
    """Takes jobs from any thread and any event loop. Owns its connection from here on.

    `chore` is work done once a minute, whether or not there are jobs.
    """

    def __init__(
        self,
        database: Database,
        db: Connection,
        chore: Callable[[Session], Any] | None = None,
        chore_s: float = CHORE_S,
    ) -> None:
        self._database = database
        self._db = db
        self._chore = chore
        self._groups: Groups[Job] = Groups(
            "partimento-writer", database.place, self._outcomes, db.close, self._do_chore, chore_s
        )

    def put(self, job: Job) -> asyncio.Future[Any]:
        """Queue a job from a coroutine. The future is done after the commit; cancelling it does not undo the job."""
        return self._groups.put(job)

    def run(self, job: Job) -> Any:
        """Run a job from plain code, and wait for its commit. Raises StoreError."""
        return self._groups.run(job)

    def close(self) -> None:
        """Commit what is queued, then end. Closing twice changes nothing."""
        self._groups.close()

    def _outcomes(self, jobs: Sequence[Job]) -> list[Any]:
        """What each job came to: its result, or its error. Where a group fails, each is tried alone."""
        try:
            outcomes = self._committed(jobs)
        except Exception as error:  # noqa: BLE001  # whatever a job raises belongs to its waiter, not to this thread
            if len(jobs) > 1 and not self._database.concerns_all(error):
                return [outcome for job in jobs for outcome in self._outcomes([job])]
            return [self._explained(error) for _ in jobs]
        for job, outcome in zip(jobs, outcomes, strict=True):
            if job.after is not None:
                job.after(outcome)
        return outcomes

    def _committed(self, jobs: Sequence[Job]) -> list[Any]:
        """Run the jobs in one transaction, and again for a while where what failed may pass."""
        durable = any(job.durable for job in jobs)
        alone = any(job.work is not None for job in jobs)
        gives_up_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._db.begin(durable=durable, alone=alone)
                outcomes = self._transacted(jobs)
                self._db.commit()
            except BaseException as error:
                self._db.rollback()
                if not isinstance(error, Exception) or not self._database.may_pass(error):
                    raise
                if time.monotonic() >= gives_up_at:
                    raise
                time.sleep(_PAUSE_S)
            else:
                return outcomes

    def _transacted(self, jobs: Sequence[Job]) -> list[Any]:
        """Run the jobs; equal statements of all of them go as one."""
        many: dict[str, list[tuple[Any, ...]]] = {}
        for job in jobs:
            for name, values in job.statements:
                if name in many:
                    many[name].append(values)
                else:
                    many[name] = [values]
        for name, rows in many.items():
            self._db.executemany(name, rows, any_order=True)
        return [None if job.work is None else job.work(self._db) for job in jobs]

    def _do_chore(self) -> None:
        if self._chore is not None:
            (outcome,) = self._outcomes([Job(work=self._chore, durable=True)])
            if isinstance(outcome, Exception):
                _log.warning("could not look after the database: %s", outcome)

    def _explained(self, error: Exception) -> Exception:
        told = self._database.explanation(error)
        if told is not error:
            told.__cause__ = error
        return told
