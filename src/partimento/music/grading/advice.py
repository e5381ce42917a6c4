"""What to practise after a take: which bars, how slowly, with which hand. Reads marks and findings only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from partimento.music.grading.findings import Finding
from partimento.music.grading.marks import BarMark, HandMark, Marks

_WEAK: Final = 85
_MOST: Final = 3
_LONGEST: Final = 4
_ONE_SIDED: Final = 0.75
_SLOWEST: Final = 40
_FAULTS: Final = ("wrong", "missing", "extra", "late", "early")


class Practice(Struct, frozen=True):
    """One thing to do: in which bars, at how many quarter notes a minute, with which hand."""

    sentence: str
    first_bar: int = 1
    last_bar: int = 1
    tempo: float | None = None
    hand: Literal["left", "right", "both"] = "both"


def advise(
    marks: Marks, bars: Sequence[BarMark], hands: Sequence[HandMark], findings: Sequence[Finding], asked: float,
    played: float, other_key: str | None,
) -> tuple[Practice, ...]:  # fmt: skip
    """At most three things: the weakest stretches first, or the next step where it went well."""
    first, last = bars[0].bar, bars[-1].bar
    if other_key:
        return (Practice(f"First {other_key}: everything else is judged as if it had been.", first, last, asked),)
    weak = [bar for bar in bars if bar.score < _WEAK]
    if not weak:
        return (_next_step(marks, findings, first, last, asked, played),)
    stretches = sorted(_stretches(weak), key=lambda bars: sum(100 - bar.score for bar in bars), reverse=True)[:_MOST]
    return tuple(_repeat(stretch, findings, min(asked, played)) for stretch in stretches)


def _stretches(weak: Sequence[BarMark]) -> list[list[BarMark]]:
    """Neighbouring weak bars, four at most together."""
    found: list[list[BarMark]] = []
    for bar in weak:
        if found and bar.bar == found[-1][-1].bar + 1 and len(found[-1]) < _LONGEST:
            found[-1].append(bar)
        else:
            found.append([bar])
    return found


def _repeat(stretch: Sequence[BarMark], findings: Sequence[Finding], tempo: float) -> Practice:
    first, last = stretch[0].bar, stretch[-1].bar
    faults = [one for one in findings if first <= one.bar <= last and one.kind in _FAULTS]
    by_hand = Counter(one.hand for one in faults if one.hand is not None)
    hand: Literal["left", "right", "both"] = "both"
    for side in ("left", "right"):
        if len(faults) > 2 and by_hand[side] >= _ONE_SIDED * len(faults):
            hand = side
    mean = sum(bar.score for bar in stretch) / len(stretch)
    slow = max(_SLOWEST, round(tempo * (0.8 if mean >= 75 else 0.7 if mean >= 50 else 0.6)))
    kinds = Counter("time" if one.kind in ("late", "early") else "notes" for one in faults)
    how = "with a metronome" if kinds["time"] > kinds["notes"] else "until three rounds are right"
    where = f"bar {first}" if first == last else f"bars {first} to {last}"
    with_hand = "" if hand == "both" else f", {hand} hand alone"
    return Practice(f"Repeat {where}{with_hand} at {slow} bpm, {how}.", first, last, slow, hand)


def _next_step(
    marks: Marks, findings: Sequence[Finding], first: int, last: int, asked: float, played: float
) -> Practice:
    if played < asked * 0.97:
        faster = min(asked, round(played + max(4, played * 0.05)))
        return Practice(f"All but sound: play it at {faster:g} bpm, on the way to {asked:g}.", first, last, faster)
    if marks.dynamics is not None and marks.dynamics < 80:
        return Practice("The notes are there: play it evenly, and let the accents speak.", first, last, asked)
    odd = [one for one in findings if one.kind in _FAULTS]
    if odd:
        bars = sorted({one.bar for one in odd})
        which = f"bar {bars[0]}" if len(bars) == 1 else f"bars {', '.join(map(str, bars[:6]))}"
        return Practice(f"Nearly all is right; look at {which} once more.", bars[0], bars[-1], asked)
    return Practice("Nothing to mend: play it by heart, then in another key.", first, last, asked)
