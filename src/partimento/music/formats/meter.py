"""Meters and the note values they allow: where a duration must be split to be readable. Knows no pitch and no voice.

Places and lengths are ticks of a twelfth of a quarter note (`PER_QUARTER`), so that sixteenths and triplet eighths
are both whole numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from partimento.core.errors import BadInput

PER_QUARTER = 12
SIXTEENTH = 3
EIGHTH = 6
TRIPLET = 4

VALUES: dict[int, tuple[str, int]] = {
    72: ("whole", 1), 48: ("whole", 0), 36: ("half", 1), 24: ("half", 0), 18: ("quarter", 1), 12: ("quarter", 0),
    9: ("eighth", 1), 6: ("eighth", 0), 3: ("16th", 0),
}  # fmt: skip
"""Length in ticks to its written value and dots."""

TRIPLET_VALUES: dict[int, tuple[str, int]] = {8: ("quarter", 0), 4: ("eighth", 0)}
"""The same inside a triplet of eighths."""


class Meter(Struct, frozen=True):
    """A time signature; `bar`, `half` (0 where the bar has no middle) and `beat` are lengths in ticks."""

    beats: int
    unit: int
    bar: int
    half: int
    beat: int

    @staticmethod
    def parse(text: str) -> Meter:
        """Read "4/4", "6/8" … (1 to 32 over 1, 2, 4, 8 or 16). Raises BadInput."""
        found = re.fullmatch(r"\s*(\d{1,2})\s*/\s*(1|2|4|8|16)\s*", text, re.ASCII)
        if found is None or not 1 <= int(found[1]) <= 32:
            raise BadInput(
                f"unknown meter {text!r}",
                why="a meter is beats over a note value",
                mend="write it like 4/4, 3/4 or 6/8",
            )
        beats, unit = int(found[1]), int(found[2])
        step = 4 * PER_QUARTER // unit
        compound = unit >= 8 and beats % 3 == 0
        beat = step * 3 if compound else max(step, EIGHTH)
        count = beats * step / beat
        half = int(beat * count / 2) if count >= 4 and count % 2 == 0 else 0
        return Meter(beats, unit, beats * step, half, beat)

    @property
    def is_compound(self) -> bool:
        """Whether the beat is a dotted note, as in 6/8."""
        return self.beat % 9 == 0

    @property
    def has_quarter_beat(self) -> bool:
        """Whether the beat is a quarter note: only then are triplets and swing looked for."""
        return self.beat == PER_QUARTER

    def counted(self, tempo: float) -> tuple[str, int, float]:
        """A tempo in quarter notes a minute as musicians count it: value and dots of the beat, beats a minute."""
        beat = self.beat if self.beat in VALUES and self.beat >= PER_QUARTER else PER_QUARTER
        return *VALUES[beat], round(tempo * PER_QUARTER / beat, 2)

    def strength(self, place: int) -> int:
        """How strong a place in the bar is: 5 bar line, 4 middle, 3 beat, 2 eighth, 1 anything else."""
        if place % self.bar == 0:
            return 5
        if self.half and place % self.half == 0:
            return 4
        if place % self.beat == 0:
            return 3
        return 2 if place % EIGHTH == 0 else 1


def checked_tempo(tempo: float) -> float:
    """A tempo in quarter notes a minute that can be written. Raises BadInput."""
    if not 0 < tempo < 10_000:
        raise BadInput(f"a tempo of {tempo} cannot be written", mend="give quarter notes a minute, such as 72")
    return tempo


@lru_cache(maxsize=8192)
def split(start: int, end: int, meter: Meter, rest: bool = False) -> tuple[tuple[int, int], ...]:
    """A stretch inside one bar as (place, length) pairs that each have a note value and hide no stronger beat.

    Both ends are multiples of a sixteenth. Notes may hide a beat where readers expect it (eighth quarter eighth,
    quarter half quarter); rests may not.
    """
    inner = range(start + SIXTEENTH, end, SIXTEENTH)
    top = max((meter.strength(place) for place in inner), default=0)
    if end - start in VALUES and _readable(start, end, top, meter, rest):
        return ((start, end - start),)
    cuts = [place for place in inner if meter.strength(place) == top]
    cut = cuts[-1] if meter.strength(start) >= top else cuts[0]
    return split(start, cut, meter, rest) + split(cut, end, meter, rest)


def _readable(start: int, end: int, top: int, meter: Meter, rest: bool) -> bool:
    length, first, last = end - start, meter.strength(start), meter.strength(end)
    dotted = VALUES[length][1] > 0
    if top < 3:  # within one beat
        return not rest or (max(first, last) > top and (not dotted or meter.is_compound))
    if meter.is_compound:
        return first >= 3 and last >= 3 and max(first, last) >= top
    if rest:
        return not dotted and first >= top
    if first >= top or last >= top:
        return True
    return (top == 3 and length == 12 and start % EIGHTH == 0) or (length == 24 and start % PER_QUARTER == 0)
