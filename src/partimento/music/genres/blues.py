"""Blues, declared: rounds of twelve, eight and sixteen bars. docs/reference/genres/blues.md says where each is taught.

Dominant sevenths stand on every step, the tonic too. Swing bends sixteenths with the eighths: at 0.667 the first three
of "1 2 3 -" are a triplet.
"""

from __future__ import annotations

from typing import Final

from partimento.music.composition import stock
from partimento.music.composition.form import Form, Part
from partimento.music.composition.genre import (
    Application,
    Cadences,
    Cell,
    Colour,
    Genre,
    Groove,
    Mode,
    Rewrite,
    Touch,
    cells,
)
from partimento.music.composition.stock import weighed
from partimento.music.rhythm import Pattern

_SLOW: Final = ("slow", "ballad")
_BOOGIE: Final = ("boogie",)
_JAZZY: Final = ("jazz", "jump")
_SHUFFLES: Final = ("shuffle", "chicago", "texas")
_ROLLING: Final = (*_SHUFFLES, "boogie")
_WALKING: Final = ("jump", "jazz", "boogie")
_BAND: Final = (*_SHUFFLES, *_WALKING)
_CLOSES: Final = "blues-close stormy-close jazz-close eight-close"

# ---- major -----------------------------------------------------------------------------------------------------

_MAJOR_CELLS: Final = (
    # twelve bars: the call, the answer
    *weighed("slow-call", 3, "I7 | I7 | I7 | I7"),
    *weighed("blues-call", 1, "I7 | I7 | I7 | I7", "I7 | I7 | IV7 | I7", "I7 | I7 IV7 | I7 | I7", high=5),
    *weighed("blues-call quick-call", 1, "I7 | IV7 | I7 | I7", "I7 | IV7 | I7 IV7 | I7", "I7 | IV7 | I7 | I7 IV7"),
    *weighed("jazz-call", 0.5, "I7 | IV7 | I7 | I7", "I7 | IV7 | I7 V7 | I7", "I7 | IV7 | I7 | I7 IV7"),
    Cell("I7 | I7 | I7 | I7 I7/3", "slow-call", low=3, device="walk-up"),
    Cell("I7 | IV7 | I7 | I7 I7/3", "blues-call quick-call", low=3, device="walk-up"),
    Cell("I7 | IV7 #ivo7 | I7 | I7", "blues-call quick-call", low=4, device="passing chords"),
    *weighed("blues-call quick-call", 0.5, "I7 | IV7 | I7 bVII7 | VII7 I7", low=6),
    *weighed("quick-call jazz-call", 2, "I7 | IV7 | I7 | ii7/IV V7/IV", low=3),
    *weighed("jazz-call", 2, "I7 | IV7 #ivo7 | I/5 | ii7/IV V7/IV", low=4),
    *weighed("jazz-call", 2, "I7 | IV7 | I7 V7/ii | ii7/IV bV7", "I7 | bVII7 | I7 | ii7/IV bV7", low=7),
    *weighed("blues-answer jazz-answer stormy-answer", 4, "IV7 | IV7 | I7 | I7", high=7),
    *weighed("blues-answer jazz-answer stormy-answer", 2, "IV7 | IV7 | I7 V7 | I7", "IV7 | IV7 | I7 | I7 V7", high=3),
    *weighed("blues-answer jazz-answer", 2, "IV7 | #ivo7 | I7 | I7", "IV7 | IV7 | I7 | V7/ii", low=3),
    *weighed("blues-answer jazz-answer", 2, "IV7 | #ivo7 | I/5 | V7/ii", low=4),
    Cell("IV7 | iv7 | I7 | I7", "blues-answer stormy-answer", low=4, device="modal interchange"),
    *weighed("blues-answer", 4, "IV7 | IV7 #ivo7 | I7 I7/3 | IV7 I7", low=5, uses=(*_ROLLING, "jump")),
    *weighed("jazz-answer", 2, "IV7 | #ivo7 | iii7 | V7/ii", "IV7 | iv7 bVII7 | I7 | bIII7", low=6),
    Cell("IV7 | IV7 | I7 ii7 | iii7 biii7", "stormy-answer", low=3, device="passing chords", weight=6),
    Cell("IV7 | iv6 | I7 ii7 | iii7 biii7", "stormy-answer", low=5, device="modal interchange", weight=2),
    *cells(_CLOSES, "V7 | IV7 | I7 | I7"),
    # eight bars, and sixteen: a long first line, or a stop-time verse
    *weighed("eight-call", 3, "I7 | V7 | IV7 | IV7", "I7 | I7 | IV7 | IV7", "I7 | I7 V7 | IV7 | IV7"),
    *weighed("eight-call", 2, "I7 | I7 | IV7 | #ivo7", "I7 | V7/vi | IV7 | iv7", low=3),
    *weighed("eight-call", 2, "I7 V7/vi | vi7 V7/IV | IV7 | #ivo7", low=5),
    *weighed("sixteen-call", 1, "I7 | I7 | I7 | I7", "I7 | I7 | IV7 | I7", "I7 | IV7 | I7 | I7"),
    *weighed("sixteen-answer", 2, "IV7 | IV7 | I7 | I7"),
    *weighed("sixteen-answer", 1, "IV7 | IV7 #ivo7 | I7 | I7", low=4),
    *weighed("sixteen-rise", 2, "V7 | IV7 | V7 | IV7"),
    *weighed("sixteen-rise", 1, "V7 | IV7 | V7 | IV7 #ivo7", low=4),
    *weighed("stop-time", 1, "I7 | I7 | I7 | I7", "I7 | I7 IV7 | I7 | I7"),
    # forms that stretch: a vamp on the tonic, and songs
    *weighed("vamp", 1, "I7 | I7 | I7 | IV7", "I7 | IV7", "I7 | I7 IV7"),
    *weighed("vamp", 2, "I7 bIII7 | IV7 I7", "I7 | bVII7 IV7", low=3),
    *weighed("opening", 1, "I7 | IV7 | I7 | V7", "I7 | I7 | IV7 | I7"),
    *weighed("opening", 1, "I7 | V7/vi | IV7 | #ivo7", low=3),
    *weighed("opening", 2, "I7 V7/vi | vi7 V7/IV | IV7 #ivo7 | I/5 V7/ii", low=5),
    *weighed("answer", 1, "IV7 | I7", "I7 | I7 | IV7 | I7", high=6),
    *weighed("answer", 2, "IV7 | IV7 | I7 | V7/ii", "IV7 #ivo7 | I/5 V7/ii | V7/V | V7", low=3),
    *weighed("bridge", 2, "IV7 | IV7 | I7 | I7", "V7/V | V7/V | V7 | V7"),
    *weighed("bridge", 1, "IV7 | #ivo7 | I7 | V7/ii", "V7/vi | V7/ii | V7/V | V7", low=4),
)

_MAJOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *weighed("any", 1, "V7 I7", "V7 | I7"),
        *weighed("any blues-close", 5, "V7 | IV7 | I7 V7 | I7"),
        *weighed("blues-close", 2, "V7 | V7 | I7 | I7", "V7 | IV7 | I7 | V7 I7", "V7 | V7 | I7 V7 | I7", high=4),
        *stock.BLUES_CLOSE,
        *weighed("blues-close", 1, "V7/V | V7 | I7 | I7", low=3),
        *weighed("blues-close", 3, "V7 | IV7 | I7 bVI7 | V7 I7", low=3),
        *weighed("blues-close", 2, "V7 | IV7 | I7 | bII7 I7", "V7 | IV7 #ivo7 | I/5 V7/ii | bII7 I7", low=6),
        Cell("V7 | IV7 | I7 I7/3 IV7 #ivo7 | I/5 V7 I7", "blues-close", low=7, weight=3, device="walk-up"),
        *weighed("stormy-close", 2, "ii7 | V7 | I7 V7 | I7"),
        *weighed("stormy-close", 2, "ii7 | V7 V7sus4 | I7 IV7 | V7 I7", low=3),
        *weighed("jazz-close", 2, "ii7 | V7 | I7 | I7", "ii7 | V7 | I7 V7 | I7", "ii7 | V7 | I7 IV7 | V7 I7"),
        *weighed("jazz-close", 1, "ii7 | V7 | iii7 V7/ii | bII7 I7", "ii7 | bII7 | I7 bII7 | I7", low=6),
        *weighed("eight-close", 2, "I7 | V7 | I7 V7 | I7", "I7 | V7 | I7 | I7", "I7 | V7 IV7 | I7 V7 | I7"),
        *weighed("eight-close", 2, "I7 | V7 | I7 bVI7 | V7 I7", "I/5 V7/ii | ii7 V7 | I7 V7 | I7", low=3),
    ),
    "half": (
        *weighed("any", 1, "V7", "IV7 | V7"),
        *weighed("any blues-close", 3, "V7 | IV7 | I7 | V7"),
        *weighed("blues-close", 4, "V7 | IV7 | I7 IV7 | I7 V7", low=2),
        *weighed("blues-close", 1, "ii7 | V7 | I7 | V7", "V7 | IV7 | I7 | bVI7 V7", low=3),
        *weighed("blues-close", 2, "V7 | IV7 | I7 V7/ii | ii7 V7", low=4),
        *weighed("blues-close", 1, "V7 bV7 | IV7 | I7 bVI7 | V7", low=6),
        Cell("V7 | IV7 | I7 I7/3 IV7 #ivo7 | I/5 V7", "blues-close", low=7, weight=4, device="walk-up"),
        *weighed("blues-close", 4, "V7 | IV7 | I7 I7/b7 IV/6 iv/b6 | I/5 V7", low=7),
        *weighed("stormy-close", 2, "ii7 | V7 | I7 IV7 | I7 V7"),
        *weighed("stormy-close", 2, "ii7 | V7 | I7 IV7 #ivo7 | I/5 V7", low=7),
        *weighed("eight-close", 2, "I7 | V7 | I7 IV7 | I7 V7", "I7 | V7 | I7 | V7"),
        *weighed("eight-close", 3, "I/5 V7/ii | ii7 V7 | I7 IV7 | I7 V7", low=4),
    ),
    "turnaround": (
        *weighed("any", 1, "I7 IV7 | V7", high=4),
        *weighed("any", 2, "I7 V7/ii | ii7 V7", "I7 | bVI7 V7", low=2),
        *weighed("any", 1, "I7 bIII7 | bVI7 V7", low=6),
        *weighed(_CLOSES, 1, "V7 | IV7 | I7 IV7 | V7", high=4),
        *weighed("blues-close", 2, "V7 | IV7 | I7 | bVI7 V7", "V7 | IV7 | I7 V7/ii | ii7 V7", low=2),
        *weighed("stormy-close jazz-close", 1, "ii7 | V7 | I7 | ii7 V7"),
        *weighed("stormy-close jazz-close", 2, "ii7 | V7 | I7 V7/ii | ii7 V7", low=3),
        *weighed("jazz-close", 2, "V7/V | V7 | I7 bIII7 | bVI7 bII7", low=8),
        *weighed("eight-close", 2, "I7 | V7 | I7 V7/ii | ii7 V7", low=2),
    ),
    "tonic": (
        *cells("any", "I7", "IV7 | I7"),
        *weighed("blues-close", 4, "V7 | IV7 | I7 | I7", "V7 | IV7 | I7 IV7 | I7"),
        *weighed("blues-close", 2, "V7 | IV7 iv6 | I7 IV7 | I7", low=4),
        *weighed("blues-close", 2, "V7 bV7 | IV7 | I7 | bII7 I7", low=6),
    ),
    "two-five-one": (
        *weighed("any", 1, "ii7 V7 I7", "ii7 V7 | I7"),
        *weighed(_CLOSES, 1, "ii7 | V7 | I7 | I7"),
    ),
    "two-five": (
        *stock.TWO_FIVE,
        *weighed("blues-close eight-close", 1, "V7 | IV7 | I7 | ii7 V7"),
        *weighed("stormy-close jazz-close", 1, "ii7 | V7 | I7 V7/ii | ii7 V7"),
    ),
    "plagal": (
        *cells("any", "IV7 I7", "IV7 | I7"),
        *weighed(_CLOSES, 1, "V7 | IV7 | I7 | I7", "V7 | IV7 | I7 IV7 | I7"),
    ),
    "backdoor": (
        *cells("any", "bVII7 I7", "iv7 bVII7 | I7"),
        *weighed(_CLOSES, 1, "IV7 | iv7 bVII7 | I7 | I7"),
    ),
    "deceptive": (
        *cells("any", "V7 vi7", "V7 | bVI7"),
        *weighed(_CLOSES, 1, "ii7 | V7 | I7 V7 | bVI7"),
    ),
}

