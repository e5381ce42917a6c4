"""Which database a place names. Knows paths and URLs; leaves each database to its adapter."""

from __future__ import annotations

from pathlib import Path

from partimento.core.clock import Clock
from partimento.store.database import Database
from partimento.store.postgres_url import address, is_postgres
from partimento.store.sqlite import SqliteDatabase
from partimento.store.store import Store


def open_store(place: Path | str, clock: Clock, *, owner: str | None = None) -> Store:
    """The store in a SQLite file (a path, or sqlite:///path) or on PostgreSQL (postgresql://…), made or migrated.

    `owner` names the process that reserves money; by default this one. Raises StoreError and its kinds, SettingsError,
    NotConfigured.
    """
    return Store.open(database_at(place), clock, owner=owner)


def database_at(place: Path | str) -> Database:
    """The database a path or a URL names, not yet connected to."""
    if isinstance(place, str) and is_postgres(place):
        named = address(place)
        from partimento.store.postgres import PostgresDatabase

        return PostgresDatabase(named)
    return SqliteDatabase(Path(str(place).removeprefix("sqlite:///")).expanduser())
