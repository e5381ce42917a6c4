"""Modes beside their parent scales: by the same notes, by their number, by the step they begin on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.entity import kind_words
from partimento.music.claims.scales import like_ordinal, readings
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.pitch import name
from partimento.music.scale import Scale, mode_on, parent_of, scale_on

_SAME: Final = re.compile(
    r"\b(?:same|shares?|sharing|shared|parent|mode of|modes? (?:of|in|from)|matches|starts?|starting|started|begin\w*"
    r"|white|derive\w*|comes from|belongs|built on|identical|relative"
    r"|borrow\w* all|(?:takes?|gets?|draws?) (?:all )?(?:of )?its notes|all (?:of )?its notes (?:come )?from"
    r"|drawn|collection|rotat\w*|home|another name"
    r"|also called|known as|synonym\w*|exactly|lives?|inside|within|found in|part of|the notes of|with (?:a |another"
    r" )(?:different|new) (?:home|tonic|root|starting))\b"
)
_OTHERS: Final = re.compile(
    r"\b(?:except|but (?:with|has|for)|differ(?!ent (?:home|tonic|root|starting))\w*|chang\w*|instead|only|one note"
    r"|apart from|lower\w*|rais\w*|flat\w*"
    r"|sharp\w*|almost|like|not|parallel|brighter|darker|more|fewer)\b"
)
_WHITE: Final = re.compile(
    r"\bwhite (?:keys?|notes?)\b.{0,30}\bfrom @n\d+|\bfrom @n\d+.{0,12}(?:on|using|along) (?:only |just )?(?:the"
    r" )?white"
)
_PLACES: Final = frozenset("major minor".split())


def _scales(scene: Scene) -> list[tuple[Thing, list[Scale]]]:
    found = []
    for thing in scene.things:
        if thing.letter in "smk" or (thing.letter in "na" and thing in scene.keys):
            scales = readings(thing.entity) if thing.letter != "n" else _bare(thing)
            if scales and len(scales[0].fifths) == 7:
                found.append((thing, scales))
    return found


def _bare(thing: Thing) -> list[Scale]:
    note = thing.entity.note
    return [] if note is None else [scale_on(note, "major")]


def _numbers(scene: Scene) -> list[Thing]:
    return [thing for thing in scene.of("oe") if 1 <= thing.entity.number <= 7]


@sense("oe", "s")
def numbered(scene: Scene) -> Iterator[Told]:
    """A mode by its number in a scale: the parent, the number and the mode told, in any order."""
    numbers, scales = _numbers(scene), _scales(scene)
    modes = [(thing, found) for thing, found in scales if thing.letter == "s"]
    if len(numbers) != 1 or not modes or len(scales) < 2:
        return
    number = numbers[0]
    for parent, homes in scales:
        for mode, found in modes:
            true = mode_on(homes[0], number.entity.number) if parent is not mode else None
            if true is not None and any((one.tonic, one.fifths) == (true.tonic, true.fifths) for one in found):
                yield so("mode", f"Mode {number.entity.number} of {homes[0].symbol} is {true.symbol}.", number, mode)
                return
    if len(scales) != 2 or not (scene.has(_SAME) or "mode" in scene.words) or scene.has(_OTHERS):
        return
    (one, first), (other, second) = scales
    mode, parent = (
        (other, one) if _is_home(first[0]) or (other.letter == "s" and not _is_home(second[0])) else (one, other)
    )
    home, own = (first[0], second[0]) if parent is one else (second[0], first[0])
    true = mode_on(home, number.entity.number)
    if true is None or not _is_home(home):
        return
    reason = f"Mode {number.entity.number} of {home.symbol} is {true.symbol}."
    if set(own.fifths) == set(home.fifths):
        step = parent_of(own)[1]
        yield not_so("mode", reason, number, like_ordinal(step, number.entity.text), mode)
    else:
        yield not_so("mode", reason, mode, true.symbol if true.kind.name == own.kind.name else "", number)


def _is_home(scale: Scale) -> bool:
    return scale.kind.name in ("major", "melodic minor", "harmonic minor")


@sense("s")
def alike(scene: Scene) -> Iterator[Told]:
    """Scales of the same notes."""
    scales = _scales(scene)
    if not any(thing.letter == "s" for thing, _ in scales) or not scene.has(_SAME) or scene.has(_OTHERS):
        return
    if scene.of("iogN") and len(scales) == 2 and not re.search(r"\bsame|shar", scene.text):
        return
    pairs = [(one, other) for at, one in enumerate(scales) for other in scales[at + 1 :]]
    for (one, first), (other, second) in pairs:
        if any(a.pitch_classes == b.pitch_classes for a in first for b in second):
            yield so("mode", f"{one.entity.text} and {other.entity.text} have the same notes.", one, other)
            return
    if len(pairs) != 1 or scene.of("o"):
        return
    (one, first), (other, second) = pairs[0]
    true = _of_kind(second[0], first[0])
    mend = name(true.tonic) + other.entity.text[len(name(second[0].tonic)) :] if true is not None else ""
    mend = mend if other.entity.text.startswith(name(second[0].tonic)) and other.letter in "sm" else ""
    reason = f"{first[0].symbol}: {' '.join(first[0].notes)}; {second[0].symbol}: {' '.join(second[0].notes)}."
    yield not_so("mode", reason, other, mend, one)


def _of_kind(like: Scale, same_as: Scale) -> Scale | None:
    for note in same_as.fifths:
        scale = scale_on(note, like.kind.name)
        if scale.pitch_classes == same_as.pitch_classes:
            return scale
    return None


@sense("sm")
def white_keys(scene: Scene) -> Iterator[Told]:
    """ "The white keys from D to D are D Dorian": a mode of nothing but naturals."""
    if not _WHITE.search(scene.text):
        return
    for thing in scene.of("sm"):
        scale = thing.entity.scale
        if scale is None or len(scale.fifths) != 7:
            continue
        notes = [note for one in scene.notes if (note := one.entity.note) is not None]
        if len(notes) == 2 and len(set(notes)) == 2 and scale.tonic in notes:
            wrong = next(one for one in scene.notes if one.entity.note != scale.tonic)
            yield not_so("mode", f"{scale.symbol} runs from {name(scale.tonic)}.", wrong, name(scale.tonic), thing)
            return
        if not notes or len(set(notes)) > 1 or len(scene.of("sm")) > 1:
            return
        reason = f"{scale.symbol}: {' '.join(scale.notes)}."
        if set(scale.fifths) == set(range(-1, 6)) and scale.tonic == notes[0]:
            yield so("mode", reason, thing)
        else:
            true = next(mode_on(scale_on(0, "major"), step) for step in range(1, 8)
                        if scale_on(0, "major").fifths[step - 1] == notes[0])  # fmt: skip
            yield not_so("mode", reason, thing, "" if true is None else true.symbol)
        return


_OF_MODES: Final = re.compile(r"\bmodes?\b|\brotations?\b|\b(?:begins?|starts?) (?:on|from) the\b")


@sense("oe", "t")
def kinds(scene: Scene) -> Iterator[Told]:
    """A mode's number in the major scale and others, told without a tonic: "Locrian is the seventh mode"."""
    numbers = _numbers(scene)
    named = [(thing, kind) for thing in scene.of("t") if (kind := kind_words(thing.entity.text)) is not None]
    named = [one for one in named if not {"as", "called"} & set(scene.before(one[0], 1))] or named
    if len(numbers) != 1 or not named or not _OF_MODES.search(scene.spoken):
        return
    if scene.of("smknac") or scene.has(_OTHERS):
        return
    homes = [kind for _, kind in named if kind in ("major", "melodic minor", "harmonic minor")] or ["major"]
    modes = [(thing, kind) for thing, kind in named if kind not in homes]
    if len(modes) != 1:
        return
    thing, kind = modes[0]
    true = mode_on(scale_on(0, homes[0]), numbers[0].entity.number)
    if true is None:
        return
    reason = f"Mode {numbers[0].entity.number} of {homes[0]} is {true.kind.name}."
    if true.kind.name == kind:
        yield so("mode", reason, thing, numbers[0])
    else:
        yield not_so("mode", reason, thing, true.kind.name, numbers[0])


