"""The written-out piece as a file, by suffix. Knows which format a suffix means, leaves the writing to the formats."""

from __future__ import annotations

from partimento.core.errors import UnknownName
from partimento.music.score import Score

SUFFIXES = (".abc", ".cho", ".chordpro", ".ireal", ".mid", ".midi", ".musicxml", ".txt")
"""What `write` knows; others (".json", ".wav") are the caller's."""

CHARTS = (".cho", ".chordpro", ".ireal", ".txt")
"""Those that need chords alone, and no notes."""


def write(score: Score, suffix: str) -> bytes:
    """The bytes of the file that a suffix such as ".mid" promises; text is UTF-8, letter case does not matter.

    Raises UnknownName (kind "format") for a suffix nothing is written for, BadInput for a piece that cannot be written.
    """
    match suffix.lower():
        case ".mid" | ".midi":
            from partimento.music.formats import midi

            return midi.write(score)
        case ".musicxml":
            from partimento.music.formats import musicxml

            return musicxml.write(score).encode()
        case ".abc":
            from partimento.music.formats import abc

            return abc.write(score).encode()
        case ".cho" | ".chordpro":
            from partimento.music.formats import chordpro

            return chordpro.write(score).encode()
        case ".ireal":
            from partimento.music.formats import ireal

            return ireal.write(score).encode()
        case ".txt":
            from partimento.music.formats import chart

            return chart.write(score).encode()
    raise UnknownName("format", suffix, SUFFIXES, mend=f"end the file name in one of: {', '.join(SUFFIXES)}")
