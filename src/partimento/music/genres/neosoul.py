"""Neo-soul, declared: harmony, forms, hands and feels. docs/reference/genres/neosoul.md says where it is taught."""

from __future__ import annotations

from typing import Final

from partimento.music.composition import stock
from partimento.music.composition.form import Form, Part
from partimento.music.composition.genre import Application, Cadences, Colour, Genre, Groove, Mode, Rewrite, Touch
from partimento.music.composition.stock import weighed
from partimento.music.rhythm import Pattern

_ALL: Final = "vamp verse chorus bridge"
_SUNG: Final = "verse chorus"
_LOOSE: Final = ("vamp", "groove", "dilla")
_SLOW: Final = ("vamp", "ballad")

_MAJOR_CELLS: Final = (
    # vamps of one and two chords
    *weighed("vamp verse", 2, "Imaj7 | IVmaj7", "ii7 | Imaj7", "IVmaj7 | iii7", "ii7 | V7sus4"),
    *weighed("vamp verse", 1, "Imaj7 | vi7", "IVmaj7 | vi7", "vi7 | ii7", "iii7 | IVmaj7", "Imaj7 | bVIImaj7"),
    *weighed("chorus bridge", 1, "ii7 | iii7", "IVmaj7 | V7sus4", "vi7 | iii7", "IVmaj7 | ii7", high=4),
    # chords that slide in parallel
    *weighed(_ALL, 2, "IVmaj7 | iii7 | ii7 | Imaj7", "ii7 | iii7 | IVmaj7 | iii7", "Imaj7 | ii7 | iii7 | ii7"),
    *weighed(_SUNG, 1, "vi7 | V7sus4 | IVmaj7 | iii7", "IVmaj7 | iii7 | ii7 | V7sus4", "IVmaj7 iii7 | ii7 Imaj7"),
    *weighed(_ALL, 1, "iii7 biii7 | ii7 V7sus4", "IVmaj7 iii7 | biii7 ii7", "ii7 | biii7 | iii7 | IVmaj7", low=4),
    *weighed("vamp bridge", 1, "Imaj7 bIImaj7", "Imaj7 | VIImaj7 | Imaj7 | bIImaj7", "ii7 bii7 | Imaj7", low=6),
    # twos and fives
    *weighed(_SUNG, 2, "ii7 | V7sus4 | Imaj7 | vi7", "ii7 V7 | Imaj7 vi7", "IVmaj7 | V7/vi | vi7 | ii7"),
    *weighed(_ALL, 2, "IVmaj7 V7/vi | vi7 ii7/IV", "IVmaj7 | V7/vi | vi7 | V7/IV", "ii7 | V7/vi | vi7 | V7/ii", low=3),
    *weighed(_SUNG, 1, "Imaj7 V7/ii | ii7 V7", "iii7 V7/ii | ii7 V7sus4", "Imaj7 | ii7/IV V7/IV | IVmaj7 | iv7", low=3),
    *weighed(_SUNG, 1, "Imaj7 iiø7/vi | V7/vi vi7", "iii7 V7/ii | ii7 bII7", low=5),
    *weighed(_SUNG, 1, "IVmaj7 #ivo7 | I/5 V7/ii | ii7 V7", low=5),
    *weighed("bridge", 1, "iiø7/vi V7/vi | vi7 V7/ii", "ii7/bIII V7/bIII | bIIImaj7 | ii7 V7", low=4),
    *weighed("bridge vamp", 1, "ii7 V7 | ii7/bVII V7/bVII", "iii7 V7/ii | ii7/bIII V7/bIII | ii7 V7", low=6),
    # the fourth step in minor and the back door
    *weighed(_ALL, 2, "Imaj7 | IVmaj7 | iv7 | Imaj7", "IVmaj7 | iv7 | Imaj7", "Imaj7 | V7/IV | IVmaj7 | iv6", low=2),
    *weighed(_ALL, 2, "IVmaj7 | iv7 bVII7 | iii7 | vi7", "Imaj7 | iv7 bVII7", "IVmaj7 bVII7 | iii7 V7/ii", low=4),
    *weighed("bridge chorus", 1, "bVImaj7 | bVII7 | Imaj7 | Imaj7", "bVImaj7 | v7 | iv7 | iii7", low=4),
    *weighed("bridge chorus", 1, "bIIImaj7 | ii7", low=4),
    *weighed("bridge", 1, "bVImaj7 | bIIImaj7 | ii7 | V7sus4", "bVImaj7 | IVmaj7 | bIIImaj7 | ii7", low=5),
    *weighed(_ALL, 1, "Imaj7 bIIImaj7 | bVImaj7 bII7", "Imaj7 | bVIImaj7 | bVImaj7 | V7sus4", low=7),
    *weighed("vamp verse", 1, "I7 | IV7", "I7 | bVII7 | IV7 | I7", low=3, uses=("groove", "dilla")),
    *weighed("vamp verse", 1, "v7 | I7 | IVmaj7 | iv6", low=3, uses=("groove", "dilla")),
    *weighed(_SUNG, 1, "Imaj7 | iii7 | vi7 | V7/ii", "Imaj7 I/3 | IVmaj7 #ivo7 | V7sus4 | V7", low=3, uses=("ballad",)),
    *weighed(_ALL, 1, "iii7 V7/ii | ii7 V7 | Imaj7", "#ivø7 iv7 | iii7 biii7 | ii7 V7", low=6, uses=("jazz-soul",)),
)
_MAJOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *weighed("any", 2, "ii7 V7 | Imaj7", "ii7 V7sus4 | Imaj7"),
        *weighed("any", 1, "V7 Imaj7", "V7 | Imaj7", "IVmaj7 V7 | Imaj7", "V7sus4 V7 | Imaj7", "vi7 V7 | Imaj7"),
        *weighed("any", 1, "iii7 V7/ii | ii7 V7 | Imaj7", "V7/ii | ii7 V7 | Imaj7", low=3),
        *weighed("any", 1, "iii7 biii7 | ii7 V7 | Imaj7", "IVmaj7 iv7 | ii7 V7 | Imaj7", low=5),
    ),
    "two-five-one": (
        *weighed("any", 2, "ii7 V7 | Imaj7", "ii7 | V7 | Imaj7"),
        *weighed("any", 1, "ii7 | V7sus4 V7 | Imaj7", "iii7 V7/ii | ii7 V7 | Imaj7", low=3),
    ),
    "two-five": (
        *weighed("any", 1, "ii7 V7", "ii7 V7sus4", "ii7 | V7sus4"),
        *weighed("any", 1, "V7/ii | ii7 V7", low=3),
    ),
    "half": (
        *weighed("any", 1, "V7sus4", "ii7 V7sus4", "IVmaj7 | V7sus4", "IV/5", "ii7 V7", "iii7 | V7sus4", "V7sus4 | V7"),
        *weighed("any", 1, "IVmaj7 iii7 | ii7 V7sus4", "ii7 iii7 | IVmaj7 IV/5", low=3),
        *weighed("any", 1, "bVImaj7 | V7sus4", "vi7 V7/V | V7sus4", low=4),
    ),
    "turnaround": (
        *weighed("any", 1, "Imaj7 vi7 | ii7 V7", "iii7 vi7 | ii7 V7sus4", "Imaj7 IVmaj7 | ii7 V7sus4"),
        *weighed("any", 1, "Imaj7 V7/ii | ii7 V7", "iii7 V7/ii | ii7 V7sus4", low=3),
        *weighed("any", 1, "Imaj7 biii7 | ii7 bII7", "Imaj7 bIIImaj7 | bVImaj7 bII7", low=7),
    ),
    "plagal": (
        *weighed("any", 1, "IVmaj7 Imaj7", "IVmaj7 | Imaj7", "ii7 IVmaj7 | Imaj7"),
        *weighed("any", 2, "IVmaj7 iv7 | Imaj7", "IVmaj7 | iv6 | Imaj7", low=3),
    ),
    "deceptive": (
        *weighed("any", 1, "V7sus4 vi7", "ii7 V7 | vi7", "V7 | vi7"),
        *weighed("any", 1, "ii7 V7 | bVImaj7", low=5),
    ),
    "backdoor": weighed("any", 1, "bVII7 Imaj7", "iv7 bVII7 | Imaj7", "IVmaj7 bVII7 | Imaj7", "bVImaj7 bVII7 | Imaj7"),
    "tonic": (
        *weighed("any", 1, "Imaj7", "IVmaj7 | Imaj7", "ii7 | Imaj7", "ii7 Imaj7", "V7sus4 | Imaj7"),
        *weighed("any", 1, "IVmaj7 iii7 | ii7 Imaj7"),
        *weighed("any", 1, "iv7 | Imaj7", "IVmaj7 iv7 | Imaj7", low=3),
        *weighed("any", 1, "bIImaj7 | Imaj7", low=7),
    ),
}
_MAJOR_REWRITES: Final = (
    *stock.MIXTURE,
    *stock.PASSING,
    *stock.APPLIED,
    Rewrite("secondary dominants", "vi7 ii7", "V7/ii ii7", 4, 0.3),
    Rewrite("secondary dominants", "Imaj7 IVmaj7", "Imaj7+V7/IV IVmaj7", 4, 0.25),
    Rewrite("secondary dominants", "IVmaj7 vi7", "IVmaj7+V7/vi vi7", 4, 0.4),
    Rewrite("passing chords", "ii7 Imaj7", "ii7+bIImaj7 Imaj7", 6, 0.15),
    Rewrite("passing chords", "ii7 iii7", "ii7+biii7 iii7", 5, 0.3),
    Rewrite("passing chords", "iii7 IVmaj7", "iii7+III7 IVmaj7", 6, 0.15),
    Rewrite("passing chords", "vi7 V7sus4", "vi7+bvi7 V7sus4", 6, 0.3),
    Rewrite("backdoor", "IVmaj7 Imaj7", "iv7+bVII7 Imaj7", 5, 0.2),
    Rewrite("modal interchange", "IVmaj7 Imaj7", "IVmaj7+iv7 Imaj7", 3, 0.3),
    Rewrite("modal interchange", "vi7 ii7", "bVImaj7 ii7", 7, 0.1),
    Rewrite("walk-up", "Imaj7 IVmaj7", "Imaj7+I/3 IVmaj7", 4, 0.15),
    Rewrite("tritone substitution", "V7 Imaj7", "bII7 Imaj7", 6, 0.25),
    Rewrite("applied tritone substitution", "V7/ii ii7", "bIII7 ii7", 7, 0.25),
    Rewrite("applied tritone substitution", "V7/vi vi7", "bVII7 vi7", 8, 0.15),
    Rewrite("suspension", "V7 Imaj7", "IV/5 Imaj7", 4, 0.15),
    Rewrite("suspension", "V7", "V7sus4+V7", 3, 0.2),
)

