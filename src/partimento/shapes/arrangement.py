"""A written-out piece for two hands: what `compose` returns. Knows its fields and how it is saved; arranges nothing."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.formats import SUFFIXES as FORMATS
from partimento.music.formats import write
from partimento.music.score import Note, PlacedChord, Score, Section, Track

SUFFIXES = (*FORMATS, ".json")


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
        """The piece as .mid, .musicxml, .abc or .json. Raises BadInput for another suffix."""
        if suffix.lower() == ".json":
            return msgspec.json.format(msgspec.json.encode(self), indent=2)
        return write(self.score, suffix)

    def save(self, path: str | Path) -> Path:
        """Write the file that the suffix names, whole or not at all. Raises BadInput where it cannot be written."""
        target = Path(path)
        content = self.as_bytes(target.suffix)
        draft = target.with_name(f".{target.name}.part")
        try:
            draft.write_bytes(content)
            draft.replace(target)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise BadInput(
                f"cannot write {target}", why=error.strerror or str(error), mend="choose a place that can be written"
            ) from error
        return target
