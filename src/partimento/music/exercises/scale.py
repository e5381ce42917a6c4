"""A scale to run: up and down, in thirds, in fours, as triads or sevenths, over the chord that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.exercises.study import Ask, Hands, Study
from partimento.music.key import Key
from partimento.music.pitch import name, pitch_class
from partimento.music.rhythm import bar_beats, beat_length
from partimento.music.roman import numeral
from partimento.music.scale import Scale, kind_of, scale_on
from partimento.music.score import Hand, Note, PlacedChord


class _Figure(Struct, frozen=True):
    """A way through a scale: what it is called, and the steps played from each step of the scale (0 is itself)."""

    name: str
    steps: tuple[int, ...]
    level: int


_FIGURES: Final = (
    _Figure("up and down", (0,), 1),
    _Figure("in thirds", (0, 2), 3),
    _Figure("in groups of three", (0, 1, 2), 4),
    _Figure("in groups of four", (0, 1, 2, 3), 5),
    _Figure("in fourths", (0, 3), 6),
    _Figure("as triads", (0, 2, 4), 6),
    _Figure("as seventh chords", (0, 2, 4, 6), 7),
    _Figure("as 1-2-3-5 cells", (0, 1, 2, 4), 7),
    _Figure("as enclosures", (1, -1, 0), 9),
)
# Scales in the order they are learned, for major and minor keys.
_BY_LEVEL: Final[dict[bool, tuple[tuple[int, str], ...]]] = {
    False: (
        (1, "major"), (2, "major pentatonic"), (4, "Mixolydian"), (5, "Lydian"), (6, "bebop dominant"),
        (7, "Lydian dominant"), (8, "altered"), (8, "half-whole diminished"), (9, "harmonic major"), (9, "whole tone"),
    ),
    True: (
        (1, "natural minor"), (2, "minor pentatonic"), (3, "harmonic minor"), (4, "Dorian"), (6, "melodic minor"),
        (7, "Locrian nat 2"), (8, "Phrygian dominant"), (9, "Dorian #4"),
    ),
}  # fmt: skip
_OF_GENRE: Final[dict[str, tuple[tuple[int, str], ...]]] = {
    "blues": ((1, "blues"), (2, "major blues"), (4, "Mixolydian")),
    "gospel": ((2, "major blues"),),
    "reggae": ((1, "minor pentatonic"),),
    "latin": ((5, "harmonic minor"),),
    "jazz": ((5, "bebop dominant"), (5, "bebop Dorian")),
    "neosoul": ((3, "Dorian"), (4, "minor pentatonic")),
    "rnb": ((2, "major pentatonic"), (3, "blues")),
}
_HANDS: Final[dict[Hands, tuple[Hand, ...]]] = {"left": ("left",), "right": ("right",), "both": ("right", "left")}
_RIGHT_FROM, _LEFT_FROM = 60, 48


def pick(ask: Ask, rng: Random) -> str:
    """The name of a scale for the level and genre, one of the three hardest it has."""
    own = [name for low, name in _OF_GENRE.get(ask.genre.name, ()) if low <= ask.plan.level]
    minor = Key.parse(ask.plan.key).is_minor
    learned = [name for low, name in _BY_LEVEL[minor] if low <= ask.plan.level]
    return rng.choice([*own, *learned[-3:]])


def make(ask: Ask, rng: Random) -> Study:
    """The scale that is asked for, or one of the level, in a figure of the level; one or two octaves."""
    home = Key.parse(ask.plan.key)
    scale = scale_on(home.tonic, kind_of(ask.scale).name if ask.scale else pick(ask, rng))
    level = ask.plan.level
    figure = rng.choice([figure for figure in _FIGURES if figure.level <= level][-4:])
    size = len(scale.kind.degrees)
    steps = _path(figure, size, octaves=1 if level <= 3 else 2)
    length = 0.5 if level >= 4 or beat_length(ask.plan.meter) > 1 else 1.0
    hands = _HANDS[ask.hand or "right"]
    bar = bar_beats(ask.plan.meter)
    bars = -(-len(steps) * length // bar)
    notes = [
        Note(1 + place * length, length if place < len(steps) - 1 else bars * bar - place * length, midi, 72, hand)
        for hand in hands
        for place, midi in enumerate(_pitches(scale, steps, hand))
    ]
    chord = Chord.parse(chord_on(scale))
    roman = numeral(chord, home)
    whole = tuple(PlacedChord(number + 1, 1, bar, chord.symbol, roman, "tonic") for number in range(int(bars)))
    who = "hands together" if len(hands) == 2 else f"{hands[0]} hand"
    return Study(
        title=f"{scale.symbol} {figure.name}",
        instruction=f"Play the {scale.symbol} scale ({' '.join(scale.notes)}) {figure.name}, "
        f"{who}, in even {'eighths' if length == 0.5 else 'quarters'}.",
        tips=(
            f"It fits {chord.symbol}: hold that chord in the other hand and hear every note against it.",
            "Thumb under, elbow still; every note as loud as its neighbours.",
            f"Start at {max(40, round(ask.plan.tempo * 0.6))} bpm; go up by 4 when two rounds were clean.",
        ),
        grading="notes",
        bars=int(bars),
        chords=whole,
        notes=tuple(sorted(notes, key=lambda note: (note.start_beat, note.midi))),
        scale=scale.symbol,
    )


def _path(figure: _Figure, size: int, octaves: int) -> list[int]:
    """Scale steps above the tonic, up and down again, ending on the tonic."""
    top = size * octaves
    up = [start + step for start in range(top + 1) for step in figure.steps if start + max(figure.steps) <= top]
    if up[-1] != top:
        up.append(top)
    down = [start - step for start in range(top, -1, -1) for step in figure.steps if start - max(figure.steps) >= 0]
    way = up + (down[1:] if down[0] == up[-1] else down)
    return way if way[-1] == 0 else [*way, 0]


def _pitches(scale: Scale, steps: Sequence[int], hand: Hand) -> list[int]:
    lowest = _RIGHT_FROM if hand == "right" else _LEFT_FROM
    bottom = lowest + (pitch_class(scale.tonic) - lowest) % 12
    if bottom - lowest > 6:
        bottom -= 12
    rise = scale.kind.semitones
    return [bottom + 12 * (step // len(rise)) + rise[step % len(rise)] for step in steps]


def chord_on(scale: Scale) -> str:
    """The symbol of the chord that a scale is at home on: C7 for C Mixolydian, Cm7b5 for C Locrian."""
    kind, held = scale.kind, set(scale.kind.semitones)
    # a flat third is a blue note beside the major third of blues scales, a sharp ninth beside the altered scale's b4
    third = "m" if "b3" in kind.degrees and "b4" not in kind.degrees and kind.family != "blues" else ""
    if third and "b5" in kind.degrees and "5" not in kind.degrees:
        tail = "m7b5" if 10 in held else "dim7"
    elif kind.family in ("pentatonic", "blues") and 10 not in held:
        tail = f"{third}6"
    elif not held & {3, 4}:
        tail = "7sus4"
    elif 10 in held:
        tail = f"{third}7"
    elif 11 in held:
        tail = "m(maj7)" if third else "maj7"
    else:
        tail = third
    return f"{name(scale.tonic)}{tail}"
