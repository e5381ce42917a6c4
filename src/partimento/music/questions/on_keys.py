"""Questions on keys: signatures, relatives, the circle of fifths, the steps by name. Each function is a family."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.scope import signs_of
from partimento.music.questions.wrong import counts_near, kept, keys_near, notes_near
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.keys import key_words

ON_KEYS: Final[Families] = []
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven")
_STEPS: Final = ("tonic", "supertonic", "mediant", "subdominant", "dominant", "submediant", "leading tone")


def _about_signatures(concept: Concept) -> bool:
    return bool({"signature", "circle", "relative"} & set(concept.about)) or concept.id == "major-scale"


def _about_relatives(concept: Concept) -> bool:
    return "relative" in concept.about or concept.id in ("natural-minor", "key-signatures", "pivot-modulation")


def _about_parallels(concept: Concept) -> bool:
    return concept.id in ("relative-keys", "natural-minor", "modal-interchange", "minor-subdominant", "harmonic-minor")


def _about_steps(concept: Concept) -> bool:
    return concept.id in (
        "major-scale", "tonic-dominant", "one-four-five", "key-signatures", "natural-minor", "roman-numerals",
        "circle-of-fifths", "diatonic-triads",
    )  # fmt: skip


def _about_circle(concept: Concept) -> bool:
    return "circle" in concept.about or "signature" in concept.about or concept.id == "circle-sequence"


def signature_words(key: Key) -> str:
    """The signature in words: "three flats", "one sharp", "no sharps or flats"."""
    count = abs(key.signature)
    if not count:
        return "no sharps or flats"
    return f"{_COUNTS[count]} {'sharp' if key.signature > 0 else 'flat'}{'' if count == 1 else 's'}"


@family(ON_KEYS, "accidentals of a key", _about_signatures)
def _accidentals(ask: Ask, rng: Random) -> Item | None:
    key = ask.key
    if not key.signature:
        return None
    sign = "sharp" if key.signature > 0 else "flat"
    return Item(
        question=rng.choice(("How many {}s are in {}?", "How many {}s does {} have?")).format(sign, key_words(key)),
        answer=str(signs_of(key)),
        means="count",
        wrong=counts_near(signs_of(key), rng),
        statement=f"{key_words(key)} has {{}} {sign}s.",
        explanation=f"{key_words(key)} has {signature_words(key)}.",
        signs=signs_of(key),
    )


@family(ON_KEYS, "key of a signature", _about_signatures)
def _key_with(ask: Ask, rng: Random) -> Item | None:
    key = ask.key
    if not key.signature:
        return None
    words = signature_words(key)
    return Item(
        question=f"Which {key.mode} key has {words}?",
        answer=key_words(key),
        means="key",
        wrong=keys_near(key, rng),
        also=(name(key.tonic),),
        statement=f"{{}} has {words}.",
        explanation=f"{key_words(key)} has {words}.",
        signs=signs_of(key),
    )


@family(ON_KEYS, "last accidental", _about_signatures, low=3, harder=0.5)
def _last_sign(ask: Ask, rng: Random) -> Item | None:
    key = ask.key
    if abs(key.signature) < 2:
        return None
    sharp = key.signature > 0
    notes = (
        [5 + place for place in range(1, key.signature + 1)]
        if sharp
        else [-1 - at for at in range(1, 1 - key.signature)]
    )
    word = "sharp" if sharp else "flat"
    others = [*notes[:-1][::-1], notes[-1] + (1 if sharp else -1)]
    return Item(
        question=f"Which note is the last {word} in the key signature of {key_words(key)}?",
        answer=name(notes[-1]),
        means="note",
        wrong=kept([*map(name, others), *notes_near(notes[-1], rng)], name(notes[-1])),
        explanation=f"{key_words(key)} has {signature_words(key)}: {', '.join(map(name, notes))}.",
        signs=signs_of(key),
    )


@family(ON_KEYS, "relative key", _about_relatives)
def _relative(ask: Ask, rng: Random) -> Item | None:
    return _related(ask, rng, "relative")


@family(ON_KEYS, "parallel key", _about_parallels)
def _parallel(ask: Ask, rng: Random) -> Item | None:
    return _related(ask, rng, "parallel")


def _related(ask: Ask, rng: Random, how: str) -> Item | None:
    key = (
        ask.key
        if rng.random() < 0.6 or how == "parallel"
        else Key(ask.key.tonic + (3 if not ask.key.is_minor else -3), "major" if ask.key.is_minor else "minor")
    )
    other: Key = Key(key.tonic, "major" if key.is_minor else "minor")
    if how == "relative":
        other = other.transposed(-3 if key.is_minor else 3)
    if not -5 <= other.signature <= 6:
        return None
    wrong = kept(
        [
            key_words(Key(key.tonic, other.mode)),
            key_words(Key(key.tonic + (3 if other.is_minor else -3), other.mode)),
            *keys_near(other, rng),
        ],
        key_words(other),
    )
    return Item(
        question=rng.choice(("What is the {} {} of {}?", "Which key is the {} {} of {}?")).format(
            how, other.mode, key_words(key)
        ),
        answer=key_words(other),
        means="key",
        wrong=wrong,
        also=(name(other.tonic),),
        statement=f"The {how} {other.mode} of {key_words(key)} is {{}}.",
        explanation=f"The {how} {other.mode} of {key_words(key)} is {key_words(other)}.",
        signs=signs_of(key),
    )


@family(ON_KEYS, "round the circle", _about_circle, low=2)
def _circle(ask: Ask, rng: Random) -> Item | None:
    key = Key(ask.key.tonic)
    up = rng.random() < 0.5
    goal = key.transposed(1 if up else -1)
    if not -6 <= goal.tonic <= 6 or not -6 <= key.tonic <= 6:
        return None
    way = "clockwise" if up else "counterclockwise"
    wrong = [
        key_words(key.transposed(-1 if up else 1)),
        key_words(Key(key.tonic + (2 if up else -2))),
        *keys_near(goal, rng),
    ]
    return Item(
        question=f"Which key is one step {way} from {key_words(key)} on the circle of fifths?",
        answer=key_words(goal),
        means="key",
        wrong=kept(wrong, key_words(goal)),
        also=(name(goal.tonic),),
        explanation=f"One step {way} from {name(key.tonic)} is {name(goal.tonic)}; "
        f"{key_words(goal)} has {signature_words(goal)}.",
        signs=signs_of(key),
    )


@family(ON_KEYS, "note of a step by name", _about_steps)
def _step_note(ask: Ask, rng: Random) -> Item | None:
    key = Key(ask.key.tonic) if ask.concept.id != "natural-minor" else ask.key
    step = rng.choice((3, 4) if ask.level <= 2 else (1, 2, 3, 4, 5) if key.is_minor else range(1, 7))
    word, note = _STEPS[step], key.scale[step]
    return Item(
        question=f"Which note is the {word} of {key_words(key)}?",
        answer=name(note),
        means="note",
        wrong=kept([name(key.scale[(step + 1) % 7]), name(key.scale[step - 1]), *notes_near(note, rng)], name(note)),
        statement=f"The {word} of {key_words(key)} is {{}}.",
        explanation=f"The {word} of {key_words(key)} is {name(note)}.",
        signs=signs_of(key),
    )


@family(ON_KEYS, "name of a step", _about_steps, low=2)
def _step_name(ask: Ask, rng: Random) -> Item | None:
    key = Key(ask.key.tonic)
    step = rng.choice((3, 4, 0) if ask.level <= 2 else range(7))
    note = name(key.scale[step])
    others = [word for word in _STEPS if word != _STEPS[step]]
    rng.shuffle(others)
    return Item(
        question=f"Which degree of {key_words(key)} is {note}?",
        answer=_STEPS[step],
        means="word",
        wrong=tuple(others),
        also=(f"{('first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh')[step]}", str(step + 1)),
        statement=f"{note} is the {{}} of {key_words(key)}.",
        explanation=f"{note} is the {_STEPS[step]} of {key_words(key)}.",
        signs=signs_of(key),
    )


@family(ON_KEYS, "closely related key", lambda concept: "closely-related" in concept.about, harder=-0.5)
def _close(ask: Ask, rng: Random) -> Item | None:
    """Keys whose signatures differ by one accidental at most."""
    key = ask.key
    relative = Key(key.tonic - 3) if key.is_minor else Key(key.tonic + 3, "minor")
    near = [other.transposed(move) for other in (key, relative) for move in (1, -1)] + [relative]
    goal = rng.choice(near)
    if abs(key.signature) > 5 or abs(goal.signature) > 6:
        return None
    far = [
        Key(key.tonic + move, goal.mode)
        for move in (-4, -3, 5, 6, -5, 7)
        if abs(Key(key.tonic + move, goal.mode).signature - key.signature) > 1
    ]
    return Item(
        question=f"Which of these keys is closely related to {key_words(key)}?",
        answer=key_words(goal),
        means="key",
        wrong=kept(map(key_words, far), key_words(goal)),
        alone=False,
        explanation=f"{key_words(key)} has {signature_words(key)}. {key_words(goal)} has {signature_words(goal)}.",
        signs=signs_of(key),
    )
