"""Measures next-chord prediction with the shipped model: hits, perplexity, milliseconds, and what a taste adds.

    python benchmarks/next_chord.py FOLDER

FOLDER holds the converted corpora as JSON lines; none of it is kept. Every song is replayed: the first chord is given,
each next one and the song's end is foretold. `chords alone` leaves the end out. A corpus that the model was trained on
says so; its figures are no proof (train_next_chord.py cross-validates). Prints each figure beside its bar; exits 1
where an unseen one is missed.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from math import exp, log
from pathlib import Path

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.key import Key
from partimento.music.predict import Taste, next_chords
from partimento.music.prediction.forecast import forecast
from partimento.music.prediction.model import shipped
from partimento.music.prediction.styles import Style, style_of
from partimento.music.prediction.tokens import CLASSES, END, QUALITIES, chord_of_token

# corpus file, genre asked for, bar
ASKED = (
    ("chords_jazz_ireal", "jazz", 0.53),
    ("chords_billboard", "pop", 0.74),
    ("chords_openewld", "songbook", 0.50),
    ("chords_jazz_ireal", None, None),
)
PER_CALL_MS = 1.0


class Song(Struct, frozen=True):
    """A row of a corpus: tokens above the tonic, the tonic's key, who wrote it, when."""

    tokens: list[int]
    key: Key
    by: str
    year: int


class Score:
    """Hits among the first one and three, log-loss, and the same without the song's end."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.loss = 0.0

    def add(self, true: int, ranked: list[int], share: float) -> None:
        chords = [token for token in ranked if token != END]
        self.counts["all"] += 1
        self.counts["top1"] += ranked[0] == true
        self.counts["top3"] += true in ranked[:3]
        self.loss -= log(share)
        if true != END:
            self.counts["chords"] += 1
            self.counts["chord1"] += chords[0] == true

    @property
    def top1(self) -> float:
        return self.counts["top1"] / self.counts["all"]

    def __str__(self) -> str:
        total, chords = self.counts["all"], self.counts["chords"]
        return (
            f"top-1 {self.top1:.4f}  top-3 {self.counts['top3'] / total:.4f}  perplexity {exp(self.loss / total):.2f}"
            f"  chords alone {self.counts['chord1'] / chords:.4f}  of {total}"
        )


def path_of(folder: Path, name: str) -> Path | None:
    places = (folder / f"{name}.jsonl", folder / "measure-only" / f"{name}.jsonl")
    return next((path for path in places if path.exists()), None)


def songs(path: Path) -> Iterator[Song]:
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["rel"] and row["key"]:
                yield Song(
                    [_token(text) for text in row["rel"]], Key.parse(row["key"]), row["by"] or "", row["year"] or 0
                )


def _token(text: str) -> int:
    above, quality = text.split(":")
    names: list[str] = list(QUALITIES)
    return int(above) * CLASSES + names.index(quality)


def replay(song: Song, style: Style, score: Score, taste: Taste | None = None) -> None:
    """Adds each prediction of a song to the score."""
    for place in range(1, len(song.tokens) + 1):
        past, true = song.tokens[:place], (song.tokens[place] if place < len(song.tokens) else END)
        odds = forecast(past, style, taste).odds
        rest = shipped().mixer.missed / (END + 1 - len(odds))
        score.add(true, list(odds), odds.get(true, rest))


def measure_corpora(folder: Path) -> bool:
    missed = False
    for name, genre, bar in ASKED:
        path = path_of(folder, name)
        if path is None:
            continue
        seen = shipped().trained_on.get(path.name) == hashlib.sha256(path.read_bytes()).hexdigest()
        score = Score()
        for song in songs(path):
            replay(song, style_of(genre), score)
        short = bar is not None and score.top1 < bar
        missed |= short and not seen
        mark = "seen" if seen else "MISS" if short else "ok  "
        print(f"{mark} {name} as {genre}: {score}" + (f"  (bar {bar:.2f})" if bar else ""), flush=True)
    return missed


def measure_speed(folder: Path) -> bool:
    """The public call with 64 chords as symbols, in processor time."""
    path = path_of(folder, "chords_jazz_ireal") or path_of(folder, "chords_billboard")
    if path is None:
        return False
    calls = []
    for song in songs(path):
        tokens = (song.tokens * 64)[:64]
        calls.append(([chord_of_token(token, song.key).symbol for token in tokens], song.key.symbol))
    next_chords(*calls[0], genre="jazz")
    start = time.process_time()
    for chords, key in calls[:300]:
        next_chords(chords, key, "jazz", 3)
    taken = (time.process_time() - start) / len(calls[:300]) * 1000
    print(f"{'MISS' if taken > PER_CALL_MS else 'ok  '} next_chords of 64 chords: {taken:.2f} ms (bar {PER_CALL_MS})")
    return taken > PER_CALL_MS


def measure_taste(folder: Path) -> bool:
    """Users are writers with three songs or more; each song is foretold knowing the choices of those before it."""
    missed = False
    for name, genre in (("chords_jazz_ireal", "jazz"), ("chords_billboard", "pop")):
        path = path_of(folder, name)
        if path is None:
            continue
        users: dict[str, list[Song]] = defaultdict(list)
        for song in songs(path):
            users[song.by].append(song)
        plain, leaned = Score(), Score()
        for by, work in users.items():
            taste = Taste()
            for place, song in enumerate(sorted(work, key=lambda one: one.year)):
                if by and place >= 2:
                    replay(song, style_of(genre), plain)
                    replay(song, style_of(genre), leaned, taste)
                taste = learned(taste, song)
        missed |= leaned.top1 < plain.top1
        print(f"     {name}, no taste:    {plain}\n     {name}, with taste:  {leaned}", flush=True)
    return missed


def learned(taste: Taste, song: Song) -> Taste:
    symbols = [chord_of_token(token, song.key).symbol for token in song.tokens]
    for chord, following in dict.fromkeys(zip(symbols, symbols[1:], strict=False)):
        taste = taste.accepting(chord, following, song.key.symbol)
    return taste


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__)
        return 2
    folder = Path(sys.argv[1])
    try:
        missed = [measure(folder) for measure in (measure_corpora, measure_speed, measure_taste)]
    except PartimentoError as error:
        print(error)
        return error.exit_code
    return int(any(missed))


if __name__ == "__main__":
    sys.exit(main())
