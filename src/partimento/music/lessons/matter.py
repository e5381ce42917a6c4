"""The music of a concept in a setting: its chords, scale, voicing and rhythm in the key, ready to be played and told.

Knows how each kind of concept is shown; leaves the words to those who write, exercises to `drills`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import zip_longest
from random import Random
from typing import Final

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.composition.accompaniment import fitting
from partimento.music.composition.arrange import kind_at
from partimento.music.composition.genre import Application
from partimento.music.exercises.rhythm import count
from partimento.music.exercises.scale import chord_on
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.leading import lead
from partimento.music.lessons.setting import Setting
from partimento.music.rhythm import Part, hits
from partimento.music.roman import chord_of, numeral
from partimento.music.scale import scale_on
from partimento.music.teaching.concept import Concept
from partimento.music.voicing.reach import Grip, Kind
from partimento.music.voicing.study import kind_named
from partimento.music.voicing.words import note_names

_LOOPS: Final[dict[str, tuple[str, str]]] = {
    "blues": ("I7 IV7 I7 V7", "i7 iv7 i7 V7"), "classical": ("I IV V I", "i iv V i"),
    "gospel": ("I IV V I", "i iv V7 i"), "jazz": ("Imaj7 vi7 ii7 V7", "i7 iv7 iiø7 V7"),
    "latin": ("I IV V7 IV", "i iv V7 i"), "neosoul": ("ii7 V7 Imaj7 vi7", "i7 iv7 i7 v7"),
    "reggae": ("I IV V IV", "i bVII i iv"), "rnb": ("I vi IV V", "i bVI bVII i"),
}  # fmt: skip
"""What a genre's players loop when something else than harmony is learnt, in major and in minor."""
_USUAL: Final = ("I IV V I", "i iv V i")
_FORMS: Final = {
    "twelve-bar-blues": "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",
    "quick-change": "I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",
    "minor-blues": "i7 i7 i7 i7 iv7 iv7 i7 i7 bVI7 V7 i7 V7",
}
"""Concepts that are a whole chorus, a chord a bar."""
_STEP: Final = re.compile(r"[iIvV]+")
_SMALL_HANDS: Final = 3
"""Up to this level, no hand is asked for more than an octave where the concept does not ask it."""
_OCTAVE: Final = 12


class Hands(Struct, frozen=True):
    """A chord under two hands, the notes by name from the lowest up ("Eb3"); a hand may be empty."""

    chord: str
    left_hand: tuple[str, ...]
    right_hand: tuple[str, ...]


class Matter(Struct, frozen=True, kw_only=True):
    """`chords` are a bar each and end where they come to rest; `kind` is how they are voiced.

    `scale` ("Bb Dorian") and `counts` (the strokes of left and right hand, as players count them) where the concept has
    them.
    """

    concept: Concept
    setting: Setting
    chords: tuple[str, ...]
    kind: Kind
    scale: str = ""
    counts: tuple[str, str] = ("", "")

    @property
    def numerals(self) -> tuple[str, ...]:
        return numerals_of(self.chords, self.setting.key)

    def in_key(self, key: str) -> Matter:
        """The same in another key of the same mode."""
        return matter(self.concept, self.setting.in_key(key), self.counts)


def matter(concept: Concept, setting: Setting, counts: tuple[str, str] = ("", "")) -> Matter:
    """What a concept is in a setting, whose key must be of the concept's mode (see `teaching.keys.home_key`)."""
    chords = chords_for(concept, setting)
    scale = scale_on(Key.parse(setting.key).tonic, concept.scale).symbol if concept.scale else ""
    return Matter(
        concept=concept,
        setting=setting,
        chords=chords,
        kind=kind_in(concept, chords, setting),
        scale=scale,
        counts=counts,
    )


