"""How near what the rules compose lies to charts of its style: python benchmarks/style_distance.py FOLDER [pieces].

FOLDER holds the converted corpora as JSON lines (chords_billboard.jsonl, roman_when_in_rome.jsonl, those without a free
licence in measure-only/). The measure is the Jensen-Shannon distance, in bits, of two bags of bigrams of equal size. A
chord is a token: semitones above the tonic and its class ("7:7"), or for classical also its numeral without figures; a
token said twice is one, and the end of a piece is not counted. The floor is the distance between two disjoint halves of
the corpus; what the rules compose may lie 0.08 bit farther from a half than the other half does. Nothing of the folder
is copied. Prints a line a sampling; exits 1 where a bar is missed.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from math import log2
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any, NamedTuple

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import Progression, compose
from partimento.music.figured import realize_numeral
from partimento.music.genres import find
from partimento.music.key import Key, usual_keys

Bigram = tuple[str, str]
Piece = list[Bigram]
BAR = 0.08
SPLITS = 5
MAJOR, MINOR = ([key.symbol for key in usual_keys(mode)] for mode in ("major", "minor"))


# ---- tokens ----------------------------------------------------------------------------------------------------


def bigrams(tokens: Iterable[str]) -> Piece:
    """Neighbours in a row of tokens, repeats merged."""
    return list(pairwise(token for token, _ in groupby(tokens)))


def relative(progression: Progression) -> Piece:
    """Semitones above the tonic and the chord's class: V7 is "7:7"."""
    home = Key.parse(progression.key).pc
    return bigrams(_token(chord.symbol, home) for chord in progression.chords)


@lru_cache(maxsize=65536)
def _token(symbol: str, home: int) -> str:
    chord = Chord.parse(symbol)
    return f"{((chord.root or 0) - home) % 12}:{chord.quality}"


def numerals(progression: Progression) -> Piece:
    """Numerals without bass and seventh, as in score analysis: V, ii, viio, V/ii; steps of the minor scale plain."""
    is_minor = Key.parse(progression.key).is_minor
    return bigrams(_bare(chord.roman, is_minor) for chord in progression.chords)


_HEAD = re.compile(r"([b#]*)([iIvV]+|It|Ger|Fr|N|Cad)(ø|o|\+)?")
_LEADING = {"i": "viio/ii", "ii": "viio/iii", "iii": "viio/iv", "iv": "viio/V", "v": "viio/vi"}
_SIXTHS = ("It", "Ger", "Fr")


@lru_cache(maxsize=65536)
def _bare(figure: str, is_minor: bool) -> str:
    """A figure's step and triad, what it is applied to, and nothing else: ii6/5 is ii, V7/V is V/V, N6 is bII."""
    parts = re.split(r"/(?=[b#]*[IiVvN])", figure.replace("/o", "ø"))
    heads = [_HEAD.match(part) for part in parts]
    return "/".join(_step(head, is_minor and head is heads[-1]) for head in heads if head)


def _step(head: re.Match[str], is_minor: bool) -> str:
    signs, roman, sign = head[1], head[2], head[3] or ""
    if roman in _SIXTHS:
        return "VI" if is_minor else "bVI"
    if roman == "Cad":
        return "i" if is_minor else "I"
    if roman == "N":
        return "bII"
    if sign == "o" and signs == "#":
        return _LEADING.get(roman, f"#{roman}o")
    lowered = is_minor and signs == "b" and roman.upper() in ("III", "VI", "VII")
    return ("" if lowered else signs) + roman + sign.replace("ø", "o")


# ---- corpora ---------------------------------------------------------------------------------------------------


def rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def charts(path: Path, style: str = "") -> list[Piece]:
    """The songs of a collection of charts whose key is known, in one style where one is named."""
    return [bigrams(row["rel"]) for row in rows(path) if row["rel"] and style in (row.get("style") or "")]


def analyses(path: Path, reading: Callable[[str, str], str]) -> list[Piece]:
    """Analysed scores; a bigram stays within one key."""
    found = []
    for row in rows(path):
        piece: Piece = []
        for key, events in groupby(row["events"], key=lambda event: event[2]):
            piece += bigrams(token for event in events if (token := reading(event[3], key)))
        found.append(piece)
    return found


_CLASSES = {
    (0, 4, 7): "maj", (0, 3, 7): "min", (0, 3, 6): "dim", (0, 4, 8): "aug", (0, 4, 7, 10): "7", (0, 4, 7, 11): "maj7",
    (0, 3, 7, 10): "min7", (0, 3, 6, 9): "dim7", (0, 3, 6, 10): "hdim7", (0, 4, 8, 10): "aug7",
    (0, 3, 7, 11): "minmaj7", (0, 5, 7): "sus", (0, 5, 7, 10): "sus7", (0, 4, 10): "7",
}  # fmt: skip


def _home(key: str) -> Key:
    return Key.parse(key[0].upper() + key[1:] + ("m" if key[0].islower() else ""))


@lru_cache(maxsize=65536)
def realised(figure: str, key: str) -> str:
    """An analyst's figure as a relative token, its root moved where that makes a known chord; "" if unreadable."""
    home = _home(key)
    try:
        found = realize_numeral(figure, home.symbol)
    except PartimentoError:
        return ""
    pcs = {Key.parse(note).pc for note in found.notes}
    root = Key.parse(found.root).pc
    for place in (root, *sorted(pcs - {root})):
        if quality := _CLASSES.get(tuple(sorted((pc - place) % 12 for pc in pcs))):
            return f"{(place - home.pc) % 12}:{quality}"
    return ""


