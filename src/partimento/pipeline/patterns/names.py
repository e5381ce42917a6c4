"""Names the caller passes in: any case, whole words, longest first. Knows words and scripts; guesses no name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from partimento.pipeline.patterns.view import Span

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts that write no space between words: beside them, and within them, a name needs no boundary."""


def find_names(low: str, names: tuple[str, ...]) -> Iterator[Span]:
    """Spans of the names in the lower-case view, longest names first; they may overlap each other."""
    for head, tail in _forms(names):
        start = low.find(head)
        while start >= 0:
            end = start + len(head)
            if tail is not None:
                match = tail.match(low, end)
                end = match.end() if match else -1
            if end > 0 and _stands_alone(low, start, end):
                yield start, end, "NAME"
                start = low.find(head, end)
            else:
                start = low.find(head, start + 1)


def _stands_alone(low: str, start: int, end: int) -> bool:
    return _apart(low[start - 1] if start else " ", low[start]) and _apart(
        low[end] if end < len(low) else " ", low[end - 1]
    )


def _apart(outside: str, inside: str) -> bool:
    if unicodedata.combining(outside):
        return False
    return not outside.isalnum() or bool(_UNSPACED.match(outside)) or bool(_UNSPACED.match(inside))


@lru_cache(maxsize=256)
def _forms(names: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str] | None], ...]:
    """Each spelling to look for: its first word, and a pattern for the words after it, with any white space between."""
    spellings: set[str] = set()
    for name in names:
        for form in ("NFC", "NFD"):
            spelled = unicodedata.normalize(form, name)
            spellings |= {spelled.lower(), spelled.casefold()}
        bare = "".join(c for c in unicodedata.normalize("NFD", name) if not "\u0300" <= c <= "\u036f")
        if len(bare) > 2:
            spellings.add(unicodedata.normalize("NFC", bare).lower())
    forms = []
    for spelling in sorted(spellings, key=lambda s: (-len(s), s)):
        words = spelling.split()
        if not words or (len(spelling.strip()) < 2 and not _UNSPACED.match(words[0])):
            continue  # a single Latin letter is a chord, a note, an article: never a name worth the damage
        tail = re.compile(r"\s+" + r"\s+".join(map(re.escape, words[1:]))) if words[1:] else None
        forms.append((words[0], tail))
    return tuple(forms)
