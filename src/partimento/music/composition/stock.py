"""The common stock of tonal harmony: closes and substitutions that several genres share; each picks its own.

Sources: Aldwell & Schachter, Harmony and Voice Leading (closes, mixture); Levine, The Jazz Theory Book (ii-V-I,
turnarounds, substitutes).
"""

from __future__ import annotations

from typing import Final

from partimento.music.composition.genre import Cell, Colour, Groove, Rewrite
from partimento.music.rhythm import Pattern
from partimento.music.score import Hand

Cells = tuple[Cell, ...]

# ---- major: closes ---------------------------------------------------------------------------------------------

DOMINANT_CLOSE: Final[Cells] = (Cell("V7 Imaj7", "any", weight=0.5),)
TWO_FIVE_ONE: Final[Cells] = (Cell("ii7 V7 Imaj7", "any", weight=0.3), Cell("ii7 V7 | Imaj7", "any", weight=3))
TWO_FIVE: Final[Cells] = (Cell("ii7 V7", "any", weight=2), Cell("ii7 | V7", "any", weight=2))
TURNAROUND: Final[Cells] = (
    Cell("iii7 vi7 | ii7 V7", "any"),
    Cell("iii7 V7/ii | ii7 V7", "any", low=3, weight=2),
    Cell("Imaj7 #io7 | ii7 V7", "any", low=4),
)
PLAGAL: Final[Cells] = (
    Cell("IVmaj7 Imaj7", "any"),
    Cell("IVmaj7 | Imaj7", "any", weight=2),
    Cell("IVmaj7 iv6 | Imaj7", "any", low=3, weight=2),
)

# ---- minor: closes ---------------------------------------------------------------------------------------------

MINOR_DOMINANT_CLOSE: Final[Cells] = (Cell("V7 i7", "any", weight=0.5),)
MINOR_TWO_FIVE_ONE: Final[Cells] = (Cell("iiø7 V7 i7", "any", weight=0.3), Cell("iiø7 V7 | i7", "any", weight=3))
MINOR_TWO_FIVE: Final[Cells] = (Cell("iiø7 V7", "any", weight=2), Cell("iiø7 | V7", "any", weight=2))
MINOR_PLAGAL: Final[Cells] = (Cell("iv7 i7", "any"), Cell("iv7 | i7", "any", weight=2))

# ---- blues -----------------------------------------------------------------------------------------------------

BLUES_CLOSE: Final[Cells] = (Cell("ii7 | V7 | I7 | I7", "blues-close", weight=2),)
MINOR_BLUES_ANSWER: Final[Cells] = (Cell("iv7 | iv7 | i7 | i7", "blues-answer"),)
MINOR_BLUES_CLOSE: Final[Cells] = (
    Cell("bVI7 | V7 | i7 | i7", "blues-close", weight=2),
    Cell("iiø7 | V7 | i7 | i7", "blues-close"),
)

# ---- substitutions ---------------------------------------------------------------------------------------------

MIXTURE: Final = (
    Rewrite("modal interchange", "V7 Imaj7", "iv6+V7 Imaj7", 9, 0.05),
    Rewrite("modal interchange", "ii7 V7", "iiø7 V7", 6, 0.15),
)
PASSING: Final = (
    Rewrite("passing chords", "IV7 I7", "IV7+#ivo7 I7", 4, 0.3),
    Rewrite("passing chords", "V7 Imaj7", "V7+viio7 Imaj7", 9, 0.05),
)
APPLIED: Final = (Rewrite("secondary dominants", "iii7 vi7", "V7/vi vi7", 5, 0.2),)
MINOR_MIXTURE: Final = (Rewrite("modal interchange", "iv7 i7", "IV7 i7", 5, 0.2),)
MINOR_APPLIED: Final = (Rewrite("secondary dominants", "V7 i7", "V7/V+V7 i7", 9, 0.05),)
MINOR_JAZZ: Final = (
    Rewrite("secondary dominants", "bIIImaj7 bVImaj7", "bIIImaj7+V7/bVI bVImaj7", 5, 0.3),
    Rewrite("walk-up", "i7 iv7", "i7+i/b3 iv7", 4, 0.1),
)

