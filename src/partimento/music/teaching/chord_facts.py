"""True sentences about one chord: its notes, its members, its formula, its inversions and its place in a key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord, chord_on
from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.quiz.words import QUALITIES
from partimento.music.teaching.keys import key_words
from partimento.music.teaching.wording import ORDINALS, Words, listed, spaced

_PLAIN: Final = {
    "": "major", "m": "minor", "dim": "diminished", "aug": "augmented", "7": "dominant seventh",
    "maj7": "major seventh", "m7": "minor seventh", "m7b5": "half-diminished", "dim7": "diminished seventh",
    "6": "major sixth", "m6": "minor sixth", "m(maj7)": "minor-major seventh", "maj9": "major ninth",
    "m9": "minor ninth",
}  # fmt: skip
_INVERSIONS: Final = ("", "first", "second", "third")
_SPOKEN: Final = ("2", "b3", "3", "4", "b5", "5", "#5", "6", "bb7", "b7", "7", "9", "11", "13")


def notes_fact(chord: Chord, words: Words) -> str:
    """ "Dm7 is D F A C"."""
    if not chord.shape.suffix and not chord.is_slash:  # a bare letter may be read as a note, or A as the article
        return words.say(
            "The {symbol} major triad is {spaced}.", "The notes of the {symbol} chord are {listed}.",
            "The {symbol} chord has the notes {listed}.",
            symbol=chord.symbol, spaced=spaced(chord.notes), listed=listed(chord.notes),
        )  # fmt: skip
    return words.say(
        "{symbol} is {spaced}.", "{symbol} contains {listed}.", "The notes of {symbol} are {listed}.",
        "{symbol} is made of {listed}.", "From the root up, {symbol} is {spaced}.",
        symbol=chord.symbol, spaced=spaced(chord.notes), listed=listed(chord.notes),
    )  # fmt: skip


def kind_fact(chord: Chord, words: Words) -> Iterator[str]:
    """ "Dm7 is a minor seventh chord", where the kind has a plain name."""
    plain = _PLAIN.get(chord.shape.suffix)
    if plain is not None and not chord.is_slash:
        article = "an" if plain[0] in "aeiou" else "a"
        templates = ("The {symbol} chord is {article} {plain} {noun}.", "{symbol} is {article} {plain} {noun}.")
        yield words.say(
            *templates[: 2 if chord.shape.suffix else 1],
            symbol=chord.symbol, article=article, plain=plain, noun="triad" if len(chord.degrees) == 3 else "chord",
        )  # fmt: skip


def member_facts(chord: Chord, words: Words, most: int = 2) -> Iterator[str]:
    """ "The third of F7 is A": some of its members by name."""
    members = [
        (int(label.lstrip("b#")), note)
        for label, note in zip(chord.degrees, chord.notes, strict=True)
        if label in _SPOKEN
    ]
    for number, note in words.some(members, most):
        yield words.say(
            "The {nth} of {symbol} is {note}.", "In {symbol}, {note} is the {nth}.",
            nth=ORDINALS[number], symbol=chord.symbol, note=note,
        )  # fmt: skip


def formula_fact(chord: Chord, words: Words) -> str:
    """ "The formula of Cmaj9 is 1-3-5-7-9"."""
    if not chord.shape.suffix:
        return "The formula of a major triad is 1-3-5."
    return words.say("The formula of {symbol} is {formula}.", symbol=chord.symbol, formula="-".join(chord.degrees))


def inversion_facts(chord: Chord, words: Words) -> Iterator[str]:
    """ "C/E is C in first inversion; it has E in the bass"."""
    for place in range(1, min(len(chord.notes), 4)):
        bass = (chord.root_fifths or 0) + chord.shape.fifths[place]
        if not -8 <= bass <= 12:
            continue  # nobody writes a bass with two accidentals
        slash = chord_on(chord.root_fifths or 0, chord.shape, bass)
        yield words.say(
            "{slash} is {symbol} in {nth} inversion.", "The {nth} inversion of {symbol} has {note} in the bass.",
            "{symbol} in {nth} inversion is {slash}.", "The {nth} inversion of {symbol} is {turned}.",
            slash=slash.symbol, symbol=chord.symbol, nth=_INVERSIONS[place], note=name(bass),
            turned=spaced((*chord.notes[place:], *chord.notes[:place])),
        )  # fmt: skip


_SPEAKABLE: Final = re.compile(
    r"[b#]{0,2}[IViv]+(?:maj7|maj9|o7?|ø7?|\+|7?alt|7?sus4|[b#]?(?:13|11|9|7|6|5)){0,3}(?:/[b#]?[IViv]+)?"
)


def speakable(numeral: str, chord: Chord) -> bool:
    """Whether a numeral and its chord can be told in a sentence that reads back surely."""
    return _SPEAKABLE.fullmatch(numeral) is not None and ":" not in chord.symbol and not chord.is_slash


def numeral_fact(numeral: str, chord: Chord, key: Key, words: Words) -> str:
    """ "The V7 of Bb major is F7"."""
    return words.say(
        "The {numeral} chord of {key} is {symbol}.", "In {key}, {symbol} is the {numeral} chord.",
        "In {key}, the {numeral} chord is {symbol}.", "{symbol} is the {numeral} chord of {key}.",
        numeral=numeral, key=key_words(key), symbol=chord.symbol,
    )  # fmt: skip


def quality_words(chord: Chord) -> str:
    """What teachers call the kind: "minor seventh"; the class it belongs to where it has no plain name of its own."""
    return _PLAIN.get(chord.shape.suffix) or QUALITIES[chord.quality or "5"][0]
