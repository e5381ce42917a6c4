"""Connections to one SQLite file: how they are set up, one reader for each thread, a copy of the whole.

Knows nothing of the tables.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from weakref import WeakSet

from partimento.store.database import PATIENCE_S
from partimento.store.queries import queries


def connect(path: Path) -> sqlite3.Connection:
    """A connection that reads and writes; a missing file is made. Raises sqlite3.Error."""
    return _connect(path, "open_connection")


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that never writes. Raises sqlite3.Error."""
    return _connect(path, "open_reader")


def persist(attempt: Callable[[], object]) -> None:
    """Try again while the database is locked: for the few statements whose waiting SQLite leaves to its callers."""
    gives_up_at = time.monotonic() + PATIENCE_S
    while True:
        try:
            attempt()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= gives_up_at:
                raise
            time.sleep(0.005)
        else:
            return


class Readers:
    """A read connection for each thread that asks, closed with the thread or with `close`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mine = threading.local()
        self._all: WeakSet[_Reader] = WeakSet()

    def mine(self) -> sqlite3.Connection:
        """This thread's connection. Every statement sees what any process had committed when it began."""
        try:
            db: sqlite3.Connection = self._mine.reader.db
        except AttributeError:
            reader = _Reader(connect_to_read(self._path))
            self._mine.reader = reader
            self._all.add(reader)
            return reader.db
        return db

    def close(self) -> None:
        for reader in list(self._all):
            reader.db.close()


class _Reader:
    """Holds a connection, and closes it when its thread is gone."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def __del__(self) -> None:
        self.db.close()


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a database in use, in place only once it is whole. Raises sqlite3.Error, OSError."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as reading,
            closing(sqlite3.connect(partial)) as writing,
        ):
            reading.backup(writing)
            writing.execute(queries("sqlite")["leave_wal"])  # so that the copy can be read where nothing can be written
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _connect(path: Path, set_up: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=PATIENCE_S)
    try:
        persist(lambda: db.executescript(queries("sqlite")[set_up]))
    except BaseException:
        db.close()
        raise
    return db
