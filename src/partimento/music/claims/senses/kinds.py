"""What is so of kinds, without any root: the thirds in a chord, the steps and degrees of a scale, names of steps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord
from partimento.music.claims.entity import NUMBERS, alteration, chord_of_words, interval_of, kind_words
from partimento.music.claims.numerals import STEPS, numeral_words
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.interval import interval_name
from partimento.music.pitch import pitch_class
from partimento.music.roman import ROMANS
from partimento.music.scale import scale_on

_ORDINALS: Final = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")
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
        (thing, size) for thing, size in sizes if interval_name(size).split()[-1] in _MEMBERS and not _compound(thing)
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
    r"\b(?:is|are|has|have|contains?|stack\w*|made|built|consists?|divid\w+|between|hides?|includes?|equals?|pairs?|combin\w+|with|result"
    r"|gives?|makes?|get)\b"
)
_MAY: Final = re.compile(
    r"\b(?:may|can|could|might|should|often|sometimes|not|n't|away|apart|resolv\w+|moves?|substitut\w+|another|lower|higher)\b"
)


def _compound(thing: Thing) -> bool:
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
    stack = [interval_name(high - low) for low, high in zip(chord.shape.fifths, chord.shape.fifths[1:], strict=False)]
    number = interval_name(size).split()[-1]
    same = {one for one in map(interval_name, chord.shape.fifths) if one.endswith(number)}
    same = set(stack) if many else same
    mend = next(iter(same)) if len(same) == 1 else ""
    mend += "s" if mend and head.entity.text.endswith("s") else ""
    return not_so("chord quality", f"A {_plain(thing)} stacks {', '.join(stack)}.", head, mend, thing)


_HALVES: Final = re.compile(r"\b(?:half steps?|semitones?|half tones?|halfsteps?)\b")
_NUMBERS: Final = re.compile(
    r"\b([1-8]|first|second|third|fourth|fifth|sixth|seventh|eighth|[1-8](?:st|nd|rd|th)|one|two|three|four|five|six"
    r"|seven|eight)\s*(?:and|to|-|(?<=\d)\s(?=\d))(?: the)?\s*([1-8]|first|second|third|fourth|fifth|sixth|seventh|eighth"
    r"|[1-8](?:st|nd|rd|th)|one|two|three|four|five|six|seven|eight|tonic)\b"
)
_PLACE: Final = {word: number for number, word in enumerate(NUMBERS)} | {
    word: number for number, word in enumerate((*_ORDINALS, "eighth")) if word
}


@sense("tsmk")
def half_steps(scene: Scene) -> Iterator[Told]:
    """Where the semitones of a scale lie: "between degrees 3 and 4 and between 7 and 8"."""
    if not _HALVES.search(scene.plain):
        return
    kinds = [kind for _, kind in scale_kinds(scene)]
    kinds += [
        scale.kind.name
        for thing in scene.of("smk")
        if not thing.entity.may_be_article and (scale := thing.entity.scale)
    ]
    pairs = [(_place(one), _place(other)) for one, other in _NUMBERS.findall(scene.plain)]
    pairs = [(low, high) for low, high in pairs if high == low + 1]
    heads = [thing for thing in scene.of("thsmk")]
    if len(set(kinds)) != 1 or not pairs or not heads or len(scene.notes) > 1:
        return
    tones = scale_on(0, kinds[0]).kind.semitones
    if len(tones) != 7:
        return
    true = {at + 1 for at, (low, high) in enumerate(zip(tones, (*tones[1:], 12), strict=True)) if high - low == 1}
    reason = f"In the {kinds[0]} scale they lie above {', '.join(map(str, sorted(true)))}."
    if all(low in true for low, _ in pairs):
        yield so("scale notes", reason, heads[0])
    else:
        yield not_so("scale notes", reason, heads[0], "", heads[0])


def _place(word: str) -> int:
    return _PLACE.get(word, int(re.sub(r"\D", "", word) or 8))


_MADE: Final = re.compile(r"\b(rais\w+|sharpen\w*|augment\w*|lower\w*|flatten\w*|flats?|flatted)\b")


@sense("o", "ts")
def altered_degrees(scene: Scene) -> Iterator[Told]:
    """A scale told by how it differs from major or minor: "Phrygian is minor with a lowered second"."""
    kinds = scale_kinds(scene)
    kinds += [(thing, scale.kind.name) for thing in scene.of("s")
              if not thing.entity.may_be_article and (scale := thing.entity.scale) is not None]  # fmt: skip
    if not kinds or scene.of("Nnacqi"):
        return
    first = min((thing.at for thing in scene.of("o")), default=0)
    told = [one for one in kinds if not {"of", "from", "to", "than"} & set(scene.before(one[0], 1))] or kinds
    nearest = [one for one in told if one[0].at < first][-1:] or told[:1]
    subject = next((one for one in kinds if one[1] not in ("major", "natural minor")), nearest[0])
    own = scale_on(0, subject[1]).kind
    if len(own.fifths) != 7:
        return
    against = _against(scene, subject[1], [kind for _, kind in kinds])
    for head in scene.of("o"):
        shift = _told_shift(scene, head)
        number = head.entity.number
        if shift is None or not 1 <= number <= 7 or "natural" in scene.after(head, 1):
            continue
        gaps = {own.fifths[number - 1] - base[number - 1] for base in against}
        reason = f"The {subject[1]} scale is {' '.join(own.degrees)}."
        label = ("b" if shift < 0 else "#" if shift > 0 else "") + str(number)
        plain = scale_on(0, "major").kind.fifths in against and label in own.degrees
        if 7 * shift in gaps or (plain and shift):
            yield so("scale notes", reason, head, subject[0])
        else:
            yield not_so("scale notes", reason, head, "", subject[0], robust=True)


def _against(scene: Scene, kind: str, named: list[str]) -> list[tuple[int, ...]]:
    """The scales that a scale may be compared with: those named with it, else major and minor."""
    words = {one for one in named if one != kind}
    words |= (
        {"natural minor"} if re.search(r"\b(?:minor|aeolian)\b", scene.plain) and kind != "natural minor" else set()
    )
    words |= {"major"} if re.search(r"\b(?:major|ionian)\b", scene.plain) and kind != "major" else set()
    words = words or {"major", "natural minor"}
    return [tones for word in words if len(tones := scale_on(0, word).kind.fifths) == 7]


def _told_shift(scene: Scene, head: Thing) -> int | None:
    told = alteration(head.entity.text)
    if told is not None:
        return told
    ahead = " ".join(scene.words[max(0, head.at - 4) : head.at])
    found = _MADE.search(ahead)
    if found is None or "natural" in scene.before(head, 2):
        return None
    return 1 if found[1].startswith(("rais", "sharp", "augm")) else -1


_SAYS: Final = frozenset("is are called be known named as ( = : means call on".split())
_LINKS: Final = frozenset(
    "is are called be the known named as ( , = : means a scale degree chord we call it on built stands sits step of its any key".split()
)


@sense("f", "oer")
def names_of_steps(scene: Scene) -> Iterator[Told]:
    """The names of steps by their numbers: "the submediant is the sixth degree", "V is called the dominant"."""
    heads = [(thing, step) for thing in scene.of("f") if (step := STEPS.get(_bare(thing))) is not None]
    numbers = [(thing, number) for thing in scene.of("oer") if (number := _number(thing)) > 0]
    if len(heads) != 1 or len(numbers) != 1:
        return
    (head, step), (thing, number) = heads[0], numbers[0]
    if {"of", "to", "below", "above"} & set(scene.before(head, 1)):
        return
    words = scene.between(head, thing)
    if (
        not words
        or not {*words} <= _LINKS
        or not ({*words} & _SAYS or {"call", "called"} & {*scene.words})
        or (scene.keys and number != step + 1 and not {"called", "call", "is"} & {*scene.words})
    ):
        return
    reason = f"The {_bare(head)} is the {_ORDINALS[step + 1]} step."
    if number == step + 1:
        yield so("numeral", reason, head, thing)
    else:
        right = _ORDINALS[step + 1] if thing.entity.text.isalpha() and thing.letter == "o" else ""
        yield not_so("numeral", reason, thing, right, head)


def _bare(thing: Thing) -> str:
    return thing.entity.text.lower().replace("-", " ").removesuffix(" chord").removesuffix(" triad")


def _number(thing: Thing) -> int:
    if thing.letter == "o":
        return thing.entity.number
    words = numeral_words(thing.entity).upper()
    return ROMANS.index(words) + 1 if words in ROMANS else int(words) if words.isdigit() else -1


_BEGINS: Final = re.compile(
    r"\b(?:begins?|starts?|opens?|starting|beginning) with an? (half step|whole step|semitone|tone|whole tone|half tone|augmented second)\b"
    r"|\b(half step|whole step|semitone|whole tone) between (?:its|the) first (?:two notes|and second)"
)


@sense("i")
def first_step(scene: Scene) -> Iterator[Told]:
    """ "Phrygian begins with a half step"."""
    found = _BEGINS.search(scene.plain)
    kinds = [kind for _, kind in scale_kinds(scene)]
    kinds += [
        scale.kind.name
        for thing in scene.of("smk")
        if not thing.entity.may_be_article and (scale := thing.entity.scale)
    ]
    heads = scene.of("i")
    if found is None or len(set(kinds)) != 1 or not heads:
        return
    true = scale_on(0, kinds[0]).kind.semitones[1]
    words = found[1] or found[2]
    told = 1 if words.startswith(("half", "semi")) else 3 if words.startswith("aug") else 2
    reason = f"The {kinds[0]} scale begins with {true} semitones."
    if told == true:
        yield so("scale notes", reason, heads[0])
    else:
        mend = {1: "half step", 2: "whole step"}.get(true, "") if "step" in words else ""
        yield not_so("scale notes", reason, heads[0], mend)


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


_GROUPS: Final = {"I": "tonic", "vi": "tonic", "iii": "tonic", "IV": "predominant", "ii": "predominant", "V": "dominant",
                  "V7": "dominant", "viio": "dominant", "vii°": "dominant"}  # fmt: skip
_GROUP: Final = re.compile(
    r"\b(tonic|sub ?dominant|pre ?dominant|dominant)s? (?:chords?|functions?|family|group|area|substitutes?|role)\b"
)


@sense("f", "r")
def groups(scene: Scene) -> Iterator[Told]:
    """What numerals do: "IV and ii are predominant chords"."""
    found = _GROUP.search(scene.spoken)
    numerals = [thing for thing in scene.of("r") if thing.entity.text in _GROUPS]
    if found is None or not numerals or scene.of("LN") or len({*_GROUP.findall(scene.spoken)}) != 1:
        return
    told = found[1].replace(" ", "").replace("subdominant", "predominant")
    near = (
        [thing for thing in numerals if set(scene.between(thing, scene.of("f")[0])) <= _COUNTED]
        if scene.of("f")
        else []
    )
    if not near:
        return
    wrong = [thing for thing in near if _GROUPS[thing.entity.text] != told]
    reason = f"{near[0].entity.text} is a {_GROUPS[near[0].entity.text]} chord."
    if not wrong:
        yield so("function", reason, *near)
    else:
        yield not_so("function", reason, scene.of("f")[0], "", *near)


_COUNTED: Final = frozenset(
    "is are and both count counts as a an the function functions chord chords have has serve serves act acts of".split()
) | {","}


_SIZES: Final = (
    (re.compile(r"\btriads?\b"), 3), (re.compile(r"\b(?:seventh|7th) chords?\b|\btetrads?\b"), 4),
    (re.compile(r"\b(?:ninth|9th) chords?\b"), 5), (re.compile(r"\bpower chords?\b"), 2),
    (re.compile(r"\bchromatic scales?\b"), 12), (re.compile(r"\bpentatonic\b"), 5), (re.compile(r"\bwhole tone scales?\b"), 6),
    (re.compile(r"\bhexatonic\b|\bblues scales?\b"), 6), (re.compile(r"\b(?:octatonic|diminished) scales?\b"), 8),
    (re.compile(r"\bbebop\b"), 8), (re.compile(r"\btetrachords?\b"), 4),
    (re.compile(r"\b(?:major|minor|diatonic) scales?\b"), 7), (re.compile(r"\b(?:dorian|phrygian|lydian|mixolydian|aeolian|locrian)\b"), 7),
)  # fmt: skip
_COUNTED_NOTES: Final = re.compile(
    rf"\b({'|'.join(NUMBERS)}|\d+) (?:different |distinct |separate )?(?:notes|tones|pitches|members|steps of|degrees)\b"
)
_INVERSIONS: Final = re.compile(rf"\b({'|'.join(NUMBERS)}|\d+) (?:different |possible )?inversions\b")
_PARTLY: Final = re.compile(
    r"\b(?:of (?:its|the|these|those)|share\w*|common|same|only .* (?:differ|chang)|upper|top|other|first|last|more|fewer|per|each hand|between)\b"
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
        if told == true or (told == true + 1 and true == 7):
            yield so("scale notes", reason, heads[0])
        elif scene.of("d"):
            first = heads[0].entity.text.split()[0]
            right = str(true) if first.isdigit() else NUMBERS[true]
            yield not_so("scale notes", reason, heads[0], heads[0].entity.text.replace(first, right, 1))
        else:
            yield not_so("scale notes", reason, heads[0], "")


_HAS: Final = re.compile(r"\b(?:has|have|contains?|with|features?|uses?|includes?|its|is)\b")


@sense("i", "ts")
def scale_intervals(scene: Scene) -> Iterator[Told]:
    """The intervals above the tonic of a kind of scale: "Dorian has a minor third and a major sixth"."""
    kinds = scale_kinds(scene) + [
        (thing, scale.kind.name) for thing in scene.of("s")
        if not thing.entity.may_be_article and (scale := thing.entity.scale) is not None
    ]  # fmt: skip
    if len({kind for _, kind in kinds}) not in (1, 2) or scene.notes or scene.of("qach") or not scene.has(_HAS):
        return
    if re.search(
        r"\b(?:between|apart|above(?! (?:the|its) (?:tonic|root))|below|step|down|up|begin\w*|start\w*)\b", scene.spoken
    ):
        return
    for head in scene.of("i"):
        size = interval_of(head.entity.text)
        if (
            size is None
            or _compound(head)
            or interval_name(size).split()[-1] not in ("second", "third", "fourth", "fifth", "sixth", "seventh")
        ):
            continue
        near = [one for one in kinds if one[0].at < head.at] or kinds
        thing, kind = near[-1]
        steps = scale_on(0, kind).kind.fifths
        number = interval_name(size).split()[-1]
        own = [step for step in steps if interval_name(step).split()[-1] == number]
        reason = f"The {kind} scale is {' '.join(scale_on(0, kind).kind.degrees)}."
        if size in steps:
            yield so("scale notes", reason, head, thing)
        elif len(own) == 1 and not head.entity.text.lower().startswith(("half", "whole", "semi", "tone", "tri")):
            yield not_so("scale notes", reason, head, interval_name(own[0]), thing)


@sense("i")
def between_degrees(scene: Scene) -> Iterator[Told]:
    """The interval between two degrees of a scale or members of a chord, without notes."""
    sizes = [(thing, size) for thing in scene.of("i") if (size := interval_of(thing.entity.text)) is not None]
    places = _two_places(scene)
    if len(sizes) != 1 or places is None or scene.notes or not {"between", "from", "below", "above"} & {*scene.words}:
        return
    low, high = places
    tables = [scale_on(0, kind).kind.fifths for _, kind in scale_kinds(scene)]
    tables += [
        scale.kind.fifths
        for thing in scene.of("smk")
        if not thing.entity.may_be_article and (scale := thing.entity.scale)
    ]
    found = [row[high % 7 - 1] - row[low % 7 - 1] for row in tables if len(row) == 7]
    for chord in [chord for _, chord in chord_kinds(scene)] + [
        chord for thing in scene.of("ac") if (chord := thing.entity.chord)
    ]:
        steps = {int(label.lstrip("b#")): step for label, step in zip(chord.degrees, chord.shape.fifths, strict=True)}
        if low in steps and high in steps:
            found.append(steps[high] - steps[low])
    head, size = sizes[0]
    if not found:
        return
    loose = head.entity.text.lower().startswith(("tri", "half", "whole", "semi", "tone"))
    good = any(
        step in (size, -size) or (loose and pitch_class(step) in (pitch_class(size), pitch_class(-size)))
        for step in found
    )
    reason = f"Between them lies {interval_name(found[0])}."
    if good:
        yield so("interval", reason, head)
    elif len(set(found)) == 1:
        yield not_so("interval", reason, head, "" if loose else interval_name(found[0]))


def _two_places(scene: Scene) -> tuple[int, int] | None:
    """Two degrees that are spoken of together: "between the third and fourth", "degrees 6 and 7", "below the tonic"."""
    told = [thing.entity.number for thing in scene.of("o") if 1 <= thing.entity.number <= 8]
    if len(told) == 1 and any(thing.entity.text.lower() == "tonic" for thing in scene.of("f")):
        told = [told[0], 8] if told[0] > 4 else [1, told[0]]
    if not told:
        pairs = [(_place(one), _place(other)) for one, other in _NUMBERS.findall(scene.plain)]
        told = [*pairs[0]] if len(pairs) == 1 else []
    return (told[0], told[1]) if len(told) == 2 else None


@sense("q", "o")
def kind_on_degree(scene: Scene) -> Iterator[Told]:
    """ "The diminished triad of a major key is found on the seventh degree"."""
    kinds = [(thing, chord) for thing, chord in chord_kinds(scene) if len(chord.degrees) == 3]
    heads = [thing for thing in scene.of("o") if 1 <= thing.entity.number <= 7]
    keys = [key.mode for key in scene.homes if key.mode in ("major", "minor")]
    keys = keys or [found[1] for found in [_KEY_KIND.search(scene.plain)] if found]
    if len(kinds) != 1 or len(heads) != 1 or len(keys) != 1 or scene.of("acNL") or scene.of("i"):
        return
    if not {"degree", "step", "note"} & {*scene.after(heads[0], 2)} or re.search(
        r"\b(?:not|n't|raise\w*|lower\w*)\b", scene.plain
    ):
        return
    words = {"maj": "major", "min": "minor", "dim": "diminished", "aug": "augmented"}.get(kinds[0][1].quality or "", "")
    on = [at + 1 for at, told in enumerate(_TRIADS[keys[0]]) if words in told.split()]
    reason = f"A {words} triad stands on {', '.join(map(str, on))}."
    if heads[0].entity.number in on:
        yield so("chord quality", reason, kinds[0][0], heads[0])
    else:
        right = _ORDINALS[on[0]] if len(on) == 1 and heads[0].entity.text.isalpha() else ""
        yield not_so("chord quality", reason, heads[0], right, kinds[0][0])


_KEY_KIND: Final = re.compile(r"\b(major|minor) (?:keys?|scales?)\b")
_CHORD_KINDS: Final = re.compile(
    r"\b(?:is|are|always|naturally|come out|comes out|be) (?:\w+ ){0,2}(major|minor|diminished|augmented)\b"
)
_TRIADS: Final = {"major": ("major", "minor", "minor", "major", "major", "minor", "diminished"),
                  "minor": ("minor", "diminished", "major", "minor", "minor major", "major", "major diminished")}  # fmt: skip
_STEP_WORD: Final = re.compile(r"\b(?:one|two|three|four|five|six|seven|first|second|third|fourth|fifth|sixth|seventh|[1-7](?:st|nd|rd|th)?|i{1,3}|iv|vi{0,2}|tonic"
                               r"|supertonic|mediant|subdominant|dominant|submediant|leading tone|leading note)\b")  # fmt: skip
_STEP_NUMBER: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7} | {
    word: step + 1 for word, step in STEPS.items()
}


@sense()
def kinds_of_steps(scene: Scene) -> Iterator[Told]:
    """ "In a major key the chords on two, three and six are minor"."""
    key, kind = _KEY_KIND.search(scene.plain), _CHORD_KINDS.search(scene.plain)
    if (
        key is None
        or kind is None
        or not scene.things
        or scene.of("nacsmNL")
        or not re.search(r"\b(?:chords?|triads?)\b|@[re]", scene.text + scene.plain)
    ):
        return
    if re.search(
        r"\b(?:not|except|unless|but|or|can|often|usually|seventh chord|relative|parallel|mode|its)\b", scene.plain
    ):
        return
    subject = scene.plain[: kind.start()].replace(key[0], " ")
    steps = [
        _STEP_NUMBER.get(word, _PLACE.get(word, 0)) or int(re.sub(r"\D", "", word) or 0)
        for word in _STEP_WORD.findall(subject)
    ]
    steps = [step for step in steps if 1 <= step <= 7]
    if not steps:
        return
    wrong = [step for step in steps if kind[1] not in _TRIADS[key[1]][step - 1].split()]
    reason = (
        f"On step {(wrong or steps)[0]} of a {key[1]} key stands a {_TRIADS[key[1]][(wrong or steps)[0] - 1]} triad."
    )
    if not wrong:
        yield so("chord quality", reason, *scene.things[:1])
    else:
        yield not_so("chord quality", reason, scene.things[0], "")


_OUT: Final = re.compile(
    r"\b(?:leav\w+ out|drop\w*|omit\w*|remov\w+|without|skips?|skipping|minus|lacks?|lacking|take out|taking out)\b"
)


@sense("o")
def left_out(scene: Scene) -> Iterator[Told]:
    """Which degrees a pentatonic scale leaves out of its larger one."""
    numbers = {thing.entity.number for thing in scene.of("o") if 1 <= thing.entity.number <= 7}
    if not scene.has(_OUT) or len(numbers) != 2 or "pentatonic" not in scene.plain or scene.of("N"):
        return
    minor = "minor pentatonic" in scene.plain or ("minor" in scene.plain and "major" not in scene.plain)
    base, small = ("natural minor", "minor pentatonic") if minor else ("major", "major pentatonic")
    steps = scale_on(0, small).kind.fifths
    true = {at + 1 for at, step in enumerate(scale_on(0, base).kind.fifths) if step not in steps}
    heads = scene.of("o")
    reason = f"The {small} leaves out {' and '.join(map(str, sorted(true)))}."
    if numbers == true:
        yield so("scale notes", reason, *heads)
    else:
        wrong = next(thing for thing in heads if thing.entity.number not in true)
        left = true - numbers
        right = _ORDINALS[next(iter(left))] if len(left) == 1 and wrong.entity.text.isalpha() else ""
        yield not_so("scale notes", reason, wrong, right, *heads, robust=True)


_RELATIVE: Final = re.compile(r"\brelative (minor|major)\b")
_STARTS: Final = re.compile(r"\b(?:starts?|begins?|built|found|sits|lies|is|lives) (?:on|from|at)?\b")


@sense("f", "o")
def relative_step(scene: Scene) -> Iterator[Told]:
    """On which degree the relative key stands: the sixth of major, the third of minor."""
    found = _RELATIVE.search(scene.spoken)
    heads = [thing for thing in scene.of("o") if 1 <= thing.entity.number <= 7]
    if (
        found is None
        or len(heads) != 1
        or scene.of("nacmsi")
        or not {"degree", "note", "step"} & {*scene.after(heads[0], 2)}
    ):
        return
    true = 6 if found[1] == "minor" else 3
    if heads[0].entity.number == true:
        yield so("key", f"It stands on step {true}.", heads[0])
    elif _STARTS.search(scene.spoken):
        right = _ORDINALS[true] if heads[0].entity.text.isalpha() else ""
        yield not_so("key", f"It stands on step {true}.", heads[0], right)
