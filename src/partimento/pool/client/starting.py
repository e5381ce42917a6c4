"""Finds the folder's daemon, and starts one where there is none: one, however many look for it at once. Knows locks,
programs and patience; leaves talking to `line`.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from partimento.core.errors import EngineUnreachable
from partimento.pool.client.line import Line, LineLost, OtherVersion, connected
from partimento.pool.lock import own_folder, socket_path, start_lock
from partimento.pool.values import PoolSettings

COMMAND: Final = (sys.executable, "-m", "partimento", "pool", "run")
"""What starts a daemon."""
START_S: Final = 20.0
"""How long a daemon may take until it answers; a loaded machine imports slowly."""
LOG: Final = "start.log"
STEP_S: Final = 0.01
LONGEST_STEP_S: Final = 0.1
_TAIL: Final = 600


async def found(folder: Path) -> Line | None:
    """A line to the daemon that runs; None where none does. Raises EngineUnreachable for one of another version."""
    try:
        return await connected(socket_path(folder))
    except (OSError, LineLost):
        return None
    except OtherVersion as error:
        raise other_version(error) from error


async def found_or_started(folder: Path, start: Sequence[str], settings: PoolSettings) -> Line:
    """A line to the daemon, which is started with these settings where none runs. Raises EngineUnreachable."""
    line = await found(folder)
    if line is not None:
        return line
    own_folder(folder)
    lock = start_lock(folder)
    until = time.monotonic() + START_S
    try:
        while not lock.taken():  # somebody else starts it
            await asyncio.sleep(STEP_S * 2)
            if (line := await found(folder)) is not None:
                return line
            _check(until, folder)
        line = await found(folder)
        return line if line is not None else await _started(folder, start, settings, until)
    finally:
        lock.give_back()


async def _started(folder: Path, start: Sequence[str], settings: PoolSettings, until: float) -> Line:
    process = await asyncio.to_thread(_spawned, folder, start, settings)
    step_s = STEP_S
    while True:
        line = await found(folder)
        if line is not None:
            return line
        code = process.poll()
        if code is not None and (line := await found(folder)) is None:
            raise EngineUnreachable(
                "the pool's daemon ended at its start",
                why=f"exit code {code}: {_tail(folder / LOG) or 'it said nothing'}",
                mend="partimento pool start --foreground",
            )
        _check(until, folder)
        await asyncio.sleep(step_s)
        step_s = min(LONGEST_STEP_S, step_s * 1.5)


def _spawned(folder: Path, start: Sequence[str], settings: PoolSettings) -> subprocess.Popen[bytes]:
    """Started apart: it outlives this program, and no key pressed here reaches it."""
    told = msgspec.json.encode(settings).decode()
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        process = subprocess.Popen(  # noqa: S603  # the caller's own program
            [*start, "--folder", str(folder.absolute()), "--settings", told],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineUnreachable(
            "the pool's daemon could not be started", why=str(error), mend="partimento pool start --foreground"
        ) from error
    finally:
        os.close(log)
    threading.Thread(target=process.wait, name="pool", daemon=True).start()  # so that no dead process stays
    return process


def other_version(error: OtherVersion) -> EngineUnreachable:
    return EngineUnreachable(
        "the pool that runs is of another version",
        why=f"it is {error.program or 'another Partimento'} (process {error.pid}), and speaks version {error.version}",
        mend="partimento pool stop",
    )


def _check(until: float, folder: Path) -> None:
    if time.monotonic() > until:
        raise EngineUnreachable(
            "the pool's daemon does not answer",
            why=f"it was started {START_S:.0f} s ago; {_tail(folder / LOG) or 'it said nothing'}",
            mend="partimento pool start --foreground",
        )


def _tail(path: Path) -> str:
    try:
        lines = path.read_bytes()[-_TAIL:].decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    return " ".join(" ".join(lines).split())
