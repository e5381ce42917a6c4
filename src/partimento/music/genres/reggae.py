"""Reggae, declared: riddims, skanks and drops. docs/reference/genres/reggae.md says where each is taught.

One-drop, rockers and steppers are counted so that the drop falls on three and the skank on two and four; roots, lovers
rock, dub, rocksteady and ska at half that speed, with the skank on every off-beat eighth.
"""

from __future__ import annotations

from typing import Final

from partimento.music.composition import stock
from partimento.music.composition.form import Form, Part
from partimento.music.composition.genre import Application, Cadences, Colour, Genre, Groove, Mode, Rewrite, Touch, cells
from partimento.music.composition.stock import weighed
from partimento.music.rhythm import Pattern

_ON_THREE: Final = ("one-drop", "rockers", "steppers")
_ROOTS: Final = ("one-drop", "roots", "steppers", "dub")
_LOVERS: Final = ("lovers rock",)
_SIXTIES: Final = ("ska", "rocksteady")

# ---- major -----------------------------------------------------------------------------------------------------

_MAJOR_CELLS: Final = (
    *weighed("vamp verse", 2, "I | IV", "I | bVII", "I | ii", "I | V"),
    *weighed("vamp verse", 1, "I | vi", "I | IV V"),
    *weighed("vamp verse", 1, "I IV", "I | bVII IV", "I | IV I", "I V | IV", low=2),
    *weighed("vamp", 1, "I | I | IV | I", "I | I | bVII | I", "I | IV | bVII | IV", "I | V | IV | V"),
    *weighed("verse chorus", 2, "I | V | vi | IV", "I | IV | I | V", "I | IV | V | IV", "I V | vi IV"),
    *weighed("verse chorus", 1, "I | vi | IV | V", "I | I | IV | V", "I IV | I V", "I | V | IV | I"),
    *weighed("verse", 1, "I iii | IV V", "I | iii | IV | V", "I | ii | IV | V"),
    *weighed("chorus", 2, "IV | I | V | I", "vi | IV | I | V", "IV | V | I | vi"),
    *weighed("chorus", 1, "ii | V | I | I", "I IV | V IV", "vi | ii | IV | V"),
    *weighed("bridge", 2, "IV | IV | I | I", "vi | iii | IV | V", "ii | ii | V | V"),
    *weighed("bridge", 1, "bVII | IV | I | I", "IV V | iii vi | ii | V", low=3),
    *weighed("verse chorus", 1, "I | bVII | IV | I", "I | bVII | I | IV", uses=_ROOTS),
    *weighed("vamp verse", 1, "I | bVII | I | bVII", "I | v", uses=_ROOTS, low=2),
    *weighed("bridge chorus", 1, "bVI | bVII | I | I", "bIII | bVII | IV | I", uses=_ROOTS, low=4),
    *weighed("verse chorus", 2, "I vi | ii V7", "I vi | IV V7", "I | I | IV | V7", "I iii | ii V7", uses=_SIXTIES),
    *weighed("verse chorus", 1, "I | V7/IV | IV | iv", "I V7/ii | ii V7", uses=_SIXTIES, low=4),
    *weighed("vamp verse chorus", 2, "Imaj7 | IVmaj7", "Imaj7 | ii7", "ii7 | Imaj7", uses=_LOVERS),
    *weighed("verse chorus", 2, "Imaj7 | vi7 | ii7 | V7", "Imaj7 iii7 | IVmaj7 V7", uses=_LOVERS),
    *weighed("verse chorus", 2, "IVmaj7 | iii7 | ii7 | Imaj7", "ii7 | iii7 | IVmaj7 | V7", uses=_LOVERS),
    *weighed("verse chorus", 1, "Imaj7 | iii7 vi7 | ii7 | IV/5", "IVmaj7 iv6 | iii7 vi7", uses=_LOVERS, low=4),
    *weighed("bridge", 2, "IVmaj7 | iii7 | ii7 | V7", "vi7 | iii7 | IVmaj7 | V7", uses=_LOVERS),
)

_MAJOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *weighed("any", 1, "V I", "V7 | I", "ii V7 | I"),
        *weighed("any", 2, "V | I", "IV V | I"),
        *weighed("any", 1, "ii7 V7 | I", "vi ii | V7 | I", uses=_SIXTIES),
        *weighed("any", 4, "ii7 V7 | Imaj7", "IVmaj7 V7 | Imaj7", "ii7 IV/5 | Imaj7", "V7 Imaj7", uses=_LOVERS),
    ),
    "two-five-one": (
        *weighed("any", 1, "ii V7 I", "ii V7 | I", "ii | V7 | I"),
        *weighed("any", 3, "ii7 V7 Imaj7", "ii7 V7 | Imaj7", uses=_LOVERS),
    ),
    "two-five": weighed("any", 1, "ii V7", "ii | V7", "ii7 V7"),
    "half": (
        *weighed("any", 1, "V", "IV | V", "ii | V"),
        *weighed("any", 1, "V7/V | V7", uses=_SIXTIES, low=3),
        *weighed("any", 2, "ii7 | V7", "IVmaj7 | IV/5", uses=_LOVERS),
    ),
    "turnaround": (
        *stock.TRIAD_TURNAROUND,
        *weighed("any", 3, "Imaj7 vi7 | ii7 V7", "iii7 vi7 | ii7 V7", uses=_LOVERS),
    ),
    "plagal": (
        *weighed("any", 1, "IV I", "IV | I"),
        *weighed("any", 1, "IV iv | I", low=4),
        *weighed("any", 2, "IVmaj7 | Imaj7", "IVmaj7 iv6 | Imaj7", uses=_LOVERS),
    ),
    "backdoor": (
        *weighed("any", 1, "bVII I", "bVII | I", "IV bVII | I", "bVI bVII | I"),
        *weighed("any", 2, "bVII7 | Imaj7", "iv6 bVII7 | Imaj7", uses=_LOVERS),
    ),
    "deceptive": weighed("any", 1, "V vi", "V | vi", "IV V | vi"),
    "tonic": (
        *weighed("any", 2, "I", "IV | I"),
        *weighed("any", 1, "bVII | I", "V | I"),
        *weighed("any", 4, "Imaj7", "ii7 | Imaj7", uses=_LOVERS),
    ),
}

_MAJOR_REWRITES: Final = (
    *stock.TRIAD_DEVICES,
    *stock.APPLIED,
    Rewrite("tritone substitution", "I", "bII7+I", 11),
    Rewrite("passing chords", "I vi", "I+iii vi", 4, 0.15),
    Rewrite("modal interchange", "IVmaj7 Imaj7", "IVmaj7+iv6 Imaj7", 5, 0.2),
    Rewrite("suspension", "V7", "V7sus4+V7", 5, 0.1),
)

# ---- minor -----------------------------------------------------------------------------------------------------

_MINOR_CELLS: Final = (
    *weighed("vamp verse", 2, "i | bVII", "i | iv", "i | v"),
    *weighed("vamp verse", 1, "i | bVI", "i | bVII iv", "i | i | bVII | i", "i | i | iv | i"),
    *weighed("vamp", 1, "i | iv | bVII | iv", "i | bIII | bVII | bVII", "i | v | bVI | v", "i iv", "i bVII"),
    *weighed("verse chorus", 2, "i | bVII | bVI | bVII", "i | bVI | bVII | i", "i | iv | bVII | i"),
    *weighed("verse chorus", 1, "i | v | iv | v", "i | bIII | bVII | iv", "i bVII | bVI bVII", "i | bVI | bIII | bVII"),
    *weighed("chorus", 2, "iv | i | bVII | i", "bVI | bVII | i | i", "iv | bVII | bIII | bVI"),
    *weighed("chorus", 1, "bIII | bVII | i | i", "iv | v | i | i", "bVI bVII | i"),
    *weighed("bridge", 2, "iv | iv | i | i", "bIII | bVII | iv | v", "bVI | bVI | bVII | bVII"),
    *weighed("bridge", 1, "bVI | bIII | iv | V7", low=3),
    *weighed("verse chorus", 2, "i | i | iv | v", "i v | iv bVII", uses=_ROOTS),
    *weighed("vamp verse", 1, "i | bII", "i | IV", uses=_ROOTS, low=5),
    *weighed("verse chorus", 2, "i | iv | V7 | i", "i bVII | bVI V7", "i | V7 | V7 | i", uses=_SIXTIES),
    *weighed("vamp verse chorus", 2, "i7 | iv7", "i7 | v7", "i7 | bVImaj7", uses=_LOVERS),
    *weighed("verse chorus", 2, "i7 | bVImaj7 | iv7 | v7", "iv7 bVII7 | bIIImaj7 bVImaj7", uses=_LOVERS),
    *weighed("bridge", 2, "bVImaj7 | bIIImaj7 | iv7 | v7", uses=_LOVERS),
)

_MINOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *weighed("any", 1, "V7 i", "V7 | i", "iv V7 | i", "bVI V7 | i"),
        *weighed("any", 1, "iiø7 V7 | i", uses=_SIXTIES, low=3),
        *weighed("any", 3, "iv7 V7 | i7", "bVImaj7 V7 | i7", uses=_LOVERS),
    ),
    "two-five-one": weighed("any", 1, "iiø7 V7 i", "iiø7 V7 | i", "iiø7 | V7 | i"),
    "two-five": stock.MINOR_TWO_FIVE,
    "half": weighed("any", 1, "V7", "iv | V7", "bVI | V7"),
    "turnaround": (
        *weighed("any", 1, "i bVI | iv V7", "i | iv V7", "i bIII | bVI V7"),
        *weighed("any", 2, "i7 bVImaj7 | iiø7 V7", uses=_LOVERS),
    ),
    "plagal": weighed("any", 1, "iv i", "iv | i", "bVI iv | i"),
    "backdoor": (
        *weighed("any", 1, "bVII i", "bVII | i", "bVI bVII | i", "iv bVII | i"),
        *weighed("any", 2, "bVII7 | i7", "bVImaj7 bVII7 | i7", uses=_LOVERS),
    ),
    "deceptive": cells("any", "V7 bVI", "V7 | bVI"),
    "tonic": (
        *weighed("any", 2, "i", "bVII | i"),
        *weighed("any", 1, "iv | i", "v | i"),
        *weighed("any", 4, "i7", "iv7 | i7", uses=_LOVERS),
    ),
}

_MINOR_REWRITES: Final = (
    *stock.MINOR_TRIAD_DEVICES,
    Rewrite("tritone substitution", "i", "bII7+i", 11),
    Rewrite("passing chords", "i bVI", "i+bVII bVI", 4, 0.15),
    Rewrite("passing chords", "bVI i", "bVI+bVII i", 4, 0.15),
    Rewrite("suspension", "V7", "V7sus4+V7", 5, 0.1),
)

# ---- colours: triads and sevenths, more only for lovers rock ------------------------------------------------------

_COLOURS: Final = {
    "triad": (Colour("", weight=8),),
    "I": (Colour("", weight=8), Colour("6", low=5), Colour("add9", low=8)),
    "IV": (Colour("", weight=8), Colour("maj7", low=6), Colour("6", low=7)),
    "bVII": (Colour("", weight=8), Colour("add9", low=8)),
    "bVI": (Colour("", weight=8), Colour("maj7", low=7)),
    "m": (Colour("", weight=6), Colour("7", low=3, weight=2)),
    "i": (Colour("", weight=7), Colour("7", low=4, weight=2), Colour("9", low=9)),
    "7": (Colour("", weight=2), Colour("7", low=2, weight=3), Colour("7b9", low=8, weight=0.5,
                                                                      device="altered dominants")),
    "7 to minor": (Colour("", high=2), Colour("7", weight=3), Colour("7b9", low=8, device="altered dominants")),
    "7sus4": (Colour("sus4", weight=2), Colour("7sus4", low=4)),
    "maj7": (Colour("", high=2), Colour("maj7", low=2, weight=3), Colour("maj9", low=6, weight=1.5)),
    "m7": (Colour("", high=2), Colour("7", low=2, weight=3), Colour("9", low=5, weight=2)),
    "m6": (Colour("", high=3), Colour("6", low=3)),
    "ø7": (Colour("ø7"),),
    "o7": (Colour("o7"),),
    "last I": (Colour("", weight=5), Colour("6", low=5), Colour("add9", low=7)),
    "last i": (Colour("", weight=4), Colour("7", low=4), Colour("9", low=7)),
}  # fmt: skip

