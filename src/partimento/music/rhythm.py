"""Rhythm: how chords share a bar, how a hand's pattern is written, and where swing puts the off-beats. Knows no pitch.

A pattern is one line of text, a sign for each step of an even grid, bars parted by "|":

    "R . U . F . U ."      stride in eighths            "X - - - - - . ."      a chord held for three quarters
    ". . X . . . X ."      a skank                      "1 - 3 - 2 - 3 -"      an Alberti bass

    -  the last stroke goes on     .  silence (the stroke before it ends)
    X  the hand's whole grip       U  the grip without its lowest note     1-5  one note of the grip, counted from below
    R  the bass of the chord       r  an octave lower     O  an octave higher
    T F S  third, fifth, seventh of the chord, near the bass (where it has none: the next best of its tones)
    t f s  the same, in their first place above the bass ("R f t f": Alberti)
    B C    the bass with its fifth, and with the sixth above it ("B B C C": a shuffle)
    A  a step into the next chord's bass      N  the next chord's whole grip, struck ahead of its bar
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import BadInput

Part = Literal["left", "right", "bass"]
Clave = Literal["2-3", "3-2"]
Stroke = Literal[
    "X", "U", "1", "2", "3", "4", "5", "R", "r", "O", "T", "F", "S", "t", "f", "s", "B", "C", "A", "N",
]  # fmt: skip

# Bar length in quarters, length of a beat, and how 1, 2, 3 … chords share the bar, the stronger place the longer.
_METERS: Final[dict[str, tuple[float, float, tuple[tuple[float, ...], ...]]]] = {
    "4/4": (4.0, 1.0, ((4.0,), (2.0, 2.0), (2.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0))),
    "2/2": (4.0, 2.0, ((4.0,), (2.0, 2.0), (2.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0))),
    "2/4": (2.0, 1.0, ((2.0,), (1.0, 1.0))),
    "3/4": (3.0, 1.0, ((3.0,), (2.0, 1.0), (1.0, 1.0, 1.0))),
    "5/4": (5.0, 1.0, ((5.0,), (3.0, 2.0), (3.0, 1.0, 1.0))),
    "6/8": (3.0, 1.5, ((3.0,), (1.5, 1.5))),
    "12/8": (6.0, 1.5, ((6.0,), (3.0, 3.0), (3.0, 1.5, 1.5), (1.5, 1.5, 1.5, 1.5))),
}
METERS: Final = tuple(_METERS)


class Pattern(Struct, frozen=True):
    """What a hand, or the bass of a band, plays in a bar, or in a few bars that come round. `applications` empty: any.

    A "fill" is played in the last bar of a section that leads on, a "bar" anywhere else. With `clave` it has two bars,
    written in 2-3 clave; in 3-2 they change places.
    """

    part: Part
    meter: str
    text: str
    applications: tuple[str, ...] = ()
    low: int = 1
    high: int = 10
    weight: float = 1.0
    role: Literal["bar", "fill"] = "bar"
    clave: bool = False


class Hit(Struct, frozen=True):
    """One stroke: quarters after the bar line, its length (cut short where the next one comes), and the sign."""

    offset: float
    beats: float
    stroke: Stroke


def known_meter(meter: str) -> str:
    """The meter in canonical spelling. Raises BadInput with the meters there are."""
    text = meter.replace(" ", "")
    if text not in _METERS:
        raise BadInput(f"cannot compose in {meter!r}", why="no chords are laid out for that meter", mend=_choose())
    return text


def _choose() -> str:
    return f"choose one of {', '.join(METERS)}"


def bar_beats(meter: str) -> float:
    """The length of a bar in quarter notes."""
    return _METERS[meter][0]


def beat_length(meter: str) -> float:
    """The length of a felt beat in quarter notes: 1.5 in 6/8."""
    return _METERS[meter][1]


def most_chords(meter: str) -> int:
    """How many chords a bar of the meter holds at most."""
    return len(_METERS[meter][2])


def shares(meter: str, chords: int) -> tuple[float, ...]:
    """How so many chords share a bar, in quarters."""
    return _METERS[meter][2][chords - 1]


@lru_cache(maxsize=2048)
def hits(pattern: Pattern) -> tuple[tuple[Hit, ...], ...]:
    """The strokes of a pattern, bar by bar. Raises BadInput for a pattern whose steps do not fill its bars evenly."""
    return tuple(_bar_hits("".join(bar.split()), pattern) for bar in pattern.text.split("|"))


def _bar_hits(steps: str, pattern: Pattern) -> tuple[Hit, ...]:
    per_quarter = steps_per_quarter(steps, pattern.meter)
    if strange := set(steps) - set("XU12345RrOTFStfsBCAN-."):
        raise BadInput(
            f"cannot read the pattern {pattern.text!r}",
            why=f"{sorted(strange)} are no strokes",
            mend="see the signs in partimento.music.rhythm",
        )
    found = []
    for place, sign in enumerate(steps):
        if sign in "-.":
            continue
        end = place + 1
        while end < len(steps) and steps[end] == "-":
            end += 1
        found.append(Hit(place / per_quarter, (end - place) / per_quarter, sign))  # type: ignore[arg-type]
    return tuple(found)


def steps_per_quarter(steps: str, meter: str) -> float:
    """How fine the grid of one bar of signs is. Raises BadInput where the steps do not fill the bar evenly."""
    per_quarter = len(steps) / bar_beats(meter)
    if per_quarter not in (2 / 3, 1, 2, 3, 4):
        raise BadInput(
            f"cannot read the bar {steps!r}",
            why=f"{len(steps)} steps do not divide a bar of {meter}",
            mend="write a sign for each quarter, eighth, triplet or sixteenth",
        )
    return per_quarter


def swung(beat: float, ratio: float) -> float:
    """Where a place in quarters (0 at the start) sounds when the second eighth of a beat falls at `ratio` of it."""
    whole = beat // 1
    part = beat - whole
    if ratio == 0.5 or not part:
        return beat
    bent = part * 2 * ratio if part <= 0.5 else ratio + (part - 0.5) * 2 * (1 - ratio)
    return whole + round(bent * 24) / 24
