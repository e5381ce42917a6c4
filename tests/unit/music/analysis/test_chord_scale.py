from __future__ import annotations

import pytest

from partimento.music.analysis import analyze
from partimento.music.analysis.chord_scale import ChordScale
from partimento.music.chord import Chord
from partimento.music.pitch import fifths, pitch_class


def scales(symbols: str, key: str, place: int = 0) -> tuple[ChordScale, ...]:
    return analyze(symbols, key).chords[place].scales


# key | chords, the first one asked about | the first choice
CHOICES = """
C | Cmaj7 | C major
C | Dm7 G7 | D Dorian
C | Em7 | E Phrygian
C | Fmaj7 | F Lydian
C | G7 C | G Mixolydian
C | Am7 | A natural minor
C | Bm7b5 | B Locrian
C | A7 Dm7 | A Phrygian dominant
C | E7 Am7 | E Phrygian dominant
C | B7 Em7 | B Phrygian dominant
C | D7 G7 | D Mixolydian
C | C7 F | C Mixolydian
C | A7 D7 | A Mixolydian
C | D7 F | D Lydian dominant
C | Db7 C | Db Lydian dominant
C | Bb7 C | Bb Lydian dominant
C | Ab7 G7 | Ab Lydian dominant
C | F7 C7 | F Mixolydian
C | Fm7 Bb7 | F Dorian
C | Fm6 C | F melodic minor
C | Abmaj7 | Ab Lydian
C | Ebmaj7 | Eb Lydian
C | Dbmaj7 C | Db Lydian
C | Dm7b5 G7 | D Locrian nat 2
C | F#m7b5 F | F# Locrian
C | G7alt C | G altered
C | G7#5 C | G altered
C | G13b9 C | G half-whole diminished
C | G7b9b13 C | G Phrygian dominant
C | G9#11 C | G Lydian dominant
C | G7sus4 C | G Mixolydian
C | C#dim7 Dm7 | C# whole-half diminished
C | Gm7 C7 F | G Dorian
C | Abm7 Db7 C | Ab Dorian
C | Cmaj7#11 | C Lydian
C | Cmaj7#5 | C Lydian augmented
Cm | Cm | C natural minor
Cm | Cm6 | C melodic minor
Cm | G7 Cm | G Phrygian dominant
Cm | Dm7b5 G7 | D Locrian
Cm | Abmaj7 | Ab Lydian
Cm | Bb7 Ebmaj7 | Bb Mixolydian
Cm | Bdim7 Cm | B ultralocrian
D dorian | Dm7 G7 | D Dorian
D dorian | G7 Dm7 | G Mixolydian
G mixolydian | F G | F Lydian
F lydian | G F | G Mixolydian
"""


@pytest.mark.parametrize("line", CHOICES.strip().splitlines())
def test_the_first_scale_is_the_one_a_player_uses(line: str) -> None:
    key, symbols, wanted = line.split(" | ")
    first = scales(symbols, key)[0]
    root, kind = wanted.split(" ", 1)
    expected = wanted if kind not in ("major", "natural minor") else f"{root} {kind}"
    assert first.scale == expected


def test_a_dominant_to_a_minor_chord_may_be_altered_too() -> None:
    names = [choice.scale for choice in scales("G7 Cm", "Cm")]
    assert names[:2] == ["G Phrygian dominant", "G altered"]
    assert scales("G7 Cm", "Cm")[0].reason == "the notes of C harmonic minor, where it leads"


@pytest.mark.parametrize(
    ("symbols", "avoid", "tensions"),
    [
        ("Cmaj7", ("F",), ("9", "13")),
        ("Dm7", (), ("9", "11", "13")),
        ("Em7", ("F", "C"), ("11",)),
        ("Fmaj7", (), ("9", "#11", "13")),
        ("G7 C", ("C",), ("9", "13")),
        ("Am7", ("F",), ("9", "11")),
        ("Bm7b5", ("C",), ("11", "b13")),
        ("A7 Dm7", ("D",), ("b9", "b13")),
        ("G7sus4 C", (), ("9", "13")),
        ("Db7 C", (), ("9", "#11", "13")),
    ],
)
def test_the_notes_to_avoid_and_to_hold_are_told(
    symbols: str, avoid: tuple[str, ...], tensions: tuple[str, ...]
) -> None:
    first = scales(symbols, "C")[0]
    assert (first.avoid, first.tensions) == (avoid, tensions)


@pytest.mark.parametrize("key", ["C", "Ebm", "F#", "D dorian", "Bb lydian"])
def test_every_scale_holds_its_chord(key: str) -> None:
    suffixes = (
        "",
        "m",
        "7",
        "maj7",
        "m7",
        "m7b5",
        "dim7",
        "aug",
        "7alt",
        "7b9",
        "m6",
        "6",
        "sus4",
        "7sus4",
        "5",
        "13#11",
    )
    for root in ("C", "Db", "D", "F#", "Bb"):
        for suffix in suffixes:
            chord = Chord.parse(root + suffix)
            found = scales(chord.symbol, key)
            assert 1 <= len(found) <= 4
            for choice in found:
                held = {pitch_class(fifths(note)) for note in choice.notes}
                fifth = {((chord.root or 0) + 7) % 12} if chord.quality == "7" else set()
                assert chord.pitch_classes - fifth <= held, (chord.symbol, choice.scale)


def test_over_an_altered_chord_the_notes_are_spelled_from_the_chord() -> None:
    assert scales("G7alt C", "C")[0].notes == ("G", "Ab", "A#", "B", "C#", "Eb", "F")


def test_no_chord_has_no_scale() -> None:
    assert scales("N.C. C", "C") == ()
