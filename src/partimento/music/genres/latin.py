"""Latin, declared: bossa, samba, the dances of Cuba. docs/reference/genres/latin.md says where each is taught.

Two-bar patterns in clave are written in 2-3. Counted in eighths: a tumbao rests on one, speaks on the second half of
two and on four, where it takes the next root if the chord changes at the bar line.
"""

from __future__ import annotations

from typing import Final

from partimento.music.composition import stock
from partimento.music.composition.form import Form, Part
from partimento.music.composition.genre import Application, Cadences, Colour, Genre, Groove, Mode, Rewrite, Touch
from partimento.music.composition.stock import weighed
from partimento.music.rhythm import Pattern

_BRAZIL: Final = ("bossa", "samba")
_CUBA: Final = ("salsa", "son", "mambo", "cha-cha", "afro")
_BOLERO: Final = ("bolero",)
_SALSA: Final = ("salsa", "mambo")
_SON: Final = ("son", "salsa")
_TUMBAO: Final = ("salsa", "mambo", "son")
_CHA: Final = ("cha-cha",)
_AFRO: Final = ("afro",)

# ---- major -----------------------------------------------------------------------------------------------------

_MAJOR_CELLS: Final = (
    *weighed("opening", 0.4, "Imaj7 | IVmaj7 | ii7 | V7", "Imaj7 | V7 | V7 | Imaj7", "Imaj7 | ii7 | V7 | Imaj7"),
    *weighed("answer", 0.4, "ii7 | V7 | Imaj7 | Imaj7", "IVmaj7 | Imaj7 | ii7 | V7", "vi7 | ii7 | V7 | Imaj7"),
    *weighed("bridge", 0.4, "IVmaj7 | IVmaj7 | Imaj7 | Imaj7", "ii7 | V7 | ii7 | V7", "vi7 | vi7 | ii7 | V7"),
    *weighed("montuno coro", 2, "I | IV | V7 | IV", "I | V7 | V7 | I", "I IV | V7 IV", "I | IV | V7 | V7"),
    *weighed("montuno coro", 1, "I V7 | V7 I", "ii7 | V7", "I I/3 | IV V7", low=2),
    *weighed("montuno coro", 1, "ii7 V7 | I V7/ii", "I V7/ii | ii7 V7", low=4),
    *weighed("coro", 2, "V7 | I", "IV | V7 | I | I"),
    # Brazil
    *weighed("opening", 2, "Imaj7 | Imaj7 | V7/V | V7/V", "Imaj7 | vi7 | ii7 | V7", uses=_BRAZIL),
    *weighed("opening", 1, "Imaj7 | Imaj7 | ii7 | V7", "Imaj7 | iii7 | ii7 | V7", "Imaj7 | ii7 V7", uses=_BRAZIL),
    *weighed("opening", 2, "Imaj7 | biiio7 | ii7 | V7", "Imaj7 #io7 | ii7 V7", low=3, uses=_BRAZIL),
    *weighed("opening", 2, "iii7 | bIII7 | ii7 | bII7", "Imaj7 | ii7/IV V7/IV | IVmaj7 | iv6", low=4, uses=_BRAZIL),
    *weighed("opening", 1, "vi6 | vi6 | bvio7 | bvio7", "Imaj7 | V7/iii | Imaj7 | V7/ii", low=5, uses=_BRAZIL),
    *weighed("answer", 2, "ii7 | V7 | Imaj7 | V7", "ii7 | V7 | iii7 | vi7", "ii7 | V7 | Imaj7 | vi7", uses=_BRAZIL),
    *weighed("answer", 2, "ii7 | bII7 | Imaj7 | bII7", "IVmaj7 | iv6 | iii7 | V7/ii", low=4, uses=_BRAZIL),
    *weighed("answer", 2, "ii7/IV | V7/IV | IVmaj7 | bVII7", "#ivø7 | iv6 | iii7 | biiio7", low=5, uses=_BRAZIL),
    *weighed("bridge", 2, "ii7/IV | V7/IV | IVmaj7 | IVmaj7", "iii7 | V7/ii | ii7 | V7", low=2, uses=_BRAZIL),
    *weighed("bridge", 2, "bIImaj7 | bIImaj7 | bV7 | bV7", "IVmaj7 | bVII7 | iii7 | V7/ii", low=5, uses=_BRAZIL),
    # Cuba and New York
    *weighed("opening", 2, "I | V7 | V7 | I", "I | IV | V7 | I", "I | I | ii7 | V7", "I | IV | I | V7", uses=_CUBA),
    *weighed("opening", 2, "I | V7/ii | ii7 | V7", "I | V7/IV | IV | V7", low=3, uses=_CUBA),
    *weighed("opening", 1, "I #io7 | ii7 V7 | iii7 V7/ii | ii7 V7", low=5, uses=_CUBA),
    *weighed("answer", 2, "IV | V7 | I | I", "ii7 | V7 | I | I", "V7 | V7 | I | I", "V7 | I | V7 | I", uses=_CUBA),
    *weighed("answer", 2, "IV | V7 | I | V7/ii", "IV iv | I V7/ii | ii7 V7 | I", low=4, uses=_CUBA),
    *weighed("bridge", 2, "IV | V7 | IV | V7", "vi | V7 | IV | V7", uses=_CUBA),
    *weighed("montuno", 2, "ii7 | V7", "ii7 V7 | ii7 V7", uses=_CHA),
    # bolero
    *weighed("opening", 2, "Imaj7 | vi7 | ii7 | V7", "Imaj7 | iii7 | ii7 | V7", uses=_BOLERO),
    *weighed("opening", 2, "Imaj7 | #io7 | ii7 | V7", "Imaj7 | iii7 biiio7 | ii7 | V7", low=3, uses=_BOLERO),
    *weighed("answer bridge", 2, "ii7 | V7 | Imaj7 | V7/ii", low=3, uses=_BOLERO),
    *weighed("answer bridge", 2, "IVmaj7 iv6 | Imaj7 V7/ii | ii7 | V7", low=4, uses=_BOLERO),
)  # fmt: skip

_MAJOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *stock.DOMINANT_CLOSE,
        *weighed("any", 2, "V7 | Imaj7", "ii7 V7 | Imaj7"),
        *weighed("any coro", 4, "V7 | I", "IV V7 | I", "ii7 V7 | I", uses=_CUBA),
        *weighed("any coro", 4, "IV | V7 | I | I", "ii7 | V7 | I V7 | I", uses=_CUBA),
        *weighed("any", 3, "ii7 | V7 | Imaj7 | Imaj7", uses=_BRAZIL),
        *weighed("any", 3, "ii7 bII7 | Imaj7", "V7/V | ii7 bII7 | Imaj7", low=5, uses=_BRAZIL),
        *weighed("any", 2, "iv6 V7 | Imaj7", "V7/V | iv6 V7 | Imaj7", low=3, uses=_BOLERO),
        *weighed("coro", 1, "V7 | I", "ii7 V7 | I"),
    ),
    "two-five-one": (
        *stock.TWO_FIVE_ONE,
        *weighed("any", 2, "ii7 | V7 | Imaj7 | Imaj7"),
        *weighed("any", 3, "ii7 V7 | I", "ii7 V7 I", uses=_CUBA),
    ),
    "two-five": (*stock.TWO_FIVE, *weighed("any", 1, "V7/ii | ii7 V7", low=3)),
    "half": (
        *weighed("any", 1, "V7", "ii7 | V7", "IVmaj7 | V7"),
        *weighed("any", 2, "V7/V | V7", low=2),
        *weighed("any", 2, "IV | V7", "V7", uses=_CUBA),
    ),
    "turnaround": (
        *stock.TURNAROUND,
        *weighed("any", 1, "Imaj7 vi7 | ii7 V7"),
        *weighed("any", 2, "Imaj7 V7/ii | ii7 bII7", "iii7 bIII7 | ii7 bII7", low=5, uses=_BRAZIL),
        *weighed("any", 3, "I vi | ii7 V7", "I vi | IV V7", uses=_CUBA),
    ),
    "plagal": (*stock.PLAGAL, *weighed("any", 3, "IV | I", "IV iv | I", uses=_CUBA)),
    "backdoor": weighed("any", 1, "bVII7 Imaj7", "iv7 bVII7 | Imaj7", "iv6 bVII7 | Imaj7"),
    "deceptive": weighed("any", 1, "V7 vi7", "ii7 V7 | vi7", "V7 | vi7"),
    "tonic": weighed("any", 1, "Imaj7", "Imaj7 | Imaj7", "IVmaj7 | Imaj7"),
}

_MAJOR_REWRITES: Final = (
    *stock.TRIAD_DEVICES,
    *stock.APPLIED,
    *stock.MIXTURE,
    Rewrite("tritone substitution", "V7 Imaj7", "bII7 Imaj7", 5, 0.2),
    Rewrite("tritone substitution", "V7 I", "V7+bII7 I", 7, 0.15),
    Rewrite("applied tritone substitution", "V7/ii ii7", "bIII7 ii7", 5, 0.25),
    Rewrite("applied tritone substitution", "V7/IV IVmaj7", "bV7 IVmaj7", 7, 0.2),
    Rewrite("secondary dominants", "vi7 ii7", "V7/ii ii7", 4, 0.3),
    Rewrite("secondary dominants", "Imaj7 ii7", "Imaj7+V7/ii ii7", 4, 0.15),
    Rewrite("secondary dominants", "ii7 V7", "V7/V V7", 5, 0.1),
    Rewrite("passing chords", "Imaj7 ii7", "Imaj7+biiio7 ii7", 4, 0.25),
    Rewrite("passing chords", "iii7 ii7", "iii7+biiio7 ii7", 4, 0.4),
    Rewrite("modal interchange", "IVmaj7 Imaj7", "IVmaj7+iv6 Imaj7", 4, 0.3),
    Rewrite("modal interchange", "IVmaj7 iii7", "IVmaj7+iv6 iii7", 5, 0.3),
)