_MAJOR_REWRITES: Final = (
    stock.PASSING[0],
    Rewrite("passing chords", "IV7 V7", "IV7+#ivo7 V7", 4, 0.2),
    Rewrite("secondary dominants", "I7 ii7", "I7+V7/ii ii7", 4, 0.3),
    Rewrite("secondary dominants", "I7 I7 IV7", "I7 ii7/IV+V7/IV IV7", 5, 0.2),
    Rewrite("secondary dominants", "ii7 V7", "V7/V V7", 5, 0.2),
    Rewrite("tritone substitution", "V7 I7", "V7+bII7 I7", 7, 0.2),
    Rewrite("tritone substitution", "V7 I7", "bII7 I7", 8, 0.15),
    Rewrite("applied tritone substitution", "I7 IV7", "I7+bV7 IV7", 7, 0.2),
    Rewrite("applied tritone substitution", "V7/ii ii7", "bIII7 ii7", 7, 0.25),
    Rewrite("applied tritone substitution", "ii7 V7", "bVI7 V7", 6, 0.2),
    Rewrite("modal interchange", "IV7 I7", "IV7+iv6 I7", 5, 0.15),
    Rewrite("walk-up", "I7 IV7", "I7+I7/3 IV7", 3, 0.2),
    Rewrite("walk-up", "IV7 I7", "IV7+#ivo7 I/5", 4, 0.1),
)

# ---- minor -----------------------------------------------------------------------------------------------------

