"""Progressions: chords in their bars, and the composer that writes them from a genre and a plan. Knows no hands.

A section is filled with cells, phrase by phrase, up to the cadence it promises; a section that comes again keeps its
cells. Substitutions are laid over them, never over a promise, and each chord takes a colour of the level. Whatever is
left to chance comes from the `random.Random` that is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput
from partimento.music.analysis import function_of
from partimento.music.chord import Chord
from partimento.music.composition.colour import coloured
from partimento.music.composition.form import Span, lay_out
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import Plan
from partimento.music.composition.sketch import Frame, Sketch, sketch
from partimento.music.key import Key
from partimento.music.rhythm import known_meter, most_chords, shares
from partimento.music.roman import chord_of, numeral
from partimento.music.score import PlacedChord, Section

_DRAWS: Final = 12


class Progression(Struct, frozen=True):
    """Chords in order, in a key ("Ab", "Am") and meter; the hands of each chord are still empty.

    Bars and beats count from 1; a beat here is a quarter note in every meter, so the middle of a 6/8 bar is beat 2.5.
    """

    key: str
    meter: str
    bars: int
    sections: tuple[Section, ...]
    chords: tuple[PlacedChord, ...]


def compose(genre: Genre, plan: Plan, rng: Random) -> Progression:
    """A progression for a plan (from `plan.plan`); the same `rng` state gives the same one.

    Raises BadInput where so few bars cannot hold what the plan asks for.
    """
    key = Key.parse(plan.key)
    spans, sections = _sketched(genre, plan, key, rng)
    bars = [[_spelled(text, key) for text in bar] for section in sections for bar in section]
    rows = [
        (number, 1 + before, beats, chord)
        for number, bar in enumerate(bars, start=1)
        for chord, beats, before in _in_bar(bar, plan.meter)
    ]
    promised = tuple(Section(span.name, span.start_bar, span.bars, span.cadence) for span in spans)
    return Progression(plan.key, plan.meter, plan.bars, promised, _placed(rows, key))


def read_bars(
    bars: Sequence[str | Sequence[str]], key: str, meter: str = "4/4", sections: Sequence[Section] = ()
) -> Progression:
    """A progression somebody else wrote: one text ("Dm7 G7") or list of symbols a bar; chords share a bar by the meter.

    Without `sections` it is one section with no promise. Raises ChordSyntaxError, KeySyntaxError, BadInput for an empty
    bar or one with more chords than the meter holds.
    """
    home, meter = Key.parse(key), known_meter(meter)
    rows: list[_Row] = []
    for number, bar in enumerate(bars, start=1):
        symbols = bar.split() if isinstance(bar, str) else list(bar)
        if not 1 <= len(symbols) <= most_chords(meter):
            raise BadInput(
                f"bar {number} holds {len(symbols)} chords",
                why=f"a bar of {meter} holds 1 to {most_chords(meter)}",
                mend="write a chord in every bar, N.C. for silence, and spread crowded bars",
            )
        chords = [Chord.parse(symbol) for symbol in symbols]
        rows.extend((number, 1 + before, beats, chord) for chord, beats, before in _in_bar(chords, meter))
    whole = tuple(sections) or (Section("A", 1, len(bars), "open"),)
    return Progression(home.symbol, meter, len(bars), whole, _placed(rows, home))


def read_rows(
    rows: Iterable[tuple[int, float, float, str]], key: str, meter: str, bars: int, sections: Sequence[Section] = ()
) -> Progression:
    """A progression from (bar, beat, beats, symbol) rows, taken as they are: `proof` tells whether they add up.

    Raises ChordSyntaxError, KeySyntaxError, BadInput.
    """
    home = Key.parse(key)
    placed = _placed([(bar, beat, beats, Chord.parse(symbol)) for bar, beat, beats, symbol in rows], home)
    whole = tuple(sections) or (Section("A", 1, bars, "open"),)
    return Progression(home.symbol, known_meter(meter), bars, whole, placed)


@lru_cache(maxsize=8192)
def _spelled(text: str, key: Key) -> Chord:
    """The chord a numeral means, on a root that players read at a glance: no double flats or sharps."""
    chord = chord_of(text, key)
    if chord.root_fifths is None or -8 <= chord.root_fifths <= 12:
        return chord
    return chord.transposed(12 if chord.root_fifths < 0 else -12)


_Row = tuple[int, float, float, Chord]


def _in_bar(chords: Sequence[Chord], meter: str) -> Iterable[tuple[Chord, float, float]]:
    """Each chord of a bar with its length and what went before it, in quarters; a chord said twice is held."""
    distinct = [chord for place, chord in enumerate(chords) if place == 0 or chord.symbol != chords[place - 1].symbol]
    lengths = shares(meter, len(distinct))
    return zip(distinct, lengths, accumulate((0.0, *lengths)), strict=False)


def _placed(rows: Sequence[_Row], key: Key) -> tuple[PlacedChord, ...]:
    """The rows with each chord's numeral and function; a chord is read by the next different one."""
    placed = []
    following: Chord | None = None
    after: Chord | None = None
    for bar, beat, beats, chord in reversed(rows):
        if after is not None and after.symbol != chord.symbol:
            following = after
        roman, function = _reading(chord.symbol, key.symbol, following.symbol if following else "")
        placed.append(PlacedChord(bar, beat, beats, chord.symbol, roman, function))
        after = chord
    return tuple(reversed(placed))