# ---- hands -----------------------------------------------------------------------------------------------------

_LEFT: Final = (
    # the drop on three: the bass leaves one alone, or walks through all four
    Pattern("left", "4/4", ". . R - - - R -", ("one-drop",), high=4),
    Pattern("left", "4/4", ". . R - F - R -", ("one-drop",), weight=2),
    Pattern("left", "4/4", ". . R R . . F -", ("one-drop",), low=2, weight=2),
    Pattern("left", "4/4", ". R R - . . R - | . . R - T - F -", ("one-drop",), low=3, weight=2),
    Pattern("left", "4/4", ". . R - F - S - | . . R . . . R F", ("one-drop",), low=4),
    Pattern("left", "4/4", ". . . R R - F - | . . . R - . R -", ("one-drop",), low=5),
    Pattern("left", "4/4", "R - - - R - - -", ("rockers",), high=3),
    Pattern("left", "4/4", "R - . R . R F -", ("rockers",), low=2, weight=2),
    Pattern("left", "4/4", "R R . R . . F -", ("rockers",), low=3),
    Pattern("left", "4/4", "R - . R F - . R | R - . R S - F -", ("rockers",), low=4, weight=2),
    Pattern("left", "4/4", "R - R - R - R -", ("steppers",), high=5),
    Pattern("left", "4/4", "R - R - F - R -", ("steppers",), weight=2),
    Pattern("left", "4/4", "R . R R . R F .", ("steppers",), low=3, weight=2),
    Pattern("left", "4/4", "R - T - F - R - | R - F - T - F -", ("steppers",), low=4),
    # the off-beat counted as an eighth
    Pattern("left", "4/4", ". . R - . . F -", ("roots",), high=5),
    Pattern("left", "4/4", ". . . . R - - - F - R - . . . .", ("roots",), low=3, weight=2),
    Pattern("left", "4/4", "R - - - . . R - . . . . F - R -", ("roots", "dub"), low=3, weight=2),
    Pattern("left", "4/4", ". . R - R - - - . . F - R - - -", ("roots",), low=4),
    Pattern("left", "4/4", ". . . . R - R - F - - - S - - -", ("roots",), low=5),
    Pattern("left", "4/4", "R - - - - - . .", ("dub",), high=4),
    Pattern("left", "4/4", ". . . . R - - - - - - - . . F -", ("dub",), low=2),
    Pattern("left", "4/4", "R - . . . . R - R - . . . . . . | . . . . F - - - R - - - . . . .", ("dub",), low=4),
    Pattern("left", "4/4", "R - - - - - F -", _LOVERS, high=5),
    Pattern("left", "4/4", "R - - - - - R - F - - - - - R -", _LOVERS, low=3, weight=2),
    Pattern("left", "4/4", "R - . . R - F - S - F - R - - -", _LOVERS, low=4, weight=2),
    Pattern("left", "4/4", "R - - R - - F - . . R - - - A -", _LOVERS, low=5),
    Pattern("left", "4/4", "R - . R F - . .", ("rocksteady",)),
    Pattern("left", "4/4", "R . R R . . F -", ("rocksteady",), low=2, weight=2),
    Pattern("left", "4/4", "R - . F R - F . | R - . R . R F -", ("rocksteady",), low=4, weight=2),
    Pattern("left", "4/4", "R - F - R - F -", ("ska",), high=5),
    Pattern("left", "4/4", "R - T - F - T -", ("ska",), low=2, weight=2),
    Pattern("left", "4/4", "R - T - F - A -", ("ska",), low=4, weight=2),
    Pattern("left", "4/4", "R - T - F - S - | O - S - F - T -", ("ska",), low=5),
)

