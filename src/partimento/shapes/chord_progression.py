"""Chords for a form: what the progression task returns. Knows its fields; composes nothing."""

from __future__ import annotations

from msgspec import Struct

from partimento.music.score import PlacedChord, Section


class ChordProgression(Struct, frozen=True, kw_only=True):
    """Symbols and numerals chord by chord, and the same chords in their bars; the hands of each chord are empty.

    Bars and beats count from 1, durations are quarter-note beats, tempo is BPM. `generation_method` names what wrote
    the chords: "rules", or a model's id.
    """

    genre: str
    application: str
    level: int
    key: str
    tempo: float
    meter: str
    bars: int
    generation_method: str
    symbols: tuple[str, ...]
    roman_numerals: tuple[str, ...]
    sections: tuple[Section, ...]
    chords: tuple[PlacedChord, ...]
