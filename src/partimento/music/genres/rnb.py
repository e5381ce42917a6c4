"""Rhythm and blues, declared: harmony, forms, hands and feels. docs/reference/genres/rnb.md says where it is from."""

from __future__ import annotations

from typing import Final

from partimento.music.composition import stock
from partimento.music.composition.form import Form, Part
from partimento.music.composition.genre import Application, Cadences, Colour, Genre, Groove, Mode, Rewrite, Touch
from partimento.music.composition.stock import weighed
from partimento.music.rhythm import Pattern

_SLOW: Final = ("slow jam", "quiet storm")
_SOUL: Final = ("motown", "soul ballad")
_FAST: Final = ("motown", "new jack swing")
_NEW: Final = ("contemporary", "new jack swing")
_MAIN: Final = "verse chorus"
_ALL: Final = "verse chorus bridge vamp"

_MAJOR_CELLS: Final = (
    # loops for anywhere
    *weighed(_ALL, 1.5, "I | IV", "IV | I", "I IV | I V", "I | bVII | IV | I", "I bVII | IV", "bVII | IV | I | I"),
    *weighed(_ALL, 1, "I | V", "I | bVII", "I | vi | IV | V", "vi | IV | I | V", "I | IV | V | IV", "IV | V | I | vi"),
    *weighed(_ALL, 1, "IV | bVII | I | I", "IV | V | iii | vi", "IV | V | IV | I"),
    *weighed(_ALL, 0.7, "I | V | vi | IV", "IV | I | V | vi", "ii | V | I | IV"),
    *weighed(_ALL, 0.3, "IV | V | vi | I"),
    # verses and choruses
    *weighed(_MAIN, 1.5, "I | IV | I | V", "Imaj7 | IVmaj7", "IV | I7"),
    *weighed(_MAIN, 1, "I | V | IV | V", "I | V | IV | I", "V | IV | I | I", "V | IV | I | V", "vi | I | IV | I"),
    *weighed(_MAIN, 1, "ii | IV | I | V", "ii7 | iii7 | IV | V7sus4", "IVmaj7 | iii7 | ii7 | V7sus4", "V7 | I"),
    *weighed(_MAIN, 1, "vi7 | IV", "bIII | IV", "I | Vsus4 | V", "vi | II | IV | V", "V | I"),
    *weighed(_MAIN, 0.7, "I | vi | ii | V", "I | IV | vi | V", "I | iii7 | vi7 | IV", "I | ii | IV | I", "Imaj7 | ii7"),
    *weighed(_MAIN, 0.7, "vi | V | IV | V", "vi | V | IV | I", "ii7 | V7 | I | vi7", "Imaj7 | vi7 | ii7 | V7sus4"),
    *weighed(_MAIN, 0.7, "vi | ii", "I | II", "I | iii | vi | V"),
    *weighed(_MAIN, 0.5, "I | iii | IV | V", "I | ii7 | IV | V7sus4", "ii7 | V7 | I", "ii | I | ii | I", "ii | V7"),
    *weighed(_MAIN, 0.5, "ii | IV", "bVII | bIII"),
    *weighed(_MAIN, 1.5, "I | V7/ii | ii7 | V7", low=3),
    *weighed(_MAIN, 1, "I | V7/vi | vi | IV", "I | V7/IV | IV | V", "I I/3 | IV V", low=3),
    *weighed(_MAIN, 0.7, "I V/7 | vi I/5 | IV I/3 | ii7 V7sus4", low=3),
    *weighed(_MAIN, 0.3, "I V7/vi | vi I7 | IV iv | I", low=3),
    *weighed(_MAIN, 0.1, "I | V7/IV | IV | iv", low=3),
    # bridges, and verses that wander
    *weighed("bridge verse", 3, "bVI | bVII | I | I", "v7 | I7 | IV | IV"),
    *weighed("bridge verse", 2, "vi | iii | IV | I", "bVI | bIII | bVII | I"),
    *weighed("bridge verse", 1.5, "IV | IV | I | I", "iii | IV | iii | IV", "bIII | bVII | IV | I"),
    *weighed("bridge verse", 1, "bIII | IV | I | I", "V | V | IV | IV"),
    *weighed("bridge verse", 0.7, "IV | I | ii | V", "iii7 | vi7 | ii7 | V7", "iii | ii", "II | V | I | I", "II7 | V7"),
    *weighed("bridge verse", 0.5, "vi | ii | V | I", "vi7 | II7 | ii7 | V7", "iii7 | ii7", "V/7 | vi | I/5 | IV"),
    *weighed("bridge verse", 0.1, "IV | iv | I | I"),
    *weighed("bridge verse", 1.5, "II | I", low=3),
    *weighed("bridge", 6, "IV | V7/vi | vi | V7/ii", low=5),
    *weighed("bridge", 0.5, "vi7 | V7/V | ii7 | V7sus4", low=5),
    *weighed("bridge", 0.2, "iii7 biii7 | ii7 V7", low=5),
    *weighed("bridge verse", 0.5, "bII | I", "VI | II | V7", low=5),
    # vamps
    *weighed("verse vamp", 1.5, "I IV", "I7 | IV7", "I | i7", "I7 | IV", "Isus4 | I | IV | I"),
    *weighed("verse vamp", 1, "I", "I | I7", "Isus4 | I", "I7 | V7 | IV7 | I7", "I7 | V7", "I bVII | I"),
    # sounds of one use
    *weighed("verse vamp", 1.5, "I7 | I7 | IV7 | I7", "I7 | bVII | IV7 | I7", "I | IV7", uses=_FAST),
    *weighed("verse vamp", 0.5, "I | vi | ii7 | V7", "I | vi | IV | V7", "I I+ | I6 I7", uses=_SOUL),
    *weighed(_MAIN, 3, "IVmaj7 | V7sus4 | iii7 | vi7", "Imaj7 | iii7 | IVmaj7 | V7sus4", low=3, uses=_SLOW),
    *weighed(_MAIN, 3, "IVmaj7 | iii7 | vi7 | V7sus4", low=3, uses=_SLOW),
    *weighed(_MAIN, 3, "ii7 | V7sus4 | Imaj7 | vi7", "Imaj7 | vi7 | IVmaj7 | iv6", low=4, uses=_SLOW),
    *weighed(_MAIN, 3, "Imaj7 ii7 | iii7 IVmaj7", low=4, uses=_SLOW),
    *weighed(_MAIN, 2, "IVmaj7 V/4 | iii7 vi7 | ii7 | V7sus4", "Imaj7 | v7 I7 | IVmaj7 | iv6", low=6, uses=_SLOW),
)
_MAJOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *weighed("any", 1, "V I", "V7 I", "V | I", "V7 | I", "IV V | I", "ii V | I", "ii7 V7 | I", "IV V7 | I"),
        *weighed("any", 1, "ii7 | V7 | I", "IV | V | I | I", "IV | V7 | I | I", "V7sus4 | I", "vi V | I"),
        *weighed("any", 1, "V7/V | V7 | I", "I/5 V7 | I", low=3),
    ),
    "two-five-one": weighed("any", 1, "ii V | I", "ii7 V | I", "ii7 V7 | I", "ii7 | V7 | I", "ii | V7 | I | I"),
    "two-five": weighed("any", 1, "ii7 V", "ii V", "ii7 V7", "ii | V7", "ii7 | V7", "ii7 | V7sus4"),
    "half": (
        *weighed("any", 1, "V", "IV V", "IV | V", "ii | V", "ii7 | V", "ii7 V7sus4", "IV | V7sus4"),
        *weighed("any", 1, "vi | V", "I | V", "bVII | V", "IV V | IV V", "V7/V | V", "Vsus4 V", "V7sus4 V7"),
    ),
    "turnaround": (
        *stock.TRIAD_TURNAROUND,
        *weighed("any", 1, "I IV | ii V", "I vi7 | ii7 V7sus4", "iii7 vi7 | ii7 V7"),
    ),
    "plagal": (
        *weighed("any", 1, "IV I", "IV | I", "V IV | I", "bVII IV | I", "ii7 IV | I", "IV | I | IV | I"),
        *weighed("any", 1, "IV iv | I", low=4),
    ),
    "deceptive": weighed("any", 1, "V vi", "V | vi", "IV V | vi", "V | bVI"),
    "backdoor": weighed("any", 1, "bVII I", "bVII | I", "bVI bVII | I", "IV bVII | I"),
    "tonic": weighed("any", 1, "I", "IV I", "IV | I", "V | I", "bVII | I", "V7sus4 | I", "ii7 | I", "IV V | I"),
}
_MAJOR_REWRITES: Final = (
    *stock.TRIAD_DEVICES,
    Rewrite("suspension", "V7", "V7sus4+V7", 4, 0.05),
    Rewrite("suspension", "V", "Vsus4+V", 4, 0.05),
    Rewrite("passing chords", "iii7 ii7", "iii7+biii7 ii7", 5, 0.3),
    Rewrite("secondary dominants", "vi7 ii7", "V7/ii ii7", 5, 0.2),
    Rewrite("tritone substitution", "V7 Imaj7", "bII7 Imaj7", 8, 0.1),
)

