"""Questions on chords in a key: numerals both ways, steps, functions, what belongs to the key. Each is a family."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.analysis import function_of
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.scope import chords_in, is_harmony, is_plain, mode_of, signs_of
from partimento.music.questions.wrong import chords_near, kept, numerals_near
from partimento.music.quiz.words import QUALITIES
from partimento.music.roman import chord_of, is_diatonic, numeral
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.keys import key_words

ON_NUMERALS: Final[Families] = []
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_TRIADS: Final = {
    "major": ("I", "ii", "iii", "IV", "V", "vi", "viio"),
    "minor": ("i", "iio", "bIII", "iv", "v", "bVI", "bVII"),
}
_SURE: Final = (0, 1, 2, 3, 5)
"""Steps of minor that all teachers give one triad."""
_KINDS: Final = ("major", "minor", "diminished", "augmented")
_FUNCTIONS: Final = ("tonic", "subdominant", "dominant")
_WHY: Final = {
    "tonic": "It is at home, where a phrase can rest.",
    "subdominant": "It leaves home and prepares what leads back.",
    "dominant": "It pulls back home.",
}


def _in_keys(concept: Concept) -> bool:
    return is_harmony(concept) or concept.id == "key-signatures"


def _on_steps(concept: Concept) -> bool:
    return concept.id in (
        "diatonic-triads",
        "minor-key-harmony",
        "roman-numerals",
        "diatonic-sevenths",
        "one-four-five",
    )


def _numeral_and_chord(ask: Ask, rng: Random) -> tuple[str, Chord] | None:
    """A numeral of the concept and its chord; each reads back as the other."""
    found = [(roman, chord_of(roman, ask.key)) for roman in ask.concept.numerals]
    fit = [
        (roman, chord)
        for roman, chord in found
        if is_plain(chord, ask.level) and not chord.is_slash and numeral(chord, ask.key) == roman
    ]
    return rng.choice(fit) if fit else None


def _placed(roman: str, chord: Chord, ask: Ask) -> str:
    """Where a chord stands; the tonic needs the word, or it would be taken for a note."""
    if roman == "I":
        return f"The I chord of {key_words(ask.key)} is {chord.symbol}."
    return f"{chord.symbol} is {roman} in {key_words(ask.key)}."


@family(ON_NUMERALS, "chord of a numeral", is_harmony)
def _chord(ask: Ask, rng: Random) -> Item | None:
    drawn = _numeral_and_chord(ask, rng)
    if drawn is None:
        return None
    roman, chord = drawn
    key = key_words(ask.key)
    return Item(
        question=rng.choice(
            (
                "In {key}, which chord is {roman}?",
                "What is {roman} in {key}?",
                "Which chord is {roman} in the key of {key}?",
            )
        ).format(key=key, roman=roman),
        answer=chord.symbol,
        means="chord",
        wrong=chords_near(chord, rng),
        statement=f"In {key}, {roman} is {{}}.",
        explanation=_placed(roman, chord, ask),
        signs=signs_of(ask.key),
    )


@family(ON_NUMERALS, "numeral of a chord", is_harmony, low=2)
def _roman(ask: Ask, rng: Random) -> Item | None:
    drawn = _numeral_and_chord(ask, rng)
    if drawn is None:
        return None
    roman, chord = drawn
    key = key_words(ask.key)
    return Item(
        question=rng.choice(
            (
                "In {key}, which Roman numeral describes the chord {chord}?",
                "What is the Roman numeral of {chord} in {key}?",
            )
        ).format(key=key, chord=chord.symbol),
        answer=roman,
        means="numeral",
        wrong=numerals_near(roman, rng),
        statement=f"In {key}, {chord.symbol} is {{}}.",
        explanation=_placed(roman, chord, ask),
        key=ask.key.symbol,
        signs=signs_of(ask.key),
    )


@family(ON_NUMERALS, "triad on a step", _on_steps)
def _on_step(ask: Ask, rng: Random) -> Item | None:
    numerals = _TRIADS[mode_of(ask.concept)]
    step = rng.choice((0, 3, 4) if ask.level <= 1 else _SURE if ask.key.is_minor else range(7))
    chord = chord_of(numerals[step], ask.key)
    if not is_plain(chord, ask.level):
        return None
    others = [chord_of(other, ask.key).symbol for other in rng.sample(numerals, len(numerals))]
    return Item(
        question=f"Which chord stands on the {_ORDINALS[step]} degree of {key_words(ask.key)}?",
        answer=chord.symbol,
        means="chord",
        wrong=kept([chords_near(chord, rng)[0], *others], chord.symbol),
        statement=f"On the {_ORDINALS[step]} degree of {key_words(ask.key)} stands {{}}.",
        explanation=_placed(numerals[step], chord, ask),
        signs=signs_of(ask.key),
    )


@family(ON_NUMERALS, "kind of chord on a step", _on_steps, low=2, harder=0.5)
def _kind(ask: Ask, rng: Random) -> Item | None:
    mode = mode_of(ask.concept)
    step = rng.choice(_SURE if mode == "minor" else range(7))
    chord = chord_of(_TRIADS[mode][step], ask.key)
    word = QUALITIES[chord.quality or "5"][0]
    return Item(
        question=f"What is the quality of the chord built on the {_ORDINALS[step]} degree of a {mode} scale?",
        answer=word,
        means="word",
        wrong=kept(_KINDS, word),
        explanation=f"On the {_ORDINALS[step]} degree of {key_words(ask.key)} stands {chord.symbol}. "
        f"{', '.join(chord.notes[:2])} and {chord.notes[2]} form a {word} triad.",
    )


@family(ON_NUMERALS, "function of a chord", is_harmony, low=2)
def _function(ask: Ask, rng: Random) -> Item | None:
    drawn = _numeral_and_chord(ask, rng)
    if drawn is None:
        return None
    roman, chord = drawn
    function = function_of(chord, ask.key)
    if function not in _FUNCTIONS:
        return None
    return Item(
        question=rng.choice(("What is the function of {} in {}?", "Which function does {} have in {}?")).format(
            chord.symbol, key_words(ask.key)
        ),
        answer=function,
        means="word",
        wrong=kept([*rng.sample(_FUNCTIONS, 3), "passing"], function),
        also=("predominant",) if function == "subdominant" else (),
        explanation=f"{_placed(roman, chord, ask)} {_WHY[function]}",
        signs=signs_of(ask.key),
    )


@family(ON_NUMERALS, "chord of a key", _in_keys)
def _diatonic(ask: Ask, rng: Random) -> Item | None:
    chord = _own_chord(ask, rng)
    if chord is None:
        return None
    return Item(
        question=f"Which of these chords belongs to {key_words(ask.key)}?",
        answer=chord.symbol,
        means="chord",
        wrong=chords_near(chord, rng),
        alone=False,
        explanation=f"{chord.symbol} belongs to {key_words(ask.key)}.",
        signs=signs_of(ask.key),
    )


def _own_chord(ask: Ask, rng: Random) -> Chord | None:
    key = Key(ask.key.tonic, mode_of(ask.concept))
    chords = chords_in(ask) or tuple(chord_of(roman, key) for roman in _TRIADS[key.mode])
    fit = [chord for chord in chords if is_diatonic(chord, key) and not chord.is_slash and is_plain(chord, ask.level)]
    return rng.choice(fit) if fit else None


@family(ON_NUMERALS, "stranger to a key", _in_keys, low=2, harder=0.5)
def _foreign(ask: Ask, rng: Random) -> Item | None:
    key = ask.key
    own = [chord_of(roman, key) for roman in _TRIADS["minor" if key.is_minor else "major"]]
    home = rng.choice(own)
    strange = [Chord.parse(symbol) for symbol in chords_near(home, rng)]
    strange = [
        chord
        for chord in strange
        if not is_diatonic(chord, key) and len(chord.degrees) == 3 and is_plain(chord, ask.level)
    ]
    if not strange:
        return None
    return Item(
        question=f"Which of these chords does not belong to {key_words(key)}?",
        answer=strange[0].symbol,
        means="chord",
        wrong=tuple(chord.symbol for chord in rng.sample(own, len(own))),
        alone=False,
        explanation=f"{key_words(key)} has the notes {' '.join(map(name, key.scale))}. "
        f"{strange[0].symbol} is {' '.join(strange[0].notes)}.",
        signs=signs_of(key),
    )
