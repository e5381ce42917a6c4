"""Questions on rows of chords: naming, completing and moving them, their keys and cadences. Each is a family."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.analysis.cadences import find_cadences
from partimento.music.chord import Chord
from partimento.music.key_finding import key_of
from partimento.music.pitch import name
from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.scope import chords_in, is_harmony, is_plain, is_progression, signs_of
from partimento.music.questions.wrong import chords_near, kept, keys_near, numerals_near, rows_near, spaced
from partimento.music.quiz.words import CADENCES
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.keys import key_words

ON_PROGRESSIONS: Final[Families] = []
_KINDS: Final = ("authentic", "plagal", "half", "deceptive")
_LONGEST: Final = 5


def _row(ask: Ask) -> tuple[Chord, ...] | None:
    """The concept's chords where they are few, plain, and told back by their numerals."""
    chords = chords_in(ask)
    if not 2 <= len(chords) <= _LONGEST or not all(is_plain(chord, ask.level) for chord in chords):
        return None
    return chords if all(not chord.is_slash for chord in chords) else None


@family(ON_PROGRESSIONS, "chords of a progression", is_progression)
def _chords(ask: Ask, rng: Random) -> Item | None:
    chords = _row(ask)
    if chords is None:
        return None
    told, key = " ".join(ask.concept.numerals), key_words(ask.key)
    return Item(
        question=rng.choice(("Which chords make up {} in {}?", "Which progression is {} in {}?")).format(told, key),
        answer=spaced(chords),
        means="chords",
        wrong=rows_near(chords, rng),
        statement=f"{told} in {key} is {{}}.",
        explanation=f"{told} in {key} is {spaced(chords)}.",
        signs=signs_of(ask.key),
    )


@family(ON_PROGRESSIONS, "numerals of a progression", is_progression, low=3, harder=0.5)
def _numerals(ask: Ask, rng: Random) -> Item | None:
    chords = _row(ask)
    if chords is None:
        return None
    told = " ".join(ask.concept.numerals)
    wrong = [
        " ".join((*ask.concept.numerals[:place], other, *ask.concept.numerals[place + 1 :]))
        for place in rng.sample(range(len(chords)), len(chords))
        for other in numerals_near(ask.concept.numerals[place], rng)[:2]
    ]
    return Item(
        question=f"Which Roman numerals are {spaced(chords)} in {key_words(ask.key)}?",
        answer=told,
        means="numerals",
        wrong=kept(wrong, told),
        explanation=f"{spaced(chords)} is {told} in {key_words(ask.key)}.",
        key=ask.key.symbol,
        signs=signs_of(ask.key),
    )


@family(ON_PROGRESSIONS, "missing chord", is_progression, low=2)
def _missing(ask: Ask, rng: Random) -> Item | None:
    chords = _row(ask)
    if chords is None or len(chords) < 3:
        return None
    place = rng.choice((len(chords) - 1, rng.randrange(len(chords))))
    shown = " ".join("?" if at == place else chord.symbol for at, chord in enumerate(chords))
    told, key = " ".join(ask.concept.numerals), key_words(ask.key)
    return Item(
        question=f"In {key}, which chord completes {told}: {shown.replace('?', '___')}",
        answer=chords[place].symbol,
        means="chord",
        wrong=chords_near(chords[place], rng),
        explanation=f"{told} in {key} is {spaced(chords)}.",
        signs=signs_of(ask.key),
    )


def _finds_home(concept: Concept) -> bool:
    return is_progression(concept) and len(concept.numerals) >= 3


@family(ON_PROGRESSIONS, "key of a progression", _finds_home, low=3, harder=0.5)
def _key(ask: Ask, rng: Random) -> Item | None:
    chords = _row(ask)
    if chords is None or key_of(chords) != ask.key:
        return None
    return Item(
        question=f"What key are the chords {spaced(chords)} in?",
        answer=key_words(ask.key),
        means="key",
        wrong=keys_near(ask.key, rng),
        also=(ask.key.symbol.removesuffix("m"),),
        explanation=f"{spaced(chords)} is {' '.join(ask.concept.numerals)} in {key_words(ask.key)}.",
        signs=signs_of(ask.key),
    )


def _has_cadence(concept: Concept) -> bool:
    return "cadence" in concept.about or concept.id in (
        "tonic-dominant",
        "two-five-one",
        "minor-two-five-one",
        "minor-subdominant",
        "one-four-five",
        "andalusian-cadence",
        "sonata-form",
        "phrases",
    )


