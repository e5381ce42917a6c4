"""What the web page takes: milliseconds of the Overview over a long ledger, kilobytes of a first load, the first paint.

    python benchmarks/web.py [--rows 100000] [--json]

The rows are mixed requests of ninety days, recorded as a server records them. "from rows": days are not summed yet, as
in the seconds after an old ledger is first served; it is measured without a server, which would sum them meanwhile. The
rest is asked of a server of its own, as `partimento serve` runs: the whole answer over loopback, packed; best, median
and worst of the times, of which the median is held to the bar. Weight is what Chromium receives at a first visit,
headers and all; the first contentful paint is that of later visits, from the click to the paint. Without Chromium these
two are left out. A bar that is not reached is said, and is the exit code.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).parents[1]))  # so that the command works without installing this folder
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from benchmarks.ledger import fill, mixed

from browsing import chromium, chromium_program, looking
from partimento.core.ports import LedgerRow
from partimento.environment import SystemClock
from partimento.ledger.period import period
from partimento.store.opening import open_store
from partimento.testing.store_suite import NOON
from serving import Served, serving

DAYS = (7, 30, 90)
TIMES = 25
PAINTS = 9
OVERVIEW_MS, PAINT_MS, OVERVIEW_KB, STUDIO_KB = 100.0, 300.0, 60.0, 250.0


class Figure(Struct):
    """A thing measured; `most` None: told for comparison."""

    name: str
    best: float
    median: float
    worst: float
    unit: str
    most: float | None = None

    @property
    def holds(self) -> bool:
        return self.most is None or self.median <= self.most

    def line(self) -> str:
        bar = "" if self.most is None else f"at most {self.most:g}{'' if self.holds else '  NOT REACHED'}"
        return f"{self.name:52} {self.best:8.1f} {self.median:8.1f} {self.worst:8.1f} {self.unit:3} {bar}"


def quarter(rows: int, now: float) -> Iterator[LedgerRow]:
    """Mixed requests of the last ninety days."""
    for row in mixed(rows, random.Random(1)):
        yield msgspec.structs.replace(row, at=now - 60 - (NOON - row.at) * 3)


def unsummed(place: Path) -> Iterator[Figure]:
    """Periods read from rows alone."""
    store = open_store(place, SystemClock())
    for days in DAYS:
        yield timed(f"figures of {days} days, from rows", "ms", 3, partial(_took, store, days))
    store.close()


def _took(store: Any, days: int) -> float:
    begun = time.perf_counter()
    period(store, time.time(), days)
    return (time.perf_counter() - begun) * 1e3


def timed(name: str, unit: str, times: int, once: Callable[[], float], most: float | None = None) -> Figure:
    """Best, median and worst of some times."""
    found = [once() for _ in range(times)]
    return Figure(name, min(found), statistics.median(found), max(found), unit, most)


def answers(served: Served) -> Iterator[Figure]:
    """Whole answers of the Overview."""
    connection = http.client.HTTPConnection(served.address, timeout=60)

    def ask(path: str) -> float:
        begun = time.perf_counter()
        connection.request("GET", path, headers={"accept-encoding": "gzip"})
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200, path
        return (time.perf_counter() - begun) * 1e3

    yield timed("GET /overview?days=90, the first after the start", "ms", 1, partial(ask, "/overview?days=90"))
    begun = time.monotonic()
    while not _all_summed(served):
        time.sleep(0.2)
    waited = (time.monotonic() - begun) * 1e3
    yield Figure("all days summed, after the start", waited, waited, waited, "ms")
    for days in DAYS:
        path = f"/overview?days={days}"
        yield timed(f"GET {path}", "ms", TIMES, partial(ask, path), OVERVIEW_MS)
    yield timed("GET /overview.json?days=90", "ms", TIMES, partial(ask, "/overview.json?days=90"), OVERVIEW_MS)
    connection.close()


def _all_summed(served: Served) -> bool:
    store = open_store(served.folder / "data" / "partimento.db", SystemClock())
    try:
        return len(store.ask("summed_days", 0, 10**6)) >= 90
    finally:
        store.close()


def seen(served: Served, item: str, program: str) -> Iterator[Figure]:
    """What a browser receives, and when it paints."""
    pages = (
        ("Overview, 90 days", "/overview?days=90", OVERVIEW_KB), ("Overview, 30 days", "/overview", OVERVIEW_KB),
        ("Studio", "/studio", STUDIO_KB), ("a piece with its score", f"/items/{item}", STUDIO_KB),
    )  # fmt: skip
    with chromium(program) as browser:
        for name, path, most in pages:
            with looking(browser, served.url) as (page, _):
                wire = page.context.new_cdp_session(page)
                wire.send("Network.enable")
                received: list[float] = []
                wire.on("Network.loadingFinished", partial(_received, received))
                page.goto(path, wait_until="networkidle")
                kilobytes = sum(received) / 1000
                yield Figure(
                    f"{name}: first load, {len(received)} answers", kilobytes, kilobytes, kilobytes, "kB", most
                )
                yield timed(
                    f"{name}: first contentful paint, warm", "ms", PAINTS, partial(_paint, page, path), PAINT_MS
                )


def _received(into: list[float], told: dict[str, Any]) -> None:
    into.append(told["encodedDataLength"])


def _paint(page: Any, path: str) -> float:
    page.goto(path)
    return float(
        page.evaluate(
            """() => new Promise((told) => new PerformanceObserver((list) => {
                for (const one of list.getEntriesByName("first-contentful-paint")) told(one.startTime);
            }).observe({ type: "paint", buffered: true }))"""
        )
    )


def measure(folder: Path, rows: int) -> Iterator[Figure]:
    place = folder / "data" / "partimento.db"
    place.parent.mkdir()
    store = open_store(place, SystemClock())
    asyncio.run(fill(store, quarter(rows, time.time())))
    store.close()
    yield from unsummed(place)
    with serving(folder) as served:
        yield from answers(served)
        program = chromium_program()
        if program is not None:
            made = served.post("/api/v2/compose", {"genre": "gospel", "description": "amen", "bars": 8}).json
            yield from seen(served, made["receipt"]["memory_id"], program)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        if not asked.json:
            print(f"{asked.rows:,} rows over 90 days\n{'':52} {'best':>8} {'median':>8} {'worst':>8}")
        for figure in measure(Path(folder), asked.rows):
            found.append(figure)
            if not asked.json:
                print(figure.line(), flush=True)
    if asked.json:
        print(json.dumps([msgspec.structs.asdict(one) | {"holds": one.holds} for one in found], indent=1))
    sys.exit(not all(one.holds for one in found))


if __name__ == "__main__":
    main()