_RIGHT: Final = (
    # the skank on two and four: short, doubled; and the bubble of an organ around it
    Pattern("right", "4/4", ". . X . . . X .", _ON_THREE, weight=4),
    Pattern("right", "4/4", ". . . . X . . . . . . . X . . .", _ON_THREE, low=2, weight=2),
    Pattern("right", "4/4", ". . X X . . X X", _ON_THREE, low=3, weight=2),
    Pattern("right", "4/4", ". 1 X 1 . 1 X 1", _ON_THREE, low=3, weight=3),
    Pattern("right", "4/4", ". . X . . . X . | . . X . . . X X", _ON_THREE, low=4, weight=2),
    Pattern("right", "4/4", ". U X U . U X . | . 1 X 1 . 1 X 1", _ON_THREE, low=5),
    Pattern("right", "4/4", ". 1 X 2 . 3 X 2", ("one-drop", "rockers"), low=6),
    Pattern("right", "4/4", ". X . X . X . X", ("roots", "ska", "rocksteady", *_LOVERS), weight=2),
    Pattern("right", "4/4", ". . X . . . X . . . X . . . X .", ("roots", "ska", "rocksteady", *_LOVERS), weight=2),
    Pattern("right", "4/4", ". . X X . . X X . . X X . . X X", ("roots", "rocksteady"), low=3, weight=2),
    Pattern("right", "4/4", ". 1 X 1 . 1 X 1 . 1 X 1 . 1 X 1", ("roots", *_LOVERS), low=4, weight=2),
    Pattern("right", "4/4", ". . X . . . X . . . X . . 1 X 1", ("roots",), low=5),
    Pattern("right", "4/4", ". . X . . . X .", ("dub",), high=5),
    Pattern("right", "4/4", ". . X . . . . . . . X . . . . .", ("dub",), low=3, weight=2),
    Pattern("right", "4/4", ". . X . . . X . . . . . . . . . | . . X . . . . . . . X X . . X .", ("dub",), low=4),
    Pattern("right", "4/4", ". . X - . . X - . . X - 3 2 X -", _LOVERS, low=4, weight=2),
    Pattern("right", "4/4", ". . X . . . X . . . X . . . X - | . . X . . . X . 4 - 3 - 2 - X -", _LOVERS, low=5),
    Pattern("right", "4/4", ". X . X . X . X | . X . X . X X X", _SIXTIES, low=3, weight=2),
    Pattern("right", "4/4", ". X . X . X . X | . X . X 4 3 2 X", _SIXTIES, low=5),
    # fills, into the next section
    Pattern("right", "4/4", ". . X . . 4 3 2", _ON_THREE, low=3, role="fill"),
    Pattern("right", "4/4", ". . X . . . X . . . X . 4 3 2 1", ("roots", "rocksteady", *_LOVERS), low=3, role="fill"),
    Pattern("right", "4/4", ". . X . . . . . . . . . . . . .", ("dub",), role="fill"),
    Pattern("right", "4/4", ". X . X 4 3 2 1", ("ska",), low=3, role="fill"),
)

_BASSES: Final = (
    *stock.bass(("one-drop",), "4/4", ". . R - F - R -", ". . R R . . F -", ". . R - T - F -"),
    *stock.bass(("rockers",), "4/4", "R - . R . R F -", "R - . R F - . R"),
    *stock.bass(("steppers",), "4/4", "R - R - F - R -", "R . R R . R F ."),
    *stock.bass(("roots",), "4/4", ". . . . R - - - F - R - . . . .", "R - - - . . R - . . . . F - R -"),
    *stock.bass(("dub",), "4/4", "R - - - - - . . . . . . . . F -", ". . . . R - - - - - - - . . F -"),
    *stock.bass(_LOVERS, "4/4", "R - - - - - R - F - - - - - R -", "R - . . R - F - S - F - R - - -"),
    *stock.bass(("rocksteady",), "4/4", "R - . R F - . .", "R . R R . . F -"),
    *stock.bass(("ska",), "4/4", "R - T - F - T -", "R - T - F - A -"),
)

# ---- drums -----------------------------------------------------------------------------------------------------

