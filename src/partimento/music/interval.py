"""Intervals as places on the line of fifths: their names read and written, their size in semitones. Knows no octave.

A minor third up is -3 fifths, an augmented fourth +6: unlike semitones, fifths tell the two apart.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from partimento.core.errors import PitchSyntaxError
from partimento.music.pitch import pitch_class

NUMBERS: Final = ("unison", "second", "third", "fourth", "fifth", "sixth", "seventh")
# number (from 1) → fifths of its major or perfect form
_NATURAL: Final = {1: 0, 2: 2, 3: 4, 4: -1, 5: 1, 6: 3, 7: 5}
_PERFECT: Final = (1, 4, 5)
_WORDS: Final = {
    "perfect": "P", "major": "M", "minor": "m", "augmented": "A", "diminished": "d", "maj": "M", "min": "m", "aug": "A",
    "dim": "d", "p": "P", "per": "P", "perf": "P",
}  # fmt: skip
_PLAIN: Final = {
    "unison": 0, "octave": 0, "perfect octave": 0, "tritone": 6, "half step": -5, "semitone": -5, "half tone": -5,
    "whole step": 2, "whole tone": 2, "tone": 2,
}  # fmt: skip
_ORDINALS: Final = {
    1: "unison prime first 1st octave eighth 8th", 2: "second 2nd ninth 9th", 3: "third 3rd tenth 10th",
    4: "fourth 4th eleventh 11th", 5: "fifth 5th twelfth 12th", 6: "sixth 6th thirteenth 13th", 7: "seventh 7th",
}  # fmt: skip
_NUMBER_OF: Final = {word: number for number, words in _ORDINALS.items() for word in words.split()}
_FORM: Final = re.compile(r"([a-z]+)[ -]?(\d+(?:st|nd|rd|th)?|[a-z]+)", re.IGNORECASE)
_SHORT: Final = re.compile(r"([PMmAd])(\d+)")


@cache
def interval(text: str) -> int:
    """The fifths of a named interval: "minor third" and "m3" are -3, "tritone" 6. Raises PitchSyntaxError."""
    word = re.sub(r"^(?:an?|the)\s+", "", text.strip().rstrip("."), flags=re.IGNORECASE)
    plain = _PLAIN.get(word.lower())
    if plain is not None:
        return plain
    short = _SHORT.fullmatch(word)
    found = short or _FORM.fullmatch(word)
    if found is not None:
        sign = found[1] if short else _WORDS.get(found[1].lower(), "")
        size = found[2].lower()
        number = (int(size) - 1) % 7 + 1 if size.isdigit() else _NUMBER_OF.get(size, 0)
        if number and sign in _signs(number):
            return _NATURAL[number] + _signs(number)[sign]
    raise PitchSyntaxError(
        f"cannot read the interval {text!r}",
        why="an interval is a quality and a number",
        mend="write it like minor third",
    )


def _signs(number: int) -> dict[str, int]:
    return {"P": 0, "A": 7, "d": -7} if number in _PERFECT else {"M": 0, "m": -7, "A": 7, "d": -14}


def interval_name(fifths: int) -> str:
    """The name of an interval upward: -3 is "minor third", 6 "augmented fourth". Doubly altered ones say so."""
    number = fifths * 4 % 7 + 1
    shift = (fifths - _NATURAL[number]) // 7
    perfect = number in _PERFECT
    quality = {0: "perfect" if perfect else "major", 1: "augmented", 2: "doubly augmented"}.get(shift)
    if quality is None:
        steps = -shift if perfect else -shift - 1
        quality = {0: "minor", 1: "diminished", 2: "doubly diminished"}.get(steps, f"{steps} times diminished")
    return f"{quality} {NUMBERS[number - 1]}"


def semitones(fifths: int) -> int:
    """The size of an interval within an octave, in semitones."""
    return pitch_class(fifths)