@lru_cache(maxsize=16384)
def _reading(symbol: str, key: str, following: str) -> tuple[str, str]:
    chord, home = Chord.parse(symbol), Key.parse(key)
    after = Chord.parse(following) if following else None
    return numeral(chord, home, after), function_of(chord, home, after)


def _sketched(genre: Genre, plan: Plan, key: Key, rng: Random) -> tuple[tuple[Span, ...], list[Sketch]]:
    """Sections with their numerals. Where little room and many wishes collide, another draw may still hold them all."""
    for draw in range(_DRAWS):
        spans = _spans(genre, plan, rng)
        frame = _frame(genre, plan, key, spans)
        try:
            return spans, coloured(frame, sketch(frame, spans, rng), rng)
        except BadInput:
            if draw == _DRAWS - 1:
                raise
    raise AssertionError("the last draw returns or raises")


# ---- what the form is to hold ----------------------------------------------------------------------------------


def _spans(genre: Genre, plan: Plan, rng: Random) -> tuple[Span, ...]:
    """One of the plan's forms laid out, with the cadences that the description asks for in their places."""
    forms = [genre.form(name) for name in plan.forms]
    spans = list(lay_out(rng.choices(forms, [form.weight for form in forms])[0], plan.bars))
    last = len(spans) - 1
    for place, span in enumerate(spans[:-1]):
        if spans[place + 1].name == plan.into:
            spans[place] = replace(span, cadence="two-five")
        elif "turnaround" in plan.devices and span.bars > 1:
            spans[place] = replace(span, cadence="turnaround")
        elif "deceptive" in plan.devices:
            spans[place] = replace(span, cadence="deceptive")
        elif span.cadence in plan.unwanted:
            spans[place] = replace(span, cadence="authentic")
    if "plagal" in plan.devices:
        spans[last] = replace(spans[last], cadence="plagal")
    elif "turnaround" in plan.devices and last == 0:
        spans[last] = replace(spans[last], cadence="turnaround")
    elif "backdoor" in plan.devices:
        spans[last] = replace(spans[last], cadence="backdoor")
    elif "two-five-one" in plan.devices and not plan.into:
        spans[last] = replace(spans[last], cadence="two-five-one")
    elif spans[last].cadence in plan.unwanted:
        spans[last] = replace(spans[last], cadence="authentic")
    return tuple(spans)


def _frame(genre: Genre, plan: Plan, key: Key, spans: Sequence[Span]) -> Frame:
    application = genre.application(plan.application)
    by_level = 2 if plan.level <= 6 else 4
    habit = max(application.most_chords, 2 if plan.devices else 1)
    return Frame(
        genre=genre,
        application=application,
        is_minor=key.is_minor,
        level=plan.level,
        most=min(habit, by_level, most_chords(plan.meter)),
        devices=plan.devices,
        unwanted=plan.unwanted,
        on_tonic=frozenset(place for place, span in enumerate(spans) if place and span.name == plan.into),
    )