_MINOR_CELLS: Final = (
    # loops for anywhere
    *weighed(_ALL, 3, "bVI | bVII", "bIII | bVII | IV", "bVII | IV", "IV | bVII", "bIII | IV | bVII"),
    *weighed(_ALL, 2, "bVI | bVII | bIII | IV", "bVII | IV | i | bVII", "bIII | bVII | iv | bVII"),
    *weighed(_ALL, 2, "i | bIII | bVII | IV"),
    *weighed(_ALL, 1, "i | bVI", "i7 | IV7", "i7 | IV", "bIII | bVII | i | i", "i | iv", "bVI | bVII", "bVI | bIII"),
    *weighed(_ALL, 1, "bVI | bVII | i | i"),
    *weighed(_ALL, 1.5, "i | bVII", "i | bVII | bVI | bVII", "i | IV"),
    *weighed(_ALL, 0.7, "i | bVI | bIII | bVII", "i | bVII | iv | i"),
    *weighed(_ALL, 0.5, "i | bIII | bVII | IV", "i | IV | bVI | bVII", "i | bVII | IV | IV"),
    # verses and choruses
    *weighed(_MAIN, 2, "bIII | IV | i | i", "bVI | bIII | IV | i", "IV | i | bVII | IV", "i | v7 | bVII | IV"),
    *weighed(_MAIN, 2, "i | bIII | IV | i"),
    *weighed(_MAIN, 1.5, "i | bVI | bVII | i", "i | iv | bVI | bVII", "i | bIII | bVI | bVII", "i | v7 | bVI | bVII"),
    *weighed(_MAIN, 1.5, "i | v | iv | i", "iv | bVII | bIII | bVI", "i7 | IV | i7 | IV", "i bVII | bVI bVII"),
    *weighed(_MAIN, 1, "i | bVII | bVI | V7"),
    *weighed(_MAIN, 0.7, "bVI | bIII | bVII | i", "bVII | IV | i", "i | v | bVI | IV"),
    *weighed(_MAIN, 0.5, "i | bIII | iv | V7"),
    *weighed(_MAIN, 0.3, "i | bVI | iv | V7", "i | iv | V7 | i"),
    *weighed(_MAIN, 0.2, "i | iv | i | V7", "iv7 | i7"),
    # bridges, and verses that wander
    *weighed("bridge verse", 1.5, "bVI | bVII | bIII | iv", "iv7 | v7 | bVImaj7 | bVII"),
    *weighed("bridge verse", 1, "bVI | i | bVI | V7", "bVImaj7 | v7", "bVImaj7 | bVII", "bIII | bVII", "iv | v"),
    *weighed("bridge verse", 0.7, "bIII | bVII | iv | i"),
    *weighed("bridge verse", 0.3, "iv | iv | i | i"),
    *weighed("bridge verse", 1.5, "iv7 | bVII7 | bIIImaj7 | bVImaj7", low=4),
    *weighed("bridge verse", 0.7, "i i/b7 | bVI V7", low=4),
    *weighed("bridge verse", 0.2, "iiø7 | V7 | i7", low=4),
    # vamps
    *weighed("verse vamp", 1.5, "i7 | bVII", "i bVII", "i7 | v7"),
    *weighed("verse vamp", 1, "i", "i7", "i7 | iv7"),
    # sounds of one use
    *weighed(_MAIN, 2, "i7 | iv7 | bVImaj7 | V7", "i7 | bVImaj7 | iv7 | v7", low=3, uses=_SLOW),
    *weighed(_MAIN, 2, "bVImaj7 | v7 | iv7 | i7", low=3, uses=_SLOW),
    *weighed("verse vamp", 0.7, "i7 | IV7 | i7 | IV7", uses=_NEW),
    *weighed("verse vamp", 0.5, "i7 | i7 | iv7 | bVII", uses=_NEW),
    *weighed("verse vamp", 0.3, "i | iv | i | iv", uses=_SOUL),
    *weighed("verse vamp", 0.2, "i | bVI | iv | V", uses=_SOUL),
    *weighed("verse vamp", 0.1, "i | V7 | i", uses=_SOUL),
)
_MINOR_CADENCES: Final[Cadences] = {
    "authentic": (
        *weighed("any", 1, "V7 i", "V i", "V7 | i", "V | i", "iv V7 | i", "bVI V7 | i", "iv | V7 | i | i"),
        *weighed("any", 1, "iiø7 V7 | i", "bVI | V7 | i", low=3),
    ),
    "two-five-one": weighed("any", 1, "iiø7 V7 | i", "iiø7 | V7 | i", "iiø7 V7 | i7"),
    "two-five": stock.MINOR_TWO_FIVE,
    "half": weighed("any", 1, "V7", "V", "iv V7", "iv | V", "bVI | V7", "bVII | V7", "bVI V7", "Vsus4 V", "V7sus4"),
    "turnaround": weighed("any", 1, "i bVI | iiø7 V7", "i bVI | iv V7", "i bIII | bVI V7", "i bVII | bVI V7"),
    "plagal": weighed("any", 1, "iv i", "iv | i", "bVII iv | i", "bVI iv | i", "IV | i"),
    "deceptive": weighed("any", 1, "V7 bVI", "V | bVI", "iv V7 | bVI"),
    "backdoor": weighed("any", 1, "bVII i", "bVII | i", "bVI bVII | i", "bVI | bVII | i | i"),
    "tonic": weighed("any", 1, "i", "iv i", "bVII | i", "iv | i", "bVI | i", "v | i", "IV | i", "V7 | i"),
}
_MINOR_REWRITES: Final = (
    *stock.MINOR_TRIAD_DEVICES,
    Rewrite("suspension", "V7", "V7sus4+V7", 4, 0.05),
    Rewrite("passing chords", "iv V7", "iv+#ivo7 V7", 6, 0.2),
)

