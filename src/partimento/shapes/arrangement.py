"""A written-out piece for two hands: what `compose` returns. Knows its fields and how it is saved; arranges nothing."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from partimento.music.score import Note, PlacedChord, Score, Section, Track
from partimento.shapes import saving

SUFFIXES = saving.PIECE_FILES


class Arrangement(Struct, frozen=True, kw_only=True):
    """Bars and beats count from 1, durations are quarter-note beats, MIDI 60 is middle C, tempo is BPM.

    `generation_method` names what wrote the chords: "rules", or a model's id; the hands are always the arranger's.
    """

    title: str
    genre: str
    application: str
    level: int
    key: str
    tempo: float
    meter: str
    bars: int
    generation_method: str
    sections: tuple[Section, ...]
    chords: tuple[PlacedChord, ...]
    notes: tuple[Note, ...]
    tracks: tuple[Track, ...] = ()

    @property
    def score(self) -> Score:
        """The same piece as the formats read it."""
        return Score(
            self.title, self.key, self.tempo, self.meter, self.bars, self.sections, self.chords, self.notes, self.tracks
        )

    def as_bytes(self, suffix: str) -> bytes:
        """The piece in the format of a suffix of `SUFFIXES`. Raises BadInput for another, NotConfigured for sound."""
        return saving.as_bytes(self, self.score, suffix, SUFFIXES)

    def save(self, path: str | Path) -> Path:
        """Write the file that the suffix names, whole or not at all. Raises as `as_bytes`, BadInput for the place."""
        return saving.save(path, self.as_bytes(Path(path).suffix))
