"""Chords in MusicXML's words: a kind, and the degrees by which the chord differs from it. Knows no XML.

MusicXML names some twenty kinds; anything else is the nearest kind with degrees added, altered or taken away.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.chord_shape import suffix_of

Change = Literal["add", "alter", "subtract"]

KINDS: dict[str, tuple[str, ...]] = {
    "major": ("1", "3", "5"),
    "minor": ("1", "b3", "5"),
    "augmented": ("1", "3", "#5"),
    "diminished": ("1", "b3", "b5"),
    "dominant": ("1", "3", "5", "b7"),
    "major-seventh": ("1", "3", "5", "7"),
    "minor-seventh": ("1", "b3", "5", "b7"),
    "diminished-seventh": ("1", "b3", "b5", "bb7"),
    "augmented-seventh": ("1", "3", "#5", "b7"),
    "half-diminished": ("1", "b3", "b5", "b7"),
    "major-minor": ("1", "b3", "5", "7"),
    "major-sixth": ("1", "3", "5", "6"),
    "minor-sixth": ("1", "b3", "5", "6"),
    "dominant-ninth": ("1", "3", "5", "b7", "9"),
    "major-ninth": ("1", "3", "5", "7", "9"),
    "minor-ninth": ("1", "b3", "5", "b7", "9"),
    "dominant-11th": ("1", "3", "5", "b7", "9", "11"),
    "major-11th": ("1", "3", "5", "7", "9", "11"),
    "minor-11th": ("1", "b3", "5", "b7", "9", "11"),
    "dominant-13th": ("1", "3", "5", "b7", "9", "11", "13"),
    "major-13th": ("1", "3", "5", "7", "9", "11", "13"),
    "minor-13th": ("1", "b3", "5", "b7", "9", "11", "13"),
    "suspended-second": ("1", "2", "5"),
    "suspended-fourth": ("1", "4", "5"),
    "power": ("1", "5"),
}
_TENSIONS = frozenset({5, 6, 9, 11, 13})
_DEGREE = re.compile(r"([b#]*)(\d+)")


class Degree(Struct, frozen=True):
    """One difference from the kind; `alter` is in semitones, for "add" against a dominant chord as MusicXML has it."""

    value: int
    alter: int
    change: Change


@lru_cache(maxsize=4096)
def kind_of(chord: Chord) -> tuple[str, tuple[Degree, ...]]:
    """The kind with the fewest differences, and these in order of degree. "N.C." is ("none", ())."""
    if chord.is_no_chord:
        return "none", ()
    wanted = [_split(label) for label in chord.degrees]
    candidates = ((name, _differences(wanted, [_split(label) for label in labels])) for name, labels in KINDS.items())
    return min(candidates, key=lambda found: len(found[1]))


@lru_cache(maxsize=4096)
def text_of(chord: Chord) -> tuple[str, bool]:
    """What is printed after the root, and whether the degrees are printed after that: "7", then (b9).

    Where they would read badly (7sus4, 7alt) the text is the whole suffix, and the degrees are for programs only.
    """
    kind, degrees = kind_of(chord)
    if degrees and all(degree.change != "subtract" and degree.value in _TENSIONS for degree in degrees):
        labels = set(KINDS[kind])
        return suffix_of(labels - {"11"} if "13" in labels else labels), True
    return chord.shape.suffix or ("N.C." if chord.is_no_chord else ""), False


def _split(label: str) -> tuple[int, int]:
    found = _DEGREE.fullmatch(label)
    assert found is not None, label
    return int(found[2]), found[1].count("#") - found[1].count("b")


def _differences(wanted: list[tuple[int, int]], kind: list[tuple[int, int]]) -> tuple[Degree, ...]:
    """What turns the kind into the chord; the eleventh of a thirteenth chord is left out by custom and not reported."""
    found = []
    thirteenth = any(value == 13 for value, _ in kind)
    for value in sorted({value for value, _ in (*wanted, *kind)}):
        new = sorted(alter for degree, alter in wanted if degree == value and (value, alter) not in kind)
        old = [alter for degree, alter in kind if degree == value and (value, alter) not in wanted]
        if new and old:
            found.append(Degree(value, new.pop() - old.pop(), "alter"))
        if old and not (value == 11 and thirteenth):
            found.append(Degree(value, 0, "subtract"))
        # "add" is counted against a dominant chord, whose seventh is the minor one
        found += [Degree(value, alter + (value == 7), "add") for alter in new]
    return tuple(found)