_TRIAD: Final = (
    Colour("", high=7, weight=8),
    Colour("", low=8, weight=4),
    Colour("add9", low=4, high=8, weight=1.5),
    Colour("maj7", low=6, weight=0.5),
    Colour("maj9", low=8, weight=0.5),
)
_MINOR_TRIAD: Final = (Colour("", weight=8), Colour("7", low=5), Colour("9", low=7), Colour("11", low=9))
_DOMINANT: Final = (
    Colour("7", weight=4), Colour("9", low=5), Colour("13", low=7), Colour("9sus4", low=6, weight=0.5),
    Colour("7b9", low=8, weight=0.5, device="altered dominants"),
    Colour("7#5", low=7, weight=0.5, device="altered dominants"),
)  # fmt: skip
_COLOURS: Final = {
    "triad": (Colour("", weight=6), Colour("add9", low=5)),
    "I": _TRIAD,
    "IV": (*_TRIAD, Colour("6", low=4, weight=0.4)),
    "bVI": (Colour("", weight=4), Colour("maj7", low=5)),
    "V": (Colour("", weight=8), Colour("9sus4", low=6, weight=0.5)),
    "m": _MINOR_TRIAD,
    "maj7": (Colour("maj7", weight=2), Colour("maj9", low=5, weight=2), Colour("69", low=7, weight=0.5)),
    "m7": (Colour("7", weight=3), Colour("9", low=5, weight=2), Colour("11", low=7)),
    "m6": (Colour("6"),),
    "7": _DOMINANT,
    "bII7": (Colour("7"), Colour("9", low=5), Colour("13", low=7)),
    "7 to minor": (
        Colour("7", weight=3), Colour("7b9", low=5, device="altered dominants"),
        Colour("7#5", low=6, weight=0.7, device="altered dominants"),
    ),
    "ø7": (Colour("ø7"),),
    "o7": (Colour("o7"),),
    "+": (Colour("+"),),
    "6": (Colour("6"),),
    "sus4": (Colour("sus4"),),
    "7sus4": (Colour("7sus4", weight=2), Colour("9sus4", low=4, weight=2), Colour("13sus4", low=8)),
    "last I": (Colour("", weight=5), Colour("add9", low=3, weight=2), Colour("maj9", low=6), Colour("69", low=7)),
    "last i": (Colour("", weight=4), Colour("7", low=4), Colour("9", low=6)),
}  # fmt: skip