# ---- minor -----------------------------------------------------------------------------------------------------

_MINOR_CELLS: Final = (
    *weighed("opening", 0.4, "i7 | iv7 | V7 | i7", "i7 | i7 | iiø7 | V7", "i7 | V7 | V7 | i7"),
    *weighed("answer", 0.4, "iv7 | i7 | V7 | i7", "iiø7 | V7 | i7 | i7", "bVImaj7 | V7 | i7 | i7"),
    *weighed("bridge", 0.4, "iv7 | iv7 | i7 | i7", "bVImaj7 | V7 | i7 | i7", "iv7 | V7 | iv7 | V7"),
    *weighed("montuno coro", 2, "i | iv | V7 | iv", "i | V7 | V7 | i", "i iv | V7 i", "i | bVII | bVI | V7"),
    *weighed("montuno coro", 2, "i bVII | bVI V7", "i V7 | V7 i", "i iv | V7 iv"),
    *weighed("montuno coro", 1, "iiø7 V7 | i", "i | V7/iv | iv | V7", low=4),
    *weighed("coro", 1, "V7 | i", "iv | V7 | i | i"),
    # Brazil
    *weighed("opening", 2, "i7 | iiø7 V7 | i7 | iiø7 V7", "i7 | i7 | iv7 | iv7", uses=_BRAZIL),
    *weighed("opening", 2, "i7 | V/7 | i/b7 | #viø7", "i7 | V7/V | iiø7 | V7", low=4, uses=_BRAZIL),
    *weighed("opening", 1, "i7 | viio7/V | iv6 | V7", "i7 bIII7 | bVImaj7 V7", low=5, uses=_BRAZIL),
    *weighed("answer", 2, "iv7 | bVII7 | bIIImaj7 | V7", "iiø7 | V7 | i7 | V7/iv", low=3, uses=_BRAZIL),
    *weighed("answer", 2, "bVImaj7 | bIImaj7 | iiø7 V7 | i7", "iv6 | i/5 | bVI7 | V7", low=5, uses=_BRAZIL),
    *weighed("bridge", 3, "ii7/bII | V7/bII | bIImaj7 | bIImaj7", "iv7 | bVII7 | bIIImaj7 | V7", low=4, uses=_BRAZIL),
    # Cuba and New York
    *weighed("opening", 2, "i | iv | V7 | i", "i | V7 | V7 | i", "i | i | V7 | V7", "i | bVII | bVI | V7", uses=_CUBA),
    *weighed("opening", 1, "i | iv | i | V7", "i | i | iv | V7", "i iv | V7 i", uses=_CUBA),
    *weighed("opening", 2, "i | V7/iv | iv | V7", "i bVII | bVI V7", low=3, uses=_CUBA),
    *weighed("opening", 1, "i V7/iv | iv bVII | bIII | V7", low=4, uses=_CUBA),
    *weighed("answer", 2, "iv | i | V7 | i", "iv | bVII | bIII | V7", "V7 | V7 | i | i", uses=_CUBA),
    *weighed("answer", 2, "bVI | V7 | i | i", "iv | V7 | i | V7", uses=_CUBA),
    *weighed("answer", 2, "iiø7 | V7 | i | V7/iv", "iv | i | bVI V7 | i", low=3, uses=_CUBA),
    *weighed("bridge", 2, "iv | bVII | bIII | V7", "iv | V7 | iv | V7", "bVI | bVII | bVI | V7", uses=_CUBA),
    *weighed("montuno opening", 3, "i7 | IV7", "i7 IV7 | i7 IV7", uses=_CHA),
    # bolero
    *weighed("opening", 2, "i | i | iv | i", "i | V7 | V7 | i", "i | V7/iv | iv | iv", uses=_BOLERO),
    *weighed("opening", 2, "i i/b7 | bVI V7 | i | V7/iv", low=4, uses=_BOLERO),
    *weighed("answer bridge", 2, "iv | i | V7 | i", "iv i | V7/V V7", "iv | i | bVI | V7", uses=_BOLERO),
)  # fmt: skip

_MINOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *stock.MINOR_DOMINANT_CLOSE,
        *weighed("any", 2, "V7 | i7", "iiø7 V7 | i7"),
        *weighed("any", 1, "bVImaj7 | iiø7 V7 | i7", low=3),
        *weighed("any coro", 4, "V7 | i", "iv V7 | i", "bVI V7 | i", "iiø7 V7 | i", uses=_CUBA),
        *weighed("any coro", 4, "bVII bVI | V7 | i", "iv | V7 | i V7 | i", uses=_CUBA),
        *weighed("any", 3, "iiø7 bII7 | i7", "bVI7 V7 | i7", low=5, uses=_BRAZIL),
        *weighed("any", 3, "iv V7 | i", "bVI V7 | i", uses=_BOLERO),
        *weighed("coro", 1, "V7 | i", "bVI V7 | i"),
    ),
    "two-five-one": (*stock.MINOR_TWO_FIVE_ONE, *weighed("any", 3, "iiø7 V7 | i", uses=_CUBA)),
    "two-five": stock.MINOR_TWO_FIVE,
    "half": (
        *weighed("any", 1, "V7", "iv7 | V7", "iiø7 | V7"),
        *weighed("any", 2, "bVI | V7", "bVII bVI | V7", uses=(*_CUBA, *_BOLERO)),
    ),
    "turnaround": (
        *weighed("any", 1, "i7 bVImaj7 | iiø7 V7", "i7 iv7 | iiø7 V7"),
        *weighed("any", 2, "i7 bIII7 | bVI7 V7", low=5, uses=_BRAZIL),
        *weighed("any", 3, "i bVI | iv V7", "i | bVI V7", uses=_CUBA),
    ),
    "plagal": (*stock.MINOR_PLAGAL, *weighed("any", 3, "iv | i", uses=_CUBA)),
    "backdoor": weighed("any", 1, "bVII7 i7", "iv7 bVII7 | i7"),
    "deceptive": weighed("any", 1, "V7 bVImaj7", "V7 | bVImaj7"),
    "tonic": weighed("any", 1, "i7", "i7 | i7", "iv7 | i7"),
}

_MINOR_REWRITES: Final = (
    *stock.MINOR_TRIAD_DEVICES,
    *stock.MINOR_MIXTURE,
    Rewrite("tritone substitution", "V7 i7", "bII7 i7", 5, 0.2),
    Rewrite("applied tritone substitution", "iiø7 V7", "bVI7 V7", 6, 0.2),
    Rewrite("applied tritone substitution", "V7/iv iv7", "bV7 iv7", 6, 0.25),
    Rewrite("secondary dominants", "i7 iv7", "i7+V7/iv iv7", 4, 0.2),
    Rewrite("secondary dominants", "iiø7 V7", "V7/V V7", 6, 0.15),
    Rewrite("passing chords", "iv7 V7", "iv7+viio7/V V7", 5, 0.2),
)

# ---- colours ---------------------------------------------------------------------------------------------------

_SUBSTITUTE: Final = (Colour("7", weight=2), Colour("9", low=4), Colour("7#11", low=6, weight=2), Colour("13", low=7))
_COLOURS: Final = {
    "triad": (Colour("", weight=4), Colour("6", low=6)),
    "I": (Colour("", weight=3), Colour("6", low=3, weight=2), Colour("69", low=6)),
    "m": (Colour("", weight=3), Colour("7", low=4), Colour("6", low=6)),
    "i": (Colour("", weight=3), Colour("6", low=3), Colour("7", low=4), Colour("69", low=8), Colour("9", low=6)),
    "maj7": (
        Colour("", high=2), Colour("maj7", weight=3), Colour("6", low=2), Colour("69", low=4, weight=2),
        Colour("maj9", low=4, weight=2),
    ),
    "bIImaj7": (Colour("maj7", weight=2), Colour("maj9", low=5), Colour("maj7#11", low=6)),
    "IVmaj7": (Colour("maj7", weight=3), Colour("maj9", low=4, weight=2), Colour("maj7#11", low=7)),
    "m7": (Colour("7", weight=3), Colour("9", low=4, weight=3), Colour("11", low=8)),
    "i7": (
        Colour("7", weight=2), Colour("6", low=2, weight=2), Colour("9", low=4, weight=2),
        Colour("69", low=5, weight=2),
    ),
    "m6": (Colour("6", weight=3), Colour("69", low=7)),
    "7": (
        Colour("7", weight=3), Colour("9", low=4, weight=2), Colour("13", low=5, weight=2),
        Colour("7b9", low=5, device="altered dominants"), Colour("7#5", low=7, device="altered dominants"),
        Colour("13b9", low=8, device="altered dominants"),
    ),
    "7 to minor": (
        Colour("7", weight=3), Colour("7b9", low=3, weight=3, device="altered dominants"),
        Colour("7#5", low=6, device="altered dominants"), Colour("7b9b13", low=7, device="altered dominants"),
        Colour("7alt", low=9, device="altered dominants"),
    ),
    "V7/V": (Colour("7", weight=2), Colour("9", low=4, weight=2), Colour("13", low=5), Colour("9#11", low=6)),
    "7sus4": (Colour("7sus4"), Colour("9sus4", low=5)),
    "IV7": (Colour("7", weight=2), Colour("9", low=4), Colour("13", low=5)),
    "bVII7": (Colour("7", weight=2), Colour("9", low=4), Colour("13", low=6)),
    "bII7": _SUBSTITUTE,
    "bIII7": _SUBSTITUTE,
    "bV7": _SUBSTITUTE,
    "bVI7": _SUBSTITUTE,
    "ø7": (Colour("ø7"),),
    "o7": (Colour("o7"),),
    "last Imaj7": (Colour("maj7", high=5), Colour("6", weight=2), Colour("69", low=4, weight=3), Colour("maj9", low=6)),
    "last i7": (Colour("7", high=5), Colour("6", low=2, weight=3), Colour("69", low=5, weight=2), Colour("9", low=5)),
}  # fmt: skip

