"""Forgetting old ledger rows. Knows how long is kept; never touches memory, and leaves cache entries to `store`."""

from __future__ import annotations

from partimento.store.sqlite import SqliteStore

_AT_A_TIME = 2000  # a few milliseconds of the writer; a clean-up of millions of rows must not hold up requests
_DAY = 86_400.0
_LAST_DAY = "retention_last_day"


def expire_daily(store: SqliteStore, now: float, days: int) -> int:
    """`expire`, on the first call of a UTC day only, so that it can stand at every start."""
    today = str(int(now // _DAY))
    if store.ask("fact", _LAST_DAY) == [(today,)]:
        return 0
    gone = expire(store, now, days)
    store.tell("set_fact", _LAST_DAY, today)
    return gone


def expire(store: SqliteStore, now: float, days: int) -> int:
    """Delete the rows older than `days` days, and return how many there were; 0 days: keep for ever."""
    if days <= 0:
        return 0
    before = now - days * _DAY
    gone = 0
    while dropped := store.tell("drop_rows_before", before, _AT_A_TIME):
        gone += dropped
    return gone
