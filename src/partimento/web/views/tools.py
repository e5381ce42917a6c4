"""What views are filled with besides the item: ways of reading values, text and musical signs. Knows no view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from partimento.web.prose import inline, prose
from partimento.web.reading import read, words
from partimento.web.studio.signs import note_of, numeral_of, symbol_of

TOOLS: Final[Mapping[str, Any]] = {
    "read": read, "prose": prose, "prose_line": inline, "words": words, "pretty": symbol_of, "roman": numeral_of,
    "note": note_of,
}  # fmt: skip