# ---- hands -----------------------------------------------------------------------------------------------------

_LEFT: Final = (
    Pattern("left", "4/4", "R - - - F - - -", (*_BRAZIL, *_CHA), high=2),
    Pattern("left", "4/4", "R - - F F - - R", ("bossa",), weight=2),
    Pattern("left", "4/4", "R - - F F - - F", ("bossa",), low=2, weight=2),
    Pattern("left", "4/4", "R - - R F - - F", ("bossa", "samba"), low=3, weight=2),
    Pattern("left", "4/4", "R - - F O - - A", ("bossa",), low=5),
    Pattern("left", "4/4", "R . . . F - - .", ("samba",), low=2),
    Pattern("left", "4/4", "R - . R F - . R", ("samba",), low=3, weight=3),
    Pattern("left", "4/4", "R - . F F - . R | R - . F O - . F", ("samba",), low=4, weight=2),
    Pattern("left", "4/4", "R - - - F - R -", (*_TUMBAO, *_CHA), high=3),
    Pattern("left", "4/4", "R - - F - - R -", _TUMBAO, low=2, high=3, weight=2),
    Pattern("left", "4/4", ". . . F - - N -", _TUMBAO, low=3, weight=3),
    Pattern("left", "4/4", ". . . F - - F - | . . . R - - N -", _SALSA, low=5, weight=2),
    Pattern("left", "4/4", "R - - F . . F - | . . . F - - N -", ("son",), low=4, weight=2, clave=True),
    Pattern("left", "4/4", ". . F F - - R - | . . . F - F N -", ("mambo",), low=6, clave=True),
    Pattern("left", "4/4", "R - . R F - R -", _CHA, low=2, weight=2),
    Pattern("left", "4/4", "R - . F . . N -", _CHA, low=4),
    Pattern("left", "4/4", "R - - F . R F -", _CHA, low=4),
    Pattern("left", "4/4", "R - - - F - F -", _BOLERO, weight=2),
    Pattern("left", "4/4", "R - - - F - O -", _BOLERO, low=3, weight=2),
    Pattern("left", "4/4", "R - F O - F T -", _BOLERO, low=4, weight=2),
    Pattern("left", "4/4", "R - - F - - A -", _BOLERO, low=5),
    Pattern("left", "12/8", "R - - - - - F - - - - -", _AFRO, high=4),
    Pattern("left", "12/8", "R - - . . R F - - . . F", _AFRO, low=2, weight=2),
    Pattern("left", "12/8", ". . . R - - . . F - - R", _AFRO, low=4, weight=2),
    Pattern("left", "12/8", "R - . R - . F - . O - F", _AFRO, low=5),
    Pattern("left", "6/8", "R - - F - -", _AFRO, high=4),
    Pattern("left", "6/8", "R - - . . F", _AFRO, low=2, weight=2),
    Pattern("left", "6/8", "R - . R - F | . . . R - F", _AFRO, low=4),
)

