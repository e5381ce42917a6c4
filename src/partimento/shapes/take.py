"""A take from whatever it came as: a Take, MIDI as bytes or base64, notes in seconds or beats. Judges nothing."""

from __future__ import annotations

from typing import Any

import msgspec

from partimento.core.errors import BadInput
from partimento.music.formats import midi_reading
from partimento.music.take import PlayedNote, Take, take_of

TEMPO = 120.0
"""Quarter notes a minute where none is told."""


def take_from(given: Any, tempo: float = TEMPO) -> Take:
    """The take. Notes: {"start", "end" or "duration" in seconds, "midi", "velocity", "hand"}, or {"start_beat",
    "beats"} at `tempo` quarter notes a minute, in a list or under "notes". Raises BadInput."""
    if isinstance(given, Take):
        return given
    if isinstance(given, bytes | bytearray):
        return midi_reading.read(bytes(given))
    if not 10 <= tempo <= 1000:
        raise BadInput(f"a tempo of {tempo:g} is not played", why="it goes from 10 to 1000", mend="tempo=120")
    try:
        if isinstance(given, str):
            return midi_reading.read(msgspec.convert(given, bytes, strict=False))
        if isinstance(given, dict):
            given = given.get("notes", given)
        return take_of(msgspec.convert(given, tuple[PlayedNote, ...]), tempo)
    except msgspec.ValidationError as error:
        raise BadInput(
            "cannot read the take",
            why=str(error),
            mend='give MIDI, or a list of {"start": 0.5, "duration": 0.4, "midi": 60, "velocity": 80}',
        ) from error
