"""The arranger: a progression for two hands, as a Score. One for every genre; habits come from the genre's declaration.

Each chord gets the grip that leads best; each section gets a pattern for each hand; strokes become notes, swung and
struck with a human unevenness. Every note is a tone of its chord, but for one kind: an approach, a short left-hand note
that steps by at most a whole tone into the bass of the next chord (`proof` knows it by that).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.music.chord import Chord
from partimento.music.genre import Application, Genre
from partimento.music.key import Key
from partimento.music.leading import lead
from partimento.music.plan import Plan
from partimento.music.progression import Progression
from partimento.music.rhythm import Hit, Pattern, Stroke, bar_beats, beat_length, hits, swung
from partimento.music.score import Hand, Note, Score
from partimento.music.voicing import HIGHEST, LOWEST, Grip, Kind

HANDS: Final[tuple[Hand, ...]] = ("left", "right")
_SOFTER: Final = {"calm": -8, "dark": -4, "energetic": 8, "bright": 3}
_TOUCHING: Final = 1e-6
_VARIED: Final = 0.25
_ANTICIPATED: Final = 0.5


def arrange(progression: Progression, genre: Genre, plan: Plan, rng: Random, title: str = "") -> Score:
    """A score for two hands; `plan` gives tempo, level, application and mood, the progression key, meter and bars.

    The same `rng` state gives the same score. `title` defaults to the genre and key.
    """
    use = next(application for application in genre.applications if application.name == plan.application)
    grips = lead([chord.symbol for chord in progression.chords], kind_at(use, plan.level))
    bar = bar_beats(progression.meter)
    stands = [
        _Stand((chord.bar - 1) * bar + chord.beat - 1, chord.beats, _tones(chord.symbol), grip)
        for chord, grip in zip(progression.chords, grips, strict=True)
    ]
    feel = _Feel(use, plan, progression.meter)
    notes = [
        note
        for hand in HANDS
        for note in _played(stands, _strokes(progression, genre, plan, hand, rng), hand, feel, rng)
    ]
    notes.sort(key=lambda note: (note.start_beat, note.midi))
    return Score(
        title=title or f"{genre.title} {use.name} in {Key.parse(progression.key).symbol}",
        key=progression.key,
        tempo=plan.tempo,
        meter=progression.meter,
        bars=progression.bars,
        sections=progression.sections,
        chords=tuple(
            replace(chord, left_hand=grip.left, right_hand=grip.right)
            for chord, grip in zip(progression.chords, grips, strict=True)
        ),
        notes=tuple(notes),
    )


def kind_at(application: Application, level: int) -> Kind:
    """The voicing that an application takes at a level."""
    return [kind for low, kind in application.voicings if low <= level][-1]


class _Stand(Struct, frozen=True):
    """A chord on the time line: quarters from the start, its length, its tones, its grip."""

    start: float
    beats: float
    tones: dict[str, int]
    grip: Grip

    @property
    def end(self) -> float:
        return self.start + self.beats


@lru_cache(maxsize=8192)
def _tones(symbol: str) -> dict[str, int]:
    """Pitch classes that strokes ask for: bass R, third T, fifth F, seventh S; the next best where there is none."""
    chord = Chord.parse(symbol)
    if chord.root is None or chord.bass is None:
        return {}
    steps = zip(chord.degrees, chord.intervals, strict=True)
    at = {label.lstrip("b#"): (chord.root + step) % 12 for label, step in steps}
    fifth = at.get("5", at.get("13", chord.root))
    third = at.get("3", at.get("4", at.get("2", fifth)))
    return {"R": chord.bass, "T": third, "F": fifth, "S": at.get("7", at.get("6", fifth))}


# ---- which strokes ---------------------------------------------------------------------------------------------


_Choice = tuple[Pattern, ...]


def _strokes(progression: Progression, genre: Genre, plan: Plan, hand: Hand, rng: Random) -> list[list[Hit]]:
    """The strokes of one hand, bar by bar: a pattern a section, now and then another, a fill where it leads on."""
    bars, fills = _patterns(genre, plan.application, progression.meter, plan.level, hand)
    chosen: dict[str, Pattern] = {}
    strokes: list[list[Hit]] = []
    for section in progression.sections:
        usual = chosen.setdefault(section.name, _drawn(rng, bars))
        for number in range(section.bars):
            pattern = usual if rng.random() >= _VARIED or plan.level < 3 else _drawn(rng, bars)
            if fills and number == section.bars - 1 and rng.random() < 0.7:
                pattern = _drawn(rng, fills)
            rounds = hits(pattern)
            strokes.append(list(rounds[number % len(rounds)]))
    strokes[-1:] = [[Hit(0.0, bar_beats(progression.meter), "X")]]
    return strokes


def _drawn(rng: Random, patterns: Sequence[Pattern]) -> Pattern:
    return rng.choices(patterns, [pattern.weight for pattern in patterns])[0]


@lru_cache(maxsize=1024)
def _patterns(genre: Genre, use: str, meter: str, level: int, hand: Hand) -> tuple[_Choice, _Choice]:
    """Bars and fills a hand may play: the application's own before everybody's, of its level where there are such."""
    able = [pattern for pattern in genre.patterns if (pattern.part, pattern.meter) == (hand, meter)]
    able = [pattern for pattern in able if pattern.low <= level <= pattern.high] or able
    fit = [pattern for pattern in able if not pattern.applications or use in pattern.applications]
    bars = [pattern for pattern in fit if pattern.role == "bar"] or [p for p in able if p.role == "bar"]
    if not bars:
        bars = [Pattern(hand, meter, " ".join("X" + "-" * (int(bar_beats(meter) * 2) - 1)))]
    return tuple(bars), tuple(pattern for pattern in fit if pattern.role == "fill")


# ---- which notes -----------------------------------------------------------------------------------------------


class _Feel:
    """Swing and velocity for a piece."""

    def __init__(self, use: Application, plan: Plan, meter: str) -> None:
        self.swing = use.swing if beat_length(meter) == 1 else 0.5
        self.bar, self.beat = bar_beats(meter), beat_length(meter)
        self.accents, self.stray = use.touch.accents, use.touch.stray
        shift = _SOFTER.get(plan.mood or "", 0)
        self.force = {"left": use.touch.left + shift, "right": use.touch.right + shift}

    def velocity(self, start: float, hand: Hand, rng: Random) -> int:
        accent = self.accents[int(start % self.bar / self.beat) % len(self.accents)]
        return max(1, min(127, self.force[hand] + accent + int((rng.random() * 2 - 1) * self.stray)))


class _Struck(Struct):
    """A stroke in its place on the time line, with the chord it sounds."""

    start: float
    beats: float
    stroke: Stroke
    stand: _Stand


def _struck(stands: list[_Stand], strokes: list[list[Hit]], bar: float, hand: Hand) -> list[_Struck]:
    """Strokes with their chords, in order; none of a hand outlasts its chord or the next stroke.

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
            stroke = _opening(hit.stroke) if first and hand == "left" else hit.stroke
            found.append(_Struck(start, min(hit.beats, stand.end - start), stroke, stand))
            first = False
        if first and not was_ahead and not (ahead and found[-1].start == stand.start):
            found.append(_Struck(stand.start, stand.beats, "X", stand))
    found.sort(key=lambda struck: struck.start)
    for struck, after in pairwise(found):
        struck.beats = min(struck.beats, after.start - struck.start)
    return found


