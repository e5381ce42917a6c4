"""How commands reach the front door or the store: one a command, one event loop a process. Makes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from partimento import environment
from partimento.client import AsyncPartimento
from partimento.core.clock import Clock
from partimento.core.request import Caller
from partimento.store.opening import open_store
from partimento.store.store import Store

Value = TypeVar("Value")


@asynccontextmanager
async def opened(command: str) -> AsyncIterator[AsyncPartimento]:
    """A client whose requests the ledger shows as made by this command."""
    async with AsyncPartimento(caller=Caller(endpoint=f"cli.{command}")) as client:
        yield client


@contextmanager
def store() -> Iterator[tuple[Store, Clock]]:
    """The database alone, for commands that make nothing."""
    clock = environment.SystemClock()
    database = open_store(environment.database(environment.configured().settings), clock)
    try:
        yield database, clock
    finally:
        database.close()


def running(work: Coroutine[Any, Any, Value]) -> Value:
    """The result of the work; Ctrl-C and SIGTERM cancel it, and the cancelled request is still written down."""
    try:
        return asyncio.run(_ended_by_sigterm(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _ended_by_sigterm(work: Coroutine[Any, Any, Value]) -> Value:
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError, ValueError):  # not on Windows, not off the main thread
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work
