"""A suggestion to a reharmonizer: how it is worded, and how suggestions are ranked. Makes and applies none.

They are ranked by a score that is the sum of

    usual       how usual the device is, 0 to 1
    fit         1 less a ninth for each level between the device's and the level asked for
    smooth      1 less a third of the voice-leading cost, at least 0
    kept        half a point where the chord's function stays
    style       half a point where the device is a habit of the style named

and, when a list is ordered, less a fifth for each suggestion of the same device before it. The voice-leading cost is
how many semitones a voice moves on average at each change of chord, from the chord before to the chord after, in the
cheapest way through close positions (`leading`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from msgspec import Struct

from partimento.music.composition.form import Cadence
from partimento.music.composition.progression import Progression
from partimento.music.leading import lead
from partimento.music.reharmonization.promises import cadence_of
from partimento.music.reharmonization.spot import Change, ReharmonyDevice
from partimento.music.score import PlacedChord

_USUAL: Final[dict[ReharmonyDevice, float]] = {
    "simplification": 0.8, "diatonic substitution": 0.7, "suspension": 0.8, "walking bass": 0.8, "richer colour": 0.5,
    "secondary dominants": 0.9, "deceptive": 0.5, "passing chords": 0.8, "related two-five": 0.85, "line cliche": 0.6,
    "minor line": 0.55, "modal interchange": 0.75, "backdoor": 0.6, "altered dominants": 0.6,
    "tritone substitution": 0.75, "extended dominants": 0.5, "applied tritone substitution": 0.55,
    "chromatic approach": 0.4, "upper structures": 0.5, "Coltrane changes": 0.4,
}  # fmt: skip
HABITS: Final[dict[str, tuple[ReharmonyDevice, ...]]] = {
    "jazz": ("related two-five", "tritone substitution", "altered dominants", "secondary dominants", "richer colour"),
    "gospel": ("passing chords", "secondary dominants", "walking bass", "modal interchange", "related two-five"),
    "pop": ("diatonic substitution", "walking bass", "suspension", "modal interchange", "line cliche"),
    "rnb": ("richer colour", "related two-five", "modal interchange", "chromatic approach"),
    "neosoul": ("richer colour", "related two-five", "chromatic approach", "backdoor", "tritone substitution"),
    "classical": ("walking bass", "suspension", "deceptive", "secondary dominants", "diatonic substitution"),
    "blues": ("passing chords", "secondary dominants", "related two-five", "tritone substitution"),
    "latin": ("related two-five", "minor line", "tritone substitution", "richer colour"),
    "reggae": ("diatonic substitution", "richer colour", "suspension"),
}  # fmt: skip
_AGAIN: Final = 0.2


class Suggestion(Struct, frozen=True):
    """One thing that could be changed: the chords from place `first` up to (not with) `last`, counted from 0.

    `bar` is where it begins, counted from 1. `after` takes the place of `before` with `beats` (quarters) each;
    `numerals` are its own in the key. `voice_leading_cost`: semitones a voice moves on average at a change of chord.
    `keeps`: the cadence that ends the chart before and after ("open" where there is none).
    """

    device: ReharmonyDevice
    level: int
    bar: int
    first: int
    last: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    beats: tuple[float, ...]
    numerals: tuple[str, ...]
    reason: str
    voice_leading_cost: float
    keeps: Cadence
    score: float


def told(chart: Progression, made: Progression, change: Change, level: int, style: str) -> Suggestion:
    """The suggestion a change makes, its reason told with the numerals it has in its new place."""
    added = len(made.chords) - len(chart.chords) + change.last - change.first
    new, old = made.chords[change.first : change.first + added], chart.chords[change.first : change.last]
    around = (*made.chords[max(0, change.first - 1) : change.first], *new, *_goal_of(made, change.first + added))
    cost = _way_cost(tuple(placed.symbol for placed in around))
    kept = any(placed.function == old[-1].function for placed in new)
    score = _USUAL[change.device] + 1 - abs(level - change.level) / 9 + max(0.0, 1 - cost / 3) + 0.5 * kept
    score += 0.5 * (change.device in HABITS.get(style, ()))
    return Suggestion(
        device=change.device,
        level=change.level,
        bar=old[0].bar,
        first=change.first,
        last=change.last,
        before=tuple(placed.symbol for placed in old),
        after=tuple(placed.symbol for placed in new),
        beats=tuple(placed.beats for placed in new),
        numerals=tuple(placed.roman for placed in new),
        reason=_reason(change, new, old, _goal_of(made, change.first + added)),
        voice_leading_cost=cost,
        keeps=cadence_of(chart),
        score=round(score, 3),
    )


def _goal_of(made: Progression, place: int) -> tuple[PlacedChord, ...]:
    return made.chords[place : place + 1]


def _reason(change: Change, new: Sequence[PlacedChord], old: Sequence[PlacedChord], goal: Sequence[PlacedChord]) -> str:
    words = {"old": old[0].symbol, "old_n": old[0].roman}
    for number, placed in enumerate(new):
        words |= {f"s{number}": placed.symbol, f"n{number}": placed.roman}
    words["symbols"] = " ".join(placed.symbol for placed in new)
    words["numerals"] = " ".join(placed.roman for placed in new)
    if goal:
        words |= {"goal": goal[0].symbol, "goal_n": goal[0].roman}
    return change.reason.format_map(words)


@lru_cache(maxsize=16384)
def _way_cost(symbols: tuple[str, ...]) -> float:
    way = lead(symbols, "close")
    moves = [
        abs(high - low)
        for before, after in pairwise(way)
        for low, high in zip(before.notes[::-1], after.notes[::-1], strict=False)
    ]
    return round(sum(moves) / len(moves), 2) if moves else 0.0


def ranked(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Best first; each further suggestion of one device counts a little less, so that a list shows many devices."""
    seen: Counter[str] = Counter()
    weighed = []
    for one in sorted(suggestions, key=lambda one: (-one.score, one.first, one.after)):
        weighed.append((one.score - _AGAIN * seen[one.device], one))
        seen[one.device] += 1
    return [one for _, one in sorted(weighed, key=lambda pair: (-pair[0], pair[1].first, pair[1].after))]
