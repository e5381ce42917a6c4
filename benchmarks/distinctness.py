"""Whether each genre sounds like itself: python benchmarks/distinctness.py [pieces].

A naive Bayes classifier learns from half of the pieces of every installed genre (so many each, random keys, modes,
levels, lengths, applications and meters) and names the genre of the other half: from chords alone, and from chords with
the rhythm of the hands. It sees no key, tempo or meter. The same pieces tell how many different bars the left hands
play: places in the bar with intervals above the chord's bass, counted where two pieces have them. Prints a line a
figure and who is taken for whom; exits 1 where a bar is missed.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from math import log
from random import Random

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.composition.arrange import arrange
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import Plan, plan
from partimento.music.composition.progression import compose
from partimento.music.genres import find, names
from partimento.music.key import Key, usual_keys
from partimento.music.rhythm import bar_beats
from partimento.music.score import Note, Score

KEYS = [key.symbol for mode in ("major", "minor") for key in usual_keys(mode)]
LENGTHS = (12, 16, 24, 32)
FROM_CHORDS, FROM_BOTH, LEFT_BARS = 0.60, 0.95, 12
SMALL = 0.1
"""What an unseen feature counts as."""

GRID = 24
"""Places in a quarter: sixteenths, triplets and swung eighths all fall on one."""

Features = Counter[str]


class Item(Struct, frozen=True):
    """A piece and the genre that made it."""

    genre: str
    score: Score


# ---- pieces ----------------------------------------------------------------------------------------------------


def request(genre: Genre, rng: Random) -> Plan:
    """A random request that the genre does not refuse."""
    while True:
        use = rng.choice(genre.applications)
        options = {"key": rng.choice(KEYS), "bars": rng.choice(LENGTHS), "level": rng.randint(1, 10)}
        try:
            return plan(genre, application=use.name, meter=rng.choice(use.meters), **options)  # type: ignore[arg-type]
        except BadInput:
            continue


def pieces(name: str, count: int) -> Iterator[Item]:
    genre = find(name)
    for seed in range(count):
        rng = Random(f"{name} {seed}")
        settled = request(genre, rng)
        yield Item(name, arrange(compose(genre, settled, rng), genre, settled, rng))


# ---- what is heard ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def token(symbol: str, home: int) -> str:
    """Semitones above the tonic and the chord's class: V7 is "7:7"."""
    chord = Chord.parse(symbol)
    return f"{((chord.root or 0) - home) % 12}:{chord.quality}"


def harmony(score: Score) -> Features:
    """Chords relative to the key, alone and in pairs; a chord held on is one."""
    home = Key.parse(score.key).pc
    row = [found for found, _ in groupby(token(chord.symbol, home) for chord in score.chords)]
    return Counter(row) + Counter(f"{one} {other}" for one, other in pairwise(row))


def rhythm(score: Score) -> Features:
    """What each hand's bars strike, as places in 24ths of a quarter: a bar is one word, and swing shows in it."""
    return Counter(f"{hand} {bar}" for hand in ("left", "right") for bar in struck(score, hand).values())


def struck(score: Score, hand: str) -> dict[int, tuple[int, ...]]:
    """The places in each bar at which a hand strikes."""
    length = bar_beats(score.meter)
    places: dict[int, set[int]] = defaultdict(set)
    for note in score.notes:
        if note.hand == hand:
            bar, place = divmod(note.start_beat - 1, length)
            places[int(bar)].add(round(place * GRID))
    return {bar: tuple(sorted(found)) for bar, found in places.items()}


def both(score: Score) -> Features:
    return harmony(score) + rhythm(score)


# ---- the classifier --------------------------------------------------------------------------------------------


class Model(Struct, frozen=True):
    """Multinomial naive Bayes: for each genre the logarithm of each feature's share, and that of an unseen one."""

    shares: dict[str, dict[str, float]]
    unseen: dict[str, float]

    def name(self, heard: Features) -> str:
        def score(genre: str) -> float:
            known, unseen = self.shares[genre], self.unseen[genre]
            return sum(count * known.get(feature, unseen) for feature, count in heard.items())

        return max(self.shares, key=score)


def learn(items: Iterable[tuple[str, Features]]) -> Model:
    bags: dict[str, Features] = defaultdict(Counter)
    for genre, heard in items:
        bags[genre].update(heard)
    words = len({feature for bag in bags.values() for feature in bag})
    totals = {genre: bag.total() + SMALL * words for genre, bag in bags.items()}
    shares = {
        genre: {feature: log((count + SMALL) / totals[genre]) for feature, count in bag.items()}
        for genre, bag in bags.items()
    }
    return Model(shares, {genre: log(SMALL / total) for genre, total in totals.items()})


def judged(items: Sequence[Item], hear: Callable[[Score], Features]) -> Counter[tuple[str, str]]:
    """How often a genre's unknown pieces are taken for which; every other piece was learned from."""
    heard = [(item.genre, hear(item.score)) for item in items]
    model = learn(heard[::2])
    return Counter((genre, model.name(features)) for genre, features in heard[1::2])


# ---- left hands ------------------------------------------------------------------------------------------------


def left_bars(score: Score) -> set[tuple[tuple[int, int], ...]]:
    """The bars of the left hand over one chord: places in 24ths of a quarter, semitones above the bass."""
    length = bar_beats(score.meter)
    notes: dict[int, list[Note]] = defaultdict(list)
    for note in score.notes:
        if note.hand == "left":
            notes[int((note.start_beat - 1) // length) + 1].append(note)
    alone = Counter(chord.bar for chord in score.chords)
    found = set()
    for chord in score.chords:
        bass = Chord.parse(chord.symbol).bass
        if bass is None or alone[chord.bar] > 1 or chord.bar == score.bars:
            continue
        struck = sorted((note.start_beat, note.midi) for note in notes[chord.bar])
        found.add(tuple((round((at - 1) % length * GRID), (midi - bass) % 12) for at, midi in struck))
    return found


def main(count: int = 200) -> int:
    items = [item for name in names() for item in pieces(name, count)]
    missed = False
    for title, hear, least in (("chords", harmony, FROM_CHORDS), ("chords and rhythm", both, FROM_BOTH)):
        found = judged(items, hear)
        right = sum(times for (genre, named), times in found.items() if genre == named) / found.total()
        missed |= right < least
        print(f"{right:.1%} of {found.total()} pieces named from {title} (must reach {least:.0%})")
        for genre in names():
            row = {named: times for (made, named), times in found.most_common() if made == genre}
            print(f"    {genre:<10}", "  ".join(f"{named} {times}" for named, times in row.items()))
    for name in names():
        bars = Counter(bar for item in items if item.genre == name for bar in left_bars(item.score))
        often = sum(times > 1 for times in bars.values())
        missed |= often < LEFT_BARS
        print(f"{often:5d} different bars of the left hand in {name} (must reach {LEFT_BARS})")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
