"""All keys at a glance: caps, what is spent, when they were last used. Knows where each is kept; changes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from partimento.core.money import Money
from partimento.ledger.accounts import Key, Role, list_keys
from partimento.ledger.books import Books
from partimento.ledger.budgets import list_budgets
from partimento.ledger.sessions import owns
from partimento.store.books import day_of, month_of


class KeyLine(Struct, frozen=True, kw_only=True):
    """A key as its owner looks at it. Days and months are UTC, times Unix seconds, money US dollars, exact.

    `last_used_at` is read from the ledger, so it goes back no further than `retention_days`.
    """

    id: str
    name: str
    state: Literal["active", "expired", "revoked"]
    role: Role
    """As it was given; "": it follows from the limits."""
    owner: bool
    """Whether it may see and change everything."""
    models: tuple[str, ...]
    privacy: str
    requests_per_minute: int | None
    tokens_per_minute: int | None
    daily_budget_usd: Decimal | None
    monthly_budget_usd: Decimal | None
    spent_today_usd: Decimal
    spent_this_month_usd: Decimal
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    last_used_at: float | None


def overview(store: Books, now: float) -> tuple[KeyLine, ...]:
    """Every key, in the order they were made."""
    day = day_of(now)
    month = month_of(day)
    spent = {(holder, period): Money(pico) for holder, period, pico in store.ask("spent_by_keys", day, month)}
    caps = {(cap.holder, cap.period): cap.limit.usd for cap in list_budgets(store)}
    capped = {holder for holder, _ in caps}
    seen: dict[str, float] = dict(store.ask("keys_last_seen"))

    def line(key: Key) -> KeyLine:
        holder = f"key:{key.id}"
        return KeyLine(
            id=key.id, name=key.name, state=_state(key, now), role=key.role, owner=owns(key, holder in capped),
            models=key.models, privacy=key.privacy,
            requests_per_minute=key.requests_per_minute, tokens_per_minute=key.tokens_per_minute,
            daily_budget_usd=caps.get((holder, "day")), monthly_budget_usd=caps.get((holder, "month")),
            spent_today_usd=spent.get((holder, day), Money()).usd,
            spent_this_month_usd=spent.get((holder, month), Money()).usd,
            created_at=key.created_at, expires_at=key.expires_at, revoked_at=key.revoked_at,
            last_used_at=seen.get(key.id),
        )  # fmt: skip

    return tuple(map(line, list_keys(store)))


def _state(key: Key, now: float) -> Literal["active", "expired", "revoked"]:
    if key.revoked_at is not None:
        return "revoked"
    return "active" if key.lives_at(now) else "expired"
