"""Intervals reckoned with: added, taken away, compared, doubled, told as compound ones; with and without a quality."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from partimento.music.claims.entity import interval_of, number_of
from partimento.music.claims.intervals import like_interval
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.sizes import count_of, width
from partimento.music.claims.senses.told import Told, not_so, sense, so

_PLUS: Final = re.compile(
    r"\b(?:plus|add\w*|stack\w*|sum|combin\w*|put|together|on top|followed|joined|then|and|with|above)\b"
)
_MINUS: Final = re.compile(r"\b(?:minus|less|subtract\w*|taking away|take away|remove\w*|without)\b")
_EQUALS: Final = frozenset(
    "is are add adds total totals equals equal makes make gives give get leaves leave yields yield form forms be"
    " means amounts comes into".split()
)
_COMPOUND: Final = re.compile(r"\bcompound\b")
_BIGGER: Final = re.compile(r"\b(?:bigger|larger|wider|more|greater|longer|above|beyond|higher)\b")
_SMALLER: Final = re.compile(r"\b(?:smaller|narrower|less|fewer|shorter|short|below|lower)\b")
_TIMES: Final = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4, "both": 2}
_SIZES: Final = (
    "unison", "second", "third", "fourth", "fifth", "sixth", "seventh", "octave", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth",
)  # fmt: skip


class _Part(Struct, frozen=True):
    """An interval of a sum: its number, its semitones where a quality tells them, how often it is taken."""

    thing: Thing
    number: int
    semitones: int | None
    times: int


def _parts(scene: Scene) -> list[_Part]:
    found = []
    for thing in scene.of("io"):
        words = thing.entity.text.lower().replace("-", " ")
        number = 8 if "octave" in words else number_of(re.sub(r"s$", "", words.split()[-1]))
        semis = width(thing) if thing.letter == "i" else {8: 12}.get(number)
        if words in ("tritone", "semitone") or "step" in words or "tone" in words:
            number = 0
        times = next((_TIMES[word] for word in scene.before(thing, 2) if word in _TIMES), 1)
        found.append(_Part(thing, number, semis, times))
    return found


@sense("io")
def sums(scene: Scene) -> Iterator[Told]:
    """ "A fifth plus a fourth is an octave", "an octave minus a third leaves a sixth", "two major thirds make …"."""
    if scene.wholes or scene.of("qtLv") or scene.has(_COMPOUND) or "between" in scene.words:
        return
    first = min((thing.at for thing in scene.notes), default=len(scene.words))
    parts = [part for part in _parts(scene) if (part.number or part.semitones) and part.thing.at < first]
    less = scene.has(_MINUS)
    if not 2 <= len(parts) <= 3 or not (less or scene.has(_PLUS) or parts[0].times > 1 or parts[-1].times > 1):
        return
    cut = _cut(scene, parts)
    if cut is None:
        return
    left, right = parts[:cut], parts[cut:]
    if sum(part.times for part in left) > 1 or (less and len(left) == 2):
        many, one = left, right
    else:
        many, one = right, left
    if len(one) != 1 or one[0].times > 1:
        return
    yield from _reckoned(many, one[0], less)


def _cut(scene: Scene, parts: list[_Part]) -> int | None:
    """Between which parts the equation stands."""
    for at, (one, other) in enumerate(zip(parts, parts[1:], strict=False), 1):
        if _EQUALS & set(scene.between(one.thing, other.thing)):
            return at
    return None


def _reckoned(many: list[_Part], one: _Part, less: bool) -> Iterator[Told]:
    flat = [part for part in many for _ in range(part.times)]
    if len(flat) < 2:
        return
    signs = [1] + [-1 if less else 1] * (len(flat) - 1)
    things = [part.thing for part in many]
    known = [part.semitones for part in flat]
    if all(size is not None for size in known) and one.semitones is not None:
        total = sum(sign * (size or 0) for sign, size in zip(signs, known, strict=True))
        good = total == one.semitones or (one.semitones + 12 == total and one.number == 0)
        reason = f"Together they have {total} semitones."
    elif all(part.number for part in (*flat, one)):
        number = sum(sign * (part.number - 1) for sign, part in zip(signs, flat, strict=True)) + 1
        good, reason = number == one.number, f"Their numbers make {number}."
    else:
        return
    if good and (one.number == 0 or any(part.number == 0 for part in flat) or _numbers_fit(flat, signs, one)):
        yield so("interval", reason, one.thing, *things)
    else:
        yield not_so("interval", reason, one.thing, _mend(flat, signs, one), *things)


def _numbers_fit(flat: list[_Part], signs: list[int], one: _Part) -> bool:
    return sum(sign * (part.number - 1) for sign, part in zip(signs, flat, strict=True)) + 1 == one.number


def _mend(flat: list[_Part], signs: list[int], one: _Part) -> str:
    sizes = [interval_of(part.thing.entity.text) for part in flat]
    if one.thing.letter == "i" and all(size is not None for size in sizes) and one.number <= 8:
        total = sum(sign * (size or 0) for sign, size in zip(signs, sizes, strict=True))
        number = sum(sign * (part.number - 1) for sign, part in zip(signs, flat, strict=True)) + 1
        return like_interval(total, one.thing.entity) if 1 < number < 8 and all(part.number for part in flat) else ""
    number = sum(sign * (part.number - 1) for sign, part in zip(signs, flat, strict=True)) + 1
    plain = one.thing.letter == "o" and one.thing.entity.text.isalpha()
    return _SIZES[number - 1] if plain and 1 <= number <= 13 else ""


@sense("io")
def compound(scene: Scene) -> Iterator[Told]:
    """ "A compound third is a tenth", "a ninth is a second an octave up"."""
    parts = [part for part in _parts(scene) if part.number and part.number != 8]
    if len(parts) != 2 or not (scene.has(_COMPOUND) or ("octave" in scene.spoken and len(scene.of("io")) == 3)):
        return
    if scene.has(re.compile(r"\b(?:minus|invert\w*|inversion|complement\w*)\b")) or scene.wholes:
        return
    low, high = sorted(parts, key=lambda part: part.number)
    gap = abs((high.semitones or 0) - (low.semitones or 0))
    good = high.number - low.number == 7 and (high.semitones is None or low.semitones is None or gap == 12)
    reason = (
        f"A {_SIZES[low.number - 1]} and an octave are a {_SIZES[low.number + 6] if low.number < 7 else 'wider one'}."
    )
    if good:
        yield so("interval", reason, *(part.thing for part in parts))
    elif high.number > 8 or scene.has(_COMPOUND):
        wrong = parts[1]
        number = low.number + 7 if wrong is high else high.number - 7
        plain = wrong.thing.entity.text.isalpha() and 1 <= number <= 13
        yield not_so("interval", reason, wrong.thing, _SIZES[number - 1] if plain else "", parts[0].thing)


@sense("i")
def compared(scene: Scene) -> Iterator[Told]:
    """ "A major third is a semitone wider than a minor third"."""
    wide, narrow = scene.has(_BIGGER), scene.has(_SMALLER)
    if {"no", "not"} & {*scene.words}:
        return
    if wide == narrow or "than" not in scene.words or scene.notes or scene.wholes:
        return
    steps = [(thing, count_of(thing)) for thing in scene.of("h")]
    sizes = []
    for thing in scene.of("i"):
        small = {"semitone": 1, "half step": 1, "whole step": 2, "whole tone": 2}.get(
            thing.entity.text.lower().replace("-", " ")
        )
        if small is not None and not steps:
            steps.append((thing, small))
        elif (size := width(thing)) is not None:
            sizes.append((thing, size))
    if len(sizes) != 2 or len(steps) > 1:
        return
    gap = sizes[0][1] - sizes[1][1]
    gap = -gap if narrow else gap
    reason = f"They differ by {abs(gap)} semitones."
    if gap > 0 and (not steps or steps[0][1] == gap):
        yield so("interval", reason, sizes[0][0], sizes[1][0])
    else:
        wrong = steps[0][0] if steps and gap > 0 else sizes[1][0]
        yield not_so("interval", reason, wrong, "", sizes[0][0])