_PATTERNS: Final = (
    # left hand, common time
    Pattern("left", "4/4", "X - - - - - - -", high=4),
    Pattern("left", "4/4", "R - - - R - - -", ("motown", *_NEW), high=5),
    Pattern("left", "4/4", "R - - - - - - R - - R - - - - -", ("contemporary",), low=3, weight=2),
    Pattern("left", "4/4", "R - - - - - O - - - - - F - - -", ("contemporary", *_SLOW), low=3, weight=2),
    Pattern("left", "4/4", "R - - R - - - - - - R - O - - -", ("contemporary",), low=4),
    Pattern("left", "4/4", "R - F - O - - -", _SLOW, low=2, weight=2),
    Pattern("left", "4/4", "R - - F O - F -", _SLOW, low=4),
    Pattern("left", "4/4", "R - - - U - - -", ("slow jam", "motown"), low=2),
    Pattern("left", "4/4", "R - R - R - R -", ("motown",), low=2, weight=2),
    Pattern("left", "4/4", "R - - R R - F -", ("motown",), low=3, weight=2),
    Pattern("left", "4/4", "R - O - R - A -", ("motown",), low=4),
    Pattern("left", "4/4", "R . . R . . R . . . R . . O R .", ("new jack swing",), low=3, weight=2),
    Pattern("left", "4/4", "R . R . . . O . . R . . R . . O", ("new jack swing",), low=5, weight=2),
    # left hand, in triplets
    Pattern("left", "12/8", "R - - - - - R - - - - -", high=5),
    Pattern("left", "12/8", "R - F O - F R - F O - F", low=2, weight=2),
    Pattern("left", "12/8", "R - - - - R F - - O - -", low=4),
    Pattern("left", "6/8", "R - - - - -", high=5),
    Pattern("left", "6/8", "R - F O F -", low=2, weight=2),
    Pattern("left", "6/8", "R - - F - R", low=4),
    # right hand, common time
    Pattern("right", "4/4", "X - - - - - - -", high=3),
    Pattern("right", "4/4", "X - - - X - - -", high=6),
    Pattern("right", "4/4", "X - - X - - X -", ("contemporary", *_SLOW), low=2, weight=2),
    Pattern("right", "4/4", "X - - - - - X - - - X - - - - -", ("contemporary",), low=3, weight=2),
    Pattern("right", "4/4", "X - - X - - X - - - X - X - - -", ("contemporary",), low=5, weight=2),
    Pattern("right", "4/4", "1 - 2 - 3 - U - - - 2 - 3 - - -", ("contemporary", *_SLOW), low=4),
    Pattern("right", "4/4", "1 2 3 2 X - 2 -", _SLOW, low=3, weight=2),
    Pattern("right", "4/4", "X - - - 3 2 1 2", _SLOW, low=3),
    Pattern("right", "4/4", "X - - - X - - - - - - 1 2 3 4 -", _SLOW, low=6),
    Pattern("right", "4/4", "X - X - X - X -", ("motown",), weight=2),
    Pattern("right", "4/4", ". . X . . . X .", ("motown",), low=2, weight=2),
    Pattern("right", "4/4", ". X . X . X . X", ("motown",), low=4),
    Pattern("right", "4/4", "X . . X . . X . . . X . . . X .", ("new jack swing",), low=3, weight=2),
    Pattern("right", "4/4", ". . X . . X . . . . X . . X . N", ("new jack swing",), low=5, weight=2),
    # right hand, in triplets
    Pattern("right", "12/8", "X - - X - - X - - X - -", high=5),
    Pattern("right", "12/8", "X X X X X X X X X X X X", low=3, weight=2),
    Pattern("right", "12/8", "1 2 3 U - - 1 2 3 U - -", low=3, weight=2),
    Pattern("right", "6/8", "X - - X - -", high=5),
    Pattern("right", "6/8", "X X X X X X", low=3),
    Pattern("right", "6/8", "1 2 3 U - -", low=3, weight=2),
    # fills of the right hand, into the next section
    Pattern("right", "4/4", "X - - - - - - - 5 4 3 2 3 2 1 2", ("contemporary", *_SLOW), low=4, role="fill"),
    Pattern("right", "4/4", "X - X - 1 2 3 4", ("motown",), low=3, role="fill"),
    Pattern("right", "12/8", "X - - X - - 4 3 2 3 2 1", low=3, role="fill"),
    Pattern("right", "6/8", "X - - 3 2 1", low=3, role="fill"),
    # the band's bass
    *stock.bass(("contemporary",), "4/4", "R - - - - - - R - - R - - - - -", "R - - . . - O - - - R - . . A -"),
    *stock.bass(_SLOW, "4/4", "R - - - - - R -", "R - - - F - A -", "R - - R - - F -"),
    *stock.bass(("motown",), "4/4", "R - - R R - F A", "R . R F . F S A", "R - R - F - T A"),
    *stock.bass(("new jack swing",), "4/4", "R . . R . . R . . O . . R . A .", "R . R . . . R . . R . . F . A ."),
    *stock.slow_triplet_bass(),
)

