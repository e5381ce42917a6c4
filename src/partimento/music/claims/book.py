"""How a family of claims says which wordings it reads: patterns over a sentence's bones, and what a match holds.

`<chord>` in a pattern stands for a named thing of that class (see `entity.CLASSES`) and captures it by that name,
`<note:low>` as `low`. Judging is the families'; trying one pattern after the other is `check`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from partimento.music.claims.entity import CLASSES, Entity
from partimento.music.claims.finding import ClaimKind, Judgement
from partimento.music.key import Key

_SLOT: Final = re.compile(r"(?<!P)<(\w+)(?::(\w+))?>")
_MARK: Final = re.compile(r"@([A-Za-z])(\d+)")


class Said(Struct, frozen=True):
    """A claim as read: the match over the bones, the named things, and the key of the context where one was named."""

    found: re.Match[str]
    entities: tuple[Entity, ...]
    context: Key | None

    def get(self, name: str) -> Entity | None:
        """The thing captured by a name; None where that part of the pattern was not said."""
        number = self.found.groupdict().get(name)
        return None if number is None else self.entities[int(number)]

    def __getitem__(self, name: str) -> Entity:
        return self.entities[int(self.found[name])]

    def word(self, name: str) -> str:
        """A captured word, "" where it was not said."""
        return self.found.groupdict().get(name) or ""

    @property
    def key(self) -> Key | None:
        """The key that the claim names, else the last one named before it."""
        named = self.get("key")
        return self.context if named is None else named.key


Reader = Callable[[Said], Judgement | None]


class Form(Struct, frozen=True):
    """One wording of one kind of claim. `needs` are letter classes and words without which it cannot match."""

    kind: ClaimKind
    pattern: re.Pattern[str]
    read: Reader
    classes: tuple[str, ...]
    words: tuple[str, ...]


Forms = list[Form]


def claim(into: Forms, kind: ClaimKind, *wordings: str) -> Callable[[Reader], Reader]:
    """Says of a reader which wordings it reads, in the order of trying them."""

    def register(read: Reader) -> Reader:
        into.extend(_form(kind, wording, read) for wording in wordings)
        return read

    return register


def _form(kind: ClaimKind, wording: str, read: Reader) -> Form:
    bare = wording.replace(r"\(", " ").replace(r"\)", " ")
    while "(" in bare:
        bare = re.sub(r"\([^()]*\)[?*]?(?:\{\d+,\d+\})?", "", bare)
    bare = re.sub(r"\[[^\]]*\](?:\{\d+,\d+\})?", " ", bare)
    classes = tuple(CLASSES[name] for name, _ in _SLOT.findall(bare))
    words = tuple(re.findall(r"(?<![\w@<:\\?])[a-z]{3,}(?![\w>?:*|])", _SLOT.sub(" ", bare)))

    def slot(found: re.Match[str]) -> str:
        return rf"@[{CLASSES[found[1]]}](?P<{found[2] or found[1]}>\d+)"

    return Form(kind, re.compile(rf"(?:^|(?<= )){_SLOT.sub(slot, wording)}(?= |$)"), read, classes, words)


def marks(bones: str) -> list[tuple[str, int]]:
    """The letters and numbers of the marks in some bones."""
    return [(letter, int(number)) for letter, number in _MARK.findall(bones)]


def yes(reason: str) -> Judgement:
    """The claim holds."""
    return Judgement(True, reason)


def no(wrong: Entity | None, correction: str, reason: str) -> Judgement:
    """The claim does not hold; what belongs in the place of the wrong part."""
    return Judgement(False, reason, None if wrong is None else wrong.place, correction if wrong is not None else "")


def in_style(written: Entity, words: list[str]) -> str:
    """Names as a list is written: with its dashes, commas, "and" or bare spaces, and its signs."""
    gaps = [
        written.text[a.end - written.start : b.start - written.start]
        for a, b in zip(written.items, written.items[1:], strict=False)
    ]
    if not gaps:
        return ", ".join(words)
    last, first = gaps[-1], gaps[0]
    between = first if len(gaps) > 1 or "and" not in first else ", "
    parts = [words[0]]
    for place, word in enumerate(words[1:], 1):
        parts += [last if place == len(words) - 1 else between, word]
    return "".join(parts)
