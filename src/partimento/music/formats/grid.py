"""A piece as bars of chord symbols: what charts without notes are written from. Knows no notes and no chart's syntax.

Places are ticks of a twelfth of a quarter note, rounded to sixteenths.
"""

from __future__ import annotations

from math import isfinite

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.formats.meter import EIGHTH, PER_QUARTER, SIXTEENTH, Meter, checked_tempo
from partimento.music.formats.text import plain
from partimento.music.key import Key, practical_key
from partimento.music.score import Score

BARS_A_ROW = 4


class Sign(Struct, frozen=True):
    """A chord and its numeral in their place."""

    place: int
    chord: Chord
    roman: str


class ChartBar(Struct, frozen=True):
    """One bar; places count from its bar line. `section` is the name of the section that begins here, else ""."""

    number: int
    section: str
    ends_section: bool
    signs: tuple[Sign, ...]


class Chart(Struct, frozen=True):
    """The whole piece; `tempo` in quarter notes a minute."""

    title: str
    key: Key
    meter: Meter
    tempo: float
    bars: tuple[ChartBar, ...]

    @property
    def beats_a_minute(self) -> str:
        """The tempo as musicians count it: dotted quarters in 6/8."""
        return f"{self.meter.counted(self.tempo)[2]:g}"


def chart_of(score: Score) -> Chart:
    """The chords of a score bar by bar. Raises BadInput, KeySyntaxError, ChordSyntaxError for what has no reading."""
    if score.bars < 1:
        raise BadInput(f"a piece of {score.bars} bars cannot be written", mend="ask for one bar or more")
    meter = Meter.parse(score.meter)
    key, _ = practical_key(Key.parse(score.key))
    in_bar: dict[int, list[Sign]] = {}
    for sign in signs(score, meter):
        number, place = divmod(sign.place, meter.bar)
        in_bar.setdefault(number + 1, []).append(Sign(place, sign.chord, sign.roman))
    names = {section.start_bar: plain(section.name) for section in reversed(score.sections)}
    ends = {section.start_bar + section.bars - 1 for section in score.sections}
    bars = tuple(
        ChartBar(number, names.get(number, ""), number in ends, tuple(in_bar.get(number, ())))
        for number in range(1, score.bars + 1)
    )
    return Chart(plain(score.title) or "Untitled", key, meter, checked_tempo(score.tempo), bars)


def signs(score: Score, meter: Meter) -> list[Sign]:
    """The chords in order, places from the start of the piece; on a place that is taken the last one stays."""
    placed = {}
    for chord in score.chords:
        if not isfinite(chord.beat):
            raise BadInput(f"a chord cannot begin on beat {chord.beat}", mend="count beats from 1")
        place = (chord.bar - 1) * meter.bar + SIXTEENTH * round((chord.beat - 1) * PER_QUARTER / SIXTEENTH)
        if 0 <= place < score.bars * meter.bar:
            placed[place] = Sign(place, Chord.parse(chord.symbol), plain(chord.roman))
    return [placed[place] for place in sorted(placed)]


def rows(bars: tuple[ChartBar, ...]) -> list[list[ChartBar]]:
    """Bars four to a row; a section begins a row of its own."""
    found: list[list[ChartBar]] = []
    for bar in bars:
        if not found or bar.section or len(found[-1]) == BARS_A_ROW:
            found.append([])
        found[-1].append(bar)
    return found


def cell_of(places: list[int], meter: Meter, largest: int) -> int:
    """The largest even division of the bar, in ticks and at most `largest`, on which all the places fall."""
    sizes = (meter.bar, meter.half, meter.beat, 4 * PER_QUARTER // meter.unit, EIGHTH, SIXTEENTH)
    return next(
        size
        for size in sizes
        if 0 < size <= largest and meter.bar % size == 0 and all(place % size == 0 for place in places)
    )


def cells(bar: ChartBar, meter: Meter, size: int) -> list[Sign | None]:
    """The bar as cells of a size that its places fall on: the chord that begins there, or None."""
    at = {sign.place: sign for sign in bar.signs}
    return [at.get(place) for place in range(0, meter.bar, size)]
