"""A progression reharmonized, as doors show it. Knows the fields; leaves judging to `music.reharmonize`."""

from __future__ import annotations

from itertools import groupby

from msgspec import Struct

from partimento.music.composition.progression import Progression
from partimento.music.reharmonization.reharmonize import apply
from partimento.music.reharmonization.suggestion import Suggestion
from partimento.music.score import PlacedChord


class SuggestedChange(Struct, frozen=True, kw_only=True):
    """One thing that could be changed, and the chart with it made.

    `before` becomes `after` from bar `bar` on, each for so many quarters (`beats`); `numerals` are those of `after`.
    `level`: how advanced it is. `voice_leading_cost`: semitones a voice moves on average at a change of chord. `bars`:
    the whole chart with this change, a text a bar.
    """

    device: str
    level: int
    bar: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    beats: tuple[float, ...]
    numerals: tuple[str, ...]
    reason: str
    voice_leading_cost: float
    score: float
    bars: tuple[str, ...]


class Reharmonized(Struct, frozen=True, kw_only=True):
    """Ranked suggestions, the best first, and one whole version with several made.

    `keeps` is the cadence at the end of both. `changes` name what was made in the whole version, in its order; none
    where a model wrote it. Bars and beats count from 1, durations are quarter notes.
    """

    key: str
    level: int
    meter: str
    keeps: str
    generation_method: str
    original: tuple[str, ...]
    suggestions: tuple[SuggestedChange, ...]
    bars: tuple[str, ...]
    symbols: tuple[str, ...]
    roman_numerals: tuple[str, ...]
    chords: tuple[PlacedChord, ...]
    changes: tuple[SuggestedChange, ...]


def bar_texts(chart: Progression) -> tuple[str, ...]:
    """The chords of a chart, a text a bar: ("C E7", "Am")."""
    grouped = groupby(chart.chords, key=lambda placed: placed.bar)
    return tuple(" ".join(placed.symbol for placed in bar) for _, bar in grouped)


def shown(chart: Progression, suggestion: Suggestion) -> SuggestedChange:
    """A suggestion as doors show it."""
    return SuggestedChange(
        device=suggestion.device,
        level=suggestion.level,
        bar=suggestion.bar,
        before=suggestion.before,
        after=suggestion.after,
        beats=suggestion.beats,
        numerals=suggestion.numerals,
        reason=suggestion.reason,
        voice_leading_cost=suggestion.voice_leading_cost,
        score=suggestion.score,
        bars=bar_texts(apply(chart, suggestion)),
    )
