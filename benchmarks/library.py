"""The shipped library, a served item, a large build: python benchmarks/library.py [default|served|memory …].

default   built from nothing: time, validity (every item read back, its task's proofs and every musical statement in
          it checked anew), near-duplicates counted out pair by pair, with transposition folded and not; then every
          request asked again: all from memory. Must reach: 1,000 items in 60 s on two cores, 100 % valid, at most
          2 % near-duplicates, no statement contradicted.
served    an item of the library through the Python API, its ledger row committed, against the two raw SQL
          statements it must do. Must reach: within 3x.
memory    a build of 10,000 items in a process of its own. Must reach: at most 300 MB.
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from partimento import AsyncPartimento
from partimento.core.ports import LedgerRow
from partimento.core.result import Claims
from partimento.decoding.schema import decode
from partimento.library.checking import request_of
from partimento.library.near import ALIKE
from partimento.library.plan import Unfolded, read_plan
from partimento.library.tokens import shingles, similarity
from partimento.pipeline.claims import proven
from partimento.plugins import task
from partimento.store.queries import queries

CALLERS, EACH, ROUNDS = 16, 250, 5
LARGE = """
name = "large"
model = "rules"
[[items]]
task = "exercise"
genre = "all"
kind = ["progression", "rhythm", "voicing"]
level = "1-10"
key = "all"
spread = ["key"]
count = 20
[[items]]
task = "progression"
genre = "all"
level = "1-10"
key = "all"
spread = ["key"]
count = 65
"""


# ---- the shipped library ---------------------------------------------------------------------------------------


def default() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_built(folder, "default"))
        asyncio.run(_looked_at(folder))


async def _built(folder: str, source: str) -> None:
    async with AsyncPartimento(data_folder=folder) as client:
        library = client.library
        plan = library.plan(source) if source == "default" else read_plan(LARGE)
        job = library.new_job(plan)
        wall, cpu = time.perf_counter(), time.process_time()
        done = await library.work(job.id)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
        print(f"{done.made:,} of {done.total:,} items in {wall:.1f} s ({cpu:.1f} s of CPU): {done.made / wall:.0f}/s")
        print(f"  1,000 in {1000 * wall / done.total:.1f} s; peak memory {peak:.0f} MB")
        print(f"  {done.duplicates:,} near-duplicates refused, {done.failed:,} failed, {done.skipped:,} impossible")
        for reason in done.errors:
            print(f"    {reason.items} × {reason.error[:200]}")
        print("  " + ", ".join(f"{one.task} {one.made}/{one.wanted}" for one in library.coverage(job.id).tasks))


async def _looked_at(folder: str) -> None:
    async with AsyncPartimento(data_folder=folder) as client:
        listed = list(client.library.items())
        values = {item.memory_id: client.store.ask("packed_item", item.memory_id)[0][0] for item in listed}
        unsound, claims, wrong = 0, Claims(), list[tuple[str, str]]()
        for item in listed:
            asked = task(item.task).ask(msgspec.json.decode(item.fields))
            value = decode(values[item.memory_id], asked.task.output)
            unsound += any(True for proof in asked.task.proofs for _ in proof(asked.inputs, value))
            told = proven(value, "checked")
            claims += told.claims
            wrong += [(item.task, one) for one in (*told.corrections, *told.flaws)]
        print(f"valid: {len(listed) - unsound:,} of {len(listed):,} read back and proven anew")
        print(f"statements: {claims.confirmed:,} confirmed, {len(wrong):,} wrong, {claims.unrecognised:,} not read")
        for name, said in wrong[:10]:
            print(f"    {name}: {said[:160]}")
        for how, key in (("folded", ""), ("not folded", "C")):
            sets = [
                (item.task, shingles(msgspec.json.decode(values[item.memory_id]), key or item.key)) for item in listed
            ]
            near = _near(sets)
            print(f"near-duplicates, transposition {how}: {near} of {len(sets)} ({near / len(sets):.2%})")
        await _asked_again(client)


async def _asked_again(client: AsyncPartimento) -> None:
    """Every request, with the models' engines taken away."""
    library = client.library
    job = library.shelf.jobs()[0]
    unfolded = Unfolded(read_plan(job.plan), library.known)
    states = dict(library.shelf.settled(job))
    engines = dict(client.ports.engines)
    client.ports = msgspec.structs.replace(client.ports, engines={})
    hits = plain = 0
    for item in unfolded.items(lambda position: states.get(position) != "made"):
        request = request_of(item, library.known)
        hits += (await client.make(request)).receipt.cached
        plain += (await client.make(library.known.task(item.task).ask(item.fields))).receipt.cached
    client.ports = msgspec.structs.replace(client.ports, engines=engines)
    made = sum(state == "made" for state in states.values())
    print(
        f"asked again without any engine: {hits:,} of {made:,} from memory as planned, {plain:,} without a word of how"
    )


