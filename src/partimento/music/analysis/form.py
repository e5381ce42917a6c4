"""How a chart divides into sections, heard from its chords alone: what comes back, and where the harmony turns.

A boundary is likely where a repetition begins or ends and where the chords before and after differ; sections of 8, 16,
4 and 12 bars are likelier than others. The best division of all is taken (dynamic programming, exact). Weights were
set on one half of the McGill Billboard songs and measured on the other (benchmarks/theory.py). Names of known forms
are `form_names`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.analysis.form_names import FormName, name_form
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.key_finding import key_of

_BEGINS: Final = 3.5
_ENDS: Final = 1.7
_TURNS: Final = 1.1
_CUT: Final = 1.75
_LENGTH: Final = 0.65
_USUAL_LENGTHS: Final = {
    8: 1.0,
    16: 0.75,
    4: 0.55,
    12: 0.55,
    9: 0.2,
    6: 0.1,
    10: 0.1,
    24: 0.1,
    14: 0.0,
    20: 0.0,
    32: 0.0,
}
_LONGEST: Final = 32
_ALIKE: Final = 0.7
_REPEAT: Final = 4
_MOST_BARS: Final = 512

_Bar = tuple[str, ...]


class FoundSection(Struct, frozen=True):
    """A stretch of bars: `label` is A, B, C … in order of appearance, with ' where it comes back changed."""

    label: str
    start_bar: int
    bars: int


class FoundForm(Struct, frozen=True):
    """The sections in order (bars count from 1), their letters ("AABA"), the name of a known form, and a sentence."""

    sections: tuple[FoundSection, ...]
    letters: str
    name: FormName | None
    sentence: str


def find_form(bars: Sequence[Sequence[Chord]], key: Key | None = None) -> FoundForm:
    """The form of a chart given bar by bar; an empty bar holds the chord before it. Raises BadInput without bars."""
    if not 1 <= len(bars) <= _MOST_BARS:
        raise BadInput(
            f"cannot find a form in {len(bars)} bars",
            why=f"a chart has 1 to {_MOST_BARS} bars",
            mend="pass the chords of each bar as one list",
        )
    held = _held(bars)
    sounding = [chord for bar in held for chord in bar if chord.root is not None]
    home = key if key is not None or not sounding else key_of(sounding)
    named = None if home is None else name_form(held, home)
    tokens = [tuple(chord.symbol for chord in bar) for bar in held]
    starts = _divided(tokens) if named is None else [*range(0, len(bars), named.section_bars)]
    sections = _labelled(tokens, starts)
    letters = "".join(section.label for section in sections)
    name = None if named is None else named.name
    return FoundForm(sections, letters, name, _told(sections, letters, name, len(bars)))


def _held(bars: Sequence[Sequence[Chord]]) -> list[tuple[Chord, ...]]:
    held: list[tuple[Chord, ...]] = []
    for bar in bars:
        held.append(tuple(bar) or (held[-1][-1:] if held else ()))
    return held


def _told(sections: tuple[FoundSection, ...], letters: str, name: FormName | None, bars: int) -> str:
    if name is not None:
        again = f", {len(sections)} times" if name.endswith("blues") and len(sections) > 1 else ""
        return f"{bars} bars: {name}{again}."
    sizes = ", ".join(f"{section.label} {section.bars}" for section in sections)
    return (
        f"{bars} bars in {len(sections)} sections: {letters} ({sizes})."
        if len(sections) > 1
        else f"{bars} bars in one."
    )


class _Sounds:
    """Each different bar by number, and how alike any two are: 1 the same, else by the chords they share, to 0.7."""

    def __init__(self, tokens: Sequence[_Bar]) -> None:
        numbers: dict[_Bar, int] = {}
        self.bars = [numbers.setdefault(token, len(numbers)) for token in tokens]
        sets = [frozenset(token) for token in numbers]
        self.alike = [
            [1.0 if one is other else 0.7 * len(one & other) / max(1, len(one | other)) for other in sets]
            for one in sets
        ]


