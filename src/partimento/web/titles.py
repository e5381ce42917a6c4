"""What an item is called: by itself, by its matter, or by what was asked for. Pure; knows the names of fields only."""

from __future__ import annotations

import re
from typing import Any, Final

LONGEST: Final = 80
"""Letters of what was asked for; a title of its own is told whole."""
_OWN: Final = ("title", "subject")
_FENCED: Final = re.compile(r"<(\w+)>(.+?)</\1>", re.DOTALL)
"""A user's words, as prompts carry them."""


def title_of(task: str, value: Any, prompt: str) -> str:
    """The title of an answer. Never empty."""
    for name in _OWN:
        told = _part(value, name)
        if isinstance(told, str) and told.strip():
            return told
    if isinstance(score := _part(value, "score"), int | float):
        return f"A take graded: {score:g} of 100"
    matter = chords_of(value)
    if matter:
        return f"{_words(task)}: {_cut(matter)}"
    fenced = _FENCED.search(prompt)
    asked = _cut(" ".join((fenced[2] if fenced else prompt).split()))
    return asked or _words(task)


def chords_of(value: Any) -> str:
    """The chords that an answer is about: bars as they were given, or the symbols of each; "" for none."""
    bars = _part(value, "original")
    if isinstance(bars, list | tuple) and all(isinstance(bar, str) for bar in bars):
        return " | ".join(bars)
    chords = _part(_part(value, "content"), "chords") or _part(value, "symbols") or _part(value, "chords")
    if not isinstance(chords, list | tuple):
        return ""
    symbols = (one if isinstance(one, str) else _part(one, "symbol") for one in chords)
    return " ".join(symbol for symbol in symbols if isinstance(symbol, str))


def _part(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _words(task: str) -> str:
    told = task.replace("_", " ")
    return told[:1].upper() + told[1:]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
