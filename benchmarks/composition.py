"""How fast and how sound the rules compose: python benchmarks/composition.py [requests] [seconds].

Figures, each from one run on one core:
  speed    for each genre, 32-bar arrangements composed, voiced and proved a second, then with their MIDI bytes too
  sound    of so many random requests (all genres, keys, 4-64 bars, levels, descriptions, with and without a band): how
           many have no finding, their grips true to the definition of their kind, their chords read again as written
  varied   of 50 seeds of one request: how many different progressions
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from random import Random
from time import process_time

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.composition.arrange import arrange, kind_at
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import Plan, plan
from partimento.music.composition.progression import compose
from partimento.music.composition.proof import prove
from partimento.music.formats import midi
from partimento.music.genres import find, names
from partimento.music.key import usual_keys
from partimento.music.leading import lead
from partimento.music.score import Score
from partimento.music.voicing.definition import is_of_kind

KEYS = [key.symbol for mode in ("major", "minor") for key in usual_keys(mode)]
DESCRIPTIONS = (
    "", "2-5-1 into the chorus", "tritone substitutions", "with a turnaround", "altered dominants", "passing chords",
    "a walk-up", "modal interchange", "plagal ending", "secondary dominants", "backdoor", "dark and slow", "ii-V-I",
)  # fmt: skip


def made(genre: Genre, settled: Plan, seed: int, *, as_midi: bool = False) -> Score:
    """Compose, voice and arrange one piece, and write its MIDI where asked."""
    rng = Random(seed)
    score = arrange(compose(genre, settled, rng), genre, settled, rng)
    if as_midi:
        midi.write(score)
    return score


def flaws(genre: Genre, settled: Plan, score: Score) -> Iterator[str]:
    """Everything that is wrong with a piece."""
    yield from (finding.text for finding in prove(score, settled.key, settled.bars))
    use = genre.application(settled.application)
    symbols = [chord.symbol for chord in score.chords]
    for chord, grip in zip(score.chords, lead(symbols, kind_at(use, settled.level)), strict=True):
        if Chord.parse(chord.symbol).symbol != chord.symbol:
            yield f"{chord.symbol} is not read as it is written"
        assert grip.kind is not None
        for flaw in is_of_kind(chord.symbol, chord.left_hand, chord.right_hand, grip.kind):
            yield f"{chord.symbol}, {grip.kind}: {flaw}"


def request(rng: Random, bars: int | None = None, name: str = "") -> tuple[Genre, Plan]:
    """A random request; one that the genre refuses as contradictory is drawn again."""
    while True:
        genre = find(name or rng.choice(names()))
        use = rng.choice(genre.applications)
        lengths = [form.bars for form in genre.forms if form.fixed] or [bars or 16]
        try:
            return genre, plan(
                genre,
                rng.choice(DESCRIPTIONS) if bars is None else "",
                key=rng.choice(KEYS),
                bars=rng.choice((bars or rng.randint(4, 64), bars or rng.choice(lengths))),
                level=rng.randint(1, 10),
                application=use.name,
                meter=rng.choice(use.meters),
                tracks=rng.choice(("piano", "all")) if bars is None else "piano",
            )
        except BadInput:
            bars = bars if bars is None or bars % 12 == 0 else 36  # rounds of twelve, where 32 bars hold no form


def speed(name: str, seconds: float, *, as_midi: bool = False) -> float:
    """Pieces of 32 bars (36 where a genre has rounds of twelve only) a second of processor time, after warming up."""
    rng = Random(1)
    for limit in (1.0, seconds):
        done, start = 0, process_time()
        while (spent := process_time() - start) < limit:
            genre, settled = request(rng, 32, name)
            prove(made(genre, settled, done, as_midi=as_midi), settled.key, settled.bars)
            done += 1
    return done / spent


def soundness(requests: int) -> Counter[str]:
    """How the random requests ended: "sound", or the first finding or refusal."""
    rng = Random(2)
    ends: Counter[str] = Counter()
    for number in range(requests):
        genre, settled = request(rng)
        try:
            score = made(genre, settled, number)
        except BadInput as refusal:
            ends[f"{genre.name} refused: {refusal.what}"] += 1
            continue
        ends[next((f"{genre.name}: {flaw}" for flaw in flaws(genre, settled, score)), "sound")] += 1
    return ends


def variety(genre: Genre, description: str, **options: int) -> int:
    """Different progressions among 50 seeds of one request."""
    settled = plan(genre, description, **options)  # type: ignore[arg-type]
    return len({tuple(chord.symbol for chord in compose(genre, settled, Random(seed)).chords) for seed in range(50)})


def main(requests: int = 1000, seconds: float = 2.0) -> None:
    for name in names():
        print(f"speed   {speed(name, seconds):8.1f} arrangements of 32 bars a second, {name} (must reach 100)")
        print(f"speed   {speed(name, seconds, as_midi=True):8.1f} the same with their MIDI bytes (must reach 60)")
    ends = soundness(requests)
    print(f"sound   {ends['sound']:8d} of {requests} (must be all)")
    for text, count in ends.most_common():
        if text != "sound":
            print(f"        {count:8d} {text}")
    for name, description, bars, level in (
        ("gospel", "slow worship ballad, 2-5-1 into the chorus", 16, 5),
        ("gospel", "simple", 8, 2),
        ("jazz", "simple C major jazz progression", 8, 2),
        ("jazz", "bebop with tritone substitutions", 32, 8),
    ):
        different = variety(find(name), description, bars=bars, level=level)
        print(f"varied  {different:8d} of 50: {name}, {description!r}, {bars} bars, level {level} (must reach 40)")


if __name__ == "__main__":
    main(*(kind(word) for kind, word in zip((int, float), sys.argv[1:], strict=False)))
