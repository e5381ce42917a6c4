"""Bringing a database up to date: numbered scripts and their checksums. Leaves their text to `sql/`, and a copy of what
was there before to the database.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files

from msgspec import Struct

from partimento.core.errors import StoreError, StoreTooNew
from partimento.store.database import Connection, Database, Session

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
def shipped(kind: str) -> tuple[Migration, ...]:
    """The migrations of this version for a kind of database, in order, without gaps."""
    found = sorted(
        (
            Migration(int(match[1]), match[2], file.read_text(encoding="utf-8"))
            for file in files("partimento.store").joinpath("sql/migrations", kind).iterdir()
            if (match := _FILE.fullmatch(file.name))
        ),
        key=lambda migration: migration.number,
    )
    assert [migration.number for migration in found] == list(range(1, len(found) + 1))
    return tuple(found)


def migrate(
    db: Connection, database: Database, now: float, migrations: tuple[Migration, ...] | None = None
) -> tuple[Migration, ...]:
    """Apply what is missing, all or nothing, and return it. Of processes starting at once, one does the work.

    Raises StoreTooNew, StoreError, and what the database raises.
    """
    known = shipped(database.kind) if migrations is None else migrations
    missing = pending(db, database.place, known)
    database.enter(db)
    if not missing:
        return ()
    try:
        db.begin(durable=True, alone=True)
        missing = pending(db, database.place, known)  # again: another process may have been first
        if missing and missing[0].number > 1:
            database.keep_copy(missing[0].number)
        db.execute("create_migrations")
        for migration in missing:
            db.script(migration.script)
            db.execute("record_migration", (migration.number, migration.name, migration.checksum, now))
        db.commit()
    except BaseException:
        db.rollback()
        raise
    return missing


def pending(db: Session, place: str, known: tuple[Migration, ...]) -> tuple[Migration, ...]:
    """The migrations this database lacks. Raises StoreTooNew, and StoreError for a stranger's or a changed one."""
    tables, ours = db.execute("foreign_tables").fetchone()
    if tables and not ours:
        raise StoreError(
            f"{place} is the database of another program",
            why="it has tables, but none of Partimento's",
            mend="name another one in database_url or data_folder",
        )
    applied = db.execute("applied_migrations").fetchall() if ours else []
    for (number, name, checksum), migration in zip(applied, known, strict=False):
        if checksum != migration.checksum:
            raise StoreError(
                f"the migration {number:04}_{name} of {place} is not the one this version knows",
                why="its text was changed after it was applied, so the tables may differ from what is expected",
                mend="install the version that wrote the database, or bring back a copy with `partimento db restore`",
            )
    if len(applied) > len(known):
        raise StoreTooNew(
            f"the database {place} was written by a newer Partimento",
            why=f"it has migration {applied[-1][0]:04}_{applied[-1][1]}, this version knows {len(known)}",
            mend="upgrade with `pip install --upgrade partimento`, or set data_folder to another place",
        )
    return known[len(applied) :]
