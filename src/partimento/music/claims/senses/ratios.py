"""Intervals told by one another or by rule: inverted, of one size, counted when asked, such as there are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.entity import NUMBERS, interval_of
from partimento.music.claims.intervals import like_interval
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.sizes import COMPARED, SAME_SIZE, gaps_of, is_loose, told_notes, width
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.interval import interval_name
from partimento.music.pitch import pitch_class

_INVERTS: Final = re.compile(
    r"\b(?:(?:bottom|lower|top|upper) note\b.*\boctave|inver\w+|upside|flip\w*|turn\w*|complement\w*|reverse\w*)\b"
)


_HOW_MANY: Final = re.compile(
    rf"\bhow many (half steps|semitones|half tones|whole steps|whole tones)\b.*: (?:just |exactly |only"
    rf" )?({'|'.join(NUMBERS)}|\d+)\b"
)


_IN_SEMITONES: Final = re.compile(
    rf"\b(?:in|counted in|measured in) (half steps|semitones)\b.*\b(?:measures|is|equals|counts|comes to|spans|has)"
    rf" ({'|'.join(NUMBERS)}|\\d+)\b"
)


@sense("in")
def asked(scene: Scene) -> Iterator[Told]:
    """ "How many semitones make a fourth? Five": the answer counts."""
    found = _HOW_MANY.search(scene.plain) or _IN_SEMITONES.search(scene.plain)
    sizes = [(thing, size) for thing in scene.of("i") if (size := width(thing)) is not None]
    notes = told_notes(scene)
    if found is None or not (len(sizes) == 1 or len(notes) == 2):
        return
    told = (int(found[2]) if found[2].isdigit() else NUMBERS.index(found[2])) * (
        2 if found[1].startswith("whole") else 1
    )
    true = {sizes[0][1]} if sizes else set(gaps_of(notes[0][1], notes[1][1])[:2])
    head = sizes[0][0] if sizes else notes[0][0]
    reason = f"It has {' or '.join(map(str, sorted(true)))} semitones."
    if told in true:
        yield so("interval", reason, head)
    else:
        yield not_so("interval", reason, head, "")


@sense("i")
def related(scene: Scene) -> Iterator[Told]:
    """Intervals told by one another: inverted, of one size."""
    sizes = [(thing, size) for thing in scene.of("i") if (size := width(thing)) is not None]
    if scene.has(_INVERTS):
        sizes = [(thing, size) for thing, size in sizes if "octave" not in thing.entity.text.lower()]
    if len(scene.notes) or scene.wholes or scene.of("qt"):
        return
    if len(sizes) == 2 and scene.has(_INVERTS):
        yield _inverted(sizes[0][0], sizes[1][0])
    elif len(sizes) == 2 and scene.has(SAME_SIZE) and not scene.has(COMPARED):
        (one, low), (other, high) = sizes
        reason = f"A {one.entity.text} has {low} semitones, a {other.entity.text} {high}."
        yield so("interval", reason, one, other) if low == high else not_so("interval", reason, other, "", one)


def _inverted(one: Thing, other: Thing) -> Told:
    size, told = interval_of(one.entity.text) or 0, interval_of(other.entity.text) or 0
    reason = f"A {interval_name(size)} inverts to a {interval_name(-size)}."
    loose = is_loose(one) or is_loose(other)
    if told == -size or (loose and pitch_class(told) == pitch_class(-size)):
        return so("interval", reason, one, other)
    return not_so("interval", reason, other, like_interval(-size, other.entity), one)


_NO_SUCH: Final = re.compile(
    r"(?:major|minor) (?:fifth|fourth|octave|unison|5th|4th)|perfect (?:second|third|sixth|seventh|2nd|3rd|6th|7th)",
    re.IGNORECASE,
)


@sense("i")
def no_such(scene: Scene) -> Iterator[Told]:
    """Intervals that there are not: a "major fifth", a "perfect sixth"."""
    if re.search(r"\b(?:no|not|never|n't|isn't|aren't|cannot|call\w*)\b", scene.text):
        return
    for head in scene.of("i"):
        if _NO_SUCH.fullmatch(head.entity.text.replace("-", " ")):
            yield not_so("interval", f"There is no {head.entity.text.lower()}.", head, "")


_SMALLER: Final = re.compile(
    r"\b(perfect|major|minor) intervals?\b.*\b(smaller|narrower|shrunk|reduced|larger|bigger|wider|expanded"
    r"|widened)\b.*\b(?:gives?|becomes?|is|makes?|turns into|called) (?:an? )?(perfect|major|minor|augmented"
    r"|diminished)\b"
)


_KINDS: Final = {
    ("perfect", False): "diminished", ("perfect", True): "augmented", ("major", False): "minor",
    ("major", True): "augmented", ("minor", False): "diminished", ("minor", True): "major",
}  # fmt: skip


_STAYS: Final = re.compile(
    r"\b(perfect|major|minor|augmented|diminished) (?:intervals?|ones)? ?(?:\w+ ){0,3}?(?:stays?|remains?|becomes?"
    r"|turns? into|inverts? to|are always) (?:an? )?(perfect|major|minor|augmented|diminished)\b"
)


_TURNED: Final = {
    "perfect": "perfect",
    "major": "minor",
    "minor": "major",
    "augmented": "diminished",
    "diminished": "augmented",
}


_NINE: Final = re.compile(
    rf"\binver\w+\b.*\b(?:add up to|sum to|make|total|equals?) (?:\w+ )?({'|'.join(NUMBERS[5:])}|\d+)\b"
)


@sense()
def general(scene: Scene) -> Iterator[Told]:
    """What is so of all intervals: a major one made smaller is minor, a perfect one stays so when inverted."""
    if not scene.things and "interval" not in scene.plain:
        return
    if not scene.things or scene.of("nacmsk"):
        return
    smaller, stays, nine = _SMALLER.search(scene.plain), _STAYS.search(scene.plain), _NINE.search(scene.plain)
    if smaller is not None:
        true = _KINDS[smaller[1], smaller[2] in ("larger", "bigger", "wider", "expanded", "widened")]
        told = smaller[3]
    elif stays is not None and re.search(r"\binver", scene.plain):
        true, told = _TURNED[stays[1]], stays[2]
    elif nine is not None:
        true, told = "nine", "nine" if nine[1] in ("nine", "9") else nine[1]
    else:
        return
    reason = f"It is {true}."
    if told == true:
        yield so("interval", reason, scene.things[0])
    else:
        yield not_so("interval", reason, scene.things[0], "")