def _opening(stroke: Stroke) -> Stroke:
    """What the left hand plays first in a chord: its bass, alone or in the grip."""
    return "R" if stroke in "rOTFSA" else "X" if stroke in "UN" else "1" if stroke in "2345" else stroke


def _played(stands: list[_Stand], strokes: list[list[Hit]], hand: Hand, feel: _Feel, rng: Random) -> Iterator[Note]:
    """The notes of one hand."""
    found = _struck(stands, strokes, feel.bar, hand)
    previous = 0
    for place, struck in enumerate(found):
        after = found[place + 1] if place + 1 < len(found) else None
        if struck.stroke in "TFSA":
            pitches = _line(struck, after, hand, previous, _next_bass(found, place))
        else:
            pitches = _pitches(struck, hand)
        if not pitches:
            continue
        previous = pitches[0]
        start = swung(struck.start, feel.swing)
        beats = round(swung(struck.start + struck.beats, feel.swing) - start, 6)
        for pitch in pitches:
            yield Note(1 + start, beats, pitch, feel.velocity(struck.start, hand, rng), hand)


def _pitches(struck: _Struck, hand: Hand) -> tuple[int, ...]:
    """What a stroke sounds, from the hand's grip of the chord."""
    notes = struck.stand.grip.left if hand == "left" else struck.stand.grip.right
    stroke = struck.stroke
    if not notes or stroke in ("X", "N"):
        return notes
    if stroke == "U":
        return notes[1:] or notes
    if stroke.isdigit():
        return (notes[min(int(stroke), len(notes)) - 1],)
    octave = {"r": -12, "O": 12}.get(stroke, 0)
    pitch = notes[0] + octave
    return (pitch if LOWEST <= pitch < _ceiling(struck.stand.grip, hand) else notes[0],)


def _ceiling(grip: Grip, hand: Hand) -> int:
    """What a single note stays below: the left hand, the right hand's lowest."""
    return grip.right[0] if hand == "left" and grip.right else HIGHEST


def _line(struck: _Struck, after: _Struck | None, hand: Hand, previous: int, goal: int) -> tuple[int, ...]:
    """A tone of a moving bass: near where it comes from and where it goes, or a step into the next bass."""
    grip = struck.stand.grip
    notes = grip.left if hand == "left" else grip.right
    if not notes:
        return ()
    before = previous or notes[0]
    if struck.stroke == "A" and after is not None and _is_led_to(struck, after, hand):
        return (_approach(after.stand.grip.left[0], before),)
    tone = notes[0] + (struck.stand.tones["F" if struck.stroke == "A" else struck.stroke] - notes[0]) % 12
    near = [pitch for pitch in (tone, tone - 12) if LOWEST <= pitch < _ceiling(grip, hand)] or [notes[0]]
    return (min(near, key=lambda pitch: (abs(pitch - before) + abs(pitch - (goal or pitch)), pitch)),)


def _next_bass(found: list[_Struck], place: int) -> int:
    """The bass of the next chord of the left hand, 0 after the last."""
    stand = found[place].stand
    return next((s.stand.grip.notes[0] for s in found[place + 1 :] if s.stand is not stand and s.stand.grip.notes), 0)


def _is_led_to(struck: _Struck, after: _Struck, hand: Hand) -> bool:
    """Whether the next stroke sounds the bass of its chord at once, where that chord begins."""
    touches = abs(struck.start + struck.beats - after.start) < _TOUCHING
    bass_sounds = hand == "left" and after.stroke in ("R", "X", "1") and bool(after.stand.grip.left)
    return touches and bass_sounds and after.start == after.stand.start and struck.beats <= 1


def _approach(goal: int, previous: int) -> int:
    """The step into a bass: a semitone from the side the line comes from, a whole tone where that would stand still."""
    step = 1 if previous > goal else -1
    return goal + (step if goal + step != previous else 2 * step)
