"""Connections to a PostgreSQL server: how they are set up, and a transaction sent as one pipeline.

Knows nothing of the tables, and leaves to its callers what a failure means and when to try again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import psycopg
from psycopg import RawCursor
from psycopg.rows import TupleRow
from psycopg.types.numeric import Int8BinaryDumper

from partimento.core.errors import StoreError
from partimento.store.postgres_url import Address
from partimento.store.queries import queries

_statements = {name: statement.encode() for name, statement in queries("postgres").items()}
_OLDEST = 130_000
_NO_NUL = "\N{REPLACEMENT CHARACTER}"

Server = psycopg.Connection[TupleRow]


class PostgresConnection:
    """The connection that writes. A transaction is sent as one pipeline: the server is waited for only where something
    must be read, and at the commit.
    """

    def __init__(self, address: Address, set_up: str = "open_connection") -> None:
        self._address = address
        self._set_up = set_up
        self._db = dial(address, set_up)
        self._sending = ExitStack()
        self._pipeline: psycopg.Pipeline | None = None

    def begin(self, *, durable: bool, alone: bool) -> None:
        if self._db.closed:
            self._db = dial(self._address, self._set_up)
        self._pipeline = self._sending.enter_context(self._db.pipeline())
        execute(self._db, "begin")
        if durable:
            execute(self._db, "commit_with_sync")
        if alone:
            execute(self._db, "alone")

    def commit(self) -> None:
        execute(self._db, "commit")
        self._pipeline = None
        self._sending.close()

    def rollback(self) -> None:
        """Leave it to the server, by leaving: after a failed pipeline the driver does not know what was prepared."""
        self._pipeline = None
        with suppress(Exception):
            self._db.close()
        with suppress(Exception):
            self._sending.close()

    def execute(self, name: str, values: Sequence[Any] = ()) -> _Rows:
        return _Rows(execute(self._db, name, values), self._pipeline)

    def executemany(self, name: str, rows: Iterable[Sequence[Any]], *, any_order: bool = False) -> None:
        cleaned = list(map(_without_nul, rows))
        if any_order:  # two processes lock rows in the same order, and neither waits for the other in a circle
            cleaned.sort(key=_first_columns)
        self._db.cursor().executemany(_statements[name], cleaned)

    def find(self, name: str, keys: Iterable[Sequence[Any]]) -> list[Any]:
        found = [execute(self._db, name, key) for key in keys]
        return [rows.fetchone() for rows in found]

    def script(self, text: str) -> None:
        self._sending.close()  # several statements in one go are no matter for a pipeline
        self._db.execute(text.encode())
        self._pipeline = self._sending.enter_context(self._db.pipeline())

    def close(self) -> None:
        self._db.close()


class _Rows:
    """What a statement came to, once it is asked for."""

    __slots__ = ("_cursor", "_pipeline")

    def __init__(self, cursor: RawCursor[TupleRow], pipeline: psycopg.Pipeline | None) -> None:
        self._cursor = cursor
        self._pipeline = pipeline

    @property
    def rowcount(self) -> int:
        if self._pipeline is not None:
            self._pipeline.sync()
        return self._cursor.rowcount

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()


def dial(address: Address, set_up: str) -> Server:
    """A connection to the server. Raises psycopg.Error, and StoreError for a server that is too old."""
    db = psycopg.connect(**address.parameters, autocommit=True, cursor_factory=RawCursor)
    try:
        if db.info.server_version < _OLDEST:
            raise StoreError(
                f"the server of {address.place} is too old",
                why=f"it is PostgreSQL {db.info.server_version // 10_000}",
                mend="use PostgreSQL 13 or newer",
            )
        db.adapters.register_dumper(int, Int8BinaryDumper)
        db.adapters.register_dumper(bool, _Truth)
        db.execute(_statements[set_up])
    except BaseException:
        db.close()
        raise
    return db


def execute(db: Server, name: str, values: Sequence[Any] = ()) -> RawCursor[TupleRow]:
    cursor: RawCursor[TupleRow] = db.cursor(binary=True)  # type: ignore[assignment]  # as `dial` asked for
    return cursor.execute(_statements[name], _without_nul(values), prepare=True)


def _without_nul(values: Sequence[Any]) -> Sequence[Any]:
    """The one character that PostgreSQL keeps in no text."""
    return [value.replace("\0", _NO_NUL) if type(value) is str and "\0" in value else value for value in values]


def _first_columns(row: Sequence[Any]) -> str:
    return repr(row[:3])


class _Truth(Int8BinaryDumper):
    """True and False as 1 and 0, as SQLite keeps them; one type for all numbers spares second plans."""

    def dump(self, obj: Any) -> Any:
        return super().dump(int(obj))
