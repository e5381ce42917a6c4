"""Numerals and the names of steps beside chords and keys, however far apart they stand in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord, chord_on
from partimento.music.claims.chord_tones import members
from partimento.music.claims.entity import Entity
from partimento.music.claims.numerals import STEPS, fits_numeral, fits_step, numeral_words, step_chord, written_chord
from partimento.music.claims.senses.degrees import linked_after, linked_before
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.roman import chord_of

_CHORDS: Final = "acmn"


_BACK_HOME: Final = re.compile(r"\b(?:home|back|resolv\w+|lands?|returns?) to\b")


_AT_ONCE: Final = frozenset("chord triad of in the a an key degree step for".split())


def _home_things(scene: Scene, chord: Thing, head: Thing | None = None) -> list[Key]:
    """The keys a place may be counted in: the one told right after it ("the IV in F"), else all that are named."""
    keys = [thing.entity.key for thing in scene.keys if thing.entity.place != chord.entity.place]
    for thing in scene.keys:
        if head is not None and thing.at > head.at and set(scene.between(head, thing)) <= _AT_ONCE:
            keys = [thing.entity.key]
            break
    if head is not None and {"its", "own"} & {*scene.words[max(0, head.at - 2) : head.at]}:
        before = [thing for thing in scene.of("nmkac") if thing.row < 0 and thing.at < head.at and thing is not chord]
        keys = [thing.entity.key for thing in before[-1:]]
    elif not keys:
        keys = [
            thing.entity.key
            for thing in scene.of("nmk")
            if thing is not chord and "to" in scene.before(thing, 1) and _BACK_HOME.search(scene.text)
        ]
    named = [key for key in keys if key is not None and key.mode in ("major", "minor")]
    return named or ([scene.context] if scene.context is not None else [])


def governed(scene: Scene, head: Thing) -> bool:
    """Whether something else is told of a head: "the neighbour of the tonic", "the secondary dominant of ii"."""
    return bool({"of", "to", "for", "from", "above", "below", "before", "after", "than"} & set(scene.before(head, 1)))


def _applied(scene: Scene, head: Thing) -> bool:
    """Whether a step is that of another step: "the dominant of the dominant"."""
    after = [word for word in scene.words[head.at + 1 : head.at + 4] if word not in ("the", "a")]
    return len(after) > 1 and after[0] in ("of", "to") and after[1][:2] in ("@f", "@r", "@e", "@o")


@sense("re")
def numeral(scene: Scene) -> Iterator[Told]:
    """A numeral or a number, a key, and the chord told for it."""
    for head in scene.of("re"):
        if (head.row >= 0 and len(scene.of("L")) > 0) or governed(scene, head):
            continue
        chord = linked_before(scene, head, _CHORDS) or linked_after(scene, head, _CHORDS) or only_chord(scene)
        if chord is None or chord.entity.chord is None:
            continue
        if chord.row >= 0 and head.row < 0:
            continue
        told = _numeral(scene, head, chord)
        if told is not None:
            yield told


def only_chord(scene: Scene) -> Thing | None:
    """The one chord of a sentence that states what it is, wherever it stands."""
    home = _BACK_HOME.search(scene.text) is not None
    found = [thing for thing in scene.chords if not scene.is_key(thing)]
    found = [thing for thing in found if not (home and thing.letter == "n" and "to" in scene.before(thing, 1))]
    states = {
        "is",
        "as",
        "gets",
        "called",
        "labelled",
        "labeled",
        "functions",
        "acts",
        "serves",
        "be",
        "it's",
        "becomes",
    }
    return found[0] if len({one.entity.text for one in found}) == 1 and states & {*scene.words} else None


def _numeral(scene: Scene, head: Thing, chord: Thing) -> Told | None:
    homes = _home_things(scene, chord, head)
    if not homes:
        return None
    others = [thing for thing in scene.chords if thing is not chord]
    judged = [fits_place(chord.entity, head.entity, key) for key in homes]
    if any(judged):
        return so("numeral", f"{head.entity.text} there is {chord.entity.text}.", head, chord)
    if any(fits_place(one.entity, head.entity, key) for one in others for key in homes if not scene.is_key(one)):
        return None
    if None in judged:
        return None
    true = _true(head.entity, homes[0], chord.entity.chord)
    if true is None:
        return None
    mend = written_chord(true, chord.entity) if len(homes) == 1 else ""
    return not_so("numeral", f"{head.entity.text} of {homes[0].symbol} is {true.symbol}.", chord, mend, head)


def fits_place(chord: Entity, head: Entity, key: Key) -> bool | None:
    """Whether a chord is what a written or spoken numeral means in a key."""
    words, found = numeral_words(head), chord.chord
    if found is None:
        return None
    if words.lstrip("-").isdigit():
        return fits_step(found, key, int(words) - 1) if 1 <= int(words) <= 7 else None
    return fits_numeral(found, words, key)


def _true(head: Entity, key: Key, like: Chord | None) -> Chord | None:
    words = numeral_words(head)
    tall = like is not None and like.seventh is not None
    try:
        if words.isdigit():
            return step_chord(key, int(words) - 1, 4 if tall else 3)
        return chord_of(words, key)
    except PartimentoError:
        return None


@sense("f")
def step_name(scene: Scene) -> Iterator[Told]:
    """The name of a step ("submediant"), a key, and the chord or the note told for it."""
    for head in scene.of("f"):
        word = head.entity.text.lower().replace("-", " ").replace("sub dominant", "subdominant")
        word = word.removesuffix(" chord").removesuffix(" triad").removesuffix(" key")
        word = re.sub(r"^(leading (?:tone|note)) (?:seventh|7th)$", r"\1", word)
        step = 4 if word in _DOMINANT_SEVENTH else STEPS.get(word)
        if step is None or governed(scene, head) or _applied(scene, head):
            continue
        if (
            word == "tonic"
            and not {"of", "in"} & set(scene.after(head, 1))
            and not {"is", "as"} & set(scene.before(head, 2))
        ):
            continue
        goal = linked_before(scene, head, "acmnk") or linked_after(scene, head, "acmnk")
        if goal is None and "it" in scene.words and {"as", "is"} & set(scene.before(head, 2)):
            goal = only_chord(scene)
        if goal is None or (goal.entity.chord is None and goal.entity.key is None):
            continue
        told = _step_name(scene, head, goal, step, word)
        if told is not None:
            yield told


def _step_name(scene: Scene, head: Thing, goal: Thing, step: int, word: str) -> Told | None:
    homes = _home_things(scene, goal, head)
    chord = goal.entity.chord
    if chord is None and goal.entity.key is not None:
        chord = Chord.parse(goal.entity.key.symbol.split(" ")[0])
    if not homes or chord is None or chord.root_fifths is None:
        return None
    roots = [(key, key.scale[step] + (7 if key.is_minor and word.startswith("leading") else 0)) for key in homes]
    bare = goal.letter in "nk"
    for key, root in roots:
        if chord.root_fifths != root:
            continue
        fits = True if bare else fits_step(chord, key, step)
        if fits is None and word.startswith("leading") and "b5" not in chord.degrees:
            fits = False
        if fits or (fits is None and step != 6):
            return so("numeral", f"The {word} of {key.symbol} is {name(root)}.", head, goal)
    key, root = roots[0]
    if not _is_framed(scene, goal):
        return None
    if bare:
        return not_so("numeral", f"The {word} of {key.symbol} is {name(root)}.", goal, _only(name(root), homes), head)
    true = step_chord(key, step, 4 if chord.seventh is not None else 3)
    true = chord_on(root, Chord.parse("C7").shape) if word in _DOMINANT_SEVENTH else true
    mend = _only(written_chord(true, goal.entity), homes)
    return not_so("numeral", f"The {word} of {key.symbol} is {true.symbol}.", goal, mend, head)


def _is_framed(scene: Scene, goal: Thing) -> bool:
    """Whether a key is surely named as one: "in C", "C's dominant", "C major has G as its dominant"; or by the"
    " context."""
    keys = [thing for thing in scene.keys if thing is not goal]
    if not keys:
        return True
    return any(
        thing.letter == "k" or {"in", "of", "for", "within", "to", "from"} & set(scene.before(thing, 1))
        or {"s", "has", "key", "the"} & set(scene.after(thing, 1)) or "its" in scene.words
        for thing in keys
    )  # fmt: skip


