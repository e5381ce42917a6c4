"""The Memory and Ledger ports on one SQLite file. Knows which statement serves which question; leaves how to commit
to `writer`, how to add up money to `reservations`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from partimento.core.clock import Clock
from partimento.core.errors import StoreReadOnly
from partimento.core.money import Money
from partimento.core.ports import Blocked, CacheEntry, Cap, LedgerRow, MemoryItem, Remembered, Reservation
from partimento.store import reservations
from partimento.store.connection import Readers, connect
from partimento.store.faults import explained, explanation
from partimento.store.migrate import migrate
from partimento.store.owner import may_live, this_process
from partimento.store.queries import queries
from partimento.store.settlements import Settlements
from partimento.store.writer import Job, Statement, Writer

T = TypeVar("T")

_OTHERS_S = 0.1  # another process's settlement rings no bell here, so waits for one are short
_sql = queries()
_LOOK_UP = _sql["look_up"]
_RECORD_ROW = _sql["record_row"]
_astuple = msgspec.structs.astuple


class SqliteStore:
    """Opened with `open`, closed with `close`. Any thread and any event loop may use it; not a forked child."""

    def __init__(self, path: Path, db: sqlite3.Connection, owner: str | None) -> None:
        self.path = path
        self._owner = owner
        self._writer = Writer(db, path)
        self._readers = Readers(path)
        self._settlements = Settlements()

    @classmethod
    def open(cls, path: Path, clock: Clock, *, owner: str | None = None) -> Self:
        """Make or migrate the file, settle what dead processes left open, and be ready.

        `owner` names the process that reserves money; by default this one. Raises StoreError and its kinds.
        """
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _check_writable(path)
            db = connect(path)
            try:
                migrate(db, path, clock.now())
                left_open = reservations.abandoned(db, clock.now(), may_live)
            except BaseException:
                db.close()
                raise
        store = cls(path, db, owner)
        if left_open:
            store.write(lambda db: reservations.settle_as_unknown(db, left_open), durable=True)
        return store

    def close(self) -> None:
        """Commit what is queued and close every connection. Closing twice changes nothing."""
        self._writer.close()
        self._readers.close()

    # ---- memory ------------------------------------------------------------------------------------------------

    def look_up(self, fingerprint: bytes, scope: str, now: float) -> Remembered | None:
        """The live item of that fingerprint, or None; microseconds. Raises StoreError."""
        try:
            found = self._readers.mine().execute(_LOOK_UP, (fingerprint, scope, now)).fetchone()
        except sqlite3.Error as error:
            raise explanation(error, self.path) from error
        return None if found is None else Remembered(*found)

    # ---- ledger ------------------------------------------------------------------------------------------------

    def record(
        self, row: LedgerRow, item: MemoryItem | None = None, entry: CacheEntry | None = None
    ) -> Awaitable[None]:
        """Queue the row, and with it item and entry; done after the commit. An id that is there already stays."""
        statements: tuple[Statement, ...] = ((_RECORD_ROW, _astuple(row)),)
        if item is not None:
            statements += ((_sql["record_item"], _astuple(item)),)
        if entry is not None:
            statements += ((_sql["record_entry"], _astuple(entry)),)
        return self._writer.put(Job(statements=statements))

    def caps(self, holders: Sequence[str]) -> Sequence[Cap]:
        """The caps the budgets table sets for these holders."""
        return [
            Cap(holder, period, Money(limit))
            for asked in holders
            for holder, period, limit in self.ask("budgets_of", asked)
        ]

    def reserve(self, reservation: Reservation, now: float) -> Awaitable[Blocked | None]:
        """Queue the reservation; done after a commit that survives a power cut."""
        if self._owner is None:
            self._owner = this_process()
        owner = self._owner
        return self._writer.put(Job(work=lambda db: reservations.reserve(db, reservation, owner, now), durable=True))

    def settle(self, reservation_id: str, cost: Money, now: float) -> Awaitable[None]:
        """Queue the settlement; it counts in the day and month of the reservation, whenever it comes."""

        def work(db: sqlite3.Connection) -> None:
            reservations.settle(db, reservation_id, cost)

        return self._writer.put(Job(work=work, durable=True, after=lambda _: self._settlements.happened()))

    def settled(self, timeout_s: float) -> Awaitable[None]:
        """Done when this process settled anything since the call, at the latest after 0.1 s: look again."""
        return self._settlements.wait(min(timeout_s, _OTHERS_S))

    # ---- named statements, for reports and administration --------------------------------------------------------

    def ask(self, name: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a named question. Raises StoreError."""
        with explained(self.path):
            return self._readers.mine().execute(_sql[name], values).fetchall()

    def tell(self, name: str, *values: Any) -> int:
        """Run a named statement and wait for its commit; the number of rows it changed. Raises StoreError."""
        return self.write(lambda db: db.execute(_sql[name], values).rowcount)

    def write(self, work: Callable[[sqlite3.Connection], T], *, durable: bool = False) -> T:
        """Run `work` in one transaction of the writer and wait for its commit; may be run twice, the first undone."""
        done: T = self._writer.run(Job(work=work, durable=durable))
        return done

    def rows(self, since: float = 0.0, most: int = 100) -> tuple[LedgerRow, ...]:
        """The newest ledger rows since a moment, newest first."""
        names = LedgerRow.__struct_fields__
        return tuple(LedgerRow(**dict(zip(names, row, strict=True))) for row in self.ask("rows_since", since, most))


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
