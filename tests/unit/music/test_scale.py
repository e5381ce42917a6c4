from __future__ import annotations

import pytest

from partimento.core.errors import BadInput, UnknownName
from partimento.music.key import Key
from partimento.music.pitch import pitch_class
from partimento.music.scale import (
    Scale,
    kind_of,
    kinds,
    mode_on,
    parent_of,
    relation,
    scale_of,
    scales_holding,
    usual_scale,
)

SPELLED = """
C major: C D E F G A B
D Dorian: D E F G A B C
E Phrygian: E F G A B C D
F Lydian: F G A B C D E
G Mixolydian: G A B C D E F
A natural minor: A B C D E F G
B Locrian: B C D E F G A
F# major: F# G# A# B C# D# E#
Cb major: Cb Db Eb Fb Gb Ab Bb
A harmonic minor: A B C D E F G#
G# harmonic minor: G# A# B C# D# E F##
C melodic minor: C D Eb F G A B
G Lydian dominant: G A B C# D E F
Bb Lydian dominant: Bb C D E F G Ab
G altered: G Ab Bb Cb Db Eb F
E Phrygian dominant: E F G# A B C D
B Locrian nat 2: B C# D E F G A
C Lydian augmented: C D E F# G# A B
D Dorian #4: D E F G# A B C
G Mixolydian b6: G A B C D Eb F
C harmonic major: C D E F G Ab B
C whole tone: C D E F# G# Bb
F# whole tone: F# G# A# C D E
C half-whole diminished: C Db D# E F# G A Bb
C whole-half diminished: C D Eb F Gb Ab A B
A minor pentatonic: A C D E G
C# major pentatonic: C# D# E# G# A#
C blues: C Eb F Gb G Bb
C major blues: C D Eb E G A
C bebop dominant: C D E F G A Bb B
C bebop major: C D E F G G# A B
"""


@pytest.mark.parametrize("line", SPELLED.strip().splitlines())
def test_a_scale_is_spelled_as_players_write_it(line: str) -> None:
    scale, notes = line.split(": ")
    assert " ".join(Scale.parse(scale).notes) == notes


def test_every_kind_has_notes_that_rise() -> None:
    assert len(kinds()) == 45
    for kind in kinds().values():
        assert list(kind.semitones) == sorted(set(kind.semitones)), kind.name


def test_seven_letters_make_a_seven_note_scale() -> None:
    for kind in kinds().values():
        if kind.family in ("major", "harmonic minor", "melodic minor", "harmonic major", "double harmonic"):
            for pc in range(12):
                assert len({note[0] for note in usual_scale(pc, kind).notes}) == 7, kind.name


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Aeolian", "natural minor"),
        ("super Locrian", "altered"),
        ("Superlocrian scale", "altered"),
        ("half-whole", "half-whole diminished"),
        ("diminished scale", "whole-half diminished"),
        ("Lydian b7", "Lydian dominant"),
        ("acoustic scale", "Lydian dominant"),
        ("Locrian natural 2", "Locrian nat 2"),
        ("Locrian ♮2", "Locrian nat 2"),
        ("jazz minor", "melodic minor"),
        ("Ionian", "major"),
        ("Phrygian Dominant", "Phrygian dominant"),
        ("Mixolydian ♭6", "Mixolydian b6"),
        ("lydian sharp 5", "Lydian augmented"),
    ],
)
def test_a_scale_is_known_by_its_other_names(word: str, name: str) -> None:
    assert kind_of(word).name == name


@pytest.mark.parametrize(
    ("mode", "parent", "step"),
    [
        ("D Dorian", "C major", 2),
        ("B Locrian", "C major", 7),
        ("E Phrygian dominant", "A harmonic minor", 5),
        ("G altered", "Ab melodic minor", 7),
        ("F Lydian dominant", "C melodic minor", 4),
        ("C major", "C major", 1),
        ("C blues", "C blues", 1),
    ],
)
def test_a_mode_has_its_parent(mode: str, parent: str, step: int) -> None:
    found, place = parent_of(Scale.parse(mode))
    assert (found.symbol, place) == (parent, step)
    if step > 1:
        back = mode_on(found, step)
        assert back is not None
        assert back.symbol == mode


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("C major", "C natural minor", "parallel"),
        ("C major", "A natural minor", "relative"),
        ("C major", "D Dorian", "relative"),
        ("C major", "C major", "same"),
        ("C# major", "Db major", "enharmonic"),
        ("C major", "G major", None),
    ],
)
def test_scales_are_related(one: str, other: str, how: str | None) -> None:
    assert relation(Scale.parse(one), Scale.parse(other)) == how


def test_scales_that_hold_a_chord_are_found() -> None:
    symbols = {scale.symbol for scale in scales_holding([7, 11, 2, 5])}
    assert {"C major", "G Mixolydian", "A melodic minor"} & symbols == {"C major", "G Mixolydian"}
    assert "C harmonic minor" in symbols
    assert next(scale.symbol for scale in scales_holding([0, 1, 4, 7, 10, 8], tonic=0)) == "C Phrygian dominant"
    assert all({0, 4, 8} <= scale.pitch_classes for scale in scales_holding([0, 4, 8]))


def test_a_key_has_its_scale() -> None:
    for text in ("Eb", "F#m", "D dorian", "G mixolydian"):
        key = Key.parse(text)
        assert scale_of(key).fifths == key.scale
        assert scale_of(key).pitch_classes == {pitch_class(note) for note in key.scale}


def test_an_unknown_scale_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as refusal:
        Scale.parse("C Mixolidian")
    assert refusal.value.nearest == "Mixolydian"
    with pytest.raises(BadInput):
        Scale.parse("Dorian")