_OFF_BEATS: Final = ("closed hat", "x x X x x x X x")
_DROP: Final = (("kick", ". . . . X . . ."), ("rim", ". . . . X . . ."))
_FOUR: Final = ("kick", "X . X . X . X .")
_FINE: Final = ("closed hat", "x . X . x . X . x . X . x . X .")
_BACK: Final = (("kick", ". . . . X . . . . . . . X . . ."), ("rim", ". . . . X . . . . . . . X . . ."))
_GROOVES: Final = (
    Groove(meter="4/4", lines=(_OFF_BEATS, *_DROP), applications=("one-drop",), weight=3),
    Groove(meter="4/4", lines=(("closed hat", "x . X x x . X ."), ("open hat", ". . . . . . . x"), *_DROP),
           applications=("one-drop",), low=3),
    Groove(meter="4/4", lines=(_OFF_BEATS, _DROP[0], ("rim", ". . . . X . . x")), applications=("one-drop",), low=4),
    Groove(meter="4/4", lines=(_OFF_BEATS, ("kick", "X . . . X . . ."), _DROP[1]), applications=("rockers",), weight=2),
    Groove(meter="4/4", lines=(_OFF_BEATS, ("kick", "X x . x X x . x"), ("snare", ". . . . X . . .")),
           applications=("rockers",), low=3),
    Groove(meter="4/4", lines=(_OFF_BEATS, _FOUR, _DROP[1]), applications=("steppers",), weight=2),
    Groove(meter="4/4", lines=(("closed hat", "x . . x x . . x"), _FOUR, ("snare", ". . . . X . . .")),
           applications=("steppers",), low=3),
    Groove(meter="4/4", lines=(_FINE, *_BACK), applications=("roots", "dub"), weight=2),
    Groove(meter="4/4", lines=(_FINE, *_BACK, ("tambourine", ". . x . . . x . . . x . . . x .")),
           applications=("roots",), low=3),
    Groove(meter="4/4", lines=(*_BACK, ("timbale", ". . . . . . . . . . . . . . x x")), applications=("dub",), low=3),
    Groove(meter="4/4", lines=(_FINE, ("kick", "X . . . x . . . X . . . x . . ."), _BACK[1]), applications=_LOVERS,
           weight=2),
    Groove(meter="4/4", lines=(_FINE, *_BACK, ("shaker", "o o x o o o x o o o x o o o x o")), applications=_LOVERS,
           low=3),
    Groove(meter="4/4", lines=(("closed hat", "x X x X x X x X"), ("kick", ". . X . . . X ."),
                               ("rim", ". . X . . . X .")), applications=_SIXTIES, weight=2),
    Groove(meter="4/4", lines=(("ride", "x . x . x . x ."), ("open hat", ". x . x . x . x"), _FOUR,
                               ("snare", ". . X . . . X .")), applications=("ska",), low=3),
    Groove(meter="4/4", lines=(("snare", "X . x x X . . ."), ("timbale", ". . . . . x X ."), _DROP[0]), role="fill",
           applications=(*_ON_THREE, *_SIXTIES)),
    Groove(meter="4/4", lines=(("snare", "X . . x . . x . X . . . . . . ."), _BACK[0],
                               ("timbale", ". . . . . . . . . . x x X . . .")), role="fill",
           applications=("roots", "dub", *_LOVERS)),
)  # fmt: skip

# ---- forms and uses --------------------------------------------------------------------------------------------

