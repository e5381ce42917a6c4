"""Measures the theory engine's reading: speed of an analysis, harmony questions, sections of real songs.

    python benchmarks/theory.py FOLDER

FOLDER holds the converted corpora as JSON lines (mcq_harmony_en.jsonl, chords_billboard.jsonl). Nothing of it is
copied. Prints one line a figure, with its bar; exits 1 where a bar is missed. For cadences there is no gold: none here.
"""

from __future__ import annotations

import gc
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from partimento.core.errors import PartimentoError
from partimento.music import analysis, chord, chord_grammar, roman, scale
from partimento.music.analysis import analyze, chord_scale
from partimento.music.analysis.form import find_form
from partimento.music.chord import Chord
from partimento.music.quiz.answer import answer

CHART = (
    "| Cmaj7 | Am7 Abdim7 | Dm7 | G7 | Em7b5 | A7 | Dm7 | Fm6 Bb7 | Cmaj7 | Am7 Abdim7 | Dm7 | G7 | Em7b5 | A7 "
    "| Dm7 G7 | Cmaj7 | Gm7 | C7 | Fmaj7 | Fmaj7 | Am7 | D7 | Dm7 | G7 Ab7 | Cmaj7/G | Am7 Abdim7 | Dm7 | G7sus4 G7 "
    "| Em7b5 | A7 | Dm7 Db7 | C6 |"
)
_SPELLED = (("prechorus", "pre-chorus"), ("pre chorus", "pre-chorus"), ("transition", "trans"))

Sections = tuple[list[int], list[str]]


class Report:
    """Prints figures beside their bars and remembers whether one was missed."""

    def __init__(self) -> None:
        self.missed = False

    def line(self, title: str, value: str, good: bool, bar: str) -> None:
        self.missed |= not good
        print(f"{'ok  ' if good else 'MISS'} {title:46} {value:34} {bar}")


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    path = folder / f"{name}.jsonl"
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def clear() -> None:
    """Empties every cache on the way, as in a fresh process; the tables of scales stay read."""
    for cached in (
        analysis._read, chord._parse, chord.chord_on, chord_grammar.read_suffix, chord_scale._scales, scale.scale_on,
        roman.chord_of,
    ):  # fmt: skip
        cached.cache_clear()


def speed(report: Report) -> None:
    """One 32-bar chart with everything told about it, key given: first sight, and seen again."""
    analyze(CHART, "C")
    cold: list[float] = []
    warm: list[float] = []
    for times, empty in ((cold, True), (warm, False)):
        for _ in range(30):
            if empty:
                clear()
            gc.collect()
            start = time.perf_counter()
            analyze(CHART, "C")
            times.append((time.perf_counter() - start) * 1e3)
    told = f"{statistics.median(warm):.2f} ms, worst {max(warm):.2f}"
    report.line("32-bar chart, 43 chords, caches warm", told, statistics.median(warm) <= 2.0, "<= 2 ms")
    told = f"{statistics.median(cold):.2f} ms, worst {max(cold):.2f}"
    print(f"     {'the same, caches empty':46} {told}")


def questions(folder: Path, report: Report) -> None:
    """English multiple-choice questions on harmony: all of them answered, all rightly."""
    asked, right = 0, 0
    start = time.perf_counter()
    for row in rows(folder, "mcq_harmony_en"):
        asked += 1
        try:
            right += answer(row["question"], row["options"]).index == row["answer"]
        except PartimentoError as refusal:
            print(f"      {row['question']}: {refusal}")
    each = (time.perf_counter() - start) / max(1, asked) * 1e3
    report.line("harmony questions", f"{right} of {asked}, {each:.2f} ms each", right == asked, "100 %")


def in_bars(song: dict[str, Any]) -> list[list[Chord]]:
    bars: list[list[Chord]] = [[] for _ in range(song["bars"])]
    for bar, _, symbol, *_ in song["chords"]:
        if bar < len(bars):
            bars[bar].append(Chord.parse(symbol))
    return bars


def gold(song: dict[str, Any]) -> Sections:
    starts, labels = [], []
    for start, label in song["sections"]:
        for old, new in _SPELLED:
            label = label.replace(old, new)
        starts.append(start)
        labels.append(re.sub(r"[ -](one|two|three|four|five|a|b)$", "", label))
    return starts, labels


def found(bars: list[list[Chord]]) -> Sections:
    sections = find_form(bars).sections
    return [one.start_bar - 1 for one in sections], [one.label.rstrip("'") for one in sections]


def every_eight(bars: list[list[Chord]]) -> Sections:
    starts = list(range(0, len(bars), 8))
    return starts, [" | ".join(" ".join(one.symbol for one in bar) for bar in bars[at : at + 8]) for at in starts]


def labels_of_bars(sections: Sections, count: int) -> list[str | None]:
    line: list[str | None] = [None] * count
    starts, labels = sections
    for start, end, label in zip(starts, [*starts[1:], count], labels, strict=True):
        line[start:end] = [label] * (end - start)
    return line


def boundary_f1(want: Sequence[int], got: Sequence[int]) -> float:
    """Boundaries hit within one bar, the first bar apart, each counted once."""
    left, hits = {at for at in want if at}, 0
    boundaries = [at for at in got if at]
    total = len(left) + len(boundaries)
    for at in boundaries:
        near = min((place for place in left if abs(place - at) <= 1), key=lambda place: abs(place - at), default=None)
        if near is not None:
            left.remove(near)
            hits += 1
    return 2 * hits / total if total else 1.0


def pairwise_f1(want: Sequence[str | None], got: Sequence[str | None]) -> float:
    """Agreement on which pairs of bars belong together (same label)."""
    bars = [(one, other) for one, other in zip(want, got, strict=True) if one is not None]

    def pairs(counts: Counter[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in counts.values())

    both = pairs(Counter(bars))
    total = pairs(Counter(one for one, _ in bars)) + pairs(Counter(other for _, other in bars))
    return 2 * both / total if total else 1.0


def forms(folder: Path, report: Report) -> None:
    """Sections of the Billboard songs beside a cut every eight bars; odd songs set the weights, even ones did not."""
    songs = [song for song in rows(folder, "chords_billboard") if song["sections"] and song["bars"] >= 16]
    for half, chosen in (("tuned on", songs[0::2]), ("not seen in tuning", songs[1::2])):
        figures: dict[str, tuple[float, float]] = {}
        ways: dict[str, Callable[[list[list[Chord]]], Sections]] = {"found": found, "every 8 bars": every_eight}
        for title, way in ways.items():
            boundaries, labels = [], []
            for song in chosen:
                bars, want = in_bars(song), gold(song)
                got = way(bars)
                boundaries.append(boundary_f1(want[0], got[0]))
                labels.append(pairwise_f1(labels_of_bars(want, len(bars)), labels_of_bars(got, len(bars))))
            figures[title] = (statistics.mean(boundaries), statistics.mean(labels))
        for at, measure in enumerate(("boundary F1 within a bar", "pairwise label F1")):
            value, plain = figures["found"][at], figures["every 8 bars"][at]
            told = f"{value:.3f}, every 8 bars {plain:.3f}"
            report.line(f"{measure}, {len(chosen)} songs {half}", told, value >= plain + 0.15, "0.15 above")


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__)
        return 2
    folder, report = Path(sys.argv[1]), Report()
    speed(report)
    questions(folder, report)
    forms(folder, report)
    return int(report.missed)


if __name__ == "__main__":
    sys.exit(main())
