"""A piece as it is read: the lead sheet with its reasons, what else could stand in a bar, what could come next.

Which chord or bar is open stands in the query (`?chord=3`, `?bar=5&level=6&own=Dm7+G7`), so everything is a link.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct

from partimento.core.errors import UnknownName
from partimento.music.genres import find
from partimento.web.item import Item
from partimento.web.studio.changes import Piece, changed_bar, shown, symbols_in, wish_of
from partimento.web.studio.offers import Following, Offer, Tried, followings, offers, tried
from partimento.web.studio.reading import Why, note_names, reading_of, sentences, why
from partimento.web.studio.recent import PIECES
from partimento.web.studio.sheet import sheet_of
from partimento.web.studio.signs import key_of, numeral_of, symbol_of
from partimento.web.views.view import View
from partimento.web.visit import Visit

_LONGEST_OWN: Final = 400


class OpenChord(Struct, frozen=True):
    """The chord whose panel is open."""

    why: Why
    following: tuple[Following, ...]

    @property
    def bar(self) -> int:
        return self.why.bar


class OpenBar(Struct, frozen=True):
    """The bar whose panel is open: what is there, what else could be, what somebody tries."""

    bar: int
    now: str
    level: int
    offers: tuple[Offer, ...]
    own: str
    tried: Tried | None


class Grip(Struct, frozen=True):
    """A chord's keys, hand by hand, as names."""

    bar: int
    symbol: str
    left: str
    right: str


def values(visit: Visit, item: Item) -> dict[str, Any]:
    """What the template shows of a piece."""
    piece: Piece = item.value
    read = reading_of(piece.chords, piece.key)
    change, origin = getattr(piece, "change", ""), getattr(piece, "origin", "")
    origin = origin if len(origin) == len(item.id) and origin.isalnum() else ""  # it may have been redacted
    opened = _opened(visit, piece)
    ends = followings(piece, len(piece.chords)) if piece.chords else ()
    return {
        "piece": piece,
        "wish": wish_of(item.row.prompt),
        "facts": _facts(piece),
        "sheet": sheet_of(piece.sections, piece.chords, piece.bars, sentences(read), changed_bar(change)),
        "chord": opened if isinstance(opened, OpenChord) else None,
        "bar": opened if isinstance(opened, OpenBar) else None,
        "ends": ends,
        "grips": _grips(piece),
        "origin": origin,
        "change": shown(change),
        "query": _query(opened),
        "has_hands": bool(getattr(piece, "notes", ())),
        "pretty": symbol_of,
        "roman": numeral_of,
    }


def _opened(visit: Visit, piece: Piece) -> OpenChord | OpenBar | None:
    """What the query opens; what is not there opens nothing."""
    number, bar = _number(visit, "chord"), _number(visit, "bar")
    if 1 <= number <= len(piece.chords):
        return OpenChord(why(piece.chords, reading_of(piece.chords, piece.key), number), followings(piece, number))
    if 1 <= bar <= piece.bars:
        level = _number(visit, "level")
        level = level if 1 <= level <= 10 else piece.level
        own = visit.query.get("own", "").strip()[:_LONGEST_OWN]
        return OpenBar(
            bar, symbols_in(piece.chords, bar), level, offers(piece, bar, level), own,
            tried(piece, bar, own) if own else None,
        )  # fmt: skip
    return None


def _number(visit: Visit, name: str) -> int:
    told = visit.query.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 6 else 0


def _facts(piece: Piece) -> tuple[tuple[str, str], ...]:
    try:
        genre = find(piece.genre).title
    except UnknownName:  # a plug-in's, gone since
        genre = piece.genre
    band = ", ".join(track.name for track in getattr(piece, "tracks", ()))
    made = piece.generation_method
    told = (
        ("Genre", f"{genre}, {piece.application}"),
        ("Key", key_of(piece.key)),
        ("Tempo", f"{piece.tempo:g} bpm"),
        ("Meter", piece.meter),
        ("Bars", str(piece.bars)),
        ("Level", f"{piece.level} of 10"),
        ("Band", band),
        ("Chords by", "the rules" if made == "rules" else made),
    )
    return tuple((name, words) for name, words in told if words)


def _grips(piece: Piece) -> tuple[Grip, ...]:
    return tuple(
        Grip(
            chord.bar,
            str(symbol_of(chord.symbol)),
            " ".join(note_names(chord.left_hand, chord.symbol)),
            " ".join(note_names(chord.right_hand, chord.symbol)),
        )
        for chord in piece.chords
        if chord.left_hand or chord.right_hand
    )


def _query(opened: OpenChord | OpenBar | None) -> str:
    """What opens the same again."""
    if isinstance(opened, OpenChord):
        return f"chord={opened.why.number}"
    if opened is None:
        return ""
    told = {"bar": opened.bar, "level": opened.level, "own": opened.own}
    return urlencode({name: value for name, value in told.items() if value})


view = View(
    tasks=PIECES, template="views/piece.html", values=values, styles=("studio.css",), scripts=("piece.js",)
)  # fmt: skip
