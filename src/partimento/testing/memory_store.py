"""A store without a file, for tests: the Memory, Ledger and Flights ports on dictionaries. Passes the suite of the real
ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from msgspec import Struct

from partimento.core.errors import StoreError
from partimento.core.money import Money
from partimento.core.ports import Blocked, CacheEntry, Cap, LedgerRow, MemoryItem, Remembered, Reservation, Tally
from partimento.store.books import Place, Total, blocking, day_of, holders_of, places_of, settled_row
from partimento.store.settlements import Settlements

T = TypeVar("T")


class _Open(Struct, frozen=True):
    """A reservation not settled yet, and where it counts."""

    row: LedgerRow
    amount: Money
    places: tuple[Place, ...]
    lapses_at: float


class MemoryStore:
    """Writes at the call, within a running event loop. `budgets`: the caps that rows of a database would set."""

    def __init__(self, budgets: Sequence[Cap] = ()) -> None:
        self.budgets = tuple(budgets)
        self.items: dict[str, MemoryItem] = {}
        self.totals: dict[Place, Total] = {}
        self.evidence: list[Tally] = []
        self._entries: dict[tuple[bytes, str], CacheEntry] = {}
        self._rows: dict[str, LedgerRow] = {}
        self._open: dict[str, _Open] = {}
        self._flights: dict[bytes, float] = {}
        self._settlements = Settlements()

    async def look_up(self, fingerprint: bytes, scope: str, now: float) -> Remembered | None:
        """The live item of that fingerprint, or None."""
        entry = self._entries.get((fingerprint, scope))
        if entry is None or (entry.expires_at is not None and entry.expires_at <= now):
            return None
        item = self.items[entry.memory_id]
        return Remembered(
            item.id, item.value, item.model, item.engine, item.tier, item.provider, item.input_tokens,
            item.output_tokens, item.cost_pico, item.claims,
        )  # fmt: skip

    def record(
        self,
        row: LedgerRow,
        item: MemoryItem | None = None,
        entry: CacheEntry | None = None,
        evidence: Sequence[Tally] = (),
    ) -> Awaitable[None]:
        """Keep the row, and with it item and entry, or nothing where the entry leads to no item (StoreError)."""
        if entry is not None and entry.memory_id not in self.items and (item is None or item.id != entry.memory_id):
            return _failed(StoreError("the entry cannot be kept", why=f"there is no memory item {entry.memory_id}"))
        if item is not None:
            self.items.setdefault(item.id, item)
        if entry is not None:
            self._entries[entry.fingerprint, entry.scope] = entry
        self.evidence.extend(evidence)
        self._keep(row)
        return _done(None)

    async def caps(self, holders: Sequence[str]) -> Sequence[Cap]:
        """The budgets of these holders."""
        return [cap for cap in self.budgets if cap.holder in holders]

    def reserve(self, reservation: Reservation, now: float) -> Awaitable[Blocked | None]:
        """Put the money aside, or say which cap blocks."""
        day = day_of(now)
        blocked = blocking(reservation.caps, self.totals, day, reservation.amount)
        if blocked is not None and blocked.reserved:
            for name in [name for name, held in self._open.items() if held.lapses_at <= now]:
                self._settle(name, None)
            blocked = blocking(reservation.caps, self.totals, day, reservation.amount)
        if blocked is not None:
            return _done(blocked)
        places = places_of(holders_of(reservation), day)
        self._open[reservation.id] = _Open(reservation.row, reservation.amount, places, reservation.lapses_at)
        for place in places:
            total = self.totals.get(place, Total())
            self.totals[place] = Total(total.spent, total.reserved + reservation.amount.pico)
        return _done(None)

    def settle(self, reservation_id: str, cost: Money, now: float) -> Awaitable[None]:
        """Turn a reservation into what it did cost; a settled one stays as it is."""
        self._settle(reservation_id, cost)
        return _done(None)

    def settled(self, timeout_s: float) -> Awaitable[None]:
        """Done at the next settlement, or after `timeout_s`."""
        return self._settlements.wait(timeout_s)

    def take_off(self, flight: bytes, now: float, lapses_at: float) -> Awaitable[bool]:
        """Take the lease, unless one that has not lapsed is out."""
        if self._flights.get(flight, now) > now:
            return _done(False)
        self._flights[flight] = lapses_at
        return _done(True)

    def land(self, flight: bytes) -> Awaitable[None]:
        """Give the lease back."""
        self._flights.pop(flight, None)
        return _done(None)

    def rows(self, since: float = 0.0, most: int = 100) -> tuple[LedgerRow, ...]:
        """The newest ledger rows since a moment, newest first."""
        newest = sorted(self._rows.values(), key=lambda row: (row.at, row.id), reverse=True)
        return tuple(row for row in newest if row.at >= since)[:most]

    def close(self) -> None:
        """Nothing to give back."""

    def _settle(self, reservation_id: str, cost: Money | None) -> None:
        held = self._open.pop(reservation_id, None)
        if held is None:
            return
        spent = held.amount.pico if cost is None else cost.pico
        for place in held.places:
            total = self.totals[place]
            self.totals[place] = Total(total.spent + spent, total.reserved - held.amount.pico)
        self._keep(settled_row(held.row, held.amount.pico, spent))
        self._settlements.happened()

    def _keep(self, row: LedgerRow) -> None:
        kept = self._rows.get(row.id)
        if kept is None or kept.ending == "unknown":
            self._rows[row.id] = row


def _done(value: T) -> Awaitable[T]:
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    future.set_result(value)
    return future


def _failed(error: StoreError) -> Awaitable[None]:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_exception(error)
    return future
