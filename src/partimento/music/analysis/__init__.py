"""What each chord of a progression does in its key, read in order. Leaves numerals to `roman`, reasons to `facts`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.analysis.cadences import FoundCadence, find_cadences
from partimento.music.analysis.chord_scale import ChordScale, chord_scales
from partimento.music.analysis.explain import sentence, spoken
from partimento.music.analysis.facts import (
    MAJOR_LIKE,
    Fact,
    Function,
    Place,
    borrowed_from,
    facts_of,
    suspends_dominant,
)
from partimento.music.analysis.form import FoundForm, find_form
from partimento.music.analysis.lines import Remark, remarks
from partimento.music.analysis.modulation import KeyRegion, Modulation, key_regions, modulations
from partimento.music.chord import Chord
from partimento.music.key import Key, Mode
from partimento.music.key_finding import key_of
from partimento.music.pitch import name
from partimento.music.roman import applied_target, is_diatonic, numeral, place_of, usual_root

# What the chord on each step of a mode does, where it is the mode's own.
_T: Final = "tonic"
_S: Final = "subdominant"
_D: Final = "dominant"
_DIATONIC: Final[dict[Mode, tuple[Function, ...]]] = {
    "major": (_T, _S, _T, _S, _D, _T, _D),
    "lydian": (_T, _S, _T, _S, _D, _T, _D),
    "mixolydian": (_T, _S, _T, _S, _D, _T, _S),
    "minor": (_T, _S, _T, _S, _D, _S, _D),
    "dorian": (_T, _S, _T, _S, _D, _T, _S),
    "phrygian": (_T, _D, _T, _S, _D, _S, _S),
    "locrian": (_T, _D, _T, _S, _S, _S, _S),
}
_MAKES_A_KEY: Final = ("authentic", "two-five-one")
_LEAST_BARS: Final = 8
_RECOLOURED: Final = (
    frozenset({"maj", "7", "aug7", "sus7", "aug", "sus", "5"}),
    frozenset({"min", "min7", "min6", "minmaj7"}),
)


class LocalReading(Struct, frozen=True):
    """What a chord is in the key it stands in, where that is not the key of the whole."""

    key: str
    numeral: str
    function: Function


class ChordReading(Struct, frozen=True):
    """A chord in its key: the canonical symbol, numeral, function, facts, a sentence for a learner, and its scales.

    Numeral and function are told in the key of the whole; where another key holds for a while, `here` tells them in
    that one, and facts, sentence and scales are of that key.
    """

    symbol: str
    numeral: str
    function: Function
    facts: tuple[Fact, ...]
    sentence: str
    scales: tuple[ChordScale, ...] = ()
    here: LocalReading | None = None


class Analysis(Struct, frozen=True):
    """A progression read in one key; `key_given` is False where the key was found from the chords.

    `cadences`, `remarks`, `regions` and `modulations` point to chords by their place, counted from 0; `form` is told
    where the bars are known.
    """

    key: str
    key_given: bool
    chords: tuple[ChordReading, ...]
    cadences: tuple[FoundCadence, ...] = ()
    remarks: tuple[Remark, ...] = ()
    form: FoundForm | None = None
    regions: tuple[KeyRegion, ...] = ()
    modulations: tuple[Modulation, ...] = ()


def analyze(symbols: Sequence[str], key: str | None = None, bars: Sequence[int] | None = None) -> Analysis:
    """Read a progression (a list of symbols, or one string of them): numerals, functions, reasons, scales, cadences.

    Without `key` it is found from the chords. `bars` says in which bar (from 1) each chord begins; bar lines in a
    string say so too. Raises ChordSyntaxError naming the chord that cannot be read, KeySyntaxError, and BadInput where
    there is no chord to find a key from or `bars` do not rise, one a chord.
    """
    if isinstance(symbols, str):
        symbols, barred = chart_of(symbols)
        bars = barred if bars is None else bars
    chords = [Chord.parse(word) for word in symbols]
    home = key_of(chords) if key is None else Key.parse(key)
    if bars is not None:
        check_bars(bars, len(chords))
    regions = _established(chords, key_regions(chords, home), home)
    changes = modulations(chords, regions)
    keys = [region.key for region in regions for _ in range(region.start, region.end)]
    return Analysis(
        home.symbol,
        key is not None,
        _with_pivots(read_chords(chords, home, keys), changes),
        find_cadences(chords, keys, bars),
        remarks(chords),
        None if bars is None else _form(chords, home, bars),
        regions,
        changes,
    )


def chart_of(text: str) -> tuple[list[str], list[int] | None]:
    """The symbols of a chart and the bar (from 1) of each: "| Dm7 G7 | Cmaj7 | % |"; no bars without bar lines.

    A % alone repeats the bar before it; beside a chord it holds it.
    """
    if "|" not in text:
        return text.split(), None
    words: list[str] = []
    bars: list[int] = []
    symbols: list[str] = []
    for bar, content in enumerate(text.strip().strip("|").replace("||", "|").split("|"), 1):
        symbols = symbols if content.strip() == "%" else [word for word in content.split() if word != "%"]
        words += symbols
        bars += [bar] * len(symbols)
    return words, bars


def check_bars(bars: Sequence[int], chords: int) -> None:
    """Raises BadInput where there is not one bar for each chord, or they do not count up from 1."""
    if len(bars) != chords or any(one > other for one, other in pairwise([1, *bars])):
        raise BadInput(
            "the bars do not fit the chords",
            why="each chord begins in one bar, and bars count up from 1",
            mend="give one bar number for each chord, or write bar lines: | Dm7 G7 | Cmaj7 |",
        )


def _form(chords: Sequence[Chord], key: Key, bars: Sequence[int]) -> FoundForm | None:
    if not chords or bars[-1] < _LEAST_BARS:
        return None
    rows: list[list[Chord]] = [[] for _ in range(bars[-1])]
    for chord, bar in zip(chords, bars, strict=True):
        rows[bar - 1].append(chord)
    return find_form(rows, key)


def read_chords(chords: Sequence[Chord], home: Key, keys: Sequence[Key]) -> tuple[ChordReading, ...]:
    """Each chord in the key of the whole and in the key it stands in, judged by the last and the next that differ."""
    afters = _neighbours(chords)
    befores = [None if at is None else len(chords) - 1 - at for at in reversed(_neighbours(chords[::-1]))]
    readings = []
    for at, (chord, key) in enumerate(zip(chords, keys, strict=True)):
        after = afters[at]
        beyond = None if after is None else afters[after]
        around = [None if place is None else chords[place].symbol for place in (befores[at], after, beyond)]
        reading = _read(chord.symbol, home, *around)
        readings.append(reading if key == home else _moved(reading, key, _read(chord.symbol, key, *around)))
    return tuple(readings)


def _moved(reading: ChordReading, key: Key, local: ChordReading) -> ChordReading:
    told = f"In {spoken(key)}, {local.sentence}" if local.function != "none" else local.sentence
    here = LocalReading(key.symbol, local.numeral, local.function)
    return ChordReading(reading.symbol, reading.numeral, reading.function, local.facts, told, local.scales, here)


def _established(chords: Sequence[Chord], regions: Sequence[KeyRegion], home: Key) -> tuple[KeyRegion, ...]:
    """The regions a learner would be told of: home, and keys that a cadence makes; all else is a colour of the last.

    A key whose tonic chord is foreign to home takes a cadence and three chords, one on a step of home six. A mode is
    not left for a key of the same notes.
    """
    kept: list[KeyRegion] = []
    for region in regions:
        key = region.key
        stretch = chords[region.start : region.end]
        tonic = Chord.parse(name(key.tonic) + ("m" if key.is_minor else ""))
        least = 6 if is_diatonic(tonic, home) else 3
        sounds = sum(one != other for one, other in pairwise([None, *stretch]))
        closes = any(cadence.kind in _MAKES_A_KEY for cadence in find_cadences(stretch, key))
        known = key == home or (sounds >= least and closes and set(key.scale) != _notes_of_mode(home))
        key = key if known else kept[-1].key if kept else home
        if kept and kept[-1].key == key:
            kept[-1] = KeyRegion(key, kept[-1].start, region.end)
        else:
            kept.append(KeyRegion(key, region.start, region.end))
    return tuple(kept)


def _notes_of_mode(key: Key) -> set[int]:
    return set() if key.mode in ("major", "minor") else set(key.scale)


def _with_pivots(readings: tuple[ChordReading, ...], changes: Sequence[Modulation]) -> tuple[ChordReading, ...]:
    """The readings with a fact more where a chord belongs to the key that is left and to the one that is reached."""
    turned = list(readings)
    for change in changes:
        if change.pivot is not None:
            about = f"{change.pivot_before} in {change.before.symbol}, {change.pivot_after} in {change.after.symbol}"
            pivot = turned[change.pivot]
            turned[change.pivot] = msgspec.structs.replace(pivot, facts=(Fact("pivot", about), *pivot.facts))
    return tuple(turned)


def _neighbours(chords: Sequence[Chord]) -> list[int | None]:
    """For each chord the place of the next one that is not it held, repeated or recoloured (G7sus4 before G7)."""
    following: list[int | None] = [None] * len(chords)
    for at in range(len(chords) - 2, -1, -1):
        place: int | None = at + 1
        while place is not None and _continues(chords[at], chords[place]):
            place = following[place]
        following[at] = place
    return following


def _continues(chord: Chord, other: Chord) -> bool:
    if other.root is None or chord.root is None:
        return other.root is None and chord.root is not None
    if chord.root != other.root:
        return False
    at_rest = chord.bass == other.bass or chord.quality in ("7", "aug7", "sus7")  # a dominant may change its bass
    return chord == other or (at_rest and any({chord.quality, other.quality} <= kind for kind in _RECOLOURED))


@lru_cache(maxsize=16384)
def _read(symbol: str, key: Key, before: str | None, after: str | None, beyond: str | None) -> ChordReading:
    chord = Chord.parse(symbol)
    last, following, further = (None if word is None else Chord.parse(word) for word in (before, after, beyond))
    text = numeral(chord, key, following)
    function = function_of(chord, key, following)
    place = Place(chord, key, function, last, following, further)
    facts = facts_of(place)
    scales = chord_scales(chord, key, function, following)
    return ChordReading(chord.symbol, text, function, facts, sentence(place, text, facts), scales)


def function_of(chord: Chord, key: Key, following: Chord | None = None) -> Function:
    """What a chord does in a key; a dominant is judged by the chord it leads to. "none" for N.C."""
    if chord.root_fifths is None:
        return "none"
    root = usual_root(key, chord.root_fifths, chord.quality in ("dim", "dim7", "hdim7"))
    signs, roman = place_of(key, root)
    major_like = chord.quality in MAJOR_LIKE
    if (signs + roman == "V" and major_like) or suspends_dominant(chord, key):
        return "dominant"
    if applied_target(chord, key, following) is not None:
        return "applied dominant" if major_like else "subdominant"
    if is_diatonic(chord, key):
        return _DIATONIC[key.mode][key.step_of(root)[0]]
    if chord.quality in ("dim", "dim7"):
        return "dominant" if signs + roman == "VII" else "passing"
    if _substitutes(chord, key, following):
        return "substitute dominant"
    return _by_colour(chord, key, signs + roman, major_like)


def _by_colour(chord: Chord, key: Key, step: str, major_like: bool) -> Function:
    """A chord on a step of the key with notes from outside: coloured (I7, IV7 of the blues), borrowed, or neither."""
    if step == "I" and major_like != key.is_minor:
        return "tonic"
    if step == "IV" and major_like and not key.is_minor:
        return "subdominant"
    return "borrowed" if borrowed_from(chord, key) is not None else "chromatic"


def _substitutes(chord: Chord, key: Key, following: Chord | None) -> bool:
    """A dominant seventh a semitone above its goal: the tonic where nothing follows."""
    if chord.quality not in ("7", "aug7") or chord.root is None:
        return False
    goal = key.pc if following is None else following.root
    return goal is not None and (chord.root - goal) % 12 == 1
