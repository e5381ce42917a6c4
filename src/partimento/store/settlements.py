"""Waiting for settlements. Knows who waits on which event loop; leaves settling to the store."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress


class Settlements:
    """Told by the writer's thread, awaited on any event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._lock = threading.Lock()

    def wait(self, timeout_s: float) -> asyncio.Future[None]:
        """A future that is done at the next `happened`, at the latest after `timeout_s`. Counts from this call."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(max(0.0, timeout_s), _done, waiter)

        def leave(_: asyncio.Future[None]) -> None:
            timer.cancel()
            with self._lock:
                self._waiting.discard(waiter)

        with self._lock:
            self._waiting.add(waiter)
        waiter.add_done_callback(leave)
        return waiter

    def happened(self) -> None:
        """Wake all who wait; from any thread."""
        with self._lock:
            waiting, self._waiting = self._waiting, set()
        for waiter in waiting:
            with suppress(RuntimeError):  # its event loop is closed: nobody waits there
                waiter.get_loop().call_soon_threadsafe(_done, waiter)


def _done(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
