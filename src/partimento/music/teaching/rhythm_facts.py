"""True sentences about note values and bars. They hold in every key; the numbers are worked out, not remembered."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from partimento.music.teaching.concept import About
from partimento.music.teaching.wording import COUNTS, Words

_LENGTHS: Final = {
    "whole note": Fraction(4), "half note": Fraction(2), "quarter note": Fraction(1), "eighth note": Fraction(1, 2),
    "sixteenth note": Fraction(1, 4), "dotted half note": Fraction(3), "dotted quarter note": Fraction(3, 2),
    "dotted eighth note": Fraction(3, 4),
}  # fmt: skip
_PLAIN: Final = ("whole note", "half note", "quarter note", "eighth note", "sixteenth note")
_DOTTED: Final = ("dotted half note", "dotted quarter note", "dotted eighth note")
_VALUES: Final[dict[About, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "values": (_PLAIN[:3], ("4/4", "3/4", "2/4")),
    "dotted": (_DOTTED, ("3/4", "4/4")),
    "compound": (("dotted quarter note", "dotted half note", "quarter note"), ("6/8", "12/8")),
    "sixteenths": (("half note", "quarter note", "eighth note"), ("4/4", "2/4")),
    "three-two": (("dotted half note", "dotted quarter note", "half note"), ("6/8", "3/4")),
    "odd": (("dotted quarter note", "half note"), ("5/4", "7/8")),
    "half-time": (("whole note", "half note", "quarter note"), ("4/4", "2/4")),
}
"""By what a concept is about: the values that are measured, and the meters."""


def rhythm_facts(about: About, words: Words) -> Iterator[str]:
    """How long values last, how many of one fill another, how many fill a bar; none where it is not about rhythm."""
    values, meters = _VALUES.get(about, ((), ()))
    for value in values:
        yield from _filled(value, words)
    for meter in meters:
        yield _bar(meter, words)


def _filled(value: str, words: Words) -> Iterator[str]:
    length = _LENGTHS[value]
    shorter = [one for one in _PLAIN if _LENGTHS[one] < length and (length / _LENGTHS[one]).denominator == 1]
    fitting = [one for one in shorter if length / _LENGTHS[one] <= 8]
    for one in words.some(fitting, 1):
        count = COUNTS[int(length / _LENGTHS[one])]
        yield words.say(
            "A {value} lasts {count} {short}s.", "There are {count} {short}s in a {value}.",
            "A {value} is as long as {count} {short}s.",
            value=value, count=count, short=one,
        )  # fmt: skip
    if length.denominator == 1 and length > 1 and length <= 4:
        meter = "4/4" if length == 4 else words.some(("3/4", "4/4"), 1)[0]
        yield f"A {value} lasts {COUNTS[int(length)]} beats in {meter}."


def _bar(meter: str, words: Words) -> str:
    top, bottom = map(int, meter.split("/"))
    whole = Fraction(4 * top, bottom)
    fitting = [one for one in _PLAIN[2:4] if (whole / _LENGTHS[one]).denominator == 1 and whole / _LENGTHS[one] <= 9]
    value = words.some(fitting, 1)[0]
    return words.say(
        "A bar of {meter} has {count} {value}s.", "A bar of {meter} holds {count} {value}s.",
        meter=meter, count=COUNTS[int(whole / _LENGTHS[value])], value=value,
    )  # fmt: skip
