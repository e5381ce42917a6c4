"""Whether an offered answer says what the engine found: chords, notes, numerals, scales, keys, counts, words compared.

Each `…_fit` takes what is true and gives a test of one option: 3 the same as written, 2 the same sound in another
spelling, 1 the same kind without its colour, 0 something else or unreadable. Finds nothing out by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Final

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.interval import interval, semitones
from partimento.music.key import Key
from partimento.music.pitch import fifths, pitch_class
from partimento.music.roman import chord_of
from partimento.music.scale import Scale, kind_of

Fit = Callable[[str], int]


class Finding(Struct, frozen=True):
    """What the engine found: the test of an option, and the answer with its reason in a sentence."""

    fit: Fit
    reason: str


Reader = Callable[[re.Match[str]], Finding]
Forms = list[tuple[str, Reader]]

SAME: Final = 3
SOUND: Final = 2
KIND: Final = 1
ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
WHAT: Final = r"(?:what|which)"
KEY_OF: Final = r"(?:the )?(?:key of )?"
IN_KEY: Final = rf"(?: in {KEY_OF}<key>)?"
_NOTE: Final = re.compile(r"[A-G](?:##|bb|[#bx♯♭𝄪𝄫])?(?![A-Za-z])")
_NUMBER_WORDS: Final = "zero one two three four five six seven eight nine ten eleven twelve".split()


# What stands for a note, key, chord, numeral … in the patterns of questions; words around them are in lower case.
_PARTS: Final = {
    "note": r"[A-G](?:##|bb|[#bx])?",
    "key": r"[A-G](?:##|bb|[#b])?(?:m\b| (?i:major|minor|dorian|phrygian|lydian|mixolydian|locrian|aeolian|ionian)\b)?",
    "chord": r"[A-G][^\s?,]*",
    "chords": r"[A-G][^\s?,]*(?:(?:[\s,|>→-]|to|and|then|resolving|moving)+[A-G][^\s?,]*)+",
    "phrase": r"[A-G](?:##|bb|[#b])?(?:[ -]?[^?]+?)?",
    "numeral": r"[b#]*(?:[iv]+|[IV]+)[^\s?,]*",
    "numerals": r"[b#]*(?:[iv]+|[IV]+)[^\s?,-]*(?:(?:[\s,–-]|to|and)+[b#]*(?:[iv]+|[IV]+)[^\s?,-]*)+",
    "notes": r"[A-G][#b]*(?:(?:[\s,-]|and)+[A-G][#b]*(?![a-z]))+",
    "nth": r"(?:first|second|third|fourth|fifth|sixth|seventh|[1-7](?:st|nd|rd|th))",
    "interval": r"[A-Za-z0-9 -]+?",
}  # fmt: skip


def asked(into: Forms, *forms: str) -> Callable[[Reader], Reader]:
    """Says of a reader which forms of question it reads, in the order of trying them."""

    def register(reader: Reader) -> Reader:
        into.extend((form, reader) for form in forms)
        return reader

    return register


@cache
def pattern(form: str) -> re.Pattern[str]:
    """A form of question as a pattern: `<key>` stands for a key and captures it as that, `<note:low>` as `low`."""

    def part(found: re.Match[str]) -> str:
        return f"(?P<{found[2] or found[1]}>{_PARTS[found[1]]})"

    return re.compile(re.sub(r"(?<!P)<(\w+)(?::(\w+))?>", part, form))


def nth(word: str) -> int:
    """The number (from 0) an ordinal means: "third" and "3rd" are 2."""
    return int(word[0]) - 1 if word[0].isdigit() else ORDINALS.index(word)


def spelled(text: str) -> str:
    """A text with its spoken accidentals as signs: "E flat" and "E-flat" as "Eb"."""
    text = text.replace("♭", "b").replace("♯", "#").replace("–", "-").replace("’", "'")
    signs = {"flat": "b", "sharp": "#"}
    return re.sub(
        r"\b([A-Ga-g])(?:[ -](double)[ -]?|[ -])(flat|sharp)\b",
        lambda found: found[1].upper() + signs[found[3]] * (2 if found[2] else 1),
        text,
    )


def notes_in(text: str) -> list[int]:
    """The note names of a text in order, as fifths: "C, E and G" or "C-E-G"."""
    return [fifths(name) for name in _NOTE.findall(spelled(text).replace("-", " "))]


def _tried(read: Callable[[str], int]) -> Fit:
    def fit(option: str) -> int:
        try:
            return read(spelled(option).strip().rstrip("."))
        except PartimentoError:
            return 0

    return fit


def chord_fit(wanted: Chord) -> Fit:
    """The option names this chord; its class (A7 for A7b9) or an extension (G7 for G) fits in kind."""

    def read(option: str) -> int:
        return _chords(chord_named(option), wanted)

    return _tried(read)


def chord_named(words: str) -> Chord:
    """The chord of a symbol or of words: "Dm7", "G major", "a D minor seventh chord". Raises ChordSyntaxError."""
    return Chord.parse(_without_words(words))


def _without_words(option: str) -> str:
    text = re.sub(r"^(?:an?|the) | chord$", "", option.strip())
    for word, sign in (
        (r" ?half[- ]diminished(?: (?:seventh|7th|7))?", "m7b5"), (r" ?diminished (?:seventh|7th|7)", "dim7"),
        (r" ?dominant (?:seventh|7th|7)", "7"), (r" ?major (?:seventh|7th|7)", "maj7"),
        (r" ?minor (?:seventh|7th|7)", "m7"), (r" ?diminished(?: triad)?", "dim"), (r" ?augmented(?: triad)?", "aug"),
        (r" ?minor(?: triad)?", "m"), (r" ?major(?: triad)?", ""), (r" (?:seventh|7th)", "7"),
    ):  # fmt: skip
        replaced = re.sub(rf"(?<=[A-G#b]){word}$", sign, text)
        if replaced != text:
            return replaced
    return text


def _chords(found: Chord, wanted: Chord) -> int:
    if found.root != wanted.root or found.bass != wanted.bass:
        return 0
    if found.intervals == wanted.intervals:
        return SAME if found.root_fifths == wanted.root_fifths else SOUND
    extended = {*wanted.degrees} <= {*found.degrees}
    return KIND if found.quality == wanted.quality or extended else 0


def chords_fit(wanted: Sequence[Chord]) -> Fit:
    """The option is this row of chords."""

    def read(option: str) -> int:
        found = [Chord.parse(word) for word in re.split(r"[\s,|>→-]+(?=[A-G])", option.strip("| "))]
        if len(found) != len(wanted):
            return 0
        return min(_chords(one, other) for one, other in zip(found, wanted, strict=True))

    return _tried(read)


def numeral_fit(wanted: Chord, key: Key) -> Fit:
    """The option is a numeral that means this chord in the key."""
    return _tried(lambda option: _chords(chord_of(option, key), wanted))


def note_fit(wanted: int) -> Fit:
    """The option is this note."""

    def read(option: str) -> int:
        found = notes_in(option)
        if len(found) != 1 or pitch_class(found[0]) != pitch_class(wanted):
            return 0
        return SAME if found[0] == wanted else SOUND

    return _tried(read)


def notes_fit(wanted: Iterable[int], ordered: bool = False) -> Fit:
    """The option lists exactly these notes."""
    notes = list(wanted)

    def read(option: str) -> int:
        found = notes_in(option)
        if found and len(found) == len(notes) + 1 and found[-1] == found[0]:  # a scale written to its octave
            found.pop()
        if found == notes or (not ordered and sorted(found) == sorted(notes)):
            return SAME
        return SOUND if {pitch_class(note) for note in found} == {pitch_class(note) for note in notes} else 0

    return _tried(read)


def scale_fit(wanted: Scale) -> Fit:
    """The option names this scale, on its tonic, or by its kind alone."""

    def read(option: str) -> int:
        try:
            found = Scale.parse(option)
        except PartimentoError:
            return SOUND if kind_of(option) == wanted.kind else 0
        if found.kind != wanted.kind or pitch_class(found.tonic) != pitch_class(wanted.tonic):
            return 0
        return SAME if found.tonic == wanted.tonic else SOUND

    return _tried(read)


def key_fit(wanted: Key) -> Fit:
    """The option is this key; a bare note is a major key, or the tonic where the mode is understood."""

    def read(option: str) -> int:
        text = re.sub(r"^(?:the )?key of ", "", option).removesuffix(" scale")
        found = Key.parse(text)
        if found.pc != wanted.pc or (found.mode != wanted.mode and len(text) > 2):
            return 0
        return KIND if found.mode != wanted.mode else SAME if found.tonic == wanted.tonic else SOUND

    return _tried(read)


def interval_fit(wanted: int) -> Fit:
    """The option names this interval (in fifths)."""

    def read(option: str) -> int:
        found = interval(option)
        return SAME if found == wanted else SOUND if semitones(found) == semitones(wanted) else 0

    return _tried(read)


def count_fit(wanted: int) -> Fit:
    """The option is this number, in figures or words; "no" and "none" are 0."""

    def fit(option: str) -> int:
        found = re.search(r"\d+", option)
        words = re.findall(r"[a-z]+", option.lower())
        said = [_NUMBER_WORDS.index(word) for word in words if word in _NUMBER_WORDS]
        said += [0] if {"no", "none"} & set(words) else []
        return SAME if (int(found[0]) if found else said[0] if said else -1) == wanted else 0

    return fit


def word_fit(*wanted: str) -> Fit:
    """The option is one of these words or holds one as its head: "authentic" in "an authentic cadence"."""
    best = [word.lower() for word in wanted]

    def fit(option: str) -> int:
        text = option.lower().strip().rstrip(".").replace("-", " ")
        exact = [re.sub(r"-", " ", word) for word in best]
        if text in exact:
            return SAME
        return SOUND if any(re.search(rf"\b{re.escape(word)}\b", text) for word in exact) else 0

    return fit
