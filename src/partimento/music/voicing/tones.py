"""A chord's tones by what they do, and the ways to stack them. Knows no kind of voicing and no hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from partimento.music.chord import Chord

_THIRDS: Final = ("3", "b3", "4", "2")
_SEVENTHS: Final = ("7", "b7", "bb7", "6", "b6")
_FIFTHS: Final = ("5", "b5", "#5")
_COLOURS: Final = ("13", "b13", "#11", "11", "9", "b9", "#9", "2", "4", "6")
_PLAIN: Final = {"b3": "3", "b7": "7", "bb7": "7"}


class Tones(Struct, frozen=True):
    """Pitch classes; `third` may be what suspends it and `seventh` a sixth. `colours` in order of how much they say."""

    root: int
    bass: int
    third: int | None
    fifth: int | None
    seventh: int | None
    colours: tuple[int, ...]

    @property
    def guides(self) -> tuple[int, ...]:
        return tuple(tone for tone in (self.third, self.seventh) if tone is not None)

    @property
    def is_slash(self) -> bool:
        return self.bass != self.root

    @property
    def every(self) -> tuple[int, ...]:
        """All of them without a foreign bass, the root first."""
        fifth = () if self.fifth is None else (self.fifth,)
        return tuple(dict.fromkeys((self.root, *self.guides, *fifth, *self.colours)))

    def upper(self, size: int, *, root: bool = True) -> tuple[int, ...]:
        """So many tones at most: the guide tones, then colours, the fifth, and (unless left out) the root."""
        wanted = [*self.guides, *self.colours]
        if self.fifth is not None:
            wanted.append(self.fifth)
        if root:
            wanted.append(self.root)
        return tuple(dict.fromkeys(wanted))[:size]


def tones_of(chord: Chord) -> Tones | None:
    """The tones of a chord; None for N.C."""
    if chord.root is None or chord.bass is None:
        return None
    at = {label: (chord.root + step) % 12 for label, step in zip(chord.degrees, chord.intervals, strict=True)}
    third = next((label for label in _THIRDS if label in at), None)
    seventh = next((label for label in _SEVENTHS if label in at), None)
    fifth = next((label for label in _FIFTHS if label in at), None)
    colours: list[str] = [label for label in _COLOURS if label in at and label not in (third, seventh)]
    if fifth in ("b5", "#5"):
        colours.insert(0, fifth)
    return Tones(
        root=chord.root,
        bass=chord.bass,
        third=None if third is None else at[third],
        fifth=None if fifth is None else at[fifth],
        seventh=None if seventh is None else at[seventh],
        colours=tuple(at[label] for label in colours),
    )


@lru_cache(maxsize=8192)
def degree_names(symbol: str) -> dict[int, str]:
    """What players call each pitch class of a chord: "3" and "7" of whatever size, "b9", "#11"; "bass" if foreign."""
    chord = Chord.parse(symbol)
    if chord.root is None or chord.bass is None:
        return {}
    names = {
        (chord.root + step) % 12: _PLAIN.get(label, label)
        for label, step in zip(chord.degrees, chord.intervals, strict=True)
    }
    return {chord.bass: "bass"} | names


def places(pc: int, low: int, high: int) -> range:
    """Every place of a pitch class from low to high, as MIDI numbers."""
    return range(low + (pc - low) % 12, high + 1, 12)


def stacked(pcs: Iterable[int], bottom: int) -> tuple[int, ...]:
    """The pitch classes in their order, each as near above the one before as it can be, from `bottom` up."""
    notes = [bottom]
    for pc in list(pcs)[1:]:
        notes.append(notes[-1] + ((pc - notes[-1]) % 12 or 12))
    return tuple(notes)


def turned(pcs: Iterable[int], low: int, high: int) -> Iterator[tuple[int, ...]]:
    """Every inversion in close position, from low to high."""
    ring = sorted(set(pcs))
    for place in range(len(ring)):
        order = ring[place:] + ring[:place]
        for bottom in places(order[0], low, high):
            notes = stacked(order, bottom)
            if notes[-1] <= high:
                yield notes
