"""Leases on requests under way, as steps within a transaction. Knows their table; leaves waiting to `pipeline`."""

from __future__ import annotations

from collections.abc import Callable

from partimento.store.database import Session


def take_off(
    db: Session, flight: bytes, lease: str, now: float, lapses_at: float, may_live: Callable[[str], bool]
) -> bool:
    """Take the lease, unless another one holds it: one that has not lapsed, of a process that may be alive."""
    found = db.execute("flight_of", (flight,)).fetchone()
    if found is not None:
        holder, until = found
        if holder != lease and until > now and may_live(holder):
            return False
    db.execute("take_off", (flight, lease, lapses_at))
    return True


def forget_lost(db: Session, now: float, may_live: Callable[[str], bool]) -> None:
    """Remove the leases that count for nothing and that nobody will ask for again."""
    for flight, lease, until in db.execute("flights").fetchall():
        if until <= now or not may_live(lease):
            db.execute("land", (flight, lease))
