"""The composer: chords for a form, from a genre's declaration and a plan. Leaves hands and notes to `arrange`.

A section is filled with cells, phrase by phrase, up to the cadence it promises; a section that comes again keeps its
cells. Substitutions are then laid over it, never over a promise, and each chord takes a colour of its level.
Everything chosen by chance comes from the `random.Random` that is handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music import analysis
from partimento.music.brief import Plan
from partimento.music.chord import Chord
from partimento.music.form import Span, ends_with, lay_out
from partimento.music.genre import Application, Bars, Cell, Colour, Genre, Mode, Rewrite
from partimento.music.key import Key
from partimento.music.numerals import Numeral, numeral_of
from partimento.music.rhythm import bar_beats, known_meter, most_chords, shares
from partimento.music.roman import chord_of, numeral
from partimento.music.score import PlacedChord, Section
