"""One plain view of a text for all patterns, and the way back to its own offsets. Knows Unicode, no pattern.

Full-width and mathematical letters, other scripts' digits, the many dashes and spaces are read as their ASCII
fellows; what cannot be seen (zero-width, soft hyphen, direction marks) is left out. A plain text is its own view.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from msgspec import Struct

Span = tuple[int, int, str]
"""Start, end and kind of something personal; offsets into the text or its view, as the function says."""

_ODD = re.compile(
    "[\u00a0\u00ad\u034f\u0130\u061c\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0ae6-\u0aef"
    "\u0b66-\u0b6f\u0be6-\u0bef\u0c66-\u0c6f\u0ce6-\u0cef\u0d66-\u0d6f\u0e50-\u0e59\u0ed0-\u0ed9\u0f20-\u0f29"
    "\u1040-\u1049\u17e0-\u17e9\u180e\u2000-\u2015\u2024\u2028-\u202f\u205f-\u206f\u2212\u3000\ufe00-\ufe0f\ufe58"
    "\ufe63\ufe6b\ufeff\uff01-\uff5e\U0001d400-\U0001d7ff]"
)


class View(Struct, frozen=True):
    """`text` as patterns see it, its lower-case twin of equal length, and where its characters came from."""

    text: str
    low: str
    origins: tuple[int, ...] | None
    """Offset of each character, and of the end, in the original; None where they are the same."""

    def original(self, span: Span) -> Span:
        if self.origins is None:
            return span
        start, end, kind = span
        return self.origins[start], self.origins[end - 1] + 1, kind


def view_of(text: str) -> View:
    """The text as patterns see it."""
    if text.isascii():
        return View(text, text.lower(), None)
    if not _ODD.search(text):
        return View(text, text.lower(), None)
    plain = _ODD.sub(_plain_match, text)
    if len(plain) == len(text):
        return View(plain, plain.lower(), None)
    origins = [at for at, sign in enumerate(text) if not _ODD.match(sign) or _plain(sign)]
    return View(plain, plain.lower(), (*origins, len(text)))


def _plain_match(match: re.Match[str]) -> str:
    return _plain(match[0])


@cache
def _plain(sign: str) -> str:
    """The one ASCII character a sign stands for, or nothing for one that cannot be seen."""
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.digit(sign))
    if category == "Pd":
        return "-"
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if category in ("Cf", "Mn", "Cn"):
        return ""
    if sign == "\u0130":
        return "I"  # its lower case is two characters long, and offsets must agree
    same = unicodedata.normalize("NFKC", sign)
    return same if len(same) == 1 else sign
