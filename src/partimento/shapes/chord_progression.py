"""Chords for a form: what the progression task returns. Knows its fields and how it is saved; composes nothing."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from partimento.music.score import PlacedChord, Score, Section
from partimento.shapes import saving

SUFFIXES = saving.CHART_FILES


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

    @property
    def score(self) -> Score:
        """The same as the formats read it: a piece without notes, named by its genre, use and key."""
        title = f"{self.genre.capitalize()} {self.application} in {self.key}"
        return Score(title, self.key, self.tempo, self.meter, self.bars, self.sections, self.chords, ())

    def as_bytes(self, suffix: str) -> bytes:
        """The chords in the format of a suffix of `SUFFIXES`. Raises BadInput for another."""
        return saving.as_bytes(self, self.score, suffix, SUFFIXES)

    def save(self, path: str | Path) -> Path:
        """Write the file that the suffix names, whole or not at all. Raises as `as_bytes`, BadInput for the place."""
        return saving.save(path, self.as_bytes(Path(path).suffix))
