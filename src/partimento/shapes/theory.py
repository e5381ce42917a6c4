"""A progression explained. Knows the shape that doors show; leaves the reading to `music.analysis`."""

from __future__ import annotations

from msgspec import Struct

from partimento.music.analysis import Analysis, ChordReading


class TheoryAnalysis(Struct, frozen=True):
    """The key (found from the chords where `key_given` is False), and each chord's reading; numerals and functions
    also as plain lists, chord by chord."""

    key: str
    key_given: bool
    numerals: tuple[str, ...]
    functions: tuple[str, ...]
    chords: tuple[ChordReading, ...]


def shown(analysis: Analysis) -> TheoryAnalysis:
    """The analysis as doors show it."""
    return TheoryAnalysis(
        analysis.key,
        analysis.key_given,
        tuple(reading.numeral for reading in analysis.chords),
        tuple(reading.function for reading in analysis.chords),
        analysis.chords,
    )
