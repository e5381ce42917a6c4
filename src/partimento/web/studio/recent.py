"""What was made lately, as cards. Knows the ledger's statement and an item's outward shape; draws nothing."""

from __future__ import annotations

from contextlib import suppress
from itertools import groupby
from typing import Any, Final

from msgspec import Struct

from partimento.core.errors import UnknownName
from partimento.web.item import Item, item_of
from partimento.web.studio.changes import shown, wish_of
from partimento.web.studio.signs import Symbol, key_of, symbol_of
from partimento.web.visit import Visit

PIECES: Final = ("arrangement", "progression", "rearrangement")
MOST_PIECES: Final = 9
MOST_OTHERS: Final = 6
_LOOKED_AT: Final = 60
_SINCE: Final = 90 * 86_400.0
_SHOWN_BARS: Final = 4


class Recent(Struct, frozen=True, kw_only=True):
    """A thing made: where it is, what it calls itself, what was asked, what stands beside it, its first chords."""

    path: str
    title: str
    wish: str
    kind: str
    facts: tuple[str, ...]
    bars: tuple[tuple[Symbol, ...], ...]
    at: float
    rating: int | None
    verified: bool


def recent(visit: Visit) -> tuple[list[Recent], list[Recent]]:
    """Pieces and other things that this visitor may see, the latest first. Blocks; call it on a thread."""
    return _cards(visit, "recent_pieces", MOST_PIECES), _cards(visit, "recent_others", MOST_OTHERS)


def _cards(visit: Visit, statement: str, most: int) -> list[Recent]:
    latest: dict[str, float] = {}
    for memory_id, at in visit.client.store.ask(statement, visit.now - _SINCE, visit.holder, _LOOKED_AT):
        latest.setdefault(memory_id, at)
    found: list[Recent] = []
    for memory_id, at in list(latest.items())[:most]:
        with suppress(UnknownName):  # pruned since
            found.append(card_of(item_of(visit, memory_id), at))
    return found


def card_of(item: Item, at: float) -> Recent:
    """The card of an item that was made, or asked for again, at a moment."""
    value = item.value
    return Recent(
        path=item.path,
        title=item.title,
        wish=shown(getattr(value, "change", "")) or (wish_of(item.row.prompt) if item.row.task in PIECES else ""),
        kind=item.row.task,
        facts=_facts(value) if item.row.task in PIECES and item.task else (),
        bars=first_bars(value) if item.row.task in PIECES and item.task else (),
        at=at,
        rating=item.rating,
        verified=item.verified,
    )


def first_bars(piece: Any) -> tuple[tuple[Symbol, ...], ...]:
    """The chords of a piece's first bars."""
    chords = [chord for chord in piece.chords if chord.bar <= _SHOWN_BARS]
    return tuple(
        tuple(symbol_of(chord.symbol) for chord in bar) for _, bar in groupby(chords, key=lambda chord: chord.bar)
    )


def _facts(piece: Any) -> tuple[str, ...]:
    bars = f"{piece.bars} bar" + ("s" if piece.bars != 1 else "")
    return (key_of(piece.key), f"{piece.tempo:g} bpm", bars)
