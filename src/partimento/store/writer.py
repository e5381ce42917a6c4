"""One thread that writes, and commits in groups. Knows transactions and who waits; leaves what to write to its jobs.

What has arrived while a commit was under way is the next group. Waiters are woken after the commit, once for each
event loop. A write asked for by a coroutine starts when the event loop next turns, so that all coroutines of that turn
share one commit and the two threads do not fight for the interpreter.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from msgspec import Struct

from partimento.store.faults import closed, explanation
from partimento.store.queries import queries

_log = logging.getLogger(__name__)
_MOST = 1000  # jobs in one transaction: the first of them wait for the last

Statement = tuple[str, tuple[Any, ...]]
Waiter = asyncio.Future[Any] | Future[Any]


class Job(Struct, frozen=True, kw_only=True):
    """One write: statements with their values, or `work` for what must read before it writes.

    `durable`: the commit survives a power cut. `after` is told the outcome, in the writer's thread, after the commit.
    Work may be run twice (the first time undone), so it changes nothing but the database.
    """

    statements: tuple[Statement, ...] = ()
    work: Callable[[sqlite3.Connection], Any] | None = None
    durable: bool = False
    after: Callable[[Any], None] | None = None


class Writer:
    """Takes jobs from any thread and any event loop. Owns its connection from here on."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path
        self._syncing = False
        self._jobs: deque[tuple[Job, Waiter]] = deque()
        self._bell: SimpleQueue[bool] = SimpleQueue()
        self._turning: set[asyncio.AbstractEventLoop] = set()
        self._entry = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="partimento-writer", daemon=True)
        self._thread.start()

    def put(self, job: Job) -> asyncio.Future[Any]:
        """Queue a job from a coroutine. The future is done after the commit; cancelling it does not undo the job."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Any] = loop.create_future()
        self._enter(job, waiter)
        if loop not in self._turning:
            self._turning.add(loop)
            loop.call_soon(self._turned, loop)
        return waiter

    def run(self, job: Job) -> Any:
        """Run a job from plain code, and wait for its commit. Raises StoreError."""
        waiter: Future[Any] = Future()
        self._enter(job, waiter)
        self._bell.put(True)
        return waiter.result()

    def close(self) -> None:
        """Commit what is queued, then end. Closing twice changes nothing."""
        with self._entry:
            if self._closed:
                return
            self._closed = True
        self._bell.put(False)
        self._thread.join()

    def _enter(self, job: Job, waiter: Waiter) -> None:
        with self._entry:
            if self._closed:
                raise closed(self._path)
            self._jobs.append((job, waiter))

    def _turned(self, loop: asyncio.AbstractEventLoop) -> None:
        self._turning.discard(loop)
        self._bell.put(True)

    def _serve(self) -> None:
        jobs = self._jobs
        going_on = True
        while going_on:
            going_on = self._bell.get()
            while jobs:
                batch = [jobs.popleft() for _ in range(min(len(jobs), _MOST))]
                _answer(batch, self._outcomes([job for job, _ in batch]))
        self._db.close()

    def _outcomes(self, jobs: Sequence[Job]) -> list[Any]:
        """What each job came to: its result, or its error. Where a group fails, each is tried alone."""
        try:
            syncing = any(job.durable for job in jobs)
            if syncing is not self._syncing:
                self._db.execute(queries()["commit_with_sync" if syncing else "commit_without_sync"])
                self._syncing = syncing
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            return [self._explained(error) for _ in jobs]
        try:
            outcomes = self._transacted(jobs)
            self._db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  # whatever a job raises belongs to its waiter, not to this thread
            self._undo()
            if len(jobs) > 1:
                return [outcome for job in jobs for outcome in self._outcomes([job])]
            return [self._explained(error)]
        for job, outcome in zip(jobs, outcomes, strict=True):
            if job.after is not None:
                job.after(outcome)
        return outcomes

    def _transacted(self, jobs: Sequence[Job]) -> list[Any]:
        """Run the jobs; equal statements of all of them go as one."""
        many: dict[str, list[tuple[Any, ...]]] = {}
        for job in jobs:
            for sql, values in job.statements:
                if sql in many:
                    many[sql].append(values)
                else:
                    many[sql] = [values]
        for sql, rows in many.items():
            self._db.executemany(sql, rows)
        return [None if job.work is None else job.work(self._db) for job in jobs]

    def _undo(self) -> None:
        with suppress(sqlite3.Error):  # some failures have rolled back already; the first one is the one to tell
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _explained(self, error: Exception) -> Exception:
        if not isinstance(error, sqlite3.Error | OSError):
            return error
        told = explanation(error, self._path)
        told.__cause__ = error
        return told


def _answer(batch: Sequence[tuple[Job, Waiter]], outcomes: Sequence[Any]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Waiter, Any]]] = {}
    for (_, waiter), outcome in zip(batch, outcomes, strict=True):
        if isinstance(waiter, Future):
            _tell(waiter, outcome)
        else:
            by_loop.setdefault(waiter.get_loop(), []).append((waiter, outcome))
    for loop, answers in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
            loop.call_soon_threadsafe(_tell_all, answers)


def _tell_all(answers: Sequence[tuple[Waiter, Any]]) -> None:
    for waiter, outcome in answers:
        _tell(waiter, outcome)


def _tell(waiter: Waiter, outcome: Any) -> None:
    if waiter.done():
        if isinstance(outcome, Exception):
            _log.error("a write failed after its caller had gone: %s", outcome)
    elif isinstance(outcome, Exception):
        waiter.set_exception(outcome)
    else:
        waiter.set_result(outcome)
