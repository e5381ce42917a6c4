"""What a remembered request costs the store, against the raw statements it must do. Prints ratios from one run.

    python benchmarks/store.py [--requests 4000] [--rounds 5] [--postgres postgresql://…]

A hit is one read by key and one ledger row committed. Raw is the same two statements on the same tables with the same
pragmas, each in its own transaction: in one plain loop, and in 16 threads with a connection each. The store is asked
by 16 coroutines, each awaiting its commit. Rounds are interleaved; a figure is the median of its rounds. With
--postgres (an empty schema), the same questions to the store on that server beside the store on SQLite.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import msgspec

from partimento.core.money import Money
from partimento.core.ports import CacheEntry, Ending, LedgerRow
from partimento.environment import SystemClock
from partimento.store.opening import open_store
from partimento.store.queries import queries
from partimento.store.sqlite_connections import connect
from partimento.store.store import Store
from partimento.testing.store_suite import item, reservation, row

CALLERS = 16
KNOWN = 5000  # items in the memory, of 2 KB each
VALUE = b'{"chords":' + b"x" * 2000 + b"}"
_numbers = count()


def fingerprint(number: int) -> bytes:
    return number.to_bytes(32, "big")


def new_row(ending: Ending = "hit") -> LedgerRow:
    return row(f"{next(_numbers):028x}", ending=ending, at=time.time(), endpoint="bench", memory_id="0" * 64)


async def fill(store: Store) -> None:
    writes = [
        store.record(row(f"fill {n}"), item(f"{n:064x}", VALUE), CacheEntry(fingerprint(n), "", f"{n:064x}", None))
        for n in range(KNOWN)
    ]
    await asyncio.gather(*writes)


def raw_hit(db: sqlite3.Connection, number: int) -> None:
    sql = queries()
    found = db.execute(sql["look_up"], (fingerprint(number % KNOWN), "", 0.0)).fetchone()
    assert found is not None
    db.execute(sql["record_row"], msgspec.structs.astuple(new_row()))


def raw_loop(path: Path, requests: int) -> None:
    db = connect(path)
    for number in range(requests):
        raw_hit(db, number)
    db.close()


def raw_threads(path: Path, requests: int) -> None:
    def work(first: int) -> None:
        db = connect(path)
        for number in range(first, requests, CALLERS):
            raw_hit(db, number)
        db.close()

    threads = [threading.Thread(target=work, args=(first,)) for first in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def hits(store: Store, requests: int) -> None:
    async def caller(numbers: Iterator[int]) -> None:
        for number in numbers:
            found = await store.look_up(fingerprint(number % KNOWN), "", 0.0)
            assert found is not None
            await store.record(new_row())

    numbers = iter(range(requests))
    await asyncio.gather(*(caller(numbers) for _ in range(CALLERS)))


async def misses(store: Store, requests: int) -> None:
    async def caller(numbers: Iterator[int]) -> None:
        for _ in numbers:
            made = new_row("served")
            name = made.id.rjust(64, "f")
            await store.record(made, item(name, VALUE), CacheEntry(name.encode(), "", name, None))

    numbers = iter(range(requests))
    await asyncio.gather(*(caller(numbers) for _ in range(CALLERS)))


def raw_misses(path: Path, requests: int) -> None:
    db, sql = connect(path), queries()
    for _ in range(requests):
        made = new_row("served")
        name = made.id.rjust(64, "e")
        db.execute("BEGIN IMMEDIATE")
        db.execute(sql["record_row"], msgspec.structs.astuple(made))
        db.execute(sql["record_item"], msgspec.structs.astuple(item(name, VALUE)))
        db.execute(sql["record_entry"], (name.encode(), "", name, None))
        db.execute("COMMIT")
    db.close()


async def look_ups(store: Store, requests: int, callers: int) -> None:
    async def caller(numbers: Iterator[int]) -> None:
        for number in numbers:
            assert await store.look_up(fingerprint(number % KNOWN), "", 0.0) is not None

    numbers = iter(range(requests))
    await asyncio.gather(*(caller(numbers) for _ in range(callers)))


async def records(store: Store, requests: int, callers: int) -> None:
    async def caller(numbers: Iterator[int]) -> None:
        for _ in numbers:
            await store.record(new_row())

    numbers = iter(range(requests))
    await asyncio.gather(*(caller(numbers) for _ in range(callers)))


async def paid(store: Store, requests: int, callers: int) -> None:
    async def caller(numbers: Iterator[int]) -> None:
        for _ in numbers:
            held = reservation(f"bench {next(_numbers)}", 1, user="42")
            await store.reserve(held, time.time())
            await store.settle(held.id, Money(1), time.time())

    numbers = iter(range(requests))
    await asyncio.gather(*(caller(numbers) for _ in range(callers)))


async def flights(store: Store, requests: int, callers: int) -> None:
    async def caller(numbers: Iterator[int]) -> None:
        for number in numbers:
            now = time.time()
            assert await store.take_off(fingerprint(number), now, now + 60)
            await store.land(fingerprint(number))

    numbers = iter(range(requests))
    await asyncio.gather(*(caller(numbers) for _ in range(callers)))


def beside_sqlite(folder: Path, url: str, requests: int, rounds: int) -> dict[str, dict[str, float]]:
    """Microseconds for each question, by the kind of database."""
    found: dict[str, dict[str, float]] = {}
    for kind, place in (("sqlite", folder / "beside.db"), ("postgres", url)):
        store = open_store(place, SystemClock())
        asyncio.run(fill(store))
        for name, figure in answers(store, requests, rounds).items():
            found.setdefault(name, {})[kind] = figure
        store.close()
    return found


def _run(work: Callable[[], Coroutine[object, object, None]]) -> None:
    asyncio.run(work())


def answers(store: Store, requests: int, rounds: int) -> dict[str, float]:
    questions = {"look-up": look_ups, "ledger row": records, "reserve and settle": paid, "take off and land": flights}
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, question in questions.items():
            for callers in (1, CALLERS, 64):
                work = partial(question, store, requests, callers)
                figure = timed(partial(_run, work), requests)
                found.setdefault(f"{name}, {callers} callers", []).append(figure)
        hit = timed(lambda: asyncio.run(hits(store, requests)), requests)
        found.setdefault(f"hit, {CALLERS} callers", []).append(hit)
    return {name: statistics.median(figures) for name, figures in found.items()}


def timed(work: Callable[[], object], requests: int) -> float:
    """Microseconds a request."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) / requests * 1e6


