"""Chords under two hands, as doors show them. Knows the fields; leaves grips to `music.voicing` and `music.leading`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from partimento.music.analysis import analyze
from partimento.music.voicing.reach import Grip, Kind
from partimento.music.voicing.words import degrees, note_names, remarks


class VoicedChord(Struct, frozen=True, kw_only=True):
    """One chord: MIDI numbers, spelled notes and degrees of each hand, low to high.

    `kind` is what the grip is, the nearest kind where the chord cannot take the one asked for. `leading` tells what
    each voice of the chord before does to come here, top voice first; `movement` is how many semitones they go.
    """

    symbol: str
    roman: str
    kind: str
    left_hand: tuple[int, ...]
    right_hand: tuple[int, ...]
    left_notes: tuple[str, ...]
    right_notes: tuple[str, ...]
    left_degrees: tuple[str, ...]
    right_degrees: tuple[str, ...]
    leading: tuple[str, ...]
    movement: int


class Voicing(Struct, frozen=True, kw_only=True):
    """What the voicing task returns. `movement`: semitones that all voices move in all.

    `notes` say where a chord could not take the kind.
    """

    kind: Kind
    generation_method: str
    key: str
    chords: tuple[VoicedChord, ...]
    movement: int
    notes: tuple[str, ...]


def voiced(symbols: Sequence[str], key: str, way: Sequence[Grip]) -> tuple[VoicedChord, ...]:
    """Chords of a key with their grips, told in words."""
    readings = analyze(symbols, key).chords
    befores = [None, *zip(symbols, way, strict=True)]
    chords = []
    for reading, symbol, grip, before in zip(readings, symbols, way, befores, strict=False):
        moved = 0 if before is None else _movement(before[1], grip)
        chords.append(
            VoicedChord(
                symbol=symbol,
                roman=reading.numeral,
                kind=grip.kind or "",
                left_hand=grip.left,
                right_hand=grip.right,
                left_notes=note_names(symbol, grip.left),
                right_notes=note_names(symbol, grip.right),
                left_degrees=degrees(symbol, grip.left),
                right_degrees=degrees(symbol, grip.right),
                leading=() if before is None else remarks(before[0], before[1].notes, symbol, grip.notes),
                movement=moved,
            )
        )
    return tuple(chords)


def _movement(before: Grip, after: Grip) -> int:
    return sum(abs(high - low) for low, high in zip(before.notes[::-1], after.notes[::-1], strict=False))
