"""Which kind of voicing a word means, and which a learner of a level studies. Knows no chord."""

from __future__ import annotations

from typing import Final

from partimento.core.errors import UnknownName
from partimento.music.voicing.reach import KINDS, Kind

_BY_LEVEL: Final[tuple[tuple[int, Kind], ...]] = (
    (1, "shell"), (3, "close"), (4, "rootless"), (6, "drop2"), (7, "spread"), (8, "quartal"),
)  # fmt: skip


def kind_named(word: str) -> Kind:
    """The kind a word means, however it is written ("Drop-2", "neo-soul"). Raises UnknownName."""
    plain = "".join(word.lower().split()).replace("-", "").replace("_", "")
    for kind in KINDS:
        if kind == plain:
            return kind
    raise UnknownName("voicing", word, KINDS)


def kind_for(level: int) -> Kind:
    """The kind that a level (1 to 10) studies where none is named."""
    return [kind for low, kind in _BY_LEVEL if low <= level][-1]
