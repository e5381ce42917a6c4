"""What is true of a concept in a key, as sentences: gathered from the families of facts, each derived by the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final

from partimento.music.chord import Chord, chord_on
from partimento.music.key import Key
from partimento.music.roman import chord_of
from partimento.music.scale import scale_on
from partimento.music.teaching.chord_facts import (
    formula_fact,
    inversion_facts,
    kind_fact,
    member_facts,
    notes_fact,
    numeral_fact,
)
from partimento.music.teaching.concept import About, Concept
from partimento.music.teaching.key_facts import (
    circle_facts,
    interval_facts,
    lift_facts,
    mode_facts,
    name_facts,
    neighbour_facts,
    relative_facts,
    signature_facts,
    step_facts,
)
from partimento.music.teaching.keys import home_key, key_words, keys_for
from partimento.music.teaching.progression_facts import (
    blues_fact,
    chords_of,
    common_facts,
    guide_facts,
    moved_fact,
    row_facts,
)
from partimento.music.teaching.rhythm_facts import rhythm_facts
from partimento.music.teaching.scale_facts import count_fact, over_fact, scale_facts
from partimento.music.teaching.voicing_facts import voicing_facts
from partimento.music.teaching.wording import Words
from partimento.music.voicing.study import kind_named

_OF_KEYS: Final[dict[About, Callable[[Key, Words], Iterator[str]]]] = {
    "names": name_facts, "steps": step_facts, "intervals": interval_facts, "signature": signature_facts,
    "circle": circle_facts, "relative": relative_facts, "modes": mode_facts, "closely-related": neighbour_facts,
    "lift": lift_facts,
}  # fmt: skip
_IN_FORMULAS: Final = ("1", "2", "b3", "3", "4", "b5", "5", "#5", "6", "b7", "7", "9", "b9")
_SEVENTHS_FROM: Final = 4
"""From this level on, guide tones are spoken of."""


def facts(
    concept: Concept, key: Key | str, *, level: int | None = None, genre: str = "", seed: int = 0
) -> tuple[str, ...]:
    """True sentences about a concept in a key, plain ones first; another `seed` words and picks them otherwise.

    The key is taken in the concept's mode (`home_key`). `level` 1–10 (the concept's own where left out) leaves out what
    is above it; `genre` chooses the keys that a transposed example goes to. Raises KeySyntaxError, UnknownName.
    """
    home = home_key(concept, key)
    words = Words(Random(f"{concept.id} {home.symbol} {seed}"))
    height = concept.level if level is None else level
    told = (
        *_of_chord(concept, home, words),
        *_of_scale(concept, home, words),
        *_of_row(concept, home, height, words),
        *(fact for about in concept.about for fact in _of_subject(about, concept, home, genre, height, words)),
    )
    return tuple(dict.fromkeys(told))


def _of_chord(concept: Concept, home: Key, words: Words) -> Iterator[str]:
    if not concept.chord:
        return
    kind = Chord.parse(f"C{concept.chord}").shape
    own = [(one, chord) for one in concept.numerals if (chord := chord_of(one, home)).shape == kind]
    numeral, chord = own[0] if own else ("", chord_on(home.tonic, kind))
    yield notes_fact(chord, words)
    yield from kind_fact(chord, words)
    if in_formulas(chord):
        yield formula_fact(chord, words)
    yield from member_facts(chord, words)
    if numeral:
        yield numeral_fact(numeral, chord, home, words)


def in_formulas(chord: Chord) -> bool:
    """Whether a chord's formula is plain enough to be told as one."""
    return len(chord.degrees) > 2 and all(label in _IN_FORMULAS for label in chord.degrees)


def _of_scale(concept: Concept, home: Key, words: Words) -> Iterator[str]:
    if not concept.scale:
        return
    scale = scale_on(home.tonic, concept.scale)
    yield from scale_facts(scale, words)
    yield count_fact(scale, words)
    for suffix in ("7", "m7", "maj7", "m7b5", "m(maj7)"):
        chord = Chord.parse(f"{scale.symbol.split()[0]}{suffix}")
        if chord.pitch_classes <= scale.pitch_classes:
            yield over_fact(scale, chord.symbol, words)
            break


def _of_row(concept: Concept, home: Key, level: int, words: Words) -> Iterator[str]:
    if not concept.numerals:
        return
    chords = chords_of(concept.numerals, home)
    if not concept.chord:
        yield from row_facts(concept.numerals, home, words)
    if concept.voicing:
        yield from voicing_facts(chords, kind_named(concept.voicing), words)
    if concept.subject in ("voicing", "progressions", "reharmonization"):
        yield from common_facts(chords, words)
        if level >= _SEVENTHS_FROM:
            yield from guide_facts(chords, words)


def _of_subject(about: About, concept: Concept, home: Key, genre: str, level: int, words: Words) -> Iterator[str]:
    if about in _OF_KEYS:
        yield from _OF_KEYS[about](home, words)
        return
    chords = chords_of(concept.numerals, home)
    yield from rhythm_facts(about, words)
    if about == "blues":
        yield blues_fact(home, words)
    elif about == "inversions":
        for chord in [one for one in chords if not one.is_slash][:2]:
            yield from inversion_facts(chord, words)
    elif about == "augmented":
        raised = Chord.parse(f"{home.symbol.removesuffix('m')}aug")
        yield notes_fact(raised, words)
        yield from kind_fact(raised, words)
    elif about == "transposing":
        goals = [key for key in keys_for(level, genre, home.mode if home.mode == "minor" else "major") if key != home]
        for goal in words.some(goals, 2):
            yield moved_fact(concept.numerals, home, goal, words)
    elif about == "cadence":
        yield from _cadence(concept.numerals, chords, home, words)
    else:
        yield from _of_device(about, concept, home, chords, words)


def _cadence(numerals: Sequence[str], chords: Sequence[Chord], home: Key, words: Words) -> Iterator[str]:
    names = {("V7", "I"): "an authentic", ("IV", "I"): "a plagal", ("V7", "vi"): "a deceptive"}
    name = names[numerals[0], numerals[1]]
    yield words.say(
        "{one} to {other} is {name} cadence in {key}.", "In {key}, {one} to {other} is {name} cadence.",
        one=chords[0].symbol, other=chords[1].symbol, name=name, key=key_words(home),
    )  # fmt: skip
    yield words.say("{one} to {other} is {name} cadence.", one=numerals[0], other=numerals[1], name=name)


def _of_device(about: About, concept: Concept, home: Key, chords: Sequence[Chord], words: Words) -> Iterator[str]:
    if about == "common":
        yield from common_facts(chords, words)
    elif about == "guides":
        yield from guide_facts(chords, words, 3)
    elif about == "neapolitan":
        yield words.say("The Neapolitan of {key} is {two}.", key=key_words(home), two=chord_of("bII", home).symbol)
    elif about == "augmented-sixth":
        low, high = chord_of("bVI", home).notes[0], chord_of("#ivo", home).notes[0]
        yield words.say(
            "{low} to {high} is an augmented sixth.", "An augmented sixth above {low} is {high}.", low=low, high=high
        )
        sixth = chord_of("bVI7", home)
        yield words.say("{low} to {high} is a minor seventh.", low=sixth.notes[0], high=sixth.notes[3])
    elif about == "chord-scales":
        for numeral, kind in (("ii7", "Dorian"), ("V7", "Mixolydian"), ("Imaj7", "major")):
            chord = chord_of(numeral, home)
            yield over_fact(scale_on(chord.root_fifths or 0, kind), chord.symbol, words)
