"""One voice of one bar as written items: values, dots, ties, triplets, rests, beams. Knows no staff, no accidentals."""

from __future__ import annotations

from itertools import groupby, pairwise

from msgspec import Struct

from partimento.music.formats.meter import PER_QUARTER, TRIPLET_VALUES, VALUES, Meter, split
from partimento.music.formats.spelling import Pitch

WHOLE_BAR = "bar"
"""The value of a rest that fills its bar, whatever the meter."""

_BEAMS = {"eighth": 1, "16th": 2}


class Piece(Struct, frozen=True):
    """The part of a chord or note that lies in one bar: ticks from the bar line, and whether ties lead in and out."""

    start: int
    end: int
    pitches: tuple[Pitch, ...]
    tied_in: bool
    tied_out: bool


class Item(Struct, frozen=True):
    """One written note, chord or rest (no pitches): place and length in ticks from the bar line, and how it is drawn.

    `triplet` is "start", "inside" or "stop" in a triplet of eighths, `beams` holds "begin", "continue", "end", "forward
    hook" or "backward hook" for each beam from the eighth's on. A hidden item is a gap of a second voice.
    """

    place: int
    length: int
    value: str
    dots: int = 0
    pitches: tuple[Pitch, ...] = ()
    tied_in: bool = False
    tied_out: bool = False
    triplet: str = ""
    beams: tuple[str, ...] = ()
    hidden: bool = False


def fill(pieces: list[Piece], meter: Meter, hide_gaps: bool) -> tuple[Item, ...]:
    """The items that fill the bar from its first tick to its last; a silent bar is one rest of the value WHOLE_BAR."""
    if not pieces:
        return (Item(0, meter.bar, WHOLE_BAR),)
    triplets = {
        edge // PER_QUARTER for piece in pieces for edge in (piece.start, piece.end) if edge % PER_QUARTER in (4, 8)
    }
    items: list[Item] = []
    now = 0
    for piece in pieces:
        items += _gap(now, piece.start, meter, triplets, hide_gaps)
        items += _sounding(piece, meter, triplets)
        now = piece.end
    items += _gap(now, meter.bar, meter, triplets, hide_gaps)
    return _beamed(items, meter)


def _gap(start: int, end: int, meter: Meter, triplets: set[int], hidden: bool) -> list[Item]:
    items: list[Item] = []
    for low, high in _chopped(start, end, triplets):
        if low // PER_QUARTER in triplets:
            items.append(_in_triplet(low, high))
        elif hidden:
            items.append(Item(low, high - low, "", hidden=True))
        else:
            items += [Item(place, length, *VALUES[length]) for place, length in split(low, high, meter, rest=True)]
    return items


def _sounding(piece: Piece, meter: Meter, triplets: set[int]) -> list[Item]:
    plain: list[Item] = []
    for low, high in _chopped(piece.start, piece.end, triplets):
        if low // PER_QUARTER in triplets:
            plain.append(_in_triplet(low, high))
        else:
            plain += [Item(place, length, *VALUES[length]) for place, length in split(low, high, meter)]
    last = len(plain) - 1
    return [
        Item(
            item.place,
            item.length,
            item.value,
            item.dots,
            piece.pitches,
            tied_in=piece.tied_in if nth == 0 else True,
            tied_out=piece.tied_out if nth == last else True,
            triplet=item.triplet,
        )
        for nth, item in enumerate(plain)
    ]


def _chopped(start: int, end: int, triplets: set[int]) -> list[tuple[int, int]]:
    """The stretch cut at both ends of every beat that is a triplet."""
    if not triplets:
        return [(start, end)] if start < end else []
    edges = {edge * PER_QUARTER for beat in triplets for edge in (beat, beat + 1)}
    cuts = [start, *sorted(edge for edge in edges if start < edge < end), end]
    return [(low, high) for low, high in pairwise(cuts) if low < high]


def _in_triplet(start: int, end: int) -> Item:
    first, last = start % PER_QUARTER == 0, end % PER_QUARTER == 0
    value, dots = TRIPLET_VALUES[end - start]
    return Item(start, end - start, value, dots, triplet="start" if first else "stop" if last else "inside")


def _beamed(items: list[Item], meter: Meter) -> tuple[Item, ...]:
    """Eighths and shorter notes that follow each other within a beat share a beam; a rest breaks it."""
    span = meter.beat if meter.is_compound else PER_QUARTER
    beamed: list[Item] = []
    for (can_beam, _), run in groupby(items, key=lambda item: (_can_beam(item), item.place // span)):
        group = list(run)
        if not can_beam or len(group) < 2:
            beamed += group
            continue
        for nth, item in enumerate(group):
            beams = _beams_of(group, nth)
            beamed.append(
                Item(
                    item.place, item.length, item.value, item.dots, item.pitches,
                    item.tied_in, item.tied_out, item.triplet, beams,
                )
            )  # fmt: skip
    return tuple(beamed)


def _can_beam(item: Item) -> bool:
    return bool(item.pitches) and item.value in _BEAMS


def _beams_of(group: list[Item], nth: int) -> tuple[str, ...]:
    first = "begin" if nth == 0 else "end" if nth == len(group) - 1 else "continue"
    if group[nth].value != "16th":
        return (first,)
    before = nth > 0 and group[nth - 1].value == "16th"
    after = nth + 1 < len(group) and group[nth + 1].value == "16th"
    if before or after:
        return (first, "continue" if before and after else "end" if before else "begin")
    leans_on_next = nth == 0 or (nth + 1 < len(group) and group[nth].place % 6 == 0)
    return (first, "forward hook" if leans_on_next else "backward hook")
