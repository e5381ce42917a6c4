"""A progression explained. Knows the shape that doors show; leaves the reading to `music.analysis`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from partimento.music.analysis import Analysis, ChordReading
from partimento.music.analysis.cadences import FoundCadence
from partimento.music.analysis.form import FoundForm
from partimento.music.analysis.lines import Remark
from partimento.music.analysis.modulation import Modulation, ModulationKind
from partimento.music.reharmonization.suggestion import Suggestion


class KeyStretch(Struct, frozen=True):
    """A key and the chords it holds for: from `start` up to and without `end`, counted from 0."""

    key: str
    start: int
    end: int


class KeyChange(Struct, frozen=True):
    """A change of key at the chord `at`; `pivot` is the place of a chord of both keys, with its numeral in each."""

    at: int
    before: str
    after: str
    pivot: int | None
    pivot_before: str
    pivot_after: str
    kind: ModulationKind
    sentence: str


class Substitution(Struct, frozen=True):
    """What could stand for the chords from `start` up to and without `end`, counted from 0, and why; `level` 1–10."""

    start: int
    end: int
    device: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    numerals: tuple[str, ...]
    level: int
    reason: str


class TheoryAnalysis(Struct, frozen=True):
    """The key (found from the chords where `key_given` is False), and each chord's reading with its scales; numerals
    and functions also as plain lists, chord by chord.

    `cadences`, the voice-leading `remarks`, `keys`, `modulations` and `substitutions` point to chords by their place,
    from 0; `form` is told where the bars are known.
    """

    key: str
    key_given: bool
    numerals: tuple[str, ...]
    functions: tuple[str, ...]
    chords: tuple[ChordReading, ...]
    cadences: tuple[FoundCadence, ...] = ()
    remarks: tuple[Remark, ...] = ()
    form: FoundForm | None = None
    keys: tuple[KeyStretch, ...] = ()
    modulations: tuple[KeyChange, ...] = ()
    substitutions: tuple[Substitution, ...] = ()


def shown(analysis: Analysis, suggestions: Sequence[Suggestion] = ()) -> TheoryAnalysis:
    """The analysis as doors show it."""
    return TheoryAnalysis(
        analysis.key,
        analysis.key_given,
        tuple(reading.numeral for reading in analysis.chords),
        tuple(reading.function for reading in analysis.chords),
        analysis.chords,
        analysis.cadences,
        analysis.remarks,
        analysis.form,
        tuple(KeyStretch(region.key.symbol, region.start, region.end) for region in analysis.regions),
        tuple(_told(change) for change in analysis.modulations),
        tuple(
            Substitution(one.first, one.last, one.device, one.before, one.after, one.numerals, one.level, one.reason)
            for one in suggestions
        ),
    )


def _told(change: Modulation) -> KeyChange:
    return KeyChange(
        change.at,
        change.before.symbol,
        change.after.symbol,
        change.pivot,
        change.pivot_before,
        change.pivot_after,
        change.kind,
        change.sentence,
    )
