"""What a pull leaves beside the files it brought: a manifest once they are whole, until then how far it is. Knows the
two files and the lock; leaves bringing files to `download` and looking at folders to `places`.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from partimento.core.local import Format
from partimento.pool.values import gigabytes

MANIFEST: Final = "manifest.json"
PULLING: Final = "pulling.json"
LOCK: Final = "pull.lock"
PART: Final = ".part"

Told = TypeVar("Told")


class Brought(Struct, frozen=True):
    """One file that was pulled, whole; `path` within the folder. `sha256` is what was counted over its bytes."""

    path: str
    bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """A finished pull. `model`: the catalog's id, if it was asked for by one; `when`: UTC, as ISO 8601."""

    repository: str
    revision: str
    format: Format
    files: tuple[Brought, ...]
    quantisation: str = ""
    licence: str = ""
    model: str = ""
    endpoint: str = ""
    when: str = ""


class Pulling(Struct, frozen=True, kw_only=True):
    """How far a pull is, for whoever asked for it and, from its file, for other programs. Bytes, and seconds."""

    repository: str
    model: str = ""
    file: str = ""
    """What is coming now; "": nothing yet."""
    done_bytes: int = 0
    total_bytes: int = 0
    bytes_per_s: float = 0.0
    eta_s: float | None = None
    pid: int = 0
    files: tuple[str, ...] = ()
    """All that will lie here."""
    waits: bool = False
    """Another program is pulling the same; this is how far that one is."""

    @property
    def fraction(self) -> float:
        return self.done_bytes / self.total_bytes if self.total_bytes else 0.0

    def line(self) -> str:
        """The same for people."""
        told = f"{self.fraction:4.0%}  {gigabytes(self.done_bytes)} of {gigabytes(self.total_bytes)}"
        if self.bytes_per_s:
            told += f", {self.bytes_per_s / 1e6:.1f} MB/s"
        if self.eta_s is not None:
            told += f", {duration(self.eta_s)} left"
        return told + (f" (process {self.pid} pulls it)" if self.waits else "")


def manifest_in(folder: Path) -> Manifest | None:
    """The manifest of a folder whose files are all there, in full length."""
    found = _read(folder / MANIFEST, Manifest)
    if found is None or not found.files:
        return None
    whole = all(_size(folder / file.path) == file.bytes for file in found.files if is_within(file.path))
    return found if whole and all(is_within(file.path) for file in found.files) else None


def pulling_in(folder: Path) -> Pulling | None:
    """How far the pull into this folder is, or came; None where there is none, or it has ended."""
    return _read(folder / PULLING, Pulling)


def ours(models_folder: Path) -> Iterator[tuple[Path, Manifest | Pulling]]:
    """The folders that pulls made, whole or not."""
    with suppress(OSError):
        for folder in sorted(path for path in models_folder.iterdir() if path.is_dir()):
            told = manifest_in(folder) or pulling_in(folder)
            if told is not None:
                yield folder, told


def write(folder: Path, name: str, value: Struct) -> None:
    """At once or not at all."""
    fresh = folder / f".{name}.{os.getpid()}"
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1))
    fresh.replace(folder / name)


def is_pulled_now(folder: Path) -> bool:
    """Whether some process holds the folder's lock."""
    if not (folder / LOCK).is_file():
        return False
    with alone(folder) as mine:
        return not mine


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether this is now the only pull into the folder. The lock ends with the block, or the process."""
    try:
        file = (folder / LOCK).open("ab")
    except FileNotFoundError:  # it was removed meanwhile
        yield False
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            # who removed the folder had the lock: then this is a file that nobody else will find
            yield (folder / LOCK).is_file() and os.path.samestat(os.fstat(file.fileno()), (folder / LOCK).stat())


def is_within(path: str) -> bool:
    """Whether a path that others wrote stays in its folder."""
    parts = path.replace("\\", "/").split("/")
    return (
        bool(path)
        and not path.startswith(("/", "\\"))
        and ":" not in parts[0]
        and ".." not in parts
        and "" not in parts
    )


def duration(seconds: float) -> str:
    """ "3 min 20 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def _read(path: Path, kind: type[Told]) -> Told | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
