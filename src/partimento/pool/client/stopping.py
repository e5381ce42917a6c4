"""Ends a daemon of whatever version. Knows the polite way and the one by signals; leaves what it ends first to it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Final, Literal

from partimento.core.errors import EngineUnreachable
from partimento.pool.client.line import Line, LineLost, OtherVersion, connected
from partimento.pool.lock import holder, socket_path
from partimento.pool.processes.marks import began

STEP_S: Final = 0.05
PATIENCE_S: Final = 60.0
FORCED_S: Final = 10.0
"""For its children to end, before it is killed; they end with it then."""


async def stopped(folder: Path, *, force: bool) -> Line | Literal["by signal"] | None:
    """A line to the daemon, to be asked to end; one that does not answer, or not in our words, is ended by signals,
    here. None: none runs. Raises EngineUnreachable for one that does not end."""
    try:
        return await connected(socket_path(folder))
    except (OSError, LineLost):
        pid = holder(folder)
    except OtherVersion as other:
        pid = other.pid
    if pid in (0, 1, os.getpid()):
        return None
    await _ended(pid, force=force)
    return "by signal"


async def gone(pid: int, mark: str) -> None:
    """Until a daemon that has said its last word is gone as a process, or for a while; `mark` tells when it began."""
    if pid == os.getpid():
        return  # it runs in this very program
    for _ in range(int(FORCED_S / STEP_S)):
        if not mark or began(pid) != mark:
            return
        await asyncio.sleep(STEP_S)


async def _ended(pid: int, *, force: bool) -> None:
    mark = began(pid)
    signs = [signal.SIGTERM, signal.SIGTERM, signal.SIGKILL] if force else [signal.SIGTERM]
    for number, sign in enumerate(signs):  # the second is told "at once"
        if began(pid) != mark or not mark:
            return
        os.kill(pid, sign)
        patience_s = STEP_S if force and not number else FORCED_S if force else PATIENCE_S
        for _ in range(int(patience_s / STEP_S)):
            if began(pid) != mark:
                return
            await asyncio.sleep(STEP_S)
    raise EngineUnreachable(
        "the pool did not end", why=f"process {pid} answers what it has begun", mend="partimento pool stop --force"
    )
