"""What may be offered for a piece: suggestions for a bar, chords that could follow, one's own chords read and proven.

Everything offered has passed the proof; what has not is told with the reason. Makes nothing: `changes` does.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.composition.proof import prove_progression
from partimento.music.predict import predict
from partimento.music.score import PlacedChord
from partimento.web.studio.changes import Piece, suggested, with_bar, with_chord
from partimento.web.studio.reading import signed
from partimento.web.studio.signs import Symbol, numeral_of, symbol_of

NEXT: Final = 5
"""How many chords that could follow are told."""


class Offer(Struct, frozen=True, kw_only=True):
    """A suggestion as the page shows it; `first` to `last` are the places of the chords it replaces, from 0."""

    first: int
    last: int
    after: str
    before_shown: tuple[Symbol, ...]
    after_shown: tuple[Symbol, ...]
    numerals: tuple[str, ...]
    device: str
    level: int
    reason: str
    loosens: bool
    """Whether its section would end otherwise than it promises."""


class Following(Struct, frozen=True, kw_only=True):
    """A chord that may come next. `is_there`: the piece goes there itself; `against`: why it is not offered."""

    symbol: str
    shown: Symbol
    numeral: str
    probability: float
    reason: str
    is_there: bool = False
    against: str = ""


class Tried(Struct, frozen=True, kw_only=True):
    """Chords that somebody wrote for a bar: how they read, or what is wrong with them.

    `loosened`: the sections that would no longer end with the cadence they promise.
    """

    chords: tuple[PlacedChord, ...] = ()
    flaws: tuple[str, ...] = ()
    loosened: tuple[str, ...] = ()


def offers(piece: Piece, bar: int, level: int) -> tuple[Offer, ...]:
    """What else could stand in a bar, best first; what breaks a promised cadence only where nothing else is left."""
    found, loosens = suggested(piece, bar, level)
    return tuple(
        Offer(
            first=one.first,
            last=one.last,
            after=" ".join(one.after),
            before_shown=tuple(map(symbol_of, one.before)),
            after_shown=tuple(map(symbol_of, one.after)),
            numerals=tuple(map(numeral_of, one.numerals)),
            device=one.device,
            level=one.level,
            reason=signed(one.reason),
            loosens=loosens,
        )
        for one in found
    )


def followings(piece: Piece, number: int) -> tuple[Following, ...]:
    """The likeliest chords after the chord of that number (from 1), the end of the piece among them."""
    chords = piece.chords
    so_far = [chord.symbol for chord in chords[:number]]
    if not any(Chord.parse(symbol).root is not None for symbol in so_far):
        return ()
    here = next((chord.symbol for chord in chords[number:] if chord.symbol != so_far[-1]), "")
    return tuple(
        Following(
            symbol=one.symbol,
            shown=symbol_of(one.symbol),
            numeral=numeral_of(one.numeral),
            probability=one.probability,
            reason=signed(one.reason),
            is_there=_same(one.symbol, here),
            against="" if not one.symbol or _same(one.symbol, here) else _against(piece, number, one.symbol),
        )
        for one in predict(so_far, piece.key, piece.genre, NEXT)
    )


def tried(piece: Piece, bar: int, text: str) -> Tried:
    """Somebody's own chords for a bar, read and proven."""
    try:
        chart = with_bar(piece, bar, text)
    except PartimentoError as error:
        return Tried(flaws=(str(error),))
    flaws = tuple(finding.text for finding in prove_progression(chart, piece.key, chart.bars))
    loosened = tuple(
        before.name for before, after in zip(piece.sections, chart.sections, strict=True) if before != after
    )
    return Tried(chords=tuple(chord for chord in chart.chords if chord.bar == bar), flaws=flaws, loosened=loosened)


def _same(one: str, other: str) -> bool:
    if not one or not other:
        return False
    first, second = Chord.parse(one), Chord.parse(other)
    return first.root == second.root and first.quality == second.quality


def _against(piece: Piece, number: int, symbol: str) -> str:
    chart = with_chord(piece, number, symbol)
    return next((finding.text for finding in prove_progression(chart, piece.key, chart.bars)), "")