# ---- colours ---------------------------------------------------------------------------------------------------

PLAIN: Final = (Colour(""),)
SIXTHS: Final = (Colour("6"), Colour("69", low=6))

# ---- harmony in triads -----------------------------------------------------------------------------------------


def weighed(
    roles: str, weight: float, *texts: str, low: int = 1, high: int = 10, uses: tuple[str, ...] = ()
) -> tuple[Cell, ...]:
    """Cells that come equally often, and differ in nothing but their chords."""
    return tuple(Cell(text, roles, low, high, weight, uses) for text in texts)


TRIAD_TURNAROUND: Final[Cells] = weighed("any", 1, "I vi | IV V7", "I vi | ii V7", "I vi | ii7 V7")
TRIAD_DEVICES: Final = (
    Rewrite("walk-up", "I IV", "I+I/3 IV", 3, 0.1),
    Rewrite("walk-up", "I", "I+I/3", 11),
    Rewrite("walk-up", "V7 I", "V7/7 I", 11),
    Rewrite("passing chords", "I ii", "I+#io7 ii", 5, 0.2),
    Rewrite("passing chords", "IV V7", "IV+#ivo7 V7", 5, 0.1),
    Rewrite("passing chords", "I", "viio7+I", 11),
    Rewrite("tritone substitution", "V7 I", "bII7 I", 11),
    Rewrite("modal interchange", "IV I", "IV+iv I", 5, 0.15),
    Rewrite("modal interchange", "I", "iv+I", 11),
    Rewrite("secondary dominants", "I IV", "I+V7/IV IV", 4, 0.15),
    Rewrite("secondary dominants", "I vi", "I+V7/vi vi", 5, 0.15),
    Rewrite("secondary dominants", "vi", "V7/vi+vi", 11),
    Rewrite("secondary dominants", "IV V", "V7/V V", 11),
    Rewrite("secondary dominants", "ii V", "V7/V V", 11),
    Rewrite("secondary dominants", "I V", "V7/V V", 11),
    Rewrite("modal interchange", "IV V", "iv V", 11),
    Rewrite("modal interchange", "ii/4 V", "iio/4 V", 11),
    Rewrite("secondary dominants", "V", "V7/V+V", 11),
    Rewrite("altered dominants", "bII7 I", "V7 I", 11),
    Rewrite("altered dominants", "V I", "V7 I", 11),
    Rewrite("altered dominants", "IV I", "IV+V7 I", 11),
)
"""What a description asks for, where the tonic is a triad; from level 11 on: only when asked."""

MINOR_TRIAD_DEVICES: Final = (
    Rewrite("walk-up", "i iv", "i+i/b3 iv", 3, 0.1),
    Rewrite("walk-up", "i", "i+i/b3", 11),
    Rewrite("walk-up", "V7 i", "V7/7 i", 11),
    Rewrite("passing chords", "i", "viio7+i", 11),
    Rewrite("tritone substitution", "V7 i", "bII7 i", 11),
    Rewrite("modal interchange", "iv", "IV", 11),
    Rewrite("modal interchange", "i", "bIImaj7+i", 11),
    Rewrite("secondary dominants", "i iv", "i+V7/iv iv", 5, 0.15),
    Rewrite("secondary dominants", "iv", "V7/iv+iv", 11),
    Rewrite("secondary dominants", "iv V", "V7/V V", 11),
    Rewrite("secondary dominants", "i V", "V7/V V", 11),
    Rewrite("passing chords", "V i", "viio7 i", 11),
    Rewrite("passing chords", "V7 i", "viio7 i", 11),
    Rewrite("secondary dominants", "V", "V7/V+V", 11),
    Rewrite("altered dominants", "bII7 i", "V7 i", 11),
    Rewrite("altered dominants", "bVII i", "V7 i", 11),
    Rewrite("altered dominants", "iv i", "iv+V7 i", 11),
)

