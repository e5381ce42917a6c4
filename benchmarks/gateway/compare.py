"""Our server beside the raw path it could at best be, and beside LiteLLM's proxy. One command, one table.

    python benchmarks/gateway/compare.py [--rounds 3] [--seconds 2] [--targets raw,partimento,litellm] [--json FILE]

Load and upstream share one core; the servers, one worker each, share another and are all up together. In each round
every target gets every load in turn, so that a noisy moment falls on all alike; a figure is the median of its rounds.
CPU time (user and system, threads and children) is the figure that holds on a busy machine; latencies are beside it.
Of our server everything is on: key, budget, router, prices, cache, ledger. After each load the upstream is asked how
often it was called: a hit that was none, or a wrong answer, ends the run with an error.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # so that the command works without installing this folder

import msgspec
from benchmarks.gateway import litellm_proxy, targets
from benchmarks.gateway.load import Figures, Plan
from benchmarks.gateway.processes import ROOT, cores, environment, get, memory_mb
from benchmarks.gateway.report import Measured, Report, Server, Shape, show
from benchmarks.gateway.targets import Target
from msgspec import Struct

SHAPES = (
    Shape("pass-through c=1", "unique", 1),
    Shape("pass-through c=64", "unique", 64),
    Shape("hit c=1", "fixed", 1),
    Shape("hit c=64", "fixed", 64),
    Shape("stream c=1", "stream", 1),
    Shape("stream c=16", "stream", 16),
    Shape("stream stored c=1", "stream-stored", 1),
    Shape("stream paced c=16", "stream", 16, model="bench-paced"),
)
KNOWN = ("direct", "raw", "partimento", "auto", "litellm")
STARTS = 5


class Run(Struct, frozen=True):
    """One series of measurements: what is up, and where the load runs."""

    core: int
    seconds: float
    upstream: Target


def wanted(shape: Shape, name: str) -> bool:
    """Whether this load says something about this target."""
    if shape.kind == "fixed":
        return name not in ("direct", "litellm")
    if name == "litellm-cache" or (name == "auto" and shape.kind != "unique"):
        return False
    return shape.kind != "stream-stored" or name in ("raw", "partimento")


def measure(run: Run, shape: Shape, target: Target, model: str) -> Figures:
    """One load on one target. Exits where an answer was wrong, or the upstream called too often or too seldom."""
    plan = Plan(
        port=target.running.port,
        kind=shape.kind,
        callers=shape.callers,
        seconds=run.seconds,
        pid=target.running.pid,
        key=target.key,
        model=model,
    )
    before = calls(run.upstream)
    command = [sys.executable, "-m", "benchmarks.gateway.load", msgspec.json.encode(plan).decode()]
    pin = run.core
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, preexec_fn=lambda: os.sched_setaffinity(0, {pin})
    )
    if done.returncode:
        sys.exit(f"{target.name}, {shape.name}: the load generator failed:\n{done.stderr.decode()[-2000:]}")
    figures = msgspec.json.decode(done.stdout, type=Figures)
    if figures.wrong:
        sys.exit(f"{target.name}, {shape.name}: wrong answers: {figures.wrong}")
    called = calls(run.upstream) - before
    if shape.kind == "fixed" and called > shape.callers:
        sys.exit(f"{target.name}, {shape.name}: {called} calls reached the upstream: these were no hits")
    if shape.kind != "fixed" and called < figures.requests:
        sys.exit(f"{target.name}, {shape.name}: {called} calls for {figures.requests} unique requests: some were hits")
    return figures


def calls(upstream: Target) -> int:
    number: int = msgspec.json.decode(get(upstream.running.port, "/calls")[1])["calls"]
    return number


def start_times(folder: Path, core: int, url: str) -> list[float]:
    """From the start of `partimento serve` to the first 200 of /healthz, in seconds; the first start is thrown away:
    it writes byte code and the database."""
    taken = []
    for _ in range(STARTS + 1):
        with targets.partimento(folder, core, url) as target:
            taken.append(target.running.ready_s)
    return sorted(taken[1:])


def compared(names: Sequence[str], rounds: int, seconds: float, folder: Path, program: Path | None) -> Report:
    load_core, server_core = cores()
    measured: dict[tuple[str, str], list[Figures]] = {}
    loads = [os.getloadavg()[0]]
    with ExitStack() as up:
        upstream = up.enter_context(targets.upstream(folder, load_core))
        url = f"http://127.0.0.1:{upstream.running.port}/v1"
        ready = start_times(folder / "partimento", server_core, url) if "partimento" in names else []
        running = [upstream] if "direct" in names else []
        if "raw" in names:
            running.append(up.enter_context(targets.raw(folder, server_core, url)))
        if "partimento" in names:
            running.append(up.enter_context(targets.partimento(folder / "partimento", server_core, url)))
        if "litellm" in names and program:
            for caches in (False, True):
                proxy = targets.litellm(folder, server_core, url, program, caches=caches)
                running.append(up.enter_context(proxy))
        time.sleep(2)
        idle = {target.name: memory_mb(target.running.pid) for target in running}
        plain = [(target.name, target, "bench") for target in running]
        auto = [("auto", target, "auto") for target in running if target.name == "partimento" and "auto" in names]
        run = Run(load_core, seconds, upstream)
        for number in range(rounds):
            for shape in SHAPES:
                for name, target, model in [*plain, *auto]:
                    if wanted(shape, name):
                        print(f"\rround {number + 1}/{rounds}: {shape.name}, {name:40}", end="", file=sys.stderr)
                        figures = measure(run, shape, target, shape.model or model)
                        measured.setdefault((shape.name, name), []).append(figures)
            loads.append(os.getloadavg()[0])
        print(file=sys.stderr)
        servers = [Server(t.name, t.running.ready_s, idle[t.name], memory_mb(t.running.pid)) for t in running]
    return Report(
        date=time.strftime("%Y-%m-%d"),
        versions=versions(program),
        load_average=(min(loads), max(loads)),
        ready_s=ready,
        servers=servers,
        measured=[Measured(shape, name, rounds) for (shape, name), rounds in measured.items()],
    )


def versions(program: Path | None) -> dict[str, str]:
    from importlib.metadata import version

    found = {name: version(name) for name in ("partimento", "uvicorn", "uvloop", "httptools", "pyreqwest", "msgspec")}
    found["python"] = sys.version.split()[0]
    if program:
        found["litellm"] = litellm_proxy.version(program.parents[1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each load lasts")
    parser.add_argument("--targets", default=",".join(KNOWN), help="of " + ", ".join(KNOWN))
    parser.add_argument("--json", type=Path, help="a file for all figures of all rounds")
    parser.add_argument("--litellm-venv", type=Path, default=litellm_proxy.default_folder())
    options = parser.parse_args()
    names = options.targets.split(",")
    if unknown := set(names) - set(KNOWN):
        parser.error(f"unknown targets: {', '.join(sorted(unknown))}")
    program = litellm_proxy.installed(options.litellm_venv) if "litellm" in names else None
    with tempfile.TemporaryDirectory(prefix="partimento-bench-") as folder:
        report = compared(names, options.rounds, options.seconds, Path(folder), program)
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    show(report)
    if "litellm" in names and program is None:
        print("\nNOT MEASURED: LiteLLM could not be installed, so its bars are not judged.")


if __name__ == "__main__":
    main()
