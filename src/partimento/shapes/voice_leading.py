"""A progression led as smoothly as can be, and what that saves. Knows the fields and how steps are counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final, Literal

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.voicing.reach import Grip, Kind
from partimento.music.voicing.tones import stacked, tones_of
from partimento.music.voicing.words import note_names
from partimento.shapes.prose import Unproven
from partimento.shapes.voicing import VoicedChord

Style = Literal["free", "strict"]
_PERFECT: Final = {0: "octaves", 7: "fifths"}
_ROOTS_FROM: Final = 48


class LedStep(Struct, frozen=True, kw_only=True):
    """From one chord to the next, voices matched from the top: `movement` in semitones, the notes that stay, and a
    sentence for each two voices that move in parallel fifths or octaves."""

    before: str
    after: str
    movement: int
    common_tones: tuple[str, ...]
    parallels: tuple[Unproven, ...]


class Way(Struct, frozen=True, kw_only=True):
    """A way through the chords in figures: semitones moved, notes kept, parallels."""

    movement: int
    common_tones: int
    parallels: int


class VoiceLeading(Struct, frozen=True, kw_only=True):
    """What the task voice_leading returns. `led` sums up `steps`; `root_position` is the same chords stacked on their
    roots, each as near to the one before as it can be, with as many voices.

    `saved` is how many semitones of movement the leading spares; `comment` is words about it, by whoever made them.
    """

    kind: Kind
    style: Style
    key: str
    chords: tuple[VoicedChord, ...]
    steps: tuple[LedStep, ...]
    led: Way
    root_position: Way
    saved: int
    comment: str
    generation_method: str
    notes: tuple[str, ...] = ()


def steps_of(symbols: Sequence[str], way: Sequence[Grip]) -> tuple[LedStep, ...]:
    """Each step of a way through chords."""
    between = zip(pairwise(symbols), pairwise(way), strict=True)
    return tuple(_step(before, old, after, new) for (before, after), (old, new) in between)


def summed(steps: Sequence[LedStep]) -> Way:
    """Steps in figures."""
    return Way(
        movement=sum(step.movement for step in steps),
        common_tones=sum(len(step.common_tones) for step in steps),
        parallels=sum(len(step.parallels) for step in steps),
    )


def root_positions(symbols: Sequence[str], way: Sequence[Grip]) -> list[Grip]:
    """The same chords stacked on their roots, with as many voices as the way has."""
    stacks: list[Grip] = []
    around = _ROOTS_FROM + 6
    for symbol, grip in zip(symbols, way, strict=True):
        tones = tones_of(Chord.parse(symbol))
        if tones is None:
            stacks.append(Grip((), ()))
            continue
        pcs = [pc for pc in (tones.root, tones.third, tones.fifth, tones.seventh) if pc is not None]
        pcs += [pc for pc in tones.colours if pc not in pcs]
        around += (tones.root - around + 6) % 12 - 6
        stacks.append(Grip((), stacked(pcs[: len(grip.notes)], around)))
    return stacks


def _step(before: str, old: Grip, after: str, new: Grip) -> LedStep:
    high, low = old.notes[::-1], new.notes[::-1]
    kept = tuple(sorted({*high} & {*low}))
    return LedStep(
        before=before,
        after=after,
        movement=sum(abs(one - other) for one, other in zip(high, low, strict=False)),
        common_tones=note_names(after, kept),
        parallels=tuple(_parallels(before, high, after, low)),
    )


def _parallels(before: str, old: tuple[int, ...], after: str, new: tuple[int, ...]) -> Iterator[str]:
    """Voices from the top that move from a perfect fifth, octave or unison to another of the same kind."""
    for upper, lower in combinations(range(min(len(old), len(new))), 2):
        interval = (old[upper] - old[lower]) % 12
        if interval in _PERFECT and interval == (new[upper] - new[lower]) % 12 and old[upper] != new[upper]:
            first = "-".join(note_names(before, (old[lower], old[upper])))
            second = "-".join(note_names(after, (new[lower], new[upper])))
            yield f"parallel {_PERFECT[interval]} from {before} to {after}: {first} to {second}"
