"""What each chord of a progression does in its key, read in order. Leaves numerals to `roman`, reasons to `facts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.explain import sentence
from partimento.music.facts import Fact, Function, borrowed_from, facts_of
from partimento.music.key import Key
from partimento.music.key_finding import key_of
from partimento.music.roman import applied_target, is_diatonic, numeral, place_of, usual_root

_DIATONIC: Final[dict[bool, tuple[Function, ...]]] = {
    False: ("tonic", "subdominant", "tonic", "subdominant", "dominant", "tonic", "dominant"),
    True: ("tonic", "subdominant", "tonic", "subdominant", "dominant", "subdominant", "dominant"),
}
_MAJOR_LIKE: Final = ("maj", "maj7", "6", "7", "aug", "aug7", "sus", "sus7", "5")


class ChordReading(Struct, frozen=True):
    """A chord in its key: the canonical symbol, numeral, function, facts, and a sentence for a learner."""

    symbol: str
    numeral: str
    function: Function
    facts: tuple[Fact, ...]
    sentence: str


class Analysis(Struct, frozen=True):
    """A progression read in one key; `key_given` is False where the key was found from the chords."""

    key: str
    key_given: bool
    chords: tuple[ChordReading, ...]


def analyze(symbols: Sequence[str], key: str | None = None) -> Analysis:
    """Read a progression (a list of symbols, or one string of them): numerals, functions and reasons.

    Without `key` it is found from the chords. Raises ChordSyntaxError naming the chord that cannot be read,
    KeySyntaxError, and BadInput where there is no chord to find a key from.
    """
    words = symbols.replace("|", " ").split() if isinstance(symbols, str) else symbols
    chords = [Chord.parse(word) for word in words]
    home = key_of(chords) if key is None else Key.parse(key)
    around = zip([None, *chords], chords, [*chords[1:], None], strict=False)
    readings = tuple(_read(chord, home, before, after) for before, chord, after in around)
    return Analysis(home.symbol, key is not None, readings)


def _read(chord: Chord, key: Key, before: Chord | None, after: Chord | None) -> ChordReading:
    text = numeral(chord, key, after)
    function = function_of(chord, key, after)
    facts = facts_of(chord, key, function, before, after)
    return ChordReading(chord.symbol, text, function, facts, sentence(chord, key, text, function, facts, after))


def function_of(chord: Chord, key: Key, following: Chord | None = None) -> Function:
    """What a chord does in a key; a dominant is judged by the chord it leads to. "none" for N.C."""
    if chord.root_fifths is None:
        return "none"
    root = usual_root(key, chord.root_fifths, chord.quality in ("dim", "dim7", "hdim7"))
    signs, roman = place_of(key, root)
    major_like = chord.quality in _MAJOR_LIKE
    if signs + roman == "V" and major_like:
        return "dominant"
    if applied_target(chord, key, following) is not None:
        return "applied dominant" if major_like else "subdominant"
    if is_diatonic(chord, key):
        return _DIATONIC[key.is_minor][key.step_of(root)[0]]
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
