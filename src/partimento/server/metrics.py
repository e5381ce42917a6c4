"""What has been done, for Prometheus: counted as the ledger's rows are committed, at no cost to any database.

Knows which counts there are and the text format; leaves where the numbers live to `counters`, what a row means to the
ledger.
"""

from __future__ import annotations

import asyncio
import platform
from bisect import bisect_left
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from partimento import __version__
from partimento.core.money import Money
from partimento.core.ports import Blocked, CacheEntry, Cap, Ledger, LedgerRow, MemoryItem, Reservation, Tally
from partimento.pipeline.validate import UNREADABLE
from partimento.server.counters import Counters, Counts, gather
from partimento.server.exchange import Ask, Door, Reply, asking

BOUNDS_MS: Final = (1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000)
_DRAFTS = {"s": "sound", "r": "repaired", "x": "flawed", "f": "failed", "p": "passed over"}
_RULES = "rules"
_COUNT, _INPUT, _OUTPUT, _PICO, _SAVED, _MICROSECONDS, _AT_ONCE, _BUCKETS = range(8)
"""What the numbers of a row of requests are; from _BUCKETS on, how many took up to each of BOUNDS_MS, and longer."""
_IN_FLIGHT = 0
_attempts = msgspec.json.Decoder(list[list[str]])
_GAUGES = ("hit_ratio", "requests_in_flight", "build_info", "workers")
HELP: Final = {
    "requests": "Requests recorded in the ledger, by how they ended.",
    "tokens": "Tokens used.",
    "cost_usd": "US dollars spent.",
    "saved_usd": "US dollars saved, by what saved them.",
    "request_seconds": "How long requests took until their answer was recorded.",
    "drafts": "Drafts of models, by what came of them.",
    "json_drafts": "Drafts that had to be JSON, by whether they could be read as that.",
    "escalations": "Requests that another model served than the first that was asked.",
    "ratings": "Ratings given through this server.",
    "http_responses": "Responses by path and status, refused requests included; 499: the client had gone.",
    "hit_ratio": "Share of answered requests that memory answered.",
    "requests_in_flight": "Requests being answered now.",
    "workers": "Processes that serve.",
    "build_info": "1, with the versions as labels.",
}
TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels, float]
"""What follows the name of the family, labels, value."""


class Metrics:
    """The counts of this process, and with `folder` those of all that keep theirs there. `structured` names the tasks
    whose drafts must be JSON."""

    def __init__(self, structured: frozenset[str], folder: Path | None = None) -> None:
        self.counters = Counters(folder)
        self._numbers = self.counters.numbers
        self._in_flight = self.counters.live + _IN_FLIGHT
        self._structured = structured
        self._of_rows: dict[tuple[str, str, str, str, str], int] = {}
        self._of_responses: dict[tuple[str, int], int] = {}

    def begun(self) -> None:
        """A request came."""
        self._numbers[self._in_flight] += 1

    def ended(self, path: str, status: int) -> None:
        """It was answered at the door of that path ("" for none)."""
        numbers = self._numbers
        numbers[self._in_flight] -= 1
        at = self._of_responses.get((path, status))
        if at is None:
            at = self._of_responses[path, status] = self.counters.row("responses", path, str(status))
        numbers[at] += 1

    def row(self, row: LedgerRow) -> None:
        """Count a recorded request."""
        key = (row.task, row.model, row.tier, row.ending, row.saved_by)
        at = self._of_rows.get(key)
        if at is None:
            at = self._of_rows[key] = self.counters.row("requests", *key)
        numbers = self._numbers
        numbers[at] += 1
        if row.input_tokens or row.output_tokens:
            numbers[at + _INPUT] += row.input_tokens
            numbers[at + _OUTPUT] += row.output_tokens
        if row.cost_pico:
            numbers[at + _PICO] += row.cost_pico
        if row.saved_pico:
            numbers[at + _SAVED] += row.saved_pico
        milliseconds = row.latency_ms
        numbers[at + _MICROSECONDS] += int(milliseconds * 1000)
        numbers[at + _BUCKETS + bisect_left(BOUNDS_MS, milliseconds)] += 1
        if row.attempts != b"[]":
            self._drafts(row)
        elif row.ending == "served":
            numbers[at + _AT_ONCE] += 1

    def rated(self, rating: int) -> None:
        """Count a rating."""
        self._count("ratings", str(rating))

    def text(self) -> str:
        """Everybody's counts in Prometheus' text format."""
        gathered = gather(self.counters)
        samples = list(_samples(gathered.counts, self._structured))
        in_flight = sum(live[_IN_FLIGHT] for live in gathered.live)
        samples += [
            ("requests_in_flight", (), in_flight),
            ("workers", (), len(gathered.live)),
            ("build_info", (("version", __version__), ("python", platform.python_version())), 1),
        ]
        return _written(samples)

    def _drafts(self, row: LedgerRow) -> None:
        attempts = _attempts.decode(row.attempts)
        for model, letter, *note in attempts:
            self._count("drafts", row.task, model, _DRAFTS.get(letter, letter))
            if row.task in self._structured and letter in "srx" and model != _RULES:
                self._count("json_drafts", model, "no" if note and note[0].startswith(UNREADABLE) else "yes")
        if row.ending == "served" and attempts[0][0] != row.model:
            self._count("escalations", row.task, attempts[0][0], row.model)

    def _count(self, *name: str) -> None:
        self._numbers[self.counters.row(*name)] += 1