_MINOR_CELLS: Final = (
    *weighed("vamp verse", 2, "i7 | iv7", "i7 | IV7", "i7 | bVImaj7", "i7 | v7"),
    *weighed("vamp verse", 1, "i7", "bVImaj7 | v7", "i7 | bIIImaj7", "iv7 | i7", "i7 | bVII7sus4"),
    *weighed("chorus bridge", 1, "bVImaj7 | bVII7", "iv7 | v7", "bIIImaj7 | bVImaj7", high=4),
    *weighed(_ALL, 2, "bVImaj7 | v7 | iv7 | i7", "i7 | v7 | iv7 | v7", "iv7 | v7 | bVImaj7 | v7", "i7 | iv7 | v7 | i7"),
    *weighed(_SUNG, 1, "i7 | bVImaj7 | iv7 | V7", "i7 | bVII7 | bVImaj7 | V7", "bVImaj7 | V7 | i7 | i7"),
    *weighed(_SUNG, 2, "iiø7 | V7 | i7 | i7", "iv7 bVII7 | bIIImaj7 bVImaj7", "bVImaj7 V7 | i7 v7", low=2),
    *weighed(_ALL, 2, "bVImaj7 V7 | i7 V7/iv", "i7 V7/iv | iv7 bVII7", "bVImaj7 | V7 | i7 | ii7/bVI V7/bVI", low=3),
    *weighed(_ALL, 1, "i7 #viø7 | bVImaj7 V7", "i7 i/b7 | bVImaj7 V7", "iv7 | iiø7 V7 | i7 | V7/iv", low=4),
    *weighed(_SUNG, 1, "iv7 #ivo7 | i/5 bVImaj7 | iiø7 V7", "i7 bii7 | i7 bVII7sus4", "i7 | IV7 | bVImaj7 | V7", low=5),
    *weighed("bridge", 1, "iv7 | bVII7 | bIIImaj7 | V7", "bVImaj7 | bVII7 | i7 | V7/iv", low=2),
    *weighed("bridge", 1, "iv7 | IV7 | bVII7sus4 | V7", low=2),
    *weighed("bridge vamp", 1, "bIImaj7 | i7", "bVImaj7 bIImaj7 | i7", "i7 bIImaj7", low=6),
    *weighed("bridge vamp", 1, "bVImaj7 | bIIImaj7 | bIImaj7 | V7", low=6),
    *weighed("vamp verse", 1, "i7 | i7 | IV7 | IV7", "i7 | bVII7 | IV7 | i7", uses=("groove", "dilla")),
    *weighed(_SUNG, 1, "i7 | bIIImaj7 | bVImaj7 | V7", "iv7 | bVII7 | bIIImaj7 | bVImaj7", uses=("ballad",)),
    *weighed(_ALL, 1, "iiø7 V7 | i7 IV7", "i7 #viø7 | iiø7 V7", low=4, uses=("jazz-soul",)),
)
_MINOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *weighed("any", 1, "V7 i7", "V7 | i7", "iv7 V7 | i7", "bVImaj7 V7 | i7"),
        *weighed("any", 2, "iiø7 V7 | i7"),
        *weighed("any", 1, "bVI7 V7 | i7", "bVImaj7 | iiø7 V7 | i7", low=4),
    ),
    "two-five-one": (
        *weighed("any", 2, "iiø7 V7 | i7", "iiø7 | V7 | i7"),
        *weighed("any", 1, "bVImaj7 | iiø7 V7 | i7", low=3),
    ),
    "two-five": stock.MINOR_TWO_FIVE,
    "half": weighed("any", 1, "V7", "iv7 V7", "bVImaj7 | V7", "iv7 | V7", "V7sus4 V7", "iiø7 V7", "bVImaj7 V7"),
    "turnaround": weighed("any", 1, "i7 bVImaj7 | iiø7 V7", "i7 #viø7 | iiø7 V7", "bIIImaj7 bVImaj7 | iiø7 V7"),
    "plagal": weighed("any", 1, "iv7 i7", "iv7 | i7", "bVImaj7 iv7 | i7", "IV7 | i7"),
    "deceptive": weighed("any", 1, "V7 bVImaj7", "iiø7 V7 | bVImaj7", "V7 | bVImaj7"),
    "backdoor": weighed("any", 1, "bVII7 i7", "bVImaj7 bVII7 | i7", "iv7 bVII7 | i7"),
    "tonic": (
        *weighed("any", 1, "i7", "iv7 i7", "iv7 | i7", "v7 | i7", "bVImaj7 | i7", "bVImaj7 v7 | i7"),
        *weighed("any", 1, "bIImaj7 | i7", low=6),
    ),
}
_MINOR_REWRITES: Final = (
    *stock.MINOR_MIXTURE,
    *stock.MINOR_APPLIED,
    *stock.MINOR_JAZZ,
    Rewrite("secondary dominants", "i7 iv7", "i7+V7/iv iv7", 3, 0.35),
    Rewrite("passing chords", "v7 iv7", "v7+bv7 iv7", 5, 0.4),
    Rewrite("passing chords", "iv7 v7", "iv7+#ivo7 v7", 5, 0.3),
    Rewrite("tritone substitution", "V7 i7", "bII7 i7", 6, 0.25),
    Rewrite("applied tritone substitution", "V7/iv iv7", "bV7 iv7", 7, 0.3),
    Rewrite("modal interchange", "i7 iv7", "i7+bIImaj7 iv7", 8, 0.1),
    Rewrite("suspension", "V7", "V7sus4+V7", 4, 0.12),
)

