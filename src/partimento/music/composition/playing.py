"""From strokes to notes: what one part sounds on each chord, swung and struck with a human unevenness.

Every note is a tone of its chord, but for two kinds that `proof` knows: an approach, a short low note that steps by at
most a whole tone into the bass of the next chord; and the sixth that a shuffle strikes with its bass. Leaves choosing
strokes and grips to others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Final

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.composition.genre import Application
from partimento.music.composition.plan import Plan
from partimento.music.rhythm import Hit, Part, Stroke, bar_beats, beat_length, swung
from partimento.music.score import BandNote
from partimento.music.voicing import LOWEST

_SOFTER: Final = {"calm": -8, "dark": -4, "energetic": 8, "bright": 3}
_TOUCHING: Final = 1e-6
_MAJOR_THIRD, _SIXTH = 4, 9
_CLEAR_FROM: Final = 45
"""Thirds and fifths below this sound muddy and are taken an octave higher."""
_ANTICIPATED: Final = 1.0
"""How far ahead of its place a chord may be struck, in quarters: the tumbao takes a whole one."""


class Stand(Struct, frozen=True):
    """A chord on one part's time line: quarters from the start, its length, its tones, the part's grip of it.

    `ceiling`: what single notes of the part stay below.
    """

    start: float
    beats: float
    tones: dict[str, int]
    notes: tuple[int, ...]
    ceiling: int

    @property
    def end(self) -> float:
        return self.start + self.beats


@lru_cache(maxsize=8192)
def tones_of(symbol: str) -> dict[str, int]:
    """Pitch classes that strokes ask for: bass R, third T, fifth F, seventh S; the next best where there is none."""
    chord = Chord.parse(symbol)
    if chord.root is None or chord.bass is None:
        return {}
    steps = zip(chord.degrees, chord.intervals, strict=True)
    at = {label.lstrip("b#"): (chord.root + step) % 12 for label, step in steps}
    fifth = at.get("5", at.get("13", chord.root))
    third = at.get("3", at.get("4", at.get("2", fifth)))
    return {"R": chord.bass, "T": third, "F": fifth, "S": at.get("7", at.get("6", fifth))}


class Feel:
    """Swing and velocity for a piece."""

    def __init__(self, use: Application, plan: Plan, meter: str) -> None:
        self._swing = use.swing if beat_length(meter) == 1 else 0.5
        self._unit = 0.5 if use.sixteenths else 1.0
        self.bar, self._beat = bar_beats(meter), beat_length(meter)
        self._accents, self._stray = use.touch.accents, use.touch.stray
        shift = _SOFTER.get(plan.mood or "", 0)
        self._force = {"left": use.touch.left + shift, "right": use.touch.right + shift, "bass": 84 + shift}

    def swung(self, quarters: float) -> float:
        """Where a place on the time line sounds."""
        return swung(quarters / self._unit, self._swing) * self._unit

    def velocity(self, start: float, part: Part, rng: Random) -> int:
        """How hard a stroke is struck, 1 to 127."""
        accent = self._accents[int(start % self.bar / self._beat) % len(self._accents)]
        return max(1, min(127, self._force[part] + accent + int((rng.random() * 2 - 1) * self._stray)))


def played(
    stands: Sequence[Stand], strokes: Sequence[Sequence[Hit]], part: Part, feel: Feel, rng: Random
) -> Iterator[BandNote]:
    """The notes of one part; `strokes` bar by bar, `stands` in order."""
    found = _struck(stands, strokes, part, feel.bar)
    previous = 0
    for place, struck in enumerate(found):
        after = found[place + 1] if place + 1 < len(found) else None
        if struck.stroke in "TFSA":
            pitches = _line(struck, after, part, previous, _next_bass(found, place))
        else:
            pitches = _pitches(struck)
        if not pitches:
            continue
        previous = pitches[0]
        start = feel.swung(struck.start)
        beats = round(feel.swung(struck.start + struck.beats) - start, 6)
        for pitch in pitches:
            yield BandNote(1 + start, beats, pitch, feel.velocity(struck.start, part, rng))


class _Struck(Struct):
    """A stroke in its place on the time line, with the chord it sounds."""

    start: float
    beats: float
    stroke: Stroke
    stand: Stand


def _struck(stands: Sequence[Stand], strokes: Sequence[Sequence[Hit]], part: Part, bar: float) -> list[_Struck]:
    """Strokes with their chords, in order; none outlasts its chord or the next stroke.

    A chord that no stroke falls on is struck where it stands. One struck ahead of its place is held over the bar line.
    """
    found: list[_Struck] = []
    ahead = False
    for place, stand in enumerate(stands):
        following = stands[place + 1] if place + 1 < len(stands) else None
        number = int(stand.start // bar)
        first = True
        was_ahead, ahead = ahead, False
        for hit in strokes[number]:
            start = number * bar + hit.offset
            if not stand.start <= start < stand.end or (was_ahead and start == stand.start):
                continue
            if hit.stroke == "N" and following is not None and following.start - start <= _ANTICIPATED:
                found.append(_Struck(start, following.end - start, "X", following))
                ahead = True
                continue
            stroke = _opening(hit.stroke) if first and not was_ahead and part != "right" else hit.stroke
            found.append(_Struck(start, min(hit.beats, stand.end - start), stroke, stand))
            first = False
        if first and not was_ahead and not (ahead and found[-1].start == stand.start):
            found.append(_Struck(stand.start, stand.beats, "X", stand))
    found.sort(key=lambda struck: struck.start)
    for struck, after in pairwise(found):
        struck.beats = min(struck.beats, after.start - struck.start)
    return found


def _opening(stroke: Stroke) -> Stroke:
    """What a low part plays first in a chord: its bass, alone or in the grip."""
    return "R" if stroke in "rOTFSAtfs" else "X" if stroke in "UN" else "1" if stroke in "2345" else stroke


def _pitches(struck: _Struck) -> tuple[int, ...]:
    """What a stroke sounds, from the part's grip of the chord."""
    notes = struck.stand.notes
    stroke = struck.stroke
    if not notes or stroke in ("X", "N"):
        return notes
    if stroke == "U":
        return notes[1:] or notes
    if stroke.isdigit():
        return (notes[min(int(stroke), len(notes)) - 1],)
    low = notes[0]
    if stroke in "BC":
        upper = low + _over_bass(struck.stand, stroke)
        return (low, upper) if upper < struck.stand.ceiling else (low,)
    if stroke in "tfs":
        pitch = low + (struck.stand.tones[stroke.upper()] - low) % 12
        pitch += 12 if pitch < _CLEAR_FROM else 0
    else:
        pitch = low + {"r": -12, "O": 12}.get(stroke, 0)
    return (pitch if LOWEST <= pitch < struck.stand.ceiling else low,)


