"""A run of notes, a scale or an arpeggio, against the one asked for: note by note, and how evenly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from partimento.music.grading.attempt import Judged, found_at
from partimento.music.grading.criterion import Criterion, Direction
from partimento.music.grading.findings import Finding, Kind, note_name
from partimento.music.grading.hearing import TOLERANCE_MS
from partimento.music.key import Key
from partimento.music.pitch import pitch_class
from partimento.music.scale import Scale
from partimento.music.take import TakeNote

_TOGETHER: Final = 0.06
_UNEVEN: Final = 0.35
"""The share of the middle distance by which a note may stray."""
_WAYS: Final[tuple[Direction, ...]] = ("up", "down", "up and down")


def run_in(notes: Sequence[TakeNote], criterion: Criterion) -> tuple[Judged, tuple[str, ...]]:
    """The run asked for that is nearest to what was played: its octave, and where they are free its way and length."""
    line = _line(notes)
    tones = criterion.tones or tuple(pitch_class(note) for note in Scale.parse(criterion.scale).fifths)
    most = max(1, min(4, round((max(n.midi for n in line) - min(n.midi for n in line)) / 12)))
    octaves = (criterion.octaves,) if criterion.octaves else tuple(range(1, most + 1))
    ways = (criterion.direction,) if criterion.direction else _WAYS
    lowest = min(note.midi for note in line)
    starts = [midi for midi in range(lowest - 12, lowest + 13) if midi % 12 == tones[0] and midi >= 0]
    runs = [_pitches(tones, start, count, way) for start in starts for count in octaves for way in ways]
    best = min(runs, key=lambda run: (_distance(run, line), -len(run)))
    return _compared(best, line, Key.parse(criterion.key)), ()


def _line(notes: Sequence[TakeNote]) -> list[TakeNote]:
    """One line: of notes struck together an octave apart, as by two hands, the lowest."""
    line: list[TakeNote] = []
    for note in notes:
        if line and note.start - line[-1].start <= _TOGETHER and (note.midi - line[-1].midi) % 12 == 0:
            line[-1] = min(line[-1], note, key=lambda one: one.midi)
        else:
            line.append(note)
    return line


def _pitches(tones: Sequence[int], start: int, octaves: int, way: Direction) -> list[int]:
    """The run as MIDI numbers, from the tonic to the tonic."""
    steps = sorted((tone - tones[0]) % 12 for tone in tones)
    up = [start + 12 * octave + step for octave in range(octaves) for step in steps] + [start + 12 * octaves]
    return up if way == "up" else up[::-1] if way == "down" else up + up[-2::-1]


def _distance(run: Sequence[int], line: Sequence[TakeNote]) -> int:
    """How many notes must be changed, added or left out."""
    above = list(range(len(line) + 1))
    for row, midi in enumerate(run, 1):
        here = [row]
        for column, note in enumerate(line):
            here.append(min(above[column] + (note.midi != midi), above[column + 1] + 1, here[column] + 1))
        above = here
    return above[-1]


def _compared(run: Sequence[int], line: Sequence[TakeNote], key: Key) -> Judged:
    """The run against the line, note by note along the cheapest way."""
    table = [list(range(len(line) + 1))]
    for row, midi in enumerate(run, 1):
        here = [row]
        for column, note in enumerate(line):
            here.append(min(table[-1][column] + (note.midi != midi), table[-1][column + 1] + 1, here[column] + 1))
        table.append(here)
    findings: list[Finding] = []
    matched: list[tuple[int, TakeNote]] = []
    row, column = len(run), len(line)
    while row or column:
        here_cost = table[row][column]
        if row and column and here_cost == table[row - 1][column - 1] + (run[row - 1] != line[column - 1].midi):
            row, column = row - 1, column - 1
            note = line[column]
            matched.append((row, note))
            if note.midi != run[row]:
                names = note_name(note.midi, key), note_name(run[row], key)
                findings.append(
                    found_at(row + 1, "wrong", f"Note {row + 1}: {names[0]} was played for {names[1]}.", run[row], note)
                )
        elif row and here_cost == table[row - 1][column] + 1:
            row -= 1
            sentence = f"Note {row + 1}: the {note_name(run[row], key)} is missing."
            findings.append(found_at(row + 1, "missing", sentence, run[row]))
        else:
            column -= 1
            note = line[column]
            sentence = f"After note {row}: {note_name(note.midi, key)} was not asked for."
            findings.append(found_at(max(1, row), "extra", sentence, played=note))
    wrong = sum(one.kind in ("wrong", "missing") for one in findings)
    uneven = list(_uneven(matched[::-1]))
    ordered = sorted([*findings, *uneven], key=lambda one: (one.kind in ("late", "early"), one.start_beat))
    return Judged(len(run), len(run) - wrong, tuple(ordered))


def _uneven(matched: Sequence[tuple[int, TakeNote]]) -> Iterator[Finding]:
    """Notes that come too soon or too late after the one before, against the middle distance."""
    steps = [
        (row, after, after.start - before.start)
        for (earlier, before), (row, after) in pairwise(matched)
        if row == earlier + 1
    ]
    if len(steps) < 4:
        return
    middle = median(gap for _, _, gap in steps)
    slack = max(TOLERANCE_MS / 1000, _UNEVEN * middle)
    for row, note, gap in steps[:-1]:  # the last one may be drawn out
        if abs(gap - middle) > slack:
            late = gap > middle
            kind: Kind = "late" if late else "early"
            off = abs(gap - middle) * 1000
            yield found_at(row + 1, kind, f"Note {row + 1} came {off:.0f} ms {kind}.", note.midi, note)
