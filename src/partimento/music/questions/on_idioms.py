"""Questions on what players of a genre know by name: the blues by its bars, changes by what they are called."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.questions.idioms import BLUES_BARS, named_changes
from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.scope import chords_in, is_plain, signs_of
from partimento.music.questions.wrong import kept, numerals_near, rows_near, spaced
from partimento.music.roman import chord_of
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concepts
from partimento.music.teaching.keys import key_words

ON_IDIOMS: Final[Families] = []


def _is_blues(concept: Concept) -> bool:
    return "blues" in concept.about or concept.id in ("quick-change", "call-and-response", "shuffle", "boogie-woogie")


def _is_named(concept: Concept) -> bool:
    return concept.id in named_changes().values()


def _name_of(concept: Concept) -> str:
    return next(name for name, known in named_changes().items() if known == concept.id)


@family(ON_IDIOMS, "bar of the blues", _is_blues)
def _bar(ask: Ask, rng: Random) -> Item | None:
    bar = rng.choice(list(BLUES_BARS))
    answer = chord_of(BLUES_BARS[bar], ask.key)
    if ask.key.is_minor or not is_plain(answer, ask.level):
        return None
    blues = [chord_of(roman, ask.key).symbol for roman in ("I7", "IV7", "V7", "ii7", "VI7")]
    return Item(
        question=f"Which chord stands in bar {bar} of a basic twelve-bar blues in {key_words(ask.key)}?",
        answer=answer.symbol,
        means="chord",
        wrong=kept(blues, answer.symbol),
        also=(answer.symbol.removesuffix("7"),),
        explanation=f"A 12-bar blues in {ask.key.symbol} uses {blues[0]}, {blues[1]} and {blues[2]}. "
        f"{BLUES_BARS[bar]} in {key_words(ask.key)} is {answer.symbol}.",
        signs=signs_of(ask.key),
    )


@family(ON_IDIOMS, "changes by name", _is_named)
def _changes(ask: Ask, rng: Random) -> Item | None:
    chords = chords_in(ask)
    if not all(is_plain(chord, ask.level) for chord in chords) or any(chord.is_slash for chord in chords):
        return None
    told = " ".join(ask.concept.numerals)
    return Item(
        question=f"Which chords are {_name_of(ask.concept)} in {key_words(ask.key)}?",
        answer=spaced(chords),
        means="chords",
        wrong=rows_near(chords, rng),
        explanation=f"{told} in {key_words(ask.key)} is {spaced(chords)}.",
        signs=signs_of(ask.key),
    )


@family(ON_IDIOMS, "numerals of changes by name", _is_named, low=3, harder=-0.5)
def _numerals(ask: Ask, rng: Random) -> Item | None:
    told = " ".join(ask.concept.numerals)
    known = set(named_changes().values())
    others = [" ".join(one.numerals) for one in concepts() if one.id in known and one.mode == ask.concept.mode]
    chords = chords_in(ask)
    return Item(
        question=f"Which Roman numerals make up {_name_of(ask.concept)}?",
        answer=told,
        means="numerals",
        wrong=kept([*rng.sample(others, len(others)), *_turned(ask.concept.numerals, rng)], told),
        key=ask.key.symbol,
        explanation=f"{told} in {key_words(ask.key)} is {spaced(chords)}.",
    )


def _turned(numerals: tuple[str, ...], rng: Random) -> list[str]:
    """The same numerals in another order, and with one on another step."""
    orders = [" ".join(rng.sample(numerals, len(numerals))) for _ in range(3)]
    place = rng.randrange(len(numerals))
    changed = [(*numerals[:place], other, *numerals[place + 1 :]) for other in numerals_near(numerals[place], rng)[:2]]
    return [*(" ".join(row) for row in changed), *orders]
