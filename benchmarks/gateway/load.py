"""The load generator: so many connections, each asking again as soon as it is answered. Knows what a right answer
looks like and counts every other; leaves what the figures mean to `compare.py`.

    python -m benchmarks.gateway.load '{"port": 8000, "kind": "unique", "callers": 64, "seconds": 2, "pid": 4711}'

Prints one JSON object. After a warm-up all connections fall silent; then the clock and the CPU time of the process
`pid` (with its children) are read, the load runs, every answer is awaited, a tenth of a second passes for what a
server does after it has answered, and both are read again: no request is half inside the figures.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections import Counter
from itertools import count
from typing import Literal, cast

import httptools
import msgspec
import uvloop
from benchmarks.gateway.processes import cpu_seconds
from benchmarks.gateway.upstream import MARK
from msgspec import Struct

Kind = Literal["unique", "fixed", "stream", "stream-stored", "mixed"]
FILLER = "Explain how the outer voices move, which tones are shared, and where the line must resolve. " * 10
MARKS = MARK.encode()
FIRST_WORDS = re.compile(rb'"content": ?"[^"]')
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
FAULTS = (  # what a mixed load asks besides: each must be refused with its status
    (b'{"model":"no-such-model-anywhere","messages":[{"role":"user","content":"hello"}]}', (400, 404)),
    (b'{"model":"bench","messages":', (400, 422)),
    (b'{"model":"bench","messages":"not a list"}', (400, 422)),
)


class Plan(Struct, frozen=True, kw_only=True):
    """What to ask of whom. `count` requests where it is given, else as many as fit into `seconds`."""

    port: int
    kind: Kind
    callers: int = 1
    seconds: float = 2.0
    warm_up: float = 0.4
    count: int = 0
    pid: int = 0
    key: str = ""
    model: str = "bench"


class Figures(Struct, frozen=True, kw_only=True):
    """What came of it; times in milliseconds, CPU in microseconds a request."""

    requests: int
    wrong: dict[str, int]
    seconds: float
    rps: float
    p50: float
    p99: float
    first_p50: float
    cpu_us: float
    busy: float


def words(number: int) -> str:
    """A number as words that look like no number, name or key, so that nothing takes them for personal data."""
    spelt: list[str] = []
    while number or not spelt:
        number, digit = divmod(number, len(SYLLABLES))
        spelt.append(SYLLABLES[digit])
    return " ".join("".join(spelt[i : i + 3]) for i in range(0, len(spelt), 3))


class Asked(Struct, frozen=True):
    """One request as sent, and what must come back."""

    payload: bytes
    statuses: tuple[int, ...] = (200,)
    streamed: bool = False


class Run:
    """The state all callers share: what to ask next, until when, and what was measured."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.numbers = count(time.time_ns())
        self.turns = count()
        self.took: list[float] = []
        self.first: list[float] = []
        self.wrong: Counter[str] = Counter()
        self.ends_at = 0.0
        self.left = 0
        self.fixed = self._asked("fixed", FILLER)

    def goes_on(self) -> bool:
        if self.plan.count:
            self.left -= 1
            return self.left >= 0
        return time.perf_counter() < self.ends_at

    def next(self) -> Asked:
        kind = self.plan.kind
        if kind == "mixed":
            turn = next(self.turns) % 20
            if turn >= 17:
                body, statuses = FAULTS[turn - 17]
                return Asked(self._request(body), statuses)
            kind = "fixed" if turn < 8 else "unique" if turn < 14 else "stream" if turn < 16 else "stream-stored"
        return self.fixed if kind == "fixed" else self._asked(kind, f"{words(next(self.numbers))}. {FILLER}")

    def _asked(self, kind: Kind, prompt: str) -> Asked:
        streamed = kind.startswith("stream")
        body: dict[str, object] = {"model": self.plan.model, "messages": [{"role": "user", "content": prompt}]}
        body["temperature"] = 0.7 if kind == "stream" else 0  # above 0, an answer is not remembered
        if streamed:
            body["stream"] = True
        return Asked(self._request(msgspec.json.encode(body)), streamed=streamed)

    def _request(self, body: bytes) -> bytes:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:{self.plan.port}\r\naccept: */*\r\n"
        if self.plan.key:
            head += f"authorization: Bearer {self.plan.key}\r\n"
        return f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


class Caller(asyncio.Protocol):
    """One kept-alive connection. httptools calls its on_… methods."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.silent: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own is not its subclass
        self.parser = httptools.HttpResponseParser(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.silent.done():
            self.silent.set_exception(ConnectionError(f"the server closed the connection: {exc}"))

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def start(self) -> asyncio.Future[None]:
        self.silent = asyncio.get_running_loop().create_future()
        self._ask()
        return self.silent

    def _ask(self) -> None:
        if not self.run.goes_on():
            self.silent.set_result(None)
            return
        self.asked = self.run.next()
        self.body = b""
        self.first_s = 0.0
        self.sent_at = time.perf_counter()
        self.transport.write(self.asked.payload)

    def on_body(self, body: bytes) -> None:
        self.body += body
        if self.asked.streamed and not self.first_s and FIRST_WORDS.search(self.body):
            self.first_s = time.perf_counter() - self.sent_at

    def on_message_complete(self) -> None:
        self.run.took.append(time.perf_counter() - self.sent_at)
        if self.first_s:
            self.run.first.append(self.first_s)
        if flaw := self._flaw():
            self.run.wrong[flaw] += 1
        self._ask()

    def _flaw(self) -> str:
        status = self.parser.get_status_code()
        if status not in self.asked.statuses:
            return f"{status}: {self.body[:300].decode(errors='replace')}"
        if status != 200:
            return ""
        if MARKS not in self.body:
            return "an answer that is not the upstream's"
        return "a stream without [DONE]" if self.asked.streamed and b"data: [DONE]" not in self.body[-40:] else ""


async def _phase(run: Run, callers: list[Caller], seconds: float, requests: int) -> float:
    """How long it took, in seconds."""
    started = time.perf_counter()
    run.ends_at, run.left = started + seconds, requests
    run.took.clear()
    run.first.clear()
    await asyncio.gather(*(caller.start() for caller in callers))
    return time.perf_counter() - started


async def load(plan: Plan) -> Figures:
    """Warm up, fall silent, measure. Raises ConnectionError where the server hangs up."""
    run = Run(plan)
    loop = asyncio.get_running_loop()
    callers = [
        (await loop.create_connection(lambda: Caller(run), "127.0.0.1", plan.port))[1] for _ in range(plan.callers)
    ]
    await _phase(run, callers, plan.warm_up, plan.callers)
    await asyncio.sleep(0.1)
    before = cpu_seconds(plan.pid)
    seconds = await _phase(run, callers, plan.seconds, plan.count)
    await asyncio.sleep(0.1)
    cpu = cpu_seconds(plan.pid) - before
    for caller in callers:
        caller.transport.close()
    took = sorted(run.took)
    first = sorted(run.first) or [0.0]
    return Figures(
        requests=len(took),
        wrong=dict(run.wrong),
        seconds=seconds,
        rps=len(took) / seconds,
        p50=took[len(took) // 2] * 1e3,
        p99=took[len(took) * 99 // 100] * 1e3,
        first_p50=first[len(first) // 2] * 1e3,
        cpu_us=cpu / len(took) * 1e6,
        busy=cpu / seconds,
    )


if __name__ == "__main__":
    planned = msgspec.json.decode(sys.argv[1], type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(load(planned))))
