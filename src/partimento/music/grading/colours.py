"""The tones that players add to a chord symbol unasked: which ones a voicing may hold. Knows no take and no grip."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from partimento.music.chord import Chord
from partimento.music.pitch import name

_COLOURED: Final[dict[str, tuple[str, ...]]] = {
    "maj7": ("maj9", "maj9#11"), "m7": ("m9", "m11"), "7": ("9", "13"), "6": ("69",), "m6": ("m69",),
    "m7b5": ("m11b5",), "m(maj7)": ("m9(maj7)",),
    "7sus4": ("9sus4", "13sus4"), "9": ("13",), "m9": ("m11",), "maj9": ("maj9#11",),
}  # fmt: skip


@lru_cache(maxsize=1024)
def coloured(symbol: str) -> tuple[str, ...]:
    """The same chord with the ninths, elevenths and thirteenths that players add unasked: for Dm7 Dm9 and Dm11."""
    chord = Chord.parse(symbol)
    if chord.root_fifths is None or chord.is_slash:
        return ()
    return tuple(name(chord.root_fifths) + suffix for suffix in _COLOURED.get(chord.shape.suffix, ()))


@lru_cache(maxsize=1024)
def free_tones(symbol: str) -> frozenset[int]:
    """The pitch classes that may sound in a voicing of the chord, its unwritten colours among them."""
    return frozenset(pc for known in (symbol, *coloured(symbol)) for pc in Chord.parse(known).pitch_classes)