def figure_only(figure: str, key: str) -> str:
    """An analyst's figure without inversion and seventh, "" for what is no numeral."""
    return _bare(figure, key[0].islower())


# ---- what the rules compose ------------------------------------------------------------------------------------


def composed(
    genre: Genre, read: Callable[[Progression], Piece], pieces: int, minor: float, **choose: Sequence[Any]
) -> list[Piece]:
    """Pieces of 16 to 32 bars over many keys, a share of them in minor; `choose` gives what each option is drawn of."""
    found = []
    for seed in range(pieces):
        rng = Random(seed)
        key = rng.choice(MINOR if rng.random() < minor else MAJOR)
        options = {name: rng.choice(values) for name, values in choose.items()}
        settled = plan(genre, key=key, bars=rng.choice((16, 24, 32)), **options)
        found.append(read(compose(genre, settled, rng)))
    return found


# ---- the measure -----------------------------------------------------------------------------------------------


def taken(pieces: Sequence[Piece], size: int, rng: Random) -> Counter[Bigram]:
    """So many bigrams of the pieces, drawn without putting back."""
    return Counter(rng.sample([pair for piece in pieces for pair in piece], size))


def distance(one: Counter[Bigram], other: Counter[Bigram]) -> float:
    """Jensen-Shannon distance of two bags in bits, 0 to 1."""
    return sum(share for _, share in shares(one, other))


def shares(one: Counter[Bigram], other: Counter[Bigram]) -> Iterator[tuple[Bigram, float]]:
    """What each bigram adds to the distance."""
    for pair in one.keys() | other.keys():
        p, q = one[pair] / one.total(), other[pair] / other.total()
        middle = (p + q) / 2
        yield pair, sum(part / 2 * log2(part / middle) for part in (p, q) if part)


def measured(corpus: Sequence[Piece], pieces: Sequence[Piece]) -> tuple[float, float, int]:
    """Distance of the pieces to halves of the corpus, the floor, and the bigrams in each bag."""
    rng = Random(7)
    far, floor, sizes = [], [], []
    for _ in range(SPLITS):
        songs = rng.sample(corpus, len(corpus))
        halves = songs[: len(songs) // 2], songs[len(songs) // 2 :]
        size = min(sum(map(len, bag)) for bag in (*halves, pieces))
        one, other = (taken(half, size, rng) for half in halves)
        floor.append(distance(one, other))
        far.append(distance(taken(pieces, size, rng), one))
        sizes.append(size)
    return mean(far), mean(floor), round(mean(sizes))


class Style(NamedTuple):
    """A genre, its usual application, how chords become tokens, and the corpus with its share of minor."""

    genre: Genre
    usual: str
    read: Callable[[Progression], Piece]
    corpus: list[Piece]
    title: str
    minor: float


class Sampling(NamedTuple):
    """How pieces are asked for: a name, the share in minor, what each option is drawn of, whether the bar holds."""

    name: str
    minor: float
    choose: dict[str, Sequence[Any]]
    barred: bool = True


def samplings(style: Style) -> Iterator[Sampling]:
    """The outside world may ask in any of these ways; the corpora are not half in minor, so that way has no bar."""
    levels, usual = range(1, 11), [style.usual]
    uses = [use.name for use in style.genre.applications]
    yield Sampling(f"{style.usual}, level 5", style.minor, {"application": usual})
    yield Sampling(f"{style.usual}, all levels", style.minor, {"application": usual, "level": levels})
    yield Sampling("all applications and levels", style.minor, {"application": uses, "level": levels})
    yield Sampling(f"{style.usual}, half in minor", 0.5, {"application": usual, "level": levels}, style.minor > 0.3)


def styles(at: Path) -> Iterator[Style]:
    jazz, rnb, classical = find("jazz"), find("rnb"), find("classical")
    swing = charts(at / "measure-only" / "chords_jazz_ireal.jsonl", "Medium Swing")
    rome = at / "roman_when_in_rome.jsonl"
    yield Style(jazz, "swing", relative, swing, "swing charts", 0.15)
    yield Style(rnb, "contemporary", relative, charts(at / "chords_billboard.jsonl"), "Billboard charts", 0.15)
    yield Style(classical, "sonatina", relative, analyses(rome, realised), "analysed scores", 0.4)
    yield Style(classical, "sonatina", numerals, analyses(rome, figure_only), "their numerals", 0.4)


def main(folder: str, pieces: int = 600) -> int:
    missed = False
    for style in styles(Path(folder)):
        for way in samplings(style):
            made = composed(style.genre, style.read, pieces, way.minor, **way.choose)
            far, floor, size = measured(style.corpus, made)
            good = far <= floor + BAR
            missed |= way.barred and not good
            mark = ("ok  " if good else "MISS") if way.barred else "    "
            bar = f"; must be <= {floor + BAR:.3f}" if way.barred else ""
            print(
                f"{mark} {style.genre.name}, {way.name}: {far:.3f} bit from {style.title}"
                f" (floor {floor:.3f}, {far - floor:+.3f}, {size} bigrams){bar}"
            )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
