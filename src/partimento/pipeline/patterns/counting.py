"""What music and catalogues count with: lists, steps, ISBNs. Knows when a number is one of these and nobody's own."""

from __future__ import annotations

import re

GROUPS = re.compile(r"[0-9]+")
LETTERS = re.compile(r"[^\W\d]+")
_NUMBERED_WORDS = frozenset(
    "isbn issn ismn isrc iswc ean upc gtin barcode doi asin oclc catalog catalogue cat order invoice"
    " serial version release tick"
    " ticks ppq hz khz midi freq frequency frequencies note notes pitch pitches bar bars measure measures"
    " bpm tempo tempi sample"
    " samples frame frames velocity velocities fingering fingerings degree degrees timestamp unix epoch seed".split()
)
_NUMBERED = re.compile(
    r"\b(?:" + "|".join(sorted(_NUMBERED_WORDS, reverse=True)) + ")"
    r"(?:[ :#=.,(\-]|numbers?|nr|no|id|is|are|of|list|values?|ranges?|from|at|only|in|13|10){0,6}\Z"
)


def is_progression(parts: list[str]) -> bool:
    """Whether the groups are evenly spaced, or double each time: steps, ticks, octaves."""
    if len(parts) < 3:
        return False
    values = [int(part) for part in parts]
    steps = {b - a for a, b in zip(values, values[1:], strict=False)}
    doubled = all(b == 2 * a for a, b in zip(values, values[1:], strict=False))
    return (len(steps) == 1 and 0 not in steps) or doubled


def is_numbered(low: str, start: int) -> bool:
    """Whether the word before says what is numbered, and it is no telephone: an ISBN, ticks, notes."""
    before = low[max(0, start - 24) : start]
    return not _NUMBERED_WORDS.isdisjoint(LETTERS.findall(before)) and _NUMBERED.search(before) is not None


def is_isbn(number: str) -> bool:
    """Whether ten digits are an ISBN-10 by its check digit."""
    return len(number) == 10 and sum((10 - at) * int(digit) for at, digit in enumerate(number)) % 11 == 0
