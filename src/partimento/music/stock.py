"""The common stock of tonal harmony: closes and substitutions that several genres share; each picks its own.

Sources: Aldwell & Schachter, Harmony and Voice Leading (closes, mixture); Levine, The Jazz Theory Book (ii-V-I,
turnarounds, substitutes).
"""

from __future__ import annotations

from typing import Final

from partimento.music.genre import Cell, Colour, Rewrite

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

# ---- colours ---------------------------------------------------------------------------------------------------

PLAIN: Final = (Colour(""),)
