"""Takes made from a score with known faults, for proving a grader: what went in is what must come out.

Knows how players err (a neighbouring key, a note left out, one too many, one late); knows nothing of grading.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from partimento.music.score import Note, Score
from partimento.music.take import Take, TakeNote, checked

Kind = Literal["wrong", "missing", "extra", "late"]
Jitter = Literal["uniform", "gaussian"]

_APART = 0.3
"""Seconds between an extra note and a missing one."""


class Fault(Struct, frozen=True):
    """One fault that was put in: the tone asked for (of an extra note: where it was put) and the key played, or None.

    `start_beat` counts quarters from 1.
    """

    kind: Kind
    start_beat: float
    expected: int | None
    played: int | None


class Faults(Struct, frozen=True, kw_only=True):
    """What to put in. `jitter_ms`: how far notes stray at most; `tempo`: 1.25 is a quarter faster than written;
    `offset`: seconds before it begins; `roll_ms`: between the notes of every rolled chord; `stop`: (beat, seconds)
    of a pause; `again`: (first beat, beats) of a stretch played twice."""

    wrong: int = 0
    missing: int = 0
    extra: int = 0
    late: int = 0
    jitter_ms: float = 0.0
    jitter: Jitter = "uniform"
    tempo: float = 1.0
    offset: float = 0.0
    transposed: int = 0
    roll_ms: float = 0.0
    stop: tuple[float, float] | None = None
    again: tuple[float, float] | None = None
    tells_hands: bool = False


def take_with(score: Score, faults: Faults, rng: Random) -> tuple[Take, tuple[Fault, ...]]:
    """The score as somebody with these faults would play it, and the faults. No note has two of them.

    No extra note sounds where a tone is missing: the two together are a wrong note, and nobody could tell otherwise.
    """
    order = list(range(len(score.notes)))
    rng.shuffle(order)
    chosen: dict[int, Kind] = {}
    wanted: tuple[tuple[Kind, int], ...] = (
        ("wrong", faults.wrong), ("missing", faults.missing), ("late", faults.late)
    )  # fmt: skip
    for kind, count in wanted:
        for _ in range(min(count, len(order))):
            chosen[order.pop()] = kind
    rolls = _rolls(score, faults.roll_ms)
    played: list[TakeNote] = []
    put: list[Fault] = []
    for number, note in enumerate(score.notes):
        kind_here = chosen.get(number)
        midi = _slip(note.midi, rng) if kind_here == "wrong" else note.midi
        if kind_here is not None:
            heard = None if kind_here == "missing" else midi
            put.append(Fault(kind_here, note.start_beat, note.midi, heard))
        if kind_here != "missing":
            stray = rolls.get(number, 0.0) + (rng.uniform(0.12, 0.4) if kind_here == "late" else 0.0)
            played += _played(score, note, midi, stray, faults, rng)
    gaps = [score.notes[number].start_beat for number, kind in chosen.items() if kind == "missing"]
    for _ in range(faults.extra):
        note = _intruder(score, gaps, rng)
        put.append(Fault("extra", note.start_beat, None, note.midi))
        played += _played(score, note, note.midi, 0.0, faults, rng)
    return checked(played, tempo=score.tempo * faults.tempo, meter=score.meter), tuple(put)


def _slip(midi: int, rng: Random) -> int:
    return midi + rng.choice((-2, -1, -1, 1, 1, 2, -12, 12, 3, -4, 7))


def _intruder(score: Score, gaps: list[float], rng: Random) -> Note:
    """A note nobody asked for: anywhere in the piece, or on top of a note that is there, as a finger slips in."""
    while True:
        near = rng.choice(score.notes)
        if rng.random() < 0.5:
            start, midi = near.start_beat + rng.choice((0.0, 0.5)), near.midi + rng.choice((-1, 1, 2))
        else:
            start, midi = rng.uniform(1, score.notes[-1].start_beat), rng.randint(36, 84)
        if all(abs(start - gap) * 60 / score.tempo > _APART for gap in gaps):
            return replace(near, start_beat=start, midi=midi)


def _rolls(score: Score, roll_ms: float) -> dict[int, float]:
    """How much later each note of a chord comes when chords are rolled from below."""
    if not roll_ms:
        return {}
    chords: defaultdict[float, list[int]] = defaultdict(list)
    for number, note in enumerate(score.notes):
        chords[note.start_beat].append(number)
    return {
        number: place * roll_ms / 1000
        for chord in chords.values()
        for place, number in enumerate(sorted(chord, key=lambda number: score.notes[number].midi))
    }


def _played(score: Score, note: Note, midi: int, stray: float, faults: Faults, rng: Random) -> list[TakeNote]:
    """The note as it sounds; twice where its stretch is played again."""
    per_beat = 60 / (score.tempo * faults.tempo)
    limit = faults.jitter_ms / 1000
    beats = [note.start_beat]
    if faults.again is not None:
        first, length = faults.again
        beats = [note.start_beat] if note.start_beat < first + length else [note.start_beat + length]
        beats += [note.start_beat + length] if first <= note.start_beat < first + length else []
    found = []
    for beat in beats:
        off = rng.uniform(-limit, limit)
        if faults.jitter == "gaussian":
            off = max(-limit, min(limit, rng.gauss(0, limit / 2)))
        start = faults.offset + (beat - 1) * per_beat + off + stray
        if faults.stop is not None and note.start_beat >= faults.stop[0]:
            start += faults.stop[1]
        velocity = max(1, min(127, note.velocity + rng.randint(-4, 4)))
        hand = note.hand if faults.tells_hands else None
        end = start + max(0.03, note.beats * per_beat * 0.95)
        found.append(TakeNote(start, end, midi + faults.transposed, velocity, hand))
    return found