_SLIDING: Final = (Colour("7", weight=2), Colour("9", low=5, weight=2), Colour("7#11", low=8), Colour("13", low=6))
_COLOURS: Final = {
    "triad": stock.PLAIN,
    "m": stock.PLAIN,
    "maj7": (
        Colour("maj7", high=6, weight=2), Colour("maj9", low=3, weight=4), Colour("69", low=5), Colour("maj13", low=8),
    ),
    "IVmaj7": (Colour("maj7", high=5, weight=2), Colour("maj9", low=3, weight=3), Colour("maj7#11", low=7, weight=1.5)),
    "bVImaj7": (Colour("maj7", weight=2), Colour("maj9", low=4, weight=2), Colour("maj7#11", low=8)),
    "bIImaj7": (Colour("maj7", weight=2), Colour("maj7#11", low=7)),
    "m7": (Colour("7", high=6, weight=2), Colour("9", low=3, weight=3), Colour("11", low=5, weight=3)),
    "i7": (
        Colour("7", high=6, weight=2), Colour("9", low=3, weight=3), Colour("11", low=5, weight=2), Colour("69", low=8),
    ),
    "iii7": (Colour("7", weight=2), Colour("11", low=6)),
    "m6": stock.SIXTHS,
    "7": (
        Colour("7", high=5, weight=2), Colour("9", low=3, weight=2), Colour("13", low=5, weight=2),
        Colour("9sus4", low=5, weight=2), Colour("7#9b13", low=7, weight=2, device="altered dominants"),
        Colour("13b9", low=8, device="altered dominants"),
    ),
    "7 to minor": (
        Colour("7", high=6, weight=2), Colour("7b9", low=4, weight=2, device="altered dominants"),
        Colour("7#9", low=4, weight=2, device="altered dominants"),
        Colour("7#9b13", low=6, weight=4, device="altered dominants"),
    ),
    "I7": (Colour("7"), Colour("9", low=3, weight=2), Colour("13", low=6)),
    "IV7": (Colour("7"), Colour("9", low=3, weight=2), Colour("13", low=6)),
    "bVII7": (Colour("7"), Colour("9", low=3, weight=2), Colour("13", low=6, weight=2)),
    "bII7": _SLIDING,
    "bIII7": _SLIDING,
    "bV7": _SLIDING,
    "bVI7": _SLIDING,
    "ø7": (Colour("ø7", weight=2), Colour("ø11", low=7)),
    "o7": (Colour("o7"),),
    "7sus4": (Colour("7sus4", high=6), Colour("9sus4", low=3, weight=3), Colour("13sus4", low=5, weight=3)),
    "last Imaj7": (
        Colour("maj7", high=4),
        Colour("maj9", low=3, weight=3),
        Colour("69", low=5),
        Colour("maj7#11", low=8),
    ),
    "last i7": (Colour("7", high=4), Colour("9", low=3, weight=2), Colour("11", low=5, weight=2)),
}  # fmt: skip

