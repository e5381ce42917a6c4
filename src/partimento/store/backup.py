"""Copies of the database in one file, and bringing one back. Knows whole files; leaves rows to `copying`."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from partimento.core.clock import Clock
from partimento.core.errors import BadInput, StoreError
from partimento.store.copying import Told, copy_database
from partimento.store.database import Database
from partimento.store.migrate import pending, shipped
from partimento.store.queries import queries
from partimento.store.sqlite import SqliteConnection, SqliteDatabase
from partimento.store.sqlite_connections import copy
from partimento.store.sqlite_faults import damaged, explained


def back_up(database: Path, target: Path) -> None:
    """Write a consistent copy to `target`, also while others write. Raises BadInput, StoreError."""
    if target.exists():
        raise _taken(target)
    if not database.is_file():
        raise BadInput(f"there is no database {database}", why="nothing was made yet", mend="see `config path`")
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        copy(database, target)


def back_up_rows(database: Database, target: Path, clock: Clock, told: Told) -> None:
    """Write what a server's database holds at this moment to a SQLite file. Raises BadInput, StoreError."""
    if target.exists():
        raise _taken(target)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        copy_database(database, SqliteDatabase(fresh), clock, told)
        with explained(target), closing(sqlite3.connect(fresh)) as db:
            db.execute(queries("sqlite")["leave_wal"]).fetchone()
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def restore_rows(database: Database, backup: Path, clock: Clock, told: Told) -> None:
    """Fill a server's empty database from a copy. Raises BadInput, also for one with rows in it, and StoreError."""
    copy_database(SqliteDatabase(backup), database, clock, told)


def restore(database: Path, backup: Path, now: float) -> Path | None:
    """Put a copy in the place of the database; the old file is moved aside and its new path returned.

    The copy is read through first, so a damaged, foreign or newer one changes nothing. Raises BadInput, StoreCorrupt,
    StoreTooNew, and StoreError while another process has the database open.
    """
    if not backup.is_file():
        raise BadInput(f"there is no file {backup}", why="it was named as the backup", mend="see `db backup`")
    fresh = database.with_name(f".{database.name}.{os.getpid()}.restored")
    try:
        with explained(database):
            database.parent.mkdir(parents=True, exist_ok=True)
        with explained(backup):
            copy(backup, fresh)
            _check_sound(backup, fresh)
        with explained(database):
            aside = _kept_aside(database, now)
            fresh.replace(database)
    finally:
        fresh.unlink(missing_ok=True)
    return aside


def _taken(target: Path) -> BadInput:
    return BadInput(
        f"there is a file {target} already", why="a backup never writes over another", mend="name a new file"
    )


def _check_sound(backup: Path, read: Path) -> None:
    """Read the copy through; `backup` is what an error names."""
    with closing(sqlite3.connect(read)) as db:
        told = [line for (line,) in db.execute(queries("sqlite")["integrity"]) if line != "ok"]
        if told:
            raise damaged(backup, "; ".join(told[:3]))
        if pending(SqliteConnection(db), str(backup), shipped("sqlite")) == shipped("sqlite"):
            raise BadInput(f"{backup} is no Partimento database", why="it has no tables", mend="name another file")


def _kept_aside(database: Path, now: float) -> Path | None:
    """Keep the database under another name, unless somebody has it open. None where there is none."""
    if not database.exists():
        return None
    _leave_wal(database)
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = _free(database.with_name(f"{database.name}.replaced-{stamp}"))
    for suffix in ("-wal", "-shm"):  # left only by a damaged database; they must not meet the new file
        log = database.with_name(database.name + suffix)
        if log.exists():
            log.replace(aside.with_name(aside.name + suffix))
    try:
        aside.hardlink_to(database)  # the file stays in its place too, until the new one takes it in one step
    except OSError:
        shutil.copy2(database, aside)
    return aside


def _free(wanted: Path) -> Path:
    """A name that is not taken: the one wanted, or with a number behind it."""
    names = (wanted.with_name(f"{wanted.name}{f'-{n}' if n else ''}") for n in count())
    return next(name for name in names if not name.exists())


def _leave_wal(database: Path) -> None:
    """Fold the log into the file. Raises StoreError if the database is in use; a damaged one is left as it is."""
    with closing(sqlite3.connect(database, timeout=0.0)) as db:
        try:
            db.execute(queries("sqlite")["leave_wal"]).fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                return
            raise StoreError(
                f"the database {database} is in use",
                why="another process has it open, and would go on writing to the file that was moved away",
                mend="stop the other Partimento processes, then restore",
            ) from error