_RIGHT: Final = (
    Pattern("right", "4/4", "X - - - X - - -", (*_BRAZIL, *_BOLERO), high=2),
    Pattern("right", "4/4", "X . . X . . X .", _BRAZIL, weight=2),
    Pattern("right", "4/4", ". . X - . X - . | X - . X - . X -", ("bossa",), low=2, weight=3, clave=True),
    Pattern("right", "4/4", "X - . X - . X - | . X - . X - . N", ("bossa",), low=4, weight=2),
    Pattern("right", "4/4", ". . X . X - . X | . X . X - . X -", ("bossa",), low=5),
    Pattern("right", "4/4", ". X . X . . X . | X . . X . X . N", ("samba",), low=3, weight=3),
    Pattern("right", "4/4", "X . X . . X . X | . X . X . . X .", ("samba",), low=4, weight=2, clave=True),
    Pattern("right", "4/4", ". X . X . X X .", ("samba",), low=5),
    Pattern("right", "4/4", "X . X . X . X .", (*_TUMBAO, *_CHA), high=2),
    Pattern("right", "4/4", "X . X X . X . X | . X . X . X . X", _SALSA, low=2, weight=2, clave=True),
    Pattern("right", "4/4", "X . 2 X . 2 . X | . 2 . X . 2 . N", _SALSA, low=4, weight=4, clave=True),
    Pattern("right", "4/4", "1 . 2 X . 1 . X | . 2 . X . 1 . N", _SALSA, low=4, weight=2, clave=True),
    Pattern("right", "4/4", "X . 3 2 . X . 3 | . 2 . X . 3 . N", _SALSA, low=6, weight=2, clave=True),
    Pattern("right", "4/4", "1 . 2 3 . 2 . 3 | . 2 . 3 . 2 . 3", ("son",), low=2, weight=3, clave=True),
    Pattern("right", "4/4", "1 . 3 2 . 1 . 3 | . 2 . 1 . 3 X .", ("son",), low=4, weight=2, clave=True),
    Pattern("right", "4/4", "1 . 2 . 3 . X . | . 1 . 2 . 3 . 2", _SON, low=5, clave=True),
    Pattern("right", "4/4", "X . . X X . X . | . X . X X . . N", ("mambo",), low=5, weight=2, clave=True),
    Pattern("right", "4/4", ". . X X . . X X", _CHA, low=2, weight=2),
    Pattern("right", "4/4", "X . X . X X . X", _CHA, low=3),
    Pattern("right", "4/4", "X . X X . X . . | . X . X X . X .", _CHA, low=4, weight=2),
    Pattern("right", "4/4", "X - - 1 2 3 2 1", _BOLERO, low=2, weight=2),
    Pattern("right", "4/4", "1 2 3 4 3 2 3 2", _BOLERO, low=3, weight=2),
    Pattern("right", "4/4", ". . X - . X X -", _BOLERO, low=3),
    Pattern("right", "4/4", "X - . 2 3 - X - | 1 2 3 - X - - -", _BOLERO, low=5),
    Pattern("right", "12/8", "X - - - - - X - - - - -", _AFRO, high=3),
    Pattern("right", "12/8", "X . X . X X . X . X . X", _AFRO, low=3, weight=2),
    Pattern("right", "12/8", ". . X . . X . . X . . X", _AFRO, low=2, weight=2),
    Pattern("right", "12/8", "1 . 2 3 . 2 1 . 2 X . .", _AFRO, low=4, weight=2),
    Pattern("right", "6/8", "X - - X - -", _AFRO, high=3),
    Pattern("right", "6/8", "X . X . X X | . X . X . X", _AFRO, low=3, weight=2),
    Pattern("right", "6/8", ". . X . . X", _AFRO, low=2),
    # fills, into the next section
    Pattern("right", "4/4", "X . . X . . 3 4", _BRAZIL, low=4, role="fill"),
    Pattern("right", "4/4", "X . X . X X X X", (*_TUMBAO, *_CHA), low=3, role="fill"),
    Pattern("right", "4/4", "X - - 4 3 2 1 2", _BOLERO, low=3, role="fill"),
    Pattern("right", "12/8", "X - - X - - 1 2 3 4 3 2", _AFRO, low=3, role="fill"),
    Pattern("right", "6/8", "X - - 3 2 1", _AFRO, low=3, role="fill"),
)

_BASSES: Final = (
    *stock.bass(("bossa",), "4/4", "R - - F F - - R", "R - - F F - - F"),
    *stock.bass(("samba",), "4/4", "R - . R F - . R", "R . . . F - - R"),
    *stock.bass(_TUMBAO, "4/4", "R - - F - - R -", high=2),
    *stock.bass(_TUMBAO, "4/4", ". . . F - - N -", low=3),
    *stock.bass(_CHA, "4/4", "R - . R F - R -", "R - - F . R F -"),
    *stock.bass(_BOLERO, "4/4", "R - - - F - F -", "R - - - F - A -"),
    *stock.bass(_AFRO, "12/8", "R - - . . R F - - . . F", ". . . R - - . . F - - R"),
    *stock.bass(_AFRO, "6/8", "R - - . . F", "R - - F - R"),
)

# ---- drums -----------------------------------------------------------------------------------------------------