_PATTERNS: Final = (
    # left hand, common time: root, seventh and tenth, laid back
    Pattern("left", "4/4", "X - - - - - - -", ("vamp", "ballad", "jazz-soul"), high=3),
    Pattern("left", "4/4", "X - - - - - - - . . X - - - - -", _LOOSE, high=5),
    Pattern("left", "4/4", "R - - - - - 2 - - - - - - - . .", _SLOW, low=2, weight=2),
    Pattern("left", "4/4", "R - - - S - - - T - - - - - - -", _SLOW, low=3, weight=2),
    Pattern("left", "4/4", "R - - - - - - O - - S - - - - -", _LOOSE, low=3, weight=2),
    Pattern("left", "4/4", "R - - . . . . R - - - - . . A -", ("groove", "dilla"), low=4, weight=2),
    Pattern("left", "4/4", "R - - R - - . . . . R - - - S -", ("groove", "dilla"), low=4),
    Pattern("left", "4/4", "X - - - - - - R - - 2 - - - . .", ("vamp", "groove"), low=5),
    Pattern("left", "4/4", "R - . . . R - - . . O - . . A -", ("dilla",), low=5, weight=2),
    Pattern("left", "4/4", "R - - - - - S - | R - - O - S - A", ("dilla", "jazz-soul"), low=4),
    Pattern("left", "4/4", "R - F - S - O -", ("ballad",), low=3, weight=2),
    Pattern("left", "4/4", "R - - S T - - -", ("ballad", "jazz-soul"), low=4),
    Pattern("left", "4/4", "R - - - F - - S", ("jazz-soul",), low=2, weight=2),
    Pattern("left", "4/4", "R - - S - - O - | R - - F - - A -", ("jazz-soul",), low=5, weight=2),
    Pattern("left", "6/8", "X - - - - -", high=4),
    Pattern("left", "6/8", "R - - S T -", low=2, weight=2),
    Pattern("left", "6/8", "R - S T - S", low=4),
    Pattern("left", "12/8", "R - - - - - R - - - - -", high=4),
    Pattern("left", "12/8", "R - - S - T - - S - - -", low=3, weight=2),
    Pattern("left", "12/8", "R - - - - S T - - - - A", low=5),
    # right hand, common time: late chords, broken chords that fall into place like graces
    Pattern("right", "4/4", "X - - - - - - -", high=2),
    Pattern("right", "4/4", "X - - - - - - X - - - - - - - -", ("vamp", "groove"), high=6),
    Pattern("right", "4/4", "X - - X - - - - . . X - - - - -", _LOOSE, low=3, weight=2),
    Pattern("right", "4/4", "1 2 X - - - - X - - - - X - - -", _LOOSE, low=4, weight=2),
    Pattern("right", "4/4", ". X - - - - . X - - - . . X - -", ("dilla",), low=4, weight=2),
    Pattern("right", "4/4", ". . X - - . X - - - . . X - - N", ("dilla", "groove"), low=6, weight=2),
    Pattern("right", "4/4", "X - - 3 4 - X - - - . . 2 3 X -", ("groove", "vamp"), low=5, weight=2),
    Pattern("right", "4/4", "1 2 3 X - - - - - - 3 2 X - - -", _SLOW, low=4, weight=2),
    Pattern("right", "4/4", "X - - - - - 4 3 2 - - - X - - -", _SLOW, low=4),
    Pattern("right", "4/4", "1 - 2 - 3 - X - - - - - 3 - 2 -", ("ballad",), low=3, weight=2),
    Pattern("right", "4/4", "X - - - 1 2 3 -", ("ballad", "jazz-soul"), low=3),
    Pattern("right", "4/4", "X - - X - - X -", ("jazz-soul", "groove"), low=2, weight=2),
    Pattern("right", "4/4", ". X - . X - . N", ("jazz-soul",), low=5, weight=2),
    Pattern("right", "6/8", "X - - - - -", high=4),
    Pattern("right", "6/8", "1 2 X - - X", low=3, weight=2),
    Pattern("right", "6/8", "X - - 2 3 4", low=4),
    Pattern("right", "12/8", "X - - - - - X - - - - -", high=4),
    Pattern("right", "12/8", "1 2 X - - X - - - X - -", low=3, weight=2),
    Pattern("right", "12/8", "X - - . . X - - X 3 2 1", low=5),
    # fills of the right hand, into the next section
    Pattern("right", "4/4", "X - - - - - 4 3 2 1 2 3 4 5 4 3", low=5, role="fill"),
    Pattern("right", "4/4", "X - - - . . 1 2 3 4 . . X - - N", _LOOSE, low=4, role="fill"),
    Pattern("right", "12/8", "X - - - - - 4 3 2 3 2 1", low=4, role="fill"),
    # the band's bass
    *stock.bass(_LOOSE, "4/4", "R - - . . . . R - - R - . . A -", "R - - - - . O - R - . . . . F A"),
    *stock.bass(("dilla",), "4/4", "R - . . . . . R . R - - . . S A", "R - - . . R - . . . O - . F . A", low=3),
    *stock.bass(("ballad",), "4/4", "R - - - - - - -", "R - - - - - F A", "R - - R - - O -"),
    *stock.bass(("jazz-soul",), "4/4", "R - - F - - A -", "R - - R F - S A", "R - - - F - T A"),
    *stock.slow_triplet_bass("ballad"),
)

