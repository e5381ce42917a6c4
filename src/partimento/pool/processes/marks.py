"""A mark for every living child, in the pool's folder, so that the next daemon finds what one that was killed has left.
Knows pids and when their processes began; a number that has gone to another process since is let be.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Final

import msgspec
import psutil
from msgspec import Struct

FOLDER: Final = "children"
PATIENCE_S: Final = 5.0
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


class Mark(Struct, frozen=True):
    """A child. `began`: what no other process of that number can have."""

    pid: int
    began: str
    model: str = ""


def began(pid: int) -> str:
    """When a process began, on a scale that the wall clock does not move; "" for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else f"{_BOOT.read_text().strip()}:{fields[19]}"
    except (OSError, IndexError):
        pass
    if _BOOT.exists():
        return ""
    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except (psutil.Error, OSError):
        return ""


def put(folder: Path, pid: int, model: str) -> None:
    """Mark a child of ours. A child that cannot be marked still ends with its parent."""
    with contextlib.suppress(OSError):
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        _path(folder, pid).write_bytes(msgspec.json.encode(Mark(pid, began(pid), model)))


def take(folder: Path, pid: int) -> None:
    """It has ended."""
    with contextlib.suppress(OSError):
        _path(folder, pid).unlink()


def reap(folder: Path) -> tuple[str, ...]:
    """End what an earlier daemon has left; the models' names. To be called by who holds the daemon's lock alone."""
    found: list[Mark] = []
    for path in sorted((folder / FOLDER).glob("*.json")):
        mark = _read(path)
        if mark is not None and mark.began and began(mark.pid) == mark.began:
            _kill(mark.pid)
            found.append(mark)
        with contextlib.suppress(OSError):
            path.unlink()
    until = time.monotonic() + PATIENCE_S
    while any(began(mark.pid) == mark.began for mark in found) and time.monotonic() < until:
        time.sleep(0.01)
    return tuple(mark.model for mark in found)


def _kill(pid: int) -> None:
    """With its group, whose leader it is."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)


def _read(path: Path) -> Mark | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Mark)
    except (OSError, msgspec.DecodeError):
        return None


def _path(folder: Path, pid: int) -> Path:
    return folder / FOLDER / f"{pid}.json"
