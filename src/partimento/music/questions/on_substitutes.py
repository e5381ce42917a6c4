"""Questions on reharmonization: substitutes, applied dominants, borrowed and passing chords. Each is a family."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.analysis import analyze
from partimento.music.analysis.facts import borrowed_from
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import name, nearest_spelling
from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.scope import chords_in, is_harmony, is_plain, signs_of
from partimento.music.questions.wrong import chords_near, kept
from partimento.music.quiz.words import DEVICES
from partimento.music.roman import chord_of, numeral
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.keys import key_words

ON_SUBSTITUTES: Final[Families] = []
_SUBSTITUTES: Final = frozenset({"tritone-substitution", "minor-third-dominants", "altered-turnaround", "turnarounds"})
_APPLIED: Final = frozenset({
    "secondary-dominants", "added-dominants", "two-five-insertion", "jazz-blues", "hymn-reharmonization",
    "rhythm-changes",
    "seven-three-six", "circle-sequence", "pivot-modulation", "bass-line-reharm",
})  # fmt: skip
_BORROWED: Final = frozenset(
    {"modal-interchange", "minor-subdominant", "backdoor", "chromatic-mediants", "melody-first", "neapolitan"}
)
_LABELS: Final = (
    "secondary dominant",
    "borrowed chord",
    "tritone substitute",
    "passing diminished",
    "backdoor dominant",
)
_GOALS: Final = ("ii", "iii", "IV", "V", "vi")


def _named_in(ids: frozenset[str], concept: Concept) -> bool:
    return concept.id in ids


@family(ON_SUBSTITUTES, "tritone substitute", lambda concept: _named_in(_SUBSTITUTES, concept), low=5)
def _tritone(ask: Ask, rng: Random) -> Item | None:
    roots = [ask.key.tonic + step for step in (1, 3, 2, 4)]
    root = rng.choice(roots[:1] + roots)
    twin = nearest_spelling((root * 7 + 6) % 12, -1)
    chord, answer = Chord.parse(f"{name(root)}7"), f"{name(twin)}7"
    if not is_plain(chord, ask.level) or not is_plain(Chord.parse(answer), ask.level):
        return None
    near = [f"{name(root + move)}7" for move in (1, -1, 2)] + [
        f"{name(twin + move)}7" for move in (1, -1) if twin + move >= -8
    ]
    return Item(
        question=rng.choice(
            ("Which chord is the tritone substitute of {}?", "What is the tritone substitution for {}?")
        ).format(chord.symbol),
        answer=answer,
        means="chord",
        wrong=kept([*rng.sample(near, len(near)), f"{name(twin)}maj7"], answer),
        statement=f"{{}} is the tritone substitute of {chord.symbol}.",
        explanation=f"{answer} is the tritone substitute of {chord.symbol}.",
        by_sound=True,
        signs=signs_of(ask.key),
    )


@family(ON_SUBSTITUTES, "secondary dominant", lambda concept: _named_in(_APPLIED, concept), low=4)
def _secondary(ask: Ask, rng: Random) -> Item | None:
    if ask.key.is_minor:
        return None
    step = rng.choice(_GOALS)
    answer = chord_of(f"V7/{step}", ask.key)
    goal = chord_of(step, ask.key)
    if not is_plain(answer, ask.level):
        return None
    return Item(
        question=rng.choice(
            ("Which chord is the secondary dominant of {} in {}?", "What is the secondary dominant of {} in {}?")
        ).format(step, key_words(ask.key)),
        answer=answer.symbol,
        means="chord",
        wrong=kept([f"{name(goal.root_fifths or 0)}7", *chords_near(answer, rng)], answer.symbol),
        statement=f"{{}} is the dominant of {goal.symbol}.",
        explanation=f"{answer.symbol} is the dominant of {goal.symbol}. "
        f"{goal.symbol} is {step} in {key_words(ask.key)}.",
        signs=signs_of(ask.key),
    )


@family(ON_SUBSTITUTES, "dominant of a chord", lambda concept: _named_in(_APPLIED, concept), low=4)
def _dominant_of(ask: Ask, rng: Random) -> Item | None:
    goal = chord_of(rng.choice(_GOALS), Key(ask.key.tonic))
    answer = Chord.parse(f"{name((goal.root_fifths or 0) + 1)}7")
    if not is_plain(answer, ask.level):
        return None
    return Item(
        question=f"What is the dominant seventh chord that leads to {goal.symbol}?",
        answer=answer.symbol,
        means="chord",
        wrong=chords_near(answer, rng),
        statement=f"{{}} is the dominant of {goal.symbol}.",
        explanation=f"{answer.symbol} is the dominant of {goal.symbol}.",
        signs=signs_of(ask.key),
    )


@family(ON_SUBSTITUTES, "where a chord is borrowed from", lambda concept: _named_in(_BORROWED, concept), low=5)
def _borrowed(ask: Ask, rng: Random) -> Item | None:
    found = [(chord, source) for chord in chords_in(ask) if (source := _lender(chord, ask.key)) is not None]
    if not found:
        return None
    chord, source = rng.choice(found)
    near = [Key(ask.key.tonic + 3, "minor"), Key(ask.key.tonic + 1), Key(ask.key.tonic - 1), Key(ask.key.tonic - 3)]
    return Item(
        question=f"From which key is {chord.symbol} borrowed in {key_words(ask.key)}?",
        answer=key_words(source),
        means="key",
        wrong=kept(map(key_words, near), key_words(source)),
        also=(f"parallel {source.mode}",),
        explanation=_lent(chord, ask.key, source),
        signs=signs_of(ask.key),
    )


def _lent(chord: Chord, key: Key, source: Key) -> str:
    return (
        f"{chord.symbol} is {numeral(chord, key)} in {key_words(key)}; {chord.symbol} belongs to {key_words(source)}."
    )


def _lender(chord: Chord, key: Key) -> Key | None:
    """The parallel minor where the chord is borrowed from there."""
    if analyze([chord.symbol], key.symbol).chords[0].function != "borrowed":
        return None
    source = borrowed_from(chord, key)
    return source if source is not None and source.mode == "minor" else None


@family(ON_SUBSTITUTES, "borrowed chord", lambda concept: _named_in(_BORROWED, concept), low=5, harder=0.5)
def _borrowed_chord(ask: Ask, rng: Random) -> Item | None:
    if ask.key.is_minor:
        return None
    romans = ("iv", "bVI", "bIII", "bVII", "iiø7", "bVImaj7")
    answer = chord_of(rng.choice(romans), ask.key)
    source = Key(ask.key.tonic, "minor")
    own = [chord_of(roman, ask.key).symbol for roman in ("ii", "IV", "vi", "iii", "V")]
    if not is_plain(answer, ask.level):
        return None
    return Item(
        question=f"Which chord is borrowed from {key_words(source)} in {key_words(ask.key)}?",
        answer=answer.symbol,
        means="chord",
        wrong=kept([*rng.sample(own, 3), *chords_near(answer, rng)], answer.symbol),
        alone=False,
        explanation=_lent(answer, ask.key, source),
        signs=signs_of(ask.key),
    )


@family(
    ON_SUBSTITUTES, "name of a device", lambda concept: _named_in(_SUBSTITUTES | _APPLIED | _BORROWED, concept), low=5
)
def _device(ask: Ask, rng: Random) -> Item | None:
    if ask.key.is_minor:
        return None
    roman, after, word = rng.choice((
        ("V7/ii", "ii7", "secondary dominant"), ("V7/V", "V7", "secondary dominant"),
        ("V7/vi", "vi7", "secondary dominant"),
        ("bII7", "Imaj7", "tritone substitute"), ("bVII7", "Imaj7", "backdoor dominant"), ("iv", "I", "borrowed chord"),
    ))  # fmt: skip
    chord, goal = chord_of(roman, ask.key), chord_of(after, ask.key)
    reading = analyze([chord.symbol, goal.symbol], ask.key.symbol).chords[0]
    words = [one for fact in reading.facts for one in DEVICES.get(fact.kind, ())]
    if word not in words or not is_plain(chord, ask.level):
        return None
    told = {
        "secondary dominant": f"{chord.symbol} is the dominant of {goal.symbol}.",
        "tritone substitute": f"{chord.symbol} is the tritone substitute of {name(ask.key.tonic + 1)}7.",
    }.get(word, f"{chord.symbol} is {roman} in {key_words(ask.key)}.")
    return Item(
        question=f"In {key_words(ask.key)}, {chord.symbol} before {goal.symbol} is an example of what?",
        answer=word,
        means="word",
        wrong=kept(
            rng.sample(
                [label for label in _LABELS if label not in words],
                len([label for label in _LABELS if label not in words]),
            ),
            word,
        ),
        also=tuple(one for one in words if one != word),
        alone=False,
        explanation=told,
        signs=signs_of(ask.key),
    )


@family(
    ON_SUBSTITUTES,
    "passing diminished chord",
    lambda concept: (
        concept.id
        in ("passing-diminished", "passing-chords-gospel", "walk-ups", "preacher-chords", "diminished-sevenths")
    ),
    low=5,
)
def _passing(ask: Ask, rng: Random) -> Item | None:
    key = Key(ask.key.tonic)
    first, second = rng.choice((("I", "ii"), ("ii", "iii"), ("IV", "V"), ("V", "vi")))
    low, high = chord_of(first, key), chord_of(second, key)
    root = (low.root_fifths or 0) + 7
    answer = Chord.parse(f"{name(root)}dim7")
    if len(name(root)) > 2 or not is_plain(answer, 8):
        return None
    near = [name(place + move) for place in (low.root_fifths or 0, high.root_fifths or 0) for move in (0, -3, 3, -6)]
    return Item(
        question=f"Which diminished seventh chord passes by half steps from {low.symbol} up to {high.symbol}?",
        answer=answer.symbol,
        means="chord",
        wrong=kept((f"{root}dim7" for root in rng.sample(near, len(near)) if len(root) <= 2), answer.symbol),
        explanation=f"{name(low.root_fifths or 0)} to {name(root)} is a half step, "
        f"and {name(root)} to {name(high.root_fifths or 0)} is a half step.",
        by_sound=True,
        signs=signs_of(key),
    )


@family(
    ON_SUBSTITUTES,
    "chord that shares three tones",
    lambda concept: (
        "common" in concept.about or (is_harmony(concept) and concept.id in ("diatonic-sevenths", "melody-first"))
    ),
    low=4,
)
def _shares(ask: Ask, rng: Random) -> Item | None:
    key = Key(ask.key.tonic)
    own = [chord_of(roman, key) for roman in ("Imaj7", "ii7", "iii7", "IVmaj7", "vi7")]
    chord = rng.choice(own)
    shared = {other.symbol: len(chord.pitch_classes & other.pitch_classes) for other in own if other != chord}
    three = [symbol for symbol, count in shared.items() if count == 3]
    if not three:
        return None
    answer = rng.choice(three)
    notes = [note for note in chord.notes if note in Chord.parse(answer).notes]
    return Item(
        question=f"Which of these chords shares three notes with {chord.symbol}?",
        answer=answer,
        means="chord",
        wrong=kept([*(symbol for symbol in shared if symbol not in three), *chords_near(chord, rng)], answer),
        alone=False,
        explanation=f"{chord.symbol} and {answer} share {notes[0]}, {notes[1]} and {notes[2]}.",
        signs=signs_of(key),
    )