def _near(sets: list[tuple[str, frozenset[int]]]) -> int:
    """How many are like one before them, every pair of a task counted out."""
    found = 0
    for place, (name, mine) in enumerate(sets):
        low, high = len(mine) * ALIKE, len(mine) / ALIKE
        found += any(
            name == other and low <= len(theirs) <= high and similarity(mine, theirs) >= ALIKE
            for other, theirs in sets[:place]
        )
    return found


# ---- a served item ---------------------------------------------------------------------------------------------


def served() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_small(folder))
        measured: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            measures: tuple[tuple[str, Callable[[], float]], ...] = (
                ("a library item, 16 callers", lambda: asyncio.run(_hits(folder))),
                ("raw, one thread", lambda: _raw(Path(folder))),
            )
            for label, measure in measures:
                measured.setdefault(label, []).append(measure() / (CALLERS * EACH))
    item, raw = (statistics.median(times) for times in measured.values())
    print(f"served item {item * 1e6:.1f} us, two raw SQL statements {raw * 1e6:.1f} us: {item / raw:.2f}x")


async def _small(folder: str) -> None:
    async with AsyncPartimento(data_folder=folder) as client:
        text = 'model = "rules"\n[[items]]\ntask = "exercise"\nkind = "lick"\ngenre = "all"\nlevel = "1-10"'
        await client.library.work(client.library.new_job(read_plan(text)).id)


async def _hits(folder: str) -> float:
    async with AsyncPartimento(data_folder=folder) as client:
        request = task("exercise").ask({"kind": "lick", "genre": "jazz", "level": 5})

        async def caller() -> None:
            for _ in range(EACH):
                result = await client.make(request)
                assert result.receipt.cached

        started = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(CALLERS)))
        return time.perf_counter() - started


def _raw(folder: Path) -> float:
    sql = queries()
    db = sqlite3.connect(folder / "partimento.db", isolation_level=None)
    db.executescript(sql["open_connection"])
    key, scope = db.execute("SELECT fingerprint, scope FROM cache_entries LIMIT 1").fetchone()
    columns = ", ".join(f'"{name}"' for name in LedgerRow.__struct_fields__)
    row = db.execute(f"SELECT {columns} FROM ledger LIMIT 1").fetchone()
    started = time.perf_counter()
    for number in range(CALLERS * EACH):
        db.execute(sql["look_up"], (key, scope, time.time())).fetchone()
        db.execute(sql["record_row"], (f"raw-{number}-{time.time_ns()}", *row[1:]))
    seconds = time.perf_counter() - started
    db.close()
    return seconds


# ---- a large build ---------------------------------------------------------------------------------------------


def memory() -> None:
    command = [sys.executable, __file__, "large"]
    subprocess.run(command, check=True)


def large() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_built(folder, "large"))


def main() -> None:
    parts = {"default": default, "served": served, "memory": memory, "large": large}
    for name in sys.argv[1:] or ["default", "served", "memory"]:
        print(f"---- {name}")
        parts[name]()


if __name__ == "__main__":
    main()
