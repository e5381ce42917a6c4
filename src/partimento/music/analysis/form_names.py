"""The known forms by what makes them so: blues of 8, 12 and 16 bars, AABA, ABAC, rhythm changes, vamps, periods.

Each name has one rule on the chords of its telling bars; a chart that misses one has no name here. Leaves dividing
other charts to `form`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.key import Key

FormName = Literal[
    "12-bar blues", "8-bar blues", "16-bar blues", "rhythm changes", "32-bar AABA", "32-bar ABAC", "two-five vamp",
    "period", "sentence",
]  # fmt: skip

_DOMINANT: Final = ("7", "aug7", "sus7")
_Bars = Sequence[Sequence[Chord]]


class NamedForm(Struct, frozen=True):
    """A known form, and how many bars its sections have."""

    name: FormName
    section_bars: int


def name_form(bars: _Bars, key: Key) -> NamedForm | None:
    """The known form of a chart; whole rounds of a 12-bar blues count. None where no rule fits."""
    return next((NamedForm(name, size) for name, size, rule in _RULES if rule(bars, key)), None)


def _steps(bar: Sequence[Chord], key: Key) -> list[int]:
    """The roots of a bar in semitones above the tonic."""
    return [(chord.root - key.pc) % 12 for chord in bar if chord.root is not None]


def _opens(bars: _Bars, key: Key, bar: int, *steps: int) -> bool:
    """Whether bar `bar` (from 1) begins on one of the steps."""
    found = _steps(bars[bar - 1], key)
    return bool(found) and found[0] in steps


def _has(bars: _Bars, key: Key, bar: int, step: int, kinds: tuple[str, ...] = ()) -> bool:
    """Whether bar `bar` (from 1) holds a chord on the step, of one of the kinds where any are asked for."""
    return any(
        chord.root is not None and (chord.root - key.pc) % 12 == step and (not kinds or chord.quality in kinds)
        for chord in bars[bar - 1]
    )


def _blue(bars: _Bars, key: Key) -> bool:
    """Whether the tonic or the fourth step is a dominant seventh, or the blues a minor one."""
    chords = [chord for bar in bars for chord in bar if chord.root is not None]
    steps = {(chord.root - key.pc) % 12 for chord in chords if chord.quality == "7" and chord.root is not None}
    return bool(steps & {0, 5}) or key.is_minor


def _twelve(bars: _Bars, key: Key) -> bool:
    rounds = [bars[start : start + 12] for start in range(0, len(bars), 12)]
    return len(bars) % 12 == 0 and _blue(bars, key) and all(_twelve_bars(one, key) for one in rounds)


def _twelve_bars(bars: _Bars, key: Key) -> bool:
    back_home = _opens(bars, key, 7, 0, 4) or _opens(bars, key, 8, 0, 4, 9)
    closes = any(_has(bars, key, bar, step) for bar in (9, 10) for step in (7, 2, 8, 1))
    return (
        _opens(bars, key, 1, 0)
        and _opens(bars, key, 5, 5, 0)
        and (_has(bars, key, 5, 5) or _has(bars, key, 6, 5))
        and back_home
        and closes
        and (_opens(bars, key, 11, 0, 4, 9) or _has(bars, key, 11, 0))
    )


def _eight(bars: _Bars, key: Key) -> bool:
    if len(bars) != 8 or not _blue(bars, key) or not _opens(bars, key, 1, 0):
        return False
    fourth = _has(bars, key, 3, 5) and (_has(bars, key, 4, 5) or _has(bars, key, 4, 6))
    return (
        fourth and any(_has(bars, key, bar, 7) for bar in (2, 6, 8)) and any(_has(bars, key, bar, 0) for bar in (5, 7))
    )


def _sixteen(bars: _Bars, key: Key) -> bool:
    if len(bars) != 16 or not _blue(bars, key) or not _opens(bars, key, 1, 0):
        return False
    early = _opens(bars, key, 5, 5) and any(_opens(bars, key, bar, 7, 2) for bar in (9, 11, 13))
    late = _opens(bars, key, 9, 5) and _opens(bars, key, 11, 0) and _opens(bars, key, 13, 7, 2)
    return (early or late) and (_has(bars, key, 15, 0) or _has(bars, key, 16, 0))


def _rhythm(bars: _Bars, key: Key) -> bool:
    """AABA with a bridge of dominants, two bars each: III7 VI7 II7 V7."""
    bridge = ((17, 4), (19, 9), (21, 2), (23, 7))
    dominants = len(bars) == 32 and all(
        _has(bars, key, bar, step, _DOMINANT) or _has(bars, key, bar + 1, step, _DOMINANT) for bar, step in bridge
    )
    return dominants and _aaba(bars, key) and _opens(bars, key, 1, 0) and not key.is_minor


def _eights(bars: _Bars) -> list[list[tuple[str, ...]]]:
    tokens = [tuple(chord.symbol for chord in bar) for bar in bars]
    return [tokens[start : start + 8] for start in range(0, 32, 8)]


def _same(one: Sequence[tuple[str, ...]], other: Sequence[tuple[str, ...]], bars: int) -> bool:
    """Whether at least so many of the bars sound the same; endings may differ."""
    return sum(bar == twin for bar, twin in zip(one, other, strict=True)) >= bars


def _aaba(bars: _Bars, key: Key) -> bool:
    if len(bars) != 32:
        return False
    first, second, bridge, last = _eights(bars)
    return _same(first, second, 5) and _same(first, last, 5) and not _same(first, bridge, 4)


def _abac(bars: _Bars, key: Key) -> bool:
    if len(bars) != 32:
        return False
    first, second, third, fourth = _eights(bars)
    different = not _same(first, second, 5) and not _same(second, fourth, 7) and not _same(first, fourth, 5)
    return _same(first, third, 6) and different


def _vamp(bars: _Bars, key: Key) -> bool:
    """Nothing but a ii and its V, over and over."""
    chords = [chord for bar in bars for chord in bar]
    pairs = [(chord.root, chord.quality) for at, chord in enumerate(chords) if at == 0 or chord != chords[at - 1]]
    if len(pairs) < 4 or len(set(pairs)) != 2:
        return False
    (two, minor), (five, dominant) = pairs[0], pairs[1]
    fourth = two is not None and five is not None and (five - two) % 12 == 5
    return fourth and minor in ("min7", "min", "hdim7") and dominant in _DOMINANT


def _period(bars: _Bars, key: Key) -> bool:
    """Eight bars: four that stop on the dominant, four that begin alike and close on the tonic."""
    if len(bars) != 8 or not bars[3] or not bars[7]:
        return False
    alike = list(bars[0]) == list(bars[4])
    return alike and _steps(bars[3], key)[-1:] == [7] and _steps(bars[7], key)[-1:] == [0] and not _same_halves(bars)


def _same_halves(bars: _Bars) -> bool:
    return [list(bar) for bar in bars[:4]] == [list(bar) for bar in bars[4:]]


def _sentence(bars: _Bars, key: Key) -> bool:
    """Eight bars: an idea of two, the same idea again, and four that lead on to a cadence."""
    if len(bars) != 8 or not bars[7]:
        return False
    idea, again = [list(bar) for bar in bars[:2]], [list(bar) for bar in bars[2:4]]
    onward = [list(bar) for bar in bars[4:6]]
    varied = len({tuple(chord.symbol for chord in bar) for bar in bars[:2]}) == 2
    return idea == again and varied and onward != idea and _steps(bars[7], key)[-1:] in ([0], [7])


_RULES: Final[tuple[tuple[FormName, int, Callable[[_Bars, Key], bool]], ...]] = (
    ("two-five vamp", 4, _vamp), ("12-bar blues", 12, _twelve), ("8-bar blues", 8, _eight),
    ("16-bar blues", 16, _sixteen), ("rhythm changes", 8, _rhythm), ("32-bar AABA", 8, _aaba),
    ("32-bar ABAC", 8, _abac), ("period", 4, _period), ("sentence", 4, _sentence),
)  # fmt: skip
