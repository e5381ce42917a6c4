"""True sentences about one scale: its notes, its formula, its degrees, its parent and the chord it lies over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from partimento.music.scale import Scale, parent_of
from partimento.music.teaching.wording import COUNTS, ORDINALS, Words, listed, spaced

_SAID: Final = ("major", "natural minor", "blues", "augmented", "altered", "whole tone")
"""Kinds that are called a scale, lest they be taken for a chord or a key."""
_MODES: Final = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_DEGREES: Final = ("1", "b2", "2", "b3", "3", "4", "#4", "b5", "5", "b6", "6", "b7", "7")


def spoken(scale: Scale) -> str:
    """The scale in words: "A minor pentatonic", "C major scale"."""
    return f"{scale.symbol} scale" if scale.kind.name in _SAID else scale.symbol


def scale_facts(scale: Scale, words: Words) -> Iterator[str]:
    """Notes, formula, number of notes, some degrees, and of which scale it is a mode."""
    yield words.say(
        "The {scale} has the notes {listed}.", "The notes of {plain} are {listed}.", "{plain}: {spaced}.",
        scale=spoken(scale), plain=spoken(scale), listed=listed(scale.notes), spaced=spaced(scale.notes),
    )  # fmt: skip
    kind = scale.kind
    name = kind.name if kind.name.endswith(("pentatonic", "minor", "major")) else f"{kind.name} scale"
    if kind.name != "augmented" and "bb7" not in kind.degrees:  # such steps are not read
        yield words.say(
        "The formula of the {kind} is {formula}.", "The {kind} is {formula}.",
        kind=name if name.endswith("scale") else f"{name} scale", formula="-".join(kind.degrees),
    )  # fmt: skip
    yield from degree_facts(scale, words)
    parent, step = parent_of(scale)
    if parent != scale and step > 1:
        yield words.say(
            "{scale} is the {nth} mode of {parent}.", "{scale} has the same notes as {parent}.",
            scale=scale.symbol, nth=_MODES[step], parent=parent.symbol,
        )  # fmt: skip


def degree_facts(scale: Scale, words: Words, most: int = 2) -> Iterator[str]:
    """ "The 6th degree of D Dorian is B", for the degrees that have a name of their own."""
    if len(scale.kind.degrees) != 7:
        return
    for number in words.some(range(2, 8), most):
        yield words.say(
            "The {nth} of {scale} is {note}.", "The {nth} degree of {scale} is {note}.",
            nth=ORDINALS[number], scale=scale.symbol, note=scale.notes[number - 1],
        )  # fmt: skip


def count_fact(scale: Scale, words: Words) -> str:
    """ "D Dorian has seven notes"."""
    return words.say("{scale} has {count} notes.", scale=spoken(scale), count=COUNTS[len(scale.notes)])


def over_fact(scale: Scale, symbol: str, words: Words) -> str:
    """ "G Mixolydian over G7": for a scale that holds every tone of the chord."""
    return words.say(
        "{scale} fits over {symbol}.", "Over {symbol}, play {scale}.", symbol=symbol, scale=spoken(scale)
    )  # fmt: skip
