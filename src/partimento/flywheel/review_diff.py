"""What an edit changed, line by line, and within a line word by word. Pure: takes two values, gives lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

import msgspec
from msgspec import Struct

Kind = Literal["same", "gone", "new", "left out"]
AROUND = 2
"""So many lines that stayed are told around a change."""
_MOST_LINES = 4_000
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.3


class Piece(Struct, frozen=True):
    """A part of a line; `changed` where it is not in the other version."""

    text: str
    changed: bool = False


class Line(Struct, frozen=True):
    """A line of either version. `left out` stands for lines that stayed, and tells how many."""

    kind: Kind
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def written(value: Any) -> str:
    """A value as people edit it: a text as it stands, anything else as JSON with a field a line."""
    return value if isinstance(value, str) else msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def difference(old: Any, new: Any) -> tuple[Line, ...]:
    """From the old value to the new one; nothing where they are the same."""
    before, after = (written(value).splitlines()[:_MOST_LINES] for value in (old, new))
    if before == after:
        return ()
    return tuple(_around(list(_lines(before, after))))


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Line("same", (Piece(text),)) for text in before[a:b])
        elif kind == "replace" and b - a == d - c:
            yield from (line for one in zip(before[a:b], after[c:d], strict=True) for line in _pair(*one))
        else:
            yield from (Line("gone", (Piece(text, changed=True),)) for text in before[a:b])
            yield from (Line("new", (Piece(text, changed=True),)) for text in after[c:d])


def _pair(old: str, new: str) -> tuple[Line, Line]:
    """Two lines of which one became the other."""
    ours, theirs = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return Line("gone", (Piece(old, changed=True),)), Line("new", (Piece(new, changed=True),))
    gone: list[Piece] = []
    came: list[Piece] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        for pieces, words in ((gone, ours[a:b]), (came, theirs[c:d])):
            if words:
                pieces.append(Piece("".join(words), changed=kind != "equal"))
    return Line("gone", tuple(gone)), Line("new", tuple(came))


def _around(lines: Sequence[Line]) -> Iterator[Line]:
    """The changes with a few lines around each."""
    near = {at + step for at, line in enumerate(lines) if line.kind != "same" for step in range(-AROUND, AROUND + 1)}
    skipped = 0
    for at, line in enumerate(lines):
        if at in near:
            if skipped:
                yield _left_out(skipped)
            skipped = 0
            yield line
        else:
            skipped += 1
    if skipped:
        yield _left_out(skipped)


def _left_out(number: int) -> Line:
    return Line("left out", (Piece(f"{number} line{'s' if number > 1 else ''} as before"),))
