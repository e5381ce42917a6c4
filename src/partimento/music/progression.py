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

from partimento.core.errors import BadInput
from partimento.music.analysis import function_of
from partimento.music.brief import Plan
from partimento.music.cells import Sketch, sketch
from partimento.music.chord import Chord
from partimento.music.form import Form, Span, lay_out
from partimento.music.genre import Application, Genre
from partimento.music.key import Key
from partimento.music.rhythm import bar_beats, known_meter, most_chords, shares
from partimento.music.roman import chord_of, numeral
from partimento.music.score import PlacedChord, Section


class Progression(Struct, frozen=True):
    """Chords in order, in a key ("Ab", "Am") and meter; the hands of each chord are still empty.

    Bars and beats count from 1; a beat here is a quarter note in every meter, so the middle of a 6/8 bar is beat 2.5.
    """

    key: str
    meter: str
    bars: int
    sections: tuple[Section, ...]
    chords: tuple[PlacedChord, ...]