_HATS: Final = ("closed hat", "x . x . x . x . x . x . x . x .")
_RUNNING: Final = ("closed hat", "X o x o X o x o X o x o X o x o")
_GROOVES: Final = (
    *stock.backbeat("motown", "slow jam"),
    *stock.slow_triplets(),
    Groove(meter="4/4", applications=("motown",), weight=3, lines=(
        ("snare", "X . X . X . X ."), ("tambourine", ". . X . . . X ."), ("kick", "X . . x X . . ."))),
    Groove(meter="4/4", applications=("contemporary",), weight=2, lines=(
        _HATS, ("clap", ". . . . X . . . . . . . X . . ."), ("kick", "X . . . . . . x . . X . . . . ."))),
    Groove(meter="4/4", applications=("contemporary",), low=4, lines=(
        _RUNNING, ("snare", ". . . . X . . o . o . . X . . ."), ("kick", "X . . x . . . . . . X . . x . ."))),
    Groove(meter="4/4", applications=_SLOW, weight=2, lines=(
        _HATS, ("rim", ". . . . x . . . . . . . x . . ."), ("kick", "X . . . . . . x X . . . . . . ."))),
    Groove(meter="4/4", applications=("new jack swing",), weight=2, lines=(
        _RUNNING, ("snare", ". . . . X . . . . . . . X . . x"), ("kick", "X . . x . . x . . x X . . . . ."),
        ("open hat", ". . . . . . . . . . . . . . x ."))),
    Groove(meter="4/4", applications=(*_NEW, *_SLOW), role="fill", lines=(
        _HATS, ("snare", ". . . . X . . . . . . x X . x x"), ("kick", "X . . . . . . . X . . . . . . ."))),
)  # fmt: skip

