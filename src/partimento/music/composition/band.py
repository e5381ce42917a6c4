"""Bass and drums beside the pianist: a line from the genre's bass patterns, strokes from its grooves.

Knows the General MIDI drum map; leaves which strokes there are to the genre, what a stroke sounds to `playing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.composition.accompaniment import Choice, chosen, fitting, strokes
from partimento.music.composition.genre import Genre, Groove
from partimento.music.composition.plan import Plan
from partimento.music.composition.playing import Feel, Stand, played, tones_of
from partimento.music.composition.progression import Progression
from partimento.music.rhythm import bar_beats, steps_per_quarter
from partimento.music.score import BandNote, Track

KIT: Final = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "snaps": 39, "low tom": 41, "closed hat": 42, "pedal hat": 44,
    "mid tom": 45, "open hat": 46, "crash": 49, "high tom": 50, "ride": 51, "bell": 53, "tambourine": 54,
    "cowbell": 56, "high bongo": 60, "low bongo": 61, "high conga": 62, "open conga": 63, "low conga": 64,
    "timbale": 65, "cabasa": 69, "shaker": 70, "guiro": 73, "claves": 75, "surdo": 87,
}  # fmt: skip
"""General MIDI percussion keys; the surdo is GM2's open surdo, snaps sound as claps (GM has none)."""

_FORCE: Final = {"x": 78, "X": 98, "o": 46, ".": 0}
"""Velocities of the signs; 0 is silence."""

_LENGTH: Final = 0.25
_STRAY: Final = 4
_FIRST_BASS, _LOWEST_BASS, _HIGHEST_BASS = 36, 28, 48
_CEILING: Final = 58


def band(progression: Progression, genre: Genre, plan: Plan, feel: Feel, rng: Random) -> tuple[Track, ...]:
    """The tracks that the plan asks for."""
    found = []
    if "bass" in plan.tracks:
        program = genre.application(plan.application).bass
        found.append(Track("bass", program, tuple(_bass(progression, genre, plan, feel, rng))))
    if "drums" in plan.tracks:
        found.append(Track("drums", None, tuple(_drums(progression, genre, plan, feel, rng))))
    return tuple(found)


def _bass(progression: Progression, genre: Genre, plan: Plan, feel: Feel, rng: Random) -> Iterator[BandNote]:
    bar = bar_beats(progression.meter)
    stands = []
    before = _FIRST_BASS
    for chord in progression.chords:
        tones = tones_of(chord.symbol)
        if tones:
            before = _nearest(tones["R"], before)
        start = (chord.bar - 1) * bar + chord.beat - 1
        stands.append(Stand(start, chord.beats, tones, (before,) if tones else (), _CEILING))
    lines = strokes(progression.sections, genre, plan, progression.meter, "bass", rng)
    return played(stands, lines, "bass", feel, rng)


def _nearest(pc: int, before: int) -> int:
    places = range(_LOWEST_BASS + (pc - _LOWEST_BASS) % 12, _HIGHEST_BASS + 1, 12)
    return min(places, key=lambda pitch: (abs(pitch - before), pitch))


# ---- drums -----------------------------------------------------------------------------------------------------


class Stroke(Struct, frozen=True):
    """One stroke on the kit: quarters after the bar line, the GM key, how hard (MIDI velocity)."""

    offset: float
    key: int
    force: int


@lru_cache(maxsize=1024)
def drum_strokes(groove: Groove) -> tuple[tuple[Stroke, ...], ...]:
    """The strokes of a groove, bar by bar, in order of time.

    Raises BadInput for a piece or sign that is unknown, and for lines that do not divide their bars or differ in bars.
    """
    lines = [(_key(piece), ["".join(bar.split()) for bar in text.split("|")]) for piece, text in groove.lines]
    rounds = {len(bars) for _, bars in lines}
    if len(rounds) != 1:
        raise BadInput("cannot read a groove", why="its lines have different numbers of bars", mend="write them alike")
    found = []
    for number in range(rounds.pop()):
        strokes = [stroke for key, bars in lines for stroke in _in_bar(key, bars[number], groove.meter)]
        found.append(tuple(sorted(strokes, key=lambda stroke: (stroke.offset, stroke.key))))
    return tuple(found)


def _in_bar(key: int, signs: str, meter: str) -> Iterator[Stroke]:
    per_quarter = steps_per_quarter(signs, meter)
    for place, sign in enumerate(signs):
        if sign not in _FORCE:
            raise BadInput(f"{sign!r} is no drum stroke", why=f"in {signs!r}", mend=f"write {' '.join(_FORCE)}")
        if _FORCE[sign]:
            yield Stroke(place / per_quarter, key, _FORCE[sign])


def _key(piece: str) -> int:
    if piece not in KIT:
        raise BadInput(f"the kit has no {piece!r}", mend=f"write one of {', '.join(KIT)}")
    return KIT[piece]


@lru_cache(maxsize=1024)
def _grooves(genre: Genre, use: str, meter: str, level: int) -> Choice[Groove]:
    return fitting(genre.grooves, use, meter, level)


def _drums(progression: Progression, genre: Genre, plan: Plan, feel: Feel, rng: Random) -> Iterator[BandNote]:
    bars, fills = _grooves(genre, plan.application, progression.meter, plan.level)
    if not bars:
        return
    for number, (groove, turn) in enumerate(chosen(progression.sections, bars, fills, plan, rng)):
        rounds = drum_strokes(groove)
        for stroke in rounds[turn % len(rounds)]:
            if number == progression.bars - 1 and stroke.offset > 0:
                break  # the last bar is one stroke for everybody
            start = number * feel.bar + stroke.offset
            velocity = stroke.force + int((rng.random() * 2 - 1) * _STRAY)
            yield BandNote(1 + feel.swung(start), _LENGTH, stroke.key, velocity)
