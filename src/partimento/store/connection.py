"""Connections to one SQLite file: how they are set up, and one reader for each thread. Knows nothing of the tables."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from weakref import WeakSet

from partimento.store.queries import queries

PATIENCE_S = 5.0  # as long as busy_timeout in queries.sql


def connect(path: Path) -> sqlite3.Connection:
    """A connection that reads and writes; a missing file is made. Raises sqlite3.Error."""
    return _connect(path, "open_connection")


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
            reader = _Reader(_connect(self._path, "open_reader"))
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


def _connect(path: Path, set_up: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=PATIENCE_S)
    try:
        persist(lambda: db.executescript(queries()[set_up]))
    except BaseException:
        db.close()
        raise
    return db
