"""A piece as a lead sheet: sections, rows of four bars, chords with their functions. Pure: chords in, rows out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from msgspec import Struct

from partimento.music.score import PlacedChord, Section
from partimento.web.studio.signs import Symbol, numeral_of, symbol_of

ROW: Final = 4
"""Bars in a row."""
CROWDED: Final = 3
"""So many chords make a bar that needs more room on a narrow screen."""
_FAMILIES: Final[Mapping[str, str]] = {
    "tonic": "tonic", "subdominant": "subdominant", "dominant": "dominant", "applied dominant": "dominant",
    "substitute dominant": "dominant",
}  # fmt: skip
_SHORT: Final[Mapping[str, str]] = {
    "subdominant": "subdom.",
    "applied dominant": "applied dom.",
    "substitute dominant": "substitute",
}


class SheetChord(Struct, frozen=True, kw_only=True):
    """A chord where it stands. `number` counts the piece's chords from 1; `family` is what its colour tells."""

    number: int
    bar: int
    beats: float
    symbol: Symbol
    roman: str
    function: str
    short: str
    family: str
    told: str
    """Why it is there, in a sentence."""


class SheetBar(Struct, frozen=True):
    """A bar with its chords; `edge`: whether it stands at the right end of its row."""

    number: int
    chords: tuple[SheetChord, ...]
    crowded: bool
    edge: bool
    changed: bool


class SheetRow(Struct, frozen=True):
    """A few bars side by side."""

    bars: tuple[SheetBar, ...]

    def holds(self, bar: int) -> bool:
        return self.bars[0].number <= bar <= self.bars[-1].number


class SheetSection(Struct, frozen=True):
    """A section with its rows; `cadence` in words, "" where none is promised."""

    name: str
    cadence: str
    rows: tuple[SheetRow, ...]


class Sheet(Struct, frozen=True):
    """The whole. `functions`: those that occur, with how many chords have them, the commonest first."""

    sections: tuple[SheetSection, ...]
    functions: tuple[tuple[str, str, int], ...]


def sheet_of(
    sections: Sequence[Section], chords: Sequence[PlacedChord], bars: int, told: Sequence[str], changed: int = 0
) -> Sheet:
    """The sheet of a piece; `told`: a sentence a chord, `changed`: the bar that differs from an earlier piece."""
    placed = [_chord(number, chord, why) for number, (chord, why) in enumerate(zip(chords, told, strict=True), 1)]
    in_bar = {bar: tuple(group) for bar, group in groupby(placed, key=lambda chord: chord.bar)}
    whole = sections or (Section("", 1, bars),)
    counted = Counter((chord.function, chord.family) for chord in placed)
    return Sheet(
        tuple(
            SheetSection(section.name, cadence_words(section.cadence), tuple(_rows(section, in_bar, changed)))
            for section in whole
        ),
        tuple((function, family, count) for (function, family), count in counted.most_common()),
    )


def cadence_words(cadence: str) -> str:
    """What a section promises, in words."""
    if cadence in ("", "open"):
        return ""
    if cadence in ("turnaround", "two-five", "two-five-one"):
        return f"ends with a {cadence.replace('two-five-one', '2-5-1').replace('two-five', '2-5 that leads on')}"
    return f"ends with {'an' if cadence[0] in 'aeiou' else 'a'} {cadence} cadence"


def _chord(number: int, chord: PlacedChord, told: str) -> SheetChord:
    return SheetChord(
        number=number,
        bar=chord.bar,
        beats=chord.beats,
        symbol=symbol_of(chord.symbol),
        roman=numeral_of(chord.roman),
        function="silence" if chord.function == "none" else chord.function,
        short=_SHORT.get(chord.function, chord.function.replace("none", "silence")),
        family=_FAMILIES.get(chord.function, "colour"),
        told=told,
    )


def _rows(section: Section, in_bar: Mapping[int, tuple[SheetChord, ...]], changed: int) -> Iterator[SheetRow]:
    numbers = range(section.start_bar, section.start_bar + section.bars)
    for start in range(0, len(numbers), ROW):
        row = numbers[start : start + ROW]
        yield SheetRow(
            tuple(
                SheetBar(
                    number,
                    in_bar.get(number, ()),
                    len(in_bar.get(number, ())) >= CROWDED,
                    place >= ROW // 2,
                    number == changed,
                )
                for place, number in enumerate(row)
            )
        )