_MINOR_CELLS: Final = (
    *weighed("blues-call slow-call jazz-call sixteen-call stop-time", 2, "i7 | i7 | i7 | i7"),
    *weighed("blues-call quick-call jazz-call", 1, "i7 | iv7 | i7 | i7", "i7 | iv7 | i7 iv7 | i7"),
    *weighed("blues-call quick-call", 1, "i7 | V7 | i7 | i7", low=2),
    Cell("i7 | iv7 | i7 | i7 i7/b3", "blues-call quick-call slow-call", low=3, device="walk-up"),
    *weighed("slow-call blues-call", 1, "i7 | i7 | i7 | V7/iv", low=4),
    *weighed("blues-call quick-call", 1, "i7 | iv7 | i7 i7/b7 | #viø7 V7/iv", low=5),
    *weighed("jazz-call quick-call", 2, "i7 | iiø7 V7 | i7 | iiø7/iv V7/iv", low=4),
    *weighed("jazz-call", 1, "i7 | bVI7 V7 | i7 | iiø7/iv bV7", low=7),
    *stock.MINOR_BLUES_ANSWER,
    *weighed("jazz-answer stormy-answer sixteen-answer", 1, "iv7 | iv7 | i7 | i7"),
    *weighed("blues-answer jazz-answer stormy-answer", 1, "iv7 | iv7 | i7 V7 | i7", "iv7 | iv7 | i7 | i7 V7", high=4),
    *weighed("blues-answer sixteen-answer", 1, "iv7 | bVII7 | i7 | i7", "iv7 | iv7 | i7 | i7 i7/b7", low=3),
    Cell("iv7 | IV7 | i7 | i7", "blues-answer", low=4, device="modal interchange"),
    *weighed("jazz-answer", 2, "iv7 | bVII7 | bIIImaj7 | bVImaj7", "iv7 | bVII7 | i7 | iiø7/V V7/V", low=4),
    Cell("iv7 | #ivo7 | i/5 bVII7 | bVI7", "stormy-answer", low=4, weight=2, device="passing chords"),
    *cells(_CLOSES, "V7 | iv7 | i7 | i7"),
    *weighed("eight-call", 2, "i7 | V7 | iv7 | iv7", "i7 | i7 | iv7 | iv7"),
    *weighed("eight-call", 1, "i7 | V7 | iv7 | #ivo7", "i7 | V7/iv | iv7 | bVII7 iv7", low=4),
    *weighed("stop-time", 1, "i7 | i7 iv7 | i7 | i7"),
    *weighed("sixteen-rise", 1, "V7 | iv7 | V7 | iv7", "V7 | iv7 | V7 | bVI7"),
    *weighed("vamp", 1, "i7 | i7 | i7 | iv7", "i7 | iv7", "i7 | i7 bVII7"),
    *weighed("vamp", 1, "i7 bIII7 | iv7 i7", low=3),
    *weighed("opening", 1, "i7 | iv7 | i7 | V7", "i7 | bVII7 | bVI7 | V7"),
    *weighed("opening", 2, "i7 V7/iv | iv7 | i7 bVI7 | V7", low=4),
    *weighed("answer", 1, "iv7 | i7 | iv7 | V7", "iv7 | bVII7 | i7 | bVI7"),
    *weighed("bridge", 1, "iv7 | iv7 | i7 | i7", "iv7 | bVII7 | i7 | bVI7", "iv7 | i7 | V7/V | V7"),
)

_MINOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *stock.MINOR_DOMINANT_CLOSE,
        *weighed("any", 2, "V7 | i7"),
        *stock.MINOR_BLUES_CLOSE,
        *weighed("any blues-close", 2, "V7 | iv7 | i7 V7 | i7", "V7 | V7 | i7 | i7", "bVI7 | V7 | i7 V7 | i7"),
        *weighed("blues-close", 2, "bVI7 | V7 | i7 iv7 | V7 i7", "bVI7 | V7 | i7 bVI7 | V7 i7", low=3),
        *weighed("stormy-close jazz-close", 2, "iiø7 | V7 | i7 iv7 | V7 i7"),
        *weighed("stormy-close jazz-close", 1, "bVImaj7 | V7 | i7 | bII7 i7", low=6),
        *weighed("eight-close", 2, "i7 | V7 | i7 V7 | i7", "i7 bVI7 | V7 | i7 iv7 | V7 i7"),
    ),
    "half": (
        *weighed("any", 1, "V7", "bVI7 | V7"),
        *weighed("blues-close", 2, "V7 | iv7 | i7 | V7", "bVI7 | V7 | i7 | V7"),
        *weighed("blues-close", 3, "bVI7 | V7 | i7 iv7 | i7 V7", low=2),
        *weighed("blues-close stormy-close", 1, "iiø7 | V7 | i7 iv7 | i7 V7"),
        *weighed("blues-close stormy-close", 3, "bVI7 | V7 | i7 i7/b7 #viø7 bVI7 | V7", low=7),
        *weighed("eight-close", 1, "i7 | V7 | i7 iv7 | i7 V7", "i7 bVI7 | V7 | i7 | V7"),
    ),
    "turnaround": (
        *weighed("any", 1, "i7 iv7 | V7", "i7 bVI7 | iiø7 V7"),
        *weighed("blues-close stormy-close jazz-close", 1, "bVI7 | V7 | i7 | iiø7 V7"),
        *weighed("blues-close jazz-close", 2, "bVI7 | V7 | i7 bVI7 | iiø7 V7", low=2),
        *weighed("jazz-close stormy-close", 2, "iiø7 | V7 | i7 bIII7 | bVI7 V7", low=4),
        *weighed("eight-close", 1, "i7 | V7 | i7 | iiø7 V7"),
    ),
    "tonic": (
        *cells("any", "i7", "iv7 | i7"),
        *weighed("blues-close", 2, "V7 | iv7 | i7 | i7", "bVI7 | V7 | i7 | i7", "bVI7 | V7 | i7 iv7 | i7"),
    ),
    "two-five-one": (
        *stock.MINOR_TWO_FIVE_ONE,
        *weighed(_CLOSES, 1, "iiø7 | V7 | i7 | i7"),
    ),
    "two-five": (
        *stock.MINOR_TWO_FIVE,
        *weighed(_CLOSES, 1, "bVI7 | V7 | i7 | iiø7 V7"),
    ),
    "plagal": (
        *stock.MINOR_PLAGAL,
        *weighed(_CLOSES, 1, "V7 | iv7 | i7 | i7"),
    ),
    "backdoor": (
        *cells("any", "bVII7 i7", "iv7 bVII7 | i7"),
        *weighed(_CLOSES, 1, "iv7 | bVII7 | i7 | i7"),
    ),
    "deceptive": (
        *cells("any", "V7 bVI7", "V7 | bVI7"),
        *weighed(_CLOSES, 1, "iiø7 | V7 | i7 V7 | bVI7"),
    ),
}

