"""Note names as places on the line of fifths: spelling in, spelling out. Knows no octave, key or chord.

A *spelled pitch class* is one int, called `fifths`: C is 0, each step up a fifth adds one (G 1, D 2 … B 5,
F# 6, C# 7), each step down takes one (F -1, Bb -2, Eb -3 …). Transposing a spelled note is adding ints,
so spelling never goes wrong on the way.
"""

from __future__ import annotations

from functools import cache

from partimento.core.errors import PitchSyntaxError

LETTERS = "FCGDAEB"
ACCIDENTALS = {
    "": 0, "b": -1, "#": 1, "bb": -2, "##": 2, "x": 2, "♭": -1, "♯": 1, "♭♭": -2, "♯♯": 2, "𝄫": -2, "𝄪": 2,
    "bbb": -3, "###": 3, "#x": 3, "x#": 3, "♮": 0,
}  # fmt: skip


@cache
def _known() -> dict[str, int]:
    return {
        letter + sign: place - 1 + 7 * shift
        for place, letter in enumerate(LETTERS)
        for sign, shift in ACCIDENTALS.items()
    }


def fifths(name: str) -> int:
    """The place of a note name on the line of fifths: "Bb" is -2, "F♯" is 6.

    Letters are upper case; accidentals are b # x bb ## or ♭ ♯ 𝄫 𝄪. Raises PitchSyntaxError.
    """
    try:
        return _known()[name]
    except KeyError:
        raise PitchSyntaxError(
            f"cannot read the note name {name!r}",
            why="a note is a letter A to G in upper case and its accidentals",
            mend=_mend(name),
        ) from None


def _mend(name: str) -> str:
    upper = name.strip()[:1].upper() + name.strip()[1:]
    if upper[:1] == "H":
        return "German H is B, and German B is Bb"
    return f"write {upper!r}" if upper in _known() else "write it like C, F#, Bb or Ebb"


@cache
def name(fifths: int) -> str:
    """The note name of a place on the line of fifths, in ASCII: 6 is "F#", -10 is "Ebb"."""
    shift, place = divmod(fifths + 1, 7)
    return LETTERS[place] + ("#" * shift if shift > 0 else "b" * -shift)


def pitch_class(fifths: int) -> int:
    """The sounding pitch class, 0 (C) to 11 (B)."""
    return fifths * 7 % 12


def nearest_spelling(pc: int, around: int) -> int:
    """The spelling of pitch class `pc` closest to the centre `around`; of two equally close, the sharper.

    Around a tonic this gives b2 b3 b6 b7 and #4, the usual chromatic degrees.
    """
    return around - 5 + (7 * pc - around + 5) % 12
