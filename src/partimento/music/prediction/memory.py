"""What a song has done before after passages like the present one. Knows tokens of one song and no other song.

Every earlier place is compared with now, backwards chord by chord: as it stands, and moved to another step. The more
alike the two pasts, the more its continuation counts, so that verses repeat, sequences go on a step lower, and a
single changed chord does not break the thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Final

from msgspec import Struct

from partimento.music.prediction.tokens import CLASSES, FAMILIES, moved

_REACH: Final = 10
_LONGEST: Final = 16


class Memory(Struct, frozen=True):
    """What the song's past says, by candidate token.

    `near` and `shifted`: weights of like passages, as they stand and moved, with their sums. `runs`: how many chords
    before it agree exactly (longest such passage), `places` where it was (index into the song). `after`: how often it
    followed the last one, two, three and five chords, with sums. `latest` followed the longest and latest passage.
    """

    near: dict[int, float]
    near_sum: float
    shifted: dict[int, float]
    shifted_sum: float
    runs: dict[int, int]
    places: dict[int, int]
    after: dict[int, list[int]]
    after_sums: tuple[int, ...]
    longest: int
    latest: int | None


_SPANS: Final = (1, 2, 3, 5)


def recall(song: Sequence[int]) -> Memory:
    """The song's memory for the chord after its last one."""
    near: dict[int, float] = {}
    shifted: dict[int, float] = {}
    runs: dict[int, int] = {}
    places: dict[int, int] = {}
    after: dict[int, list[int]] = {}
    longest, latest = 0, None
    last = len(song) - 1
    now = song[-1]
    for place in range(last):
        token = song[place + 1]
        then = song[place]
        if then == now:
            run = _run(song, place, last)
            if run > runs.get(token, 0):
                runs[token], places[token] = run, place + 1
            if run >= longest:
                longest, latest = run, token
            counts = after.setdefault(token, [0, 0, 0, 0])
            for slot, span in enumerate(_SPANS):
                counts[slot] += run >= span
        if then // CLASSES == now // CLASSES:
            near[token] = near.get(token, 0.0) + exp(2.2 * _likeness(song, place, last)) - 1
        if then % CLASSES == now % CLASSES:
            goal = moved(token, now // CLASSES - then // CLASSES)
            shifted[goal] = shifted.get(goal, 0.0) + exp(2.0 * _moved_likeness(song, place, last)) - 1
    sums = tuple(sum(counts[slot] for counts in after.values()) for slot in range(len(_SPANS)))
    return Memory(near, sum(near.values()), shifted, sum(shifted.values()), runs, places, after, sums, longest, latest)


def _run(song: Sequence[int], place: int, last: int) -> int:
    run = 1
    while run < _LONGEST and run <= place and song[place - run] == song[last - run]:
        run += 1
    return run


def _likeness(song: Sequence[int], place: int, last: int) -> float:
    """How alike two pasts are, 0 to 5; each chord further back counts a fifth less."""
    score, weight = 0.0, 1.0
    for back in range(min(_REACH, place + 1)):
        one, two = song[place - back], song[last - back]
        if one == two:
            score += weight
            weight *= 0.8
        elif one // CLASSES == two // CLASSES:
            score += weight * (0.6 if FAMILIES[one % CLASSES] == FAMILIES[two % CLASSES] else 0.3)
            weight *= 0.8
        else:
            weight *= 0.45
        if weight < 0.1:
            break
    return score


def _moved_likeness(song: Sequence[int], place: int, last: int) -> float:
    """The same for two pasts on different steps: roots move alike and the classes agree."""
    score, weight = 0.3, 1.0
    for back in range(min(_REACH, place)):
        one, two = song[place - back], song[last - back]
        if (
            one // CLASSES - song[place - back - 1] // CLASSES - two // CLASSES + song[last - back - 1] // CLASSES
        ) % 12:
            break
        same = one % CLASSES == two % CLASSES
        score += weight * (1.0 if same else 0.5 if FAMILIES[one % CLASSES] == FAMILIES[two % CLASSES] else 0.1)
        weight *= 0.8
    return score
