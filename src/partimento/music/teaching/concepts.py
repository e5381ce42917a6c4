"""All concepts in an order they can be learnt in, and the one that free words mean. They stand in concepts/*.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from partimento.core.errors import PartimentoError, UnknownName
from partimento.music.chord import Chord
from partimento.music.teaching.concept import Concept

_NUMERAL: Final = r"[b#]*(?:vii|vi|iv|v|iii|ii|i)"
_FIGURE: Final = r"(?:maj|m|ø|o|°|dim|\+|sus|alt|add|[b#]?\d+)*"
_NUMERALS: Final = re.compile(rf"(?<!\w){_NUMERAL}{_FIGURE}(?:[\s\->→|,]+{_NUMERAL}{_FIGURE})+(?!\w)")
_TOKEN: Final = re.compile(r"[b#]*\w+(?:[#+/]\w+|[#+])*(?:\(\w+\))?")
_SYMBOL: Final = re.compile(r"(?<![\w#])[A-G](?:bb|##|[b#])?[^\s,;|–—]*")
_SPELLED: Final = str.maketrans({"♭": "b", "♯": "#", "–": "-", "—": "-", "‑": "-", "’": "'", "é": "e", "á": "a"})


@cache
def concepts() -> tuple[Concept, ...]:
    """Every concept, by level; what a concept needs stands before it."""
    found = {one.id: one for one in _declared()}
    placed: dict[str, Concept] = {}

    def place(one: Concept) -> None:
        for need in one.needs:
            if need not in placed:
                place(found[need])
        placed.setdefault(one.id, one)

    for one in sorted(found.values(), key=lambda one: one.level):
        place(one)
    return tuple(placed.values())


def _declared() -> Iterator[Concept]:
    folder = files("partimento.music.teaching").joinpath("concepts")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            told: dict[str, dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))
            for name, fields in told.items():
                yield msgspec.convert({"id": name, **fields}, Concept)


@cache
def _by_id() -> dict[str, Concept]:
    return {one.id: one for one in concepts()}


def concept(id: str) -> Concept:  # noqa: A002 (the word users know)
    """The concept of that id. Raises UnknownName with the nearest."""
    try:
        return _by_id()[id]
    except KeyError:
        raise UnknownName("concept", id, _by_id()) from None


def concept_named(words: str) -> Concept | None:
    """The concept that free words mean ("2-5-1 in Ab", "drop 2 voicings", "Cmaj9"); the longest name wins, then the
    first said; None where no name is among them."""
    found = _found(words)
    return max(found, key=lambda one: (one[1] - one[0], -one[0]))[2] if found else None


def concepts_in(text: str) -> tuple[Concept, ...]:
    """The concepts named in a text, in order, each once; a name within a longer one does not count."""
    return tuple(dict.fromkeys(one for _, _, one in _found(text)))


@lru_cache(maxsize=1024)
def _found(text: str) -> tuple[tuple[int, int, Concept], ...]:
    """(first word, end, concept) of each name in a text, from the left, no two overlapping, the longest taken first."""
    words = _words(text)
    names, longest = _names(), _longest()
    spans = [
        (start, start + size, names[words[start : start + size]])
        for size in range(longest, 0, -1)
        for start in range(len(words) - size + 1)
        if words[start : start + size] in names
    ]
    taken: list[tuple[int, int, Concept]] = []
    for span in spans:
        if all(span[1] <= start or end <= span[0] for start, end, _ in taken):
            taken.append(span)
    return tuple(sorted(taken, key=lambda span: span[0])) or _by_symbol(text)


def _by_symbol(text: str) -> tuple[tuple[int, int, Concept], ...]:
    """The concept of the first chord symbol whose kind is one."""
    for symbol in _SYMBOL.findall(text.translate(_SPELLED)):
        try:
            shape = Chord.parse(symbol).shape
        except PartimentoError:
            continue
        named = _by_shape().get(shape.degrees)
        if named is not None and shape.suffix:
            return ((0, 1, named),)
    return ()


@cache
def _by_shape() -> dict[tuple[str, ...], Concept]:
    return {Chord.parse(f"C{one.chord}").degrees: one for one in reversed(concepts()) if one.chord}


@cache
def _names() -> dict[tuple[str, ...], Concept]:
    """Names as words → concept; the first to claim a name keeps it, a title before an alias."""
    names: dict[tuple[str, ...], Concept] = {}
    for one in concepts():
        names.setdefault(_words(one.title), one)
        names.setdefault(_words(one.id.replace("-", " ")), one)
    for one in concepts():
        for name in one.names:
            names.setdefault(_words(name), one)
    return names


@cache
def _longest() -> int:
    return max(map(len, _names()))


def _words(text: str) -> tuple[str, ...]:
    """A text as words that can be compared: lower case, numerals without figures, plurals as singulars."""
    plain = text.translate(_SPELLED).lower()
    plain = _NUMERALS.sub(lambda run: re.sub(rf"({_NUMERAL}){_FIGURE}(?!\w)", r"\1", run[0]), plain)
    return tuple(_singular(word) for word in _TOKEN.findall(plain.replace("-", " ")))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
