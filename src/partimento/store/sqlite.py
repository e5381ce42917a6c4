"""SQLite as the store's database: one file, one connection that writes, one for each thread that reads.

Knows how commits are synced and what may be read in place; leaves the tables to `sql/` and the ports to `store`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from partimento.core.errors import BadInput, StoreReadOnly
from partimento.store.database import Connection
from partimento.store.queries import queries, statements
from partimento.store.sqlite_connections import Readers, connect, connect_to_read, copy, persist
from partimento.store.sqlite_faults import explained, explanation, gone

_sql = queries("sqlite")
_CONCERNS_ALL = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class SqliteDatabase:
    """The database in one file; a missing one is made."""

    kind = "sqlite"
    sql = _sql

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = str(path)
        self._readers = Readers(path)

    def connect(self) -> SqliteConnection:
        """A connection that writes; the folder is made too. Raises StoreError and its kinds."""
        with explained(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _check_writable(self.path)
            return SqliteConnection(connect(self.path), path=self.path)

    def snapshot(self) -> SqliteConnection:
        """A connection that only reads, and all of it as of this moment. Raises StoreError; makes no file."""
        if not self.path.is_file():
            raise BadInput(f"there is no database {self.path}", why="nothing was made yet", mend="see `config path`")
        with explained(self.path):
            db = SqliteConnection(connect_to_read(self.path))
            try:
                db.execute("begin_snapshot")
                db.execute("foreign_tables").fetchone()  # the moment is that of the first read
            except BaseException:
                db.close()
                raise
            return db

    def enter(self, db: Connection) -> None:
        """Let readers go on beside the writer."""
        persist(lambda: db.execute("enter_wal"))

    def keep_copy(self, number: int) -> None:
        """Copy the file to `<name>.before-0002.bak`."""
        copy(self.path, self.path.with_name(f"{self.path.name}.before-{number:04}.bak"))

    def ask(self, name: str, values: Sequence[Any]) -> list[Any]:
        """All rows of a question. Raises StoreError."""
        try:
            return self._readers.mine().execute(_sql[name], values).fetchall()
        except sqlite3.Error as error:
            raise explanation(error, self.path) from error

    async def read(self, name: str, values: Sequence[Any]) -> list[Any]:
        """The same, in place: microseconds, less than handing it to another thread."""
        try:
            return self._readers.mine().execute(_sql[name], values).fetchall()
        except sqlite3.Error as error:
            raise explanation(error, self.path) from error

    async def read_each(self, name: str, keys: Sequence[Sequence[Any]]) -> list[list[Any]]:
        return [await self.read(name, key) for key in keys]

    def explanation(self, error: Exception) -> Exception:
        """The StoreError for a failure of SQLite or the system; any other error as it is."""
        return explanation(error, self.path) if isinstance(error, sqlite3.Error | OSError) else error

    def may_pass(self, error: Exception) -> bool:
        """Waiting for another process is left to SQLite, by its busy_timeout."""
        return False

    def concerns_all(self, error: Exception) -> bool:
        """A database that another process holds; a full or broken one is tried for each write."""
        return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _CONCERNS_ALL

    def close(self) -> None:
        self._readers.close()


class SqliteConnection:
    """The connection that writes. `sql`: the statements it knows by name; `path`: where its file must stay."""

    def __init__(self, db: sqlite3.Connection, sql: Mapping[str, str] = _sql, path: Path | None = None) -> None:
        self._db = db
        self._sql = sql
        self._path, self._file = path, None if path is None else _file_at(path)
        self._syncing = False

    def begin(self, *, durable: bool, alone: bool) -> None:
        """Every transaction that writes is alone. Raises StoreError where the file was moved or replaced: what is
        written to it then, nobody would find again."""
        if self._path is not None and _file_at(self._path) != self._file:
            raise gone(self._path)
        if durable is not self._syncing:
            self._db.execute(self._sql["commit_with_sync" if durable else "commit_without_sync"])
            self._syncing = durable
        self._db.execute(self._sql["begin"])

    def commit(self) -> None:
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        with suppress(sqlite3.Error):  # some failures have rolled back already; the first one is the one to tell
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def execute(self, name: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._db.execute(self._sql[name], values)

    def executemany(self, name: str, rows: Iterable[Sequence[Any]], *, any_order: bool = False) -> None:
        self._db.executemany(self._sql[name], rows)

    def find(self, name: str, keys: Iterable[Sequence[Any]]) -> list[Any]:
        statement = self._sql[name]
        return [self._db.execute(statement, key).fetchone() for key in keys]

    def script(self, text: str) -> None:
        for statement in statements(text):
            self._db.execute(statement)

    def close(self) -> None:
        self._db.close()


def _check_writable(path: Path) -> None:
    """Say at the start what would else fail at the first write, after the work is done."""
    asked = path if path.exists() else path.parent
    for place in {asked, path.parent}:
        if not os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise StoreReadOnly(
                f"the database {path} cannot be written",
                why=f"{place} is read-only for this user",
                mend=f"make {place} writable, or set data_folder (PARTIMENTO_DATA_FOLDER) to another place",
            )


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # at every group of commits: half the time of Path.stat
    except OSError:
        return None
    return found.st_dev, found.st_ino
