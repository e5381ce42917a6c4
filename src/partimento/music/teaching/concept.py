"""A concept: one thing that is taught and mastered. Knows its fields; leaves which there are to `concepts`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Subject = Literal["chords", "scales", "voicing", "progressions", "rhythm", "form", "reharmonization", "technique"]
KeyMode = Literal["", "major", "minor"]
About = Literal[
    "names", "steps", "intervals", "signature", "circle", "relative", "modes", "transposing", "chord-scales",
    "augmented", "inversions", "guides", "cadence", "common", "blues", "lift", "closely-related", "neapolitan",
    "augmented-sixth", "values", "dotted", "compound", "sixteenths", "three-two", "odd", "half-time",
]  # fmt: skip


class Concept(Struct, frozen=True, kw_only=True):
    """`id` is what rows and requests name it by ("rootless-voicings"); `names` are what people call it, lower case.

    `level` 1–10: where it is first met. `needs`: ids of what must be mastered before. `genres`: where it is at home;
    empty: everywhere. `chord`, `scale`, `numerals`, `voicing`, `rhythm`: what of the theory engine it stands for, where
    it does (the suffix "maj9"; "Dorian"; ("ii7", "V7", "Imaj7"); "rootless"; an application of its genre, "one-drop"),
    `mode` the keys it lives in ("": either), `about` what else there is to tell of it in a key: from these its facts
    and exercises follow.
    """

    id: str
    title: str
    subject: Subject
    level: int
    names: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    chord: str = ""
    scale: str = ""
    numerals: tuple[str, ...] = ()
    voicing: str = ""
    rhythm: str = ""
    mode: KeyMode = ""
    about: tuple[About, ...] = ()
    summary: str = ""
    """What it is and what it is for, in two or three sentences that hold in every key."""
    points: tuple[str, ...] = ()
    """What to understand about it, a sentence or two each."""
    mistakes: tuple[str, ...] = ()
    """What goes wrong when it is learnt, and the mend."""
    practice: tuple[str, ...] = ()
    """How it is practised, step by step; each an instruction with what shows that it succeeded after " — "."""
