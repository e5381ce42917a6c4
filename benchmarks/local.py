"""What a local model gains and costs: python benchmarks/local.py [--parameters 320] [--rounds 3].

A GGUF file of random weights (a byte each) is made in a temporary folder and run by llama.cpp in children, as the pool
starts them, then through the pool itself. Prints what was found beside what is wanted of it, and exits 1 where one
falls short. Ratios are taken within one run, in turns, so that a neighbour's work falls on both sides. Needs the extras
`llama` and `test`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from msgspec import Struct

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from checkpoints import mid
from living import Child, living
from partimento.core.clock import Clock
from partimento.core.local import Files, Plan
from partimento.engines.llamacpp import local_engine
from partimento.environment import SystemClock
from partimento.pool.client.leases import Leased, Leases
from partimento.pool.memory.machine import used_bytes
from partimento.pool.values import PoolSettings, Wanted
from partimento.wire.http import HttpTransport

AT_ONCE: Final = 16
TOKENS: Final = 32
CONTEXT: Final = 512
SHORT_CALLS: Final = 40
Way = Callable[[str, int], Awaitable[int]]
"""A prompt and how many tokens to write → how many were written."""
POOL: Final = (sys.executable, "-m", "partimento", "pool", "run")


class Found(Struct, frozen=True):
    """One figure; `bar`: what is wanted of it, `at_least` or at most."""

    what: str
    value: float
    unit: str
    bar: float
    at_least: bool = False

    @property
    def sound(self) -> bool:
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def __str__(self) -> str:
        sign, verdict = "≥" if self.at_least else "≤", "" if self.sound else "   falls short"
        return f"{self.what:58} {self.value:9.2f} {self.unit:3} {sign} {self.bar:g}{verdict}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--parameters", type=int, default=320, help="millions")
    asked.add_argument("--rounds", type=int, default=3)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file = mid(folder, chosen.parameters * 1_000_000)
        print(f"{file.name}: {file.stat().st_size / 1e6:.0f} MB, {AT_ONCE} slots of {CONTEXT} tokens, {TOKENS} written")
        found = [*loading(file, chosen.rounds), *together(file, chosen.rounds)]
        found += [*switching(file, folder, chosen.rounds), *asyncio.run(pooled(file, folder, chosen.rounds))]
    print(*found, sep="\n")
    sys.exit(not all(one.sound for one in found))


def plan_of(file: Path, slots: int = AT_ONCE) -> Plan:
    return Plan(model=file.stem, files=Files(str(file), "gguf"), context=CONTEXT, slots=slots)


# ---- one child ---------------------------------------------------------------------------------------------------


def loading(file: Path, rounds: int) -> list[Found]:
    """From nothing to the first token, with the file in the page cache; and memory after the end."""
    file.read_bytes()
    cold_s: list[float] = []
    back: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        with living(local_engine, plan_of(file, slots=1)) as child:
            child.ready().chat("Hello", max_tokens=1)
            cold_s.append(time.perf_counter() - began)
            back.append(_given_back(child))
    return [
        Found("cold, from the page cache, to the first token (median)", statistics.median(cold_s), "s", 1.5),
        Found("memory given back 1 s after it is told to end (least)", min(back) * 100, "%", 95, at_least=True),
    ]


def _given_back(child: Child) -> float:
    """The share of its memory that is its own no longer, a second after it was told to end."""
    before = used_bytes(child.process.pid)
    child.process.terminate()
    until = time.monotonic() + 1.0
    while child.process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    return 1.0 if child.process.poll() is not None else 1 - used_bytes(child.process.pid) / before


def together(file: Path, rounds: int) -> list[Found]:
    """Tokens a second, one after the other and all at once, in turns."""
    alone: list[float] = []
    crowd: list[float] = []
    with living(local_engine, plan_of(file)) as child, ThreadPoolExecutor(AT_ONCE) as pool:
        child.ready().chat("Hello", max_tokens=4)
        for turn in range(rounds):
            prompts = [f"{turn} {number} Hello" for number in range(AT_ONCE)]
            alone.append(_per_s(lambda: (_written(child, one) for one in prompts[:4])))  # noqa: B023  # called at once
            crowd.append(_per_s(lambda: pool.map(lambda one: _written(child, one), prompts)))  # noqa: B023
    gain = statistics.median(both / one for one, both in zip(alone, crowd, strict=True))
    print(f"tokens a second: {statistics.median(alone):.0f} alone, {statistics.median(crowd):.0f} all at once")
    return [Found(f"{AT_ONCE} at once against one after the other (median)", gain, "x", 2.5, at_least=True)]


def _written(child: Child, prompt: str) -> int:
    usage = child.chat(prompt, max_tokens=TOKENS, ignore_eos=True).json["usage"]
    return int(usage["completion_tokens"])


def _per_s(work: Callable[[], Iterable[int]]) -> float:
    began = time.perf_counter()
    return sum(work()) / (time.perf_counter() - began)


def switching(file: Path, folder: Path, rounds: int) -> list[Found]:
    """What a call takes longer where the one before it went to another resident model."""
    other = mid(folder / "other", 40_000_000)
    same_ms: list[float] = []
    turns_ms: list[float] = []
    with living(local_engine, plan_of(other, 1)) as first, living(local_engine, plan_of(file, 1)) as second:
        first.ready()
        second.ready()
        for _ in range(rounds * SHORT_CALLS):
            _timed(first)
            same_ms.append(_timed(first))
            _timed(second)
            turns_ms.append(_timed(first))
    added = statistics.median(turns_ms) - statistics.median(same_ms)
    return [Found("a switch between two resident models adds (medians)", added, "ms", 5)]


def _timed(child: Child) -> float:
    began = time.perf_counter()
    child.chat("Hello", max_tokens=1, cache_prompt=False)
    return (time.perf_counter() - began) * 1000


# ---- the pool ----------------------------------------------------------------------------------------------------


async def pooled(file: Path, folder: Path, rounds: int) -> list[Found]:
    """What leases add to asking the same child bare: to a short call, and to many at once."""
    clock: Clock = SystemClock()
    leases = Leases(folder / "pool", POOL, PoolSettings(), clock)
    wanted = Wanted(
        model=file.stem, engine="llamacpp", files=Files(str(file), "gguf"), context=CONTEXT, context_limit=CONTEXT,
        slots=AT_ONCE,
    )  # fmt: skip
    http = HttpTransport()
    try:
        async with leases.lease(wanted, CONTEXT, 60) as bare:

            async def leased(prompt: str, tokens: int) -> int:
                async with leases.lease(wanted, CONTEXT, 60) as lease:
                    return await _asked(http, lease, prompt, tokens)

            async def straight(prompt: str, tokens: int) -> int:
                return await _asked(http, bare, prompt, tokens)

            added_ms = await _added_ms(straight, leased, rounds)
            share = await _share(straight, leased, rounds)
    finally:
        await leases.stop(force=True)
        await leases.close()
        await http.close()
    return [
        Found("the pool adds to a request (medians)", added_ms, "ms", 2),
        Found(f"throughput of {AT_ONCE} at once lost to the pool (median)", share * 100, "%", 5),
    ]


async def _added_ms(straight: Way, leased: Way, rounds: int) -> float:
    times: dict[Way, list[float]] = {straight: [], leased: []}
    for _ in range(rounds * SHORT_CALLS):
        for way in (straight, leased):
            began = time.perf_counter()
            await way("Hello", 1)
            times[way].append((time.perf_counter() - began) * 1000)
    return statistics.median(times[leased]) - statistics.median(times[straight])


async def _share(straight: Way, leased: Way, rounds: int) -> float:
    lost = []
    for turn in range(4 * rounds):  # one alone varies by a tenth where neighbours work
        rates: dict[Way, float] = {}
        for way in (straight, leased) if turn % 2 else (leased, straight):
            gc.collect()
            began = time.perf_counter()
            written = await asyncio.gather(*(way(f"{turn} {number}", TOKENS) for number in range(AT_ONCE - 1)))
            rates[way] = sum(written) / (time.perf_counter() - began)
        lost.append(1 - rates[leased] / rates[straight])
    return statistics.median(lost)


async def _asked(http: HttpTransport, lease: Leased, prompt: str, tokens: int) -> int:
    body = {
        "model": lease.upstream, "messages": [{"role": "user", "content": prompt}], "max_tokens": tokens,
        "temperature": 0, "ignore_eos": True, "cache_prompt": False,
    }  # fmt: skip
    headers = (("authorization", f"Bearer {lease.secret}"), ("content-type", "application/json"))
    reply = await http.fetch("POST", f"{lease.base_url}/v1/chat/completions", headers, json.dumps(body).encode(), 120)
    return int(json.loads(reply.body)["usage"]["completion_tokens"])


if __name__ == "__main__":
    main()
