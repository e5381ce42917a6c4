"""Devices that a description may ask for or deny: the plain way of making each, and how each shows in numerals.

A genre's own substitutions come first; these only see to it that "a walk-up, please" is heard anywhere, and that "no
walk-up" keeps out what cells and chance would bring.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from partimento.music.composition.brief import Device
from partimento.music.composition.genre import Rewrite

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

# How a device shows in numerals written one after the other, " Imaj7 vi7 ii7 V7 "; promises of the form are not here.
_SIGNS: Final[Mapping[Device, str]] = {
    "two-five-one": r" iiø?7 (?:V7sus4 )?V7 ",
    "tritone substitution": r" bII7 | bIII7 ii| bV7 (?:iv|IV)| bVI7 V| bVII7 vi| V7/V bII",
    "passing chords": r" [b#]*[iv]+o7[ /]| iii7 biii7 ii",
    "walk-up": r"/b?[37] |#ivo7 [iI]/5 ",
    "secondary dominants": r"(?:7|V|o)/[b#]?[iIvV]| (?:#?II|#?III|#?VI|#?VII)7 | bIII7 bVI",
    "backdoor": r" bVII7 Imaj7 | bVII7 I7 ",
}
_LENT_TO_MAJOR: Final = r" (?:iv[67]|iiø7|bIImaj7|bIIImaj7|bVImaj7|bVIImaj7|bVII7|v7) "
_LENT_TO_MINOR: Final = r" (?:IV7|IVmaj7|bIImaj7|ii7|#viø7) "


def unwanted_in(numerals: Iterable[str], unwanted: tuple[Device, ...], is_minor: bool) -> Device | None:
    """The first of these devices that a row of plain numerals shows; None where it shows none."""
    if not unwanted:
        return None
    text = f" {' '.join(numerals)} "
    return next((device for device in unwanted if (sign := _sign(device, is_minor)) and sign.search(text)), None)


@lru_cache(maxsize=64)
def _sign(device: Device, is_minor: bool) -> re.Pattern[str] | None:
    pattern = _SIGNS.get(device)
    if device == "modal interchange":
        pattern = _LENT_TO_MINOR if is_minor else _LENT_TO_MAJOR
    return re.compile(pattern) if pattern else None