@family(ON_PROGRESSIONS, "kind of cadence", _has_cadence)
def _cadence(ask: Ask, rng: Random) -> Item | None:
    """The concept's own cadence, and those it is to be told from."""
    pairs = {"authentic": ("V7", "I"), "plagal": ("IV", "I"), "half": ("ii", "V"), "deceptive": ("V7", "vi")}
    if ask.key.is_minor:
        pairs = {"authentic": ("V7", "i"), "plagal": ("iv", "i"), "half": ("iv", "V"), "deceptive": ("V7", "bVI")}
    kind = rng.choice(_KINDS)
    asked = Ask(concept=_with(ask.concept, pairs[kind]), key=ask.key, level=ask.level)
    chords = chords_in(asked)
    found = find_cadences(chords, ask.key)
    if not found or found[-1].kind not in (kind, f"phrygian {kind}"):
        return None
    words = CADENCES[found[-1].kind]
    answer = kind if found[-1].kind == kind else words[0]
    first, last = (chord.symbol for chord in chords)
    return Item(
        question=rng.choice(("Which cadence is {} {} in {}?", "What kind of cadence is {} to {} in {}?")).format(
            first, last, key_words(ask.key)
        ),
        answer=answer,
        means="word",
        wrong=kept(rng.sample(_KINDS, 4), kind),
        also=tuple(word for word in words if word != answer),
        statement=f"{first} to {last} is a {{}} cadence in {key_words(ask.key)}.",
        explanation=f"{first} to {last} is {'an' if answer[0] == 'a' else 'a'} {answer} cadence "
        f"in {key_words(ask.key)}.",
        signs=signs_of(ask.key),
    )


def _with(concept: Concept, numerals: tuple[str, ...]) -> Concept:
    return Concept(id=concept.id, title=concept.title, subject=concept.subject, level=concept.level, numerals=numerals)


@family(ON_PROGRESSIONS, "cadence by its steps", _has_cadence, harder=-0.5)
def _cadence_steps(ask: Ask, rng: Random) -> Item | None:
    told, kind = rng.choice(
        (
            ("V to I", "authentic"),
            ("IV to I", "plagal"),
            ("V to vi", "deceptive"),
            ("V-I", "authentic"),
            ("V-vi", "deceptive"),
        )
    )
    article = "an" if kind[0] == "a" else "a"
    return Item(
        question=f"What do we call a cadence that moves from {told}?".replace("V-", "V to "),
        answer=kind,
        means="word",
        wrong=kept(rng.sample(_KINDS, 4), kind),
        also=CADENCES[kind],  # type: ignore[index]
        statement=f"{told.replace('-', ' to ')} is a {{}} cadence.",
        explanation=f"{told.replace('-', ' to ')} is {article} {kind} cadence.",
    )


def _has_dominants(concept: Concept) -> bool:
    return is_harmony(concept) and any(one.startswith("V7") for one in concept.numerals)


@family(ON_PROGRESSIONS, "where a dominant leads", _has_dominants, low=3)
def _resolution(ask: Ask, rng: Random) -> Item | None:
    chords = chords_in(ask)
    sevenths = [chord for chord in chords if chord.symbol.endswith("7") and chord.quality == "7"]
    if not sevenths:
        return None
    chord = rng.choice(sevenths)
    home = (chord.root_fifths or 0) - 1
    led = next((one for one in chords if one.root_fifths == home and not one.is_slash), None)
    goal = led or Chord.parse(name(home) + ("m" if ask.key.is_minor and home == ask.key.tonic else ""))
    others = [goal.transposed(move) for move in rng.sample((2, -2, 3, 1), 4)]
    return Item(
        question=rng.choice(
            ("Which chord does {} usually resolve to?", "To which chord does {} usually resolve?")
        ).format(chord.symbol),
        answer=goal.symbol,
        means="chord",
        wrong=kept((other.symbol for other in others), goal.symbol),
        alone=False,
        explanation=f"{chord.symbol} is the dominant of {goal.symbol}.",
        signs=signs_of(ask.key),
    )


@family(
    ON_PROGRESSIONS,
    "progression in another key",
    lambda concept: is_progression(concept) or bool({"transposing", "lift"} & set(concept.about)),
    low=4,
    harder=1.0,
)
def _moved(ask: Ask, rng: Random) -> Item | None:
    chords = _row(ask)
    if chords is None:
        return None
    move = rng.choice((2, -1, 1, -2) if "lift" not in ask.concept.about else (2, 7))
    goal = ask.key.transposed(move)
    try:
        there = [chord.transposed(move) for chord in chords]
    except PartimentoError:
        return None
    if abs(goal.signature) > 6 or not all(is_plain(chord, ask.level) for chord in there) or not -6 <= goal.tonic <= 9:
        return None
    told = " ".join(ask.concept.numerals)
    return Item(
        question=f"What does {spaced(chords)} in {key_words(ask.key)} become in {key_words(goal)}?",
        answer=spaced(there),
        means="chords",
        wrong=rows_near(there, rng),
        statement=f"{spaced(chords)} in {key_words(ask.key)} becomes {{}} in {key_words(goal)}.",
        explanation=f"{told} in {key_words(ask.key)} is {spaced(chords)}. "
        f"{told} in {key_words(goal)} is {spaced(there)}.",
        signs=signs_of(goal),
    )
