"""A cache hit through the Python API, its ledger row committed, against the two raw statements it must do.

    python benchmarks/hits.py

Raw: one SELECT by key and one INSERT of the ledger row, committed, through `sqlite3` with the same pragmas and data,
by 16 threads with a connection each, and by one thread alone. Must reach: within 3x, at 16 concurrent callers.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from partimento import AsyncPartimento, Partimento
from partimento.core.ports import LedgerRow
from partimento.plugins import task
from partimento.store.queries import queries

CALLERS = 16
EACH = 250
ROUNDS = 5
FIELDS = {"chords": ["Dm7", "G7", "Cmaj7", "A7"], "key": "C"}


def through_the_api(folder: Path) -> float:
    async def work() -> float:
        async with AsyncPartimento(data_folder=str(folder)) as client:
            request = task("theory").ask(FIELDS)
            await client.make(request, model="rules")

            async def caller() -> None:
                for _ in range(EACH):
                    result = await client.make(request, model="rules")
                    assert result.receipt.cached

            started = time.perf_counter()
            await asyncio.gather(*(caller() for _ in range(CALLERS)))
            return time.perf_counter() - started

    return asyncio.run(work())


def through_the_sync_api(folder: Path) -> float:
    with Partimento(data_folder=str(folder)) as client:
        request = task("theory").ask(FIELDS)
        client.make(request, model="rules")

        def caller() -> None:
            for _ in range(EACH):
                assert client.make(request, model="rules").receipt.cached

        return _threads(caller, CALLERS)


def _threads(caller: Callable[[], None], count: int) -> float:
    threads = [threading.Thread(target=caller) for _ in range(count)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def raw(folder: Path, threads: int) -> float:
    """The same database, the same statements, nothing else."""
    sql = queries()
    database = folder / "partimento.db"
    with sqlite3.connect(database) as db:
        key, scope = db.execute("SELECT fingerprint, scope FROM cache_entries LIMIT 1").fetchone()
        columns = ", ".join(f'"{name}"' for name in LedgerRow.__struct_fields__)
        row = db.execute(f"SELECT {columns} FROM ledger LIMIT 1").fetchone()
    numbers = iter(range(10**9))

    def caller() -> None:
        connection = sqlite3.connect(database, isolation_level=None, timeout=60)
        connection.executescript(sql["open_connection"])
        for _ in range(CALLERS * EACH // threads):
            connection.execute(sql["look_up"], (key, scope, time.time())).fetchone()
            connection.execute(sql["record_row"], (f"raw-{threads}-{next(numbers)}-{time.time_ns()}", *row[1:]))
        connection.close()

    return _threads(caller, threads)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            measures: tuple[tuple[str, Callable[[], float]], ...] = (
                ("async API, 16 callers", lambda: through_the_api(folder)),
                ("sync API, 16 threads", lambda: through_the_sync_api(folder)),
                ("raw, 16 threads", lambda: raw(folder, CALLERS)),
                ("raw, one thread", lambda: raw(folder, 1)),
            )
            for label, measure in measures:
                measured.setdefault(label, []).append(measure() / (CALLERS * EACH))
    medians = {label: statistics.median(times) for label, times in measured.items()}
    for label, median in medians.items():
        ratios = "  ".join(f"{median / medians[b]:5.2f}x {b}" for b in ("raw, 16 threads", "raw, one thread"))
        print(f"{label:24} {median * 1e6:7.1f} us a hit   {ratios}")
    value = len(msgspec.json.encode(FIELDS))
    print(f"(Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, request {value} bytes)")


if __name__ == "__main__":
    main()
