"""Copying one database into another, of the same kind or not. Knows tables and their keys; leaves connections to the
adapters.

The source is read as it was at one moment, the cut. The target is made equal to it table by table, in the order of the
keys: what is missing or differs is written, so an interrupted copy goes on where it stood when it is run again. Until
the end the target says that it is not whole, and no store opens it. At the end both are read side by side once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, Literal

import msgspec
from msgspec import Struct

from partimento.core.clock import Clock
from partimento.core.errors import BadInput, StoreError
from partimento.store.database import Connection, Database, Row, Session, explained
from partimento.store.migrate import migrate, pending, shipped

UNFINISHED = "copying_from"
"""The fact that a database is not whole yet; its value is where the copy comes from."""
_AT_A_TIME = 500
_NO_NUL = "\N{REPLACEMENT CHARACTER}"
_START = float("-inf")


class Table(Struct, frozen=True):
    """How a table is copied: `first` comes before every key, whose columns stand first in each row."""

    name: str
    read: str
    put: str
    drop: str
    first: tuple[Any, ...]


TABLES = (  # in an order in which nothing is missing that is referred to
    Table("memory", "copy_memory", "put_copied_memory", "drop_copied_memory", ("",)),
    Table("cache_entries", "copy_cache_entries", "put_copied_cache_entries", "drop_copied_cache_entries", (b"", "")),
    Table("ledger", "copy_ledger", "put_copied_ledger", "drop_copied_ledger", (_START, "")),
    Table("reservations", "copy_reservations", "put_copied_reservations", "drop_copied_reservations", ("",)),
    Table("spending", "copy_spending", "put_copied_spending", "drop_copied_spending", ("", "")),
    Table("budgets", "copy_budgets", "put_copied_budgets", "drop_copied_budgets", ("", "")),
    Table("models", "copy_models", "put_copied_models", "drop_copied_models", ("",)),
    Table("prices", "copy_prices", "put_copied_prices", "drop_copied_prices", ("", "")),
    Table("keys", "copy_keys", "put_copied_keys", "drop_copied_keys", ("",)),
    Table("rates", "copy_rates", "put_copied_rates", "drop_copied_rates", ("", -1)),
    Table("outcomes", "copy_outcomes", "put_copied_outcomes", "drop_copied_outcomes", ("", "", -1)),
    Table("library_jobs", "copy_library_jobs", "put_copied_library_jobs", "drop_copied_library_jobs", ("",)),
    Table("library_items", "copy_library_items", "put_copied_library_items", "drop_copied_library_items", ("", -1)),
    Table(
        "library_answers", "copy_library_answers", "put_copied_library_answers", "drop_copied_library_answers", ("",)
    ),
    Table(
        "library_signers", "copy_library_signers", "put_copied_library_signers", "drop_copied_library_signers", ("",)
    ),
    Table("learners", "copy_learners", "put_copied_learners", "drop_copied_learners", ("",)),
    Table("learner_skills", "copy_learner_skills", "put_copied_learner_skills", "drop_copied_learner_skills", ("", "")),
    Table("exercise_items", "copy_exercise_items", "put_copied_exercise_items", "drop_copied_exercise_items", ("", -1)),
    Table(
        "learner_reviews", "copy_learner_reviews", "put_copied_learner_reviews", "drop_copied_learner_reviews", ("", "")
    ),
    Table(
        "learner_results",
        "copy_learner_results",
        "put_copied_learner_results",
        "drop_copied_learner_results",
        ("", "", ""),
    ),
    Table(
        "learner_preferences",
        "copy_learner_preferences",
        "put_copied_learner_preferences",
        "drop_copied_learner_preferences",
        ("", "", ""),
    ),
    Table("curricula", "copy_curricula", "put_copied_curricula", "drop_copied_curricula", ("",)),
    Table(
        "curriculum_versions",
        "copy_curriculum_versions",
        "put_copied_curriculum_versions",
        "drop_copied_curriculum_versions",
        ("", -1),
    ),
    Table(
        "curriculum_parts",
        "copy_curriculum_parts",
        "put_copied_curriculum_parts",
        "drop_copied_curriculum_parts",
        ("", "", -1),
    ),
    Table(
        "learner_progress",
        "copy_learner_progress",
        "put_copied_learner_progress",
        "drop_copied_learner_progress",
        ("", ""),
    ),
    Table("reviews", "copy_reviews", "put_copied_reviews", "drop_copied_reviews", ("",)),
    Table("review_changes", "copy_review_changes", "put_copied_review_changes", "drop_copied_review_changes", ("",)),
    Table("votes", "copy_votes", "put_copied_votes", "drop_copied_votes", ("",)),
    Table("meta", "copy_meta", "put_copied_meta", "drop_copied_meta", ("",)),
)


class CopiedTable(Struct, frozen=True):
    """What became of a table: its rows, those that were written now, the hex SHA-256 over all of them."""

    name: str
    rows: int
    written: int
    checksum: str


class CopyReport(Struct, frozen=True):
    """`cut` is the moment whose state was copied (Unix seconds); `changed_since`: the source has other rows by now."""

    source: str
    target: str
    cut: float
    resumed: bool
    changed_since: bool
    tables: tuple[CopiedTable, ...]


Told = Callable[[int, int], None]
Change = Literal["same", "put", "drop"]


def copy_database(source: Database, target: Database, clock: Clock, told: Told = lambda done, of: None) -> CopyReport:
    """Make the target what the source is now, and close both; `told` hears of rows done, and of how many about.

    Raises BadInput for a target that holds other data, StoreError and its kinds. Interrupted, it can be run again.
    """
    if source.place == target.place:
        raise BadInput("a database cannot be copied into itself", why=source.place, mend="name another target")
    with closing(source), closing(target), closing(source.snapshot()) as reading:
        with explained(source):
            _check_current(reading, source)
            counted = reading.execute("counts").fetchone()
        cut = clock.now()
        with closing(target.connect()) as writing:
            with explained(target):
                migrate(writing, target, cut)
                resumed = _claim(writing, source, target)
            about = 2 * sum(counted[:4])
            both = _Copying(source, reading, target, writing, lambda done: told(done, about))
            tables = both.check(both.fill())
            with explained(target):
                _in_one(writing, lambda: writing.execute("drop_fact", (UNFINISHED,)))
        changed = bool(source.ask("counts", ())[0] != counted)
    return CopyReport(source.place, target.place, cut, resumed, changed, tables)


def check_whole(db: Session, place: str) -> None:
    """Raises StoreError for a database into which a copy was not finished."""
    found = db.execute("fact", (UNFINISHED,)).fetchone()
    if found is not None:
        raise StoreError(
            f"the database {place} is not whole",
            why=f"a copy of {found[0]} into it was interrupted",
            mend="run the same `partimento db copy` again: it goes on where it stood",
        )


def _check_current(db: Session, source: Database) -> None:
    if pending(db, source.place, shipped(source.kind)):
        raise StoreError(
            f"the database {source.place} is not up to date",
            why="it was written by an older version",
            mend="bring it up to date with `partimento db migrate`, then copy",
        )
    check_whole(db, source.place)


def _claim(db: Connection, source: Database, target: Database) -> bool:
    """Mark the target as ours to fill; True where it is so already. Raises BadInput for one that holds other data."""
    found = db.execute("fact", (UNFINISHED,)).fetchone()
    if found is not None and found[0] != source.place:
        raise BadInput(
            f"{target.place} holds an unfinished copy of another database",
            why=f"it is one of {found[0]}",
            mend="finish that copy, or name an empty target",
        )
    if found is None:
        for table in TABLES:
            if table.name != "meta" and db.execute(table.read, (*table.first, 1)).fetchone() is not None:
                raise BadInput(
                    f"{target.place} holds data of its own",
                    why=f"there are rows in {table.name}, and a copy never writes over another's",
                    mend="name an empty target",
                )
        _in_one(db, lambda: db.execute("set_fact", (UNFINISHED, source.place)))
    return found is not None


class _Copying:
    """The two databases side by side, while one is filled from the other."""

    def __init__(
        self, source: Database, reading: Session, target: Database, writing: Connection, told: Callable[[int], None]
    ) -> None:
        self._source, self._reading = source, reading
        self._target, self._writing = target, writing
        self._told = told
        self._done = 0
        self._cleaned = _without_nul if target.kind == "postgres" else _as_it_is

    def fill(self) -> dict[str, int]:
        """Write what is missing or differs, remove what the source has no more; how many rows were written to each."""
        written = {}
        unreferenced: list[Row] = []
        for table in TABLES:
            written[table.name] = 0
            for portion in _portions(self._compared(table)):
                drops = [row for change, row in portion if change == "drop"]
                if table.name == "memory":  # entries that lead to it go first
                    unreferenced += drops
                    drops = []
                puts = [row for change, row in portion if change == "put"]
                self._write(table, drops, puts)
                written[table.name] += len(puts)
        self._write(TABLES[0], unreferenced, [])
        return written

    def check(self, written: dict[str, int]) -> tuple[CopiedTable, ...]:
        """Read both once more. Raises StoreError where they differ."""
        return tuple(self._checked(table, written[table.name]) for table in TABLES)

    def _checked(self, table: Table, written: int) -> CopiedTable:
        rows, digest = 0, hashlib.sha256()
        for change, row in self._compared(table):
            if change != "same":
                raise StoreError(
                    f"the copy in {self._target.place} differs in {table.name}",
                    why=f"another program writes to it ({change} {row[: len(table.first)]!r})",
                    mend="stop what else uses the target, then run the same command again",
                )
            rows += 1
            digest.update(msgspec.json.encode(row))
        return CopiedTable(table.name, rows, written, digest.hexdigest())

    def _write(self, table: Table, drops: Sequence[Row], puts: Sequence[Row]) -> None:
        if not drops and not puts:
            return

        def work() -> None:
            if drops:
                self._writing.executemany(table.drop, [row[: len(table.first)] for row in drops])
            if puts:
                self._writing.executemany(table.put, puts)

        with explained(self._target):
            _in_one(self._writing, work)

    def _compared(self, table: Table) -> Iterator[tuple[Change, Row]]:
        """Each row of either side in the order of keys, and what makes the target like the source."""
        width = len(table.first)
        theirs = self._rows(table, self._source, self._reading)
        ours = self._rows(table, self._target, self._writing)
        there, here = next(theirs, None), next(ours, None)
        while there is not None or here is not None:
            if here is None or (there is not None and there[:width] < here[:width]):
                assert there is not None
                yield "put", there
                there = next(theirs, None)
            elif there is None or here[:width] < there[:width]:
                if not (table.name == "meta" and here[0] == UNFINISHED):
                    yield "drop", here
                here = next(ours, None)
            else:
                yield "same" if here == there else "put", there
                there, here = next(theirs, None), next(ours, None)
            self._done += 1
            if self._done % _AT_A_TIME == 0:
                self._told(self._done)

    def _rows(self, table: Table, database: Database, db: Session) -> Iterator[Row]:
        after = table.first
        while True:
            with explained(database):
                found = db.execute(table.read, (*after, _AT_A_TIME)).fetchall()
            yield from map(self._cleaned, found)
            if len(found) < _AT_A_TIME:
                return
            after = found[-1][: len(table.first)]


def _portions(changes: Iterator[tuple[Change, Row]]) -> Iterator[list[tuple[Change, Row]]]:
    wanted = (change for change in changes if change[0] != "same")
    while portion := list(islice(wanted, _AT_A_TIME)):
        yield portion


def _in_one(db: Connection, work: Callable[[], object]) -> None:
    """One transaction that survives a power cut."""
    try:
        db.begin(durable=True, alone=True)
        work()
        db.commit()
    except BaseException:
        db.rollback()
        raise


def _without_nul(row: Row) -> Row:
    """As PostgreSQL keeps it: it takes that character in no text."""
    return tuple(value.replace("\0", _NO_NUL) if type(value) is str and "\0" in value else value for value in row)


def _as_it_is(row: Row) -> Row:
    return row
