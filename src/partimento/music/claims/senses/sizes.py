"""Intervals beside the notes and the semitones that a sentence names: does each fit one of them?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.entity import NUMBERS, interval_of
from partimento.music.claims.intervals import like_interval
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.interval import interval_name
from partimento.music.pitch import name, pitch_class

_LOOSE: Final = ("tritone", "half", "semitone", "whole", "tone")


_UP: Final = re.compile(r"\b(?:above|up|higher|over|ascend\w*|upwards?|plus|add|rise|rises|top)\b")


_DOWN: Final = re.compile(
    r"\b(?:below|down|lower|under|descend\w*|downwards?|beneath|drop|drops|fall|falls|subtract)\b"
)


_BASES: Final = frozenset("from above below over under than of on beneath".split())


SAME_SIZE: Final = re.compile(
    r"\b(?:same|equal\w*|equivalent|sounds?|identical|enharmonic\w*|also called|known as|as wide|distance)\b"
)


COMPARED: Final = re.compile(
    r"\b(?:bigger|larger|wider|smaller|narrower|than|more|less|fewer|difference|differs?|beyond|short)\b"
)


def is_loose(thing: Thing) -> bool:
    return thing.entity.text.lower().startswith(_LOOSE)


def fits(size: int, told: int, thing: Thing, by_sound: bool = False) -> bool:
    return told == size or ((by_sound or is_loose(thing)) and pitch_class(told) == pitch_class(size))


def told_notes(scene: Scene) -> list[tuple[Thing, int]]:
    """The notes of a sentence; "the root" of its only chord and "the tonic" of its only key too."""
    found = [(thing, note) for thing in scene.notes if (note := thing.entity.note) is not None]
    chords = {whole.notes[0] for whole in scene.wholes if whole.is_chord and whole.thing.letter in "ac"}
    keys = {key.tonic for key in scene.homes}
    for thing in scene.of("of"):
        if thing.at + 1 < len(scene.words) and scene.words[thing.at + 1].startswith("@n"):
            continue
        words = thing.entity.text.lower()
        if words == "root" and len(chords) == 1:
            found.append((thing, next(iter(chords))))
        elif words == "tonic" and len(keys) == 1:
            found.append((thing, next(iter(keys))))
    return sorted(found, key=lambda one: one[0].start)


def _roots(scene: Scene) -> list[int]:
    """The notes that chords, keys and scales of the sentence add: their roots and all that they hold."""
    found = [note for whole in scene.wholes for note in whole.notes]
    return found + [key.tonic for thing in scene.of("kmsa") if (key := thing.entity.key) is not None]


@sense("i")
def between(scene: Scene) -> Iterator[Told]:
    """An interval and the two notes that lie so far apart."""
    notes = told_notes(scene)
    for head in scene.of("i"):
        size = interval_of(head.entity.text)
        if size is None or len(notes) < 2 or head.entity.text.lower() == "octave" or _not_here(scene, head):
            continue
        told = _between(scene, head, size, notes)
        if told is not None:
            yield told


def _not_here(scene: Scene, head: Thing) -> bool:
    """Whether an interval is denied, or only counted by: "not a half step", "the third semitone"."""
    before = scene.before(head, 2)
    return "not" in before or (bool(before) and before[-1].startswith("@o"))


def _between(scene: Scene, head: Thing, size: int, notes: list[tuple[Thing, int]]) -> Told | None:
    pairs = [(one, other) for at, one in enumerate(notes) for other in notes[at + 1 :]]
    directed = _directed(scene, head, pairs)
    by_sound = len(scene.of("i")) > 1 and scene.has(SAME_SIZE)
    if directed is not None:
        (low, start), (high, goal), down = directed
        gap = start - goal if down else goal - start
        reason = f"From {name(start)} {'down' if down else 'up'} to {name(goal)} is a {interval_name(gap)}."
        if fits(gap, size, head, by_sound):
            return so("interval", reason, head, low, high)
        if len(pairs) > 1 and any(_apart(one, other, size, head, by_sound) for one, other in pairs):
            return None
        return not_so("interval", reason, head, like_interval(gap, head.entity), low, high)
    for one, other in pairs:
        if _apart(one, other, size, head, by_sound):
            reason = f"{name(one[1])} and {name(other[1])} lie so far apart."
            return so("interval", reason, head, one[0], other[0], faint=True)
    inner = () if _tight(scene, notes) else _roots(scene)
    if any(
        fits(abs(one - other), abs(size), head) or fits(one - other, size, head) for one in inner for other in inner
    ):
        return None
    if len(pairs) != 1:
        return None
    (low, start), (high, goal) = pairs[0]
    reason = f"From {name(start)} to {name(goal)} is a {interval_name(goal - start)}."
    return not_so("interval", reason, head, "", low, high)


def _tight(scene: Scene, notes: list[tuple[Thing, int]]) -> bool:
    """Whether words hold two notes together: "between B and F", "from C to A"."""
    return len(notes) == 2 and bool(
        {"between", "from", "to"} & {*scene.before(notes[0][0], 1), *scene.between(notes[0][0], notes[1][0])}
    )


def _apart(one: tuple[Thing, int], other: tuple[Thing, int], size: int, head: Thing, by_sound: bool) -> bool:
    return fits(other[1] - one[1], size, head, by_sound) or fits(one[1] - other[1], size, head, by_sound)


def _directed(
    scene: Scene, head: Thing, pairs: list[tuple[tuple[Thing, int], tuple[Thing, int]]]
) -> tuple[tuple[Thing, int], tuple[Thing, int], bool] | None:
    """The base, the goal and whether it lies below, where words tell: "C up to A", "a third below C is A"."""
    near = [pair for pair in pairs if _nearest(scene, head, pair)]
    if len(near) != 1:
        return None
    one, other = near[0]
    words = scene.between(one[0], other[0]) if one[0].at != other[0].at else ()
    around = " ".join((*scene.between(one[0], other[0]), *scene.before(head, 2), *scene.after(head, 2)))
    down, up = bool(_DOWN.search(around)), bool(_UP.search(around))
    if down and up:
        return None
    inner = scene.things
    if (
        one[0].row >= 0
        and one[0].row == other[0].row
        and "-" in scene.things[one[0].row].entity.text
        and not (up or down)
    ):
        return one, other, False
    if "to" in words and not any(one[0].at < thing.at < other[0].at for thing in inner):
        return one, other, down
    if not (up or down):
        return None
    framed = [bool(set(_ahead(scene, note[0])) & _BASES) for note in (one, other)]
    if framed == [False, True]:
        return other, one, down
    return (one, other, down) if framed == [True, False] else None


def _ahead(scene: Scene, note: Thing) -> tuple[str, ...]:
    """The word before a note, what it is called left out: "above the root C", "from the note E"."""
    words = [
        word
        for word in scene.before(note, 3)
        if word not in ("note", "root", "tonic", "pitch") and word[:2] not in ("@o", "@f")
    ]
    return tuple(words[-1:])


def _nearest(scene: Scene, head: Thing, pair: tuple[tuple[Thing, int], tuple[Thing, int]]) -> bool:
    """Whether no other note stands nearer to an interval than one of a pair."""
    ordered = sorted((thing for thing, _ in told_notes(scene)), key=lambda thing: abs(thing.at - head.at))[:2]
    return {id(note) for note in ordered} == {id(pair[0][0]), id(pair[1][0])}


def count_of(thing: Thing) -> int:
    """The semitones that a count tells, whole tones as two."""
    words = thing.entity.text.lower()
    return thing.entity.number * (2 if "whole" in words else 1)


def width(thing: Thing) -> int | None:
    """The semitones of a named interval, compound ones beyond the octave."""
    size = interval_of(thing.entity.text)
    words = thing.entity.text.lower()
    if size is None:
        return None
    if "octave" in words:
        return 12
    return pitch_class(size) + (12 if re.search(r"ninth|9|tenth|10|eleventh|11|twelfth|12|thirteenth|13", words) else 0)


@sense("h")
def semitones(scene: Scene) -> Iterator[Told]:
    """A number of semitones, and the notes or the interval that it measures."""
    if scene.has(COMPARED):
        return
    notes, sizes = told_notes(scene), [thing for thing in scene.of("i") if width(thing) is not None]
    for head in scene.of("h"):
        count = count_of(head)
        gaps = {
            abs_gap
            for at, one in enumerate(notes)
            for other in notes[at + 1 :]
            for abs_gap in gaps_of(one[1], other[1])
        }
        widths = {
            width(thing) for thing in sizes if thing.entity.text.lower() not in ("semitone", "half step", "whole step")
        }
        if count in gaps | widths:
            yield so("interval", f"That is {count} semitones.", head)
        elif len(notes) == 2 and not widths:
            gap = gaps_of(notes[0][1], notes[1][1])
            yield not_so("interval", f"They lie {gap[0]} semitones apart.", head, "", notes[0][0], notes[1][0])
        elif len(widths) == 1 and not gaps and not scene.wholes and not scene.of("o"):
            (true,) = widths
            yield not_so("interval", f"That interval has {true} semitones.", head, _like_count(true or 0, head))


def gaps_of(low: int, high: int) -> tuple[int, ...]:
    up = pitch_class(high - low)
    return up, 12 - up, up + 12


def _like_count(count: int, head: Thing) -> str:
    first = head.entity.text.split()[0]
    if "whole" in head.entity.text.lower() or count >= len(NUMBERS):
        return ""
    return head.entity.text.replace(first, str(count) if first.isdigit() else NUMBERS[count], 1)
