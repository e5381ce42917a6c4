"""The named things in a sentence (note, chord, key, scale, numeral, interval …) and what each may stand for.

One written name may be several things: "C" is a note, a major chord or a major key. Finding names in text is
`tagging`'s; what is said about them is for the families of claims.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.interval import interval
from partimento.music.key import Key
from partimento.music.pitch import fifths
from partimento.music.quiz.options import chord_named
from partimento.music.scale import Scale, kind_of, scale_of, scale_on

# One letter a kind of name; a class of the patterns is the letters it accepts.
CLASSES: Final = {
    "note": "n", "chord": "nmac", "sure_chord": "mac", "symbol": "ac", "key": "nmaks", "scale": "smk",
    "any_scale": "smkn",
    "numeral": "re", "degree": "oe", "interval": "i", "whole": "acsmkn", "pattern": "p", "notes": "Nn",
    "list": "N", "chords": "LN",
    "numerals": "RD",
    "formula": "D", "signature": "g", "semitones": "h", "inversion": "v", "cadence": "z", "kind": "t", "quality": "q",
    "count": "d", "function": "f", "meter": "x", "value": "y",
}  # fmt: skip
NUMBERS: Final = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()
_ORDINALS: Final = {
    word: number
    for number, words in {
        1: "root first 1st tonic one", 2: "second 2nd two", 3: "third 3rd three", 4: "fourth 4th four",
        5: "fifth 5th five", 6: "sixth 6th six", 7: "seventh 7th seven", 8: "octave eighth 8th", 9: "ninth 9th nine",
        10: "tenth 10th", 11: "eleventh 11th eleven", 13: "thirteenth 13th thirteen",
    }.items()
    for word in words.split()
}  # fmt: skip


class Entity(Struct, frozen=True):
    """A named thing: its letter (see CLASSES), its place in the text, its text, and the items of a list."""

    letter: str
    start: int
    end: int
    text: str
    items: tuple[Entity, ...] = ()
    may_be_article: bool = False

    @property
    def place(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def note(self) -> int | None:
        return note_of(self.text) if self.letter == "n" else None

    @property
    def notes(self) -> tuple[int, ...] | None:
        """The notes of a list, or the one note, as fifths."""
        found = tuple(item.note for item in self.items) if self.items else (self.note,)
        return None if None in found else tuple(note for note in found if note is not None)

    @property
    def chord(self) -> Chord | None:
        return chord_of_words(self.text) if self.letter in CLASSES["chord"] else None

    @property
    def chords(self) -> tuple[Chord, ...] | None:
        found = [item.chord for item in self.items]
        return None if None in found else tuple(chord for chord in found if chord is not None)

    @property
    def key(self) -> Key | None:
        return key_of_words(self.text)

    @property
    def scale(self) -> Scale | None:
        return scale_of_words(self.text)

    @property
    def number(self) -> int:
        """The count, degree or number of semitones a name tells; -1 where none."""
        return number_of(self.text)


def sign_spelled(text: str) -> str:
    """Spoken accidentals as signs: "B flat" and "B-flat" as "Bb"."""
    text = re.sub(r"[ -]double[ -](sharp|flat)", r"-\1-\1", text)
    text = re.sub(r"(?<=[A-G])[ -](sharp|flat)(?:-(?:sharp|flat))?(?![a-z])", _signs, text)
    return re.sub(r"(?<=[A-G])[ -]natural(?! minor)|♮", "", text)


def _signs(found: re.Match[str]) -> str:
    return ("#" if found[1] == "sharp" else "b") * found[0].count(found[1])


@lru_cache(maxsize=4096)
def note_of(text: str) -> int | None:
    try:
        return fifths(sign_spelled(text))
    except PartimentoError:
        return None


# Words for a chord's kind, in the order of reading them; numbers are told in figures by then. What has been read is
# written in capitals, out of reach of the words after it.
_WORDY: Final = (
    (r"minor major(?: 7)?|mmaj7?", "MMAJ7"), (r"half ?dim(?:inished)?(?: 7)?", "M7B5"),
    (r"(?:fully )?dim(?:inished)? ?7", "DIM7"), (r"dom(?:inant)? ?(9|11|13)", r"\1"),
    (r"dom(?:inant)?(?: ?7)?", "7"), (r"(?:major|maj) ?(7|9|13)", r"MAJ\1"), (r"(?:minor|min) ?(7|9|11|6)", r"M\1"),
    (r"(?:major|maj) ?6", "6"), (r"6 9", "69"),
    (r"(?:fully )?diminished|dim", "DIM"), (r"augmented 7", "7#5"), (r"augmented|aug", "AUG"),
    (r"minor|min|moll", "M"), (r"major|maj|dur", ""),
    (r"sus(?:pended)? ?(2|4)", r"SUS\1"), (r"sus(?:pended)?", "SUS4"),
    (r"m7b5", "M7B5"), (r"(?:with an? )?add(?:ed)? ?(?=\d)", "ADD"), (r"power", "5"), (r"altered", "ALT"),
    (r"(?:with an? )?flat ?(?=\d)", "B"), (r"(?:with an? )?sharp ?(?=\d)", "#"),
)  # fmt: skip
_WORDY_FORMS: Final = tuple((re.compile(rf"(?<![a-z])(?:{words})(?![a-z])"), sign) for words, sign in _WORDY)
_FIGURES: Final = {
    "sixth": "6", "seventh": "7", "ninth": "9", "eleventh": "11", "thirteenth": "13", "fourth": "4", "second": "2",
    "fifth": "5", "six": "6", "seven": "7", "nine": "9", "eleven": "11", "thirteen": "13", "four": "4", "two": "2",
    "five": "5",
}  # fmt: skip
_FIGURE_FORM: Final = re.compile(rf"\b(?:({'|'.join(_FIGURES)})|(\d+)(?:th|nd))\b")
_ROOT: Final = re.compile(r"[A-G](?:##|bb|[#b])?")
_ROOTED_ON: Final = re.compile(
    r"(?P<kind>.+?)(?: (?:chord|triad|scale|mode))?(?:,? (?:that is |that's )?(?:built|rooted|based|starting|beginning"
    r"|started|formed|constructed|stacked|stands|standing))?(?: up)?"
    r" (?:on|from|off|upon|above|over|in|of)(?: top of)?(?: the)?(?: note| root| tonic| pitch)?"
    r" (?P<root>[A-G](?:##|bb|[#b])?)"
)


def rooted_first(text: str) -> str:
    """A kind told before its root ("minor triad built on F") with the root first ("F minor triad")."""
    found = _ROOTED_ON.fullmatch(text)
    return text if found is None or "key" in found["kind"].lower() else f"{found['root']} {found['kind']}"


@lru_cache(maxsize=4096)
def chord_of_words(text: str) -> Chord | None:
    """The chord of a symbol or of words ("Bb minor seventh chord"), None where it cannot be read."""
    plain = rooted_first(sign_spelled(text).strip())
    plain = re.sub(r"[ -](?:chord|triad|chords|triads)$", "", plain)
    root = _ROOT.match(plain)
    try:
        return chord_named(plain)
    except PartimentoError:
        if root is None:
            return None
    rest = _FIGURE_FORM.sub(_figure, plain[root.end() :].lower().replace("-", " ").replace(",", " "))
    for form, sign in _WORDY_FORMS:
        rest = form.sub(sign, rest)
    rest = re.sub(r"\b(?:chord|triad|the|of)\b", "", rest.lower()).replace(" ", "")
    try:
        return chord_named(root[0] + rest)
    except PartimentoError:
        return None


def _figure(found: re.Match[str]) -> str:
    return _FIGURES[found[1]] if found[1] else found[2]


@lru_cache(maxsize=2048)
def key_of_words(text: str) -> Key | None:
    plain = re.sub(r"^(?:the )?[Kk]ey(?: signature)? of |[ -](?:key|scale|mode)$", "", sign_spelled(text).strip())
    plain = re.sub(r"[ -](?:natural|harmonic|melodic) minor$", " minor", plain.replace("-", " "))
    try:
        return Key.parse(plain)
    except PartimentoError:
        return None


SCALE_WORDS: Final = {
    "pentatonic major": "major pentatonic", "pentatonic minor": "minor pentatonic", "dominant bebop": "bebop dominant",
    "major bebop": "bebop major", "minor bebop": "bebop minor", "half whole": "half-whole", "whole half": "whole-half",
    "dur": "major", "moll": "minor", "half whole diminished": "half-whole diminished",
    "whole half diminished": "whole-half diminished", "minor blues": "blues",
    "ascending melodic minor": "melodic minor",
}  # fmt: skip


@lru_cache(maxsize=2048)
def scale_of_words(text: str) -> Scale | None:
    plain = rooted_first(sign_spelled(text).strip())
    root = _ROOT.match(plain)
    word = "" if root is None else re.sub(r"[ -](?:scale|mode)$", "", plain[root.end() :].strip(" -")).lower()
    kind = SCALE_WORDS.get(word.replace("-", " "), word)
    try:
        if root is not None and kind and kind not in ("m", "min", "maj"):
            return scale_on(fifths(root[0]), kind)
    except PartimentoError:
        return None
    key = key_of_words(text)
    return None if key is None else scale_of(key)


@lru_cache(maxsize=512)
def kind_words(text: str) -> str | None:
    """The name of a kind of scale told without a tonic: "the Dorian mode", "harmonic minor scales"."""
    word = re.sub(r"[ -](?:scales?|modes?)$", "", text.lower().strip())
    try:
        return kind_of(SCALE_WORDS.get(word.replace("-", " "), word)).name
    except PartimentoError:
        return None


@lru_cache(maxsize=1024)
def interval_of(text: str) -> int | None:
    """The fifths of a named interval, None where it cannot be read."""
    plain = re.sub(r"[ -]+", " ", text.strip())
    plain = re.sub(r"s$", "", plain) if plain.endswith(("steps", "tones", "thirds", "fifths", "fourths")) else plain
    try:
        return interval(plain)
    except PartimentoError:
        return None


@lru_cache(maxsize=1024)
def number_of(text: str) -> int:
    words = re.findall(r"[a-z]+|\d+(?:st|nd|rd|th)?", text.lower())
    for word in words:
        if word.isdigit():
            return int(word)
        if word in NUMBERS:
            return NUMBERS.index(word)
        if word in _ORDINALS:
            return _ORDINALS[word]
        if word in ("no", "none", "neither"):
            return 0
        if word in ("single", "lone", "only", "a"):
            return 1
        if re.fullmatch(r"\d+(?:st|nd|rd|th)|[b#]\d+", word):
            return int(re.sub(r"\D", "", word))
    return -1


def alteration(text: str) -> int | None:
    """How a degree is told to be altered, in signs up or down; None where it is not said ("natural" says 0)."""
    plain = text.lower()
    if re.match(r"(?:flat|flatted|flattened|lowered|b(?=\d))", plain):
        return -1
    if re.match(r"(?:sharp|sharped|raised|#)", plain):
        return 1
    return 0 if plain.startswith("natural") else None