_VERSE: Final = Part("Verse", 8, "tonic", ("verse",))
_CHORUS: Final = Part("Chorus", 8, "authentic", ("chorus",))
_FORMS: Final = (
    Form("verse and chorus", (_VERSE, _CHORUS), weight=3,
         words=("verse and chorus", "verse-chorus", "verse chorus", "verses and choruses")),
    Form("riddim", (Part("Riddim", 4, "open", ("vamp",)),) * 2, final="tonic", weight=2,
         words=("riddim", "vamp", "two-chord", "two chords", "two-chord vamp")),
    Form("modal song", (_VERSE, Part("Chorus", 8, "backdoor", ("chorus",))), final="backdoor", weight=2,
         words=("modal song", "without a dominant")),
    Form("verse and dub", (_VERSE, _CHORUS, Part("Dub", 8, "tonic", ("vamp",))),
         words=("verse and dub", "with a dub section", "dub section")),
    Form("verse, chorus and bridge", (_VERSE, _CHORUS, Part("Bridge", 8, "half", ("bridge",)), _CHORUS),
         words=("verse, chorus and bridge", "with a bridge")),
    Form("aaba",
         (Part("A", 8, "half", ("verse",)), Part("A", 8, "authentic", ("verse",)),
          Part("Bridge", 8, "half", ("bridge",)), Part("A", 8, "authentic", ("verse",))),
         words=("aaba",)),
    Form("two strains", (Part("A", 8, "half", ("verse",)), Part("B", 8, "plagal", ("chorus",))), final="plagal",
         words=("two strains", "ab form")),
)  # fmt: skip

_HANDS: Final = ((1, "block"),)
_DEEP: Final = ((1, "block"), (4, "gospel"))
_SONGS: Final = ("verse and chorus", "modal song", "verse, chorus and bridge")

genre: Final = Genre(
    name="reggae",
    title="Reggae",
    aliases=("reggae music", "jamaican"),
    homes=("G", "Am"),
    applications=(
        Application(
            name="one-drop", words=("one-drop", "one drop", "onedrop"), tempo=(124, 160), swing=0.58, voicings=_HANDS,
            forms=(*_SONGS, "riddim"), touch=Touch(74, 66, (0, 5, 6, 5)), bass=33,
        ),
        Application(
            name="roots", words=("roots", "roots reggae", "rasta", "roots rock"), tempo=(62, 84), swing=0.58,
            sixteenths=True, voicings=_HANDS, forms=("riddim", "modal song", "verse and chorus", "verse and dub"),
            touch=Touch(76, 64, (0, 6, 0, 6)), bass=33,
        ),
        Application(
            name="rockers", words=("rockers", "militant", "flying cymbal"), tempo=(120, 152), voicings=_HANDS,
            forms=(*_SONGS, "riddim"), touch=Touch(78, 68, (5, 3, 6, 3)), bass=33,
        ),
        Application(
            name="steppers", words=("steppers", "stepper", "four on the floor", "uk steppers"), tempo=(116, 150),
            voicings=_DEEP, forms=("riddim", "modal song", "verse and dub"), most_chords=1,
            touch=Touch(82, 68, (6, 4, 6, 4)), bass=38,
        ),
        Application(
            name="lovers rock", words=("lovers rock", "lovers", "lover's rock"), tempo=(66, 92), swing=0.6,
            sixteenths=True, voicings=_HANDS, forms=("verse and chorus", "verse, chorus and bridge", "two strains"),
            touch=Touch(66, 60, (3, 4, 2, 4)), bass=33,
        ),
        Application(
            name="dub", words=("dub", "dubwise"), tempo=(58, 80), swing=0.56, sixteenths=True, voicings=_DEEP,
            forms=("riddim", "verse and dub"), most_chords=1, touch=Touch(80, 62, (4, 4, 0, 4), 8), bass=38,
        ),
        Application(
            name="rocksteady", words=("rocksteady", "rock steady", "rock-steady"), tempo=(76, 104), voicings=_HANDS,
            forms=("verse and chorus", "aaba", "verse, chorus and bridge", "two strains"),
            touch=Touch(74, 64, (2, 5, 2, 5)), bass=33,
        ),
        Application(
            name="ska", words=("ska", "blue beat", "bluebeat", "two-tone"), tempo=(108, 152), swing=0.58,
            voicings=_HANDS, forms=("aaba", "verse and chorus", "two strains"), touch=Touch(76, 72, (2, 5, 2, 5)),
        ),
    ),
    forms=_FORMS,
    major=Mode(_MAJOR_CELLS, _MAJOR_CADENCES, _MAJOR_REWRITES),
    minor=Mode(_MINOR_CELLS, _MINOR_CADENCES, _MINOR_REWRITES),
    colours=_COLOURS,
    patterns=(*_LEFT, *_RIGHT, *_BASSES),
    grooves=_GROOVES,
)  # fmt: skip