_HOOK: Final = ("chorus", "verse")
_FORMS: Final = (
    Form("verse and chorus", (Part("Verse", 8, "half", ("verse",)), Part("Chorus", 8, "plagal", _HOOK)),
         words=("verse and chorus", "verse-chorus", "verse chorus"), weight=3),
    Form("verse, chorus and bridge",
         (Part("Verse", 8, "open", ("verse",)), Part("Chorus", 8, "tonic", _HOOK),
          Part("Bridge", 8, "half", ("bridge",)), Part("Chorus", 8, "tonic", _HOOK)),
         final="tonic", words=("verse, chorus and bridge", "with a bridge"), weight=2),
    Form("hook and verse", (Part("Chorus", 8, "tonic", _HOOK), Part("Verse", 8, "open", ("verse",))),
         final="tonic", words=("hook and verse",), weight=2),
    Form("vamp", (Part("A", 8, "open", ("vamp",)), Part("B", 8, "tonic", ("bridge", "vamp"))),
         final="tonic", words=("vamp", "groove")),
    Form("aaba",
         (Part("A", 8, "tonic", ("verse",)), Part("A", 8, "authentic", ("verse",)),
          Part("Bridge", 8, "half", ("bridge",)), Part("A", 8, "authentic", ("verse",))), words=("aaba",)),
)  # fmt: skip