def _only(mend: str, homes: list[Key]) -> str:
    return mend if len(homes) == 1 else ""


_DOMINANT_SEVENTH: Final = ("dominant seventh", "dominant 7th", "dominant 7")


@sense("fore", "NL")
def respectively(scene: Scene) -> Iterator[Told]:
    """Several steps, numerals or degrees and as many answers: "the tonic and dominant of A are A and E"."""
    heads = [thing for thing in scene.of("fore") if thing.row < 0 or thing.letter == "r"]
    rows = [row for row in scene.of("NL") if len(row.entity.items) == len(heads)]
    if len(heads) < 2 or len(rows) != 1 or rows[0].at < heads[-1].at or len({head.letter for head in heads}) != 1:
        return
    wholes = [thing for thing in scene.of("nacmsk") if thing.row < 0 and thing.at != rows[0].at]
    if len(wholes) != 1 or not _tied(scene, heads):
        return
    wrong = []
    for head, item in zip(heads, rows[0].entity.items, strict=True):
        right = _answer(scene, head, wholes[0], item)
        if right is None:
            return
        if right[0] is False:
            wrong.append((item, right[1]))
    if not wrong:
        yield so("chord notes", "One by one, so they are.", rows[0], *heads)
    elif len(wrong) == 1:
        yield not_so("chord notes", f"There stands {wrong[0][1]}.", wrong[0][0], wrong[0][1], rows[0], *heads)


