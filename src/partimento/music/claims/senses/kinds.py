"""What is so of kinds of chords and scales without any root: their thirds, their formulas, how many notes they have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord
from partimento.music.claims.entity import NUMBERS, chord_of_words, interval_of, kind_words
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.interval import interval_name
from partimento.music.pitch import pitch_class
from partimento.music.scale import scale_on

ORDINALS: Final = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")


_UNDER: Final = re.compile(
    r"\b(?:under|underneath|below|beneath|followed by|then|topped by|with an? .* (?:on top|above))\b"
)


_OVER: Final = re.compile(r"\b(?:on top of|above|over)\b")


_STACK: Final = re.compile(
    r"\b(?:stack\w*|made (?:up )?of|built (?:from|of|out of)|consists? of|divid\w+|nothing but|sum of|all)\b"
)


_MANY: Final = frozenset("two three four equal only consecutive".split())


_MAJOR: Final = (0, 2, 4, -1, 1, 3, 5)


def chord_kinds(scene: Scene) -> list[tuple[Thing, Chord]]:
    """Kinds of chords told without a root; "A diminished triad" at the start of a sentence too."""
    found = []
    for thing in scene.of("qcf"):
        if thing.letter == "c" and not thing.entity.may_be_article:
            continue
        if thing.letter == "f" and not re.match(r"dominant (?:7|sev)", thing.entity.text.lower().replace("-", " ")):
            continue
        words = thing.entity.text[2:] if thing.letter == "c" else thing.entity.text
        chord = chord_of_words(f"C {words}")
        if chord is not None:
            found.append((thing, chord))
    return found


def scale_kinds(scene: Scene) -> list[tuple[Thing, str]]:
    """Kinds of scales told without a tonic."""
    found = []
    for thing in scene.of("ts"):
        if thing.letter == "s" and not thing.entity.may_be_article:
            continue
        kind = kind_words(thing.entity.text[2:] if thing.letter == "s" else thing.entity.text)
        if kind is not None:
            found.append((thing, kind))
    return found


@sense("i", "qc")
def thirds(scene: Scene) -> Iterator[Told]:
    """A kind of chord and the intervals it is made of."""
    sizes = [(thing, size) for thing in scene.of("i") if (size := interval_of(thing.entity.text)) is not None]
    kinds = chord_kinds(scene)
    sizes = [
        (thing, size) for thing, size in sizes if interval_name(size).split()[-1] in _MEMBERS and not is_compound(thing)
    ]
    if not sizes or not kinds or scene.notes or not _MADE_OF.search(scene.text) or _MAY.search(scene.text):
        return
    two = _ordered(scene, sizes)
    for thing, chord in kinds:
        steps = chord.shape.fifths
        stack = tuple(high - low for low, high in zip(steps, steps[1:], strict=False))
        if two is not None:
            if len(stack) >= 2 and stack[:2] == two and len(stack) == 2:
                yield so("chord quality", f"A {_plain(thing)} is built so.", thing)
            elif len(stack) == 2:
                yield not_so(
                    "chord quality", f"A {_plain(thing)} is {_told(stack)}.", thing, _kind_of(two), robust=True
                )
            return
    rooted = "root" in scene.spoken or any(size == 1 for _, size in sizes)
    for head, size in sizes:
        told = _in_stack(scene, head, size, kinds, rooted and len(sizes) > 1)
        if told is not None:
            yield told


_MEMBERS: Final = ("third", "fifth", "seventh", "fourth")


_MADE_OF: Final = re.compile(
    r"\b(?:is|are|has|have|contains?|stack\w*|made|built|consists?|divid\w+|between|hides?|includes?|equals?|pairs?"
    r"|combin\w+|result"
    r"|gives?|makes?|get)\b"
)


_MAY: Final = re.compile(
    r"\b(?:may|can|could|might|should|often|sometimes|not|n't|away|apart|resolv\w+|moves?|substitut\w+|another|lower"
    r"|higher)\b"
)


def is_compound(thing: Thing) -> bool:
    return re.search(r"ninth|tenth|eleventh|thirteenth|\b(?:9|1[0-3])", thing.entity.text.lower()) is not None


def _plain(thing: Thing) -> str:
    return thing.entity.text.removeprefix("A ")


def _told(stack: tuple[int, ...]) -> str:
    return " and ".join(f"a {interval_name(step)}" for step in stack)


def _kind_of(two: tuple[int, int]) -> str:
    kinds = {(4, -3): "major triad", (-3, 4): "minor triad", (-3, -3): "diminished triad", (4, 4): "augmented triad"}
    return kinds.get(two, "")


def _ordered(scene: Scene, sizes: list[tuple[Thing, int]]) -> tuple[int, int] | None:
    """Two thirds from the lower to the upper, where words tell which is which."""
    if len(sizes) != 2 or any(size not in (4, -3) for _, size in sizes):
        return None
    (one, first), (other, second) = sizes
    words = " ".join(scene.between(one, other))
    if _OVER.search(words):
        return second, first
    if _UNDER.search(words) or ("on top" in " ".join(scene.after(other, 3)) and "with" in words):
        return first, second
    return None


def _in_stack(scene: Scene, head: Thing, size: int, kinds: list[tuple[Thing, Chord]], rooted: bool) -> Told | None:
    many = bool(set(scene.before(head, 2)) & _MANY) and scene.has(_STACK)
    loose = head.entity.text.lower() == "tritone"
    for _, chord in kinds:
        steps = chord.shape.fifths
        stack = [high - low for low, high in zip(steps, steps[1:], strict=False)]
        inner = list(steps) if rooted else [high - low for low in steps for high in steps]
        good = all(step == size for step in stack) if many else size in inner
        if good or (loose and 6 in map(pitch_class, inner)):
            return so("chord quality", f"{chord.symbol[1:] or 'Major'} holds it.", head)
    thing, chord = kinds[0]
    shape = chord.shape.fifths
    thirds_up = [interval_name(high - low) for low, high in zip(shape, shape[1:], strict=False)]
    number = interval_name(size).split()[-1]
    same = set(thirds_up) if many else {one for one in map(interval_name, shape) if one.endswith(number)}
    mend = next(iter(same)) if len(same) == 1 else ""
    mend += "s" if mend and head.entity.text.endswith("s") else ""
    return not_so("chord quality", f"A {_plain(thing)} stacks {', '.join(thirds_up)}.", head, mend, thing)


PLACE_WORDS: Final = {word: number for number, word in enumerate(NUMBERS)} | {
    word: number for number, word in enumerate((*ORDINALS, "eighth")) if word
}


_DEGREES: Final = re.compile(r"b{0,2}#?(?:1[13]|[1-9])")


_TWINS: Final = {"#4": "b5", "#9": "b3", "9": "2", "11": "4", "13": "6", "bb7": "6"}


@sense("D")
def formulas(scene: Scene) -> Iterator[Told]:
    """A kind of chord or of scale by its degrees: "a dominant seventh is 1 3 5 b7"."""
    heads: list[tuple[Thing, tuple[str, ...]]] = [(thing, chord.degrees) for thing, chord in chord_kinds(scene)]
    heads += [
        (thing, chord.degrees)
        for thing in scene.of("ac")
        if not thing.entity.may_be_article and (chord := thing.entity.chord)
    ]
    heads += [(thing, scale_on(0, kind).kind.degrees) for thing, kind in scale_kinds(scene)]
    for row in scene.of("D"):
        told = _DEGREES.findall(row.entity.text)
        near = [(thing, true) for thing, true in heads if thing.at < row.at] or heads
        if not near or told[:1] != ["1"] or len(told) < 3:
            continue
        thing, true = near[-1]
        if len(told) != len(true):
            continue
        plain, right = ([_TWINS.get(one, one) for one in row_of] for row_of in (told, true))
        reason = f"Its degrees are {' '.join(true)}."
        if plain == right:
            yield so("chord notes", reason, row, thing)
        elif sum(one != other for one, other in zip(plain, right, strict=True)) <= 2:
            joint = re.search(r"\s?-\s?|, ?| ", row.entity.text)
            yield not_so("chord notes", reason, row, (joint[0] if joint else " ").join(true), thing)


_SIZES: Final = (
    (re.compile(r"\btriads?\b"), 3), (re.compile(r"\b(?:seventh|7th) chords?\b|\btetrads?\b"), 4),
    (re.compile(r"\b(?:ninth|9th) chords?\b"), 5), (re.compile(r"\bpower chords?\b"), 2),
    (re.compile(r"\bchromatic scales?\b"), 12), (re.compile(r"\bpentatonic\b"), 5),
    (re.compile(r"\bwhole tone scales?\b"), 6),
    (re.compile(r"\bhexatonic\b|\bblues scales?\b"), 6), (re.compile(r"\b(?:octatonic|diminished) scales?\b"), 8),
    (re.compile(r"\bbebop\b"), 8), (re.compile(r"\btetrachords?\b"), 4),
    (re.compile(r"\b(?:major|minor|diatonic) scales?\b"), 7), (re.compile(r"\b(?:dorian|phrygian|lydian|mixolydian"
        r"|aeolian|locrian)\b"), 7),
)  # fmt: skip


_COUNTED_NOTES: Final = re.compile(
    rf"\b({'|'.join(NUMBERS)}|\d+) (?:different |distinct |separate )?(?:notes|tones|pitches|members|steps of"
    rf"|degrees)\b"
)


_INVERSIONS: Final = re.compile(rf"\b({'|'.join(NUMBERS)}|\d+) (?:different |possible )?inversions\b")


_PARTLY: Final = re.compile(
    r"\b(?:of (?:its|the|these|those)|share\w*|common|same|only .* (?:differ|chang)|upper|top|other|first|last|more"
    r"|fewer|per (?!octave)|each hand|between)\b"
)


@sense()
def counts(scene: Scene) -> Iterator[Told]:
    """How many notes a kind of chord or of scale has; how many inversions."""
    if not _COUNTED_NOTES.search(scene.plain) and not _INVERSIONS.search(scene.plain):
        return
    kinds = [size for form, size in _SIZES if form.search(scene.plain)]
    if len(set(kinds)) != 1 or not scene.things or scene.has(_PARTLY) or scene.of("nNL"):
        return
    for form, true in ((_COUNTED_NOTES, kinds[0]), (_INVERSIONS, kinds[0] - 1)):
        found = form.search(scene.plain)
        if found is None:
            continue
        told = int(found[1]) if found[1].isdigit() else NUMBERS.index(found[1])
        heads = scene.of("d") or scene.things[:1]
        reason = f"It has {true}."
        if told == 8 and true == 7:
            return  # perhaps with the octave
        if told == true:
            yield so("scale notes", reason, heads[0])
        elif scene.of("d"):
            first = heads[0].entity.text.split()[0]
            right = str(true) if first.isdigit() else NUMBERS[true]
            yield not_so("scale notes", reason, heads[0], heads[0].entity.text.replace(first, right, 1))
        else:
            yield not_so("scale notes", reason, heads[0], "")