_MINOR_REWRITES: Final = (
    *stock.MINOR_MIXTURE,
    Rewrite("secondary dominants", "i7 iv7", "i7+V7/iv iv7", 4, 0.2),
    Rewrite("secondary dominants", "iiø7 V7", "V7/V V7", 5, 0.15),
    Rewrite("passing chords", "iv7 i7", "iv7+#ivo7 i7", 5, 0.15),
    Rewrite("tritone substitution", "V7 i7", "bII7 i7", 7, 0.2),
    Rewrite("applied tritone substitution", "V7/iv iv7", "bV7 iv7", 7, 0.25),
    Rewrite("walk-up", "i7 iv7", "i7+i7/b3 iv7", 3, 0.2),
)

# ---- colours ---------------------------------------------------------------------------------------------------

_BLUE: Final = (Colour("7", weight=4), Colour("9", low=4, weight=2), Colour("13", low=6, weight=2))
_SLIDING: Final = (Colour("7", weight=2), Colour("9", low=4, weight=2), Colour("13", low=6))
_COLOURS: Final = {
    "I7": (*_BLUE, Colour("7#9", low=8)),
    "IV7": (Colour("", high=2), Colour("7", weight=3), Colour("9", low=3, weight=3), Colour("13", low=6)),
    "V7": (
        Colour("", high=2), Colour("7", weight=4), Colour("9", low=4, weight=2), Colour("13", low=7),
        Colour("7#9", low=6, weight=1.5, device="altered dominants"),
        Colour("7#5", low=7, device="altered dominants"), Colour("7#5#9", low=8, device="altered dominants"),
    ),
    "7": _SLIDING,
    "7 to minor": (
        Colour("7", weight=3), Colour("7#9", low=4, weight=2, device="altered dominants"),
        Colour("7b9", low=5, device="altered dominants"), Colour("7#5", low=7, device="altered dominants"),
        Colour("7alt", low=8, device="altered dominants"),
    ),
    "7sus4": (Colour("7sus4"), Colour("9sus4", low=5)),
    "m7": (Colour("7", weight=3), Colour("9", low=5)),
    "i7": (Colour("", high=3), Colour("7", weight=4), Colour("6", low=3), Colour("9", low=4), Colour("11", low=8)),
    "iv7": (Colour("", high=3), Colour("7", weight=3), Colour("6", low=5), Colour("9", low=4, weight=1.5)),
    "m6": (Colour("6"),),
    "maj7": (Colour("maj7"), Colour("maj9", low=6)),
    "ø7": (Colour("ø7"),),
    "o7": (Colour("o7"),),
    "last I7": (*_BLUE, Colour("6", low=2), Colour("69", low=5), Colour("7#9", low=8)),
    "last i7": (Colour("7", weight=2), Colour("6", low=3), Colour("9", low=5), Colour("69", low=6)),
}  # fmt: skip

# ---- hands -----------------------------------------------------------------------------------------------------

_LEFT: Final = (
    *stock.hand("left", _BAND, "4/4", "R - - - F - - -", "R - F - R - F -", high=3),
    Pattern("left", "4/4", "R - F - S - F -", _SHUFFLES, low=2, weight=2),
    Pattern("left", "4/4", "R R F F S S F F", _ROLLING, low=3, weight=3),
    Pattern("left", "4/4", "B B C C B B C C", _ROLLING, low=2, weight=4),
    Pattern("left", "4/4", "R - - R F - - F", ("shuffle", "chicago"), low=3),
    Pattern("left", "4/4", "R - T - F - S - | O - S - F - T -", ("shuffle", "boogie"), low=4),
    Pattern("left", "4/4", "R - . R . F R - | R - . R . S F -", ("chicago",), low=5),
    Pattern("left", "4/4", "R - R - F - A -", ("texas",), low=3),
    Pattern("left", "4/4", "R O R O R O R O", _BOOGIE, low=2, weight=2),
    Pattern("left", "4/4", "R T F S O S F T", _BOOGIE, low=4, weight=3),
    *stock.hand("left", _BOOGIE, "4/4", "R O T O F O S O", "R R T T F F S S | O O S S F F T T", low=5, weight=2),
    Pattern("left", "4/4", "R - T - F - A -", _JAZZY, low=4, weight=2),
    Pattern("left", "4/4", "R - T - F - S - | O - S - F - A -", _JAZZY, low=5, weight=2),
    Pattern("left", "4/4", "R - U - F - U -", ("classic",), low=3, weight=3),
    Pattern("left", "4/4", "X - U - F - A -", ("classic",), low=5),
    Pattern("left", "4/4", "R - - - F - - -", ("classic", "minor", *_SLOW), high=5),
    Pattern("left", "4/4", "R - - R F - R -", ("minor",), low=2, weight=2),
    *stock.hand("left", ("minor",), "4/4", "R - . R . S F -", "R - S - F - A -", low=4),
    Pattern("left", "4/4", "R - F - S - F -", _SLOW, low=2, weight=2),
    Pattern("left", "4/4", "X - - X F - A -", _SLOW, low=4),
    Pattern("left", "12/8", "R - - - - R F - - - - F", high=4),
    Pattern("left", "12/8", "R - - F - - S - - F - -", low=2, weight=2),
    *stock.hand("left", (), "12/8", "R - R F - F S - S F - F", "B - B C - C B - B C - C", low=3, weight=3),
    Pattern("left", "12/8", "R - - T - - F - - A - -", low=4, weight=2),
    Pattern("left", "12/8", "X - - - - - R - - - - A", low=4),
    Pattern("left", "12/8", "R - T F - S O - S F - T", low=6),
    *stock.hand("left", (), "6/8", "R - - F - S", "R - R F - F"),
)

