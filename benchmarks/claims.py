"""Measures the claim check: planted errors caught, false alarms, by kind of claim; its speed on a paragraph.

    python benchmarks/claims.py

Reads tests/data/claims. Prints one line a kind and exits 1 where a bar is missed (>= 97 % caught, <= 1 % false alarms,
<= 3 ms for a paragraph of 100 words, warm).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from partimento.music.claims import check_claims

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "claims"
PARAGRAPH = (
    "In the key of C, the ii chord is Dm7 and the V7 is G7. Dm7 contains D, F, A and C, and G7 contains "
    "G, B, D and F. The guide tones of Dm7 are F and C; those of G7 are F and B. Notice how the seventh "
    "of Dm7 falls to the third of G7. The relative minor of C major is A minor, and both have no sharps "
    "or flats. D Dorian has the same notes as C major. You can replace G7 with its tritone sub Db7, "
    "because both hold F and B. A perfect fifth above C is G, and C to E is a major third. First "
    "inversion of C has E in the bass. "
)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def contradicted(text: str) -> bool:
    return any(finding.verdict == "contradicted" for finding in check_claims(text))


def by_kind() -> bool:
    caught: Counter[str] = Counter()
    alarms: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    confirmed = 0
    for row in rows("false"):
        for group in (row["kind"], row["part"], "all"):
            sizes[group] += 1
            caught[group] += contradicted(row["text"])
    for row in rows("true"):
        confirmed += any(finding.verdict == "confirmed" for finding in check_claims(row["text"]))
        for group in (row["kind"], row["part"], "all"):
            alarms[group] += contradicted(row["text"])
    print(f"{'kind':18} {'sentences':>9} {'caught':>8} {'alarms':>8}")
    for group, size in sizes.items():
        print(f"{group:18} {size:9} {caught[group] / size:8.1%} {alarms[group] / size:8.1%}")
    print(f"true sentences confirmed: {confirmed} of {sizes['all']}")
    return caught["all"] >= 0.97 * sizes["all"] and alarms["all"] <= 0.01 * sizes["all"]


def later() -> None:
    for name in ("unseen_1", "unseen_2"):
        found = rows(name)
        false = [row for row in found if not row["true"]]
        true = [row for row in found if row["true"]]
        caught = sum(contradicted(row["text"]) for row in false)
        alarms = sum(contradicted(row["text"]) for row in true)
        print(f"{name}: {caught} of {len(false)} caught, {alarms} of {len(true)} false alarms")


def speed() -> bool:
    for _ in range(20):
        check_claims(PARAGRAPH)
    times = []
    for _ in range(100):
        start = time.perf_counter()
        check_claims(PARAGRAPH)
        times.append((time.perf_counter() - start) * 1e3)
    middle = statistics.median(times)
    print(f"paragraph of {len(PARAGRAPH.split())} words, warm: {middle:.2f} ms, worst {max(times):.2f} ms")
    return middle <= 3.0


def main() -> int:
    sound = by_kind()
    later()
    return 0 if speed() and sound else 1


if __name__ == "__main__":
    sys.exit(main())
