"""What the theory engine proves of the matter of a message, as sentences. Leaves what is said of it to `answers`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from partimento.music.analysis import analyze
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.leading import lead
from partimento.music.lessons.phrases import listed
from partimento.music.roman import chord_of
from partimento.music.teaching.facts import facts
from partimento.music.teaching.keys import key_words
from partimento.music.voicing.words import note_names
from partimento.shapes.coaching.asked import CoachingInputs
from partimento.shapes.coaching.intent import Said, said
from partimento.shapes.coaching.plan import genre_of, key_for

MOST: Final = 8
HANDS: Final = re.compile(r"voicing|shell|rootless|From the bottom")
"""How facts speak that answer how something is played."""
REASONS: Final = re.compile(r"common tone|falls to|same notes|dominant of|share")
"""How facts speak that answer why something works."""
_WHETHER: Final = re.compile(
    r"(?i)^\W*(?:(?:hi|hello|hey|so|and)\W+)?(is|are)\s+"
    r"((?:the\s+)?\S+(?:\s+(?:chord|note|notes|seventh|third|fifth|root))?(?:\s+(?:of|in)\s+\S+(?:\s+(?:major|minor))?)?)\s+"
    r"([^?]{1,200})\?"
)
_MOST_CLAIMED: Final = 2


def proven_facts(inputs: CoachingInputs, most: int = MOST) -> tuple[str, ...]:
    """What the theory engine says of the matter of a message, for a model to rely on."""
    read = said(inputs.message)
    found = [*(one.reason for one in claimed(inputs.message)), *chord_facts(read)]
    if read.concept is not None:
        key = key_for(read.concept, read.key, inputs.context)
        found += facts(read.concept, key, level=inputs.context.level, genre=genre_of(inputs.context))
    return tuple(fact for fact in found if sayable(fact))[:most]


def sayable(sentence: str) -> bool:
    """Whether the claim check reads all that a sentence claims, and has nothing against it."""
    from partimento.music.claims import check_claims  # a fifth of a second, which other tasks need not pay

    return all(finding.verdict == "confirmed" for finding in check_claims(sentence))


class Claimed(Struct, frozen=True):
    """What a message claims, or asks whether it is so: whether it holds, and how it is, as a sentence."""

    holds: bool
    reason: str


def claimed(message: str) -> tuple[Claimed, ...]:
    """The musical claims of a message, its question turned into one: "Is Cmaj7 C E G Bb?"."""
    from partimento.music.claims import check_claims  # see above

    asked = _WHETHER.search(message)
    text = message if asked is None else f"{asked[2]} {asked[1]} {asked[3].rstrip()}."
    judged = [one for one in check_claims(text) if one.verdict != "unrecognised" and sayable(one.reason)]
    return tuple(Claimed(one.verdict == "confirmed", one.reason) for one in judged[:_MOST_CLAIMED])


def chord_facts(read: Said) -> Iterator[str]:
    """The notes of one chord; the numerals of several, in the key asked for or found."""
    if len(read.chords) == 1:
        chord = Chord.parse(read.chords[0])
        yield f"The notes of {chord.symbol} are {listed(chord.notes)}."
    elif read.chords:
        reading = analyze(read.chords, read.key or None)
        told = dict.fromkeys(f"{one.symbol} is {one.numeral}" for one in reading.chords if one.numeral)
        yield f"In {key_words(Key.parse(reading.key))}, {listed(tuple(told)[:MOST])}."
        if read.goal:
            goal = Key.parse(read.goal)
            numerals = [one.numeral for one in reading.chords if one.numeral][:MOST]
            moved = "–".join(chord_of(one, goal).symbol for one in numerals)
            yield f"In {key_words(goal)}, {'–'.join(numerals)} is {moved}."


def grips(symbols: tuple[str, ...]) -> str:
    """Chords with the notes of smooth close grips: "Dm7 (D F A C), G7 (D F G B)"."""
    way = zip(symbols, lead(symbols, "close"), strict=True)
    told = [
        f"{symbol} ({' '.join(name.rstrip('0123456789') for name in note_names(symbol, grip.notes))})"
        for symbol, grip in way
        if grip.notes
    ]
    return ", ".join(told[:MOST])


def telling(found: list[str], words: re.Pattern[str], most: int) -> list[str]:
    """The plainest fact, and those that a question of this kind is about."""
    fitting = [fact for fact in found[1:] if words.search(fact)]
    return [*found[:1], *(fitting or found[1:])[: most - 1]] if not fitting else [*found[:1], *fitting[:most]]
