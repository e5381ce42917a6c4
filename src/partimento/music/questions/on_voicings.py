"""Questions on voicings and on how voices move from chord to chord. Each function is a family."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random
from typing import Final

from partimento.music.chord import Chord
from partimento.music.pitch import fifths, name, pitch_class
from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.scope import chords_in, is_plain, is_voicing, signs_of
from partimento.music.questions.wrong import chords_near, counts_near, kept, notes_near, spelled
from partimento.music.teaching.concept import Concept

ON_VOICINGS: Final[Families] = []
_COUNTS: Final = ("no", "one", "two", "three", "four")
_LEADING: Final = frozenset({
    "two-five-one", "guide-tones", "smooth-triads", "authentic-cadence", "minor-two-five-one", "four-part-writing",
    "drop-2", "shell-voicings", "rootless-voicings", "deceptive-cadence",
})  # fmt: skip
_HOLDING: Final = frozenset({
    "smooth-triads", "diatonic-substitution", "one-four-five", "axis-progression", "doo-wop", "diatonic-triads",
    "drop-2", "two-five-one", "chromatic-mediants", "diatonic-sevenths", "four-part-writing", "melody-on-top",
})  # fmt: skip


def _has_guides(concept: Concept) -> bool:
    return is_voicing(concept) or concept.id in (
        "dominant-sevenths",
        "two-five-one",
        "turnarounds",
        "tritone-substitution",
    )


def _sevenths(ask: Ask) -> list[Chord]:
    return [
        chord
        for chord in chords_in(ask)
        if chord.seventh is not None and chord.third is not None and is_plain(chord, ask.level) and not chord.is_slash
    ]


def _seventh_chord(ask: Ask, rng: Random) -> Chord | None:
    found = _sevenths(ask)
    return rng.choice(found) if found else None


def _member(chord: Chord, *labels: str) -> str:
    """The name of the first of these degrees that the chord has."""
    named = dict(zip(chord.degrees, chord.notes, strict=True))
    return next((named[label] for label in labels if label in named), "")


@family(ON_VOICINGS, "guide tones", _has_guides, low=3)
def _guides(ask: Ask, rng: Random) -> Item | None:
    chord = _seventh_chord(ask, rng)
    if chord is None:
        return None
    notes = [_member(chord, "3", "b3"), _member(chord, "7", "b7", "bb7")]
    root, fifth = chord.notes[0], _member(chord, "5", "b5", "#5")
    others = [f"{root} {notes[1]}", f"{notes[0]} {fifth}", f"{root} {fifth}", f"{root} {notes[0]}"]
    return Item(
        question=f"Which notes are the guide tones of {chord.symbol}?",
        answer=spelled(notes),
        means="notes",
        wrong=kept((one for one in rng.sample(others, 4) if len(one.split()) == 2), spelled(notes)),
        statement=f"The guide tones of {chord.symbol} are {{}}.",
        explanation=f"The guide tones of {chord.symbol} are {notes[0]} and {notes[1]}.",
        signs=signs_of(ask.key),
    )


@family(
    ON_VOICINGS,
    "notes of a shell",
    lambda concept: concept.id in ("shell-voicings", "guide-tones", "two-five-one", "spread-voicings", "stride"),
    low=4,
)
def _shell(ask: Ask, rng: Random) -> Item | None:
    chord = _seventh_chord(ask, rng)
    if chord is None:
        return None
    root, third, seventh = chord.notes[0], _member(chord, "3", "b3"), _member(chord, "7", "b7", "bb7")
    fifth = _member(chord, "5", "b5", "#5")
    others = [f"{root} {third} {fifth}", f"{third} {fifth} {seventh}", f"{root} {fifth} {seventh}"]
    others += [
        f"{root} {_member(other, '3', 'b3')} {_member(other, '7', 'b7', 'bb7')}"
        for other in map(Chord.parse, chords_near(chord, rng))
        if other.seventh is not None and other.third is not None and other.root == chord.root
    ]
    return Item(
        question=f"Which notes make a shell voicing of {chord.symbol}?",
        answer=f"{root} {third} {seventh}",
        means="notes",
        wrong=kept(others, f"{root} {third} {seventh}"),
        statement=f"A shell voicing of {chord.symbol} is {{}}.",
        explanation=f"A shell voicing of {chord.symbol} is {root} {third} {seventh}.",
        signs=signs_of(ask.key),
    )


@family(
    ON_VOICINGS,
    "notes of a rootless voicing",
    lambda concept: concept.voicing in ("rootless", "comping") and concept.subject == "voicing",
    low=5,
    harder=0.5,
)
def _rootless(ask: Ask, rng: Random) -> Item | None:
    chord = _seventh_chord(ask, rng)
    if chord is None or (chord.degrees[2] not in ("5",)):
        return None
    root = chord.root_fifths or 0
    third, fifth, seventh = (name(root + chord.shape.fifths[at]) for at in (1, 2, 3))
    ninth = _member(chord, "9", "b9") or name(root + 2)
    plain = Chord.parse(chord.notes[0] + {"maj7": "maj7", "min7": "m7", "7": "7"}.get(chord.quality or "", "7"))
    if plain.quality != chord.quality or len(ninth) > 2 or {"b9", "#9", "#5", "b5"} & set(chord.degrees):
        return None
    answer = f"{third} {fifth} {seventh} {ninth}"
    others = [
        f"{chord.notes[0]} {third} {fifth} {seventh}",
        f"{third} {fifth} {seventh} {name(root + 3)}",
        f"{chord.notes[0]} {third} {seventh} {ninth}",
        f"{fifth} {seventh} {ninth} {chord.notes[0]}",
    ]
    return Item(
        question=f"Which notes make a rootless voicing of {plain.symbol} with its ninth?",
        answer=answer,
        means="notes",
        wrong=kept(rng.sample(others, 4), answer),
        explanation=f"A rootless voicing of {plain.symbol} is {answer}.",
        signs=signs_of(ask.key),
    )


@family(ON_VOICINGS, "how many notes are shared", lambda concept: concept.id in _HOLDING)
def _shared_count(ask: Ask, rng: Random) -> Item | None:
    pair = _pair(ask, rng)
    if pair is None:
        return None
    one, other = pair
    shared = [note for note in one.notes if note in other.notes]
    count = len(one.pitch_classes & other.pitch_classes)
    if count != len(shared) or count not in (1, 2, 3):
        return None
    told = shared[0] if count == 1 else f"{', '.join(shared[:-1])} and {shared[-1]}"
    return Item(
        question=f"How many notes do {one.symbol} and {other.symbol} share?",
        answer=str(count),
        means="count",
        wrong=counts_near(count, rng),
        statement="",
        explanation=f"{one.symbol} and {other.symbol} share {told}.",
        signs=signs_of(ask.key),
    )


def _pair(ask: Ask, rng: Random) -> tuple[Chord, Chord] | None:
    chords = [chord for chord in dict.fromkeys(chords_in(ask)) if is_plain(chord, ask.level) and not chord.is_slash]
    if len(chords) < 2:
        return None
    one, other = rng.sample(chords, 2)
    return one, other


@family(ON_VOICINGS, "which notes are shared", lambda concept: concept.id in _HOLDING, low=2, harder=0.5)
def _shared(ask: Ask, rng: Random) -> Item | None:
    pair = _pair(ask, rng)
    if pair is None:
        return None
    one, other = pair
    shared = [note for note in one.notes if note in other.notes]
    if not shared or len(shared) != len(one.pitch_classes & other.pitch_classes) or len(shared) == len(one.notes):
        return None
    count = len(shared)
    others = [spelled(some) for chord in (one, other) for some in combinations(chord.notes, count)]
    told = shared[0] if count == 1 else f"{', '.join(shared[:-1])} and {shared[-1]}"
    return Item(
        question=f"Which notes do {one.symbol} and {other.symbol} share?",
        answer=spelled(shared),
        means="notes",
        wrong=kept(rng.sample(others, len(others)), spelled(shared)),
        explanation=f"{one.symbol} and {other.symbol} share {told}.",
        signs=signs_of(ask.key),
    )


@family(ON_VOICINGS, "where the seventh falls", lambda concept: concept.id in _LEADING, low=4)
def _falls(ask: Ask, rng: Random) -> Item | None:
    """The seventh of a chord, and the tone of the next that lies a step below it."""
    for one, other in _neighbours(ask, rng):
        seventh = _member(one, "7", "b7")
        below = {note: _down(seventh, note) for note in other.notes if seventh and _down(seventh, note) in (1, 2)}
        if len(below) != 1:
            continue
        goal, size = next(iter(below.items()))
        return Item(
            question=f"When {one.symbol} goes to {other.symbol}, to which note does its seventh fall by step?",
            answer=goal,
            means="note",
            wrong=kept([*other.notes, *notes_near(fifths(goal), rng)], goal),
            explanation=f"The seventh of {one.symbol} is {seventh}. "
            f"{goal} to {seventh} is a {'half' if size == 1 else 'whole'} step.",
            signs=signs_of(ask.key),
        )
    return None


def _down(note: str, other: str) -> int:
    """How many semitones one note lies above another."""
    return (pitch_class(fifths(note)) - pitch_class(fifths(other))) % 12


@family(
    ON_VOICINGS,
    "where the leading tone rises",
    lambda concept: concept.id in _LEADING or concept.id == "tonic-dominant",
    low=2,
)
def _rises(ask: Ask, rng: Random) -> Item | None:
    for one, other in _neighbours(ask, rng):
        if one.quality not in ("maj", "7") or (other.root_fifths or 0) != (one.root_fifths or 0) - 1:
            continue
        third = _member(one, "3")
        goal = other.notes[0]
        return Item(
            question=f"When {one.symbol} goes to {other.symbol}, to which note does its third rise by a half step?",
            answer=goal,
            means="note",
            wrong=kept([*other.notes[1:], *notes_near(fifths(goal), rng)], goal),
            explanation=f"The third of {one.symbol} is {third}. {third} to {goal} is a half step.",
            signs=signs_of(ask.key),
        )
    return None


def _neighbours(ask: Ask, rng: Random) -> list[tuple[Chord, Chord]]:
    chords = [chord for chord in chords_in(ask) if not chord.is_slash and is_plain(chord, ask.level)]
    pairs = list(pairwise(chords))
    return rng.sample(pairs, len(pairs))
