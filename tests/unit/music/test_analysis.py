from __future__ import annotations

import pytest

from partimento.core.errors import BadInput, ChordSyntaxError, KeySyntaxError
from partimento.music.analysis import analyze, function_of
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.key_finding import find_key


def functions(symbols: str, key: str) -> list[str]:
    return [chord.function for chord in analyze(symbols.split(), key).chords]


def facts(symbols: str, key: str) -> list[list[tuple[str, str]]]:
    return [[(fact.kind, fact.about) for fact in chord.facts] for chord in analyze(symbols.split(), key).chords]


def test_a_turnaround_is_read_chord_by_chord() -> None:
    analysis = analyze(["Cmaj7", "A7", "Dm7", "G7"], key="C")
    assert (analysis.key, analysis.key_given) == ("C", True)
    assert [chord.numeral for chord in analysis.chords] == ["Imaj7", "V7/ii", "ii7", "V7"]
    assert [chord.function for chord in analysis.chords] == ["tonic", "applied dominant", "subdominant", "dominant"]
    assert analysis.chords[1].sentence == "A7 is V7 of ii: it pulls to Dm7."


def test_without_a_key_the_key_is_found() -> None:
    analysis = analyze(["Dm7", "G7", "Cmaj7"])
    assert (analysis.key, analysis.key_given) == ("C", False)


def test_one_string_of_chords_is_read_as_its_chords() -> None:
    assert analyze("| Dm7 G7 | Cmaj7 |") == analyze(["Dm7", "G7", "Cmaj7"])


@pytest.mark.parametrize(
    ("key", "symbols", "expected"),
    [
        ("C", "Cmaj7 Em7 Am7", ["tonic"] * 3),
        ("C", "Dm7 Db7 Cmaj7", ["subdominant", "substitute dominant", "tonic"]),
        ("C", "Fm7 Bb7 C", ["borrowed", "borrowed", "tonic"]),
        ("C", "F F#dim7 C/G", ["subdominant", "passing", "tonic"]),
        ("C", "Em7b5 A7 Dm7", ["subdominant", "applied dominant", "subdominant"]),
        ("C", "C7 F7 C7", ["tonic", "subdominant", "tonic"]),
        ("C", "C F#maj7 G7alt N.C.", ["tonic", "chromatic", "dominant", "none"]),
        ("Am", "Am Dm E7 G#dim7 Am6", ["tonic", "subdominant", "dominant", "dominant", "tonic"]),
        ("Am", "A D7 Bb", ["borrowed"] * 3),
        ("Ab", "Dbm6 Fb Gb7", ["borrowed"] * 3),
    ],
)
def test_every_chord_has_its_function(key: str, symbols: str, expected: list[str]) -> None:
    assert functions(symbols, key) == expected


def test_the_function_of_a_dominant_depends_on_what_follows() -> None:
    key, dominant = Key.parse("C"), Chord.parse("Ab7")
    assert function_of(dominant, key, Chord.parse("G7")) == "substitute dominant"
    assert function_of(dominant, key, Chord.parse("Db")) == "applied dominant"
    assert function_of(dominant, key, Chord.parse("Am")) != "substitute dominant"


@pytest.mark.parametrize(
    ("key", "symbols", "place", "fact"),
    [
        ("C", "Em7b5 A7 Dm7", 0, ("applied two-five", "ii")),
        ("C", "Em7b5 A7 Dm7", 1, ("applied dominant", "ii")),
        ("C", "Dm7 G7 C", 0, ("two-five", "G7")),
        ("C", "Dm7 G7 C", 1, ("authentic cadence", "C")),
        ("C", "G7 Am", 0, ("deceptive cadence", "Am")),
        ("C", "F C", 0, ("plagal cadence", "C")),
        ("C", "C G", 1, ("half cadence", "G")),
        ("C", "Db7 C", 0, ("tritone substitute", "G7")),
        ("C", "Bb7 C", 0, ("backdoor", "C")),
        ("C", "Fm C", 0, ("borrowed", "Cm")),
        ("Am", "Bb Am", 0, ("borrowed", "A phrygian")),
        ("C", "C#dim7 Dm", 0, None),
        ("C", "C C#dim7 Dm7", 1, ("passing diminished", "C to Dm7")),
        ("C", "C/E F", 0, ("bass", "E")),
    ],
)
def test_what_is_so_about_a_chord_is_told(key: str, symbols: str, place: int, fact: tuple[str, str] | None) -> None:
    found = facts(symbols, key)[place]
    assert fact in found if fact is not None else not found


@pytest.mark.parametrize(
    ("symbols", "place", "words"),
    [
        ("Dm7 Db7 Cmaj7", 1, "the tritone substitute of G7: it slides down a semitone to Cmaj7"),
        ("Fm6 C", 0, "borrowed from C minor"),
        ("Bb7 C", 0, "backdoor dominant: it comes home to C"),
        ("Gm7 C7 F", 0, "with C7 it makes a two-five to F"),
        ("G7 Am", 0, "goes to Am instead"),
        ("C", 0, "the tonic: home"),
        ("Am", 0, "stand in for home"),
        ("N.C.", 0, "No chord sounds here."),
        ("F#maj7 C", 0, "outside C major"),
    ],
)
def test_every_chord_has_a_sentence_for_a_learner(symbols: str, place: int, words: str) -> None:
    assert words in analyze(symbols.split(), "C").chords[place].sentence


def test_an_unreadable_chord_in_the_middle_is_named() -> None:
    with pytest.raises(ChordSyntaxError) as refusal:
        analyze(["Cmaj7", "Foo", "G7"], key="C")
    assert (refusal.value.symbol, refusal.value.column) == ("Foo", 3)


def test_an_unknown_key_and_an_empty_progression_are_refused() -> None:
    with pytest.raises(KeySyntaxError):
        analyze(["C"], key="X")
    with pytest.raises(BadInput):
        analyze(["N.C."])
    assert analyze([], key="C").chords == ()


@pytest.mark.parametrize(
    ("symbols", "key"),
    [
        ("Dm7 G7 Cmaj7", "C"),
        ("Am Dm E7 Am", "Am"),
        ("Gb Cb Db7 Gb", "Gb"),
        ("F# B C#7 F#", "F#"),
        ("C", "C"),
        ("Em7b5 A7b9 Dm", "Dm"),
        ("Bbm7 Eb7 Abmaj7", "Ab"),
        ("C#m7 F#7 B", "B"),
        ("Am F C G", "C"),
        ("G#m C#m D#7 G#m", "G#m"),
        ("C7 F7 C7 G7 F7 C7", "C"),
    ],
)
def test_the_key_is_found_from_the_chords_and_spelled_like_them(symbols: str, key: str) -> None:
    assert find_key(symbols.split()) == key
