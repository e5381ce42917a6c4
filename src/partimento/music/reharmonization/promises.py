"""What a chart promises, its cadences and its melody, and whether a new version of it keeps them. Changes nothing.

A cadence stays where a section of the chart ends with the one it names; and the end of the whole keeps the first of
`form.CADENCES` that is found there. Melody notes are judged by `melody_fit`, over every chord that is not as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from partimento.music.chord import Chord
from partimento.music.composition.form import CADENCES, Cadence, ends_with
from partimento.music.composition.progression import Progression
from partimento.music.key import Key
from partimento.music.reharmonization.melody_fit import Tone, fits
from partimento.music.rhythm import bar_beats

_LAST_CHORDS: Final = 8
"""How many chords before an end tell its cadence."""


def flaws_of(chart: Progression, made: Progression, melody: Sequence[Tone] = ()) -> Iterator[str]:
    """What a chart made new broke: its length, a cadence, a melody note; one sentence each."""
    if made.bars != chart.bars:
        yield f"it has {made.bars} bars; the chart has {chart.bars}"
        return
    key = Key.parse(chart.key)
    for end, cadence in _promises(chart):
        if not ends_with(_up_to(made, end), key, cadence):
            yield f"bar {end - 1} no longer ends with the {cadence} cadence it had"
    if not melody:
        return
    bar = bar_beats(chart.meter)
    unchanged = {(placed.bar, placed.beat, placed.beats, placed.symbol) for placed in chart.chords}
    for placed in made.chords:
        start = (placed.bar - 1) * bar + placed.beat - 1
        is_new = (placed.bar, placed.beat, placed.beats, placed.symbol) not in unchanged
        if is_new and not fits(melody, placed.symbol, start, start + placed.beats):
            yield f"bar {placed.bar}: {placed.symbol} goes against the melody"


@lru_cache(maxsize=64)
def _promises(chart: Progression) -> tuple[tuple[int, Cadence], ...]:
    """The bar after each cadence that must stay, and its kind: those the sections keep, and the one at the end."""
    key = Key.parse(chart.key)
    kept = []
    for section in chart.sections:
        end, cadence = section.start_bar + section.bars, _cadence_named(section.cadence)
        if cadence is not None and ends_with(_up_to(chart, end), key, cadence):
            kept.append((end, cadence))
    return (*kept, (chart.bars + 1, cadence_of(chart)))


def _cadence_named(promised: str) -> Cadence | None:
    return next((cadence for cadence in CADENCES if cadence == promised), None)


def _up_to(chart: Progression, end_bar: int) -> list[Chord]:
    return [Chord.parse(placed.symbol) for placed in chart.chords if placed.bar < end_bar][-_LAST_CHORDS:]


def cadence_of(chart: Progression) -> Cadence:
    """The first of the cadences, in their order, that the chart ends with; "open" where it ends with none."""
    chords, key = _up_to(chart, chart.bars + 1), Key.parse(chart.key)
    return next(cadence for cadence in CADENCES if ends_with(chords, key, cadence))
