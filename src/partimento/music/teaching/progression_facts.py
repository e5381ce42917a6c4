"""True sentences about chords in a row: which they are in a key, what they share, where their guide tones go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import fifths, pitch_class
from partimento.music.roman import chord_of
from partimento.music.teaching.chord_facts import notes_fact, numeral_fact
from partimento.music.teaching.keys import key_words
from partimento.music.teaching.wording import Words, dashed, listed, spaced

_MOST_AT_ONCE: Final = 8
_PLAIN: Final = re.compile(r"b?[IViv]+(?:maj)?[ø]?[679]?(?:/[iv]+|/[IV]+)?")
"""Numerals that are read in a row of them."""


def chords_of(numerals: Sequence[str], key: Key) -> tuple[Chord, ...]:
    """The chords of numerals in a key, properly spelled. Raises NumeralSyntaxError."""
    return tuple(chord_of(numeral, key) for numeral in numerals)


def row_facts(numerals: Sequence[str], key: Key, words: Words) -> Iterator[str]:
    """The chords of the row by name, the row as a whole first."""
    chords = chords_of(numerals, key)
    symbols = [chord.symbol for chord in chords]
    plain = all(_PLAIN.fullmatch(numeral) for numeral in numerals) and not any(":" in one for one in symbols)
    if plain and 2 <= len(numerals) <= _MOST_AT_ONCE and not _repeats(symbols):
        yield words.say(
            "In {key}, {row} is {chords}.", "{chords} is {row} in {key}.", "In {key}, {chords} is {row}.",
            key=key_words(key), row="–".join(numerals), chords="–".join(symbols),
        )  # fmt: skip
    told = {one: chord for one, chord in zip(numerals, chords, strict=True) if ":" not in chord.symbol}
    for numeral in words.some([one for one in told if not _has_bass(one)], 3):
        yield numeral_fact(numeral, told[numeral], key, words)
    for symbol in words.some(list(dict.fromkeys(chord.symbol for chord in told.values())), 3):
        yield notes_fact(Chord.parse(symbol), words)


def _has_bass(numeral: str) -> bool:
    return numeral.rpartition("/")[2].lstrip("b#").isdigit() and "/" in numeral


def _repeats(symbols: Sequence[str]) -> bool:
    return any(one == other for one, other in pairwise(symbols))


def common_facts(chords: Sequence[Chord], words: Words, most: int = 2) -> Iterator[str]:
    """ "C and Am share C and E", for neighbours that share something."""
    pairs = []
    for one, other in pairwise(chords):
        shared = [note for note in one.notes if pitch_class(fifths(note)) in other.pitch_classes]
        same = set(one.notes) >= set(shared) and set(shared) <= set(other.notes)
        if shared and same and len(shared) < len(one.notes) and one.root != other.root and not _slash(one, other):
            pairs.append((one, other, shared))
    for one, other, shared in words.some(pairs, most):
        yield words.say(
            "{one} and {other} share {shared}.", "The common tones of {one} and {other} are {shared}."
            if len(shared) > 1 else "The common tone of {one} and {other} is {shared}.",
            one=one.symbol, other=other.symbol, shared=listed(shared),
        )  # fmt: skip


def _slash(one: Chord, other: Chord) -> bool:
    return one.is_slash or other.is_slash


def guides_of(chord: Chord) -> tuple[str, str] | None:
    """The third and seventh (or sixth) by name; None where the chord lacks one."""
    named = dict(zip(chord.degrees, chord.notes, strict=True))
    third = next((named[label] for label in ("b3", "3") if label in named), None)
    seventh = next((named[label] for label in ("7", "b7", "bb7", "6") if label in named), None)
    return None if third is None or seventh is None else (third, seventh)


def guide_facts(chords: Sequence[Chord], words: Words, most: int = 2) -> Iterator[str]:
    """Guide tones by name, and the sevenths that fall a step to the third of the next chord."""
    with_guides = [chord.symbol for chord in dict.fromkeys(chords) if guides_of(chord) is not None]
    for symbol in words.some(with_guides, most):
        found = guides_of(Chord.parse(symbol))
        yield words.say(
            "The guide tones of {symbol} are {listed}.", "The third and seventh of {symbol} are {listed}.",
            "{symbol} has {listed} as its guide tones.",
            symbol=symbol, listed=listed(found or ()),
        ) if "6" not in Chord.parse(symbol).degrees else words.say(
            "The guide tones of {symbol} are {listed}.", symbol=symbol, listed=listed(found or ())
        )  # fmt: skip
    for one, other in pairwise(chords):
        before, after = guides_of(one), guides_of(other)
        if before is None or after is None or one.seventh is None or other.third is None:
            continue
        if (one.seventh - other.third) % 12 in (1, 2):
            yield words.say(
                "The {seventh} of {one} falls to the {third} of {other}.",
                "The seventh of {one}, {seventh}, falls to {third}, the third of {other}.",
                one=one.symbol, other=other.symbol, seventh=before[1], third=after[0],
            )  # fmt: skip


def moved_fact(numerals: Sequence[str], key: Key, goal: Key, words: Words) -> str:
    """The same row in another key."""
    before = [chord.symbol for chord in chords_of(numerals, key)]
    after = [chord.symbol for chord in chords_of(numerals, goal)]
    templates = ("{row} in {home} transposed to {goal} is {after}.", "{before} in {home} becomes {after} in {goal}.")
    return words.say(
        *templates[: 1 if before[0] == "A" else 2],
        row="–".join(numerals), home=key_words(key), goal=key_words(goal), before=spaced(before), after=spaced(after),
    )  # fmt: skip


def blues_fact(key: Key, words: Words) -> str:
    """The three chords of a 12-bar blues."""
    symbols = [chord.symbol for chord in chords_of(("I7", "IV7", "V7"), key)]
    tonic = key.symbol.removesuffix("m")
    return words.say(
        "A 12-bar blues in {key} uses {listed}.", "In {key}, a 12-bar blues has {listed}.",
        key=tonic, listed=listed(symbols), dashed=dashed(symbols),
    )  # fmt: skip
