"""What a failure of SQLite means to the owner. Knows its and the system's codes; leaves raising to the caller."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from partimento.core.errors import StoreCorrupt, StoreError, StoreFull, StoreReadOnly
from partimento.store.database import closed

_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn failures of the database at `path` into StoreErrors that say what, why and the mend."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise explanation(error, path) from error


def explanation(error: Exception, path: Path) -> StoreError:
    """The StoreError for a failure; the caller raises it from the failure itself."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, OSError):
        return _of_system(error, path)
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return closed(str(path))
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary in _READ_ONLY:
        return _read_only(path, str(error))
    if primary == sqlite3.SQLITE_CANTOPEN:
        return _cannot_open(path, str(error))
    if primary == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_SHMSIZE:  # the log's index found no room
        return _full(path, str(error))
    if primary in _DAMAGED:
        return damaged(path, str(error))
    if primary in _LOCKED:
        return StoreError(
            f"the database {path} stayed locked",
            why=f"another process has been writing to it for seconds ({error})",
            mend="wait for it to finish, or stop it; then try again",
        )
    return StoreError(f"the database {path} refused", why=str(error), mend="look at it with `partimento doctor`")


def gone(path: Path) -> StoreError:
    """The file is no longer where it was opened."""
    return StoreError(
        f"the database {path} is no longer the one that was opened",
        why="its file was moved, replaced or deleted meanwhile",
        mend="bring it back, or restart, so that the one that is there now is used",
    )


def damaged(path: Path, why: str) -> StoreCorrupt:
    """The file is not, or no longer, a sound database."""
    return StoreCorrupt(
        f"the database {path} is damaged",
        why=why,
        mend="bring back a copy with `partimento db restore FILE`, or move the file away to start anew",
    )


def _of_system(error: OSError, path: Path) -> StoreError:
    why = error.strerror or str(error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _read_only(path, why)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(path, why)
    return StoreError(
        f"cannot use {path} for the database", why=why, mend="set data_folder (PARTIMENTO_DATA_FOLDER) to another place"
    )


def _cannot_open(path: Path, why: str) -> StoreError:
    if path.is_dir():
        return StoreError(
            f"cannot open the database {path}",
            why="it is a folder",
            mend="name a file in database_url: sqlite:///path/to/partimento.db",
        )
    return _read_only(path, why)


def _read_only(path: Path, why: str) -> StoreReadOnly:
    return StoreReadOnly(
        f"the database {path} cannot be written",
        why=why,
        mend=f"make {path.parent} writable, or set data_folder (PARTIMENTO_DATA_FOLDER) to another place",
    )


def _full(path: Path, why: str) -> StoreFull:
    return StoreFull(
        f"the disk of {path} is full",
        why=why,
        mend="free some space, or set data_folder (PARTIMENTO_DATA_FOLDER) to another disk; nothing was half written",
    )