_EIGHTHS: Final = "x x x x x x x x"
_TWO_BARS: Final = f"{_EIGHTHS} | {_EIGHTHS}"
_SON_CLAVE: Final = ("claves", ". . x . x . . . | x . . x . . x .")
_CASCARA: Final = ("timbale", "x . X . x x . x | X . x x . x . x")
_SLAP, _OPEN = "o . X . o . . .", ". . . . . . x x"
_CONGAS: Final = (("high conga", f"{_SLAP} | {_SLAP}"), ("open conga", f"{_OPEN} | {_OPEN}"))
_MARTILLO: Final = (("high bongo", "X x x x X x . x"), ("low bongo", ". . . . . . X ."))
_CAMPANA: Final = "X . x x X . x x"
_BOSSA_KICK: Final = "X . . x X . . x"
_BEMBE: Final = ("bell", "x . x . x x . x . x . x")
_GROOVES: Final = (
    Groove(meter="4/4", lines=(("closed hat", _EIGHTHS), ("kick", _BOSSA_KICK)), applications=("bossa",), high=2),
    Groove(meter="4/4", lines=(("closed hat", _TWO_BARS), ("kick", f"{_BOSSA_KICK} | {_BOSSA_KICK}"),
                               ("rim", ". . x . . x . . | x . . x . . x .")), applications=("bossa",), clave=True,
           weight=3),
    Groove(meter="4/4", lines=(("shaker", "X x x x X x x x"), ("kick", _BOSSA_KICK), ("rim", "x . . x . . x .")),
           applications=("bossa",), low=3),
    Groove(meter="4/4", lines=(("surdo", "o . . . X . . ."), ("shaker", "X x x X X x x X"), ("kick", _BOSSA_KICK)),
           applications=("samba",), weight=2),
    Groove(meter="4/4", lines=(("surdo", "o . . . X . . . | o . . . X . x ."), ("shaker", _TWO_BARS),
                               ("tambourine", "x . x . x x . x | . x . x . x x .")), applications=("samba",), low=3,
           clave=True),
    Groove(meter="4/4", lines=(_SON_CLAVE, _CASCARA, *_CONGAS), applications=_SALSA, clave=True, weight=2),
    Groove(meter="4/4", lines=(_SON_CLAVE, *_CONGAS, ("cowbell", f"{_CAMPANA} | {_CAMPANA}")), applications=_SALSA,
           clave=True, low=3),
    Groove(meter="4/4", lines=(_SON_CLAVE, *_CONGAS, ("shaker", _TWO_BARS)), applications=("son",), clave=True,
           weight=2),
    Groove(meter="4/4", lines=(*_MARTILLO, ("cowbell", _CAMPANA)), applications=("son",), low=4),
    Groove(meter="4/4", lines=(("cowbell", "X . x . X . x ."), ("guiro", _CAMPANA), ("high conga", ". . X . . . . ."),
                               ("open conga", _OPEN)), applications=_CHA, weight=2),
    Groove(meter="4/4", lines=(("cowbell", "X . x . X . x ."), ("kick", ". . . x . . x ."), ("guiro", _CAMPANA)),
           applications=_CHA, low=3),
    Groove(meter="4/4", lines=(*_MARTILLO, ("shaker", _EIGHTHS)), applications=_BOLERO, weight=2),
    Groove(meter="4/4", lines=(("shaker", "X x x x X x x x"), ("rim", "x . . . x . x ."), ("open conga", _OPEN)),
           applications=_BOLERO, low=3),
    Groove(meter="12/8", lines=(_BEMBE, ("low conga", "x . . . . . x . . . . ."),
                                ("open conga", ". . . . x x . . . . x x")), applications=_AFRO, weight=2),
    Groove(meter="12/8", lines=(_BEMBE, ("kick", "X . . . . x X . . . . ."), ("rim", ". . . x . . . . . x . .")),
           applications=_AFRO, low=3),
    Groove(meter="4/4", lines=(("snare", ". . x x . x x X"), ("kick", _BOSSA_KICK)), applications=_BRAZIL, role="fill"),
    Groove(meter="4/4", lines=(("timbale", "X . . x x x X X"), ("open conga", _OPEN)), role="fill",
           applications=(*_TUMBAO, *_CHA)),
    Groove(meter="4/4", lines=(("high bongo", "X . x x x x . ."), ("low bongo", ". . . . . . X x")), role="fill",
           applications=_BOLERO),
    Groove(meter="12/8", lines=(("open conga", "X . . X . . x x x X x x"), _BEMBE), applications=_AFRO, role="fill"),
    Groove(meter="6/8", lines=(("bell", "x . x . x x | . x . x . x"), ("low conga", "x . . . . . | x . . . . ."),
                               ("open conga", ". . . . x x | . . . . x x")), applications=_AFRO),
    Groove(meter="6/8", lines=(("open conga", "X . x X x x"),), applications=_AFRO, role="fill"),
)  # fmt: skip

