"""Numbers that survive a killed process: rows of counters in memory that is also a file. Knows rows, files and how the
counts of several processes add up; leaves what is counted to `metrics`.

A row is a name of a few parts and some 64-bit numbers. Nothing is written out: the system keeps what a process had
counted up to the moment it was killed.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import NotConfigured
from partimento.store.owner import may_live, this_process

SLOTS: Final = 24
"""Numbers in a row."""
_NAME = 256
_ROW = _NAME + 8 * SLOTS
_ROWS = 1024
_SPARE = 16  # rows for what comes when the others are taken
_SUFFIX = ".counts"
OTHER: Final = "other"

Name = tuple[str, ...]
Counts = dict[Name, list[int]]


class Counters:
    """The numbers of this process. In `folder` they are a file that others can read; without one, memory alone.

    The row named ("live",) holds what is true of a living process only.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}" if folder else None
        making = self.path.with_suffix(".making") if self.path else None
        self._memory = _mapped(making)
        self.numbers = memoryview(self._memory).cast("q")
        self._rows: dict[Name, int] = {}
        self.row(this_process())  # the first row's name says whose numbers these are
        self.live = self.row("live")
        if self.path and making:
            making.rename(self.path)  # who gathers sees it whole or not at all

    def row(self, *name: str) -> int:
        """Where the numbers of that row begin in `numbers`; a new name gets a row."""
        at = self._rows.get(name)
        if at is None:
            at = self._rows[name] = self._added(name)
        return at

    def read(self) -> Counts:
        """All rows."""
        return _rows_in(memoryview(self._memory))

    def _added(self, name: Name) -> int:
        taken = len(set(self._rows.values()))
        encoded = _written(name)
        if len(encoded) > _NAME - 2 or _ROWS - _SPARE <= taken < _ROWS:
            rest = (name[0], *(OTHER for _ in name[1:]))
            if rest != name:
                return self.row(*rest)
        start = taken * _ROW
        self._memory[start + 2 : start + 2 + len(encoded)] = encoded
        self._memory[start : start + 2] = len(encoded).to_bytes(2, "little")  # last: a row with a length is whole
        return (start + _NAME) // 8


class Gathered(Struct, frozen=True):
    """The counts of all processes that ever counted here, and the live rows of those that still run."""

    counts: Counts
    live: tuple[list[int], ...]


class Settled(Struct):
    """What dead processes counted, and whose files it already holds."""

    counts: dict[str, list[int]] = {}
    absorbed: list[str] = []


def folder_of(data: Path, pid: int) -> Path:
    """Where the workers of the server with that process id count."""
    return data / "metrics" / str(pid)


def make_folder(data: Path) -> None:
    """Make the folder of this server's counts, empty; folders of servers that are gone go. Raises NotConfigured."""
    root = data / "metrics"
    try:
        root.mkdir(parents=True, exist_ok=True)
        for left in root.iterdir():
            if left.name == str(os.getpid()) or not _runs(left.name):
                _remove(left)
        folder_of(data, os.getpid()).mkdir()
    except OSError as error:
        raise NotConfigured(
            f"cannot keep counts in {root}",
            why=error.strerror or str(error),
            mend="make it writable, or serve with one worker",
        ) from error


def gather(counters: Counters) -> Gathered:
    """What all processes beside this one counted, and this one. What dead ones left is moved into one file: nothing is
    lost, and files do not pile up."""
    own = counters.read()
    live = [own.pop(("live",))]
    total: Counts = {}
    _add(total, own)
    if counters.path is not None:
        folder = counters.path.parent
        with _alone(folder):
            settled = _absorb(folder, counters.path)
            _add(total, {_name(written.encode()): numbers for written, numbers in settled.counts.items()})
            for path in folder.glob(f"*{_SUFFIX}"):
                if path != counters.path:
                    counts = _read(path)[1]
                    live.append(counts.pop(("live",), [0] * SLOTS))
                    _add(total, counts)
    return Gathered(total, tuple(live))


def _absorb(folder: Path, own: Path) -> Settled:
    """What was settled, with the counts of processes that have died since. It names them before their files go: killed
    in between, the next one finds both and counts once."""
    file = folder / "base.json"
    settled = msgspec.json.decode(file.read_bytes(), type=Settled) if file.exists() else Settled()
    counts = {_name(written.encode()): numbers for written, numbers in settled.counts.items()}
    gone = []
    for path in folder.glob(f"*{_SUFFIX}"):
        if path == own:
            continue
        owner, left = _read(path)
        if may_live(owner):
            continue
        gone.append(path)
        if path.name not in settled.absorbed:
            left.pop(("live",), None)
            _add(counts, left)
    if gone:
        named = {_written(name).decode(): numbers for name, numbers in counts.items()}
        settled = Settled(named, [path.name for path in gone])
        draft = file.with_suffix(".part")
        draft.write_bytes(msgspec.json.encode(settled))
        draft.replace(file)
        for path in gone:
            path.unlink()
    return settled


def _read(path: Path) -> tuple[str, Counts]:
    """Whose numbers these are, and the rows."""
    content = path.read_bytes()
    size = int.from_bytes(content[:2], "little")
    return _name(content[2 : 2 + size])[0], _rows_in(memoryview(content))


def _rows_in(content: memoryview) -> Counts:
    """All rows but the first, which names the process."""
    counts: Counts = {}
    for start in range(_ROW, len(content) - _ROW + 1, _ROW):
        size = int.from_bytes(content[start : start + 2], "little")
        if not size:
            break
        name = _name(bytes(content[start + 2 : start + 2 + size]))
        counts[name] = content[start + _NAME : start + _ROW].cast("q").tolist()
    return counts


def _written(name: Name) -> bytes:
    return msgspec.json.encode([part.encode("utf-8", "replace").decode() for part in name])


def _name(written: bytes) -> Name:
    return tuple(msgspec.json.decode(written, type=list[str]))


def _add(total: Counts, more: Mapping[Name, list[int]]) -> None:
    for name, numbers in more.items():
        before = total.get(name)
        total[name] = numbers if before is None else [a + b for a, b in zip(before, numbers, strict=True)]


def _mapped(path: Path | None) -> mmap.mmap:
    size = _ROWS * _ROW
    if path is None:
        return mmap.mmap(-1, size)
    with path.open("x+b") as file:
        file.write(bytes(size))  # no hole: a full disk must be told here, not kill the process that counts
        file.flush()
        return mmap.mmap(file.fileno(), size)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _runs(pid: str) -> bool:
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
