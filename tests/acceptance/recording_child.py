"""The child that test_kill kills: 16 coroutines record requests and print each id once its commit was awaited.

Every tenth request is paid: reserved before, settled after, then recorded.
"""

from __future__ import annotations

import asyncio
import os
import sys

import msgspec

from partimento.core.money import Money
from partimento.core.ports import CacheEntry, Cap
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON, item, reservation, row

CALLERS, REQUESTS = 16, 1000
LIMIT = Cap("", "month", Money(1_000_000))
BOUND, COST = 100, 70


async def request(store: Store, number: int) -> str:
    name = f"{number:05}"
    made = item(f"item {name}", name.encode())
    entry = CacheEntry(name.encode(), "", made.id, None)
    if number % 10:
        await store.record(row(name, memory_id=made.id), made, entry)
        return name
    held = reservation(f"held {name}", BOUND, LIMIT)
    held = msgspec.structs.replace(held, row=msgspec.structs.replace(held.row, id=name))
    assert await store.reserve(held, NOON) is None
    await store.settle(held.id, Money(COST), NOON)
    await store.record(row(name, memory_id=made.id, cost_pico=COST), made, entry)
    return name


async def main(place: str) -> None:
    store = open_store(place, FrozenClock(NOON, running=True))
    numbers = iter(range(REQUESTS))

    async def caller() -> None:
        for number in numbers:
            name = await request(store, number)
            os.write(1, f"{name}\n".encode())

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
