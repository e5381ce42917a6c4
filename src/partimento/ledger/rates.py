"""Requests and tokens a minute, over all processes of a store. Knows the books; leaves what to lease to `allowance`.

A minute is one of the clock's. A request is let in by the tokens it says it will take; what it did take is corrected
afterwards, and is missing from the allowance where it was more.
"""

from __future__ import annotations

import asyncio
import math
from typing import Any

from partimento.core.errors import RateLimited
from partimento.ledger.accounts import Key
from partimento.ledger.allowance import (
    NO_LIMIT,
    NOTHING,
    Amount,
    Share,
    left_in_minute,
    minute_of,
    to_lease,
)
from partimento.ledger.books import Books


class Permit:
    """One request let in. Tell it what the request took, as soon as that is known."""

    __slots__ = ("_counted", "_holder", "_limits", "_now", "_rates", "_share")

    def __init__(self, rates: Rates, holder: str, share: Share, limits: Amount, counted: int, now: float) -> None:
        self._rates, self._holder, self._share, self._limits = rates, holder, share, limits
        self._counted, self._now = counted, now

    def used(self, tokens: int) -> None:
        """The request has taken so many tokens in all; a later word replaces an earlier one. On the event loop."""
        more, self._counted = tokens - self._counted, tokens
        if more and self._limits.tokens < NO_LIMIT:
            self._rates.correct(self._holder, self._share.minute, more, self._limits)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What is left of the minute, in the words OpenAI's clients know; of a rate without a limit, nothing."""
        left, reset = self._share.remaining(self._limits), f"{math.ceil(left_in_minute(self._now))}s"
        told: tuple[tuple[str, str], ...] = ()
        for name in ("requests", "tokens"):
            if (limit := getattr(self._limits, name)) < NO_LIMIT:
                told += (
                    (f"x-ratelimit-limit-{name}", str(limit)),
                    (f"x-ratelimit-remaining-{name}", str(getattr(left, name))),
                    (f"x-ratelimit-reset-{name}", reset),
                )
        return told


class Rates:
    """One for each process, used on one event loop. `close` gives back what was leased and not used."""

    def __init__(self, store: Books) -> None:
        self._store = store
        self._shares: dict[str, Share] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._corrections: set[asyncio.Task[Any]] = set()

    async def admit(self, key: Key, tokens: int, now: float) -> Permit:
        """Let a request of so many tokens in: mostly without a write. Raises RateLimited with `retry_after_s`."""
        limits = Amount(key.requests_per_minute or NO_LIMIT, key.tokens_per_minute or NO_LIMIT)
        asked = Amount(int(limits.requests < NO_LIMIT), tokens if limits.tokens < NO_LIMIT else 0)
        minute = minute_of(now)
        if self._share(key.id, minute).lacking(asked):
            async with self._turns.setdefault(key.id, asyncio.Lock()):
                await self._lease(key, asked, limits, now)  # hands out within the same turn of the loop
        else:
            self._shares[key.id] = self._shares[key.id].without(asked)
        return Permit(self, key.id, self._share(key.id, minute), limits, asked.tokens, now)

    def correct(self, holder: str, minute: int, more: int, limits: Amount) -> None:
        """A request took `more` tokens than counted (fewer: negative). Of a minute that is over, it is no matter."""
        share = self._shares.get(holder)
        if share is None or share.minute != minute:
            return
        share = share.without(Amount(0, more))
        if surplus := share.surplus(limits):
            share = share.without(surplus)
            share = Share(minute, share.spare, share.taken - surplus, share.seen_at)
            told = asyncio.get_running_loop().create_task(self._give_back(holder, minute, surplus))
            self._corrections.add(told)
            told.add_done_callback(self._corrections.discard)
        self._shares[holder] = share

    async def close(self) -> None:
        """Give back what was not handed out, so that the other processes can."""
        await asyncio.gather(*self._corrections, return_exceptions=True)
        shares, self._shares = self._shares, {}
        for holder, share in shares.items():
            if share.spare:
                await self._give_back(holder, share.minute, share.spare)

    def _share(self, holder: str, minute: int) -> Share:
        """This process's share of that minute. What it held of another one is forgotten, whichever way time went."""
        share = self._shares.get(holder)
        if share is None or share.minute != minute:
            share = self._shares[holder] = Share(minute)
        return share

    async def _lease(self, key: Key, asked: Amount, limits: Amount, now: float) -> None:
        """Lease what is lacking, and hand out what is asked. Raises RateLimited."""
        minute = minute_of(now)
        while lacking := self._share(key.id, minute).lacking(asked):
            if not asked.fits(limits):
                raise _too_large(key, asked.tokens)
            if self._share(key.id, minute).refuses(lacking, limits, now):
                raise _refusal(key, self._share(key.id, minute), lacking, limits, now)
            leased, taken = await asyncio.to_thread(self._take, key.id, minute, lacking, limits)
            share = self._share(key.id, minute).with_lease(leased, taken, now)
            self._shares[key.id] = share
            if not leased:
                raise _refusal(key, share, lacking, limits, now)
        self._shares[key.id] = self._share(key.id, minute).without(asked)

    def _take(self, holder: str, minute: int, lacking: Amount, limits: Amount) -> tuple[Amount, Amount]:
        """What could be leased (all that is lacking, or nothing), and what all processes have leased by now."""
        leased = NOTHING
        for wanted in dict.fromkeys((to_lease(lacking, limits), lacking)):
            values = (holder, minute, wanted.requests, wanted.tokens, limits.requests, limits.tokens)
            if self._store.tell("take_rate", *values):
                leased = wanted
                break
        found = self._store.ask("rate_of", holder, minute)
        return leased, Amount(*found[0]) if found else NOTHING

    async def _give_back(self, holder: str, minute: int, surplus: Amount) -> None:
        values = (-surplus.requests, -surplus.tokens, holder, minute)
        await asyncio.to_thread(self._store.tell, "correct_rate", *values)


def _refusal(key: Key, share: Share, lacking: Amount, limits: Amount, now: float) -> RateLimited:
    wait_s = left_in_minute(now)
    what = "tokens" if share.taken.requests + lacking.requests <= limits.requests else "requests"
    return RateLimited(
        f"the key {key.name} has used up its {what} of this minute",
        why=f"it may use {getattr(limits, what)} {what} a minute",
        mend=f"wait {math.ceil(wait_s)} s, or ask for a key with a higher rate",
        retry_after_s=wait_s,
    )


def _too_large(key: Key, tokens: int) -> RateLimited:
    return RateLimited(
        f"this request is larger than all that the key {key.name} may use in a minute",
        why=f"it takes about {tokens} tokens, and {key.tokens_per_minute} a minute are allowed",
        mend="ask for less at once, or for a key with a higher rate",
    )
