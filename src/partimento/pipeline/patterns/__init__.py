"""What is personal in a text, and where: one look for what could be there, then only the readings that could succeed.

The look costs a lower-casing, one split into words and a run over the digits; the readings, one file a family, start
only where a sign ("@", "://"), a cue ("born", "password") or a long word promises something. Every reading walks
forward over bounded patterns, so the whole is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from partimento.pipeline.patterns import addresses, birthdates, keys, names, numbers
from partimento.pipeline.patterns.view import Span, View, view_of

__all__ = ["Span", "find"]

_PUNCTUATION = ".,;:!?()[]{}<>\"'=/|*_&“”’「」（）"
_DOT_WORDS = frozenset("dot punkt punto point ponto".split())
_CUES = birthdates.CUE_WORDS | keys.CUE_WORDS | _DOT_WORDS


def find(text: str, known: tuple[str, ...] = ()) -> list[Span]:
    """Spans of all that is personal in the text, in order and apart from each other. `known`: names to look for."""
    seen = view_of(text)
    spans = list(_readings(seen))
    if known:
        spans += names.find_names(seen.low, known)
    if not spans:
        return spans
    return [seen.original(span) for span in _apart(spans)]


def _readings(seen: View) -> Iterator[Span]:
    text, low = seen.text, seen.low
    words = low
    for sign in _PUNCTUATION:
        words = words.replace(sign, " ")
    split = words.split()
    cued = not _CUES.isdisjoint(split)
    plain = text.isascii()
    if "://" in text:
        yield from addresses.find_urls(text)
    if "@" in text:
        yield from addresses.find_at_signs(text, low)
    if "(at)" in low or "[at]" in low or (cued and not _DOT_WORDS.isdisjoint(split)):
        yield from addresses.find_spelled(text, low)
    if cued or not plain or "d.o.b" in low or "d. o. b" in low:
        yield from _announced(text, low, split, plain)
    if len(text) >= keys.LONG and max(map(len, text.split()), default=0) >= keys.LONG:
        yield from keys.find_keys(text)
        if "-----BEGIN" in text:
            yield from keys.find_pem(text)
    if "::" in low or low.count(":") > 6:
        yield from addresses.find_ipv6(low)
    yield from chain(numbers.find_ibans(text), numbers.find_numbers(text, low))


def _announced(text: str, low: str, split: list[str], plain: bool) -> Iterator[Span]:
    if not birthdates.CUE_WORDS.isdisjoint(split) or birthdates.CUE_SIGNS.search(low):
        yield from birthdates.find_birthdates(text, low)
    if not keys.CUE_WORDS.isdisjoint(split) or (not plain and keys.CUE_SIGNS.search(low)):
        yield from keys.find_announced(text, low)


def _apart(spans: list[Span]) -> list[Span]:
    """Overlapping spans become one, of the first and longest one's kind: nothing of either may stay."""
    spans.sort(key=lambda span: (span[0], -span[1]))
    apart = spans[:1]
    for span in spans[1:]:
        start, end, kind = apart[-1]
        if span[0] >= end:
            apart.append(span)
        elif span[1] > end:
            apart[-1] = (start, span[1], kind)
    return apart
