"""The steps and degrees of kinds of scales: where the semitones lie, what is raised or lowered, what lies between"
" two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.entity import NUMBERS, Entity, alteration, interval_of
from partimento.music.claims.senses.kinds import ORDINALS, PLACE_WORDS, chord_kinds, is_compound, scale_kinds
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.interval import interval_name
from partimento.music.pitch import pitch_class
from partimento.music.scale import scale_on

_HALVES: Final = re.compile(r"\b(?:half steps?|semitones?|half tones?|halfsteps?)\b")


_NUMBERS: Final = re.compile(
    r"\b([1-8]|first|second|third|fourth|fifth|sixth|seventh|eighth|[1-8](?:st|nd|rd|th)|one|two|three|four|five|six"
    r"|seven|eight)\s*(?:and|to|-|(?<=\d)\s(?=\d))(?: the)?\s*([1-8]|first|second|third|fourth|fifth|sixth|seventh"
    r"|eighth"
    r"|[1-8](?:st|nd|rd|th)|one|two|three|four|five|six|seven|eight|tonic)\b"
)


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
    heads = scene.of("thsmk")
    if len(set(kinds)) != 1 or not pairs or not heads or len(scene.notes) > 1:
        return
    tones = scale_on(0, kinds[0]).kind.semitones
    if len(tones) != 7:
        return
    gaps = [high - low for low, high in zip(tones, (*tones[1:], 12), strict=True)]
    sizes = [thing for thing in scene.of("h") if thing.entity.number > 0]
    if len(pairs) == 1 and len(sizes) == 1:
        yield _gap(scene, gaps[pairs[0][0] - 1], sizes[0], kinds[0])
        return
    true = {at + 1 for at, gap in enumerate(gaps) if gap == 1}
    reason = f"In the {kinds[0]} scale they lie above {', '.join(map(str, sorted(true)))}."
    if all(low in true for low, _ in pairs):
        yield so("scale notes", reason, heads[0])
    else:
        yield not_so("scale notes", reason, heads[0], "", heads[0])


def _gap(scene: Scene, gap: int, size: Thing, kind: str) -> Told:
    """ "From the sixth to the seventh note of harmonic minor are three semitones"."""
    told = size.entity.number * (2 if "whole" in size.entity.text.lower() else 1)
    reason = f"In the {kind} scale {gap} semitones lie there."
    if told == gap:
        return so("scale notes", reason, size)
    return not_so("scale notes", reason, size, in_number(size.entity, gap))


def in_number(written: Entity, number: int) -> str:
    """A count of semitones in the words of another, "" where it is counted in whole steps."""
    head, _, rest = written.text.partition(" ")
    if "whole" in written.text.lower() or not rest:
        return ""
    unit = rest.rstrip("s") + ("" if number == 1 else "s")
    return f"{number if head.isdigit() else NUMBERS[number]} {unit}"


def _place(word: str) -> int:
    return PLACE_WORDS.get(word, int(re.sub(r"\D", "", word) or 8))


_MADE: Final = re.compile(r"\b(rais\w+|sharpen\w*|augment\w*|lower\w*|flatten\w*|flats?|flatted)\b")


@sense("o", "ts")
def altered_degrees(scene: Scene) -> Iterator[Told]:
    """A scale told by how it differs from major or minor: "Phrygian is minor with a lowered second"."""
    kinds = scale_kinds(scene)
    kinds += [(thing, scale.kind.name) for thing in scene.of("s")
              if not thing.entity.may_be_article and (scale := thing.entity.scale) is not None]  # fmt: skip
    if not kinds or scene.of("Nnacq") or any("tone" not in thing.entity.text for thing in scene.of("i")):
        return
    first = min((thing.at for thing in scene.of("o")), default=0)
    told = [one for one in kinds if not {"of", "from", "to", "than"} & set(scene.before(one[0], 1))] or kinds
    nearest = [one for one in told if one[0].at < first][-1:] or told[:1]
    subject = next((one for one in kinds if one[1] not in ("major", "natural minor")), nearest[0])
    own = scale_on(0, subject[1]).kind
    if len(own.fifths) != 7 or (len(kinds) == 1 and _PLAIN.match(subject[0].entity.text.lower().removeprefix("a "))):
        return  # "a minor mode with a raised sixth" is another scale
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
        if not shift:  # "a natural sixth": that of the major scale
            plain, shift = label in own.degrees, 1
        if 7 * shift in gaps or (plain and shift):
            yield so("scale notes", reason, head, subject[0])
        else:
            yield not_so("scale notes", reason, head, "", subject[0], robust=True)


_PLAIN: Final = re.compile(r"(?:natural )?(?:major|minor) (?:mode|scale)")


def _against(scene: Scene, kind: str, named: list[str]) -> list[tuple[int, ...]]:
    """The scales that a scale may be compared with: those named with it, else major and minor."""
    words = {one for one in named if one != kind}
    words |= (
        {"natural minor"} if re.search(r"\b(?:minor|aeolian)\b", scene.plain) and kind != "natural minor" else set()
    )
    words |= {"major"} if re.search(r"\b(?:major|ionian)\b", scene.plain) and kind != "major" else set()
    words = words or {"major", "natural minor"}
    return [tones for word in words if len(tones := scale_on(0, word).kind.fifths) == 7]


_MADE_AFTER: Final = re.compile(
    r"(?:degree |note |step )?(?:is|gets|are) (?:always )?(raised|sharpened|lowered|flattened|flatted)"
)
_JOINS: Final = frozenset(("and", "the", ",", "degree", "degrees"))


def _told_shift(scene: Scene, head: Thing) -> int | None:
    told = alteration(head.entity.text)
    if told is not None:
        return told
    ahead = " ".join(scene.words[max(0, head.at - 4) : head.at])
    found = _MADE.search(ahead) or _MADE_AFTER.match(" ".join(scene.words[head.at + 1 : head.at + 6]))
    if "natural" in scene.before(head, 2):
        return None
    if found is None:
        ahead_of = [one for one in scene.of("o") if one.at < head.at and set(scene.between(one, head)) <= _JOINS]
        return _told_shift(scene, ahead_of[-1]) if ahead_of else None
    return 1 if found[1].startswith(("rais", "sharp", "augm")) else -1


_BEGINS: Final = re.compile(
    r"\b(?:begins?|starts?|opens?|starting|beginning) with an? (half step|whole step|semitone|tone|whole tone|half"
    r" tone|augmented second)\b"
    r"|\b(half step|whole step|semitone|whole tone) between (?:its|the) first (?:two notes|and second)"
    r"|\bfirst two notes (?:of|in) .*\ban? (half step|whole step|semitone|whole tone) apart"
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
    words = found[1] or found[2] or found[3]
    told = 1 if words.startswith(("half", "semi")) else 3 if words.startswith("aug") else 2
    reason = f"The {kinds[0]} scale begins with {true} semitones."
    if told == true:
        yield so("scale notes", reason, heads[0])
    else:
        mend = {1: "half step", 2: "whole step"}.get(true, "") if "step" in words else ""
        yield not_so("scale notes", reason, heads[0], mend)


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
            or is_compound(head)
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
        right = ORDINALS[next(iter(left))] if len(left) == 1 and wrong.entity.text.isalpha() else ""
        yield not_so("scale notes", reason, wrong, right, *heads, robust=True)
