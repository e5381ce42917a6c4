"""Why a chord stands where it does: the theory engine's reading of a piece, put together for one chord. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from partimento.core.errors import ChordSyntaxError
from partimento.music.analysis import Analysis, analyze
from partimento.music.analysis.cadences import FoundCadence
from partimento.music.analysis.chord_scale import ChordScale
from partimento.music.chord import Chord
from partimento.music.pitch import fifths, pitch_class
from partimento.music.score import PlacedChord
from partimento.music.voicing.tones import degree_names
from partimento.web.studio.keyboard import Keyboard, keyboard
from partimento.web.studio.signs import Symbol, degree_of, key_of, note_of, numeral_of, symbol_of

_LETTERS: Final = tuple("ABCDEFG")
_NUMERAL: Final = re.compile(r"[b#]*(?:[IV]+|[iv]+)(?:[oø+]?7?|\S*[b#]\S*|\S*\d\S*)(?:/\S+)?")
_CALLED: Final = {"1": "root", "3": "third", "5": "fifth", "7": "seventh", "2": "second", "4": "fourth", "6": "sixth"}


class Tone(Struct, frozen=True):
    """A note of a chord and what it is there: "C", "third"."""

    note: str
    degree: str


class ScaleTold(Struct, frozen=True):
    """A scale over a chord, in words and signs."""

    name: str
    notes: tuple[str, ...]
    tensions: tuple[str, ...]
    avoid: tuple[str, ...]
    reason: str


class Why(Struct, frozen=True, kw_only=True):
    """All there is to say of one chord. `number` counts from 1, `here` is its reading in a passing key."""

    number: int
    of: int
    bar: int
    beat: float
    symbol: Symbol
    roman: str
    function: str
    reason: str
    here: str
    also: tuple[str, ...]
    tones: tuple[Tone, ...]
    scales: tuple[ScaleTold, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    keyboard: Keyboard


@lru_cache(maxsize=64)
def analysis_of(symbols: tuple[str, ...], key: str, bars: tuple[int, ...]) -> Analysis:
    """The reading of a whole piece."""
    return analyze(symbols, key, bars)


def reading_of(chords: Sequence[PlacedChord], key: str) -> Analysis:
    """The same, of placed chords."""
    return analysis_of(tuple(one.symbol for one in chords), key, tuple(one.bar for one in chords))


def sentences(read: Analysis) -> list[str]:
    """A sentence for each chord."""
    return [signed(chord.sentence) for chord in read.chords]


def why(chords: Sequence[PlacedChord], read: Analysis, number: int) -> Why:
    """What there is to say of the chord of that number, from 1."""
    at = number - 1
    placed, told = chords[at], read.chords[at]
    here = told.here
    return Why(
        number=number,
        of=len(chords),
        bar=placed.bar,
        beat=placed.beat,
        symbol=symbol_of(placed.symbol),
        roman=numeral_of(placed.roman),
        function="silence" if placed.function == "none" else placed.function,
        reason=signed(told.sentence),
        here="" if here is None else f"{numeral_of(here.numeral)} in {key_of(here.key)}, {here.function} there",
        also=tuple(_also(read, at)),
        tones=tones_of(placed.symbol),
        scales=tuple(_scale(scale) for scale in told.scales[:2]),
        left=note_names(placed.left_hand, placed.symbol),
        right=note_names(placed.right_hand, placed.symbol),
        keyboard=keyboard(placed.left_hand, placed.right_hand),
    )


def tones_of(symbol: str) -> tuple[Tone, ...]:
    """The notes of a chord in stacking order, a foreign bass first."""
    chord = Chord.parse(symbol)
    names = degree_names(symbol)
    tones = [Tone(note_of(note), _called(names[pitch_class(fifths(note))])) for note in chord.notes]
    if chord.bass is not None and names.get(chord.bass) == "bass" and chord.bass_fifths is not None:
        tones.insert(0, Tone(note_of(symbol.rpartition("/")[2]), "bass"))
    return tuple(tones)


def note_names(notes: Sequence[int], symbol: str) -> tuple[str, ...]:
    """MIDI numbers as names with octaves, spelled as the chord spells them: (60, 63) over Ab → ("C4", "E♭4")."""
    chord = Chord.parse(symbol)
    spelled = {pitch_class(fifths(note)): note for note in chord.notes}
    bass = symbol.rpartition("/")[2]
    if chord.is_slash and chord.bass is not None and chord.bass not in spelled:
        spelled[chord.bass] = bass
    return tuple(_placed(midi, spelled.get(midi % 12, "")) for midi in notes)


def _placed(midi: int, name: str) -> str:
    if not name:
        return str(midi)
    shift = name.count("#") - name.count("b")
    return f"{note_of(name)}{(midi - shift) // 12 - 1}"


def _called(degree: str) -> str:
    return _CALLED.get(degree, degree_of(degree))


def _also(read: Analysis, at: int) -> Iterator[str]:
    """The cadence that arrives here, a change of key, the lines that run through."""
    for cadence in read.cadences:
        if cadence.at == at:
            yield _cadence(cadence)
    for change in read.modulations:
        if at in (change.at, change.pivot):
            yield signed(change.sentence)
    for remark in read.remarks:
        if remark.start <= at <= remark.end:
            yield signed(remark.sentence)


def _cadence(cadence: FoundCadence) -> str:
    article = "An" if cadence.kind[0] in "aeiou" else "A"
    return f"{article} {cadence.kind.replace('two-five-one', '2-5-1')} cadence arrives here ({cadence.strength})."


def _scale(scale: ChordScale) -> ScaleTold:
    tonic, _, kind = scale.scale.partition(" ")
    return ScaleTold(
        f"{note_of(tonic)} {kind}",
        tuple(map(note_of, scale.notes)),
        tuple(map(degree_of, scale.tensions)),
        tuple(map(note_of, scale.avoid)),
        scale.reason,
    )


def signed(sentence: str) -> str:
    """A sentence of the engine's with the signs that the sheet has."""
    return " ".join(_word(word) for word in sentence.split(" "))


def _word(word: str) -> str:
    bare = word.strip("(),.;:")
    if bare[:1] in _LETTERS and set("b#") & set(bare):
        try:
            return word.replace(bare, str(symbol_of(Chord.parse(bare).symbol)))
        except ChordSyntaxError:
            return word
    return word.replace(bare, numeral_of(bare)) if bare and _NUMERAL.fullmatch(bare) else word
