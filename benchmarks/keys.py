"""How often the key of a song, and the key of each chord of a piece, is found; and how fast.

    python benchmarks/keys.py FOLDER

FOLDER holds chords_*.jsonl and roman_when_in_rome.jsonl (those without a free licence in measure-only/). Songs are
judged by the key their corpus prints, three ways; pieces by the local key of every numeral, beside the baseline "the
first key throughout". The weights have seen the openly licensed songs and pieces: `fit_keys.py --check` judges unseen
ones. Prints each figure beside its bar; exits 1 where one is missed.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.analysis.modulation import key_regions, modulations
from partimento.music.chord import Chord, chord_on
from partimento.music.chord_grammar import read_suffix
from partimento.music.chord_shape import Shape
from partimento.music.figured import realize_numeral
from partimento.music.key import Key
from partimento.music.key_finding import key_of
from partimento.music.pitch import fifths, pitch_class

SUFFIXES: Final = (
    "", "m", "dim", "aug", "7", "maj7", "m7", "m7b5", "dim7", "m(maj7)", "7#5", "maj7#5", "sus4", "5", "7b5", "9", "m9",
    "maj9", "(b5)",
)  # fmt: skip
SIGNED: Final = "chords_openewld, ♯ or ♭ printed"
BARS: Final = {("chords_jazz_ireal", 0): 0.82, (SIGNED, 2): 0.94, ("chords_billboard", 1): 0.80}
WAYS: Final = ("exact", "tonic", "signature")


class Song(Struct, frozen=True):
    """A song's chords and the key its corpus prints."""

    title: str
    corpus: str
    key: Key
    chords: tuple[Chord, ...]

    def judged(self, found: Key) -> tuple[bool, bool, bool]:
        """Whether the key, its tonic alone, and its signature alone (the relative key counts as found) are right."""
        tonic = found.pc == self.key.pc
        signature = (found.signature - self.key.signature) % 12 == 0
        return tonic and found.mode == self.key.mode, tonic, signature


class Piece(Struct, frozen=True):
    """An analysed piece: its numerals as chords, and the local key of each."""

    name: str
    chords: tuple[Chord, ...]
    keys: tuple[Key, ...]


def lines(folder: Path, corpus: str) -> Iterator[str]:
    for path in (folder / f"{corpus}.jsonl", folder / "measure-only" / f"{corpus}.jsonl"):
        if path.exists():
            with path.open(encoding="utf-8") as rows:
                yield from rows


def songs(folder: Path, corpus: str) -> list[Song]:
    """The songs of a corpus that have a key and a chord; none where it is absent."""
    found = []
    for row in map(json.loads, lines(folder, corpus)):
        chords = tuple(Chord.parse(chord[2]) for chord in row["chords"])
        if row["key"] and not all(chord.is_no_chord for chord in chords):
            found.append(Song(row["title"], corpus, Key.parse(row["key"]), chords))
    return found


def pieces(folder: Path) -> list[Piece]:
    """The analyses of When in Rome; a numeral that cannot be read is left out."""
    shapes = {frozenset(step % 12 for step in shape.intervals): shape for shape in map(read_suffix, SUFFIXES)}
    found = []
    for row in map(json.loads, lines(folder, "roman_when_in_rome")):
        chords, keys = [], []
        for _, _, key, figure in row["events"]:
            try:
                chords.append(chord_from(figure, key, shapes))
                keys.append(Key.parse(key))
            except PartimentoError:
                continue
        found.append(Piece(row["id"], tuple(chords), tuple(keys)))
    return found


def chord_from(figure: str, key: str, shapes: dict[frozenset[int], Shape]) -> Chord:
    """A numeral's chord; one of a sound that chord symbols lack (an augmented sixth, say) by its plain triad."""
    realized = realize_numeral(figure, key)
    notes, bass = [fifths(note) for note in realized.notes], fifths(realized.bass)
    for root in (fifths(realized.root), *notes):
        sound = frozenset((pitch_class(note) - pitch_class(root)) % 12 for note in notes)
        if sound in shapes:
            return chord_on(root, shapes[sound], bass)
    root = fifths(realized.root)
    minor = root - 3 in notes and root + 4 not in notes
    return chord_on(root, shapes[frozenset((0, 3 if minor else 4, 7))], bass)


def told(title: str, value: str, good: bool, bar: str) -> bool:
    print(f"{'ok  ' if good else 'MISS'} {title:46} {value:22} {bar}")
    return good


def of_songs(folder: Path) -> bool:
    good = True
    for corpus in ("chords_jazz_ireal", "chords_openewld", "chords_billboard"):
        judged = [(song, song.judged(key_of(song.chords))) for song in songs(folder, corpus)]
        groups = [(corpus, judged)]
        if corpus == "chords_openewld":
            groups.append((SIGNED, [one for one in judged if one[0].key.signature]))
        for name, group in groups:
            for way, label in enumerate(WAYS if group else ()):
                share, bar = statistics.mean(hits[way] for _, hits in group), BARS.get((name, way))
                wanted = "" if bar is None else f">= {bar:.0%}"
                good &= told(f"{name} {label}", f"{share:.2%} of {len(group)}", share >= (bar or 0), wanted)
    return good


def agreement(found: Sequence[Piece], name: Callable[[Piece], Key | None]) -> float:
    """The share of chords whose local key is found, the key at the start told or not."""
    hits = total = 0
    for piece in found:
        regions = key_regions(piece.chords, name(piece))
        local = [region.key for region in regions for _ in range(region.start, region.end)]
        hits += sum(
            key.pc == want.pc and key.is_minor == want.is_minor for key, want in zip(local, piece.keys, strict=True)
        )
        total += len(local)
    return hits / total


def of_pieces(folder: Path) -> bool:
    found = pieces(folder)
    if not found:
        return True
    total = sum(len(piece.keys) for piece in found)
    base = sum(piece.keys.count(piece.keys[0]) for piece in found) / total
    good = True
    for title, name in (("first key told", lambda piece: piece.keys[0]), ("nothing told", lambda _: None)):
        share = agreement(found, name)
        good &= told(f"local keys, {title}", f"{share:.2%} of {total}", share >= 0.80, f">= 80%, baseline {base:.2%}")
    return good


def speed(folder: Path) -> bool:
    """64 chords of a jazz chart, and a 32-bar chart with its modulations."""
    chords = [Chord.parse(symbol) for symbol in "Dm7 G7 Cmaj7 A7 Bbmaj7 Eb7 Abmaj7 F#m7b5".split() * 8]
    good = True
    for title, call, bar in (
        ("key of 64 chords", lambda: key_of(chords), 1.0),
        ("regions and modulations of 48 chords", lambda: modulations(chords[:48], key_regions(chords[:48])), 2.0),
    ):
        call()
        rounds = []
        for _ in range(50):
            start = time.perf_counter()
            call()
            rounds.append((time.perf_counter() - start) * 1e3)
        each = statistics.median(rounds)
        good &= told(title, f"{each:.2f} ms", each <= bar, f"<= {bar:g} ms")
    return good


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__)
        return 2
    folder = Path(sys.argv[1])
    good = [measure(folder) for measure in (of_songs, of_pieces, speed)]
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
