"""The plain way of making each device that a description may ask for. Used when a genre brings no nearer one.

A genre's own substitutions come first; these only see to it that "a walk-up, please" is heard anywhere.
"""

from __future__ import annotations

from typing import Final

from partimento.music.genre import Rewrite

IN_MAJOR: Final = (
    Rewrite("altered dominants", "V7sus4", "V7"),
    Rewrite("altered dominants", "IV/5 Imaj7", "V7 Imaj7"),
    Rewrite("altered dominants", "bII7 Imaj7", "V7 Imaj7"),
    Rewrite("secondary dominants", "V7", "V7/V+V7"),
    Rewrite("secondary dominants", "ii7", "V7/ii+ii7"),
    Rewrite("secondary dominants", "ii7 V7", "V7/V V7"),
    Rewrite("secondary dominants", "V7sus4 V7", "V7/V V7"),
    Rewrite("secondary dominants", "IVmaj7", "V7/IV+IVmaj7"),
    Rewrite("secondary dominants", "vi7", "V7/vi+vi7"),
    Rewrite("walk-up", "Imaj7", "I/3+Imaj7"),
    Rewrite("walk-up", "I7", "I/3+I7"),
    Rewrite("walk-up", "V7 Imaj7", "V/7 Imaj7"),
    Rewrite("passing chords", "V7 Imaj7", "viio7 Imaj7"),
    Rewrite("passing chords", "ii7", "#io7+ii7"),
    Rewrite("passing chords", "Imaj7", "viio7+Imaj7"),
    Rewrite("passing chords", "I7", "viio7+I7"),
    Rewrite("tritone substitution", "V7 Imaj7", "bII7 Imaj7"),
    Rewrite("tritone substitution", "V7 I7", "bII7 I7"),
    Rewrite("tritone substitution", "IV/5 Imaj7", "bII7 Imaj7"),
    Rewrite("tritone substitution", "V7sus4 Imaj7", "bII7 Imaj7"),
    Rewrite("tritone substitution", "V7", "bVI7+V7"),
    Rewrite("tritone substitution", "ii7 V7", "bVI7 V7"),
    Rewrite("tritone substitution", "IVmaj7 V7", "bVI7 V7"),
    Rewrite("tritone substitution", "V7sus4 V7", "bVI7 V7"),
    Rewrite("modal interchange", "Imaj7", "iv6+Imaj7"),
    Rewrite("modal interchange", "I7", "iv6+I7"),
    Rewrite("modal interchange", "ii7", "iiø7"),
    Rewrite("modal interchange", "IVmaj7", "iv7"),
)
IN_MINOR: Final = (
    Rewrite("altered dominants", "V7sus4", "V7"),
    Rewrite("altered dominants", "bII7 i7", "V7 i7"),
    Rewrite("secondary dominants", "V7", "V7/V+V7"),
    Rewrite("secondary dominants", "iv7", "V7/iv+iv7"),
    Rewrite("secondary dominants", "bVImaj7", "V7/bVI+bVImaj7"),
    Rewrite("secondary dominants", "iiø7 V7", "V7/V V7"),
    Rewrite("secondary dominants", "V7sus4 V7", "V7/V V7"),
    Rewrite("walk-up", "i7", "i/b3+i7"),
    Rewrite("walk-up", "V7 i7", "V/7 i7"),
    Rewrite("passing chords", "V7 i7", "viio7 i7"),
    Rewrite("passing chords", "i7", "viio7+i7"),
    Rewrite("tritone substitution", "V7 i7", "bII7 i7"),
    Rewrite("tritone substitution", "V7sus4 i7", "bII7 i7"),
    Rewrite("tritone substitution", "V7", "bVI7+V7"),
    Rewrite("tritone substitution", "iiø7 V7", "bVI7 V7"),
    Rewrite("tritone substitution", "iv7 V7", "bVI7 V7"),
    Rewrite("tritone substitution", "V7sus4 V7", "bVI7 V7"),
    Rewrite("modal interchange", "i7", "bIImaj7+i7"),
    Rewrite("modal interchange", "iv7", "IV7"),
    Rewrite("modal interchange", "iiø7", "ii7"),
)
