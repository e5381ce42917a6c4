"""Touch: how evenly and with which accents a take was played. Looks at velocities only."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, pstdev
from typing import Final

from partimento.music.grading.findings import Finding, Kind, place
from partimento.music.grading.hearing import Heard, Hearing
from partimento.music.take import TakeNote

_FEWEST: Final = 8
_EVEN, _UNEVEN = 10.0, 30.0
"""Velocity steps: the spread up to which playing is even, and from which it has no evenness left."""
_ACCENT: Final = 5
_STICKS_OUT: Final = 40


def touch(hearing: Hearing, notes: Sequence[TakeNote]) -> tuple[float | None, list[Finding]]:
    """A mark from 0 to 1, and notes that stick out. None where the take tells nothing: few notes, or all alike.

    Each hand is held against its own mean: three quarters for the spread about what is written, a quarter for accents,
    where the piece has any.
    """
    pairs = [(one, notes[one.note].velocity) for one in hearing.heard if one.note is not None]
    if len(pairs) < _FEWEST or len({velocity for _, velocity in pairs}) < 2:
        return None, []
    found: list[Finding] = []
    shares: list[tuple[float, int]] = []
    for hand in ("left", "right"):
        own = [(one, velocity) for one, velocity in pairs if one.tone.hand == hand]
        if len(own) < _FEWEST // 2:
            continue
        share, odd = _of_hand(own)
        shares.append((share, len(own)))
        found += odd
    if not shares:
        return None, []
    return sum(share * count for share, count in shares) / sum(count for _, count in shares), found


def _of_hand(own: Sequence[tuple[Heard, int]]) -> tuple[float, list[Finding]]:
    written = fmean(one.tone.velocity for one, _ in own)
    played = fmean(velocity for _, velocity in own)
    off = [velocity - played - (one.tone.velocity - written) for one, velocity in own]
    even = 1 - min(1.0, max(0.0, (pstdev(off) - _EVEN) / (_UNEVEN - _EVEN)))
    found = [_odd(one, by) for (one, _), by in zip(own, off, strict=True) if abs(by) >= _STICKS_OUT]
    accented = [velocity for one, velocity in own if one.tone.velocity >= written + _ACCENT]
    plain = [velocity for one, velocity in own if one.tone.velocity < written + _ACCENT]
    if not accented or not plain:
        return even, found
    stands = fmean(accented) - fmean(plain)
    asked = fmean(one.tone.velocity for one, _ in own if one.tone.velocity >= written + _ACCENT) - fmean(
        one.tone.velocity for one, _ in own if one.tone.velocity < written + _ACCENT
    )
    return 0.75 * even + 0.25 * min(1.0, max(0.0, stands / asked)), found


def _odd(one: Heard, by: float) -> Finding:
    kind: Kind = "loud" if by > 0 else "soft"
    return Finding(
        bar=one.tone.bar,
        beat=one.tone.beat,
        start_beat=one.tone.start_beat,
        kind=kind,
        sentence=f"{place(one.tone.bar, one.tone.beat).capitalize()}: one note is much too {kind}.",
        expected=one.tone.midi,
        hand=one.tone.hand,
    )