_NAMES: Final = re.compile(
    r"\b(?:same|another name|other name|also called|known as|identical|simply|just|equals?|synonym\w*|nothing but"
    r"|otherwise known)\b"
)


@sense("t")
def same_kinds(scene: Scene) -> Iterator[Told]:
    """ "Ionian is the same as the major scale": two names of kinds."""
    named = [(thing, kind) for thing in scene.of("t") if (kind := kind_words(thing.entity.text)) is not None]
    if len(named) != 2 or not scene.has(_NAMES) or scene.has(_OTHERS_OF_KINDS) or scene.of("oeinacmsNLD"):
        return
    (one, first), (other, second) = named
    reason = f"The {first} scale is {' '.join(scale_on(0, first).kind.degrees)}."
    if scale_on(0, first).kind.degrees == scale_on(0, second).kind.degrees:
        yield so("mode", reason, one, other)
    else:
        yield not_so("mode", reason, other, "", one)


_OTHERS_OF_KINDS: Final = re.compile(
    r"\b(?:except|but|differ\w*|with|not|like|mode of|degree|from|relative|parallel|raised|lowered|parent|notes? as)\b"
)


_RUN: Final = re.compile(r"\bfrom @n(\d+) to @n(\d+)")


@sense("s", "n")
def octave_run(scene: Scene) -> Iterator[Told]:
    """ "G Mixolydian is the C major scale from G to G"."""
    found = _RUN.search(scene.text)
    scales = [(thing, scales[0]) for thing, scales in _scales(scene) if thing.letter in "smk"]
    if found is None or len(scales) != 2 or scene.of("io"):
        return
    ends = [thing for thing in scene.of("n") if scene.words[thing.at] in (f"@n{found[1]}", f"@n{found[2]}")]
    notes = [thing.entity.note for thing in ends]
    modes = [scale for thing, scale in scales if thing.letter == "s" and scale.tonic in notes]
    if len(ends) != 2 or len(modes) != 1:
        return
    if set(notes) == {modes[0].tonic}:
        yield so("mode", f"It runs from {name(modes[0].tonic)}.", *ends)
    else:
        wrong = next(thing for thing in ends if thing.entity.note != modes[0].tonic)
        yield not_so("mode", f"It runs from {name(modes[0].tonic)}.", wrong, name(modes[0].tonic), *ends)
