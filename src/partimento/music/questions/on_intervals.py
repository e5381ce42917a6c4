"""Questions on intervals, steps and enharmonic names. Each function is a family."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.interval import interval_name, semitones
from partimento.music.pitch import name
from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.scope import signs_of
from partimento.music.questions.wrong import counts_near, intervals_near, notes_near
from partimento.music.teaching.concept import Concept

ON_INTERVALS: Final[Families] = []
_BY_LEVEL: Final = ((1, (2, -5, 4, 1)), (2, (-3, -1, 3, 5)), (4, (-2, -4, 6, -6)), (7, (8, 9, -9)))
"""From which level which intervals are asked, as fifths."""
_DIMINISHED: Final = (-6, -9, 8, 9)
"""Sizes that are told by their notes, not by counting semitones."""


def _about_intervals(concept: Concept) -> bool:
    return "intervals" in concept.about or concept.id == "half-and-whole-steps"


def _about_names(concept: Concept) -> bool:
    return concept.id in ("note-names", "half-and-whole-steps", "enharmonic-modulation")


def _size(ask: Ask, rng: Random) -> int:
    if ask.concept.id == "half-and-whole-steps":
        return rng.choice((2, -5))
    return rng.choice([size for low, sizes in _BY_LEVEL if low <= ask.level + 1 for size in sizes])


def _two_notes(ask: Ask, rng: Random) -> tuple[int, int, int]:
    """A note of the key, an interval, and the note it leads up to, with one accidental at most."""
    while True:
        low, size = rng.choice(ask.key.scale), _size(ask, rng)
        if -8 <= low + size <= 12:
            return low, size, low + size


@family(ON_INTERVALS, "interval between notes", _about_intervals)
def _between(ask: Ask, rng: Random) -> Item | None:
    low, size, high = _two_notes(ask, rng)
    answer = interval_name(size)
    asked = rng.choice(("What is the interval from {} up to {}?", "Which interval is it from {} up to {}?"))
    return Item(
        question=asked.format(name(low), name(high)).replace("Which interval is it from", "Which interval is"),
        answer=answer,
        means="interval",
        wrong=intervals_near(size, rng),
        statement=f"{name(low)} to {name(high)} is a {{}}.",
        explanation=_explained(low, size),
        signs=signs_of(ask.key),
    )


def _a(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _explained(low: int, size: int) -> str:
    return f"{name(low)} to {name(low + size)} is {_a(interval_name(size))}."


@family(ON_INTERVALS, "note above", _about_intervals)
def _above(ask: Ask, rng: Random) -> Item | None:
    low, size, high = _two_notes(ask, rng)
    words = _worded(ask, size)
    return Item(
        question=f"Which note is {_a(words)} above {name(low)}?",
        answer=name(high),
        means="note",
        wrong=notes_near(high, rng),
        statement=f"{_a(words).capitalize()} above {name(low)} is {{}}.",
        explanation=_explained(low, size),
        signs=signs_of(ask.key),
    )


@family(ON_INTERVALS, "note below", _about_intervals, low=2, harder=0.5)
def _below(ask: Ask, rng: Random) -> Item | None:
    low, size, high = _two_notes(ask, rng)
    words = _worded(ask, size)
    return Item(
        question=f"What note is {_a(words)} below {name(high)}?",
        answer=name(low),
        means="note",
        wrong=notes_near(low, rng),
        statement=f"{_a(words).capitalize()} below {name(high)} is {{}}.",
        explanation=_explained(low, size),
        signs=signs_of(ask.key),
    )


def _worded(ask: Ask, size: int) -> str:
    if ask.concept.id == "half-and-whole-steps":
        return "half step" if size == -5 else "whole step"
    return interval_name(size)


@family(ON_INTERVALS, "semitones in an interval", _about_intervals, low=2)
def _semitones(ask: Ask, rng: Random) -> Item | None:
    size = _size(ask, rng)
    if size in _DIMINISHED:
        return None
    words, count = interval_name(size), semitones(size)
    return Item(
        question=rng.choice(("How many semitones are in {}?", "How many half steps make up {}?")).format(_a(words)),
        answer=str(count),
        means="count",
        wrong=counts_near(count, rng),
        statement=f"{_a(words).capitalize()} has {{}} semitones.",
        explanation=f"{_a(words).capitalize()} has {count} semitone{'' if count == 1 else 's'}.",
    )


@family(ON_INTERVALS, "same note, other name", _about_names)
def _enharmonic(ask: Ask, rng: Random) -> Item | None:
    black = [place for place in range(-6, 11) if len(name(place)) == 2]
    white = (
        [11, 12, -7, -8, 5, 4, 0, -1] if ask.level >= 2 else [11, 12]
    )  # E# and B#, Cb and Fb, and what they sound as
    note = rng.choice([*black, *black, *white])
    twin = note - 12 if note > 2 else note + 12
    return Item(
        question=rng.choice(("Which note is enharmonic to {}?", "What is the enharmonic equivalent of {}?")).format(
            name(note)
        ),
        answer=name(twin),
        means="note",
        wrong=notes_near(twin, rng),
        statement=f"{name(note)} sounds the same as {{}}.",
        explanation=f"{name(note)} sounds the same as {name(twin)}.",
    )
