"""Bringing a database up to date: numbered scripts, their checksums, a backup before. Leaves their text to `sql/`."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from partimento.core.errors import StoreError, StoreTooNew
from partimento.store.connection import persist
from partimento.store.queries import queries, statements

_FILE = re.compile(r"(\d{4})_(\w+)\.sql")


class Migration(Struct, frozen=True):
    """One step; `checksum` is the hex SHA-256 of its text."""

    number: int
    name: str
    script: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.script.encode()).hexdigest()


@cache
def shipped() -> tuple[Migration, ...]:
    """The migrations of this version, in order, without gaps."""
    found = sorted(
        (
            Migration(int(match[1]), match[2], file.read_text(encoding="utf-8"))
            for file in files("partimento.store").joinpath("sql/migrations").iterdir()
            if (match := _FILE.fullmatch(file.name))
        ),
        key=lambda migration: migration.number,
    )
    assert [migration.number for migration in found] == list(range(1, len(found) + 1))
    return tuple(found)


def migrate(
    db: sqlite3.Connection, path: Path, now: float, migrations: tuple[Migration, ...] | None = None
) -> tuple[Migration, ...]:
    """Apply what is missing, all or nothing, and return it. Of processes starting at once, one does the work.

    A database that holds data is first copied to `<name>.before-0002.bak`. Raises StoreTooNew, StoreError,
    sqlite3.Error.
    """
    known = shipped() if migrations is None else migrations
    missing = pending(db, path, known)
    persist(lambda: db.execute(queries()["enter_wal"]))
    if not missing:
        return ()
    persist(lambda: db.execute("BEGIN IMMEDIATE"))
    try:
        missing = pending(db, path, known)  # again: another process may have been first
        if missing and missing[0].number > 1:
            copy(path, path.with_name(f"{path.name}.before-{missing[0].number:04}.bak"))
        db.execute(queries()["create_migrations"])
        for migration in missing:
            for statement in statements(migration.script):
                db.execute(statement)
            db.execute(queries()["record_migration"], (migration.number, migration.name, migration.checksum, now))
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return missing


def pending(db: sqlite3.Connection, path: Path, known: tuple[Migration, ...]) -> tuple[Migration, ...]:
    """The migrations this database lacks. Raises StoreTooNew, and StoreError for a stranger's or a changed one."""
    tables, ours = db.execute(queries()["foreign_tables"]).fetchone()
    if tables and not ours:
        raise StoreError(
            f"{path} is the database of another program",
            why="it has tables, but none of Partimento's",
            mend="name another file in database_url or data_folder",
        )
    applied = db.execute(queries()["applied_migrations"]).fetchall() if ours else []
    for (number, name, checksum), migration in zip(applied, known, strict=False):
        if checksum != migration.checksum:
            raise StoreError(
                f"the migration {number:04}_{name} of {path} is not the one this version knows",
                why="its text was changed after it was applied, so the tables may differ from what is expected",
                mend="install the version that wrote the database, or bring back a copy with `partimento db restore`",
            )
    if len(applied) > len(known):
        raise StoreTooNew(
            f"the database {path} was written by a newer Partimento",
            why=f"it has migration {applied[-1][0]:04}_{applied[-1][1]}, this version knows {len(known)}",
            mend="upgrade with `pip install --upgrade partimento`, or set data_folder to another place",
        )
    return known[len(applied) :]


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a database in use, in place only once it is whole. Raises sqlite3.Error, OSError."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as reading,
            closing(sqlite3.connect(partial)) as writing,
        ):
            reading.backup(writing)
            writing.execute(queries()["leave_wal"])  # so that the copy can be read where nothing can be written
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
