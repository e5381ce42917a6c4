"""Four voices on the keyboard, as a chorale has them: soprano, alto, tenor, bass. Leaves their leading to `leading`.

Source for ranges, spacing and doubling: Aldwell & Schachter, Harmony and Voice Leading.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Final

from partimento.music.voicing.reach import WIDEST, Hands
from partimento.music.voicing.tones import Tones, places

BASS: Final = (40, 62)
TENOR: Final = (48, 67)
ALTO: Final = (55, 74)
SOPRANO: Final = (60, 81)


def fourpart(tones: Tones) -> Iterator[Hands]:
    """Bass and three voices above it, each within an octave of the next; three or two of them in the right hand."""
    above = {order for pcs in _doublings(tones) for order in permutations(pcs)}
    for bass in places(tones.bass, *BASS):
        for low, middle, high in above:
            for tenor in places(low, max(bass + 1, TENOR[0]), TENOR[1]):
                for alto in places(middle, max(tenor + 1, ALTO[0]), min(tenor + 12, ALTO[1])):
                    for soprano in places(high, max(alto + 1, SOPRANO[0]), min(alto + 12, SOPRANO[1])):
                        if soprano - tenor <= 12:
                            yield (bass,), (tenor, alto, soprano)
                        elif tenor - bass <= WIDEST:
                            yield (bass, tenor), (alto, soprano)


def _doublings(tones: Tones) -> Iterator[tuple[int, int, int]]:
    """What the three upper voices share out over the bass. Only the fifth is ever left out.

    Doubled are the root, the fifth, and the third of a minor or diminished triad: never a seventh, a colour, a major
    third or a diminished triad's root, which may be leading tones.
    """
    root, third, fifth = tones.root, tones.third, tones.fifth
    spare = root if fifth is None else fifth
    own_colours = tuple(pc for pc in tones.colours[:1] if pc != fifth)
    if tones.seventh is not None:
        third = spare if third is None else third
        four = [(root, third, tones.seventh, top) for top in dict.fromkeys((*own_colours, spare, root))]
    elif own_colours:
        four = [(root, spare if third is None else third, own_colours[0], spare)]
    elif third is None:
        four = [(root, root, spare, spare)]
    else:
        diminished = (spare - root) % 12 == 6
        doubled = {spare} | ({third} if (third - root) % 12 == 3 else set()) | (set() if diminished else {root})
        four = [(root, third, spare, twice) for twice in sorted(doubled)]
        four += [] if diminished else [(root, root, root, third)]
    for pcs in four:
        rest = list(pcs)
        if tones.bass in rest:
            rest.remove(tones.bass)
        elif len(set(rest)) == 4:
            rest.remove(fifth if fifth in rest else rest[-1])
        else:
            rest.remove(next(pc for pc in rest if rest.count(pc) > 1))
        yield rest[0], rest[1], rest[2]
