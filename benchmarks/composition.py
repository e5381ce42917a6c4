"""How fast and how sound the rules compose: python benchmarks/composition.py [requests] [seconds].

Three figures, each from one run on one core:
  speed    32-bar arrangements composed, voiced and proved a second (12 keys, both modes, every application and level)
  sound    of so many random requests (all genres, keys, 4–64 bars, levels, descriptions): how many have no finding
  varied   of 50 seeds of one request: how many different progressions
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random
from time import process_time

from partimento.core.errors import BadInput
from partimento.music.arrange import arrange
from partimento.music.formats import midi
from partimento.music.genre import Genre
from partimento.music.genres import find, names
from partimento.music.key import usual_keys
from partimento.music.plan import Plan, plan
from partimento.music.progression import compose
from partimento.music.proof import Finding, prove

KEYS = [key.symbol for mode in ("major", "minor") for key in usual_keys(mode)]
DESCRIPTIONS = (
    "", "2-5-1 into the chorus", "tritone substitutions", "with a turnaround", "altered dominants", "passing chords",
    "a walk-up", "modal interchange", "plagal ending", "secondary dominants", "backdoor", "dark and slow", "ii-V-I",
)  # fmt: skip


def made(genre: Genre, settled: Plan, seed: int, *, as_midi: bool = False) -> tuple[Finding, ...]:
    """Compose, voice, arrange and prove one piece, and write its MIDI where asked; its findings."""
    rng = Random(seed)
    progression = compose(genre, settled, rng)
    score = arrange(progression, genre, settled, rng)
    if as_midi:
        midi.write(score)
    return prove(score, settled.key, settled.bars)


def request(rng: Random, bars: int | None = None) -> tuple[Genre, Plan]:
    """A random request; one that the genre refuses as contradictory is drawn again."""
    while True:
        genre = find(rng.choice(names()))
        use = rng.choice(genre.applications)
        try:
            return genre, plan(
                genre,
                rng.choice(DESCRIPTIONS) if bars is None else "",
                key=rng.choice(KEYS),
                bars=bars or rng.randint(4, 64),
                level=rng.randint(1, 10),
                application=use.name,
                meter=rng.choice(use.meters),
            )
        except BadInput:
            continue


def speed(seconds: float, *, as_midi: bool = False) -> float:
    """Pieces of 32 bars a second of processor time, after a second of warming up."""
    rng = Random(1)
    for limit in (1.0, seconds):
        done, start = 0, process_time()
        while (spent := process_time() - start) < limit:
            made(*request(rng, bars=32), seed=done, as_midi=as_midi)
            done += 1
    return done / spent


def soundness(requests: int) -> Counter[str]:
    """How the random requests ended: "sound", or the first finding or refusal."""
    rng = Random(2)
    ends: Counter[str] = Counter()
    for number in range(requests):
        genre, settled = request(rng)
        try:
            findings = made(genre, settled, number)
        except BadInput as refusal:
            ends[f"refused: {refusal.what}"] += 1
            continue
        ends[findings[0].text if findings else "sound"] += 1
    return ends


def variety(genre: Genre, description: str, **options: int) -> int:
    """Different progressions among 50 seeds of one request."""
    settled = plan(genre, description, **options)  # type: ignore[arg-type]
    return len({tuple(chord.symbol for chord in compose(genre, settled, Random(seed)).chords) for seed in range(50)})


def main(requests: int = 1000, seconds: float = 5.0) -> None:
    print(f"speed   {speed(seconds):8.1f} arrangements of 32 bars a second (must reach 100)")
    print(f"speed   {speed(seconds, as_midi=True):8.1f} the same with their MIDI bytes (must reach 60)")
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
