"""A scale explained: notes, formula, steps, its family of modes, the chords on its steps and those it lies over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import Final

from partimento.music.chord import Chord, chord_on
from partimento.music.chord_shape import DEGREES, shape_of
from partimento.music.interval import interval_name
from partimento.music.pitch import name
from partimento.music.scale import Scale, mode_on, parent_of
from partimento.music.teaching.concepts import concepts
from partimento.music.teaching.kinds import chord_kinds, scale_uses
from partimento.music.teaching.page import FoundIn, Page, Values
from partimento.music.teaching.scale_facts import count_fact, over_fact, scale_facts, spoken
from partimento.music.teaching.wording import Words, listed

_LABELS: Final = {place: label for label, (_, place) in DEGREES.items() if label not in ("2", "4", "6")}
_ROMANS: Final = ("I", "II", "III", "IV", "V", "VI", "VII")
_OVER: Final = ("maj7", "m7", "7", "m7b5", "m(maj7)", "dim7", "maj7#5", "6", "m6", "", "m")
_STEPS: Final = {1: "half", 2: "whole"}


def scale_page(symbol: str, seed: int) -> Page:
    """All about one scale, by its symbol ("D Dorian")."""
    scale = Scale.parse(symbol)
    words = Words(Random(f"{symbol} {seed}"))
    parent, step = parent_of(scale)
    fitting = _lies_over(scale)
    home = parent if parent != scale or scale.kind.family in _FAMILIES else None
    modes = [] if home is None else [mode_on(home, place) for place in range(1, len(home.notes) + 1)]
    values = Values(
        notes=scale.notes,
        degrees=scale.kind.degrees,
        intervals=tuple(interval_name(place) for place in scale.kind.fifths),
        semitones=scale.kind.semitones,
        formula=" ".join(scale.kind.degrees),
        chords=chords_on(scale),
        found_in=tuple(FoundIn("", "", chord.symbol) for chord in fitting),
        parent="" if home is None or parent == scale else f"mode {step} of {parent.symbol}",
        modes=tuple(mode.symbol for mode in modes if mode is not None and mode != scale),
    )
    use = scale_uses()[scale.kind.name]
    said = f"The {spoken(scale)}" if spoken(scale) != scale.symbol else scale.symbol
    return Page(
        title=scale.symbol,
        summary=f"{said} has the notes {listed(scale.notes)}. {use}",
        facts=tuple(dict.fromkeys(_facts(scale, fitting, words))),
        values=values,
        related=_related(scale),
    )


_FAMILIES: Final = ("major", "harmonic minor", "melodic minor", "harmonic major", "double harmonic")


def _facts(scale: Scale, fitting: tuple[Chord, ...], words: Words) -> Iterator[str]:
    yield from scale_facts(scale, words)
    yield count_fact(scale, words)
    for chord in words.some(fitting, 2):
        yield over_fact(scale, chord.symbol, words)
    notes = [*scale.fifths, scale.tonic]
    plain = [
        (low, high) for low, high in pairwise(notes) if interval_name(high - low) in ("minor second", "major second")
    ]
    for low, high in words.some(plain, 2):
        size = "half" if interval_name(high - low) == "minor second" else "whole"
        yield words.say(
            "{low} to {high} is a {size} step.", "From {low} up to {high} is a {size} step.",
            low=name(low), high=name(high), size=size,
        )  # fmt: skip


def _lies_over(scale: Scale) -> tuple[Chord, ...]:
    """The usual chords on the tonic that hold notes of the scale alone."""
    found = []
    for suffix in (*_OVER, *(kind.suffix for kind in chord_kinds())):
        shape = next(kind.shape for kind in chord_kinds() if kind.suffix == suffix)
        chord = chord_on(scale.tonic, shape)
        if chord.pitch_classes <= scale.pitch_classes and ":" not in chord.symbol and suffix:
            found.append(chord)
    return tuple(dict.fromkeys(found))[:8]


def chords_on(scale: Scale) -> tuple[FoundIn, ...]:
    """The seventh chords (else triads) that stack in thirds on the steps of a scale of seven notes."""
    if len(scale.kind.degrees) != 7:
        return ()
    found = []
    for step in range(7):
        chord = _stacked(scale, step, 4) or _stacked(scale, step, 3)
        if chord is not None:
            lower = "b3" in chord.degrees
            roman = _ROMANS[step].lower() if lower else _ROMANS[step]
            found.append(FoundIn(scale.symbol, roman, chord.symbol))
    return tuple(found)


def _stacked(scale: Scale, step: int, tones: int) -> Chord | None:
    root = scale.fifths[step]
    labels = {_LABELS.get(scale.fifths[(step + 2 * place) % 7] - root) for place in range(tones)}
    told = {label for label in labels if label is not None}
    return chord_on(root, shape_of(told)) if len(told) == tones else None


def _related(scale: Scale) -> tuple[str, ...]:
    own = [one.id for one in concepts() if one.scale and Scale.parse(f"C {one.scale}").kind == scale.kind]
    family = [
        one.id
        for one in concepts()
        if one.scale and Scale.parse(f"C {one.scale}").kind.family == scale.kind.family and one.id not in own
    ]
    after = [one.id for one in concepts() if set(one.needs) & set(own)]
    return tuple(dict.fromkeys((*own, *after, *family)))[:6]
