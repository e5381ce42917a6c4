"""Money put aside before it is spent. Knows caps and upper bounds; leaves the books to Ledger and prices to the model.

A reservation is an upper bound — every byte of the prompt as a token, plus all the tokens that may be written — so
under-use is at most one reservation, and no number of concurrent calls can pass a cap.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from partimento.core.conversation import Conversation, Image, Text
from partimento.core.errors import BudgetExceeded
from partimento.core.money import Money
from partimento.core.ports import Blocked, Call, Cap, LedgerRow, Ports, Reservation
from partimento.core.request import Caller
from partimento.core.settings import Settings
from partimento.core.usage import Usage

FRAMING = 64  # roles and separators that chat templates add
A_PICTURE = 8192  # tokens; the largest tile count of the vendors' scales is below 5,000
BYTES_OF_SOUND = 32  # in base64, for one token: well below the slowest codec at 32 tokens a second
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
    asked = _tokens(call.conversation) if call.conversation else len(call.user.encode())
    asked += sum(len(text.encode()) for text in call.texts)
    schema = len(msgspec.json.encode(call.schema)) if call.schema else 0
    most = Usage(len(call.system.encode()) + asked + schema + FRAMING, 0 if call.texts else call.max_tokens)
    return call.model.most(most, datetime.fromtimestamp(now, UTC).date())


def _tokens(conversation: Conversation) -> int:
    """No fewer than any model counts: each byte a token, and what vendors take at most for pictures and sound."""
    tokens = len(msgspec.json.encode(conversation.tools)) if conversation.tools else 0
    for message in conversation.messages:
        tokens += FRAMING
        for call in message.tool_calls:
            tokens += len(call.name) + len(call.arguments.encode())
        for part in message.parts:
            if isinstance(part, Text):
                tokens += len(part.text.encode())
            else:
                tokens += A_PICTURE if isinstance(part, Image) else len(part.data) // BYTES_OF_SOUND
    return tokens


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


class reserve:  # noqa: N801  # read as a function; a generator would cost more than the reservation
    """Hold the most the call can cost; settle on the way out, whatever happens. Free calls touch nothing.

    Where only open reservations stand in the way, waits for their settlement up to the call's deadline.
    Raises BudgetExceeded.
    """

    __slots__ = ("_asked", "_held", "_ports", "_reservation")

    def __init__(self, call: Call, caller: Caller, row: LedgerRow, ports: Ports) -> None:
        self._asked = (call, caller, row)
        self._ports = ports
        self._held = Held(upper_bound(call, ports.clock.now()))
        self._reservation: Reservation | None = None

    async def __aenter__(self) -> Held:
        if self._held.amount:
            self._reservation = await _put_aside(self._held.amount, *self._asked, self._ports)
        return self._held

    async def __aexit__(self, *_: object) -> None:
        if self._reservation is not None:
            # queued at the call, ahead of the request's own row, whose commit is waited for: no cancellation loses it
            ports = self._ports
            ports.ledger.settle(self._reservation.id, self._held.cost, ports.clock.now())


async def _put_aside(amount: Money, call: Call, caller: Caller, row: LedgerRow, ports: Ports) -> Reservation:
    holders = ["", *([f"user:{caller.user}"] if caller.user else []), *([f"key:{caller.key}"] if caller.key else [])]
    caps = (*caps_for(caller, ports.settings), *(await ports.ledger.caps(holders)))
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
