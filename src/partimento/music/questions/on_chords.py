"""Questions on single chords: their notes, members, kinds, degrees, inversions. Each function is a family."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.chord import Chord, chord_on
from partimento.music.chord_shape import Quality
from partimento.music.pitch import name
from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.scope import chords_in, is_chord, is_plain, one_chord, signs_of
from partimento.music.questions.wrong import chords_near, dashed, kept, notes_near, spelled, suffixes_near, tones_near
from partimento.music.quiz.words import QUALITIES
from partimento.music.teaching.concept import Concept

ON_CHORDS: Final[Families] = []
_MEMBERS: Final = {
    "3": "third", "b3": "third", "5": "fifth", "b5": "fifth", "#5": "fifth", "6": "sixth", "7": "seventh",
    "b7": "seventh", "bb7": "seventh", "9": "ninth", "b9": "ninth", "11": "eleventh", "#11": "eleventh",
    "13": "thirteenth",
}  # fmt: skip
_BESIDE: Final[dict[Quality, tuple[Quality, ...]]] = {
    "maj": ("min", "aug", "dim"), "min": ("maj", "dim", "aug"), "dim": ("min", "aug", "maj"),
    "aug": ("maj", "dim", "min"), "7": ("maj7", "min7", "hdim7", "maj"), "maj7": ("7", "min7", "minmaj7", "maj"),
    "min7": ("7", "maj7", "hdim7", "min"), "hdim7": ("dim7", "min7", "7", "dim"),
    "dim7": ("hdim7", "min7", "aug", "7"), "minmaj7": ("min7", "maj7", "7"), "6": ("7", "maj7", "min7", "maj"),
    "min6": ("min7", "hdim7", "maj7", "min"), "sus": ("maj", "min", "7"),
}  # fmt: skip
"""What a kind is mistaken for."""
_INVERSIONS: Final = ("root position", "first inversion", "second inversion", "third inversion")


def _turns(concept: Concept) -> bool:
    return "inversions" in concept.about or concept.id in (
        "smooth-triads",
        "cadential-six-four",
        "figured-bass",
        "diatonic-sevenths",
    )


@family(ON_CHORDS, "spell a chord", is_chord)
def _spell(ask: Ask, rng: Random) -> Item | None:
    chord = one_chord(ask, rng)
    if chord is None:
        return None
    answer = spelled(chord.notes)
    return Item(
        question=rng.choice(("Which notes are in {}?", "Which notes make up {}?", "What notes form {}?")).format(
            chord.symbol
        ),
        answer=answer,
        means="notes",
        wrong=tones_near(chord, rng),
        statement=f"{chord.symbol} is {{}}.",
        explanation=f"{chord.symbol} is {answer}.",
        signs=signs_of(ask.key),
    )


@family(ON_CHORDS, "name a chord by its notes", is_chord, harder=0.5)
def _name(ask: Ask, rng: Random) -> Item | None:
    chord = one_chord(ask, rng)
    if chord is None:
        return None
    return Item(
        question=f"Which chord contains the notes {spelled(chord.notes)}?",
        answer=chord.symbol,
        means="chord",
        wrong=chords_near(chord, rng),
        explanation=f"{chord.symbol} is {spelled(chord.notes)}.",
        signs=signs_of(ask.key),
    )


@family(ON_CHORDS, "member of a chord", is_chord)
def _member(ask: Ask, rng: Random) -> Item | None:
    chord = one_chord(ask, rng)
    if chord is None:
        return None
    members = [
        (label, note) for label, note in zip(chord.degrees, chord.shape.fifths, strict=True) if label in _MEMBERS
    ]
    members = [one for one in members if sum(_MEMBERS[label] == _MEMBERS[one[0]] for label, _ in members) == 1]
    if not members:
        return None
    # the tone that makes the kind is asked more often than the others
    label, step = rng.choice([*members, members[-1]])
    note, word = (chord.root_fifths or 0) + step, _MEMBERS[label]
    return Item(
        question=rng.choice(("Which note is the {} of {}?", "What is the {} of {}?")).format(word, chord.symbol),
        answer=name(note),
        means="note",
        wrong=notes_near(note, rng),
        statement=f"The {word} of {chord.symbol} is {{}}.",
        explanation=f"The {word} of {chord.symbol} is {name(note)}.",
        signs=signs_of(ask.key),
    )


def _is_named(concept: Concept) -> bool:
    return is_chord(concept) and concept.id != "slash-chords"


@family(ON_CHORDS, "kind of a chord", _is_named)
def _quality(ask: Ask, rng: Random) -> Item | None:
    chord = one_chord(ask, rng)
    if chord is None or chord.quality not in _BESIDE or len(chord.degrees) > 4:
        return None
    word = QUALITIES[chord.quality][0]
    noun = "triad" if len(chord.degrees) == 3 and chord.quality != "sus" else "chord"
    return Item(
        question=rng.choice((f"What kind of {noun} is {{}}?", "What quality of chord is {}?")).format(chord.symbol),
        answer=word,
        means="word",
        wrong=tuple(QUALITIES[other][0] for other in _BESIDE[chord.quality]),
        also=QUALITIES[chord.quality][1:],
        statement=f"{chord.symbol} is a {{}} {noun}." if chord.shape.suffix else "",
        explanation=_kind_told(chord, word),
        signs=signs_of(ask.key),
    )


@family(ON_CHORDS, "chord of a kind", _is_named, harder=-0.5)
def _of_quality(ask: Ask, rng: Random) -> Item | None:
    chord = one_chord(ask, rng)
    if chord is None or chord.quality not in _BESIDE or len(chord.degrees) > 4 or chord.quality == "sus":
        return None
    word = QUALITIES[chord.quality][0]
    root = name(chord.root_fifths or 0)
    others = [Chord.parse(f"{root}{suffix}").symbol for suffix in suffixes_near(chord.shape.suffix)]
    return Item(
        question=f"Which of these chords is {'an' if word[0] in 'aeiou' else 'a'} {word}?",
        answer=chord.symbol,
        means="chord",
        wrong=kept([*others, *chords_near(chord, rng)], chord.symbol),
        alone=False,
        explanation=_kind_told(chord, word),
        signs=signs_of(ask.key),
    )


def _kind_told(chord: Chord, word: str) -> str:
    article = "an" if word[0] in "aeiou" else "a"
    if chord.shape.suffix:
        return f"{chord.symbol} is {article} {word} chord. {chord.symbol} is {spelled(chord.notes)}."
    return f"{', '.join(chord.notes[:-1])} and {chord.notes[-1]} form {article} {word} triad."


@family(ON_CHORDS, "degrees of a chord", is_chord, low=3, harder=0.5)
def _degrees(ask: Ask, rng: Random) -> Item | None:
    chord = one_chord(ask, rng)
    if chord is None:
        return None
    others = [Chord.parse(symbol) for symbol in chords_near(chord, rng)]
    return Item(
        question=f"Which degrees of the major scale make up {chord.symbol}?",
        answer=dashed(chord.degrees),
        means="degrees",
        wrong=kept((dashed(other.degrees) for other in others), dashed(chord.degrees)),
        statement=f"{chord.symbol} has the degrees {{}}.",
        explanation=f"{chord.symbol} has the degrees {dashed(chord.degrees)}.",
    )


def _one_to_turn(ask: Ask, rng: Random) -> Chord | None:
    """A triad or a chord of four tones on a root of the key."""
    inside = [chord for chord in chords_in(ask) if len(chord.shape.degrees) <= 4 and is_plain(chord, ask.level)]
    if not inside:
        return None
    chord = rng.choice(inside)
    return chord_on(chord.root_fifths or 0, chord.shape)


@family(ON_CHORDS, "which inversion", _turns)
def _inversion(ask: Ask, rng: Random) -> Item | None:
    chord = _one_to_turn(ask, rng)
    if chord is None or len(chord.degrees) < 3:
        return None
    place = rng.randrange(1, len(chord.degrees))
    turned = chord_on(chord.root_fifths or 0, chord.shape, (chord.root_fifths or 0) + chord.shape.fifths[place])
    return Item(
        question=rng.choice(("Which inversion is {}?", "{} is in which inversion?")).format(turned.symbol),
        answer=_INVERSIONS[place],
        means="word",
        wrong=kept(rng.sample(_INVERSIONS, 4), _INVERSIONS[place]),
        also=(_INVERSIONS[place].split()[0], f"{place}{('', 'st', 'nd', 'rd')[place]} inversion", str(place)),
        statement=f"{turned.symbol} is in {{}}.",
        explanation=f"{turned.symbol} is in {_INVERSIONS[place]}.",
        signs=signs_of(ask.key),
    )


@family(ON_CHORDS, "bass of an inversion", _turns)
def _bass(ask: Ask, rng: Random) -> Item | None:
    chord = _one_to_turn(ask, rng)
    if chord is None or len(chord.degrees) < 3:
        return None
    place = rng.randrange(1, len(chord.degrees))
    notes = [(chord.root_fifths or 0) + step for step in chord.shape.fifths]
    words = _INVERSIONS[place]
    return Item(
        question=f"Which note is in the bass of {chord.symbol} in {words}?",
        answer=name(notes[place]),
        means="note",
        wrong=kept([*(name(note) for note in notes), *notes_near(notes[place], rng)], name(notes[place])),
        statement=f"In {words} {chord.symbol} stands on {{}}.",
        explanation=f"In {words} {chord.symbol} stands on {name(notes[place])}.",
        signs=signs_of(ask.key),
    )
