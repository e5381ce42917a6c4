"""What every kind of exercise is made from and gives. Knows the shapes only; each kind is a file beside this one."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import Plan
from partimento.music.score import Note, PlacedChord
from partimento.music.voicing import Grip, Kind

Grading = Literal["notes", "chords", "voicing"]
"""What a take must match: these keys at these times; the tones of each chord in its time; any grip of the kind."""

Hands = Literal["left", "right", "both"]

_LEFT, _RIGHT = 64, 70
"""Velocities of held chords."""


class Ask(Struct, frozen=True, kw_only=True):
    """What is to be practised. `plan`: key, tempo, meter, bars, level, application. What is open follows from it."""

    genre: Genre
    plan: Plan
    voicing: Kind | None = None
    scale: str = ""
    hand: Hands | None = None


class Study(Struct, frozen=True, kw_only=True):
    """An exercise as notes, with words for the learner. Times as in a Score."""

    title: str
    instruction: str
    tips: tuple[str, ...]
    grading: Grading
    bars: int
    chords: tuple[PlacedChord, ...]
    notes: tuple[Note, ...]
    scale: str = ""
    voicing: str = ""


def held(chords: tuple[PlacedChord, ...], grips: list[Grip], bar: float) -> tuple[Note, ...]:
    """Each chord struck where it stands and held for its time; `bar` in quarters."""
    notes = []
    for chord, grip in zip(chords, grips, strict=True):
        start = (chord.bar - 1) * bar + chord.beat
        notes += [Note(start, chord.beats, key, _LEFT, "left") for key in grip.left]
        notes += [Note(start, chord.beats, key, _RIGHT, "right") for key in grip.right]
    return tuple(notes)