def _divided(tokens: Sequence[_Bar]) -> list[int]:
    """The first bars (from 0) of the likeliest sections."""
    sounds = _Sounds(tokens)
    count = len(tokens)
    begins, ends = _repetitions(sounds.bars)
    gains = [
        _BEGINS * begin + _ENDS * end + _TURNS * turn - _CUT
        for begin, end, turn in zip(begins, ends, _turns(sounds), strict=True)
    ]
    best, came_from = [0.0], [0]
    for end in range(1, count + 1):
        reached = [(best[end - size] + _LENGTH * _usual(size), end - size) for size in range(1, min(_LONGEST, end) + 1)]
        score, start = max(reached)
        best.append(score + (gains[end] if end < count else 0.0))
        came_from.append(start)
    starts = []
    place = count
    while place > 0:
        place = came_from[place]
        starts.append(place)
    return starts[::-1]


def _usual(size: int) -> float:
    return _USUAL_LENGTHS.get(size, -0.25 if 4 <= size <= 20 else -0.6)


def _repetitions(bars: Sequence[int]) -> tuple[list[float], list[float]]:
    """How strongly repetitions of four bars or more begin and end at each bar line, 0 to 1."""
    count = len(bars)
    begins, ends = [0.0] * (count + 1), [0.0] * (count + 1)
    for lag in range(_REPEAT, count - _REPEAT + 1):
        size = 0
        for at in range(count - lag + 1):
            if at + lag < count and bars[at] == bars[at + lag]:
                size += 1
                continue
            if size >= _REPEAT:
                start = at - size
                variety = min(1.0, len(set(bars[start:at])) / 4)
                weight = min(size, 16) / 16 * variety * min(1.0, lag / 8)
                for line, place in ((begins, start), (begins, start + lag), (ends, at), (ends, at + lag)):
                    line[place] += weight
            size = 0
    return _scaled(begins), _scaled(ends)


def _turns(sounds: _Sounds) -> list[float]:
    """How different the chords before and after each bar line are, over four and over eight bars, 0 to 1."""
    bars, count = sounds.bars, len(sounds.bars)
    turns = [0.0] * (count + 1)
    for reach in (4, 8):
        for at in range(2, count - 1):
            before, after = bars[max(0, at - reach) : at], bars[at : at + reach]
            within = (_likeness(sounds, before, before) + _likeness(sounds, after, after)) / 2
            turns[at] += max(0.0, within - _likeness(sounds, before, after))
    return _scaled(turns)


def _likeness(sounds: _Sounds, one: Sequence[int], other: Sequence[int]) -> float:
    return sum(sounds.alike[bar][twin] for bar in one for twin in other) / (len(one) * len(other))


def _scaled(line: list[float]) -> list[float]:
    most = max(line[1:]) or 1.0
    return [value / most for value in line]


def _labelled(tokens: Sequence[_Bar], starts: Sequence[int]) -> tuple[FoundSection, ...]:
    """Letters by likeness to the sections before; a changed return has a prime."""
    sounds = _Sounds(tokens)
    families: list[list[tuple[int, ...]]] = []
    sections = []
    for start, end in pairwise([*starts, len(tokens)]):
        section = tuple(sounds.bars[start:end])
        scores = [max(_section_likeness(sounds, section, known) for known in family) for family in families]
        place = max(range(len(scores)), key=scores.__getitem__, default=-1)
        if place < 0 or scores[place] < _ALIKE:
            families.append([section])
            place, prime = len(families) - 1, ""
        else:
            prime = "" if section == families[place][0] else "'"
            families[place].append(section)
        letter = chr(ord("A") + place) if place < 26 else f"Z{place - 24}"
        sections.append(FoundSection(letter + prime, start + 1, end - start))
    return tuple(sections)


def _section_likeness(sounds: _Sounds, one: tuple[int, ...], other: tuple[int, ...]) -> float:
    short, long = sorted((len(one), len(other)))
    if short < long / 2:
        return 0.0
    share = sum(sounds.alike[bar][twin] for bar, twin in zip(one, other, strict=False)) / short
    return share * (0.5 + 0.5 * short / long)
