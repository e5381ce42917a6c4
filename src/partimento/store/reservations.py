"""Reserving and settling, as steps within a transaction. Knows the money tables; leaves transactions to the writer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.money import Money
from partimento.core.ports import Blocked, LedgerRow, Reservation
from partimento.store.books import Place, Total, blocking, day_of, holders_of, month_of, places_of, settled_row
from partimento.store.database import Session

_row = msgspec.json.Decoder(LedgerRow)
_holders = msgspec.json.Decoder(tuple[str, ...])


def reserve(db: Session, reservation: Reservation, owner: str, now: float) -> Blocked | None:
    """Put the money aside in every total it concerns, or say which cap blocks and keep nothing."""
    day, holders = day_of(now), holders_of(reservation)
    places = places_of(holders, day)
    kept = db.execute("reservation_of", (reservation.id,))
    capped = tuple({(cap.holder, day if cap.period == "day" else month_of(day)) for cap in reservation.caps})
    totals = _totals(db, capped) if capped else {}
    if kept.fetchone() is not None:
        return None  # this very reservation: the connection broke in the middle of its commit
    blocked = blocking(reservation.caps, totals, day, reservation.amount)
    if blocked is not None:
        return blocked
    amount = reservation.amount.pico
    told = msgspec.json.encode(holders).decode()
    row = msgspec.json.encode(reservation.row)
    db.execute("open_reservation", (reservation.id, day, told, amount, owner, reservation.lapses_at, row))
    db.executemany("add_reserved", [(*place, amount) for place in places])
    return None


def settle(db: Session, reservation_id: str, cost: Money | None) -> None:
    """Turn what was reserved into what was spent, in the periods it was reserved in; None: all of it.

    The row kept with the reservation goes to the ledger with that cost, as "unknown", so that the ledger is true should
    the process die now; the request's own row takes its place. What is not open (any more) stays as it is.
    """
    found = db.execute("reservation_of", (reservation_id,)).fetchone()
    if found is None:
        return
    day, holders, amount, kept = found
    spent = amount if cost is None else cost.pico
    places = places_of(_holders.decode(holders), day)
    db.executemany("add_spent", [(spent, amount, *place) for place in places])
    db.execute("close_reservation", (reservation_id,))
    db.execute("record_row", msgspec.structs.astuple(settled_row(_row.decode(kept), amount, spent)))


class Held(Struct, frozen=True):
    """A reservation of this process: where it counts, how much it is, and its row should nobody return."""

    places: tuple[Place, ...]
    amount: int
    row: LedgerRow


def held(reservation: Reservation, now: float) -> Held:
    """What `settlement` needs to know of a reservation made at `now`."""
    return Held(places_of(holders_of(reservation), day_of(now)), reservation.amount.pico, reservation.row)


def settlement(reservation_id: str, kept: Held, cost: Money) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """`settle` as statements, which read nothing: for who reserved it himself, and settles it once."""
    spent, amount = cost.pico, kept.amount
    row = msgspec.structs.astuple(settled_row(kept.row, amount, spent))
    totals = (("settle_total", (spent, amount, *place, reservation_id)) for place in kept.places)
    return (*totals, ("close_reservation", (reservation_id,)), ("record_row", row))


def abandoned(db: Session, now: float, may_live: Callable[[str], bool]) -> list[str]:
    """Reservations to which nobody will return: they lapsed, or their process is gone."""
    lives = cache(may_live)
    found = db.execute("open_reservations").fetchall()
    return [name for name, owner, lapses_at in found if lapses_at <= now or not lives(owner)]


def settle_as_unknown(db: Session, reservation_ids: list[str]) -> None:
    """Charge them in full, and write the ledger rows their processes could not. Another process may have been first."""
    for reservation_id in reservation_ids:
        settle(db, reservation_id, None)


def _totals(db: Session, places: tuple[Place, ...]) -> dict[Place, Total]:
    found = zip(places, db.find("total_of", places), strict=True)
    return {place: Total(*row) for place, row in found if row is not None}
