"""Titles and names as plain printable text. Knows what no file format can carry, leaves escaping to each format."""

from __future__ import annotations

import re

# Controls, line and paragraph separators, direction overrides, lone surrogates and the two non-characters.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


def plain(text: str) -> str:
    """One line without control characters, blanks trimmed and runs of them made one."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())
