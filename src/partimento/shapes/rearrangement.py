"""A piece arranged from chords that somebody brought: an arrangement, and where it comes from. Arranges nothing."""

from __future__ import annotations

from partimento.music.composition.brief import Mood
from partimento.music.rhythm import Clave
from partimento.shapes.arrangement import Arrangement


class Rearrangement(Arrangement, frozen=True, kw_only=True):
    """As an Arrangement, and what the next change to it needs.

    `origin`: the memory id of the piece it was made from, `change`: what is different there ("bar 5: Dm7 G7 → Dm7
    Db7"); both "" for chords that come from nowhere else. `manner`: what chance in the playing is drawn from.
    """

    origin: str = ""
    change: str = ""
    manner: str = ""
    mood: Mood | None = None
    clave: Clave | None = None
