"""What is found in a take, each thing with its place and its sentence. Knows the words; leaves finding to `judge`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from partimento.music.key import Key
from partimento.music.score import Hand

Kind = Literal["wrong", "missing", "extra", "late", "early", "hand", "loud", "soft", "voicing", "repeat", "stop"]
Detail = Literal["", "octave", "inversion", "scale"]

_STEPS = ("unison", "semitone", "whole tone", "minor third", "major third", "fourth", "tritone", "fifth", "minor sixth",
          "major sixth", "minor seventh", "major seventh")  # fmt: skip


class Finding(Struct, frozen=True, kw_only=True):
    """One thing to know. `expected` and `played` are MIDI numbers, `off_ms` how late (early: below 0) it came.

    `start_beat` counts quarters from 1 through the piece, `beat` from 1 in its bar; `at` is the second in the take
    (None for what was not played). `detail` says more of a kind: a wrong note that is the right one in another octave,
    or part of another inversion.
    """

    bar: int
    beat: float
    start_beat: float
    kind: Kind
    sentence: str
    expected: int | None = None
    played: int | None = None
    hand: Hand | None = None
    at: float | None = None
    off_ms: float | None = None
    detail: Detail = ""


def note_name(midi: int, key: Key) -> str:
    """A MIDI number as players of a key call it: 61 is "Db4" in Ab, "C#4" in A. Middle C is C4."""
    name = key.spell(midi % 12)
    octave = midi // 12 - 1
    shift = name.count("#") - name.count("b")
    letter = (midi - shift) // 12 - 1  # Cb4 is the B below middle C, B#3 the C above it
    return f"{name}{letter if shift else octave}"


def interval(semitones: int) -> str:
    """The size of a move in words: 2 is "a whole tone", 12 "an octave", 14 "an octave and a whole tone"."""
    octaves, rest = divmod(abs(semitones), 12)
    words = [] if not octaves else ["an octave" if octaves == 1 else f"{octaves} octaves"]
    if rest or not octaves:
        words.append(f"a {_STEPS[rest]}")
    return " and ".join(words)


def place(bar: int, beat: float) -> str:
    """Where something is, in words: "bar 3, beat 2.5"."""
    if beat < 1:
        return f"before bar {bar}"
    return f"bar {bar}, beat {beat:.3g}"
