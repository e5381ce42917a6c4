"""What is personal in a text, and where: one look for what could be there, then only the readings that could succeed.

The look costs a lower-casing, one split into words and a run over the digits; the readings, one file a family, start
only where a sign ("@", "://"), a cue ("born", "password") or a long word promises something. Every reading walks
forward over bounded patterns, so the whole is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from partimento.pipeline.patterns import addresses, birthdates, keys, names, numbers, phones
from partimento.pipeline.patterns.view import Span, View, view_of

__all__ = ["Span", "find"]

_PUNCTUATION = ".,;:!?()[]{}<>\"'=/|*_&“”’「」（）"
_SPACES = str.maketrans(dict.fromkeys(_PUNCTUATION, " "))
_DOT_WORDS = frozenset("dot punkt punto point ponto".split())
_INITIALS = frozenset("oр")  # of D.O.B. and д.р., which fall apart where words are split
_CUES = birthdates.CUE_WORDS | keys.CUE_WORDS | phones.CUE_WORDS | _DOT_WORDS | _INITIALS


def find(text: str, known: tuple[str, ...] = ()) -> list[Span]:
    """Spans of all that is personal in the text, in order and apart from each other. `known`: names to look for."""
    seen = view_of(text)
    spans = list(_readings(seen))
    if known:
        spans += names.find_names(seen.low, known)
    if not spans:
        return spans
    apart = _apart(spans)
    return apart if seen.origins is None else [seen.original(span) for span in apart]


def _readings(seen: View) -> Iterator[Span]:
    text, low = seen.text, seen.low
    split = _words(low)
    cues = _CUES.intersection(split)
    if "://" in text:
        yield from addresses.find_urls(text)
    if "@" in text:
        yield from addresses.find_at_signs(text, low)
    if "(at)" in low or ("[" in low and "[at]" in low) or not _DOT_WORDS.isdisjoint(cues):
        yield from addresses.find_spelled(text, low)
    if cues:
        if born := cues & birthdates.CUE_WORDS:
            yield from birthdates.find_birthdates(low, born)
        if secret := cues & keys.CUE_WORDS:
            yield from keys.find_announced(text, low, secret)
    if not _INITIALS.isdisjoint(cues):
        yield from birthdates.find_initialled(low)
    if not text.isascii():
        yield from keys.find_signed(text, low)
        yield from birthdates.find_signed(low)
    longest = max(map(len, split), default=0)
    long_words = [word for word in split if len(word) >= keys.LONG] if longest >= keys.LONG else []
    if long_words and keys.promising(long_words):
        yield from keys.find_keys(text)
    if long_words and "-----BEGIN" in text:
        yield from keys.find_pem(text)
    if low.count(":") > 1 and ("::" in low or low.count(":") > 6):
        yield from addresses.find_ipv6(low)
    yield from numbers.find_numbers(text, low, not text.isascii() or not cues.isdisjoint(phones.CUE_WORDS))


def _words(low: str) -> list[str]:
    if low.isascii():
        return low.translate(_SPACES).split()
    for sign in _PUNCTUATION:  # beyond ASCII, some dozens of replacements are faster than one translation
        low = low.replace(sign, " ")
    return low.split()


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
