"""Voicings that are not stacked in thirds: fourths, seconds, and one chord over another. Leaves reach to `voicing`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Final

from partimento.music.voicing.reach import Hands
from partimento.music.voicing.tones import Tones, places, stacked, turned

_FOURTHS: Final = (5, 6)
_TOP_THIRDS: Final = (3, 4)


def quartal(tones: Tones) -> Iterator[Hands]:
    """Perfect or augmented fourths, two at least; a third may stand on top (So What), a bass below by itself."""
    for chain in _chains(tones.every):
        for bottom in places(chain[0], 43, 64):
            notes = stacked(chain, bottom)
            if notes[0] % 12 == tones.bass and len(notes) > 3:
                yield notes[:2], notes[2:]
            for bass in places(tones.bass, 33, 50):
                if bass < notes[0] - 2:
                    yield from (((bass, *notes[:put]), notes[put:]) for put in (0, 1))


@lru_cache(maxsize=2048)
def _chains(pcs: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Every way of the tones in fourths from below, three to five of them; a third comes last, after two fourths."""
    found: list[tuple[int, ...]] = []

    def climb(chain: tuple[int, ...]) -> None:
        if len(chain) >= 3:
            found.append(chain)
            tops = [(chain[-1] + step) % 12 for step in _TOP_THIRDS]
            found.extend((*chain, top) for top in tops if top in pcs and top not in chain and len(chain) < 5)
        if len(chain) < 5:
            for step in _FOURTHS:
                above = (chain[-1] + step) % 12
                if above in pcs and above not in chain:
                    climb((*chain, above))

    for start in pcs:
        climb((start,))
    return tuple(found)


def cluster(tones: Tones) -> Iterator[Hands]:
    """Three to five neighbours a second apart in the right hand; the bass, and guide tones they lack, in the left."""
    for run in _runs(tones.every):
        lacking = [pc for pc in tones.guides if pc not in run and pc != tones.bass]
        for bottom in places(run[0], 55, 74):
            right = stacked(run, bottom)
            for bass in places(tones.bass, 34, 56):
                for order in {tuple(lacking), tuple(reversed(lacking))}:
                    left = stacked((tones.bass, *order), bass)
                    yield left, right
                    if len(left) == 2 and left[1] + 12 - bass <= 16:
                        yield (bass, left[1] + 12), right


@lru_cache(maxsize=2048)
def _runs(pcs: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Stretches of three to five tones, each a second above the one before."""
    found = []
    for start in pcs:
        run = [start]
        while len(run) < 5:
            above = next((pc for step in (1, 2) if (pc := (run[-1] + step) % 12) in pcs and pc not in run), None)
            if above is None:
                break
            run.append(above)
            if len(run) >= 3:
                found.append(tuple(run))
    return tuple(found)


# What the right hand may hold over another root, as semitones above its own: triads, sevenths, stacks of fourths.
UPPER_STRUCTURES: Final = frozenset(
    frozenset(steps)
    for steps in ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 8), (0, 5, 10), (0, 4, 7, 11), (0, 3, 7, 10), (0, 3, 5, 10))
)


def neosoul(tones: Tones) -> Iterator[Hands]:
    """Bass with fifth, seventh or tenth under a structure of its own: a chord on another root, or fourths."""
    seconds = [pc for pc in (tones.fifth, tones.seventh, tones.third) if pc is not None and pc != tones.bass]
    for upper in _structures(tones):
        for bass in places(tones.bass, 34, 50):
            for second in seconds:
                above = bass + (second - bass) % 12 + (12 if second == tones.third else 0)
                for right in turned(upper, max(above + 1, 55), 79):
                    yield (bass, above), right


@lru_cache(maxsize=2048)
def _structures(tones: Tones) -> tuple[tuple[int, ...], ...]:
    colours = set(tones.colours)
    found = []
    for size in (3, 4):
        for pcs in combinations(tones.every, size):
            roots = [pc for pc in pcs if frozenset((other - pc) % 12 for other in pcs) in UPPER_STRUCTURES]
            if roots and roots != [tones.root] and (not colours or colours & set(pcs)):
                found.append(pcs)
    return tuple(found)
