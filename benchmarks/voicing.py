"""How true, smooth and quick voicings are: python benchmarks/voicing.py [items] [seconds].

Five figures, each with its bar; exits 1 where one is missed:
  true      so many grips drawn by chance (all kinds, roots, chords): of their kind by definition, and without a flaw
  optimal   charts of three chords drawn by chance, all kinds, both manners: the way found costs least of all ways
  smooth    semitones a voice moves at a change of chord, the bass too, through two-five-ones in twelve keys, by kind
  strict    phrases of tonal harmony in 24 keys, four parts: parallels, and sevenths and leading tones left undone
  speed     32-bar charts led a second on one core: new chords every time, and pieces composed, led and proved by genre
"""

from __future__ import annotations

import sys
from itertools import pairwise, product
from random import Random
from statistics import mean
from time import process_time

from partimento.core.errors import BadInput
from partimento.music import leading, voicing
from partimento.music.chord import Chord
from partimento.music.composition.arrange import arrange
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose
from partimento.music.composition.proof import grip_flaws, prove
from partimento.music.genres import find, names
from partimento.music.key import Key, usual_keys
from partimento.music.leading import FREE, STRICT, Manners, cost, duties_between, lead, movement
from partimento.music.roman import chord_of
from partimento.music.voicing import voicings
from partimento.music.voicing.definition import is_of_kind
from partimento.music.voicing.reach import KINDS, Kind, is_playable

ROOTS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SUFFIXES = (
    "", "m", "dim", "aug", "7", "maj7", "m7", "m7b5", "dim7", "6", "m6", "69", "maj9", "m9", "9", "13", "7b9", "7#9",
    "7alt", "7sus4", "9sus4", "13sus4", "maj7#11", "13#11", "m11", "sus4", "sus2", "add9", "m(maj7)", "7b9b13", "5",
    "13b9", "7#5", "7b5", "maj13", "m69", "11", "m13",
)  # fmt: skip
TWO_FIVES = ("ii7 V7 Imaj7", "ii9 V13 Imaj9", "ii7 V7 I6", "iiø7 V7b9 i7", "ii11 V7alt Imaj9", "ii9 V13 I69")
PHRASES = (
    ("major", "I IV V7 I"), ("major", "I vi IV V I"), ("major", "I V/7 I IV V7 vi"), ("major", "I/3 IV V V7 I"),
    ("major", "I iii vi ii V7 I"), ("major", "I viio/2 I/3 IV I/5 V7 I"), ("major", "I IV viio iii vi ii V I"),
    ("major", "I vi V7/V V7 I"), ("minor", "i iv V7 i"), ("minor", "i iiø7/4 V7 i"), ("minor", "i bVI iv V i"),
    ("minor", "i bVII bIII bVI iv V7 i"), ("minor", "i V/7 i iv V7 bVI"), ("minor", "i iio/4 V i"),
)  # fmt: skip
NOTHING = Manners(new_voice=0, held_tone=0)


def drawn(rng: Random) -> str:
    """A chord symbol, now and then over another bass."""
    bass = f"/{rng.choice(ROOTS)}" if rng.random() < 0.15 else ""
    return Chord.parse(rng.choice(ROOTS) + rng.choice(SUFFIXES) + bass).symbol


def flawed(items: int) -> list[str]:
    """What is wrong with so many grips drawn by chance."""
    rng = Random(1)
    found: list[str] = []
    for _ in range(items):
        symbol, kind = drawn(rng), rng.choice(KINDS)
        grip = rng.choice(voicings(Chord.parse(symbol), kind))
        flaws = [
            *grip_flaws(symbol, grip.left, grip.right),
            *is_of_kind(symbol, grip.left, grip.right, grip.kind or kind),
        ]
        if not is_playable(grip.left, grip.right):
            flaws.append("cannot be played")
        found.extend(f"{symbol} {kind}: {flaw}" for flaw in flaws)
    return found


def beaten(charts: int) -> int:
    """Of so many short charts a kind and manners: ways that some other choice of grips undercuts."""
    rng = Random(2)
    worse = 0
    for kind, manners in product(KINDS, (FREE, STRICT)):
        for _ in range(charts):
            symbols = [drawn(rng) for _ in range(3)]
            every = product(*(voicings(Chord.parse(symbol), kind) for symbol in symbols))
            least = min(cost(symbols, way, manners) for way in every)
            worse += cost(symbols, lead(symbols, kind, manners), manners) > least + 1e-6
    return worse