_RIGHT: Final = (
    Pattern("right", "4/4", "X - - - . . . .", high=3),
    Pattern("right", "4/4", ". . X . . . X .", ("shuffle", "chicago", "jump", "classic"), weight=2),
    Pattern("right", "4/4", "X - - X . . . .", ("shuffle", "jump", "jazz"), low=2, weight=2),
    Pattern("right", "4/4", ". X . X . X . X", ("texas", "shuffle"), low=2, weight=3),
    Pattern("right", "4/4", "X . 4 3 2 3 . . | . . . X - . X .", _SHUFFLES, low=3, weight=2),
    Pattern("right", "4/4", "1 2 3 - 4 - 3 - | . . X . . X - -", ("shuffle", "chicago"), low=4, weight=2),
    Pattern("right", "4/4", ". . . . 3 4 3 - 2 - . . X - - -", ("chicago",), low=5),
    Pattern("right", "4/4", "X X X - X X X - X X X - X X X -", ("chicago", "boogie", "slow"), low=5, weight=1.5),
    Pattern("right", "4/4", ". X X . . X X .", ("texas",), low=4),
    *stock.hand("right", _BOOGIE, "4/4", "X . X . X . X .", "X - - X - - X -", low=2, weight=2),
    *stock.hand("right", _BOOGIE, "4/4", "X . 3 X . 3 X . | 4 3 2 3 X - - -", "4 2 3 - 4 2 3 - 4 2 3 - X - - -", low=4),
    Pattern("right", "4/4", "X . . X . . X . | X . . X . X X .", ("jump", "boogie"), low=3, weight=2),
    Pattern("right", "4/4", "X . . X . . . . | . . . X . . . N", ("jazz", "jump"), low=4, weight=2),
    Pattern("right", "4/4", ". . . X - . . X | . X . . . . X -", ("jazz",), low=5, weight=2),
    Pattern("right", "4/4", "X - 3 - X - 4 3", ("classic",), low=3, weight=2),
    Pattern("right", "4/4", ". . X - . . X .", ("minor",), weight=2),
    *stock.hand("right", ("minor",), "4/4", "X - . X . . X -", "1 2 3 4 - - X - | . . X . . X - .", low=3),
    Pattern("right", "4/4", "X - - - . . X -", _SLOW, low=2, weight=2),
    Pattern("right", "4/4", "1 2 3 - X - - - 4 3 2 - X - - -", _SLOW, low=4),
    Pattern("right", "12/8", ". . . X - X . . . X - X", high=4),
    Pattern("right", "12/8", ". . . X - - . . . X - -", high=6),
    Pattern("right", "12/8", "X X X X X X X X X X X X", weight=3),
    *stock.hand("right", (), "12/8", "X - - X - X . . . X - X", "1 2 3 X - - 3 2 1 X - -", low=3, weight=2),
    Pattern("right", "12/8", "X - - - 3 4 3 - 2 1 - - | . . . X - X . . . X - -", low=4, weight=2),
    Pattern("right", "12/8", "1 4 1 4 1 4 1 4 1 4 1 4 X - - - - - 3 - 2 - 1 -", low=6),
    *stock.hand("right", (), "6/8", ". . . X - X", "X X X X X X", "1 2 3 X - -"),
    # fills, into the next chorus
    Pattern("right", "4/4", "X - . . 4 3 2 1", _BAND, low=3, role="fill"),
    Pattern("right", "4/4", "4 3 2 - 4 3 2 - 4 3 2 - X - - -", _ROLLING, low=5, role="fill"),
    Pattern("right", "4/4", "X - 3 2 1 - X -", ("classic", "minor", *_SLOW), low=3, role="fill"),
    Pattern("right", "12/8", "X - - - - - 4 3 2 3 2 1", low=3, role="fill"),
    Pattern("right", "6/8", "X - - 3 2 1", low=3, role="fill"),
)