def _over_bass(stand: Stand, stroke: Stroke) -> int:
    """Semitones from the bass to the fifth (B), or to the sixth (C) where the bass is the root of a major chord."""
    is_major = (stand.tones["T"] - stand.tones["R"]) % 12 == _MAJOR_THIRD
    return _SIXTH if stroke == "C" and is_major else (stand.tones["F"] - stand.tones["R"]) % 12 or 12


def _line(struck: _Struck, after: _Struck | None, part: Part, previous: int, goal: int) -> tuple[int, ...]:
    """A tone of a moving bass: near where it comes from and where it goes, or a step into the next bass."""
    stand = struck.stand
    if not stand.notes:
        return ()
    low = stand.notes[0]
    before = previous or low
    if struck.stroke == "A" and part != "right" and after is not None and _is_led_to(struck, after):
        return (_approach(after.stand.notes[0], before),)
    tone = low + (stand.tones["F" if struck.stroke == "A" else struck.stroke] - low) % 12
    near = [pitch for pitch in (tone, tone - 12) if LOWEST <= pitch < stand.ceiling] or [low]
    return (min(near, key=lambda pitch: (abs(pitch - before) + abs(pitch - (goal or pitch)), pitch)),)


def _next_bass(found: list[_Struck], place: int) -> int:
    """The bass of the next chord of the part, 0 after the last."""
    stand = found[place].stand
    return next((s.stand.notes[0] for s in found[place + 1 :] if s.stand is not stand and s.stand.notes), 0)


def _is_led_to(struck: _Struck, after: _Struck) -> bool:
    """Whether the next stroke sounds the bass of its chord at once, where that chord begins."""
    touches = abs(struck.start + struck.beats - after.start) < _TOUCHING
    bass_sounds = after.stroke in ("R", "X", "1", "B", "C") and bool(after.stand.notes)
    return touches and bass_sounds and after.start == after.stand.start and struck.beats <= 1


def _approach(goal: int, previous: int) -> int:
    """The step into a bass: a semitone from the side the line comes from, a whole tone where that would stand still."""
    step = 1 if previous > goal else -1
    return goal + (step if goal + step != previous else 2 * step)
