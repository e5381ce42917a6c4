"""The Memory, Ledger and Flights ports on one database. Knows which statement serves which question.

Leaves how to commit to `writer`, how to add up money to `reservations`, and what the database is to its adapter.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Self, TypeVar

import msgspec

from partimento.core.clock import Clock
from partimento.core.errors import StoreError
from partimento.core.money import Money
from partimento.core.ports import Blocked, CacheEntry, Cap, LedgerRow, MemoryItem, Remembered, Reservation, Tally
from partimento.store import flights, reservations
from partimento.store.copying import check_whole
from partimento.store.database import Connection, Database, Row, Session, explained
from partimento.store.migrate import migrate
from partimento.store.owner import may_live, new_lease, this_process
from partimento.store.settlements import Settlements
from partimento.store.writer import Job, Statement, Writer

T = TypeVar("T")

_OTHERS_S = 0.1  # another process's settlement rings no bell here, so waits for one are short
_CAPS_S = 1.0
_MOST_CAPS = 4096
_SWEEP_S = 1.0  # how often at most a blocked reservation looks for money that a dead process holds
_astuple = msgspec.structs.astuple


class Store:
    """Opened with `open`, closed with `close`. Any thread and any event loop may use it; not a forked child."""

    def __init__(self, database: Database, db: Connection, clock: Clock, owner: str | None) -> None:
        self.database = database
        self._owner_given = owner
        self._writer = Writer(database, db, lambda db: sweep(db, clock.now(), may_live))
        self._settlements = Settlements()
        self._clock = clock
        self._held: dict[str, reservations.Held] = {}
        """This process's open reservations."""
        self._caps: dict[tuple[str, ...], tuple[float, Sequence[Cap]]] = {}
        """Caps by holders, and until when (monotonic) they are not asked for again."""
        self._swept_at = 0.0
        self._aloft: dict[bytes, str] = {}

    @classmethod
    def open(cls, database: Database, clock: Clock, *, owner: str | None = None) -> Self:
        """Make or migrate the database, settle what dead processes left open, and be ready.

        `owner` names the process that reserves money; by default this one. Raises StoreError and its kinds.
        """
        db = database.connect()
        try:
            with explained(database):
                migrate(db, database, clock.now())
                check_whole(db, database.place)
                left_open = reservations.abandoned(db, clock.now(), may_live)
        except BaseException:
            db.close()
            database.close()
            raise
        store = cls(database, db, clock, owner)
        if left_open:
            store.write(lambda db: reservations.settle_as_unknown(db, left_open), durable=True)
        return store

    def close(self) -> None:
        """Commit what is queued and close every connection. Closing twice changes nothing."""
        self._writer.close()
        self.database.close()

    @property
    def place(self) -> str:
        """Where the database is: a path, or a URL without its password."""
        return self.database.place

    @property
    def is_shared(self) -> bool:
        """Whether the database is one that processes of several machines may share."""
        return self.database.kind != "sqlite"

    # ---- memory ------------------------------------------------------------------------------------------------

    async def look_up(self, fingerprint: bytes, scope: str, now: float) -> Remembered | None:
        """The live item of that fingerprint, or None. Raises StoreError."""
        found = await self.database.read("look_up", (fingerprint, scope, now))
        return Remembered(*found[0]) if found else None

    # ---- ledger ------------------------------------------------------------------------------------------------

    def record(
        self,
        row: LedgerRow,
        item: MemoryItem | None = None,
        entry: CacheEntry | None = None,
        evidence: Sequence[Tally] = (),
    ) -> Awaitable[None]:
        """Queue the row, and with it item and entry; done after the commit. An id that is there already stays."""
        statements: tuple[Statement, ...] = (("record_row", _astuple(row)),)
        if item is not None:
            statements += (("record_item", _astuple(item)),)
        if entry is not None:
            statements += (("record_entry", _astuple(entry)),)
        for tally in evidence:
            statements += (("record_tally", _astuple(tally)),)
        return self._writer.put(Job(statements=statements))

    async def caps(self, holders: Sequence[str]) -> Sequence[Cap]:
        """The caps the budgets table sets for these holders; those that others set count within a second."""
        asked, now = tuple(holders), self._clock.monotonic()
        known = self._caps.get(asked)
        if known is not None and now < known[0]:
            return known[1]
        caps = await self._read_caps(asked)
        if len(self._caps) >= _MOST_CAPS:
            self._caps.clear()
        self._caps[asked] = (now + _CAPS_S, caps)
        return caps

    async def _read_caps(self, holders: Sequence[str]) -> Sequence[Cap]:
        found = await self.database.read_each("budgets_of", [(asked,) for asked in holders])
        return [Cap(holder, period, Money(limit)) for rows in found for holder, period, limit in rows]

    def reserve(self, reservation: Reservation, now: float) -> Awaitable[Blocked | None]:
        """Queue the reservation; done after a commit that survives a power cut."""
        owner = self._owner

        def work(db: Session) -> Blocked | None:
            blocked = reservations.reserve(db, reservation, owner, now)
            if blocked is not None and blocked.reserved and self._may_sweep():
                left_open = reservations.abandoned(db, now, may_live)
                reservations.settle_as_unknown(db, left_open)
                blocked = reservations.reserve(db, reservation, owner, now)
            return blocked

        def after(blocked: Blocked | None) -> None:
            if blocked is None:
                self._held[reservation.id] = reservations.held(reservation, now)

        return self._writer.put(Job(work=work, durable=True, after=after))

    def settle(self, reservation_id: str, cost: Money, now: float) -> Awaitable[None]:
        """Queue the settlement; it counts in the day and month of the reservation, whenever it comes.

        Its commit is synced with the next that is: lost to a power cut, the reservation is charged in full.
        """

        def after(_: None) -> None:
            self._settlements.happened()

        def work(db: Session) -> None:
            reservations.settle(db, reservation_id, cost)

        kept = self._held.pop(reservation_id, None)
        if kept is None:
            return self._writer.put(Job(work=work, after=after))
        return self._writer.put(Job(statements=reservations.settlement(reservation_id, kept, cost), after=after))

    def settled(self, timeout_s: float) -> Awaitable[None]:
        """Done when this process settled anything since the call, at the latest after 0.1 s: look again."""
        return self._settlements.wait(min(timeout_s, _OTHERS_S))

    # ---- flights -----------------------------------------------------------------------------------------------

    def take_off(self, flight: bytes, now: float, lapses_at: float) -> Awaitable[bool]:
        """Queue the lease; done after its commit. Where nobody waits for it any more, it is given back."""
        lease = new_lease(self._owner)

        def work(db: Session) -> bool:
            return flights.take_off(db, flight, lease, now, lapses_at, may_live)

        def after(granted: bool) -> None:
            if granted:
                self._aloft[flight] = lease

        waiter = self._writer.put(Job(work=work, after=after))
        waiter.add_done_callback(lambda ended: self._give_back(flight, lease) if ended.cancelled() else None)
        return waiter

    def land(self, flight: bytes) -> Awaitable[None]:
        """Queue the return of the lease; one that is not held is nothing."""
        return self._writer.put(Job(statements=(("land", (flight, self._aloft.pop(flight, ""))),)))

    def _give_back(self, flight: bytes, lease: str) -> None:
        """The same for a lease that may only be queued: as work, since statements of a group go before its work."""

        def work(db: Session) -> None:
            db.execute("land", (flight, lease))
            if self._aloft.get(flight) == lease:
                del self._aloft[flight]

        with suppress(StoreError):  # closed: a lease of a process that ends counts for nothing
            self._writer.put(Job(work=work))

    # ---- named statements, for reports and administration --------------------------------------------------------

    def ask(self, name: str, *values: Any) -> list[Row]:
        """All rows of a named question; may block for as long as it takes. Raises StoreError."""
        return self.database.ask(name, values)

    async def read(self, name: str, *values: Any) -> list[Row]:
        """All rows of a named question that takes microseconds, for coroutines. Raises StoreError."""
        return await self.database.read(name, values)

    def tell(self, name: str, *values: Any) -> int:
        """Run a named statement and wait for its commit; the number of rows it changed. Raises StoreError."""
        changed = self.write(lambda db: db.execute(name, values).rowcount)
        self._caps.clear()  # one's own changes count at once
        return changed

    def write(self, work: Callable[[Session], T], *, durable: bool = False) -> T:
        """Run `work` in one transaction of the writer and wait for its commit; no other process's work runs beside it.

        It may be run twice, the first time undone, or done by a commit whose answer was lost.
        """
        done: T = self._writer.run(Job(work=work, durable=durable))
        return done

    def rows(self, since: float = 0.0, most: int = 100) -> tuple[LedgerRow, ...]:
        """The newest ledger rows since a moment, newest first."""
        names = LedgerRow.__struct_fields__
        return tuple(LedgerRow(**dict(zip(names, row, strict=True))) for row in self.ask("rows_since", since, most))

    # ---- looking after it ----------------------------------------------------------------------------------------

    @property
    def _owner(self) -> str:
        if self._owner_given is None:
            self._owner_given = this_process()
        return self._owner_given

    def _may_sweep(self) -> bool:
        """At most once a second; in the writer's thread."""
        now = time.monotonic()
        if now - self._swept_at < _SWEEP_S:
            return False
        self._swept_at = now
        return True


def sweep(db: Session, now: float, may_live: Callable[[str], bool]) -> None:
    """Settle what dead processes left open, and forget their leases."""
    reservations.settle_as_unknown(db, reservations.abandoned(db, now, may_live))
    flights.forget_lost(db, now, may_live)
