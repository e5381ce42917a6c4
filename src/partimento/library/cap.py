"""A job's cost cap, held before money is spent: the Ledger port with one more cap than the accounts know.

One process is at a job, so what is spent and put aside can be counted here; what was spent before is told at the start.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Final

from partimento.core.errors import PartlyDone
from partimento.core.money import FREE, Money
from partimento.core.ports import Blocked, CacheEntry, Cap, Ledger, LedgerRow, MemoryItem, Reservation, Tally

HOLDER: Final = "library job"


class CappedLedger:
    """The Ledger port of one job. `spent` counts on from what it cost before; `cap` None: only counts.

    What the cap cannot take is PartlyDone, not BudgetExceeded, for which the route would pass on to a cheaper model: a
    job that runs out of money stops, and does not change its maker.
    """

    def __init__(self, ledger: Ledger, cap: Money | None, spent: Money) -> None:
        self._ledger, self._cap = ledger, cap
        self.spent = spent
        self.exhausted = ""
        """Why the cap has stopped a call; "" while it has stopped none."""
        self._held: dict[str, Money] = {}

    def record(
        self,
        row: LedgerRow,
        item: MemoryItem | None = None,
        entry: CacheEntry | None = None,
        evidence: Sequence[Tally] = (),
    ) -> Awaitable[None]:
        return self._ledger.record(row, item, entry, evidence)

    async def caps(self, holders: Sequence[str]) -> Sequence[Cap]:
        return await self._ledger.caps(holders)

    async def reserve(self, reservation: Reservation, now: float) -> Blocked | None:
        """Refuse what the cap cannot take; wait where only calls under way stand in the way. Raises PartlyDone."""
        amount = reservation.amount
        if self._cap is not None:
            held = sum(self._held.values(), FREE)
            if self.spent + amount > self._cap:
                self.exhausted = f"the cap is {self._cap}, {self.spent} is spent, and the next call may cost {amount}"
                raise PartlyDone(
                    "the job's cost cap is reached", why=self.exhausted, mend="resume it with a higher --cap"
                )
            if self.spent + held + amount > self._cap:
                return Blocked(Cap(HOLDER, "month", self._cap), self.spent, held)
        self._held[reservation.id] = amount
        try:
            blocked = await self._ledger.reserve(reservation, now)
        except BaseException:
            self._held.pop(reservation.id, None)
            raise
        if blocked is not None:
            del self._held[reservation.id]
        return blocked

    def settle(self, reservation_id: str, cost: Money, now: float) -> Awaitable[None]:
        if self._held.pop(reservation_id, None) is not None:
            self.spent += cost
        return self._ledger.settle(reservation_id, cost, now)

    def settled(self, timeout_s: float) -> Awaitable[None]:
        return self._ledger.settled(timeout_s)
