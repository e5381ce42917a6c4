"""What an answer says, however it is written: notes, chords, numerals, keys, counts, words as values. Judges nothing.

Read as people type: "b flat", "B♭" and "Bb" are one note, "CM7" and "C major seventh" one chord, "V7 of ii" is "V7/ii".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.music.chord import Chord
from partimento.music.interval import interval, semitones
from partimento.music.key import Key
from partimento.music.pitch import fifths, pitch_class
from partimento.music.quiz.options import chord_named, spelled
from partimento.music.roman import chord_of
from partimento.music.scale import Scale, kind_of

Means = Literal[
    "note", "notes", "chord", "chords", "numeral", "numerals", "key", "scale", "interval", "count", "degrees", "word",
]  # fmt: skip
"""What the answer to a question is; the lists are sets of notes and degrees, and rows of chords and numerals."""

_NUMBERS: Final = "zero one two three four five six seven eight nine ten eleven twelve".split()
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_STEPS: Final = (0, 2, 4, 5, 7, 9, 11)
_OPENING: Final = re.compile(
    r"^(?:it(?: is|'s)|that(?: is|'s)|the (?:note|chord|answer|interval|numeral)s?(?: is| are)?|the key is)\s+",
    re.IGNORECASE,
)
_LONGEST: Final = 200


class Meaning(Struct, frozen=True):
    """`written` is the same for two texts that spell the same thing, `sounding` for two that sound or are the same,
    `kind` for two that agree in the main (Dm and Dm9 for Dm7). `parts`: of a list, each thing in it."""

    written: Hashable
    sounding: Hashable
    kind: Hashable = None
    parts: tuple[Meaning, ...] = ()


def meaning(text: str, means: Means, key: str = "C") -> Meaning | None:
    """What a text says; None where it cannot be read as that. Numerals are read in `key`."""
    return _read(text, means, key) if len(text) <= _LONGEST else None


@lru_cache(maxsize=8192)
def _read(text: str, means: Means, key: str) -> Meaning | None:
    try:
        return _READERS[means](plain(text), key)
    except (PartimentoError, ValueError, KeyError):
        return None


def plain(text: str) -> str:
    """The text without quotes, openings ("it is …") and the full stop; accidentals as signs."""
    bare = " ".join(text.replace("“", "").replace("”", "").replace('"', "").split()).rstrip(".!").strip()
    return _OPENING.sub("", spelled(bare))


def folded(text: str) -> str:
    """Words to compare: lower case, no article, hyphens as spaces."""
    words = re.sub(r"[-_–]", " ", plain(text).lower())
    words = re.sub(r"\b(1st|2nd|3rd|[4-7]th)\b", lambda found: _ORDINALS[int(found[0][0]) - 1], words)
    return " ".join(re.sub(r"^(?:an?|the) ", "", words).split())


def _note(text: str, key: str) -> Meaning:
    place = fifths(_capital(re.sub(r"\s+(?:natural)$", "", text)))
    return Meaning(place, pitch_class(place))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _listed(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,;|>→()–-]+|\band\b", text) if word]


def _notes(text: str, key: str) -> Meaning:
    parts = tuple(_note(word, key) for word in _listed(re.sub(r"\bnatural\b", "", text)))
    return _of_parts(parts, ordered=False)


def _of_parts(parts: tuple[Meaning, ...], *, ordered: bool) -> Meaning:
    if not parts:
        raise BadInput("there is nothing in the list")
    if ordered:
        return Meaning(tuple(p.written for p in parts), tuple(p.sounding for p in parts), None, parts)
    return Meaning(frozenset(p.written for p in parts), frozenset(p.sounding for p in parts), None, parts)


def _chord(text: str, key: str) -> Meaning:
    word = _capital(text)
    try:
        chord = chord_named(word)
    except PartimentoError:
        chord = Chord.parse(re.sub(r"\s+|(?<=\d)(?:th|st|nd|rd)\b", "", word))
    return _meant(chord)


def _meant(chord: Chord) -> Meaning:
    tones = frozenset(step % 12 for step in chord.intervals)
    third = {"b3": "minor", "3": "major"}
    colour = next((third[label] for label in chord.degrees if label in third), "open")
    return Meaning(
        (chord.root_fifths, chord.bass_fifths, chord.degrees),
        (chord.root, chord.bass, tones),
        (chord.root, chord.bass, colour, "b5" in chord.degrees or "#5" in chord.degrees),
    )


def _chords(text: str, key: str) -> Meaning:
    words = re.split(r"\s*[,;|>→–]+\s*", text) if re.search(r"[,;|>→–]", text) else re.split(r"\s+|-(?=[A-Ga-g])", text)
    return _of_parts(tuple(_chord(word, key) for word in words if word), ordered=True)


def _numeral(text: str, key: str) -> Meaning:
    word = re.sub(r"\s*(?:\bof\b|/)\s*", "/", text)
    return _meant(chord_of(re.sub(r"\s+", "", word), Key.parse(key)))


def _numerals(text: str, key: str) -> Meaning:
    words = re.split(r"[\s,;|>→–-]+", text)
    return _of_parts(tuple(_numeral(word, key) for word in words if word), ordered=True)


def _key(text: str, key: str) -> Meaning:
    word = re.sub(r"^(?:the )?key of |\s+(?:scale|key)$", "", text)
    found = Key.parse(word)
    return Meaning((found.tonic, found.mode), (found.pc, found.mode), found.pc)


def _scale(text: str, key: str) -> Meaning:
    word = re.sub(r"^(?:the|an?) |\s+(?:scale|mode)$", "", text)
    try:
        found = Scale.parse(_capital(word))
    except PartimentoError:
        kind = kind_of(word).name
        return Meaning((None, kind), (None, kind), kind)
    return Meaning((found.tonic, found.kind.name), (pitch_class(found.tonic), found.kind.name), found.kind.name)


def _interval(text: str, key: str) -> Meaning:
    size = interval(text)
    return Meaning(size, semitones(size) if not re.search("octave|8", text) else 12)


def _count(text: str, key: str) -> Meaning:
    lower = text.lower()
    found = re.search(r"-?\d+(?:\.\d+)?", lower)
    half = 0.5 if "and a half" in lower else 0.0
    words = [_NUMBERS.index(word) for word in re.findall(r"[a-z]+", lower) if word in _NUMBERS]
    if found is not None:
        return Meaning(float(found[0]) + half, float(found[0]) + half)
    if words:
        return Meaning(words[0] + half, words[0] + half)
    if {"no", "none"} & set(re.findall(r"[a-z]+", lower)):
        return Meaning(0.0, 0.0)
    raise BadInput("there is no number in it")


def _degrees(text: str, key: str) -> Meaning:
    words = re.sub(r"\b(?:R|root)\b", "1", re.sub(r"\bflat[ -]?(?=\d)", "b", re.sub(r"\bsharp[ -]?(?=\d)", "#", text)))
    parts = []
    for word in _listed(words):
        found = re.fullmatch(r"([b#]*)(1[0-3]|[1-9])", word)
        if found is None:
            raise BadInput(f"{word!r} is no degree")
        shift = found[1].count("#") - found[1].count("b")
        step = (_STEPS[(int(found[2]) - 1) % 7] + shift) % 12
        parts.append(Meaning(word, step))
    return _of_parts(tuple(parts), ordered=False)


def _word(text: str, key: str) -> Meaning:
    word = folded(text)
    return Meaning(word, word)


_READERS: Final[dict[Means, Callable[[str, str], Meaning]]] = {
    "note": _note, "notes": _notes, "chord": _chord, "chords": _chords, "numeral": _numeral, "numerals": _numerals,
    "key": _key, "scale": _scale, "interval": _interval, "count": _count, "degrees": _degrees, "word": _word,
}  # fmt: skip
