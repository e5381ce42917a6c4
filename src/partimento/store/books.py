"""Which cap a reservation breaks, and whose totals it counts in. Decides purely; leaves the totals to the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from partimento.core.money import Money
from partimento.core.ports import Blocked, Cap, LedgerRow, Reservation


class Total(Struct, frozen=True):
    """Of one holder in one period, in pico-dollars."""

    spent: int = 0
    reserved: int = 0


Place = tuple[str, str]
"""Holder and period: ("user:42", "2026-11")."""


def day_of(at: float) -> str:
    """The UTC day of a moment in Unix seconds: "2026-11-21"."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def month_of(day: str) -> str:
    """The month of a day: "2026-11"."""
    return day[:7]


def holders_of(reservation: Reservation) -> tuple[str, ...]:
    """Everybody, the row's user and key, and whoever else a cap names: in whose totals the money counts.

    Totals are kept also where no cap is set, so that a cap set later knows what was spent before.
    """
    row = reservation.row
    named = ("", f"user:{row.user}" if row.user else "", f"key:{row.key}" if row.key else "")
    return tuple(dict.fromkeys((*named, *(cap.holder for cap in reservation.caps))))


def places_of(holders: tuple[str, ...], day: str) -> tuple[Place, ...]:
    """Where money of that day counts: each holder's day and month."""
    return tuple((holder, period) for holder in holders for period in (day, month_of(day)))


def blocking(caps: tuple[Cap, ...], totals: Mapping[Place, Total], day: str, amount: Money) -> Blocked | None:
    """The tightest cap that `amount` would break, or None. A cap that no settlement can clear comes first."""
    broken = [
        blocked
        for cap in caps
        if (blocked := _measured(cap, totals, day)).spent + blocked.reserved + amount > cap.limit
    ]
    return min(broken, key=lambda b: (b.may_clear(amount), b.cap.limit - b.spent - b.reserved), default=None)


def settled_row(row: LedgerRow, amount: int, spent: int) -> LedgerRow:
    """The row of a reservation once `spent` is known (pico-dollars): what the request did cost before stays in it."""
    before = max(0, row.cost_pico - amount)
    return msgspec.structs.replace(row, ending="unknown", cost_pico=before + spent)


def _measured(cap: Cap, totals: Mapping[Place, Total], day: str) -> Blocked:
    total = totals.get((cap.holder, day if cap.period == "day" else month_of(day)), Total())
    return Blocked(cap, Money(total.spent), Money(total.reserved))