# ---- the band: basses ------------------------------------------------------------------------------------------

Uses = tuple[str, ...]


def hand(
    part: Hand, uses: Uses, meter: str, *texts: str, low: int = 1, high: int = 10, weight: float = 1.0
) -> tuple[Pattern, ...]:
    """Bars of a hand that differ in nothing but their strokes."""
    return tuple(Pattern(part, meter, text, uses, low, high, weight) for text in texts)


def bass(uses: Uses, meter: str, *texts: str, low: int = 1, high: int = 10) -> tuple[Pattern, ...]:
    """Lines of a band's bass that come equally often."""
    return tuple(Pattern("bass", meter, text, uses, low, high) for text in texts)


def two_feel(*uses: str) -> tuple[Pattern, ...]:
    """Roots and fifths in halves, with a step into the next root."""
    return bass(uses, "4/4", "R - - - F - - -", "R - - - F - A -", "R - - - - - A -")


def walking(*uses: str) -> tuple[Pattern, ...]:
    """Four to the bar: a chord tone on every beat, the last one a step into the next root."""
    simple = bass(uses, "4/4", "R - T - F - A -", "R - F - T - A -", "R - F - O - A -", high=6)
    longer = bass(uses, "4/4", "R - T - F - S - | O - S - F - A -", "R - S - F - A -", "R - T - F - A A", low=5)
    return simple + longer


def waltz_bass(*uses: str) -> tuple[Pattern, ...]:
    """One to the bar, and a walk in three."""
    return bass(uses, "3/4", "R - - - - -", "R - - - F -") + bass(uses, "3/4", "R - T - A -", "R - F - A -", low=4)


def slow_triplet_bass(*uses: str) -> tuple[Pattern, ...]:
    """In 12/8 and 6/8: roots on the strong beats, with pick-ups."""
    return (
        *bass(uses, "12/8", "R - - - - R F - - - - A", "R - - R - - F - - A - -", "R - - - - - R - - - - F"),
        *bass(uses, "6/8", "R - - F - A", "R - - - - R", "R - - F - -"),
    )


# ---- the band: drums -------------------------------------------------------------------------------------------


def ride_swing(*uses: str) -> tuple[Groove, ...]:
    """The ride's ding-ding-a-ding, the hat shut on two and four, the kick feathered, the snare talking."""
    ride, hat = ("ride", "x . x x x . x x"), ("pedal hat", ". . x . . . x .")
    feathered = ("kick", "o . o . o . o .")
    return (
        Groove(meter="4/4", lines=(ride, hat, feathered), applications=uses, weight=2),
        Groove(meter="4/4", lines=(ride, hat, ("snare", ". . . o . . . .")), applications=uses, low=3),
        Groove(meter="4/4", lines=(ride, hat, feathered, ("snare", ". o . . . . . o")), applications=uses, low=5),
        Groove(meter="4/4", lines=(ride, hat, ("kick", ". . . x . . . .")), applications=uses, low=5),
        Groove(
            meter="4/4",
            lines=(("snare", "x . o x . o x x"), ("kick", "x . . . . . . X"), hat),
            applications=uses,
            role="fill",
        ),
    )


def brushes(*uses: str) -> tuple[Groove, ...]:
    """A slow ballad: brushes on the snare, the hat on two and four."""
    hat = ("pedal hat", ". . x . . . x .")
    return (
        Groove(meter="4/4", lines=(("snare", "o . x o o . x o"), hat), applications=uses, weight=2),
        Groove(meter="4/4", lines=(("snare", "o o x . o o x ."), hat, ("kick", "o . . . o . . .")), applications=uses),
        Groove(meter="4/4", lines=(("snare", "o . x o o o x o"), ("ride", "o . . . . . . .")), applications=uses,
               role="fill"),
    )  # fmt: skip


