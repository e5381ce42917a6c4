"""Reharmonizing: what else could stand there, each with its reason; and a whole progression made new.

The devices (`substitution`, `approach`, `recolour`) propose; a proposal is kept where it is of the level asked for and
breaks no promise (`promises`: cadences and melody). `suggestion` words and ranks what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.music.analysis import function_of
from partimento.music.chord import Chord
from partimento.music.composition.progression import Progression, read_bars, read_rows
from partimento.music.key import Key
from partimento.music.reharmonization import approach, recolour, substitution
from partimento.music.reharmonization.melody_fit import Tone, check_inside
from partimento.music.reharmonization.promises import flaws_of
from partimento.music.reharmonization.spot import Change, Spot
from partimento.music.reharmonization.suggestion import HABITS, Suggestion, ranked, told
from partimento.music.rhythm import bar_beats

# of two that come to the same chords, the first gives the reason
_MAKERS: Final[tuple[Callable[[Spot], Iterator[Change]], ...]] = (
    recolour.simpler, recolour.richer, recolour.altered, recolour.upper_structure, recolour.suspension, recolour.line,
    approach.secondary, approach.two_five, approach.passing, approach.slide, approach.walking_bass,
    substitution.deceptive, substitution.relatives, substitution.borrowed, substitution.backdoor, substitution.tritone,
    substitution.chain, substitution.coltrane,
)  # fmt: skip
_SIMPLE_UP_TO: Final = 4
_USED: Final = 0.4
"""What a device loses in a whole version each time it is used."""


class Reharmonization(Struct, frozen=True):
    """A whole progression made new, and the suggestions that were applied to the old one, in their order."""

    progression: Progression
    applied: tuple[Suggestion, ...]


def suggest(
    chords: Progression | Sequence[str] | str,
    key: str | None = None,
    *,
    level: int = 10,
    melody: Sequence[Tone] = (),
    at: int | None = None,
    style: str = "",
    meter: str = "4/4",
    k: int = 24,
) -> tuple[Suggestion, ...]:
    """The best `k` suggestions, best first. `chords`: a Progression, a text with bars parted by "|", or one item a bar.

    `level`: 1 to 10, the hardest device allowed. `at`: only changes that touch this bar (from 1). `style`: a genre
    whose habits count for more. Raises ChordSyntaxError, KeySyntaxError, UnknownName for a style, and BadInput for a
    melody outside the chords, a bar or a level that is not there.
    """
    chart = read_chart(chords, key, meter)
    check_request(chart, level, at, style, melody)
    found: dict[tuple[int, int, tuple[str, ...]], Suggestion] = {}
    for change in _proposed(chart, level):
        if at is not None and not any(placed.bar == at for placed in chart.chords[change.first : change.last]):
            continue
        made = _changed(chart, change)
        if made is None or any(flaws_of(chart, made, melody)):
            continue
        suggestion = told(chart, made, change, level, style)
        found.setdefault((suggestion.first, suggestion.last, suggestion.after), suggestion)
    return tuple(ranked(found.values())[: max(0, k)])


def apply(chart: Progression, suggestion: Suggestion) -> Progression:
    """The chart with one suggestion made. Raises BadInput where the chart has not the chords it was made for."""
    found = tuple(placed.symbol for placed in chart.chords[suggestion.first : suggestion.last])
    if found != suggestion.before:
        raise BadInput(
            f"cannot put {' '.join(suggestion.after)} in the place of {' '.join(found) or 'no chord'}",
            why=f"the suggestion is for {' '.join(suggestion.before)}",
            mend="apply a suggestion to the chart it was made for; of several, the last in the chart first",
        )
    return _rewritten(chart, suggestion.first, suggestion.last, suggestion.after, suggestion.beats)


def reharmonize(
    chords: Progression | Sequence[str] | str,
    key: str | None = None,
    level: int = 5,
    seed: int | None = None,
    *,
    melody: Sequence[Tone] = (),
    style: str = "",
    meter: str = "4/4",
) -> Reharmonization:
    """The best suggestions that do not touch each other, all made: about one for every two bars, more at high levels.

    Without `seed` the best are taken; with one, chance prefers some of the good ones. Raises as `suggest` does.
    """
    chart = read_chart(chords, key, meter)
    every = suggest(chart, level=level, melody=melody, style=style, k=8 * len(chart.chords))
    rng = None if seed is None else Random(seed)
    merits = [(one.score + (0.0 if rng is None else rng.random()), one) for one in every]
    most = max(1, round(chart.bars * (0.2 + 0.04 * level)))
    taken, made = _chosen(chart, merits, most, melody)
    return Reharmonization(made, tuple(sorted(taken, key=lambda one: one.first)))


def _chosen(
    chart: Progression, merits: list[tuple[float, Suggestion]], most: int, melody: Sequence[Tone]
) -> tuple[list[Suggestion], Progression]:
    """The suggestions of most merit that do not touch each other, many devices rather than one, and their chart."""
    taken: list[Suggestion] = []
    used: Counter[str] = Counter()
    made = chart
    while merits and len(taken) < most:
        best = max(merits, key=lambda pair: pair[0] - _USED * used[pair[1].device])
        merits.remove(best)
        one = best[1]
        if any(one.first <= other.last and other.first <= one.last for other in taken):
            continue
        tried = _all_applied(chart, [*taken, one])
        if not any(flaws_of(chart, tried, melody)):
            taken.append(one)
            used[one.device] += 1
            made = tried
    return taken, made


def read_chart(chords: Progression | Sequence[str] | str, key: str | None = None, meter: str = "4/4") -> Progression:
    """Chords as a chart: a text parted by "|" into bars, a text without (a chord a bar), or one item a bar.

    Raises ChordSyntaxError, KeySyntaxError, BadInput for no chords or no key.
    """
    if isinstance(chords, Progression):
        return chords
    bars = bars_of(chords)
    if key is None:
        raise BadInput("there is no key", why="what a chord does depends on it", mend='name it: key="C"')
    return read_bars(bars, key, meter)


def bars_of(chords: Sequence[str] | str) -> tuple[str, ...]:
    """The chords bar by bar, as texts. Raises BadInput where there is none."""
    if isinstance(chords, str):
        chords = chords.split("|") if "|" in chords else chords.split()
    bars = tuple(bar.strip() for bar in chords if bar.strip())
    if not bars:
        raise BadInput("there are no chords", why="nothing was given to change", mend='pass chords, such as "C Am F G"')
    return bars


def check_request(chart: Progression, level: int, at: int | None, style: str, melody: Sequence[Tone]) -> None:
    """Raises what `suggest` would of a request, without answering it."""
    if not 1 <= level <= 10:
        raise BadInput(f"there is no level {level}", why="levels run from 1 to 10", mend="choose one of them")
    if at is not None and not 1 <= at <= chart.bars:
        raise BadInput(f"there is no bar {at}", why=f"the chart has {chart.bars}", mend=f"choose 1 to {chart.bars}")
    if style and style not in HABITS:
        raise UnknownName("style", style, HABITS)
    check_inside(melody, chart.bars * bar_beats(chart.meter))


# ---- proposing -------------------------------------------------------------------------------------------------


def _proposed(chart: Progression, level: int) -> Iterator[Change]:
    key = Key.parse(chart.key)
    chords = tuple(Chord.parse(placed.symbol) for placed in chart.chords)
    following = [*chords[1:], None]
    functions = tuple(function_of(chord, key, after) for chord, after in zip(chords, following, strict=True))
    beats = tuple(placed.beats for placed in chart.chords)
    for at in range(len(chords)):
        spot = Spot(key, chart.meter, chords, beats, functions, at)
        for make in _MAKERS:
            for change in make(spot):
                if change.level <= level and (change.device != "simplification" or level <= _SIMPLE_UP_TO):
                    yield change


def _changed(chart: Progression, change: Change) -> Progression | None:
    """The chart with a change made; None where it changes nothing, repeats a neighbour, or a chord crosses a bar."""
    before = [placed.symbol for placed in chart.chords[change.first : change.last]]
    after = [chord.symbol for chord in change.chords]
    around = [placed.symbol for placed in chart.chords[max(0, change.first - 1) : change.first]]
    around += [*after, *(placed.symbol for placed in chart.chords[change.last : change.last + 1])]
    if before == after or any(one == other for one, other in pairwise(around)):
        return None
    return _rewritten(chart, change.first, change.last, after, change.beats)


def _rewritten(
    chart: Progression, first: int, last: int, symbols: Sequence[str], beats: Sequence[float]
) -> Progression:
    """The chart with other chords from one place up to another; a chord that would cross a bar line is cut there."""
    bar = bar_beats(chart.meter)
    old = chart.chords
    rows = [(placed.bar, placed.beat, placed.beats, placed.symbol) for placed in old]
    start = (old[first].bar - 1) * bar + old[first].beat - 1
    new: list[tuple[int, float, float, str]] = []
    for symbol, lasts in zip(symbols, beats, strict=True):
        while lasts > 1e-6:
            number = int((start + 1e-6) // bar)
            part = min(lasts, (number + 1) * bar - start)
            new.append((number + 1, start - number * bar + 1, part, symbol))
            start, lasts = start + part, lasts - part
    return read_rows([*rows[:first], *new, *rows[last:]], chart.key, chart.meter, chart.bars, chart.sections)


def _all_applied(chart: Progression, suggestions: Iterable[Suggestion]) -> Progression:
    for one in sorted(suggestions, key=lambda one: one.first, reverse=True):
        chart = apply(chart, one)
    return chart
