"""Whether the server grows: 100,000 mixed requests, and its memory before and after.

    python benchmarks/gateway/endurance.py [--requests 100000] [--callers 32]

Of twenty requests eight are hits, six unique prompts, two plain streams, one a stream that is stored, and three are
refused: a model that does not exist, JSON that breaks off, messages that are no list. Told are the resident memory,
and how much of it is anonymous (the rest is file pages, of the database among others, which the system may take back).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # so that the command works without installing this folder

import msgspec
from benchmarks.gateway import targets
from benchmarks.gateway.load import Figures, Plan
from benchmarks.gateway.processes import ROOT, anonymous_mb, cores, environment, memory_mb
from benchmarks.gateway.targets import Target

LIMIT_MB = 10
PORTIONS = 10


def portion(target: Target, requests: int, callers: int, core: int) -> Figures:
    """So many requests. Exits where an answer was wrong."""
    plan = Plan(
        port=target.running.port,
        kind="mixed",
        callers=callers,
        warm_up=0.0,
        count=requests,
        pid=target.running.pid,
        key=target.key,
    )
    command = [sys.executable, "-m", "benchmarks.gateway.load", msgspec.json.encode(plan).decode()]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, preexec_fn=lambda: os.sched_setaffinity(0, {core})
    )
    if done.returncode:
        sys.exit(done.stderr.decode()[-2000:])
    figures = msgspec.json.decode(done.stdout, type=Figures)
    if figures.wrong:
        sys.exit(f"wrong answers: {figures.wrong}")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--callers", type=int, default=32)
    options = parser.parse_args()
    load_core, server_core = cores()
    with tempfile.TemporaryDirectory(prefix="partimento-bench-") as named:
        folder = Path(named)
        with targets.upstream(folder, load_core) as upstream:
            url = f"http://127.0.0.1:{upstream.running.port}/v1"
            with targets.partimento(folder / "partimento", server_core, url) as target:
                time.sleep(2)
                pid = target.running.pid
                idle, idle_anonymous = memory_mb(pid), anonymous_mb(pid)
                print(f"{'requests':>9} {'MB':>8} {'anonymous':>10} {'rps':>7} {'p99 ms':>8}")
                print(f"{0:9} {idle:8.1f} {idle_anonymous:10.1f}")
                done = 0
                for _ in range(PORTIONS):
                    figures = portion(target, options.requests // PORTIONS, options.callers, load_core)
                    done += figures.requests
                    now = f"{memory_mb(pid):8.1f} {anonymous_mb(pid):10.1f}"
                    print(f"{done:9} {now} {figures.rps:7.0f} {figures.p99:8.1f}", flush=True)
                time.sleep(2)
                grown = memory_mb(pid) - idle
                verdict = "met" if grown <= LIMIT_MB else "MISSED"
                print(
                    f"\nafter {done} requests: {grown:+.1f} MB, anonymous {anonymous_mb(pid) - idle_anonymous:+.1f} MB"
                )
                print(f"<= +{LIMIT_MB} MB: {verdict}; load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