def measure(folder: Path, requests: int, rounds: int) -> dict[str, float]:
    path = folder / "bench.db"
    store = open_store(path, SystemClock())
    asyncio.run(fill(store))
    contestants: dict[str, Callable[[], object]] = {
        "hit, raw, one loop": lambda: raw_loop(path, requests),
        "hit, raw, 16 threads": lambda: raw_threads(path, requests),
        "hit, store, 16 callers": lambda: asyncio.run(hits(store, requests)),
        "new item, raw, one loop": lambda: raw_misses(path, requests),
        "new item, store, 16 callers": lambda: asyncio.run(misses(store, requests)),
    }
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            found[name].append(timed(work, requests))
    store.close()
    return {name: statistics.median(figures) for name, figures in found.items()}


def opened(folder: Path, times: int = 50) -> float:
    """Milliseconds to open a database that is up to date, the median."""
    figures = []
    for _ in range(times):
        begun = time.perf_counter()
        store = open_store(folder / "bench.db", SystemClock())
        figures.append((time.perf_counter() - begun) * 1e3)
        store.close()
    return statistics.median(figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgres", metavar="URL")
    asked = parser.parse_args()
    if asked.postgres:
        with tempfile.TemporaryDirectory() as folder:
            for name, by_kind in beside_sqlite(Path(folder), asked.postgres, asked.requests, asked.rounds).items():
                print(f"{name:32} sqlite {by_kind['sqlite']:8.1f} µs   postgres {by_kind['postgres']:8.1f} µs")
        return
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), asked.requests, asked.rounds)
        ms = opened(Path(folder))
    for name, figure in found.items():
        print(f"{name:28} {figure:8.1f} µs a request")
    hit, miss = found["hit, store, 16 callers"], found["new item, store, 16 callers"]
    print(f"hit: {hit / found['hit, raw, one loop']:.2f} × raw in one loop")
    print(f"hit: {hit / found['hit, raw, 16 threads']:.2f} × raw in 16 threads")
    print(f"new item: {miss / found['new item, raw, one loop']:.2f} × raw in one loop")
    print(f"opening an up-to-date database: {ms:.2f} ms")


if __name__ == "__main__":
    main()