# ---- forms and uses --------------------------------------------------------------------------------------------

_MONTUNO: Final = Part("Montuno", 4, "open", ("montuno",))
_CORO: Final = Part("Coro", 8, "authentic", ("coro",))
_FORMS: Final = (
    Form("aaba",
         (Part("A", 8, "turnaround"), Part("A", 8, "authentic"), Part("Bridge", 8, "half", ("bridge",)),
          Part("A", 8, "authentic")),
         words=("aaba", "song form"), weight=2),
    Form("two strains", (Part("A", 8, "half"), Part("B", 8, "authentic", ("answer", "opening"))),
         words=("two strains", "abab", "ab form"), weight=2),
    Form("verse and montuno", (Part("Verse", 8, "half"), Part("Verse", 8, "authentic"), _MONTUNO, _MONTUNO, _CORO),
         words=("verse and montuno", "song and montuno", "with a montuno", "largo and montuno"), weight=2),
    Form("montuno", (_MONTUNO, _MONTUNO, _CORO), words=("montuno", "vamp", "coro", "coro and montuno"), weight=2),
    Form("verse and chorus", (Part("Verse", 8, "half"), Part("Chorus", 8, "authentic")),
         words=("verse and chorus", "verse-chorus", "verse chorus")),
)  # fmt: skip

_BLOCKS: Final = ((1, "block"),)
_ROOTLESS: Final = ((1, "block"), (3, "comping"))
_DANCES: Final = ("verse and montuno", "montuno")

genre: Final = Genre(
    name="latin",
    title="Latin",
    aliases=("latin jazz", "afro-cuban", "brazilian", "latin music"),
    homes=("F", "Dm"),
    applications=(
        Application(
            name="bossa", words=("bossa", "bossa nova", "bossa-nova"), tempo=(108, 148), voicings=_ROOTLESS,
            forms=("aaba", "two strains"), touch=Touch(60, 58, (4, 0, 3, 0), 4), clave="3-2",
        ),
        Application(
            name="samba", words=("samba", "partido alto", "samba-canção", "brazilian"), tempo=(168, 220),
            voicings=_ROOTLESS, forms=("aaba", "two strains"), touch=Touch(68, 68, (0, 2, 7, 2)), clave="2-3",
        ),
        Application(
            name="salsa", words=("salsa", "salsa dura", "timba", "guaracha"), tempo=(164, 216), voicings=_BLOCKS,
            forms=_DANCES, touch=Touch(74, 78, (2, 4, 2, 4)), clave="2-3",
        ),
        Application(
            name="son", words=("son", "son montuno", "son cubano", "guajira"), tempo=(116, 172), voicings=_BLOCKS,
            forms=_DANCES, touch=Touch(70, 72, (2, 4, 2, 4)), clave="3-2",
        ),
        Application(
            name="cha-cha", words=("cha-cha", "cha-cha-cha", "cha cha", "chachachá", "cha cha cha"), tempo=(104, 132),
            voicings=_BLOCKS, forms=("montuno", "verse and montuno", "verse and chorus"),
            touch=Touch(70, 72, (5, 2, 4, 3)), clave="2-3",
        ),
        Application(
            name="mambo", words=("mambo", "descarga"), tempo=(176, 228), voicings=_BLOCKS,
            forms=("verse and montuno", "montuno", "aaba"), touch=Touch(76, 82, (3, 4, 3, 4)), clave="2-3",
        ),
        Application(
            name="bolero", words=("bolero", "latin ballad", "ballad"), tempo=(72, 104),
            voicings=((1, "block"), (5, "spread")), forms=("verse and chorus", "aaba", "two strains"),
            touch=Touch(56, 60, (5, 0, 3, 1)),
        ),
        Application(
            name="afro", words=("afro-cuban 6/8", "bembé", "bembe", "afro-cuban 12/8", "afro 6/8", "nanigo"),
            tempo=(132, 190), meters=("12/8", "6/8"), voicings=_BLOCKS, forms=(*_DANCES, "two strains"),
            touch=Touch(72, 72, (5, 2, 4, 2)),
        ),
    ),
    forms=_FORMS,
    major=Mode(_MAJOR_CELLS, _MAJOR_CADENCES, _MAJOR_REWRITES),
    minor=Mode(_MINOR_CELLS, _MINOR_CADENCES, _MINOR_REWRITES),
    colours=_COLOURS,
    patterns=(*_LEFT, *_RIGHT, *_BASSES),
    grooves=_GROOVES,
)  # fmt: skip
