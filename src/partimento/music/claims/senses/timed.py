"""Note values and meters however they are worded: how many of one fill another, a beat, a bar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from partimento.music.claims.entity import NUMBERS
from partimento.music.claims.rhythms import length
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so

_COUNTS: Final = {word: number for number, word in enumerate(NUMBERS)} | {"a": 1, "an": 1, "sixteen": 16, "half": 1}
_BEATS: Final = re.compile(
    r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|twelve|an?|half an?)(?: (and a half))?(?: (?:full|whole"
    r"|quarter|quarter note|@y\d+))?"
    r" beats?\b"
)
_NOT: Final = re.compile(
    r"\b(?:tied?|triplet\w*|dot|swung|swing|compound|feel|felt|group\w*|per minute|bpm|off beat|on beat)\b"
)


def _counted(scene: Scene, thing: Thing) -> int:
    """How many of a value are told: "two eighth notes"; 1 for "a quarter note" and for a bare name."""
    words = scene.words[max(0, thing.at - 2) : thing.at]
    word = words[-1] if words else ""
    if word.isdigit():
        return int(word)
    return _COUNTS.get(word, 1) if word != "half" else 0


@sense("y")
def values(scene: Scene) -> Iterator[Told]:
    """ "A minim equals four quavers": two values, and how many."""
    things = scene.of("y")
    if len(things) != 2 or scene.has(_NOT) or scene.of("x"):
        return
    if not {
        "is",
        "equals",
        "equal",
        "are",
        "in",
        "make",
        "makes",
        "as",
        "fit",
        "fill",
        "lasts",
        "last",
        "into",
        "worth",
        "contains",
        "add",
    } & {*scene.words}:
        return
    one, other = things
    first, second = _counted(scene, one), _counted(scene, other)
    if first == second == 1 and not re.search(
        r"\b(?:half|twice|double|quarter) (?:as|the|of)\b|\bhalf an?\b", scene.text
    ):
        return
    left, right = first * length(one.entity.text), second * length(other.entity.text)
    factor = _factor(scene)
    ratio = float(length(one.entity.text) / length(other.entity.text))
    reason = f"A {one.entity.text} is {ratio:g} times a {other.entity.text}."
    if left == right * factor:
        yield so("rhythm", reason, one, other)
    elif first >= 1 and second >= 1:
        yield not_so("rhythm", reason, other, "", one)


def _factor(scene: Scene) -> Fraction:
    text = scene.text
    if re.search(r"\b(?:twice|double) (?:as|the|of)\b", text):
        return Fraction(2)
    if re.search(r"\bhalf (?:as|the|of|an?)\b", text):
        return Fraction(1, 2)
    return Fraction(1)


@sense("y")
def beats(scene: Scene) -> Iterator[Told]:
    """How many beats a value lasts; a quarter note is the beat unless a meter says otherwise."""
    things, found = scene.of("y"), _BEATS.search(scene.text)
    if found is None or not things or len(things) > 2 or scene.has(_NOT):
        return
    if len(things) == 2 and f"@y{'0'}" and things[1].entity.text.lower() not in ("crotchet", "quarter note", "quarter"):
        return
    if any("beats" in scene.after(thing, 1) for thing in things) and len(things) == 1:
        return
    meters = {thing.entity.text for thing in scene.of("x")}
    if len(meters) > 1 or any(not meter.endswith("/4") for meter in meters):
        return
    told = (
        Fraction(1, 2)
        if found[1].startswith("half")
        else Fraction(int(found[1]) if found[1].isdigit() else _COUNTS[found[1]])
    )
    told += Fraction(1, 2) if found[2] else 0
    true = length(things[0].entity.text) * 4
    reason = f"A {things[0].entity.text} lasts {float(true):g} beats."
    if told == true:
        yield so("rhythm", reason, things[0])
    else:
        yield not_so("rhythm", reason, things[0], "", things[0])


@sense("x")
def bars(scene: Scene) -> Iterator[Told]:
    """How many beats or values fill a bar of a meter."""
    meters = scene.of("x")
    if len(meters) != 1 or scene.has(_NOT) or not re.search(r"\b(?:bar|measure|time|per)\b", scene.text):
        return
    top, bottom = (int(part) for part in meters[0].entity.text.split("/"))
    things = scene.of("y")
    if len(things) == 1 and _counted(scene, things[0]) > 1:
        true = Fraction(top, bottom) / length(things[0].entity.text)
        reason = f"A bar of {meters[0].entity.text} holds {float(true):g} of them."
        if true == _counted(scene, things[0]):
            yield so("rhythm", reason, meters[0])
        else:
            yield not_so("rhythm", reason, things[0], "", meters[0])
    found = _BEATS.search(scene.text)
    if found is not None and not things and not found[2] and not found[1].startswith("half"):
        told = int(found[1]) if found[1].isdigit() else _COUNTS[found[1]]
        felt = {top, top // 3} if bottom == 8 and top % 3 == 0 else {top}
        if told in felt:
            yield so("rhythm", f"A bar has {top} beats.", meters[0])
        elif told > 1:
            yield not_so("rhythm", f"A bar of {meters[0].entity.text} has {top} beats.", meters[0], "", meters[0])