def moved(kind: Kind) -> float:
    """Semitones a voice moves at a change of chord, the bass too, on average over the two-five-ones in twelve keys."""
    moves: list[int] = []
    for text, key in product(TWO_FIVES, usual_keys()):
        home = Key(key.tonic, "minor") if "iiø7" in text else key
        for old, new in pairwise(lead([chord_of(numeral, home).symbol for numeral in text.split()], kind)):
            moves.extend(abs(b - a) for a, b in zip(old.notes[::-1], new.notes[::-1], strict=False))
    return mean(moves)


def left_undone() -> tuple[int, int, int]:
    """Changes of chord in the phrases, parallels among them, and sevenths and leading tones that were not led on."""
    changes = parallels = undone = 0
    for mode, text in PHRASES:
        for key in usual_keys("minor" if mode == "minor" else "major"):
            symbols = [chord_of(numeral, key).symbol for numeral in text.split()]
            way = lead(symbols, "fourpart")
            for (before, after), (old, new) in zip(pairwise(symbols), pairwise(way), strict=True):
                duties, bare = duties_between(before, after), movement(old, new, NOTHING)
                changes += 1
                parallels += movement(old, new, Manners(parallel=1, new_voice=0, held_tone=0)) > bare
                owed = Manners(seventh=1, leading_tone=1, new_voice=0, held_tone=0)
                undone += movement(old, new, owed, duties) > bare
    return changes, parallels, undone


def led_a_second(kind: Kind, seconds: float) -> float:
    """Charts of 32 chords led a second of processor time, their grips and ways never asked for before."""
    rng = Random(3)
    done, start = 0, process_time()
    while (spent := process_time() - start) < seconds:
        voicing.grips.cache_clear()
        leading._columns.cache_clear()
        lead([drawn(rng) for _ in range(32)], kind)
        done += 1
    return done / spent


def pieces_a_second(name: str, seconds: float) -> float:
    """Pieces of 32 bars composed, led and proved a second, in every key and application of a genre, once warm."""
    genre, rng = find(name), Random(4)
    keys = [key.symbol for mode in ("major", "minor") for key in usual_keys("minor" if mode == "minor" else "major")]
    for limit in (seconds, seconds):
        done, start = 0, process_time()
        while (spent := process_time() - start) < limit:
            use = rng.choice(genre.applications)
            try:
                settled = plan(
                    genre, key=rng.choice(keys), bars=32, level=rng.randint(1, 10), application=use.name,
                    meter=rng.choice(use.meters),
                )  # fmt: skip
                prove(arrange(compose(genre, settled, rng), genre, settled, rng), settled.key, 32)
            except BadInput:  # forms of fixed length have no 32 bars
                continue
            done += 1
    return done / spent


class Report:
    """Prints figures beside their bars and remembers whether one was missed."""

    def __init__(self) -> None:
        self.missed = False

    def line(self, title: str, figure: str, bar: str, reached: bool) -> None:
        self.missed |= not reached
        print(f"{title:28} {figure:34} {bar:24} {'' if reached else 'MISSED'}")


def main(items: int = 5000, seconds: float = 2.0) -> int:
    report = Report()
    flaws = flawed(items)
    report.line("true to their kind", f"{len(flaws)} flaws in {items} grips", "none", not flaws)
    for flaw in flaws[:5]:
        print("   ", flaw)
    charts = max(1, items // 500)
    worse = beaten(charts)
    report.line("optimal", f"{worse} of {charts * 2 * len(KINDS)} ways undercut", "none", not worse)
    for kind in KINDS:
        moves = moved(kind)
        report.line(f"smooth: {kind}", f"{moves:.2f} semitones a voice", "<= 2.5", moves <= 2.5)
    changes, parallels, undone = left_undone()
    report.line("strict: parallels", f"{parallels} in {changes} changes", "none", not parallels)
    report.line("strict: left undone", f"{undone} in {changes} changes", "none", not undone)
    for kind in KINDS:
        rate = led_a_second(kind, seconds / 4)
        report.line(f"speed: {kind}, all new", f"{rate:.0f} charts a second", ">= 20", rate >= 20)
    for name in names():
        rate = pieces_a_second(name, seconds)
        report.line(f"speed: {name}", f"{rate:.0f} pieces of 32 bars a second", ">= 100", rate >= 100)
    return int(report.missed)


if __name__ == "__main__":
    sys.exit(main(*(kind(word) for kind, word in zip((int, float), sys.argv[1:], strict=False))))
