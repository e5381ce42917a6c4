"""Measures the theory engine against gold data: chord grammar, numerals both ways, degrees, keys, and their speed.

    python benchmarks/music_gold.py FOLDER

FOLDER holds the converted corpora as JSON lines (chords_*.jsonl, roman_*.jsonl, those without a free licence in
measure-only/). Nothing of it is copied. Prints one line a figure, with its bar; exits 1 where a bar is missed.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from partimento.core.errors import PartimentoError
from partimento.music import chord, chord_grammar
from partimento.music.chord import Chord
from partimento.music.figured import realize_numeral
from partimento.music.key import Key
from partimento.music.key_finding import key_of
from partimento.music.naming import name_numeral
from partimento.music.roman import degree

CHORD_CORPORA = ("chords_billboard", "chords_openewld", "chords_jazz_ireal")
ROMAN = re.compile(r"[#b]*[IViv]+")


class Tally:
    """Hits among occurrences, and what was missed most often."""

    def __init__(self) -> None:
        self.hits = self.total = 0
        self.misses: Counter[str] = Counter()

    def add(self, hit: bool, miss: str, count: int = 1) -> None:
        self.total += count
        if hit:
            self.hits += count
        else:
            self.misses[miss] += count

    @property
    def share(self) -> float:
        return self.hits / self.total if self.total else 0.0


class Report:
    """Prints figures beside their bars and remembers whether one was missed."""

    def __init__(self) -> None:
        self.missed = False

    def share(self, title: str, tally: Tally, bar: float) -> None:
        self.line(title, f"{tally.share:.4%} of {tally.total}", tally.share >= bar, f">= {bar:.1%}")
        for miss, count in tally.misses.most_common(3):
            print(f"      {count:5} {miss}")

    def line(self, title: str, value: str, good: bool, bar: str) -> None:
        self.missed |= not good
        print(f"{'ok  ' if good else 'MISS'} {title:42} {value:24} {bar}")


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a corpus, wherever it lies; none where it is absent."""
    for path in (folder / f"{name}.jsonl", folder / "measure-only" / f"{name}.jsonl"):
        if path.exists():
            with path.open(encoding="utf-8") as lines:
                yield from map(json.loads, lines)


def attempt(call: Callable[[], str]) -> str:
    try:
        return call()
    except PartimentoError as error:
        return f"refused: {error.what}"


def grammar(folder: Path, report: Report) -> None:
    """Root, bass and class of every chord symbol as the corpus says; printing and reading again changes nothing."""
    identity = Tally()
    for corpus in CHORD_CORPORA:
        tally = Tally()
        for song in rows(folder, corpus):
            for _, _, symbol, root, quality, bass in song["chords"]:
                try:
                    read = Chord.parse(symbol)
                except PartimentoError:
                    tally.add(False, f"{symbol} refused")
                    continue
                slash = read.bass if read.is_slash else None
                found = (read.root, read.quality, slash)
                tally.add(found == (root, quality, None if bass == root else bass), f"{symbol} read as {found}")
                identity.add(Chord.parse(read.symbol) == read, f"{symbol} → {read.symbol}")
        report.share(f"chord grammar, {corpus}", tally, 0.999)
    harte = Tally()
    for row in rows(folder, "roman_pairs_billboard"):
        text = attempt(lambda row=row: Chord.parse(row["chord"]).symbol)  # type: ignore[misc]
        harte.add(not text.startswith("refused"), row["chord"], row["count"])
        identity.add(attempt(lambda text=text: Chord.parse(text).symbol) == text, row["chord"])  # type: ignore[misc]
    report.share("chord grammar, Harte symbols read", harte, 0.999)
    report.share("read → print → read", identity, 1.0)


