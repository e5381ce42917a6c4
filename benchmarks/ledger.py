"""What the ledger takes: bytes a row, milliseconds a report, waits while it is tidied, microseconds at the door.

    python benchmarks/ledger.py [--rows 100000 1000000]

Rows are a month's of mixed requests: 45 % remembered, 30 % made here, 20 % paid for, the rest failed or cancelled, from
several users, keys and endpoints, with what the route weighed. Bytes are whole pages of table and indexes; a report is
a whole `usage` by one aspect, the best of five. Waits are those of requests recorded one after another while everything
old is deleted beside them, with the same requests before as the measure. Nothing here is asserted by a test.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import random
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from partimento.core.errors import KeyNeeded
from partimento.core.ports import CacheEntry, LedgerRow
from partimento.environment import SystemClock
from partimento.ledger.accounts import Key, KeyRing, create_key
from partimento.ledger.overview import overview
from partimento.ledger.rates import Rates
from partimento.ledger.report import usage
from partimento.ledger.retention import tidy
from partimento.ledger.sums import sum_days
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.store_suite import NOON, item, row

DAY = 86_400.0
TASKS = ("exercise", "chat", "progression", "arrangement", "theory", "text", "structured", "embedding")
ENDPOINTS = ("/v1/chat/completions", "cli.compose", "/api/v2/tasks/exercise", "shop.views.create")
MADE_HERE = (("rules", "rules", "rules", "rules"), ("qwen2.5-7b-instruct", "openai", "small", "ollama"))
PAID = (("gpt-4o-mini", "openai", "cloud", "openai"), ("claude-3-5-haiku", "anthropic", "cloud", "anthropic"))
CHOSEN = {  # as the route spells its decisions
    "rules": "e4 e:rules",
    "small": "a4 p93:qwen2.5-7b-instruct c:gpt-4o-mini r:rules +4 -u31k4",
    "cloud": "a9 c:gpt-4o-mini c:claude-3-5-haiku r:rules +2 -u31k4",
}
KEYS = ("", "key_x8f3ab2c", "key_b27qw5ty")


def mixed(count: int, chance: random.Random) -> Iterator[LedgerRow]:
    """A month of requests up to NOON."""
    for number in range(count):
        at = NOON - 30 * DAY * (1 - number / count)
        kind = chance.choices(("hit", "here", "paid", "failed", "cancelled"), (45, 30, 20, 4, 1))[0]
        model, engine, tier, provider = chance.choice(MADE_HERE if kind == "here" else PAID)
        money = chance.randrange(10**8, 10**10)
        kinds: dict[str, dict[str, Any]] = {
            "hit": {"ending": "hit", "saved_pico": money, "saved_by": "cache" if number % 20 else "flight"},
            "here": {"saved_pico": money, "saved_by": "local", "decision": CHOSEN[tier]},
            "paid": {"cost_pico": money, "decision": CHOSEN[tier]},
            "failed": {
                "ending": "failed", "error": "EngineOverloaded: openai is overloaded",
                "attempts": b'[["gpt-4o-mini","f","429, retry after 2 s"],["claude-3-5-haiku","f","529"]]',
                "decision": CHOSEN[tier],
            },
            "cancelled": {"ending": "cancelled", "error": "cancelled by the caller"},
        }  # fmt: skip
        changed = kinds[kind]
        if kind == "paid" and number % 5 == 0:  # a smaller model was asked first
            changed["attempts"] = (
                b'[["qwen2.5-7b-instruct","x","it has 1 lines"],["qwen2.5-7b-instruct","x"],["gpt-4o-mini","s"]]'
            )
        if kind not in ("failed", "cancelled"):
            answer = number if kind != "hit" else chance.randrange(number + 1)
            changed["memory_id"] = hashlib.sha256(str(answer).encode()).hexdigest()
        yield row(
            f"{int(at * 1000):012x}{secrets.token_hex(8)}", at=at, task=chance.choice(TASKS),
            endpoint=chance.choice(ENDPOINTS), user=chance.choice(("", "42", "user-1234")), key=chance.choice(KEYS),
            model=model, engine=engine, tier=tier, provider=provider, genre=chance.choice(("", "jazz", "gospel")),
            input_tokens=chance.randrange(50, 2000), output_tokens=chance.randrange(50, 900),
            latency_ms=chance.random() * 900, **changed,
        )  # fmt: skip


async def fill(store: Store, rows: Iterator[LedgerRow]) -> None:
    """As a server does: a few in each commit, in the order of time."""
    group: list[LedgerRow] = []
    for one in rows:
        group.append(one)
        if len(group) == 10:
            await asyncio.gather(*map(store.record, group))
            group = []
    await asyncio.gather(*map(store.record, group))


def bytes_a_row(path: Path, table: str = "ledger") -> float:
    """Pages of a table and of all its indexes, for each row."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        (rows,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
        names = f"SELECT name FROM sqlite_schema WHERE tbl_name = '{table}'"
        (taken,) = db.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({names})").fetchone()
    return float(taken) / float(rows)


def reports(store: Store) -> dict[str, float]:
    """Milliseconds of a report of 31 days by each of some aspects, and of the list of keys."""
    found = {}
    for by in ("task", "day", "user", "key", "task,genre"):
        found[f"usage by {by}"] = min(_timed(partial(usage, store, NOON, 31, by)) for _ in range(5))
    found["usage of today by task"] = min(_timed(lambda: usage(store, NOON, 1)) for _ in range(5))
    found["keys list"] = min(_timed(lambda: overview(store, NOON)) for _ in range(5))
    return found


