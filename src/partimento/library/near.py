"""Near-duplicates: which of many sets is almost this one. Knows minhash and its bands; leaves what the sets are of to
`tokens`. Pure Python, and no guess: what the sketches find is counted out.

One pass over a set fills all places of its sketch (one-permutation hashing): a number's low bits say the place, its
high bits are what the place takes the least of. A place that no number fell into borrows another one's, the same for
all sets (Shrivastava 2017, optimal densification), so that equal places stay as likely as Jaccard's similarity.
"""

from __future__ import annotations

from array import array
from operator import eq
from typing import Final

from msgspec import Struct

ALIKE: Final = 0.9
"""Jaccard's similarity from which two are near-duplicates."""
PLACES: Final = 128
ROWS: Final = 8
"""Places in a band: two sets that agree in one whole band are compared. At 0.9 all 16 bands miss once in 8,000 times,
and sets of 0.5 are compared in one case of 16."""
_WORTH: Final = 0.8
"""A sketch's estimate, three deviations below ALIKE, under which two sets are not counted out."""
_EMPTY: Final = 0xFFFFFFFF
_BITS: Final = PLACES.bit_length() - 1


class Near(Struct, frozen=True):
    """What was found: the name of the other, and how similar it is."""

    name: str
    similarity: float


class Index:
    """Sets under names, each within a space. A set takes about 4 bytes a member and 3 KB besides."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._sketches: list[array[int]] = []
        self._sets: list[array[int]] = []
        self._bands: dict[int, int | list[int]] = {}

    def __len__(self) -> int:
        return len(self._names)

    def add(self, space: str, name: str, members: frozenset[int]) -> None:
        """Take a set in; an empty one is like nothing."""
        if not members:
            return
        made, number = sketch(members), len(self._names)
        self._names.append(name)
        self._sketches.append(made)
        self._sets.append(_short(members))
        for band in _bands(space, made):
            before = self._bands.get(band)
            if before is None:
                self._bands[band] = number
            elif isinstance(before, list):
                before.append(number)
            else:
                self._bands[band] = [before, number]

    def nearest(self, space: str, members: frozenset[int]) -> Near | None:
        """The one of that space it is most like, where that is a near-duplicate."""
        if not members:
            return None
        made = sketch(members)
        met: set[int] = set()
        for band in _bands(space, made):
            found = self._bands.get(band)
            if found is not None:
                met.update(found if isinstance(found, list) else (found,))
        mine, best = frozenset(_short(members)), None
        for number in sorted(met):
            if sum(map(eq, made, self._sketches[number])) < _WORTH * PLACES:
                continue
            common = len(mine.intersection(self._sets[number]))
            alike = common / (len(mine) + len(self._sets[number]) - common)
            if alike >= ALIKE and (best is None or alike > best.similarity):
                best = Near(self._names[number], alike)
        return best


def sketch(members: frozenset[int]) -> array[int]:
    """The minhash of a set of 64-bit numbers that is not empty: PLACES numbers of 32 bits."""
    least = [_EMPTY] * PLACES
    low = PLACES - 1
    for number in members:
        place, rank = number & low, number >> _BITS & 0xFFFFFFFE
        if rank < least[place]:
            least[place] = rank
    if _EMPTY in least:
        filled = least.copy()
        for place, rank in enumerate(least):
            if rank == _EMPTY:
                filled[place] = least[_lender(place, least)]
        least = filled
    return array("I", least)


def _lender(place: int, least: list[int]) -> int:
    """The first filled place in an order that is this place's own."""
    step = place
    while True:
        step = (step * 0x5DEECE66D + 0xB + place) & 0xFFFFFFFFFFFF
        at = step >> 17 & PLACES - 1
        if least[at] != _EMPTY:
            return at


def _short(members: frozenset[int]) -> array[int]:
    """The set in four bytes a member, sorted; within one set two hardly ever become one."""
    return array("I", sorted({number >> 32 for number in members}))


def _bands(space: str, made: array[int]) -> list[int]:
    raw = made.tobytes()
    width = 4 * ROWS
    return [hash((space, at, raw[at : at + width])) for at in range(0, len(raw), width)]
