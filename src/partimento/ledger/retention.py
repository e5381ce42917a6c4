"""Forgetting: old ledger rows, expired cache entries, items nothing leads to. Knows how long each is kept, and that no
request waits for it; leaves what the owner prunes by hand to `store`.

Everything goes in portions of a few milliseconds, each its own transaction, with pauses between: a request that is to
be recorded waits for one portion at most. What is deleted leaves room in the file that new rows fill.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from partimento.core.clock import Clock
from partimento.core.errors import StoreError
from partimento.core.settings import Settings
from partimento.ledger.allowance import minute_of
from partimento.ledger.books import Books
from partimento.ledger.sums import DAY, forget_days, sum_days

_ROWS_AT_A_TIME = 200  # the oldest rows lie side by side
_ITEMS_AT_A_TIME = 50  # each of them, and each entry, lies on a page of its own
_AT_A_START = 50  # portions; a long clean-up is gone on with at the next start
_LAST_DAY = "retention_last_day"
_TIDIED_DAY = "tidied_last_day"
_log = logging.getLogger(__name__)
PAUSE_S = 0.02
LOOK_S = 600.0


class Kept(Struct, frozen=True):
    """What a round of housekeeping took away."""

    rows: int = 0
    entries: int = 0
    items: int = 0


async def keep_house(store: Books, clock: Clock, settings: Settings) -> None:
    """Go on for ever: a round of `tidy` on each UTC day, by one of the processes that share the store, and the sums of
    days that are over. Where the store fails, it is tried again at the next look. Cancel it to end it."""
    while True:
        try:
            today = str(int(clock.now() // DAY))
            if await asyncio.to_thread(store.tell, "claim_fact", _TIDIED_DAY, today):
                await tidy(store, clock.now(), settings.retention_days)
            await _in_portions(sum_days(store, clock.now(), settings.retention_days), PAUSE_S)
        except StoreError as error:
            _log.warning("housekeeping was cut short: %s", error)
        await asyncio.sleep(LOOK_S)


async def tidy(store: Books, now: float, days: int, pause_s: float = PAUSE_S) -> Kept:
    """One round: rows and items older than `days` days (0: keep them for ever), and entries that have expired."""
    rows = await _in_portions(_rows(store, now, days), pause_s)
    entries = await _in_portions(_entries(store, now), pause_s)
    items = await _in_portions(_items(store, now, days), pause_s)
    await asyncio.to_thread(store.tell, "drop_rates_before", minute_of(now) - 60)
    return Kept(rows, entries, items)


def expire_daily(store: Books, now: float, days: int) -> int:
    """For who runs shortly: some of the rows that are due, on each start until a UTC day's are done."""
    today = str(int(now // DAY))
    if days <= 0 or store.ask("fact", _LAST_DAY) == [(today,)]:
        return 0
    gone = 0
    for portion, dropped in enumerate(_rows(store, now, days), 1):
        gone += dropped
        if portion == _AT_A_START:
            return gone
    store.tell("set_fact", _LAST_DAY, today)
    return gone


def expire(store: Books, now: float, days: int) -> int:
    """Delete the rows older than `days` days, and return how many there were; 0 days: keep for ever."""
    return sum(_rows(store, now, days))


def _rows(store: Books, now: float, days: int) -> Iterator[int]:
    """How many went, portion by portion; at each step of the iterator one transaction."""
    if days > 0:
        forget_days(store, now - days * DAY)
        yield from iter(partial(store.tell, "drop_rows_before", now - days * DAY, _ROWS_AT_A_TIME), 0)


def _entries(store: Books, now: float) -> Iterator[int]:
    yield from iter(partial(store.tell, "drop_expired_entries", now, _ITEMS_AT_A_TIME), 0)


def _items(store: Books, now: float, days: int) -> Iterator[int]:
    """Through the whole memory in the order of ids, so that each portion looks at a bounded number of items."""
    at = ""
    while days > 0:
        found = store.ask("item_after", at, _ITEMS_AT_A_TIME - 1)
        to = found[0][0] if found else "~"  # behind every hexadecimal digit
        yield store.tell("drop_forgotten_items", at, to, now - days * DAY)
        if not found:
            return
        at = to


async def _in_portions(portions: Iterator[int], pause_s: float) -> int:
    gone = 0
    while (dropped := await asyncio.to_thread(next, portions, None)) is not None:
        gone += dropped
        await asyncio.sleep(pause_s)
    return gone
