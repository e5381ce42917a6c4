"""Copies of the database, and bringing one back. Knows whole files; leaves copies before migrations to `migrate`."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from partimento.core.errors import BadInput, StoreError
from partimento.store.faults import damaged, explained
from partimento.store.migrate import copy, pending, shipped
from partimento.store.queries import queries


def back_up(database: Path, target: Path) -> None:
    """Write a consistent copy to `target`, also while others write. Raises BadInput, StoreError."""
    if target.exists():
        raise BadInput(
            f"there is a file {target} already", why="a backup never writes over another", mend="name a new file"
        )
    if not database.is_file():
        raise BadInput(f"there is no database {database}", why="nothing was made yet", mend="see `config path`")
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        copy(database, target)


def restore(database: Path, backup: Path, now: float) -> Path | None:
    """Put a copy in the place of the database; the old file is moved aside and its new path returned.

    The copy is read through first, so a damaged, foreign or newer one changes nothing. Raises BadInput, StoreCorrupt,
    StoreTooNew, and StoreError while another process has the database open.
    """
    if not backup.is_file():
        raise BadInput(f"there is no file {backup}", why="it was named as the backup", mend="see `db backup`")
    with explained(backup):
        _check_sound(backup)
    with explained(database):
        database.parent.mkdir(parents=True, exist_ok=True)
        fresh = database.with_name(f".{database.name}.{os.getpid()}.restored")
        copy(backup, fresh)
        try:
            aside = _moved_aside(database, now)
            fresh.replace(database)
        finally:
            fresh.unlink(missing_ok=True)
    return aside


def _check_sound(backup: Path) -> None:
    db = sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)
    try:
        told = [line for (line,) in db.execute(queries()["integrity"]) if line != "ok"]
        if told:
            raise damaged(backup, "; ".join(told[:3]))
        if pending(db, backup, shipped()) == shipped():
            raise BadInput(
                f"{backup} is no Partimento database", why="it holds none of its tables", mend="name another"
            )
    finally:
        db.close()


def _moved_aside(database: Path, now: float) -> Path | None:
    """Move the database out of the way with its logs, unless somebody has it open. None where there is none."""
    if not database.exists():
        return None
    _leave_wal(database)
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = database.with_name(f"{database.name}.replaced-{stamp}")
    for suffix in ("-wal", "-shm", ""):  # the file itself last: until then it is the database
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def _leave_wal(database: Path) -> None:
    """Fold the log into the file. Raises StoreError if the database is in use; a damaged one is left as it is."""
    db = sqlite3.connect(database, timeout=0.0)
    try:
        db.execute(queries()["leave_wal"]).fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise StoreError(
                f"the database {database} is in use",
                why="another process has it open, and would go on writing to the file that was moved away",
                mend="stop the other Partimento processes, then restore",
            ) from error
    finally:
        db.close()