def speed(folder: Path, report: Report) -> None:
    """Symbols a second with empty and with filled caches."""
    tokens = [row[2] for corpus in CHORD_CORPORA for song in rows(folder, corpus) for row in song["chords"]]
    different = sorted(set(tokens))
    chord._parse.cache_clear()
    chord.chord_on.cache_clear()
    chord_grammar.read_suffix.cache_clear()
    for title, symbols, bar in (("cold", different, 20_000), ("warm", tokens, 100_000)):
        start = time.perf_counter()
        for symbol in symbols:
            Chord.parse(symbol)
        rate = len(symbols) / (time.perf_counter() - start)
        report.line(f"chord parsing, {title}", f"{rate:,.0f} a second", rate >= bar, f">= {bar:,}")


def numerals(folder: Path, report: Report) -> None:
    """Numeral → notes and bass; notes, bass and key → numeral (labels without suspensions)."""
    realised, named, rootless = Tally(), Tally(), Tally()
    labels = list(rows(folder, "roman_realisation_mozart"))
    realize_numeral.cache_clear()
    start = time.perf_counter()
    for row in labels:
        try:
            found = realize_numeral(row["roman"], row["key"])
            hit = set(found.notes) == set(row["notes"]) and found.bass == row["bass"]
        except PartimentoError:
            hit = False
        realised.add(hit, f"{row['roman']} in {row['key']}", row["count"])
    each = (time.perf_counter() - start) / max(1, len(labels)) * 1e6
    report.share("numeral → notes and bass", realised, 0.998)
    report.line("numeral → notes, each, cold", f"{each:.1f} us", each <= 50, "<= 50 us")
    for row in labels:
        if "(" in row["roman"]:
            continue
        for tally, root in ((named, row["root"]), (rootless, None)):
            got = attempt(lambda row=row, root=root: name_numeral(row["notes"], row["bass"], row["key"], root))  # type: ignore[misc]
            tally.add(got == row["roman"], f"{row['roman']} named {got}", row["count"])
    report.share("notes + key + root → numeral", named, 0.985)
    report.share("notes + key → numeral", rootless, 0.985)
    sane = Tally()
    for piece in rows(folder, "roman_when_in_rome"):
        for _, _, key, figure in piece["events"]:
            got = attempt(lambda figure=figure, key=key: realize_numeral(figure, key).bass)  # type: ignore[misc]
            sane.add(not got.startswith("refused"), figure)
    report.share("RomanText figures that realise", sane, 0.999)


def degrees(folder: Path, report: Report) -> None:
    tally = Tally()
    for row in rows(folder, "roman_pairs_billboard"):
        found = ROMAN.match(row["roman"])
        want = found.group().upper() if found else "?"
        got = attempt(lambda row=row: degree(row["chord"], row["key"]).upper())  # type: ignore[misc]
        tally.add(got == want, f"{row['chord']} in {row['key']} is {got}, given {row['roman']}", row["count"])
    report.share("chord + key → degree", tally, 0.995)


def keys(folder: Path, report: Report) -> None:
    """The key of a whole song from its chords alone."""
    for corpus, exact, bar in (
        ("chords_jazz_ireal", True, 0.82),
        ("chords_openewld", True, 0.86),
        ("chords_billboard", False, 0.80),
    ):
        tally = Tally()
        for song in rows(folder, corpus):
            chords = [Chord.parse(row[2]) for row in song["chords"]]
            if song["key"] is None or all(one.is_no_chord for one in chords):
                continue
            want, got = Key.parse(song["key"]), key_of(chords)
            hit = want.pc == got.pc and (not exact or want.mode == got.mode)
            tally.add(hit, f"{want.symbol} found as {got.symbol}")
        report.share(f"key from chords, {corpus} {'exact' if exact else 'tonic'}", tally, bar)


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__)
        return 2
    folder, report = Path(sys.argv[1]), Report()
    for measure in (grammar, speed, numerals, degrees, keys):
        measure(folder, report)
    return int(report.missed)


if __name__ == "__main__":
    sys.exit(main())
