"""Words as they are meant to be read: full-width signs folded, hidden signs taken out, base64 told in plain beside it.

For whatever looks at words for what they want; what is kept and sent stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from typing import Final

_CODED: Final = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{16,4096}={0,2}(?![A-Za-z0-9+/=])")
_MOST: Final = 8
"""So many coded stretches are read."""


def unveiled(text: str) -> str:
    """The words without disguise, each coded stretch on a line of its own after them."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return "\n".join((plain, *_decoded(plain)))


def _decoded(text: str) -> Iterator[str]:
    for found in _CODED.findall(text)[:_MOST]:
        try:
            words = b64decode(found + "=" * (-len(found) % 4)).decode()
        except (Error, UnicodeDecodeError):
            continue
        if " " in words and words.isprintable():
            yield words
