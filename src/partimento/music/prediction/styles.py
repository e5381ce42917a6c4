"""Which collections of songs speak for a genre, how loudly, and how its players write. Knows names only.

Free corpora exist for pop, for the songbook before 1930 and for classical music. Jazz asks the songbook it grew from;
any other genre without its own asks both of the first, and the song's own past does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from partimento.music.chord_shape import Quality

CorpusName = Literal["billboard", "openewld", "when_in_rome"]
Mix = Mapping[CorpusName, float]
Manner = Mapping[Quality, Mapping[Quality, float]]

CALLED: Final[Mapping[CorpusName, str]] = {
    "billboard": "chart songs",
    "openewld": "songbook tunes",
    "when_in_rome": "classical pieces",
}
POOLED: Final[Mix] = {"billboard": 0.5, "openewld": 0.5}
_POP: Final[Mix] = {"billboard": 1.0}
_SONGBOOK: Final[Mix] = {"openewld": 1.0}

# How players write a family's chords before a song has shown its own way. Hand-set: jazz practice as in Levine, The
# Jazz Theory Book (major sevenths and sixths for tonics, minor sevenths); the songbook itself still writes triads.
_JAZZ: Final[Manner] = {
    "maj": {"maj7": 0.55, "6": 0.3, "maj": 0.15},
    "min": {"min7": 0.75, "min6": 0.1, "min": 0.1, "minmaj7": 0.05},
    "7": {"7": 0.85, "aug7": 0.08, "sus7": 0.07},
    "dim": {"dim7": 0.9, "dim": 0.1},
}
_NEOSOUL: Final[Manner] = {
    "maj": {"maj7": 0.8, "6": 0.05, "maj": 0.15},
    "min": {"min7": 0.9, "min": 0.1},
    "7": {"7": 0.7, "sus7": 0.2, "aug7": 0.1},
}


class Style(Struct, frozen=True):
    """`mix`: the share of each corpus, summing to 1; `manner`: how chords are written where the song has not said."""

    mix: Mix
    manner: Manner = {}


_OPEN: Final = Style(POOLED)
_STYLES: Final[Mapping[str, Style]] = {
    "jazz": Style(_SONGBOOK, _JAZZ), "swing": Style(_SONGBOOK, _JAZZ), "latin": Style(POOLED, _JAZZ),
    "bossa": Style(POOLED, _JAZZ), "songbook": Style(_SONGBOOK), "gospel": _OPEN, "blues": _OPEN,
    "neosoul": Style(POOLED, _NEOSOUL), "reggae": Style(_POP), "rnb": Style(_POP), "pop": Style(_POP),
    "rock": Style(_POP), "soul": Style(_POP), "folk": Style(_POP), "classical": Style({"when_in_rome": 1.0}),
}  # fmt: skip


def style_of(genre: str | None) -> Style:
    """What speaks for a genre; an unknown one, or none, is pop and songbook by halves."""
    return _STYLES.get("".join(filter(str.isalpha, (genre or "").lower())), _OPEN)
