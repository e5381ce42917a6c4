from __future__ import annotations

import pytest

from partimento.music.chord import Chord
from partimento.music.formats.chord_kind import KINDS, Degree, kind_of

SYMBOLS = (
    "C Cm C5 Caug Cdim Csus2 Csus4 C6 Cm6 C69 Cm69 C7 Cmaj7 Cm7 Cm(maj7) Cdim7 Cm7b5 C7#5 Cmaj7#5 C7b5 C9 "
    "Cmaj9 Cm9 C11 Cm11 C13 Cmaj13 Cm13 C7b9 C7#9 C7(b9,#9) C7(b9,#11) C7alt C13(b9) C13#11 Cmaj7#11 Cmaj9#11 "
    "C7sus4 C9sus4 C13sus4 C7sus4b9 Cadd9 Cmadd9 Cadd11 C7b13 Cm7b5(11) Cdim(maj7) Cm(add9) Cmaj7b5 C9#5 Cm11b5 Cm9b5"
)


def heard(kind: str, degrees: tuple[Degree, ...]) -> set[int]:
    """The pitch classes above the root that a program reads out of kind and degrees, as the format defines them."""
    natural = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11, 9: 2, 11: 5, 13: 9}
    tones = {}
    for label in KINDS[kind]:
        value = int(label.lstrip("b#"))
        tones[value] = {(natural[value] + label.count("#") - label.count("b")) % 12}
    if 13 in tones and not any(degree.value == 11 for degree in degrees):
        tones[11] = set()
    for degree in degrees:
        if degree.change == "subtract":
            tones[degree.value] = set()
        elif degree.change == "alter":
            tones[degree.value] = {(tone + degree.alter) % 12 for tone in tones[degree.value]}
    for degree in degrees:
        if degree.change == "add":
            dominant = 10 if degree.value == 7 else natural[degree.value]
            tones.setdefault(degree.value, set()).add((dominant + degree.alter) % 12)
    return set().union(*tones.values())


@pytest.mark.parametrize("symbol", SYMBOLS.split())
def test_kind_and_degrees_together_say_every_tone_of_the_chord(symbol: str) -> None:
    chord = Chord.parse(symbol)
    assert heard(*kind_of(chord)) == {interval % 12 for interval in chord.intervals}


@pytest.mark.parametrize(
    ("symbol", "kind"),
    [
        ("Ebm7b5", "half-diminished"), ("Gm(maj7)", "major-minor"), ("F#dim7", "diminished-seventh"),
        ("C13", "dominant-13th"), ("Db69", "major-sixth"),
        ("A7#5", "augmented-seventh"), ("B5", "power"), ("N.C.", "none"),
    ],
)  # fmt: skip
def test_a_chord_has_the_kind_the_format_names_it_by(symbol: str, kind: str) -> None:
    assert kind_of(Chord.parse(symbol))[0] == kind


def test_an_alteration_is_one_degree() -> None:
    assert kind_of(Chord.parse("Eb13(b9)")) == ("dominant-13th", (Degree(9, -1, "alter"),))
    assert kind_of(Chord.parse("Ab7#11")) == ("dominant", (Degree(11, 1, "add"),))
    assert kind_of(Chord.parse("C7sus4")) == ("suspended-fourth", (Degree(7, 0, "add"),))
