"""What starting costs, against a bare `import click, msgspec` in the same run.

    python benchmarks/startup.py

Must reach: `import partimento` and `partimento --help` within 2x of the bare import.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 21
PROGRAMS = {
    "bare": "import click, msgspec",
    "import partimento": "import partimento",
    "partimento --help": "import sys; sys.argv=['partimento','--help']; from partimento.cli import main; main()",
    "import + first name": "from partimento import Partimento",
}


def seconds(program: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(RUNS):  # interleaved, so that a noisy moment falls on all alike
        for name, program in PROGRAMS.items():
            taken[name].append(seconds(program))
    bare = statistics.median(taken["bare"])
    for name, all_of_them in taken.items():
        median = statistics.median(all_of_them)
        print(f"{name:22} {median * 1000:7.1f} ms   {median / bare:5.2f}x bare")


if __name__ == "__main__":
    main()
