"""How commands reach the front door: one client a command, one event loop a process. Knows Ctrl-C; makes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from partimento.client import AsyncPartimento
from partimento.core.request import Caller

Value = TypeVar("Value")


@asynccontextmanager
async def opened(command: str) -> AsyncIterator[AsyncPartimento]:
    """A client whose requests the ledger shows as made by this command."""
    async with AsyncPartimento(caller=Caller(endpoint=f"cli.{command}")) as client:
        yield client


def running(work: Coroutine[Any, Any, Value]) -> Value:
    """The result of the work; Ctrl-C cancels it, and the cancelled request is still written down."""
    return asyncio.run(work)