def _tied(scene: Scene, heads: list[Thing]) -> bool:
    words = {word for one, other in zip(heads, heads[1:], strict=False) for word in scene.between(one, other)}
    return words <= {",", "and", "the", "chords", "chord", "notes", "note", "&", "degrees"}


def _answer(scene: Scene, head: Thing, whole: Thing, item: Entity) -> tuple[bool, str] | None:
    """Whether an item is what a head names of a whole, and what that is."""
    if head.letter == "o":
        true = members(whole.entity, head.entity)
        return None if not true or item.note is None else (item.note in true, name(true[0]))
    key = whole.entity.key
    if key is None or item.chord is None:
        return None
    if head.letter == "f":
        step = STEPS.get(head.entity.text.lower().replace("-", " ").removesuffix(" chord"))
        if step is None:
            return None
        root = key.scale[step] + (7 if key.is_minor and "leading" in head.entity.text.lower() else 0)
        if item.letter == "n":
            return item.note == root, name(root)
        return fits_step(item.chord, key, step) is not False, step_chord(key, step).symbol
    fits = fits_place(item, head.entity, key)
    true_chord = _true(head.entity, key, item.chord)
    return None if fits is None or true_chord is None else (fits, true_chord.symbol)


@sense("r", "ac")
def keyless(scene: Scene) -> Iterator[Told]:
    """ "If G7 is the V7, then the I chord is C": two numerals of one key that is not named."""
    heads = [thing for thing in scene.of("r") if thing.row < 0 and "/" not in thing.entity.text]
    chords = [thing for thing in scene.of("acnm") if thing.row < 0]
    if len(heads) != 2 or len(chords) != 2 or scene.context is not None or any(scene.is_key(one) for one in chords):
        return
    pairs = [(linked_before(scene, head, "acnm") or linked_after(scene, head, "acnm"), head) for head in heads]
    if any(chord is None for chord, _ in pairs) or pairs[0][0] is pairs[1][0]:
        return
    homes = [key for tonic in range(-6, 7) for key in (Key(tonic), Key(tonic, "minor"))
             if pairs[0][0] is not None and fits_place(pairs[0][0].entity, heads[0].entity, key)]  # fmt: skip
    judged = [fits_place(pairs[1][0].entity, heads[1].entity, key) for key in homes if pairs[1][0] is not None]
    if any(judged):
        yield so("numeral", "Both are of one key.", *heads, *chords)
    elif judged and None not in judged and pairs[1][0] is not None:
        true = _true(heads[1].entity, homes[0], pairs[1][0].entity.chord)
        mend = written_chord(true, pairs[1][0].entity) if true is not None and len(homes) == 1 else ""
        yield not_so("numeral", "They are not of one key.", pairs[1][0], mend, *heads)
