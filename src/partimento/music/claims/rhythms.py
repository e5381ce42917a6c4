"""Claims about note values and meters: how long a value lasts, how many fill a bar."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from partimento.music.claims.book import Forms, Said, claim, no, yes
from partimento.music.claims.entity import NUMBERS
from partimento.music.claims.finding import Judgement

RHYTHMS: Final[Forms] = []
_LENGTHS: Final = {
    "whole": 1, "semibreve": 1, "half": 2, "minim": 2, "quarter": 4, "crotchet": 4, "eighth": 8, "quaver": 8,
    "sixteenth": 16,
    "semiquaver": 16,
}  # fmt: skip
_NUMBER: Final = (
    r"(?P<count>a|\d+|one|two|three|four|five|six|seven|eight|nine|twelve|sixteen)(?P<half> and a half| and half)?"
)


def length(words: str) -> Fraction:
    """The length of a note value in whole notes: "dotted half note" is 3/4."""
    plain = words.lower()
    word = next(word for word in sorted(_LENGTHS, key=len, reverse=True) if word in plain)
    size = Fraction(1, _LENGTHS[word])
    return size * (Fraction(7, 4) if plain.startswith("double") else Fraction(3, 2) if "dotted" in plain else 1)


def _number(word: str) -> int:
    return 16 if word == "sixteen" else 1 if word == "a" else int(word) if word.isdigit() else NUMBERS.index(word)


@claim(
    RHYTHMS,
    "rhythm",
    rf"<value> (?:last|lasts|be|has|get|gets|hold|be held of|receive|receives|be hold "
    rf"of|count|counts) (?:of )?{_NUMBER} (?:quarter )?beats?(?: long)?(?: (?:in|of) <meter>)?",
    rf"in <meter> (?:time )?(?:, )?<value> "
    rf"(?:last|lasts|be|has|get|gets|hold|receive|receives|be held of) (?:of )?{_NUMBER} beats?",
)
def _beats(said: Said) -> Judgement | None:
    meter = said.get("meter")
    unit = Fraction(1, int(meter.text.split("/")[1])) if meter is not None else Fraction(1, 4)
    if meter is not None and meter.text in ("6/8", "9/8", "12/8"):
        return None
    true = length(said["value"].text) / unit
    told = Fraction(_number(said.word("count"))) + (Fraction(1, 2) if said.word("half") else 0)
    reason = f"A {said['value'].text} lasts {float(true):g} beats."
    return yes(reason) if told == true else no(None, "", reason)


@claim(
    RHYTHMS,
    "rhythm",
    rf"<meter> (?:bar |time |measure )*(?:has|be|made|hold) (?:of )?{_NUMBER} "
    rf"(?:beats?|<value>)(?: (?:in |of |per |a |each )*(?:bar|measure))?",
    rf"in <meter> (?:time )?(?:, )?(?:there be |bar has |measure has |each |every |has |bar "
    rf"|measure )*(?:has )?{_NUMBER} (?:beats?|<value>)(?: (?:in |of |per |a |each )*(?:bar|measure))",
    rf"(?:bar|measure) (?:of|in) <meter> (?:has|be|made|hold) (?:of )?(?:room of )?{_NUMBER} (?:beats?|<value>)",
    rf"there be {_NUMBER} (?:beats?|<value>) in (?:bar of |measure of |bar in )?<meter>(?: bar| measure)?",
)
def _bar(said: Said) -> Judgement | None:
    top, bottom = (int(part) for part in said["meter"].text.split("/"))
    told, value = _number(said.word("count")), said.get("value")
    if value is None:
        felt = {top, top // 3} if bottom == 8 and top % 3 == 0 else {top}
        reason = f"A bar of {said['meter'].text} has {top} beats."
        return yes(reason) if told in felt else no(None, "", reason)
    true = Fraction(top, bottom) / length(value.text)
    reason = f"A bar of {said['meter'].text} holds {float(true):g} {re.sub(r's$', '', value.text)}s."
    return yes(reason) if told == true else no(None, "", reason)


@claim(
    RHYTHMS,
    "rhythm",
    rf"<value:long> (?:be|has|form|last|lasts|hold) (?:of |as long as |worth |up of )?{_NUMBER} <value:short>",
    rf"{_NUMBER} <value:short> (?:form|be|fit in|in|fill|equal|last as long as) (?:to |as long as )?<value:long>",
    rf"there be {_NUMBER} <value:short> in <value:long>",
)
def _values(said: Said) -> Judgement | None:
    ahead = said.found.string[: said.found.start()].split()
    if ahead and ahead[-1] in (*NUMBERS, "half") and said.found[0].startswith("@"):
        return None
    true = length(said["long"].text) / length(said["short"].text)
    told = Fraction(_number(said.word("count"))) + (Fraction(1, 2) if said.word("half") else 0)
    reason = f"A {said['long'].text} is {float(true):g} times a {said['short'].text}."
    return yes(reason) if told == true else no(None, "", reason)
