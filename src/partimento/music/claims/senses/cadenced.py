"""Cadences: their names beside the numerals, the chords or the steps that make them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.claims.cadences import CADENCE_WORDS, implied_key, judged_cadence
from partimento.music.claims.numerals import numeral_words
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.key import Key
from partimento.music.roman import chord_of

_NAME: Final = re.compile(r"\s+cadences?$")
_STEPS: Final = {"1": "I", "2": "ii", "3": "iii", "4": "IV", "5": "V", "6": "vi", "7": "viio"}
_STEP_NAMES: Final = {
    "tonic": "I", "supertonic": "ii", "mediant": "iii", "subdominant": "IV", "dominant": "V", "submediant": "vi",
    "dominant seventh": "V7",
}  # fmt: skip
_ENDS: Final = {"half": "V", "imperfect": "V", "phrygian half": "V"}
_ENDINGS: Final = re.compile(
    r"\b(?:ends?|ending|stops?|stopping|pauses?|rests?|lands?|halts?|finish\w*|on|comes? to rest)\b"
)
_DENIES: Final = re.compile(r"\b(?:not|instead|rather|unlike|expect\w*|instead of)\b")


@sense("z")
def cadence(scene: Scene) -> Iterator[Told]:
    """The name of a cadence, and its last two chords."""
    heads = scene.of("z")
    if len(heads) != 1:
        return
    head = heads[0]
    told = _NAME.sub("", head.entity.text.lower())
    told = CADENCE_WORDS.get(told, told)
    if told in ("half", "imperfect", "phrygian half"):
        yield from _half(scene, head)
        return
    if told in ("authentic", "plagal", "deceptive") and re.search(
        r"\b(?:ends?|ending|stops?|stopping|pausing|halting) on (?:the |a )?(?:@r\d+|dominant)", scene.spoken
    ):
        ends = [thing for thing in scene.of("rf") if _numeral(thing) in ("V", "V7")]
        if ends and len(scene.of("rf")) == 1:
            yield not_so("cadence", "To end on the dominant is a half cadence.", head, "half cadence", ends[0])
            return
    if told == "deceptive":
        goals = [
            thing
            for thing in scene.of("r")
            if "expected" not in scene.before(thing, 2) and _numeral(thing) not in ("V", "V7")
        ]
        if len(goals) == 1 and len(scene.of("r")) > 1 and _numeral(goals[0]) not in ("vi", "VI", "bVI"):
            yield not_so("cadence", "A deceptive cadence goes to the sixth step.", goals[0], "vi", head)
            return
        if goals and _numeral(goals[-1]) in ("vi", "VI", "bVI"):
            yield so("cadence", "A deceptive cadence goes to the sixth step.", goals[-1], head)
            return
    found = [one for pair in _pairs(scene) if (one := _judged(scene, pair, told)) is not None]
    if any(holds for holds, _ in found):
        yield so("cadence", f"A {told} cadence goes so.", head)
    elif found and not (scene.has(_DENIES) and len(found) > 1):
        kinds = {kind for _, kind in found if kind is not None}
        mend = f"{next(iter(kinds))} cadence" if len(kinds) == len(found) == 1 else ""
        yield not_so("cadence", "These chords make another cadence.", head, mend)


def _pairs(scene: Scene) -> list[tuple[tuple[Chord, ...], Key | None]]:
    """The neighbouring numerals and chords of a sentence, as chords with their key."""
    found: list[tuple[tuple[Chord, ...], Key | None]] = []
    minor = "minor key" in scene.text or any(key.is_minor for key in scene.homes)
    home = scene.homes[0] if scene.homes else Key(0, "minor" if minor else "major")
    numerals = [one for thing in scene.of("ref") if (one := _numeral(thing)) is not None]
    for one, other in zip(numerals, numerals[1:], strict=False):
        try:
            found.append(((chord_of(one, home), chord_of(other, home)), home))
        except PartimentoError:
            continue
    keys = {thing.entity.place for thing in scene.keys}
    chords = [
        chord for thing in scene.of("acnm")
        if (thing.row >= 0 or thing.entity.place not in keys or "to" in scene.before(thing, 1))
        and not {"expected", "expecting", "expect", "expects", "instead", "than"} & set(scene.before(thing, 3))
        and (chord := thing.entity.chord) is not None
    ]  # fmt: skip
    for before, after in zip(chords, chords[1:], strict=False):
        found.append(((before, after), scene.homes[0] if scene.homes else None))
    return found


def _numeral(thing: Thing) -> str | None:
    if thing.letter == "f":
        return _STEP_NAMES.get(thing.entity.text.lower().removesuffix(" chord").removesuffix(" triad"))
    words = numeral_words(thing.entity)
    return _STEPS.get(words, words)


def _judged(scene: Scene, pair: tuple[tuple[Chord, ...], Key | None], told: str) -> tuple[bool, str | None] | None:
    chords, key = pair
    key = key or implied_key(chords, told)
    if key is None or any(chord.root is None for chord in chords):
        return None
    steps = [((chord.root or 0) - key.pc) % 12 for chord in chords]
    holds, kind = judged_cadence(chords, steps, key, told)
    if holds is None and told == "deceptive" and steps[0] == 7:
        return False, None
    return None if holds is None else (holds, kind)


def _half(scene: Scene, head: Thing) -> Iterator[Told]:
    """A half cadence ends on the dominant, told by a numeral, by a name or by a chord of a key."""
    numerals = [(thing, one) for thing in scene.of("ref") if (one := _numeral(thing)) is not None]
    ends = [thing for thing, one in numerals if one in ("V", "V7")]
    if ends:
        yield so("cadence", "A half cadence ends on the dominant.", head, ends[-1])
        return
    if numerals and scene.has(_ENDINGS):
        last = numerals[-1][0]
        mend = "V" if last.letter == "r" else "dominant" if last.letter == "f" else ""
        yield not_so("cadence", "A half cadence ends on the dominant.", last, mend, head)
        return
    if not scene.homes:
        return
    key = scene.homes[0]
    places = {thing.entity.place for thing in scene.keys}
    chords = [
        (thing, chord) for thing in scene.of("acnm")
        if (thing.row >= 0 or thing.entity.place not in places) and (chord := thing.entity.chord) is not None
    ]  # fmt: skip
    if any(chord.root_fifths == key.tonic + 1 for _, chord in chords):
        yield so("cadence", "A half cadence ends on the dominant.", head)
    elif chords:
        yield not_so("cadence", "A half cadence ends on the dominant.", chords[-1][0], "", head)


_CALLED: Final = re.compile(
    r"\bcadences?\b.*\b(?:is|are|called|named|known as|be) (?:an? |the )?(authentic|perfect|plagal|deceptive"
    r"|interrupted|half|imperfect)\b(?! cadence)"
)


@sense("RrLnac")
def called(scene: Scene) -> Iterator[Told]:
    """ "The cadence V-vi is called deceptive": the name after the chords."""
    found = _CALLED.search(scene.spoken)
    rows = scene.of("RL") or scene.of("acn")[:1]
    if found is None or scene.of("z") or len(rows) != 1 or scene.has(_DENIES):
        return
    told = CADENCE_WORDS.get(found[1], found[1])
    judged = [one for pair in _pairs(scene) if (one := _judged(scene, pair, told)) is not None]
    if any(holds for holds, _ in judged):
        yield so("cadence", f"A {told} cadence goes so.", rows[0])
    elif judged:
        yield not_so("cadence", "These chords make another cadence.", rows[0], "")