_SWUNG: Final = ("closed hat", "x . x o x . x o x . x o x . x o")
_GROOVES: Final = (
    *stock.slow_triplets("ballad"),
    Groove(meter="4/4", applications=("vamp", "groove"), weight=2, lines=(
        _SWUNG, ("snare", ". . . . X . . . . . . . X . . ."), ("kick", "X . . . . . . x . . X . . . . ."))),
    Groove(meter="4/4", applications=("groove",), low=3, weight=2, lines=(
        _SWUNG, ("snare", ". . . . X . . o . o . . X . . o"), ("kick", "X . . x . . . . . . X . . x . ."))),
    Groove(meter="4/4", applications=("dilla",), weight=2, lines=(
        ("closed hat", "x . x . x . x . x . x . x . x x"), ("snare", ". . . . X . . . . . . . X . . ."),
        ("kick", "X . . . . x . x . . X . . . . x"))),
    Groove(meter="4/4", applications=("dilla",), low=4, lines=(
        ("closed hat", "x . x . . x x . x . x . . x x ."), ("snare", ". . . . X . . . . . o . X . . ."),
        ("kick", "X . x . . . . x . x . . . . x ."), ("open hat", ". . . . . . . . . . . . . . x ."))),
    Groove(meter="4/4", applications=_SLOW, lines=(
        ("closed hat", "x . x . x . x . x . x . x . x ."), ("rim", ". . . . x . . . . . . . x . . ."),
        ("kick", "X . . . . . . . . . x . . . . ."))),
    Groove(meter="4/4", applications=("jazz-soul",), weight=2, lines=(
        ("ride", "x . x x x . x x"), ("rim", ". . X . . . X ."), ("kick", "X . . x . x . ."))),
    Groove(meter="4/4", role="fill", lines=(
        _SWUNG, ("snare", ". . . . X . . o . . X o . x x X"), ("kick", "X . . . . . . x . . . . . . . ."))),
)  # fmt: skip

