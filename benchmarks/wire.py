"""What a call costs the OpenAI engine, in one piece and streamed, against a raw client. Prints ratios of one run.

    python benchmarks/wire.py [--calls 800] [--rounds 5] [--words 20] [--loop uvloop|asyncio]

The upstream sends canned bytes from a process of its own, so that the CPU time of this process is the caller's alone.
The raw client is pyreqwest, its reply decoded by msgspec into the few fields that matter (streamed: read and thrown
away); beside it HttpTransport with the same decoding, and the engine (body written, reply read, usage checked, breaker,
retries). Rounds are interleaved; a figure is the median. A second table is of a large answer, 10 MB in one piece.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing
from datetime import timedelta
from random import Random
from typing import Any

import msgspec
import uvloop
from msgspec import Struct
from pyreqwest.client import ClientBuilder

from partimento.core.model import Model
from partimento.core.ports import Call, Drafted
from partimento.engines.openai import OpenAIEngine
from partimento.engines.openai.chat import chat_body
from partimento.engines.openai.dialect import first_dialect
from partimento.environment import SystemClock
from partimento.wire.http import HttpTransport

SERVER = """
import asyncio, sys, uvloop
from partimento.testing.upstream import said
from partimento.testing.upstream_shapes import chat_events, completion
import msgspec

words = said(" ".join(["word"] * int(sys.argv[1])))
asked = {"model": "m", "stream_options": {"include_usage": True}}
whole = msgspec.json.encode(completion(asked, words))
head = b"HTTP/1.1 200 OK\\r\\ncontent-type: %s\\r\\n"
WHOLE = head % b"application/json" + b"content-length: %d\\r\\n\\r\\n" % len(whole) + whole
chunks = [b"%x\\r\\n%s\\r\\n" % (len(event), event) for event in chat_events(asked, words)]
START = head % b"text/event-stream" + b"transfer-encoding: chunked\\r\\n\\r\\n"

class Canned(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.read = transport, b""
    def data_received(self, data):
        self.read += data
        head, found, body = self.read.partition(b"\\r\\n\\r\\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\\r\\n")[0] or 0) if found else 0
        if found and len(body) >= length:
            self.read = b""
            if b'"stream":true' in body:
                self.transport.write(START)
                for chunk in chunks:  # each in a write of its own, as a model would
                    self.transport.write(chunk)
                self.transport.write(b"0\\r\\n\\r\\n")
            else:
                self.transport.write(WHOLE)

async def serve():
    server = await asyncio.get_running_loop().create_server(Canned, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

uvloop.run(serve())
"""
LIMIT_S = 60.0
One = Callable[[], Awaitable[None]]
Run = Callable[[Coroutine[Any, Any, None]], None]


class _Message(Struct):
    content: str


class _Choice(Struct):
    message: _Message
    finish_reason: str


class _Usage(Struct):
    prompt_tokens: int
    completion_tokens: int


class _Whole(Struct):
    choices: list[_Choice]
    usage: _Usage


def ways(base_url: str, *, stream: bool) -> tuple[dict[str, One], Callable[[], Awaitable[None]]]:
    """The three ways to make one call, and how to give their connections back."""
    model = Model(id="m", engine="openai", tier="small", reach=4, base_url=base_url, upstream="m")
    clock, transport = SystemClock(), HttpTransport()
    engine = OpenAIEngine(HttpTransport(), lambda _: "", clock, Random(1))
    client = ClientBuilder().no_proxy().build()
    url = f"{base_url}/chat/completions"
    decode = msgspec.json.Decoder(_Whole).decode

    def call() -> Call:
        deadline = clock.monotonic() + LIMIT_S
        return Call(
            model=model, request=None, system="s", user="x" * 1000, max_tokens=64, deadline=deadline, stream=stream
        )

    def body() -> bytes:
        return msgspec.json.encode(chat_body(call(), first_dialect(model)))

    async def raw() -> None:
        request = client.post(url).header("content-type", "application/json").body_bytes(body())
        limited = request.timeout(timedelta(seconds=LIMIT_S))
        if not stream:
            decode(bytes(await (await limited.build().send()).bytes()))
            return
        async with limited.streamed_read_buffer_limit(0).build_streamed() as response:
            while await response.body_reader.read_chunk() is not None:
                pass

    async def by_transport() -> None:
        headers = (("content-type", "application/json"),)
        if not stream:
            decode((await transport.fetch("POST", url, headers, body(), LIMIT_S)).body)
            return
        async with transport.send("POST", url, headers, body(), LIMIT_S) as reply:
            while await reply.some() is not None:
                pass

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


async def measure(base_url: str, calls: int, rounds: int, told: str, *, stream: bool, crowds: tuple[int, ...]) -> None:
    by_name, close = ways(base_url, stream=stream)
    for one in by_name.values():
        await timed(one, 2 * max(crowds), max(crowds))
    for callers in crowds:
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in by_name}
        for _ in range(rounds):
            for name, one in by_name.items():
                seen[name].append(await timed(one, calls, callers))
        floor = statistics.median(cpu for _, cpu in seen["pyreqwest"])
        print(f"{told}, {callers} callers")
        for name, figures in seen.items():
            wall, cpu = (statistics.median(column) for column in zip(*figures, strict=True))
            print(
                f"  {name:10} {wall:8.0f} µs wall {cpu:8.0f} µs cpu a call   {cpu / floor:5.2f} × the raw client's cpu"
            )
    await close()


def against(run: Run, words: int, calls: int, rounds: int, told: str, *, stream: bool, crowds: tuple[int, ...]) -> None:
    """Measure against a server of its own."""
    command = [sys.executable, "-c", SERVER, str(words)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        base_url = f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        run(measure(base_url, calls, rounds, told, stream=stream, crowds=crowds))
        server.stdin.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=800)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--words", type=int, default=20)
    parser.add_argument("--loop", choices=("uvloop", "asyncio"), default="uvloop")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{asked.calls} calls a round, {asked.rounds} rounds, on {asked.loop}, load {load:.1f}")
    run: Run = uvloop.run if asked.loop == "uvloop" else asyncio.run
    few, many = (1,), (1, 16, 64)
    against(run, asked.words, asked.calls, asked.rounds, f"whole, {asked.words} words", stream=False, crowds=many)
    against(run, asked.words, asked.calls, asked.rounds, f"streamed, {asked.words} words", stream=True, crowds=many)
    against(run, 2_000_000, 8, asked.rounds, "whole, 10 MB", stream=False, crowds=few)
    sys.stdout.flush()
    os._exit(0)  # pyreqwest's threads crash a process that ends while they still run


if __name__ == "__main__":
    main()
