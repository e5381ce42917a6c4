"""Caps that the owner sets by hand. Knows how holders are written; leaves holding them to `pipeline.budget`."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.core.money import Money
from partimento.core.ports import Cap
from partimento.ledger.books import Books
from partimento.store.books import day_of, month_of

Period = Literal["day", "month"]


class Standing(Struct, frozen=True):
    """A cap, and what of it is spent and put aside in the period that is now."""

    cap: Cap
    spent: Money
    reserved: Money


def set_budget(store: Books, holder: str, period: str, limit: Money) -> Cap:
    """Cap what a holder may spend in each UTC day or month; what it spent so far counts. Raises BadInput, UnknownName.

    `holder`: "" for everybody together, "user:42", "key:abc".
    """
    if limit.pico < 0:
        raise BadInput(f"cannot cap at {limit}", why="a cap is an amount", mend="set 0 to allow nothing that costs")
    cap = Cap(_holder(holder), _period(period), limit)
    store.tell("set_budget", cap.holder, cap.period, cap.limit.pico)
    return cap


def list_budgets(store: Books) -> tuple[Cap, ...]:
    """Every cap set by hand, by holder and period."""
    return tuple(Cap(holder, period, Money(limit)) for holder, period, limit in store.ask("list_budgets"))


def standings(store: Books, now: float) -> tuple[Standing, ...]:
    """Every cap set by hand, with what is spent of it today or this month (UTC)."""
    day = day_of(now)
    found = []
    for cap in list_budgets(store):
        total = store.ask("total_of", cap.holder, day if cap.period == "day" else month_of(day))
        spent, reserved = total[0] if total else (0, 0)
        found.append(Standing(cap, Money(spent), Money(reserved)))
    return tuple(found)


def remove_budget(store: Books, holder: str, period: str) -> bool:
    """Take a cap away; False if there was none. Raises BadInput, UnknownName."""
    return store.tell("remove_budget", _holder(holder), _period(period)) > 0


def _holder(holder: str) -> str:
    kind, colon, name = holder.partition(":")
    if holder and (kind not in ("user", "key") or not colon or not name):
        raise BadInput(
            f"cannot read the holder {holder!r}",
            why="a budget is held by everybody, a user or a key",
            mend='write "" for everybody, user:NAME or key:NAME',
        )
    return holder


def _period(period: str) -> Period:
    periods: tuple[Period, ...] = get_args(Period)
    for known in periods:
        if period == known:
            return known
    raise UnknownName("period", period, periods)