_BASSES: Final = (
    *stock.walking(*_WALKING),
    *stock.bass(_SHUFFLES, "4/4", "R - T - F - T -", "R R F F S S F F", "R - T - F - S - | O - S - F - T -"),
    *stock.bass(_BOOGIE, "4/4", "R R T T F F S S", "R T F S O S F T", low=3),
    *stock.bass(("classic",), "4/4", "R - - - F - - -", "R - - - F - A -"),
    *stock.bass(("minor",), "4/4", "R - - R F - R -", "R - . R . S F -", "R - - - . R F A"),
    *stock.bass(_SLOW, "4/4", "R - T - F - A -", "R - F - S - A -"),
    *stock.slow_triplet_bass(*_SLOW),
)

_BACK: Final = ("snare", ". . X . . . X .")
_DOUBLED: Final = ("snare", "o o X o o o X o")
_HAT: Final = ("closed hat", "X x X x X x X x")
_STRAIGHT: Final = ("closed hat", "x x x x x x x x")
_ONE_THREE: Final = ("kick", "X . . . X . . .")
_PUSHED: Final = ("kick", "X . . x X . . x")
_GROOVES: Final = (
    *stock.ride_swing(*_JAZZY),
    *stock.slow_triplets(*_SLOW),
    *stock.brushes("classic"),
    Groove(meter="4/4", lines=(_HAT, _BACK, _ONE_THREE), applications=("shuffle",), weight=2),
    Groove(meter="4/4", lines=(_HAT, _BACK, _PUSHED), applications=("shuffle", "chicago"), low=3),
    Groove(meter="4/4", lines=(("ride", "X . X x X . X x"), _BACK, _PUSHED), applications=("chicago", "boogie")),
    Groove(meter="4/4", lines=(("ride", "X . X . X . X ."), _DOUBLED, ("kick", "X . X . X . X .")),
           applications=("texas", "boogie"), weight=2),
    Groove(meter="4/4", lines=(_HAT, _DOUBLED, _PUSHED), applications=("texas", "shuffle"), low=4),
    Groove(meter="4/4", lines=(_STRAIGHT, _BACK, ("kick", "X . . x . x X .")), applications=("minor",), weight=2),
    Groove(meter="4/4", lines=(_STRAIGHT, ("rim", ". . X . . . X ."), _PUSHED), applications=("minor", *_SLOW)),
    Groove(meter="4/4", lines=(("ride", "X x X x X x X x"), _BACK, _ONE_THREE), applications=_SLOW, low=3),
    Groove(meter="4/4", lines=(("snare", "X . x x X x X X"), _ONE_THREE), applications=(*_ROLLING, "minor", *_SLOW),
           role="fill"),
)  # fmt: skip

# ---- forms and uses --------------------------------------------------------------------------------------------

_HANDS: Final = ((1, "block"), (4, "spread"), (8, "comping"))
_TWELVE: Final = ("12-bar blues", "quick-change blues", "slow-change blues")
_FORMS: Final = (
    Form("12-bar blues", (Part("Chorus", 12, "half", ("blues-call", "blues-answer", "blues-close")),),
         words=("12-bar blues", "12 bar blues", "twelve-bar blues", "12-bar", "twelve bar blues", "twelve-bar"),
         fixed=True, weight=3),
    Form("quick-change blues", (Part("Chorus", 12, "half", ("quick-call", "blues-answer", "blues-close")),),
         final="tonic", words=("quick change", "quick-change", "quick four"), fixed=True),
    Form("slow-change blues", (Part("Chorus", 12, "half", ("slow-call", "blues-answer", "blues-close")),),
         final="tonic", words=("slow change", "slow-change", "long change"), fixed=True),
    Form("stormy blues", (Part("Chorus", 12, "half", ("quick-call", "stormy-answer", "stormy-close")),),
         words=("stormy monday", "stormy blues", "stormy changes"), fixed=True),
    Form("jazz blues", (Part("Chorus", 12, "turnaround", ("jazz-call", "jazz-answer", "jazz-close")),),
         words=("jazz blues", "bebop blues", "12-bar jazz blues", "jazzy blues"), fixed=True, weight=3),
    Form("minor blues", (Part("Chorus", 12, "half", ("blues-call", "blues-answer", "blues-close")),),
         words=("minor blues", "12-bar minor blues", "minor 12-bar blues"), fixed=True, weight=2),
    Form("8-bar blues", (Part("Chorus", 8, "half", ("eight-call", "eight-close")),),
         words=("8-bar blues", "8 bar blues", "eight-bar blues", "8-bar", "eight-bar", "eight bar blues"), fixed=True),
    Form("16-bar blues",
         (Part("Chorus", 16, "half", ("sixteen-call", "sixteen-answer", "sixteen-rise", "blues-close")),),
         words=("16-bar blues", "16 bar blues", "sixteen-bar blues", "16-bar", "sixteen bar blues"), fixed=True),
    Form("stop-time blues", (Part("Chorus", 16, "half", ("stop-time", "stop-time", "sixteen-answer", "blues-close")),),
         words=("stop-time", "stop time", "stop-time blues"), fixed=True, weight=0.7),
    Form("vamp", (Part("Vamp", 8, "tonic", ("vamp",)),), final="tonic",
         words=("vamp", "one-chord", "groove on one chord"), weight=0.5),
    Form("verse and bridge",
         (Part("Verse", 8, "half"), Part("Verse", 8, "authentic"), Part("Bridge", 8, "half", ("bridge",)),
          Part("Verse", 8, "authentic")),
         words=("aaba", "with a bridge", "verse and bridge", "blues song"), weight=1.5),
    Form("verse and chorus", (Part("Verse", 8, "half"), Part("Chorus", 8, "authentic")),
         words=("verse and chorus", "verse-chorus", "verse chorus")),
)  # fmt: skip