async def waits(store: Store, rows: Iterator[LedgerRow], until: asyncio.Event, most: int) -> list[float]:
    """Milliseconds from asking for a record to its commit, one request after another."""
    found = []
    for one in rows:
        begun = time.perf_counter()
        await store.record(one)
        found.append((time.perf_counter() - begun) * 1e3)
        if until.is_set() or len(found) >= most:
            break
        await asyncio.sleep(0.001)
    return found


async def tidied(store: Store) -> dict[str, list[float]]:
    """Waits without and with a clean-up of everything beside them."""
    chance, never, done = random.Random(2), asyncio.Event(), asyncio.Event()
    later = (msgspec.structs.replace(one, at=one.at + 31 * DAY) for one in mixed(10**7, chance))
    alone = await waits(store, later, never, 10_000)

    async def clean() -> None:
        begun = time.perf_counter()
        gone = await tidy(store, NOON + 31 * DAY, 30)
        print(f"tidied away in {time.perf_counter() - begun:.1f} s: {gone}")
        done.set()

    cleaning = asyncio.create_task(clean())
    beside = await waits(store, later, done, 10**7)
    await cleaning
    return {"alone": alone, "while tidying": beside}


async def fill_memory(store: Store, items: int) -> None:
    """Items of 2 KB, half of them led to by an entry, a quarter by one that has expired."""
    value = b"x" * 2000
    for first in range(0, items, 500):
        group = []
        for number in range(first, min(items, first + 500)):
            name = hashlib.sha256(str(number).encode()).hexdigest()
            kept = msgspec.structs.replace(item(name, value), created_at=NOON - 30 * DAY)
            expires_at = None if number % 4 == 0 else NOON
            entry = CacheEntry(number.to_bytes(32, "big"), "", name, expires_at) if number % 2 == 0 else None
            group.append(store.record(row(f"item {number}", at=NOON - 30 * DAY), kept, entry))
        await asyncio.gather(*group)


def door(store: Store) -> dict[str, float]:
    """Microseconds to admit a known key, and a request within its rates."""
    new = create_key(store, "bench", now=NOON, new_secret=lambda: secrets.token_urlsafe(32))
    ring, secret, times = KeyRing(store), new.secret.value, 100_000
    ring.admit(secret, NOON)
    known = _timed(lambda: [ring.admit(secret, NOON) for _ in range(times)]) * 1e3 / times
    unknown = _timed(lambda: [_refused(ring, guess) for guess in range(2000)]) * 1e3 / 2000

    async def rates(per_minute: int, most: int) -> float:
        counted = Rates(store)
        key = Key(
            id=f"key_{per_minute}", name="k", requests_per_minute=per_minute, tokens_per_minute=10**9, created_at=0.0
        )
        begun = time.perf_counter()
        for _ in range(most):
            (await counted.admit(key, 100, NOON)).used(90)
        taken = (time.perf_counter() - begun) / most * 1e6
        await counted.close()
        return taken

    return {
        "admit a known key": known,
        "refuse an unknown key": unknown,
        "a request of a key with 6,000,000 a minute": asyncio.run(rates(6_000_000, 100_000)),
        "a request of a key with 60,000 a minute": asyncio.run(rates(60_000, 60_000)),
        "a request of a key with 100 a minute (leased alone)": asyncio.run(rates(100, 100)),
    }


def _refused(ring: KeyRing, guess: int) -> bool:
    try:
        ring.admit(f"pk-{guess}", NOON)
    except KeyNeeded:
        return True
    return False


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e3


def measure(folder: Path, count: int) -> None:
    path = folder / f"{count}.db"
    store = open_store(path, SystemClock())
    begun = time.perf_counter()
    asyncio.run(fill(store, mixed(count, random.Random(1))))
    filled = time.perf_counter() - begun
    store.close()
    store = open_store(path, SystemClock())
    print(f"\n{count:,} rows: {bytes_a_row(path):.0f} bytes a row, written in {filled:.1f} s")
    from_rows = reports(store)
    summing = _timed(lambda: sum(sum_days(store, NOON, 0)))
    for name, ms in reports(store).items():
        print(f"  {name:30} {from_rows[name]:8.1f} ms from rows, {ms:8.1f} ms once days are summed")
    print(f"  to sum 30 days, once {summing:8.1f} ms; then {bytes_a_row(path, 'usage_days'):.0f} bytes a line")
    asyncio.run(fill_memory(store, 20_000))
    before = path.stat().st_size
    for name, found in asyncio.run(tidied(store)).items():
        found.sort()
        print(
            f"  a record {name:16} median {statistics.median(found):6.2f}, 99 % {found[len(found) * 99 // 100]:6.2f}, "
            f"longest {found[-1]:6.2f} ms (of {len(found)})"
        )
    asyncio.run(fill(store, (msgspec.structs.replace(r, at=r.at + 40 * DAY) for r in mixed(count, random.Random(3)))))
    print(f"  file before tidying {before / 1e6:.1f} MB, after as many rows again {path.stat().st_size / 1e6:.1f} MB")
    if count <= 100_000:
        for name, us in door(store).items():
            print(f"  {name:52} {us:8.2f} µs")
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    with tempfile.TemporaryDirectory() as folder:
        for count in parser.parse_args().rows:
            measure(Path(folder), count)


if __name__ == "__main__":
    main()
