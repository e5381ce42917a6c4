"""Several processes on one database: caps hold, and what a killed one held is free again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from databases import Place
from partimento.core.money import Money
from partimento.core.ports import Cap
from partimento.environment import SystemClock
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.store_suite import reservation

AMOUNT, ROOM_FOR = 100, 50
CAP = Cap("", "month", Money(AMOUNT * ROOM_FOR))

HUNDRED_AT_ONCE = """
import asyncio, sys, time
from partimento.core.money import Money
from partimento.core.ports import Cap
from partimento.store.opening import open_store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON, reservation

store, name, least = open_store(sys.argv[1], FrozenClock(NOON, running=True)), sys.argv[2], int(sys.argv[3])

async def request(n):
    held = reservation(f"{name}-{n}", 100, Cap("", "month", Money(5000)))
    while (blocked := await store.reserve(held, NOON)) is not None:
        if not blocked.may_clear(held.amount):
            return 0
        await store.settled(5.0)
    await asyncio.sleep(0.01)
    cost = least + n % (101 - least)
    await store.settle(held.id, Money(cost), NOON)
    return cost

async def all_of_them():
    print("ready", flush=True)
    input()
    print(sum(await asyncio.gather(*(request(n) for n in range(100)))))

asyncio.run(all_of_them())
store.close()
"""

HOLDER = """
import asyncio, sys, time
from partimento.core.money import Money
from partimento.core.ports import Cap
from partimento.environment import SystemClock
from partimento.store.opening import open_store
from partimento.testing.store_suite import reservation
import msgspec

async def hold(store):
    now = time.time()
    held = msgspec.structs.replace(reservation("held", 60, Cap("", "day", Money(100))), lapses_at=now + 3600)
    assert await store.reserve(held, now) is None
    assert await store.take_off(b"f", now, now + 3600)
    print("holding", flush=True)
    await asyncio.sleep(3600)

asyncio.run(hold(open_store(sys.argv[1], SystemClock())))
"""


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


def started(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("least", [100, 60])
def test_two_hundred_requests_of_two_processes_fill_a_cap_and_never_pass_it(
    store: Store, place: Place, least: int
) -> None:
    children = [started(HUNDRED_AT_ONCE, place, name, least) for name in "ab"]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    spent = sum(int(child.communicate()[0]) for child in children)
    assert CAP.limit.pico - AMOUNT < spent <= CAP.limit.pico
    assert store.ask("total_of", "", "2026-11") == [(spent, 0)]
    assert sum(kept.cost_pico for kept in store.rows(most=1000)) == spent


def test_a_killed_process_holds_neither_money_nor_flight(store: Store, place: Place) -> None:
    child = started(HOLDER, place)
    assert child.stdout is not None
    assert child.stdout.readline() == "holding\n"

    async def ask() -> tuple[int, int, bool]:
        now = time.time()
        blocked = await store.reserve(reservation("mine", 60, Cap("", "day", Money(100))), now)
        assert blocked is not None
        return blocked.spent.pico, blocked.reserved.pico, await store.take_off(b"f", now, now + 60)

    assert asyncio.run(ask()) == (0, 60, False)
    child.kill()
    child.wait()
    child.stdout.close()
    assert child.stdin is not None
    child.stdin.close()
    while (found := asyncio.run(ask()))[1]:  # a blocked reservation looks around once a second
        time.sleep(0.05)
    assert found[0] == 60
    assert [(kept.id, kept.ending) for kept in store.rows()] == [("row of held", "unknown")]
    assert store.ask("open_reservations") == []
