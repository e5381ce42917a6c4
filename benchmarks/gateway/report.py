"""What the figures say: the tables, the ratios, and which bars are met. Knows the bars; measures nothing."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from statistics import median

from benchmarks.gateway.load import Figures, Kind
from msgspec import Struct


class Shape(Struct, frozen=True):
    """One kind of load."""

    name: str
    kind: Kind
    callers: int
    model: str = ""


class Measured(Struct, frozen=True):
    """All rounds of one load on one target."""

    shape: str
    target: str
    rounds: list[Figures]

    def median(self, field: str) -> float:
        return float(median(getattr(one, field) for one in self.rounds))


class Server(Struct, frozen=True):
    """One server: seconds to its first answer, MB of 10⁶ bytes when idle and after the load."""

    name: str
    ready_s: float
    idle_mb: float
    loaded_mb: float


class Report(Struct, frozen=True):
    date: str
    versions: dict[str, str]
    load_average: tuple[float, float]
    ready_s: list[float]
    servers: list[Server]
    measured: list[Measured]

    def of(self, shape: str, target: str, field: str) -> float | None:
        return next((m.median(field) for m in self.measured if (m.shape, m.target) == (shape, target)), None)


class Bar(Struct, frozen=True):
    """One thing to reach: what came of it, and what it must be."""

    name: str
    figure: float | None
    limit: float
    at_least: bool = False
    unit: str = "x"

    def told(self) -> str:
        wanted = f"{'>=' if self.at_least else '<='} {self.limit:g}{self.unit}"
        if self.figure is None:
            return f"{self.name:52} {'':>12}  {wanted:>10}  not measured"
        met = self.figure >= self.limit if self.at_least else self.figure <= self.limit
        return f"{self.name:52} {self.figure:10.2f}{self.unit:2}  {wanted:>10}  {'met' if met else 'MISSED'}"


def bars(report: Report) -> Iterator[Bar]:
    """The bars, each from figures of the same run."""

    def ratio(shape: str, above: str, below: str) -> float | None:
        high, low = report.of(shape, above, "cpu_us"), report.of(shape, below, "cpu_us")
        return high / low if high and low else None

    for target, told in (("partimento", "by name"), ("auto", "model auto")):
        for shape in ("pass-through c=1", "pass-through c=64"):
            yield Bar(f"{shape}, {told}: CPU against raw", ratio(shape, target, "raw"), 1.6)
            yield Bar(f"{shape}, {told}: LiteLLM's CPU against it", ratio(shape, "litellm", target), 20, at_least=True)
    for shape in ("hit c=1", "hit c=64"):
        yield Bar(f"{shape}: CPU against raw", ratio(shape, "partimento", "raw"), 1.8)
        yield Bar(f"{shape}: LiteLLM's CPU against it", ratio(shape, "litellm-cache", "partimento"), 35, at_least=True)
    for shape in ("stream c=1", "stream c=16", "stream stored c=1", "stream paced c=16"):
        yield Bar(f"{shape}: CPU against raw", ratio(shape, "partimento", "raw"), 1.8)
    ours, direct = (report.of("stream c=1", name, "first_p50") for name in ("partimento", "direct"))
    yield Bar("stream c=1: first words later by", ours - direct if ours and direct else None, 0.6, unit="ms")
    yield Bar("ready", median(report.ready_s) if report.ready_s else None, 0.7, unit="s")
    idle = next((server.idle_mb for server in report.servers if server.name == "partimento"), None)
    yield Bar("idle memory", idle, 80, unit="MB")


def show(report: Report) -> None:
    """Print the tables."""
    told = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    low, high = report.load_average
    print(f"{report.date}; {platform.system()} {platform.machine()}, {os.cpu_count()} cores; {told}")
    print(f"load average of the machine during the run: {low:.1f} to {high:.1f}\n")
    print(
        f"{'load':20} {'target':14} {'CPU us':>9} {'x raw':>6} {'p50 ms':>8} {'p99 ms':>8} {'1st ms':>7} {'rps':>7} "
        f"{'core':>5}"
    )
    for one in report.measured:
        raw = report.of(one.shape, "raw", "cpu_us")
        cpu = one.median("cpu_us")
        against = f"{cpu / raw:6.2f}" if raw and one.target != "direct" else f"{'':6}"
        first = f"{one.median('first_p50'):7.2f}" if one.median("first_p50") else f"{'':7}"
        print(
            f"{one.shape:20} {one.target:14} {cpu:9.0f} {against} {one.median('p50'):8.2f} {one.median('p99'):8.2f} "
            f"{first} {one.median('rps'):7.0f} {one.median('busy'):5.0%}"
        )
    print(f"\n{'server':16} {'ready s':>8} {'idle MB':>8} {'after MB':>9}")
    for server in report.servers:
        print(f"{server.name:16} {server.ready_s:8.2f} {server.idle_mb:8.1f} {server.loaded_mb:9.1f}")
    print()
    for bar in bars(report):
        print(bar.told())
