"""A rhythm of the genre, drilled: one pattern of a hand, or of both, on a progression, with the counts in words."""

from __future__ import annotations

from random import Random
from typing import Final

from msgspec.structs import replace

from partimento.music.composition.accompaniment import fitting
from partimento.music.composition.arrange import HANDS, arrange
from partimento.music.composition.progression import Progression
from partimento.music.exercises.study import Ask, Study
from partimento.music.rhythm import Pattern, bar_beats, beat_length, hits

_SYLLABLES: Final = {0.0: "", 0.25: "e", 0.5: "&", 0.75: "a"}
_TRIPLETS: Final = ("", "trip", "let")


def make(progression: Progression, ask: Ask, rng: Random) -> Study:
    """The progression played with one pattern a hand; a hand that does not drill holds its chords."""
    drilled = [hand for hand in HANDS if ask.hand in (None, "both", hand)]
    chosen = {hand: _pattern(ask, progression.meter, hand, rng) for hand in drilled}
    bar = bar_beats(progression.meter)
    still = tuple(
        Pattern(hand, progression.meter, "X" + " -" * (int(bar * 2) - 1)) for hand in HANDS if hand not in chosen
    )
    genre = replace(ask.genre, patterns=(*chosen.values(), *still))
    score = arrange(progression, genre, replace(ask.plan, tracks=()), rng)
    counts = "; ".join(f"{hand} hand on {count(pattern)}" for hand, pattern in chosen.items())
    return Study(
        title=f"{ask.genre.title} rhythm: {ask.plan.application}",
        instruction=f"Play this {ask.plan.application} rhythm: {counts}. The last bar is held.",
        tips=(
            "Tap it on the lid first, counting aloud; then one chord only; then the changes.",
            "Let go exactly where the rests are: silence is half of the rhythm.",
            *(("The off-beats swing: long, short, long, short.",) if _swings(ask) else ()),
        ),
        grading="notes",
        bars=score.bars,
        chords=score.chords,
        notes=score.notes,
    )


def _swings(ask: Ask) -> bool:
    return ask.genre.application(ask.plan.application).swing > 0.55


def _pattern(ask: Ask, meter: str, hand: str, rng: Random) -> Pattern:
    """One of the hand's patterns, the busier the higher the level."""
    own = [pattern for pattern in ask.genre.patterns if pattern.part == hand]
    bars, _ = fitting(own, ask.plan.application, meter, ask.plan.level)
    busy = [pattern for pattern in bars if len({hit.offset for hit in hits(pattern)[0]}) > 1] or list(bars)
    return rng.choices(busy, [pattern.weight for pattern in busy])[0]


def count(pattern: Pattern) -> str:
    """Where its strokes fall, as players count: "1, 2&, 4"; bars parted by "|"."""
    beat = beat_length(pattern.meter)
    return " | ".join(
        ", ".join(_counted(hit.offset / beat, compound=beat > 1) for hit in bar) or "silence" for bar in hits(pattern)
    )


def _counted(beats: float, *, compound: bool) -> str:
    number, part = int(beats + 1e-6) + 1, beats % 1
    thirds = round(part * 3)
    if compound or (part not in _SYLLABLES and abs(part * 3 - thirds) < 1e-6):
        return f"{number}{_TRIPLETS[thirds % 3]}"
    return f"{number}{_SYLLABLES.get(round(part, 2), '')}"
