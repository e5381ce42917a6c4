"""What a streamed answer costs the chat-completions engine, against the raw client under it. Prints ratios of one run.

    python benchmarks/wire.py [--calls 400] [--rounds 5] [--words 20]

The upstream is the scripted loopback server in a process of its own, so that the CPU time of this process is the
caller's alone. Three ways to make the same call: pyreqwest by itself (bytes read and thrown away), HttpTransport (the
same), and the engine (chunks decoded, text joined, usage read). Rounds are interleaved; a figure is the median.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import timedelta
from random import Random

import msgspec
from pyreqwest.client import ClientBuilder

from partimento.core.model import Model
from partimento.core.ports import Call, Drafted
from partimento.engines.openai import OpenAIEngine
from partimento.engines.openai.dialect import body_of, first_dialect
from partimento.environment import SystemClock
from partimento.wire.http import HttpTransport

SERVER = """
import sys
from partimento.testing.upstream import Upstream, said
with Upstream(otherwise=said(" ".join(["word"] * int(sys.argv[1])))) as upstream:
    print(upstream.base_url, flush=True)
    sys.stdin.read()
"""
LIMIT_S = 60.0
One = Callable[[], Awaitable[None]]


def ways(base_url: str) -> tuple[dict[str, One], Callable[[], Awaitable[None]]]:
    """The three ways to make one call, and how to give their connections back."""
    model = Model(id="m", engine="openai", tier="small", reach=4, base_url=base_url, upstream="m")
    clock, transport = SystemClock(), HttpTransport()
    engine = OpenAIEngine(HttpTransport(), lambda _: "", clock, Random(1))
    client = ClientBuilder().no_proxy().build()
    url = f"{base_url}/chat/completions"

    def call() -> Call:
        deadline = clock.monotonic() + LIMIT_S
        return Call(model=model, request=None, system="s", user="x" * 1000, max_tokens=64, deadline=deadline)

    def body() -> bytes:
        return msgspec.json.encode(body_of(call(), first_dialect(model)))

    async def raw() -> None:
        request = client.post(url).header("content-type", "application/json").body_bytes(body())
        limited = request.timeout(timedelta(seconds=LIMIT_S)).streamed_read_buffer_limit(0)
        async with limited.build_streamed() as response:
            while await response.body_reader.read_chunk() is not None:
                pass

    async def by_transport() -> None:
        headers = {"content-type": "application/json"}
        async with transport.send("POST", url, headers=headers, body=body(), timeout_s=LIMIT_S) as reply:
            await reply.whole()

    async def by_engine() -> None:
        last: str | Drafted = ""
        async with aclosing(engine.draft(call())) as pieces:
            async for piece in pieces:
                last = piece
        assert isinstance(last, Drafted)
        assert last.usage is not None

    async def close() -> None:
        await asyncio.gather(engine.close(), transport.close(), client.close())

    return {"pyreqwest": raw, "transport": by_transport, "engine": by_engine}, close


async def timed(one: One, calls: int, callers: int) -> tuple[float, float]:
    """Microseconds of wall and CPU time a call."""

    async def caller() -> None:
        for _ in range(calls // callers):
            await one()

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(callers)))
    made = calls // callers * callers
    return (time.perf_counter() - wall) / made * 1e6, (time.process_time() - cpu) / made * 1e6


async def measure(base_url: str, calls: int, rounds: int) -> None:
    by_name, close = ways(base_url)
    for one in by_name.values():
        await timed(one, 32, 16)
    for callers in (1, 16):
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in by_name}
        for _ in range(rounds):
            for name, one in by_name.items():
                seen[name].append(await timed(one, calls, callers))
        floor = statistics.median(cpu for _, cpu in seen["pyreqwest"])
        print(f"{callers} callers")
        for name, figures in seen.items():
            wall, cpu = (statistics.median(column) for column in zip(*figures, strict=True))
            print(
                f"  {name:10} {wall:8.0f} µs wall {cpu:8.0f} µs cpu a call   {cpu / floor:5.2f} × the raw client's cpu"
            )
    await close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--words", type=int, default=20)
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{asked.calls} calls a round, {asked.rounds} rounds, {asked.words} words an answer, load {load:.1f}")
    command = [sys.executable, "-c", SERVER, str(asked.words)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        asyncio.run(measure(server.stdout.readline().strip(), asked.calls, asked.rounds))
        server.stdin.close()


if __name__ == "__main__":
    main()