def chords_for(concept: Concept, setting: Setting) -> tuple[str, ...]:
    """The concept's own chords, led to where they rest; else those its scale lies over; else what the genre loops."""
    home = Key.parse(setting.key)
    if concept.id in _FORMS:
        return in_key(tuple(_FORMS[concept.id].split()), home)
    if concept.numerals:
        return in_key(resolved(concept.numerals, minor=home.is_minor), home)
    if concept.scale and concept.scale not in ("major", "natural minor"):
        return (chord_on(scale_on(home.tonic, concept.scale)),)
    loop = _LOOPS.get(setting.genre, _USUAL)[home.is_minor]
    if setting.level <= 3 and "7" in loop and setting.genre != "blues":
        loop = _USUAL[home.is_minor]
    return in_key(tuple(loop.split()), home)


def resolved(numerals: tuple[str, ...], *, minor: bool) -> tuple[str, ...]:
    """A single chord in the company that shows what it does: dominants go home, a ii by way of V."""
    if len(numerals) != 1:
        return numerals
    (one,) = numerals
    step = _STEP.match(one)
    seventh = any(figure in one for figure in ("7", "9", "11", "13"))
    tonic = ("i7" if minor else "Imaj7") if seventh else ("i" if minor else "I")
    match step[0] if step else "":
        case "V" | "vii":
            return (one, tonic)
        case "ii" | "IV" | "iv":
            return (one, "V7", tonic)
    return (one, "iv" if minor else "IV", "V7", one)


def in_key(numerals: tuple[str, ...], home: Key) -> tuple[str, ...]:
    """The chords that numerals mean, spelled for the key. Raises NumeralSyntaxError."""
    return tuple(chord_of(one, home).symbol for one in numerals)


@lru_cache(maxsize=4096)
def numerals_of(chords: tuple[str, ...], key: str) -> tuple[str, ...]:
    """The numerals of chords in a key, each told by what follows it. Raises ChordSyntaxError, KeySyntaxError."""
    read = [Chord.parse(symbol) for symbol in chords]
    home = Key.parse(key)
    return tuple(numeral(chord, home, after) for chord, after in zip_longest(read, read[1:]))


def kind_in(concept: Concept | None, chords: tuple[str, ...], setting: Setting) -> Kind:
    """How the chords are voiced: as the concept says, or as the genre voices them at that level."""
    if concept is not None and concept.voicing:
        return kind_named(concept.voicing)
    kind = kind_at(style_of(setting), setting.level)
    bare = any(Chord.parse(symbol).seventh is None for symbol in chords)
    if setting.level <= _SMALL_HANDS and kind == "shell" and not bare:
        wide = any(grip.left and grip.left[-1] - grip.left[0] > _OCTAVE for grip in lead(list(chords), kind))
        return "block" if wide else kind
    return "block" if bare and kind in ("shell", "comping", "rootless", "neosoul", "spread", "quartal") else kind


def style_of(setting: Setting) -> Application:
    """The use of the genre."""
    return find(setting.genre).application(setting.style)


@lru_cache(maxsize=4096)
def hands_of(chords: tuple[str, ...], kind: Kind) -> tuple[Hands, ...]:
    """The chords led with the least movement, the notes by name. Raises ChordSyntaxError."""
    symbols = [Chord.parse(symbol).symbol for symbol in chords]
    return tuple(_named(symbol, grip) for symbol, grip in zip(symbols, lead(symbols, kind), strict=True))


def _named(symbol: str, grip: Grip) -> Hands:
    return Hands(symbol, note_names(symbol, grip.left), note_names(symbol, grip.right))


def counts_of(setting: Setting, rng: Random) -> tuple[str, str]:
    """Where left and right hand strike in a pattern of the style and level, as players count: ("1, 3", "2&, 4")."""
    left, right = (_count(setting, part, rng) for part in ("left", "right"))
    return left, right


def _count(setting: Setting, part: Part, rng: Random) -> str:
    patterns = [one for one in find(setting.genre).patterns if one.part == part]
    bars, _ = fitting(patterns, setting.style, setting.meter, setting.level)
    short = [one for one in bars if len(hits(one)) == 1] or list(bars)
    return count(rng.choice(short)) if short else ""
