"""Questions on note values, dots, bars and beats. Each function is a family."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.wrong import counts_near
from partimento.music.teaching.concept import Concept

ON_RHYTHM: Final[Families] = []
_VALUES: Final = {"whole": 16, "half": 8, "quarter": 4, "eighth": 2, "sixteenth": 1}
"""Note values in sixteenths."""
_WORDS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen",
)  # fmt: skip
_SIMPLE, _COMPOUND, _ODD = ("4/4", "3/4", "2/4", "2/2"), ("6/8", "9/8", "12/8"), ("5/4", "7/8", "5/8", "7/4")


def _counts(concept: Concept) -> bool:
    return bool({"values", "compound", "odd", "sixteenths"} & set(concept.about)) or concept.id in (
        "steady-pulse", "syncopation",
    )  # fmt: skip


def _has_values(concept: Concept) -> bool:
    return bool({"values", "dotted", "sixteenths", "compound"} & set(concept.about)) or concept.id in (
        "syncopation", "steady-pulse",
    )  # fmt: skip


def _meter(ask: Ask, rng: Random) -> str:
    if "odd" in ask.concept.about:
        return rng.choice((*_ODD, *_ODD, *_COMPOUND, *_SIMPLE))  # what is odd is told from what is not
    if "compound" in ask.concept.about:
        return rng.choice(_COMPOUND)
    return rng.choice(_SIMPLE[:3] if ask.level <= 2 else (*_SIMPLE, *_COMPOUND) if ask.level >= 5 else _SIMPLE)


@family(ON_RHYTHM, "notes in a bar", _counts)
def _in_bar(ask: Ask, rng: Random) -> Item | None:
    meter = _meter(ask, rng)
    upper, lower = map(int, meter.split("/"))
    finest = 4 if ask.level <= 1 else 2 if ask.level <= 3 and "sixteenths" not in ask.concept.about else 1
    values = {word: length for word, length in _VALUES.items() if length >= finest}
    if "compound" in ask.concept.about:
        values["dotted quarter"] = 6
    word, length = rng.choice(list(values.items()))
    whole = upper * 16 // lower
    if whole % length or not 2 <= whole // length < len(_WORDS):
        return None
    count = whole // length
    return Item(
        question=f"How many {word} notes fill a bar of {meter}?",
        answer=str(count),
        means="count",
        wrong=counts_near(count, rng),
        statement=f"A bar of {meter} has {{}} {word} notes.",
        explanation=f"A bar of {meter} has {_WORDS[count]} {word} notes.",
    )


@family(ON_RHYTHM, "values in a value", _has_values)
def _in_value(ask: Ask, rng: Random) -> Item | None:
    finest = 2 if ask.level <= 2 and "sixteenths" not in ask.concept.about else 1
    names = [word for word, length in _VALUES.items() if length >= finest]
    long, short = sorted(rng.sample(names, 2), key=lambda word: -_VALUES[word])
    dotted = "dotted" in ask.concept.about and rng.random() < 0.8
    count = _VALUES[long] // _VALUES[short]
    count = count * 3 // 2 if dotted else count
    if count >= len(_WORDS):
        return None
    word = f"dotted {long}" if dotted else long
    article = "An" if word[0] == "e" else "A"
    return Item(
        question=f"How many {short} notes last as long as {article.lower()} {word} note?",
        answer=str(count),
        means="count",
        wrong=counts_near(count, rng),
        statement=f"{article} {word} note equals {{}} {short} notes.",
        explanation=f"{article} {word} note equals {_WORDS[count]} {short} note{'' if count == 1 else 's'}.",
    )


@family(ON_RHYTHM, "beats of a value", _has_values, harder=-0.5)
def _beats(ask: Ask, rng: Random) -> Item | None:
    values = {"whole": 4, "half": 2, "quarter": 1, "dotted half": 3}
    if "dotted" not in ask.concept.about and ask.level <= 2:
        values.pop("dotted half")
    word = rng.choice(list(values))
    count, meter = values[word], "4/4" if word == "whole" else rng.choice(("4/4", "3/4"))
    return Item(
        question=f"How many beats does a {word} note last in {meter}?",
        answer=str(count),
        means="count",
        wrong=counts_near(count, rng),
        statement=f"A {word} note lasts {{}} beats in {meter}." if count > 1 else "",
        explanation=f"A {word} note lasts {_WORDS[count]} beat{'' if count == 1 else 's'} in {meter}.",
    )
