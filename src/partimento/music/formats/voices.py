"""Strokes of one hand or player sorted into chords and at most two voices. Knows no spelling and no note values.

Keys struck together and held about equally long are one chord. What sounds on under a new stroke becomes a second
voice; what would need a third is written shorter. Both are decisions about writing only.
"""

from __future__ import annotations

from itertools import groupby, pairwise

from msgspec import Struct

from partimento.music.formats.filling import Piece
from partimento.music.formats.meter import EIGHTH, Meter
from partimento.music.formats.quantise import Stroke
from partimento.music.formats.spelling import Pitch


class Group(Struct, frozen=True):
    """One chord or note of a voice: ticks from the start of the piece, MIDI numbers from low to high."""

    start: int
    end: int
    keys: tuple[int, ...]


def two_voices(strokes: list[Stroke]) -> tuple[list[Group], list[Group]]:
    """The upper and the lower voice; the lower is empty wherever one voice is enough. Strokes must be sorted."""
    voices: tuple[list[Group], list[Group]] = ([], [])
    first = [0, 0]  # where the current passage begins in each voice
    passage_end = 0
    for start, struck in groupby(strokes, key=lambda stroke: stroke.start):
        if start >= passage_end:
            _upper_first(voices, first)
            first = [len(voices[0]), len(voices[1])]
        groups = _groups(start, list(struck))
        free = _free_voices(voices, start, len(groups))
        for voice, group in zip(free, groups, strict=True):
            voices[voice].append(group)
        passage_end = max(voice[-1].end for voice in voices if voice)
    _upper_first(voices, first)
    return voices


def one_voice(strokes: list[Stroke]) -> list[Group]:
    """Strokes of a player who is written in one voice: each is cut where the next begins. Strokes must be sorted."""
    chords = [(start, list(struck)) for start, struck in groupby(strokes, key=lambda stroke: stroke.start)]
    ends = [max(stroke.end for stroke in struck) for _, struck in chords]
    following = [*(start for start, _ in chords[1:]), *ends[-1:]]
    return [
        Group(start, min(end, cut), _keys(struck))
        for (start, struck), end, cut in zip(chords, ends, following, strict=True)
    ]


def in_bars(written: list[tuple[Group, tuple[Pitch, ...]]], meter: Meter) -> dict[int, list[Piece]]:
    """Written chords cut at the bar lines: for every bar they sound in (from 0), their pieces in order."""
    bars: dict[int, list[Piece]] = {}
    for group, pitches in written:
        start = group.start
        while start < group.end:
            bar = start // meter.bar
            line = bar * meter.bar
            end = min(group.end, line + meter.bar)
            piece = Piece(start - line, end - line, pitches, start > group.start, end < group.end)
            bars.setdefault(bar, []).append(piece)
            start = end
    return bars


def _groups(start: int, struck: list[Stroke]) -> list[Group]:
    """One chord, or two where some keys are held clearly longer; the higher one first."""
    ends = sorted({stroke.end for stroke in struck})
    gap, cut = max(((b - a, b) for a, b in pairwise(ends)), default=(0, 0))
    if gap < EIGHTH:
        return [Group(start, ends[-1], _keys(struck))]
    parts = [[s for s in struck if s.end < cut], [s for s in struck if s.end >= cut]]
    groups = [Group(start, max(s.end for s in part), _keys(part)) for part in parts]
    return sorted(groups, key=_height, reverse=True)


def _keys(struck: list[Stroke]) -> tuple[int, ...]:
    return tuple(sorted(stroke.midi for stroke in struck))


def _height(group: Group) -> float:
    return sum(group.keys) / len(group.keys)


def _free_voices(voices: tuple[list[Group], list[Group]], start: int, wanted: int) -> list[int]:
    """The voices that can take a stroke at `start`; the sounding one that ends first, or began last, is cut."""
    sounding = [voice for voice in (0, 1) if voices[voice] and voices[voice][-1].end > start]
    sounding.sort(key=lambda voice: (voices[voice][-1].end, -voices[voice][-1].start))
    while len(sounding) + wanted > 2:
        voice = sounding.pop(0)
        last = voices[voice].pop()
        voices[voice].append(Group(last.start, start, last.keys))
    return [voice for voice in (0, 1) if voice not in sounding][:wanted]


def _upper_first(voices: tuple[list[Group], list[Group]], first: list[int]) -> None:
    """Exchange the voices of the passage that begins at `first` where the second lies higher."""
    upper, lower = voices[0][first[0] :], voices[1][first[1] :]
    if lower and (not upper or _mean(lower) > _mean(upper)):
        voices[0][first[0] :], voices[1][first[1] :] = lower, upper


def _mean(groups: list[Group]) -> float:
    return sum(map(_height, groups)) / len(groups)
