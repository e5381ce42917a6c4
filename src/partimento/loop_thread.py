"""An event loop in a thread of its own, for callers that cannot await. Knows how to hand work over and wait for it.

What `asyncio.run_coroutine_threadsafe` does, without a condition variable and a wake-up of the loop for every call:
threads that call at once ring the loop once, which is what group commit is about.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from partimento.core.errors import NotConfigured

Value = TypeVar("Value")


class _Work(Generic[Value]):
    """One call on its way, and what became of it; `done` is held until then."""

    __slots__ = ("done", "error", "start", "task", "value")

    def __init__(self, start: Callable[[], Coroutine[Any, Any, Value]]) -> None:
        self.start = start
        self.done = threading.Lock()
        self.done.acquire()
        self.task: asyncio.Task[None] | None = None
        self.value: Value | None = None
        self.error: BaseException | None = None


class LoopThread:
    """Runs until `stop`. `call` may be used by any thread but the loop's own; after `stop` it raises NotConfigured."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._waiting: deque[_Work[Any]] = deque()
        self._rung = False
        self.stopped = False
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def call(self, function: Callable[..., Coroutine[Any, Any, Value]], *args: Any, **named: Any) -> Value:
        """The result of the coroutine, run on the loop. Ctrl-C while waiting cancels it."""
        if self.stopped:
            raise NotConfigured("this client is closed", why="close() was called", mend="make a new one")
        work = _Work(lambda: function(*args, **named))
        self._waiting.append(work)
        if (
            not self._rung
        ):  # a race here rings once too often, never once too little: the bell is cleared before reading
            self._rung = True
            self._loop.call_soon_threadsafe(self._begin)
        try:
            work.done.acquire()
        except KeyboardInterrupt:
            self._loop.call_soon_threadsafe(lambda: work.task and work.task.cancel())
            work.done.acquire()  # until the cancelled request is written down
            raise
        if work.error is not None:
            raise work.error
        return work.value  # type: ignore[return-value]  # set where there is no error

    def stop(self) -> None:
        """End the loop and its thread. Stopping twice changes nothing."""
        if self.stopped:
            return
        self.stopped = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _begin(self) -> None:
        self._rung = False
        while self._waiting:
            work = self._waiting.popleft()
            work.task = self._loop.create_task(_done(work))


async def _done(work: _Work[Any]) -> None:
    try:
        work.value = await work.start()
    except BaseException as error:
        work.error = error  # the caller's to raise
        if not isinstance(error, Exception | asyncio.CancelledError):
            raise
    finally:
        work.done.release()