class Counted:
    """A Ledger whose rows are counted once they are committed, and shown to whoever watches the request."""

    def __init__(self, ledger: Ledger, metrics: Metrics) -> None:
        self._ledger, self._metrics = ledger, metrics

    def record(
        self,
        row: LedgerRow,
        item: MemoryItem | None = None,
        entry: CacheEntry | None = None,
        evidence: Sequence[Tally] = (),
    ) -> Awaitable[None]:
        ask = asking.get()
        if ask is not None:
            ask.row = row
        written = asyncio.ensure_future(self._ledger.record(row, item, entry, evidence))
        written.add_done_callback(partial(self._committed, row))
        return written

    async def caps(self, holders: Sequence[str]) -> Sequence[Cap]:
        return await self._ledger.caps(holders)

    def reserve(self, reservation: Reservation, now: float) -> Awaitable[Blocked | None]:
        return self._ledger.reserve(reservation, now)

    def settle(self, reservation_id: str, cost: Money, now: float) -> Awaitable[None]:
        return self._ledger.settle(reservation_id, cost, now)

    def settled(self, timeout_s: float) -> Awaitable[None]:
        return self._ledger.settled(timeout_s)

    def _committed(self, row: LedgerRow, written: asyncio.Future[None]) -> None:
        """Nobody waits for a write that is cancelled, but it is committed all the same."""
        if written.cancelled() or written.exception() is None:
            self._metrics.row(row)


def door_of(metrics: Metrics) -> Door:
    """The door that shows them."""

    async def show(ask: Ask) -> Reply:
        text = await asyncio.to_thread(metrics.text)
        return Reply(text.encode(), content_type=TEXT)

    summary = "Counts for Prometheus"
    return Door(method="GET", path="/metrics", opened=show, summary=summary, answer=str, content_type=TEXT)


def _samples(counts: Counts, structured: frozenset[str]) -> Iterator[Sample]:
    """Every sample but the gauges of this moment."""
    rows = [(name[1:], numbers) for name, numbers in counts.items() if name[0] == "requests" and len(name) == 6]
    for (task, model, tier, ending, saved_by), numbers in rows:
        by = (("task", task), ("model", model))
        yield "requests", (*by, ("tier", tier), ("ending", ending)), numbers[_COUNT]
        if numbers[_INPUT] or numbers[_OUTPUT]:
            yield "tokens", (*by, ("kind", "input")), numbers[_INPUT]
            yield "tokens", (*by, ("kind", "output")), numbers[_OUTPUT]
        if numbers[_PICO]:
            yield "cost_usd", by, numbers[_PICO] / 1e12
        if numbers[_SAVED]:
            yield "saved_usd", (("task", task), ("by", saved_by)), numbers[_SAVED] / 1e12
        if numbers[_AT_ONCE]:
            yield "drafts", (*by, ("outcome", "sound")), numbers[_AT_ONCE]
            if task in structured and model != _RULES:
                yield "json_drafts", (("model", model), ("read", "yes")), numbers[_AT_ONCE]
        yield from _histogram((*by, ("cache", "hit" if ending == "hit" else "miss")), numbers)
    for name, numbers in counts.items():
        labels = _LABELS.get(name[0])
        if labels is not None and len(name) == len(labels) + 1:
            yield _FAMILY.get(name[0], name[0]), tuple(zip(labels, name[1:], strict=True)), numbers[_COUNT]
    hits, answered = (
        sum(n[_COUNT] for name, n in rows if name[3] in endings) for endings in (("hit",), ("hit", "served"))
    )
    yield "hit_ratio", (), hits / answered if answered else 0.0


_LABELS: Final[dict[str, tuple[str, ...]]] = {
    "drafts": ("task", "model", "outcome"),
    "json_drafts": ("model", "read"),
    "escalations": ("task", "from", "to"),
    "ratings": ("rating",),
    "responses": ("path", "status"),
}
_FAMILY: Final = {"responses": "http_responses"}


def _histogram(labels: Labels, numbers: Sequence[int]) -> Iterator[Sample]:
    within = 0
    for bound, count in zip((*BOUNDS_MS, None), numbers[_BUCKETS:], strict=True):
        within += count
        le = "+Inf" if bound is None else f"{bound / 1000:g}"
        yield "request_seconds_bucket", (*labels, ("le", le)), within
    yield "request_seconds_sum", labels, numbers[_MICROSECONDS] / 1e6
    yield "request_seconds_count", labels, within


def _written(samples: Iterable[Sample]) -> str:
    """The samples family by family; what has the same labels is added up."""
    families: dict[str, dict[tuple[str, Labels], float]] = {name: {} for name in HELP}
    for name, labels, value in samples:
        family = families["request_seconds" if name.startswith("request_seconds") else name]
        family[name, labels] = family.get((name, labels), 0) + value
    lines: list[str] = []
    for family_name, values in families.items():
        gauge, histogram = family_name in _GAUGES, family_name == "request_seconds"
        full = f"partimento_{family_name}" + ("" if gauge or histogram else "_total")
        kind = "gauge" if gauge else "histogram" if histogram else "counter"
        lines += [f"# HELP {full} {HELP[family_name]}", f"# TYPE {full} {kind}"]
        for (name, labels), value in values.items():
            shown = f"partimento_{name}" if histogram else full
            lines.append(f"{shown}{_shown(labels)} {_number(value)}")
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.12g}"


def _shown(labels: Labels) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{told}}}" if told else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
