"""Chord symbols and numerals as musicians write them: ♭ ♯ ° ø, the root apart from the rest. Pure."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

_SYMBOL: Final = re.compile(r"([A-G])(##|bb|[#b])?(.*?)(?:/([A-G](?:##|bb|[#b])?))?", re.DOTALL)
_FLAT: Final = re.compile(r"b(?=[b\d])|(?<=b)b(?=\d)")
_SHARP: Final = re.compile(r"#(?=[#\d])")
_ROOTS: Final = {"": "", "b": "♭", "#": "♯", "bb": "♭♭", "##": "♯♯"}
_NUMERAL: Final = re.compile(r"([b#]*)([ivIV]+)(.*)", re.DOTALL)


class Symbol(Struct, frozen=True):
    """A chord symbol in its parts: "A♭", "m7♭5", "/C"."""

    root: str
    rest: str
    bass: str

    def __str__(self) -> str:
        return self.root + self.rest + self.bass


def symbol_of(text: str) -> Symbol:
    """A canonical symbol in its parts; what is none (N.C.) stays whole."""
    found = _SYMBOL.fullmatch(text)
    if found is None:
        return Symbol(text, "", "")
    letter, sign, rest, bass = found.groups()
    return Symbol(letter + _ROOTS[sign or ""], _signed(rest), f"/{note_of(bass)}" if bass else "")


def note_of(name: str) -> str:
    """A note name: "Bb" → "B♭"."""
    return name[:1] + name[1:].replace("b", "♭").replace("#", "♯")


def key_of(symbol: str) -> str:
    """A key in words: "Ab" → "A♭ major", "F#m" → "F♯ minor", "D dorian" → "D dorian"."""
    tonic, _, mode = symbol.partition(" ")
    if mode:
        return f"{note_of(tonic)} {mode}"
    return f"{note_of(tonic[:-1])} minor" if tonic.endswith("m") else f"{note_of(tonic)} major"


def numeral_of(text: str) -> str:
    """A numeral: "bVII7" → "♭VII7", "#ivo7/V" → "♯iv°7/V"."""
    return "/".join(_numeral(part) for part in text.split("/"))


def degree_of(text: str) -> str:
    """A degree of a chord: "b9" → "♭9"."""
    return text.replace("b", "♭").replace("#", "♯")


def _numeral(text: str) -> str:
    found = _NUMERAL.fullmatch(text)
    if found is None:
        return _signed(text)
    signs, roman, rest = found.groups()
    return degree_of(signs) + roman + _signed(f"°{rest[1:]}" if rest[:1] == "o" else rest)


def _signed(rest: str) -> str:
    return _SHARP.sub("♯", _FLAT.sub("♭", rest))
