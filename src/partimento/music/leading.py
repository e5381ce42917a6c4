"""Voice leading: the one grip a chord that makes the easiest way through a progression. Takes grips from `voicing`.

The cost of a way is stated in full here: each grip's strain, and between neighbours the semitones that voices move
(matched from the top down), two for each voice that appears or vanishes, less one for each tone that stays.
No other choice of the same grips costs less (Viterbi, exact).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from operator import add, sub

from partimento.music.chord import Chord
from partimento.music.voicing import Grip, Kind, grips

NEW_VOICE = 2.0
HELD_TONE = 1.0


def voice(symbols: Sequence[str], kind: Kind = "rootless") -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Left and right hand of each chord as MIDI numbers, led smoothly: voice(["Dm7", "G7", "Cmaj7"]).

    `kind` as in `voicing.voicings`. A hand may be empty: a rootless form is the left hand's, a close one the right's.
    Raises ChordSyntaxError, UnknownName.
    """
    return [(grip.left, grip.right) for grip in lead([Chord.parse(symbol).symbol for symbol in symbols], kind)]


def lead(symbols: Sequence[str], kind: Kind) -> list[Grip]:
    """The cheapest way through chords given by canonical symbols; one grip each."""
    if not symbols:
        return []
    costs: list[float] = [grip.strain for grip in grips(symbols[0], kind)]
    came_from: list[list[int]] = []
    for before, after in pairwise(symbols):
        sources: list[int] = []
        reached: list[float] = []
        for column in _columns(before, after, kind):
            totals = list(map(add, costs, column))
            least = min(totals)
            sources.append(totals.index(least))
            reached.append(least)
        came_from.append(sources)
        costs = reached
    place = costs.index(min(costs))
    places = [place]
    for sources in reversed(came_from):
        place = sources[place]
        places.append(place)
    return [grips(symbol, kind)[place] for symbol, place in zip(symbols, reversed(places), strict=True)]


def movement(before: Grip, after: Grip) -> float:
    """What it costs to move from one grip to the next, strain apart."""
    return _movement(before.notes[::-1], after.notes[::-1], {*before.notes}, {*after.notes})


def _movement(old: tuple[int, ...], new: tuple[int, ...], held: set[int], wanted: set[int]) -> float:
    cost: float = sum(map(abs, map(sub, old, new)))
    return cost + NEW_VOICE * abs(len(old) - len(new)) - HELD_TONE * len(held & wanted)


@lru_cache(maxsize=8192)
def _columns(before: str, after: str, kind: Kind) -> tuple[tuple[float, ...], ...]:
    """For each grip of the second chord: the cost of coming there from each grip of the first, with its own strain."""
    sources = [(grip.notes[::-1], {*grip.notes}) for grip in grips(before, kind)]
    goals = [(grip.notes[::-1], {*grip.notes}, grip.strain) for grip in grips(after, kind)]
    return tuple(
        tuple(_movement(old, new, held, wanted) + strain for old, held in sources) for new, wanted, strain in goals
    )
