"""Measures the claim check: planted errors caught, false alarms, by kind of claim; its speed, alone and on a paragraph.

    python benchmarks/claims.py

Reads tests/data/claims. Prints one line a kind and a set, and exits 1 where a bar is missed: >= 97 % caught and <= 1 %
false alarms on the corruption set, >= 90 % and <= 2 % on the sets written without sight of the code, <= 1 ms a sentence
(median of true and false ones, of processor time, warm).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from partimento.music.claims import check_claims, corrected

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


LATER = ("unseen_1", "unseen_2", "blind_1", "teachers")


def later() -> bool:
    caught = alarms = errors = truths = 0
    for name in LATER:
        found = rows(name)
        false = [row for row in found if not row["true"]]
        true = [row for row in found if row["true"]]
        hits = sum(contradicted(row["text"]) for row in false)
        bad = sum(contradicted(row["text"]) for row in true)
        print(f"{name:10} {hits:4} of {len(false)} caught, {hits / len(false):6.1%}; {bad} of {len(true)} false alarms")
        caught, alarms, errors, truths = caught + hits, alarms + bad, errors + len(false), truths + len(true)
    print(f"{'together':10} {caught:4} of {errors} caught, {caught / errors:6.1%}; {alarms} of {truths} false alarms")
    return caught >= 0.9 * errors and alarms <= 0.02 * truths


def mended() -> None:
    """How many corrections leave a sentence that is confirmed."""
    texts = [row["text"] for name in ("false", *LATER) for row in rows(name) if not row.get("true", False)]
    given = sound = 0
    for text in texts:
        findings = check_claims(text)
        if any(finding.verdict == "contradicted" and finding.correction for finding in findings):
            given += 1
            again = {finding.verdict for finding in check_claims(corrected(text, findings))}
            sound += "contradicted" not in again and "confirmed" in again
    print(f"corrections given {given} of {len(texts)} errors; confirmed once corrected {sound / given:.1%}")


def speed() -> bool:
    texts = [row["text"] for name in ("true", "false", *LATER) for row in rows(name)]
    times = []
    for round_ in range(2):
        for text in texts:
            start = time.thread_time()
            check_claims(text)
            if round_:
                times.append((time.thread_time() - start) * 1e3)
    times.sort()
    middle = statistics.median(times)
    print(f"a sentence, warm: median {middle:.2f} ms, nine of ten {times[int(len(times) * 0.9)]:.2f} ms")
    paragraph = []
    for _ in range(50):
        start = time.thread_time()
        check_claims(PARAGRAPH)
        paragraph.append((time.thread_time() - start) * 1e3)
    print(f"paragraph of {len(PARAGRAPH.split())} words, warm: {statistics.median(paragraph):.2f} ms")
    return middle <= 1.0


def main() -> int:
    bars = [by_kind(), later(), speed()]
    mended()
    return 0 if all(bars) else 1


if __name__ == "__main__":
    sys.exit(main())