_SONGS: Final = tuple(form.name for form in _FORMS[:3])
_SOFT: Final = ((1, "block"), (4, "spread"))

genre: Final = Genre(
    name="rnb",
    title="R&B",
    aliases=("r&b", "r & b", "rhythm and blues", "soul", "r and b"),
    homes=("Eb", "Cm"),
    applications=(
        Application(
            name="contemporary", words=("contemporary", "modern r&b", "pop r&b", "pop"), tempo=(72, 104), swing=0.54,
            sixteenths=True, voicings=_SOFT, forms=(*_SONGS, "vamp"), touch=Touch(68, 70, (5, 0, 4, 0)), bass=33,
        ),
        Application(
            name="slow jam", words=("slow jam", "slow-jam", "ballad", "90s"), tempo=(56, 76), meters=("4/4", "6/8"),
            voicings=_SOFT, forms=_SONGS, touch=Touch(56, 62, (5, 0, 3, 0)), bass=33,
        ),
        Application(
            name="motown", words=("motown", "classic soul", "northern soul", "60s"), tempo=(104, 140),
            voicings=((1, "block"),), forms=(*_SONGS, "aaba"), touch=Touch(76, 78, (3, 5, 3, 5)), bass=33,
        ),
        Application(
            name="quiet storm", words=("quiet storm", "smooth", "smooth soul"), tempo=(62, 86),
            voicings=((1, "block"), (3, "spread")), forms=(*_SONGS, "vamp"), touch=Touch(54, 60, (4, 0, 3, 0)), bass=33,
        ),
        Application(
            name="new jack swing", words=("new jack swing", "new jack"), tempo=(96, 116), swing=0.62, sixteenths=True,
            voicings=((1, "block"),), forms=(*_SONGS, "vamp"), touch=Touch(78, 78, (6, 2, 6, 2)), bass=38,
        ),
        Application(
            name="soul ballad", words=("soul ballad", "doo-wop", "deep soul"), tempo=(84, 120),
            meters=("12/8", "6/8"), voicings=_SOFT, forms=(*_SONGS, "aaba"), touch=Touch(62, 68, (6, 0, 4, 0)), bass=32,
        ),
    ),
    forms=_FORMS,
    major=Mode(_MAJOR_CELLS, _MAJOR_CADENCES, _MAJOR_REWRITES),
    minor=Mode(_MINOR_CELLS, _MINOR_CADENCES, _MINOR_REWRITES),
    colours=_COLOURS,
    patterns=_PATTERNS,
    grooves=_GROOVES,
)  # fmt: skip
