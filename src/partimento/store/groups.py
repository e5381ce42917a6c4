"""One thread that is handed jobs in groups, and wakes who waits for them. Leaves what a job is to whoever serves them.

What has arrived while a group was served is the next group. Waiters are woken once for each event loop. A job put by a
coroutine starts when the event loop next turns, so that all jobs of that turn share a group and the two threads do not
fight for the interpreter.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from partimento.store.database import closed

_log = logging.getLogger(__name__)
_MOST = 1000  # jobs in one group: the first of them wait for the last

Job = TypeVar("Job")
Waiter = asyncio.Future[Any] | Future[Any]


class Groups(Generic[Job]):
    """Takes jobs from any thread and any event loop.

    `serve` is called in the thread with a group and returns what each job came to, its result or its exception. `idle`
    is called in the thread every `idle_s` seconds, between groups; `end` last of all.
    """

    def __init__(
        self,
        name: str,
        place: str,
        serve: Callable[[Sequence[Job]], Sequence[Any]],
        end: Callable[[], None],
        idle: Callable[[], None] | None = None,
        idle_s: float = 60.0,
    ) -> None:
        self._place = place
        self._serve = serve
        self._end = end
        self._idle = idle
        self._idle_s = idle_s
        self._jobs: deque[tuple[Job, Waiter]] = deque()
        self._bell: SimpleQueue[bool] = SimpleQueue()
        self._turning: set[asyncio.AbstractEventLoop] = set()
        self._entry = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def put(self, job: Job) -> asyncio.Future[Any]:
        """Queue a job from a coroutine. The future is done once it was served; cancelling it does not undo the job."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Any] = loop.create_future()
        self._enter(job, waiter)
        if loop not in self._turning:
            self._turning.add(loop)
            loop.call_soon(self._turned, loop)
        return waiter

    def run(self, job: Job) -> Any:
        """Have a job served from plain code, and wait for it. Raises what it came to."""
        waiter: Future[Any] = Future()
        self._enter(job, waiter)
        self._bell.put(True)
        return waiter.result()

    def close(self) -> None:
        """Serve what is queued, then end. Closing twice changes nothing."""
        with self._entry:
            if self._closed:
                return
            self._closed = True
        self._bell.put(False)
        self._thread.join()

    def _enter(self, job: Job, waiter: Waiter) -> None:
        with self._entry:
            if self._closed:
                raise closed(self._place)
            self._jobs.append((job, waiter))

    def _turned(self, loop: asyncio.AbstractEventLoop) -> None:
        self._turning.discard(loop)
        self._bell.put(True)

    def _work(self) -> None:
        jobs, going_on = self._jobs, True
        idle_at = time.monotonic() + self._idle_s
        while going_on:
            with suppress(Empty):
                going_on = self._bell.get(timeout=max(0.0, idle_at - time.monotonic()))
            while jobs:
                group = [jobs.popleft() for _ in range(min(len(jobs), _MOST))]
                _answer(group, self._served([job for job, _ in group]))
            if going_on and time.monotonic() >= idle_at:
                idle_at = time.monotonic() + self._idle_s
                if self._idle is not None:
                    self._idle()
        self._end()

    def _served(self, jobs: Sequence[Job]) -> Sequence[Any]:
        try:
            return self._serve(jobs)
        except Exception as error:  # noqa: BLE001  # a fault of ours belongs to the waiters; the thread lives on
            _log.exception("a group of jobs failed as a whole")
            return [error for _ in jobs]


def _answer(group: Sequence[tuple[Any, Waiter]], outcomes: Sequence[Any]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Waiter, Any]]] = {}
    for (_, waiter), outcome in zip(group, outcomes, strict=True):
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
