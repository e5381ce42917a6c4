"""How well faults in a take are found: python benchmarks/grading.py [takes] [seed].

Takes are made from pieces that the genres compose, with known faults, jitter up to 50 ms (uniform and gaussian), tempos
from 0.8 to 1.25 of the written one and any start. A fault counts as found when a finding of its kind names its tone in
its place (an extra note: its key within a beat). Must reach: F1 of 0.99 for wrong, missing, extra and late; a take of
32 bars graded in 200 ms. Also shown: takes in another key, takes with a stop, takes with a stretch played again, and
rolled chords (must be named, and no fault found that is not there).
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random
from time import perf_counter

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.composition.arrange import arrange
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose
from partimento.music.genres import find, names
from partimento.music.grading.expected import Expected
from partimento.music.grading.findings import Finding
from partimento.music.grading.grade import Grade, grade
from partimento.music.score import Score
from partimento.testing.takes import Fault, Faults, take_with

KINDS = ("wrong", "missing", "extra", "late")
BAR, SLOWEST_MS = 0.99, 200.0


class Tally(Struct):
    """Faults found, claimed and put in, by kind."""

    hits: Counter[str]
    claimed: Counter[str]
    real: Counter[str]

    def figures(self, kind: str) -> tuple[float, float, float]:
        precision = self.hits[kind] / self.claimed[kind] if self.claimed[kind] else 1.0
        recall = self.hits[kind] / self.real[kind] if self.real[kind] else 1.0
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def piece(rng: Random) -> Score:
    """A piece of 8 to 32 bars in any genre, key and level."""
    while True:
        genre = find(rng.choice(names()))
        use = rng.choice(genre.applications)
        try:
            settled = plan(
                genre, "", key=rng.choice("C Db D Eb E F Gb G Ab A Bb B".split()), bars=rng.choice((8, 12, 16, 32)),
                level=rng.randint(1, 10), application=use.name, meter=rng.choice(use.meters), tracks="piano",
            )  # fmt: skip
            return arrange(compose(genre, settled, rng), genre, settled, rng)
        except BadInput:
            continue


def faults_for(score: Score, rng: Random) -> Faults:
    """About two in a hundred notes of each kind, at least one."""
    most = max(1, len(score.notes) // 40)
    return Faults(
        wrong=rng.randint(0, most), missing=rng.randint(0, most), extra=rng.randint(0, most), late=rng.randint(0, most),
        jitter_ms=50.0, jitter=rng.choice(("uniform", "gaussian")), tempo=rng.uniform(0.8, 1.25),
        offset=rng.uniform(0, 5),
    )  # fmt: skip


def is_same(fault: Fault, finding: Finding) -> bool:
    if fault.kind != finding.kind:
        return False
    if fault.kind == "extra":
        return fault.played == finding.played and abs(fault.start_beat - finding.start_beat) <= 1
    return fault.expected == finding.expected and abs(fault.start_beat - finding.start_beat) < 0.05


def count(tally: Tally, put: tuple[Fault, ...], findings: tuple[Finding, ...]) -> bool:
    """Add one take; whether all was found and nothing else."""
    open_findings = [finding for finding in findings if finding.kind in KINDS]
    tally.claimed.update(finding.kind for finding in open_findings)
    tally.real.update(fault.kind for fault in put)
    missed = 0
    for fault in put:
        same = next((finding for finding in open_findings if is_same(fault, finding)), None)
        if same is None:
            missed += 1
            continue
        open_findings.remove(same)
        tally.hits[fault.kind] += 1
    return not missed and not open_findings


def measure(takes: int, seed: int) -> Tally:
    rng = Random(seed)
    tally = Tally(Counter(), Counter(), Counter())
    score = piece(rng)
    for number in range(takes):
        if number % 4 == 0:
            score = piece(rng)
        take, put = take_with(score, faults_for(score, rng), rng)
        count(tally, put, grade(take, Expected(score=score)).findings)
    return tally


def special(takes: int, seed: int) -> dict[str, float]:
    """The share of takes in which the one thing done is named, and nothing else is found."""
    rng = Random(seed)
    good: Counter[str] = Counter()
    for _ in range(takes):
        score = piece(rng)
        beats = [note.start_beat for note in score.notes]
        bar = beats[len(beats) // 2] // 1
        cases: dict[str, Faults] = {
            "other key": Faults(jitter_ms=30, transposed=rng.choice((-5, -2, -1, 1, 2, 3, 12))),
            "stop": Faults(jitter_ms=30, tempo=0.9, stop=(bar, rng.uniform(1, 4))),
            "again": Faults(jitter_ms=30, again=(bar, 4.0)),
            "rolled": Faults(jitter_ms=5, roll_ms=40, tempo=0.8),
        }
        for name, faults in cases.items():
            take, _ = take_with(score, faults, rng)
            good[name] += is_named(name, faults, grade(take, Expected(score=score)))
    return {name: good[name] / takes for name in ("other key", "stop", "again", "rolled")}


def is_named(name: str, faults: Faults, result: Grade) -> bool:
    kinds = {finding.kind for finding in result.findings} - {"loud", "soft"}
    match name:
        case "other key":
            return not kinds and result.transposed is not None and result.transposed.semitones == faults.transposed
        case "stop":
            return kinds == {"stop"}
        case "again":
            return kinds == {"repeat"}
    return not kinds


def slowest() -> tuple[int, float]:
    """A busy take of 32 bars: its notes, and milliseconds, the median of nine."""
    rng = Random(5)
    genre = find("gospel")
    settled = plan(genre, "shout", key="Ab", bars=32, level=8, tracks="piano")
    score = arrange(compose(genre, settled, rng), genre, settled, rng)
    take, _ = take_with(score, Faults(wrong=9, missing=9, extra=9, late=9, jitter_ms=50), rng)
    spent = []
    for _ in range(9):
        started = perf_counter()
        grade(take, Expected(score=score))
        spent.append((perf_counter() - started) * 1000)
    return len(take.notes), sorted(spent)[4]


def main(takes: int = 2000, seed: int = 1) -> int:
    tally = measure(takes, seed)
    missed = []
    for kind in KINDS:
        precision, recall, f1 = tally.figures(kind)
        print(
            f"{kind:8} precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}  of {tally.real[kind]}"
            f" (must reach {BAR})"
        )
        missed += [kind] if f1 < BAR else []
    for name, share in special(max(20, takes // 40), seed).items():
        print(f"{name:10} named, and nothing else found: {share:.3f}")
    notes, spent = slowest()
    print(f"speed    {spent:.0f} ms for {notes} notes in 32 bars (at most {SLOWEST_MS:.0f})")
    missed += ["speed"] if spent > SLOWEST_MS else []
    print(f"missed: {', '.join(missed)}" if missed else "all reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
