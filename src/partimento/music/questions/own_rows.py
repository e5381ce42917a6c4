"""Questions on rows of chords, changes by name and rhythm that `music.quiz` does not read, as in `own_tones`."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.questions.idioms import BLUES_BARS, changes_called
from partimento.music.questions.own_tones import fit_of
from partimento.music.quiz.options import Finding, Forms, asked
from partimento.music.roman import chord_of, numeral

OWN_ROWS: Final[Forms] = []
_WHICH: Final = "(?:which|what)"
_VALUES: Final = {
    "whole": Fraction(4), "half": Fraction(2), "quarter": Fraction(1), "eighth": Fraction(1, 2),
    "sixteenth": Fraction(1, 4),
}  # fmt: skip
"""Note values in quarters."""
_VALUE: Final = r"(?:dotted )?(?:whole|half|quarter|eighth|sixteenth)"


def _row(text: str) -> list[Chord]:
    return [Chord.parse(word) for word in re.split(r"[\s,|>→–]+", text.strip()) if word]


def _told(chords: list[Chord]) -> str:
    return " ".join(chord.symbol for chord in chords)


@asked(OWN_ROWS, rf"{_WHICH} (?:roman )?numerals (?:are|describe) <chords> in (?:the key of )?<key>")
def _numerals(found: re.Match[str]) -> Finding:
    key, chords = Key.parse(found["key"]), _row(found["chords"])
    told = " ".join(numeral(chord, key) for chord in chords)
    return Finding(fit_of("numerals", told, key=key.symbol), f"{_told(chords)} is {told} in {found['key']}.")


@asked(OWN_ROWS, rf"in <key>, {_WHICH} chord completes (?P<romans>[^:]+): (?P<shown>.+)")
def _missing(found: re.Match[str]) -> Finding:
    key = Key.parse(found["key"])
    chords = [chord_of(word, key) for word in found["romans"].split()]
    shown = found["shown"].split()
    gaps = [at for at, word in enumerate(shown) if word.strip("_?") == ""]
    if len(shown) != len(chords) or len(gaps) != 1:
        raise BadInput("the chords shown do not fit the numerals")
    for at, word in enumerate(shown):
        if at != gaps[0] and Chord.parse(word) != chords[at]:
            raise BadInput(f"{word} is not {found['romans'].split()[at]} in {found['key']}")
    return Finding(fit_of("chord", chords[gaps[0]].symbol), f"{found['romans']} in {found['key']} is {_told(chords)}.")


@asked(OWN_ROWS, r"what does <chords> in <key:home> become in <key:goal>")
def _moved(found: re.Match[str]) -> Finding:
    home, goal = Key.parse(found["home"]), Key.parse(found["goal"])
    if home.mode != goal.mode:
        raise BadInput("a progression keeps its mode when it is transposed")
    there = [chord.transposed(goal.tonic - home.tonic) for chord in _row(found["chords"])]
    return Finding(fit_of("chords", _told(there)), f"In {found['goal']} it is {_told(there)}.")


@asked(OWN_ROWS, rf"{_WHICH} chord stands in bar (?P<bar>\d+) of a basic (?:twelve-bar|12-bar) blues in <key>")
def _blues_bar(found: re.Match[str]) -> Finding:
    roman = BLUES_BARS.get(int(found["bar"]))
    if roman is None:
        raise BadInput(f"bar {found['bar']} is not the same in every blues")
    chord = chord_of(roman, Key(Key.parse(found["key"]).tonic)).symbol
    return Finding(fit_of("chord", chord, chord.removesuffix("7")), f"Bar {found['bar']} has {chord}.")


@asked(OWN_ROWS, rf"{_WHICH} chords are (?P<name>(?:the|an?) .+?|[A-Z][a-z]+ changes) in <key>")
def _changes(found: re.Match[str]) -> Finding:
    numerals, key = _known(found["name"]), Key.parse(found["key"])
    told = _told([chord_of(word, key) for word in numerals])
    return Finding(fit_of("chords", told), f"{found['name']} in {found['key']}: {told}.")


@asked(OWN_ROWS, rf"{_WHICH} (?:roman )?numerals make up (?P<name>.+)")
def _named_numerals(found: re.Match[str]) -> Finding:
    told = " ".join(_known(found["name"]))
    minor = any(
        word.lstrip("b#").startswith("i") and not word.lstrip("b#").startswith(("ii", "iv")) for word in told.split()
    )
    return Finding(fit_of("numerals", told, key="Cm" if minor else "C"), f"{found['name']}: {told}.")


def _known(name: str) -> tuple[str, ...]:
    numerals = changes_called(name)
    if not numerals:
        raise BadInput(f"no changes are known as {name!r}")
    return numerals


@asked(OWN_ROWS, rf"how many (?P<value>{_VALUE}) notes (?:fill|are in) a bar of (?P<upper>\d+)/(?P<lower>\d+)")
def _in_bar(found: re.Match[str]) -> Finding:
    bar = Fraction(int(found["upper"]) * 4, int(found["lower"]))
    return _whole(bar / _length(found["value"]), f"A bar of {found['upper']}/{found['lower']}")


@asked(
    OWN_ROWS, rf"how many (?P<short>{_VALUE}) notes (?:last as long as|make|fit in|equal) an? (?P<long>{_VALUE}) note"
)
def _in_value(found: re.Match[str]) -> Finding:
    return _whole(_length(found["long"]) / _length(found["short"]), f"A {found['long']} note")


@asked(OWN_ROWS, rf"how many beats does an? (?P<value>{_VALUE}) note last in (?P<upper>\d+)/4")
def _beats(found: re.Match[str]) -> Finding:
    return _whole(_length(found["value"]), f"A {found['value']} note")


def _length(words: str) -> Fraction:
    plain = words.removeprefix("dotted ")
    return _VALUES[plain] * (Fraction(3, 2) if plain != words else 1)


def _whole(count: Fraction, what: str) -> Finding:
    if count.denominator != 1:
        raise BadInput(f"{what} holds no whole number of them")
    return Finding(fit_of("count", str(count)), f"{what} holds {count}.")
