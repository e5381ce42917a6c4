"""What can be asked to be played about a concept, in words that a grader executes, and what of it counts how much.

Every sentence is one that `music.grading.criterion` reads; judging a take is `music.grading.performed`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.grading.criterion import Criterion, bass_of
from partimento.music.grading.grade import Grade
from partimento.music.grading.performed import perform
from partimento.music.pitch import name
from partimento.music.questions.item import Ask
from partimento.music.questions.scope import (
    chords_in,
    is_chord,
    is_harmony,
    is_progression,
    is_scale,
    one_chord,
    one_scale,
)
from partimento.music.take import Take
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.keys import key_words
from partimento.music.voicing import voicings
from partimento.music.voicing.reach import KINDS, Kind

_SCALES_FROM: Final = 4
"""The level from which scales are asked over two octaves."""
_MOST: Final = 5
"""Chords that one task asks for."""
_SPOKEN: Final[dict[str, str]] = {"drop2": "drop 2", "drop3": "drop 3", "neosoul": "neo-soul", "fourpart": "four-part"}
_HARDER: Final = 1.0
_ROW: Final = re.compile(r"b?(?:[IV]+|[iv]+)(?:maj7|ø7|7)?")
_INVERSIONS: Final = ("first", "second", "third")
_TEMPO: Final = (50, 56, 60, 66, 72, 80, 88, 96, 104, 112)
"""Beats a minute by level; a remark for the player: what has no written time is not held to it."""


class Weights(Struct, frozen=True):
    """What counts how much; the whole need not be 1. `form`: voicing, inversion and hand."""

    notes: float = 0.75
    form: float = 0.25
    evenness: float = 0.0


class Scoring(Struct, frozen=True, kw_only=True):
    """How a take is marked. `criterion` is a sentence that the task `grading` executes; `pass_mark` of 100."""

    criterion: str
    weights: Weights = Weights()
    pass_mark: int = 80
    tempo: int = 80


class Performance(Struct, frozen=True, kw_only=True):
    """Something to play, and how it is marked."""

    concept: str
    question: str
    scoring: Scoring
    difficulty: float


def performances(ask: Ask, rng: Random) -> Iterator[Performance]:
    """What can be asked to be played about the concept, each once; none where it is no matter of notes."""
    tempo = _TEMPO[max(1, min(ask.level, 10)) - 1]
    for sentence, weights, harder in _sentences(ask, rng):
        yield Performance(
            concept=ask.concept.id,
            question=f"{sentence[0].upper()}{sentence[1:]}.",
            scoring=Scoring(criterion=sentence, weights=weights, tempo=tempo),
            difficulty=round(max(1.0, min(10.0, ask.concept.level + harder + 0.1 * abs(ask.key.signature))), 1),
        )


def can_be_played(concept: Concept) -> bool:
    """Whether something can be asked to be played about it."""
    voiced = concept.subject == "voicing" and concept.voicing in KINDS and bool(concept.numerals)
    return voiced or is_scale(concept) or is_chord(concept) or is_harmony(concept)


_Sentence = tuple[str, Weights, float]
_CHORDS: Final = Weights()
_PLAIN: Final = Weights(notes=1.0, form=0.0)
_RUN: Final = Weights(notes=0.7, form=0.05, evenness=0.25)


def _sentences(ask: Ask, rng: Random) -> Iterator[_Sentence]:
    concept = ask.concept
    if concept.subject == "voicing" and concept.voicing in KINDS:
        yield from _voiced(ask, rng, concept.voicing)
    if is_scale(concept):
        yield from _scales(ask, rng)
    if is_harmony(concept):
        row = _row(ask)
        if row and is_progression(concept):
            yield f"play {row}", _PLAIN, 0.5
        yield from _chord_tasks(ask, rng)


def _voiced(ask: Ask, rng: Random, kind: Kind) -> Iterator[_Sentence]:
    chords = [chord for chord in dict.fromkeys(chords_in(ask)) if _takes(chord, kind)]
    word = _SPOKEN.get(kind, kind)
    for chord in rng.sample(chords, len(chords)):
        yield f"play a {word} voicing of {chord.symbol}", _CHORDS, 0.0
    row = _row(ask)
    if row and len(chords) == len(dict.fromkeys(chords_in(ask))):
        yield f"play {row} in {word} voicings", _CHORDS, _HARDER


def _takes(chord: Chord, kind: Kind) -> bool:
    return not chord.is_slash and voicings(chord, kind)[0].kind == kind


def _scales(ask: Ask, rng: Random) -> Iterator[_Sentence]:
    scale = one_scale(ask, rng)
    if scale is None:
        return
    octaves = "one octave" if ask.level < _SCALES_FROM else "two octaves"
    for hand in rng.sample(("right", "left"), 2):
        yield f"play {_a(scale.symbol)} scale in the {hand} hand up {octaves}", _RUN, 0.0
    yield f"play {_a(scale.symbol)} scale in the right hand up and down {octaves}", _RUN, 0.5


def _chord_tasks(ask: Ask, rng: Random) -> Iterator[_Sentence]:
    chord = one_chord(ask, rng)
    if chord is None:
        return
    yield f"play {chord.symbol}" if chord.shape.suffix else f"play {_a(chord.symbol)} chord", _PLAIN, 0.0
    turns = [at for at in (1, 2, 3) if bass_of(chord.symbol, at) is not None]
    if turns and ("inversions" in ask.concept.about or ask.level >= _SCALES_FROM):
        yield f"play {chord.symbol} in {_INVERSIONS[rng.choice(turns) - 1]} inversion", _CHORDS, 0.5
    if ask.level >= _SCALES_FROM and len(chord.degrees) <= 4:
        root = name(chord.root_fifths or 0)
        other = chord.symbol if chord.shape.suffix else f"{root} major"
        yield f"play {_a(other)} arpeggio in the right hand up two octaves", _RUN, 0.5


def _a(symbol: str) -> str:
    """ "an A7", "a Bb major": A, E and F are spoken with a vowel."""
    return f"an {symbol}" if symbol[0] in "AEF" else f"a {symbol}"


def _row(ask: Ask) -> str:
    """The concept's progression as the grader reads one, "ii7-V7-Imaj7 in Bb major"; "" where it would be another."""
    numerals = ask.concept.numerals[:_MOST]
    sentence = f"{'-'.join(numerals)} in {key_words(ask.key)}"
    if len(numerals) < 2 or not all(_ROW.fullmatch(numeral) for numeral in numerals):
        return ""
    try:
        heard = Criterion.parse(f"play {sentence}").chords
    except BadInput:
        return ""
    return sentence if heard == tuple(chord.symbol for chord in chords_in(ask)[:_MOST]) else ""


class Judged(Struct, frozen=True):
    """A take marked: `score` of 100 by the weights, whether it passed, and what the grader said."""

    score: int
    passed: bool
    grade: Grade


def judge(take: Take, scoring: Scoring) -> Judged:
    """Mark a take. Raises BadInput for a criterion that cannot be read, and as `perform`."""
    grade = perform(take, Criterion.parse(scoring.criterion))
    notes = grade.marks.notes / 100
    amiss = any(finding.kind in ("voicing", "hand") for finding in grade.findings)
    weights = scoring.weights
    whole = weights.notes + weights.form + weights.evenness
    if whole <= 0:
        raise BadInput("the weights add up to nothing", why="then nothing counts", mend="give notes a weight above 0")
    parts = (
        weights.notes * notes + weights.form * notes * (not amiss) + weights.evenness * notes * grade.marks.rhythm / 100
    )
    score = round(100 * parts / whole)
    return Judged(score, score >= scoring.pass_mark, grade)
