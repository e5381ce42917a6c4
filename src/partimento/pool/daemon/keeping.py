"""Runs the daemon of a folder from its lock to its end: what an earlier one left, its log, its socket, its signals.
Knows the order of these; leaves the pool itself to `daemon`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from partimento.core.clock import Clock
from partimento.core.errors import NotConfigured
from partimento.core.local import LocalEngine
from partimento.pool.daemon.door import listening
from partimento.pool.daemon.lookout import Devices
from partimento.pool.daemon.loop import Daemon
from partimento.pool.lock import Lock, daemon_lock, own_folder, socket_path
from partimento.pool.processes import marks
from partimento.pool.values import PoolSettings

LOCK_S: Final = 30.0
"""How long an earlier daemon may take to end."""
FOUND_S: Final = 2.0
"""How often it is looked whether clients still find the daemon."""
LAST_WORDS_S: Final = 0.02
"""For what was said to go out, and for who had just called to be let in, and hung up on."""
LOG: Final = "pool.log"
LOG_BYTES: Final = 500_000
_STEP_S: Final = 0.05
_log = logging.getLogger("partimento.pool")


async def keep(
    folder: Path,
    settings: PoolSettings,
    engines: Mapping[str, LocalEngine],
    devices: Devices,
    clock: Clock,
    *,
    ready: Callable[[int], None] = lambda _: None,
) -> None:
    """Be the daemon of this folder until told to end; `ready` gets the pid once it answers.

    SIGTERM and SIGINT end it after the answers under way, a second one at once. Raises NotConfigured where another
    daemon runs.
    """
    own_folder(folder)
    path = socket_path(folder)
    lock = daemon_lock(folder)
    await _locked(lock, path, folder)
    log = _opened_log(folder)
    try:
        left = await asyncio.to_thread(marks.reap, folder)
        if left:
            _log.warning("an earlier daemon left %s running; ended", ", ".join(left))
        daemon = Daemon(folder, settings, engines, devices, clock)
        server = await listening(path, lambda: daemon.desk)
        with contextlib.suppress(OSError):
            path.chmod(0o600)
        _end_by_signal(daemon)
        _log.info("up: process %d, %s", os.getpid(), path)
        ready(os.getpid())
        watching = asyncio.create_task(_end_unfound(daemon, path))
        try:
            await daemon.run()
        finally:
            watching.cancel()
            with contextlib.suppress(OSError):
                path.unlink()
            await asyncio.sleep(LAST_WORDS_S)
            server.close()
            daemon.desk.close()
            _log.info("ended")
    finally:
        _log.removeHandler(log)
        log.close()
        lock.give_back()


async def _locked(lock: Lock, path: Path, folder: Path) -> None:
    """Wait for a daemon that is ending; one that answers is not."""
    loop = asyncio.get_running_loop()
    until = loop.time() + LOCK_S
    while not lock.taken():
        if await _answers(path) or loop.time() > until:
            raise NotConfigured(
                "a pool runs already", why=f"another process holds {folder}", mend="partimento pool stop"
            )
        await asyncio.sleep(_STEP_S)


async def _answers(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    writer.close()
    return True


def _end_by_signal(daemon: Daemon) -> None:
    asked = 0

    def end() -> None:
        nonlocal asked
        asked += 1
        daemon.close(force=asked > 1)

    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):  # not off the main thread
            loop.add_signal_handler(sign, end)


async def _end_unfound(daemon: Daemon, path: Path) -> None:
    """A daemon whose socket somebody took away is found by nobody any more, and is in the way of the next."""
    ours = await asyncio.to_thread(_number, path)
    while await asyncio.to_thread(_number, path) == ours:  # noqa: ASYNC110  # files tell nobody that they go
        await asyncio.sleep(FOUND_S)
    _log.warning("the socket %s is gone", path)
    daemon.close()


def _number(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _opened_log(folder: Path) -> logging.Handler:
    """What the daemon does, without a prompt or a secret, in a file that stays small."""
    try:
        handler: logging.Handler = RotatingFileHandler(
            folder / LOG, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False
    return handler
