"""Chords as tokens above a tonic, and back as symbols spelled in the key. Knows no statistics.

A token is one int: semitones above the tonic times 16, plus the place of the chord's class in QUALITIES. `END` is the
end of the song. Tensions, alterations and a foreign bass fold away, as in `chord_shape.quality_of`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, get_args

from partimento.music.chord import Chord, chord_on
from partimento.music.chord_grammar import read_suffix
from partimento.music.chord_shape import Quality, Shape
from partimento.music.key import Key
from partimento.music.pitch import nearest_spelling
from partimento.music.roman import numeral

QUALITIES: Final[tuple[Quality, ...]] = get_args(Quality)
CLASSES: Final = len(QUALITIES)
_PLACES: Final = {quality: place for place, quality in enumerate(QUALITIES)}
END: Final = 12 * CLASSES
START: Final = END + 1

_SUFFIXES: Final[dict[Quality, str]] = {
    "maj": "", "min": "m", "min7": "m7", "minmaj7": "m(maj7)", "min6": "m6", "hdim7": "m7b5", "aug7": "7#5",
    "sus": "sus4", "sus7": "7sus4",
}  # fmt: skip
_FAMILY_OF: Final[dict[Quality, Quality]] = {
    "maj7": "maj", "6": "maj", "aug": "maj", "5": "maj", "min7": "min", "min6": "min", "minmaj7": "min", "aug7": "7",
    "sus7": "7", "dim7": "dim", "hdim7": "hdim7", "sus": "sus",
}  # fmt: skip
FAMILIES: Final = tuple(QUALITIES.index(_FAMILY_OF.get(quality, quality)) for quality in QUALITIES)
"""For each class the one that stands for its family: major, minor, dominant, half-diminished, diminished, suspended."""


def read(chords: Iterable[Chord], tonic: int) -> tuple[list[int], list[int]]:
    """The chords' tokens above a tonic (a pitch class), and where each stands, from 1.

    A repeat belongs to the chord before it, "N.C." to none.
    """
    song: list[int] = []
    places: list[int] = []
    for place, chord in enumerate(chords, start=1):
        if chord.root is not None and chord.quality is not None:
            token = (chord.root - tonic) % 12 * CLASSES + _PLACES[chord.quality]
            if not song or song[-1] != token:
                song.append(token)
                places.append(place)
    return song, places


def family(token: int) -> int:
    """The token with its class folded into its family: ii7 and ii become one; END stays."""
    return token if token >= END else token - token % CLASSES + FAMILIES[token % CLASSES]


def moved(token: int, semitones: int) -> int:
    """The token on a root so many semitones higher; END stays."""
    return token if token >= END else (token + semitones * CLASSES) % END


@lru_cache(maxsize=4096)
def chord_of_token(token: int, key: Key) -> Chord:
    """The plainest chord of a token, its root spelled as usual in the key: in C bVII is Bb, #ivo7 is F#dim7."""
    above, place = divmod(token, CLASSES)
    quality = QUALITIES[place]
    pc = (key.pc + above) % 12
    root = key.spellings[pc]
    if quality in ("dim", "dim7") and above in (1, 6, 8) and root not in key.scale:
        root = nearest_spelling(pc, key.tonic + 6)
    return chord_on(root, _shape(quality))


@lru_cache(maxsize=4096)
def numeral_of_token(token: int, key: Key) -> str:
    """The token's numeral in the key, named by itself: "ii7", "V7/ii", "bVIImaj7"."""
    return numeral(chord_of_token(token, key), key)


def _shape(quality: Quality) -> Shape:
    return read_suffix(_SUFFIXES.get(quality, quality))
