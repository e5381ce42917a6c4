"""What a genre is: one declaration of data, read by one composer and one arranger. Knows no genre by name.

Chords are written as numerals with a plain seventh ("ii7", "V7/ii", "#ivo7", "I/3"); the *colours* say what each may
wear at a level (ii7 as ii, ii9, ii11). Bars are parted by "|", chords in a bar by spaces, and share it by the meter.
Levels run from 1 (first lessons) to 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from partimento.music.composition.form import Cadence, Form
from partimento.music.rhythm import Clave, Pattern
from partimento.music.score import Instrument
from partimento.music.voicing import Kind

Bars = tuple[tuple[str, ...], ...]


class Cell(Struct, frozen=True):
    """A few bars of harmony. `roles`: where it may stand ("opening", "answer", "bridge" …, parted by spaces).

    `applications` empty: any. `device`: what a description calls it when it wants it ("walk-up").
    """

    text: str
    roles: str
    low: int = 1
    high: int = 10
    weight: float = 1.0
    applications: tuple[str, ...] = ()
    device: str = ""

    @property
    def bars(self) -> Bars:
        return bars_of(self.text)


class Colour(Struct, frozen=True):
    """A suffix that a class of chord may wear between two levels; a description may ask for a `device` at any."""

    suffix: str
    low: int = 1
    high: int = 10
    weight: float = 1.0
    device: str = ""


class Rewrite(Struct, frozen=True):
    """A substitution: chords found next to each other, and what they become.

    `gives` has one group for each chord of `finds`; a group "ii7+V7" puts two chords in the place of one. It is made by
    `chance` from its level on, and at any level where a description asks for its device.
    """

    device: str
    finds: str
    gives: str
    level: int = 1
    chance: float = 0.3


Cadences = Mapping[Cadence, tuple[Cell, ...]]
"""The cells that make each cadence."""


class Mode(Struct, frozen=True):
    """The harmony of one mode (major or minor): cells by role, cells that make each cadence, substitutions."""

    cells: tuple[Cell, ...]
    cadences: Cadences
    rewrites: tuple[Rewrite, ...] = ()


class Touch(Struct, frozen=True):
    """How hard keys are struck: each hand's MIDI velocity, what each beat of the bar adds, how far chance may stray."""

    left: int = 64
    right: int = 70
    accents: tuple[int, ...] = (6, 0, 3, 0)
    stray: int = 5


class Groove(Struct, frozen=True, kw_only=True):
    """What a drummer plays in a bar, or in a few that come round: a line of text for each piece of the kit.

    `lines`: ("ride", "x . x x"), a sign for each step of an even grid, bars parted by "|": x a stroke, X an accent,
    o a soft one, "." none. Pieces are those of `band.KIT`. Fills, levels and `clave` as in a Pattern.
    """

    meter: str
    lines: tuple[tuple[str, str], ...]
    applications: tuple[str, ...] = ()
    low: int = 1
    high: int = 10
    weight: float = 1.0
    role: Literal["bar", "fill"] = "bar"
    clave: bool = False


class Application(Struct, frozen=True, kw_only=True):
    """A use of the genre (worship, bossa …): its words, tempo range in BPM, meters, feel and hands.

    `swing`: where in the beat the second eighth falls (0.5 straight, 0.667 triplet); with `sixteenths`, where in half a
    beat the second sixteenth does. `voicings`: (from level, kind). `forms`: names of the forms it takes; the first is
    the usual one. `most_chords`: how many a bar may hold. `clave`: the side its two-bar patterns start on.
    `bass`: the General MIDI program of the band's bass.
    """

    name: str
    words: tuple[str, ...] = ()
    tempo: tuple[int, int]
    meters: tuple[str, ...] = ("4/4",)
    swing: float = 0.5
    voicings: tuple[tuple[int, Kind], ...]
    forms: tuple[str, ...]
    most_chords: int = 2
    touch: Touch = Touch()
    sixteenths: bool = False
    clave: Clave | None = None
    bass: int = 32


class Genre(Struct, frozen=True, kw_only=True, eq=False):
    """A declaration. `homes`: the keys taken when none is named, major and minor. The first application is the usual.

    `colours`: a chord class ("maj7", "m7", "7", "7 to minor" …), or one numeral ("iii7"), and what it may wear.
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    homes: tuple[str, str]
    applications: tuple[Application, ...]
    forms: tuple[Form, ...]
    major: Mode
    minor: Mode
    colours: Mapping[str, tuple[Colour, ...]]
    patterns: tuple[Pattern, ...]
    grooves: tuple[Groove, ...] = ()

    def form(self, name: str) -> Form:
        return next(form for form in self.forms if form.name == name)

    def application(self, name: str) -> Application:
        return next(application for application in self.applications if application.name == name)

    @property
    def players(self) -> tuple[Instrument, ...]:
        """Who can play beside the pianist."""
        found: list[Instrument] = ["bass"] if any(pattern.part == "bass" for pattern in self.patterns) else []
        return (*found, "drums") if self.grooves else tuple(found)

    @property
    def meters(self) -> tuple[str, ...]:
        """Every meter one of its applications plays in."""
        return tuple(dict.fromkeys(meter for application in self.applications for meter in application.meters))


def cells(roles: str, *texts: str, low: int = 1, high: int = 10) -> tuple[Cell, ...]:
    """Cells that differ in nothing but their chords."""
    return tuple(Cell(text, roles, low, high) for text in texts)


@lru_cache(maxsize=4096)
def bars_of(text: str) -> Bars:
    """The numerals of a text, bar by bar: "ii7 V7 | Imaj7" is (("ii7", "V7"), ("Imaj7",))."""
    return tuple(tuple(bar.split()) for bar in text.split("|"))
