"""What a look-up answers, as values: notes, formula, scales that fit, where it is found, grips. Derives nothing."""

from __future__ import annotations

from msgspec import Struct

from partimento.music.voicing.reach import Kind


class FoundIn(Struct, frozen=True):
    """A chord in a key: its symbol there, and its numeral."""

    key: str
    numeral: str
    symbol: str


class FittingScale(Struct, frozen=True):
    """A scale that holds every tone of a chord, with its notes from the tonic up."""

    scale: str
    notes: tuple[str, ...]


class Turned(Struct, frozen=True):
    """A chord with another of its notes in the bass: "first", "C/E", E G C."""

    name: str
    symbol: str
    notes: tuple[str, ...]


class Grasp(Struct, frozen=True):
    """A way to play a chord: MIDI numbers of each hand, low to high, and the notes' names."""

    symbol: str
    kind: Kind
    left: tuple[int, ...]
    right: tuple[int, ...]
    notes: tuple[str, ...]


class Values(Struct, frozen=True, kw_only=True):
    """What is known of a thing beyond words; what does not apply is empty.

    `degrees` are counted from the root or tonic ("b3"), `intervals` are their names above it, `semitones` their
    distances (0 first). `chords`: of a key or scale, those on its steps; of a concept, its own. `found_in`: the keys a
    chord belongs to; of a scale or an interval the chords it lies over or stands in (key and numeral empty).
    `parent`: the scale a mode is drawn from; `modes`: the others drawn from it.
    """

    notes: tuple[str, ...] = ()
    degrees: tuple[str, ...] = ()
    intervals: tuple[str, ...] = ()
    semitones: tuple[int, ...] = ()
    formula: str = ""
    function: str = ""
    signature: int | None = None
    chords: tuple[FoundIn, ...] = ()
    found_in: tuple[FoundIn, ...] = ()
    scales: tuple[FittingScale, ...] = ()
    inversions: tuple[Turned, ...] = ()
    voicings: tuple[Grasp, ...] = ()
    parent: str = ""
    modes: tuple[str, ...] = ()
    relative: str = ""
    parallel: str = ""
    neighbours: tuple[str, ...] = ()


class Page(Struct, frozen=True, kw_only=True):
    """One thing explained. `related`: ids of concepts that teach it or lead on from it."""

    title: str
    summary: str
    facts: tuple[str, ...]
    values: Values = Values()
    related: tuple[str, ...] = ()
