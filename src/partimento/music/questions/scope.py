"""What a concept is about, and the chords and scales it shows in a key: what families draw their matter from."""

from __future__ import annotations

from random import Random
from typing import Final, Literal

from partimento.music.chord import Chord, chord_on
from partimento.music.key import Key
from partimento.music.questions.item import Ask
from partimento.music.roman import chord_of
from partimento.music.scale import Scale, scale_on
from partimento.music.teaching.concept import Concept

_HARMONIC: Final = ("chords", "progressions", "reharmonization", "form")
_READS_CHORDS: Final = frozenset(
    {"lead-sheets", "arpeggios", "chord-grips", "walking-bass", "transposing", "playing-by-ear"}
)
_PLAIN_FROM: Final = 8
"""The level from which notes with two accidentals are asked for."""


def is_harmony(concept: Concept) -> bool:
    """Whether its chords are what it is about, not what it is practised on."""
    return bool(concept.numerals) and (concept.subject in _HARMONIC or concept.id in _READS_CHORDS)


def is_progression(concept: Concept) -> bool:
    """Whether a row of chords is what it is about."""
    return is_harmony(concept) and len(concept.numerals) >= 2 and concept.subject != "chords"


def is_chord(concept: Concept) -> bool:
    """Whether a kind of chord, or the reading of chords, is what it is about."""
    return bool(concept.chord) or (
        bool(concept.numerals) and (concept.subject == "chords" or concept.id in _READS_CHORDS)
    )


def is_voicing(concept: Concept) -> bool:
    """Whether it is about grips of chords with sevenths."""
    return (
        concept.subject == "voicing"
        and bool(concept.voicing)
        and any("7" in one or "9" in one for one in concept.numerals)
    )


def is_scale(concept: Concept) -> bool:
    return bool(concept.scale) and concept.subject in ("scales", "technique", "voicing")


def mode_of(concept: Concept) -> Literal["major", "minor"]:
    """The keys its numerals are meant in."""
    if concept.mode:
        return concept.mode
    return "minor" if any(numeral.lstrip("b#")[:2] in ("i", "i7") for numeral in concept.numerals) else "major"


def chords_in(ask: Ask) -> tuple[Chord, ...]:
    """The chords of a concept's numerals in the key, in order."""
    return tuple(chord_of(numeral, ask.key) for numeral in ask.concept.numerals)


def one_chord(ask: Ask, rng: Random) -> Chord | None:
    """A chord of the concept: of its kind on a step where it stands, or one of its numerals; spelled plainly."""
    inside = [chord for chord in chords_in(ask) if not chord.is_slash]
    if ask.concept.chord:
        shape = Chord.parse(f"C{'' if ask.concept.chord == 'maj' else ask.concept.chord}").shape
        inside = [chord for chord in inside if chord.shape == shape]
        roots = [*ask.key.scale[:6], *(chord.root_fifths or 0 for chord in inside)]
        inside += [chord_on(root, shape) for root in roots]
    fit = [chord for chord in inside if is_plain(chord, ask.level)]
    return rng.choice(fit) if fit else None


def is_plain(chord: Chord, level: int) -> bool:
    """Whether its notes are such as a learner of a level is asked to spell."""
    most = 2 if level >= _PLAIN_FROM else 1
    return not chord.is_no_chord and all(len(note) - 1 <= most for note in chord.notes)


def one_scale(ask: Ask, rng: Random) -> Scale | None:
    """The concept's scale on the key's tonic, or on another step of it where the level allows; spelled plainly."""
    tonics = [ask.key.tonic, *(ask.key.tonic + move for move in (-1, 1, 2))]
    scales = [scale_on(tonic, ask.concept.scale) for tonic in tonics]
    fit = [
        scale for scale in scales if all(len(note) <= (3 if ask.level >= _PLAIN_FROM else 2) for note in scale.notes)
    ]
    if not fit:
        return None
    return fit[0] if rng.random() < 0.6 else rng.choice(fit)


def signs_of(key: Key) -> int:
    """How many accidentals a key has."""
    return abs(key.signature)