genre: Final = Genre(
    name="blues",
    title="Blues",
    aliases=("the blues", "blues piano", "rhythm-and-blues shuffle"),
    homes=("G", "Cm"),
    applications=(
        Application(
            name="shuffle", words=("shuffle", "blues shuffle", "medium shuffle"), tempo=(96, 140), swing=0.667,
            voicings=_HANDS, forms=(*_TWELVE, "8-bar blues", "16-bar blues"), most_chords=4,
            touch=Touch(70, 74, (4, 6, 2, 6)),
        ),
        Application(
            name="slow", words=("slow blues", "slow 12/8", "12/8 blues", "stormy monday"), tempo=(60, 90),
            meters=("12/8", "4/4", "6/8"), swing=0.667, voicings=_HANDS,
            forms=("12-bar blues", "stormy blues", "quick-change blues", "minor blues", "8-bar blues"), most_chords=4,
            touch=Touch(60, 66, (6, 2, 4, 2), 6), bass=33,
        ),
        Application(
            name="boogie", words=("boogie", "boogie-woogie", "boogie woogie", "barrelhouse"), tempo=(132, 188),
            swing=0.62, voicings=((1, "block"), (4, "gospel"), (6, "block")),
            forms=("12-bar blues", "slow-change blues", "quick-change blues", "vamp"), most_chords=4,
            touch=Touch(80, 80, (5, 2, 4, 2)),
        ),
        Application(
            name="chicago", words=("chicago", "chicago blues", "electric blues", "urban blues"), tempo=(84, 128),
            swing=0.667, voicings=((1, "block"), (3, "spread")),
            forms=(*_TWELVE, "stop-time blues", "8-bar blues", "vamp"), most_chords=4,
            touch=Touch(76, 80, (2, 7, 2, 7)), bass=33,
        ),
        Application(
            name="jump", words=("jump", "jump blues", "swing blues", "west coast blues"), tempo=(140, 200), swing=0.62,
            voicings=((1, "block"), (4, "comping")), forms=(*_TWELVE, "jazz blues", "verse and bridge"), most_chords=4,
            touch=Touch(72, 76, (2, 7, 2, 7)),
        ),
        Application(
            name="minor", words=("minor blues", "straight blues", "minor groove"), tempo=(84, 126),
            voicings=_HANDS, forms=("minor blues", "stormy blues", "8-bar blues"), most_chords=4,
            touch=Touch(66, 70, (5, 2, 4, 2)), bass=33,
        ),
        Application(
            name="jazz", words=("jazz blues", "bebop blues", "jazzy blues"), tempo=(120, 220), swing=0.64,
            voicings=((1, "shell"), (4, "comping")), forms=("jazz blues",), most_chords=4,
            touch=Touch(68, 70, (0, 6, 0, 6), 6),
        ),
        Application(
            name="texas", words=("texas", "texas blues", "texas shuffle", "roadhouse"), tempo=(112, 156), swing=0.667,
            voicings=((1, "block"), (4, "spread")), forms=(*_TWELVE, "stormy blues"), most_chords=4,
            touch=Touch(76, 78, (3, 6, 3, 6)), bass=33,
        ),
        Application(
            name="classic", words=("classic blues", "vaudeville", "stride blues", "piano blues", "ragtime blues"),
            tempo=(84, 132), swing=0.6, voicings=((1, "block"), (3, "spread")),
            forms=("12-bar blues", "16-bar blues", "8-bar blues", "quick-change blues"), most_chords=4,
            touch=Touch(68, 72, (5, 2, 5, 2)),
        ),
        Application(
            name="ballad", words=("ballad", "blues ballad", "soul blues", "after hours"), tempo=(60, 84),
            meters=("12/8", "6/8", "4/4"), swing=0.667, voicings=_HANDS,
            forms=("verse and bridge", "8-bar blues", "verse and chorus"), most_chords=4,
            touch=Touch(56, 62, (5, 1, 3, 1)),
        ),
    ),
    forms=_FORMS,
    major=Mode(_MAJOR_CELLS, _MAJOR_CADENCES, _MAJOR_REWRITES),
    minor=Mode(_MINOR_CELLS, _MINOR_CADENCES, _MINOR_REWRITES),
    colours=_COLOURS,
    patterns=(*_LEFT, *_RIGHT, *_BASSES),
    grooves=_GROOVES,
)  # fmt: skip
