"""Money put aside before it is spent. Knows caps and upper bounds; leaves the books to Ledger and prices to the model.

A reservation is an upper bound — every byte of the prompt as a token, plus all the tokens that may be written — so
under-use is at most one reservation, and no number of concurrent calls can pass a cap.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import msgspec

from partimento.core.errors import BudgetExceeded
from partimento.core.money import Money
from partimento.core.ports import Blocked, Call, Cap, LedgerRow, Ports, Reservation
from partimento.core.request import Caller
from partimento.core.settings import Settings
from partimento.core.usage import Usage

GRACE_S = 60.0  # after a call's deadline, before a stranger may call its reservation abandoned


class Held:
    """One reservation in hand; `cost` is what the call did cost, in full until somebody says otherwise."""

    def __init__(self, amount: Money) -> None:
        self.amount = amount
        self.cost = amount

    def spent(self, cost: Money) -> None:
        """The upstream said what it took (also nothing, also more than was reserved)."""
        self.cost = cost


def upper_bound(call: Call, now: float) -> Money:
    """The most this call can cost at today's price."""
    text = len(call.system.encode()) + len(call.user.encode())
    schema = len(msgspec.json.encode(call.schema)) if call.schema else 0
    framing = 64  # roles and separators that chat templates add
    return call.model.cost(Usage(text + schema + framing, call.max_tokens), datetime.fromtimestamp(now, UTC).date())


def caps_for(caller: Caller, settings: Settings) -> tuple[Cap, ...]:
    """The caps that settings put on this caller; rows in the budgets table come on top."""
    limits = (
        ("", "day", settings.daily_budget_usd),
        ("", "month", settings.monthly_budget_usd),
        (f"user:{caller.user}" if caller.user else None, "day", settings.user_daily_budget_usd),
        (f"user:{caller.user}" if caller.user else None, "month", settings.user_monthly_budget_usd),
        (f"key:{caller.key}" if caller.key else None, "day", settings.key_daily_budget_usd),
        (f"key:{caller.key}" if caller.key else None, "month", settings.key_monthly_budget_usd),
    )
    return tuple(
        Cap(holder, "day" if period == "day" else "month", Money.of(limit))
        for holder, period, limit in limits
        if holder is not None and limit is not None
    )


@asynccontextmanager
async def reserve(call: Call, caller: Caller, row: LedgerRow, ports: Ports) -> AsyncIterator[Held]:
    """Hold the most the call can cost; settle on the way out, whatever happens. Free calls touch nothing.

    Where only open reservations stand in the way, waits for their settlement up to the call's deadline.
    Raises BudgetExceeded.
    """
    amount = upper_bound(call, ports.clock.now())
    held = Held(amount)
    if not amount:
        yield held
        return
    reservation = await _put_aside(amount, call, caller, row, ports)
    try:
        yield held
    finally:
        # queued at the call: even a second cancellation cannot lose it
        settlement = ports.ledger.settle(reservation.id, held.cost, ports.clock.now())
        await settlement


async def _put_aside(amount: Money, call: Call, caller: Caller, row: LedgerRow, ports: Ports) -> Reservation:
    holders = ["", *([f"user:{caller.user}"] if caller.user else []), *([f"key:{caller.key}"] if caller.key else [])]
    caps = (*caps_for(caller, ports.settings), *ports.ledger.caps(holders))
    while True:
        now = ports.clock.now()
        left_s = call.deadline - ports.clock.monotonic()
        reservation = Reservation(
            id=ports.new_id(),
            row=msgspec.structs.replace(
                row, model=call.model.id, engine=call.model.engine, cost_pico=row.cost_pico + amount.pico
            ),
            amount=amount,
            caps=caps,
            lapses_at=now + left_s + GRACE_S,
        )
        blocked = await ports.ledger.reserve(reservation, now)
        if blocked is None:
            return reservation
        if not blocked.may_clear(amount) or left_s <= 0:
            raise _refusal(blocked, amount)
        await ports.ledger.settled(left_s)


def _refusal(blocked: Blocked, amount: Money) -> BudgetExceeded:
    cap = blocked.cap
    whose = f"the budget of {cap.holder.replace(':', ' ')}" if cap.holder else "the budget"
    return BudgetExceeded(
        f"{whose} for this {cap.period} does not allow this call",
        why=f"the cap is {cap.limit}, {blocked.spent} is spent and {blocked.reserved} reserved; it may cost {amount}",
        mend="raise the cap, wait for the next period, or choose a cheaper model",
    )
