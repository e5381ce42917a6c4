"""Figures in prose: which a text states, and whether they were given or follow from what was given. Pure.

A figure follows by sum, difference, mean, share, change in percent or ratio of given figures of one unit, rounded as it
is written. Numbers up to ten in words are taken for language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations
from math import fsum
from typing import Final, Literal

from msgspec import Struct

_NUMBER: Final = re.compile(
    r"(?<![\w#♭♯/.,])[-+−]?(?:\d{1,3}(?:[,.'’\u202f\u00a0]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"(?![\w#♭♯])(?!\s?(?:st|nd|rd|th)\b)"
)
_MUSIC: Final = re.compile(r"\b[1-7](?:[-–][1-7]){2,}\b|\b(?:2|3|4|5|6|7|9|12)/(?:2|4|8|16)\b")
"""Progressions by number and meters are no figures."""
_PERCENT: Final = re.compile(r"[\s\u202f\u00a0-]?(?:%|percent|per cent|Prozent|pour cent|por ciento|por cento|procent)")
_FOLD: Final = re.compile(r"[\s-]?(?:times|fold|mal\b|fois|veces|vezes|×)")
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ONES: Final = dict(zip("one two three four five six seven eight nine".split(), range(1, 10), strict=True))
_TEENS: Final = dict(
    zip(
        "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
        range(11, 20),
        strict=True,
    )
)
_IN_WORDS: Final = re.compile(
    rf"\b(?:({'|'.join(_TENS)})(?:[- ]({'|'.join(_ONES)}))?|({'|'.join(_TEENS)})"
    r"|(hundreds?|thousands?|millions?|dozens?))\b",
    re.IGNORECASE,
)
_TIMES: Final = re.compile(
    r"\b(twice|(?:doubl|tripl)(?:e|ed|es|ing)|hal(?:f(?![- ](?:dim|step|tone|note))|ved|ves|ving))\b", re.IGNORECASE
)
_RATIOS: Final = {"tw": 2.0, "do": 2.0, "tr": 3.0, "ha": 0.5}
_MOST_PAIRED: Final = 60
"""Figures of one unit beyond so many are not set against each other."""


class Amount(Struct, frozen=True):
    """A given number; only those of one unit are set against each other."""

    value: float
    unit: str = ""


class Stated(Struct, frozen=True):
    """A number of a text as it is `written`, with what it can mean ("1,234" is 1234 or 1.234), and what it counts:
    percent, times, or things."""

    written: str
    meanings: tuple[float, ...]
    counts: Literal["percent", "times", "things"] = "things"


def numbers_in(text: str) -> tuple[Stated, ...]:
    """Each number that a text states in figures."""
    plain = _MUSIC.sub(lambda found: "_" * len(found[0]), text)
    return tuple(_stated(found, plain) for found in _NUMBER.finditer(plain))


def _stated(found: re.Match[str], text: str) -> Stated:
    after = text[found.end() : found.end() + 20]
    counts: Literal["percent", "times", "things"] = (
        "percent" if _PERCENT.match(after) else "times" if _FOLD.match(after) else "things"
    )
    return Stated(found[0], _meanings(found[0]), counts)


def ungiven_figures(text: str, amounts: Sequence[Amount], free: Iterable[str]) -> Iterator[str]:
    """A sentence for each figure of a text that is no amount, follows from none, and stands in no `free` text."""
    told = " ".join(free)
    given = [one for number in numbers_in(told) for one in number.meanings]
    given += [float(amount.value) for amount in amounts]
    derived = {
        "things": [float(len(amounts)), *_sums(amounts)],
        "percent": [*_percents(amounts)],
        "times": [*_ratios(amounts)],
    }
    for number in numbers_in(text):
        rounded = number.counts != "things"
        holds = any(
            _is_near(number, meaning, one, exactly=not rounded or place < len(given))
            for meaning in number.meanings
            for place, one in enumerate((*given, *derived[number.counts]))
        )
        if not holds:
            yield f"the figure {number.written} was not given and does not follow from those given"
    for written, value in _in_words(text):
        if not any(abs(value - abs(one)) < 0.5 for one in given) and written.casefold() not in told.casefold():
            yield f"the figure {written!r} was not given and does not follow from those given"
    yield from _unproven_ratios(text, amounts, told)


def _by_unit(amounts: Sequence[Amount]) -> list[list[float]]:
    units = dict.fromkeys(amount.unit for amount in amounts)
    return [[amount.value for amount in amounts if amount.unit == unit][:_MOST_PAIRED] for unit in units]


def _sums(amounts: Sequence[Amount]) -> Iterator[float]:
    for values in _by_unit(amounts):
        yield from (float(len(values)), fsum(values), fsum(values) / len(values))
        yield from (one + other for one, other in permutations(values, 2))
        yield from (one - other for one, other in permutations(values, 2))


def _percents(amounts: Sequence[Amount]) -> Iterator[float]:
    for values in _by_unit(amounts):
        yield from (100 * value for value in values if 0 <= value <= 1)
        yield from (100 * value / fsum(values) for value in values if fsum(values))
        yield from (one - other for one, other in permutations(values, 2))  # of percentages: points
        for one, other in permutations(values, 2):
            if other:
                yield from (100 * one / other, 100 * (one - other) / other)


def _ratios(amounts: Sequence[Amount]) -> Iterator[float]:
    for values in _by_unit(amounts):
        yield from (one / other for one, other in permutations(values, 2) if other)


def _unproven_ratios(text: str, amounts: Sequence[Amount], told: str) -> Iterator[str]:
    for match in _TIMES.finditer(text):
        ratio = _RATIOS[match[0][:2].lower()]
        pairs = permutations((amount for amount in amounts[:_MOST_PAIRED]), 2)
        holds = any(
            one.unit == other.unit and other.value and abs(one.value / other.value - ratio) <= 0.05 * ratio
            for one, other in pairs
        )
        if not holds and match[0].casefold() not in told.casefold():
            yield f"{match[0]!r} does not follow from the figures given"


def _in_words(text: str) -> Iterator[tuple[str, float]]:
    for match in _IN_WORDS.finditer(text):
        tens, ones, teens, many = (part and part.lower() for part in match.groups())
        if tens:
            yield match[0], _TENS[tens] + _ONES.get(ones or "", 0)
        elif teens:
            yield match[0], _TEENS[teens]
        elif many:
            yield match[0], {"hu": 100.0, "th": 1000.0, "mi": 1e6, "do": 12.0}[many[:2]]


def _meanings(written: str) -> tuple[float, ...]:
    plain = written.replace("−", "-").lstrip("+")
    plain = re.sub(r"['’\u202f\u00a0]", "", plain)
    readings = {plain.replace(",", ""), plain.replace(".", "").replace(",", "."), plain.replace(",", ".")}
    found = []
    for reading in sorted(readings):
        try:
            found.append(float(reading))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def _decimals(written: str, meaning: float) -> int:
    """With how many decimals a number is written, where it means that."""
    if meaning == int(meaning) and not re.search(r"[.,]0+$", written):
        return 0
    return len(re.split(r"[.,]", written)[-1])


def _is_near(number: Stated, meaning: float, known: float, *, exactly: bool) -> bool:
    """Whether a known number is told so: as it is or, of percent and times, rounded as it is written. A fall may be
    told without its sign ("fell by 4")."""
    decimals = _decimals(number.written, meaning)
    room = 1e-9 if exactly and decimals == 0 else 0.5 * 10.0**-decimals + 1e-9
    return abs(meaning - known) <= room or abs(abs(meaning) - abs(known)) <= room
