"""A grip in words: its notes spelled, their degrees, and which voice of the one before goes where. Decides nothing."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest

from partimento.music.chord import Chord
from partimento.music.pitch import fifths, name, pitch_class
from partimento.music.voicing.tones import degree_names


@lru_cache(maxsize=8192)
def _spelled(symbol: str) -> dict[int, str]:
    chord = Chord.parse(symbol)
    if chord.root is None or chord.bass_fifths is None:
        return {}
    names = {(chord.root + step) % 12: note for note, step in zip(chord.notes, chord.intervals, strict=True)}
    return {pitch_class(chord.bass_fifths): name(chord.bass_fifths)} | names


def note_names(symbol: str, notes: tuple[int, ...]) -> tuple[str, ...]:
    """MIDI numbers as the chord spells them, with octaves (60 is C4): 63 in Cm7 is "Eb4"."""
    return tuple(_with_octave(_spelled(symbol)[note % 12], note) for note in notes)


def _with_octave(spelled: str, note: int) -> str:
    """B# belongs to the octave below the C it sounds as, Cb to the one above."""
    natural = pitch_class(fifths(spelled[0]))
    shift = spelled.count("#") - spelled.count("b")
    return f"{spelled}{(note - shift - natural) // 12 - 1}"


def degrees(symbol: str, notes: tuple[int, ...]) -> tuple[str, ...]:
    """What players call the notes: "3", "5", "7", "b9"; "bass" for a bass that is no tone of the chord."""
    return tuple(degree_names(symbol)[note % 12] for note in notes)


def remarks(before: str, old: tuple[int, ...], after: str, new: tuple[int, ...]) -> tuple[str, ...]:
    """What each voice does between two grips (notes low to high), the top voice first, one sentence a voice.

    "7 of Dm7 (C4) falls to 3 of G7 (B3)". Voices are matched from the top, as `leading` counts them.
    """
    if not old or not new:
        return ()
    return tuple(
        _remark(before, low, after, high) for low, high in zip_longest(reversed(old), reversed(new), fillvalue=None)
    )


def _remark(before: str, old: int | None, after: str, new: int | None) -> str:
    if old is None or new is None:
        return f"{_place(after, new)} enters" if new is not None else f"{_place(before, old or 0)} ends"
    way = "stays as" if old == new else "rises to" if new > old else "falls to"
    return f"{_place(before, old)} {way} {_place(after, new)}"


def _place(symbol: str, note: int) -> str:
    degree = degrees(symbol, (note,))[0]
    label = {"1": "root"}.get(degree, degree)
    return f"{label} of {symbol} ({note_names(symbol, (note,))[0]})"