def swung_waltz(*uses: str) -> tuple[Groove, ...]:
    """Three on the ride, the hat on two, or on two and three."""
    ride = ("ride", "x . x x x .")
    return (
        Groove(meter="3/4", lines=(ride, ("pedal hat", ". . x . . ."), ("kick", "o . . . . .")), applications=uses),
        Groove(meter="3/4", lines=(ride, ("pedal hat", ". . x . x ."), ("snare", ". . . o . .")), applications=uses,
               low=3),
        Groove(meter="3/4", lines=(ride, ("snare", ". . x o x x")), applications=uses, role="fill"),
    )  # fmt: skip


def backbeat(*uses: str) -> tuple[Groove, ...]:
    """Eighths on the hat, the snare on two and four."""
    hat, snare = ("closed hat", "x x x x x x x x"), ("snare", ". . X . . . X .")
    return (
        Groove(meter="4/4", lines=(hat, snare, ("kick", "X . . . X . . .")), applications=uses, weight=2),
        Groove(meter="4/4", lines=(hat, snare, ("kick", "X . . x X . . .")), applications=uses, low=3),
        Groove(meter="4/4", lines=(hat, snare, ("kick", "X . . . . x X .")), applications=uses, low=3),
        Groove(
            meter="4/4",
            lines=(("snare", ". . X . x x X X"), ("kick", "X . . . X . . ."), ("closed hat", "x x x x . . . .")),
            applications=uses,
            role="fill",
        ),
    )


def slow_triplets(*uses: str) -> tuple[Groove, ...]:
    """The triplets of a slow 12/8, or 6/8, on the hat; the snare answers the kick."""
    hat, snare = ("closed hat", "x x x x x x x x x x x x"), (". . . X . . . . . X . .")
    return (
        Groove(meter="12/8", lines=(hat, ("snare", snare), ("kick", "X . . . . . X . . . . .")), applications=uses),
        Groove(meter="12/8", lines=(hat, ("snare", snare), ("kick", "X . . . . x X . . . . x")), applications=uses,
               low=3),
        Groove(meter="12/8", lines=(("snare", "x . . X . . x x x x x x"), ("kick", "X . . . . . X . . . . .")),
               applications=uses, role="fill"),
        Groove(meter="6/8", lines=(("closed hat", "x x x x x x"), ("rim", ". . . x . ."), ("kick", "X . . . . .")),
               applications=uses),
        Groove(meter="6/8", lines=(("closed hat", "x x x x x x"), ("snare", ". . . X . ."), ("kick", "X . . . . x")),
               applications=uses, low=3),
        Groove(meter="6/8", lines=(("snare", ". . . X x x"), ("kick", "X . . . . .")), applications=uses, role="fill"),
    )  # fmt: skip


def slow_three(*uses: str) -> tuple[Groove, ...]:
    """A straight 3/4: kick on one, rim or snare on three."""
    hat = ("closed hat", "x x x x x x")
    return (
        Groove(meter="3/4", lines=(hat, ("kick", "X . . . . ."), ("rim", ". . . . x .")), applications=uses),
        Groove(meter="3/4", lines=(hat, ("kick", "X . . x . ."), ("snare", ". . . . X .")), applications=uses, low=3),
        Groove(meter="3/4", lines=(("snare", ". . . x X x"), ("kick", "X . . . . .")), applications=uses, role="fill"),
    )


def roll(*uses: str) -> tuple[Groove, ...]:
    """A roll on the snare into the next section, in 4/4 and in 5/4."""
    return (
        Groove(meter="4/4", lines=(("snare", "x . . x o . x x"), ("kick", "X . . . X . . .")), applications=uses,
               role="fill"),
        Groove(meter="5/4", lines=(("snare", "x . . x o . x . x x"), ("kick", "X . . . . . X . . .")),
               applications=uses, role="fill"),
    )  # fmt: skip
