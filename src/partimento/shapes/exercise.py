"""An exercise as an app shows, plays and grades it. Knows its fields; leaves making it to the task."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from partimento.music.exercises.study import Grading
from partimento.music.score import Note, PlacedChord, Score, Section

Kind = Literal["progression", "scale", "voicing", "lick", "rhythm"]


class Content(Struct, frozen=True, kw_only=True):
    """What is practised: chords and their numerals in a key; `scale` and `voicing` where the exercise has one."""

    chords: tuple[str, ...]
    key: str
    roman_numerals: tuple[str, ...]
    scale: str = ""
    voicing: str = ""


class Exercise(Struct, frozen=True, kw_only=True):
    """Times as in an arrangement: bars and beats from 1, durations in quarter notes, MIDI 60 is middle C.

    `grading` says what a take must match: "notes" (these keys at these times), "chords" (the tones of each chord in its
    time, any inversion and octave), "voicing" (any grip of `content.voicing` for each chord in its time).
    """

    type: Kind
    title: str
    instruction: str
    content: Content
    difficulty: Literal["beginner", "intermediate", "advanced"]
    level: int
    genre: str
    key: str
    tempo: float
    meter: str
    bars: int
    grading: Grading
    tips: tuple[str, ...]
    generation_method: str
    sections: tuple[Section, ...]
    chords: tuple[PlacedChord, ...]
    notes: tuple[Note, ...]

    @property
    def score(self) -> Score:
        """The same as the formats read it."""
        return Score(
            self.title, self.key, self.tempo, self.meter, self.bars, self.sections, self.chords, self.notes
        )  # fmt: skip
