"""How commands reach the front door or the store: one a command, one event loop a process. Makes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from partimento import environment
from partimento.client import AsyncPartimento
from partimento.core.clock import Clock
from partimento.core.request import Caller
from partimento.store.sqlite import SqliteStore

Value = TypeVar("Value")


@asynccontextmanager
async def opened(command: str) -> AsyncIterator[AsyncPartimento]:
    """A client whose requests the ledger shows as made by this command."""
    async with AsyncPartimento(caller=Caller(endpoint=f"cli.{command}")) as client:
        yield client


@contextmanager
def store() -> Iterator[tuple[SqliteStore, Clock]]:
    """The database alone, for commands that make nothing."""
    clock = environment.SystemClock()
    database = SqliteStore.open(environment.database_path(environment.configured().settings), clock)
    try:
        yield database, clock
    finally:
        database.close()


def running(work: Coroutine[Any, Any, Value]) -> Value:
    """The result of the work; Ctrl-C cancels it, and the cancelled request is still written down."""
    return asyncio.run(work)
