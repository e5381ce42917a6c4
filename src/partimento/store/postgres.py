"""PostgreSQL as the store's database: a connection that writes, one for point reads, one for reports.

Knows who asks which and when one is asked again; leaves the tables to `sql/` and the ports to `store`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Sequence
from typing import Any

import psycopg

from partimento.core.errors import StoreError
from partimento.store.database import PATIENCE_S, Connection, closed
from partimento.store.groups import Groups
from partimento.store.postgres_connection import PostgresConnection, Server, dial, execute
from partimento.store.postgres_faults import concerns_all, explanation, is_lost, may_pass
from partimento.store.postgres_url import Address
from partimento.store.queries import queries

_PAUSE_S = 0.05

Question = tuple[str, Sequence[Any]]


class PostgresDatabase:
    """One schema of a database on a server."""

    kind = "postgres"
    sql = queries("postgres")

    def __init__(self, address: Address) -> None:
        self.place = address.place
        self._address = address
        self._lookups: _PointReader | None = None
        self._reports: Server | None = None
        self._entry = threading.Lock()
        self._closed = False

    def connect(self) -> PostgresConnection:
        """A connection that writes. Raises StoreError and its kinds."""
        try:
            db = PostgresConnection(self._address)
            (schema,) = db.execute("schema").fetchone()
        except (psycopg.Error, OSError) as error:
            raise explanation(error, self._address) from error
        if schema is None:
            db.close()
            raise StoreError(
                f"the database {self.place} has no schema to use",
                why="its search_path names none that exists",
                mend="make it with CREATE SCHEMA, or name another one: ?options=-csearch_path%3DNAME",
            )
        return db

    def snapshot(self) -> PostgresConnection:
        """A connection that only reads, and all of it as of this moment. Raises StoreError."""
        try:
            db = PostgresConnection(self._address, "open_reader")
            db.execute("begin_snapshot")
            db.execute("schema").fetchone()
        except (psycopg.Error, OSError) as error:
            raise explanation(error, self._address) from error
        return db

    def enter(self, db: Connection) -> None:
        """Nothing is kept in the database."""

    def keep_copy(self, number: int) -> None:
        """A server's database is no file to copy; a migration that fails is undone as a whole."""

    def ask(self, name: str, values: Sequence[Any]) -> list[Any]:
        """All rows of a question. One at a time; a connection that broke is made again once. Raises StoreError."""
        with self._entry:
            for last in (False, True):
                if self._closed:
                    raise closed(self.place)
                try:
                    if self._reports is None or self._reports.closed:
                        self._reports = dial(self._address, "open_reader")
                    return execute(self._reports, name, values).fetchall()
                except (psycopg.Error, OSError) as error:
                    if self._reports is not None and is_lost(error):
                        self._reports.close()
                    if last or not is_lost(error):
                        raise explanation(error, self._address) from error
        raise AssertionError("the second attempt answers or raises")

    def read(self, name: str, values: Sequence[Any]) -> Awaitable[list[Any]]:
        """All rows of a question that takes microseconds, from a thread that asks all questions of a moment at once."""
        return self._reader().put((name, values))

    async def read_each(self, name: str, keys: Sequence[Sequence[Any]]) -> list[list[Any]]:
        asked = [self.read(name, key) for key in keys]
        return [await answer for answer in asked]

    def explanation(self, error: Exception) -> Exception:
        return explanation(error, self._address) if isinstance(error, psycopg.Error | OSError) else error

    def may_pass(self, error: Exception) -> bool:
        return may_pass(error)

    def concerns_all(self, error: Exception) -> bool:
        return concerns_all(error)

    def close(self) -> None:
        with self._entry:
            self._closed = True
            if self._lookups is not None:
                self._lookups.close()
            if self._reports is not None:
                self._reports.close()

    def _reader(self) -> _PointReader:
        if self._lookups is None:
            with self._entry:
                if self._closed:
                    raise closed(self.place)
                if self._lookups is None:
                    self._lookups = _PointReader(self._address)
        return self._lookups


class _PointReader:
    """Answers questions of a moment together, in a thread of its own."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._db: Server | None = None
        self._groups: Groups[Question] = Groups("partimento-reader", address.place, self._answers, self._leave)
        self.put = self._groups.put
        self.close = self._groups.close

    def _answers(self, questions: Sequence[Question]) -> list[Any]:
        """What each came to, its rows or its error; asked again for a while where the connection broke."""
        gives_up_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._asked(questions)
            except (psycopg.Error, OSError) as error:
                self._leave()
                if may_pass(error) and time.monotonic() < gives_up_at:
                    time.sleep(_PAUSE_S)
                    continue
                if len(questions) > 1 and not is_lost(error):
                    return [answer for question in questions for answer in self._answers([question])]
                told = explanation(error, self._address)
                told.__cause__ = error
                return [told for _ in questions]

    def _asked(self, questions: Sequence[Question]) -> list[Any]:
        if self._db is None:
            self._db = dial(self._address, "open_point_reader")
        if len(questions) == 1:
            ((name, values),) = questions
            return [execute(self._db, name, values).fetchall()]
        with self._db.pipeline():
            found = [execute(self._db, name, values) for name, values in questions]
            return [rows.fetchall() for rows in found]

    def _leave(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
