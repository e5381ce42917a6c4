"""A text beside what was given for it: links and addresses that nobody gave, the prompt's own instructions, points left
out. Pure; knows no task.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from partimento.decoding.language import language_of

_PART: Final = r"[A-Za-z0-9-]{1,63}"
_LINK: Final = re.compile(
    rf"(?i)\b(?:https?://|www\.)\S{{1,200}}|"
    rf"(?<![\w@.-]){_PART}(?:\.{_PART}){{0,4}}\.(?:com|org|net|io|edu|gov|info|app|dev|ai|uk|de|fr)\b(?:/\S{{0,200}})?"
)
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE: Final = re.compile(r"(?<![\w.])\+?\d[\d ()/-]{7,20}\d(?!\w)")
_YEARS: Final = re.compile(r"(?:1[5-9]|20)\d\d(?:[ /-]+(?:(?:1[5-9]|20)\d\d|\d\d?))*")
_WORD: Final = re.compile(r"[\w#♭♯']+")
_HEAVY: Final = re.compile(r"[^\W\d_]{4,}|[A-G][#b]?\w*\d\w*")
_LIGHT: Final = frozenset(
    "that this with from what when where which about into over have more most your their them".split()
)
_RUN: Final = 7
"""So many words in a row are a quotation, not a coincidence."""


def ungiven_addresses(text: str, given: Iterable[str]) -> Iterator[str]:
    """A sentence for each link, e-mail address and telephone number in a text that stands in nothing given."""
    known = " ".join(given).casefold()
    for name, pattern in (("e-mail address", _ADDRESS), ("link", _LINK), ("telephone number", _PHONE)):
        for found in dict.fromkeys(pattern.findall(text)):
            if pattern is _PHONE and not _is_telephone(found):
                continue
            plain = found.rstrip(".,;:!?)'\"")
            if plain.casefold() not in known:
                yield f"the {name} {plain!r} was not given; leave it out"


def _is_telephone(figures: str) -> bool:
    """Whether a run of figures is a number to call: not scale degrees, tempi or years."""
    if _YEARS.fullmatch(figures) or sum(sign.isdigit() for sign in figures) < 8:
        return False
    return figures[0] in "+0" or re.search(r"\d{4}", figures) is not None


def quotes(text: str, instructions: str) -> bool:
    """Whether a text repeats a stretch of the instructions word by word."""
    told = _words(text)
    return any(told[start : start + _RUN] in _runs(instructions) for start in range(len(told) - _RUN + 1))


def missing_points(text: str, points: Sequence[str]) -> Iterator[str]:
    """A sentence for each point that a text in the same language does not speak of: half of its words are wanted."""
    told = text.casefold()
    spoken = language_of(text)
    for point in points:
        words = {word.casefold() for word in _HEAVY.findall(point)} - _LIGHT
        if spoken != (language_of(point) or spoken) or not words:
            continue
        if sum(word[:7] in told for word in words) * 2 < len(words):
            yield f"it does not speak of {point!r}"


@lru_cache(maxsize=32)
def _runs(instructions: str) -> frozenset[tuple[str, ...]]:
    words = _words(instructions)
    return frozenset(words[start : start + _RUN] for start in range(len(words) - _RUN + 1))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))
