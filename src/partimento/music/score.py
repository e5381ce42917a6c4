"""The written-out piece: sections, chords and notes on one time line. Knows no genre, no file format and no model.

Bars and beats count from 1, durations are quarter-note beats, MIDI 60 is middle C; `start_beat` counts quarter
notes from 1 at the start of the piece, whatever the meter.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Hand = Literal["left", "right"]
Instrument = Literal["bass", "drums"]


class Section(Struct, frozen=True):
    """A named stretch of whole bars, with the cadence its form promises at its end."""

    name: str
    start_bar: int
    bars: int
    cadence: str = ""


class PlacedChord(Struct, frozen=True):
    """One chord in its place: symbol, reading in the key, and the grip of each hand (MIDI numbers, low to high)."""

    bar: int
    beat: float
    beats: float
    symbol: str
    roman: str
    function: str
    left_hand: tuple[int, ...] = ()
    right_hand: tuple[int, ...] = ()


class Note(Struct, frozen=True):
    """One played note."""

    start_beat: float
    beats: float
    midi: int
    velocity: int
    hand: Hand


class BandNote(Struct, frozen=True):
    """One note of the band: as `Note`, but of no hand; on drums, `midi` is a key of the General MIDI drum map."""

    start_beat: float
    beats: float
    midi: int
    velocity: int


class Track(Struct, frozen=True):
    """A player beside the pianist. `program`: General MIDI, from 0; None is the drum kit."""

    name: Instrument
    program: int | None
    notes: tuple[BandNote, ...]


class Score(Struct, frozen=True):
    """What the formats write: a title, the frame (key symbol such as "Am", tempo in BPM, meter "4/4"), the piece."""

    title: str
    key: str
    tempo: float
    meter: str
    bars: int
    sections: tuple[Section, ...]
    chords: tuple[PlacedChord, ...]
    notes: tuple[Note, ...]
    tracks: tuple[Track, ...] = ()