_FORMS: Final = (
    Form("vamp", (Part("A", 8, "open", ("vamp",)), Part("B", 8, "tonic", ("bridge", "chorus"))),
         final="tonic", words=("vamp form", "loop"), weight=2),
    Form("verse and chorus",
         (Part("Verse", 8, "half", ("verse",)), Part("Chorus", 8, "authentic", ("chorus", "verse"))),
         words=("verse and chorus", "verse-chorus", "verse chorus"), weight=2),
    Form("verse, chorus and bridge",
         (Part("Verse", 8, "open", ("verse",)), Part("Chorus", 8, "half", ("chorus",)),
          Part("Bridge", 8, "half", ("bridge",)), Part("Chorus", 8, "authentic", ("chorus",))),
         words=("verse, chorus and bridge", "with a bridge")),
    Form("a/b groove", (Part("A", 8, "turnaround", ("verse", "vamp")), Part("B", 8, "plagal", ("chorus", "bridge"))),
         words=("a/b groove", "ab groove", "two grooves")),
)  # fmt: skip

_SONGS: Final = ("verse and chorus", "verse, chorus and bridge", "vamp", "a/b groove")
_RICH: Final = ((1, "spread"), (4, "neosoul"))

genre: Final = Genre(
    name="neosoul",
    title="Neo-soul",
    aliases=("neo-soul", "neo soul", "nu soul", "future soul"),
    homes=("Db", "Fm"),
    applications=(
        Application(
            name="groove", words=("groove", "mid-tempo groove", "head-nod"), tempo=(76, 98), swing=0.57,
            sixteenths=True, voicings=_RICH, forms=_SONGS, touch=Touch(62, 66, (4, 0, 3, 0), 7), bass=33,
        ),
        Application(
            name="vamp", words=("vamp", "laid-back vamp"), tempo=(65, 88), swing=0.58, sixteenths=True, voicings=_RICH,
            forms=("vamp", "a/b groove"), touch=Touch(58, 62, (4, 0, 3, 0), 7), bass=33,
        ),
        Application(
            name="ballad", words=("ballad",), tempo=(60, 76), meters=("4/4", "6/8", "12/8"), swing=0.54,
            sixteenths=True, voicings=((1, "spread"), (5, "neosoul")), forms=_SONGS[:2],
            touch=Touch(52, 58, (4, 0, 3, 0)), bass=33,
        ),
        Application(
            name="dilla", words=("dilla", "drunk", "drunken", "d'angelo", "off-grid"), tempo=(76, 96), swing=0.62,
            sixteenths=True, voicings=_RICH, forms=("vamp", "a/b groove", "verse and chorus"),
            touch=Touch(66, 66, (5, 0, 5, 0), 10), bass=33,
        ),
        Application(
            name="jazz-soul", words=("jazz-soul", "jazzy", "soul jazz"), tempo=(80, 104), swing=0.6,
            voicings=((1, "spread"), (4, "comping"), (7, "quartal")), forms=_SONGS, most_chords=4,
            touch=Touch(60, 66, (2, 4, 2, 4), 7), bass=32,
        ),
    ),
    forms=_FORMS,
    major=Mode(_MAJOR_CELLS, _MAJOR_CADENCES, _MAJOR_REWRITES),
    minor=Mode(_MINOR_CELLS, _MINOR_CADENCES, _MINOR_REWRITES),
    colours=_COLOURS,
    patterns=_PATTERNS,
    grooves=_GROOVES,
)  # fmt: skip
