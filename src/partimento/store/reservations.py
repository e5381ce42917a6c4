"""Reserving and settling, as steps within a transaction. Knows the money tables; leaves transactions to the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import msgspec

from partimento.core.money import Money
from partimento.core.ports import Blocked, LedgerRow, Reservation
from partimento.store.books import Place, Total, blocking, day_of, holders_of, places_of, settled_row
from partimento.store.queries import queries

_row = msgspec.json.Decoder(LedgerRow)
_holders = msgspec.json.Decoder(tuple[str, ...])


def reserve(db: sqlite3.Connection, reservation: Reservation, owner: str, now: float) -> Blocked | None:
    """Put the money aside in every total it concerns, or say which cap blocks and keep nothing."""
    sql = queries()
    day, holders = day_of(now), holders_of(reservation)
    places = places_of(holders, day)
    if reservation.caps:
        blocked = blocking(reservation.caps, _totals(db, places), day, reservation.amount)
        if blocked is not None:
            return blocked
    amount = reservation.amount.pico
    told = msgspec.json.encode(holders).decode()
    kept = msgspec.json.encode(reservation.row)
    db.execute(sql["open_reservation"], (reservation.id, day, told, amount, owner, reservation.lapses_at, kept))
    db.executemany(sql["add_reserved"], [(*place, amount) for place in places])
    return None


def settle(db: sqlite3.Connection, reservation_id: str, cost: Money | None) -> None:
    """Turn what was reserved into what was spent, in the periods it was reserved in; None: all of it.

    The row kept with the reservation goes to the ledger with that cost, as "unknown", so that the ledger is true should
    the process die now; the request's own row takes its place. What is not open (any more) stays as it is.
    """
    sql = queries()
    found = db.execute(sql["reservation_of"], (reservation_id,)).fetchone()
    if found is None:
        return
    day, holders, amount, kept = found
    spent = amount if cost is None else cost.pico
    places = places_of(_holders.decode(holders), day)
    db.executemany(sql["add_spent"], [(spent, amount, *place) for place in places])
    db.execute(sql["close_reservation"], (reservation_id,))
    db.execute(sql["record_row"], msgspec.structs.astuple(settled_row(_row.decode(kept), amount, spent)))


def abandoned(db: sqlite3.Connection, now: float, may_live: Callable[[str], bool]) -> list[str]:
    """Reservations to which nobody will return: they lapsed, or their process is gone."""
    found = db.execute(queries()["open_reservations"]).fetchall()
    return [name for name, owner, lapses_at in found if lapses_at <= now or not may_live(owner)]


def settle_as_unknown(db: sqlite3.Connection, reservation_ids: list[str]) -> None:
    """Charge them in full, and write the ledger rows their processes could not. Another process may have been first."""
    for reservation_id in reservation_ids:
        settle(db, reservation_id, None)


def _totals(db: sqlite3.Connection, places: tuple[Place, ...]) -> dict[Place, Total]:
    total_of = queries()["total_of"]
    found = ((place, db.execute(total_of, place).fetchone()) for place in places)
    return {place: Total(*row) for place, row in found if row is not None}
