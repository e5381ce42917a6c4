from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import KeySyntaxError
from partimento.music.key import MODES, Key, practical_key, usual_keys
from partimento.music.pitch import fifths, name, pitch_class


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("Ab", "Ab"), ("C major", "C"), ("A minor", "Am"), ("Am", "Am"), ("a", "Am"), ("bb", "Bbm"), ("Bb:min", "Bbm"),
        ("F# dorian", "F# dorian"), ("f sharp minor", "F#m"), ("B-flat major", "Bb"), ("AM", "A"), ("C-", "Cm"),
        ("E♭", "Eb"), (" G ", "G"), ("C# MINOR", "C#m"), ("D mixolydian", "D mixolydian"),
    ],
)  # fmt: skip
def test_a_key_reads_as_people_write_it(text: str, symbol: str) -> None:
    assert Key.parse(text).symbol == symbol


@given(st.integers(-7, 7), st.sampled_from(MODES))
def test_a_key_printed_and_read_again_is_the_same_key(tonic: int, mode: str) -> None:
    key = Key(tonic, mode)  # type: ignore[arg-type]
    assert Key.parse(key.symbol) == key


@pytest.mark.parametrize(
    ("text", "mend"), [("C majr", "C major"), ("A minro", "A minor"), ("H", "German H"), ("Q major", "Am"), ("", "Ab")]
)
def test_an_unknown_key_is_refused_with_the_nearest(text: str, mend: str) -> None:
    with pytest.raises(KeySyntaxError) as refusal:
        Key.parse(text)
    assert mend in refusal.value.mend


@pytest.mark.parametrize(
    ("text", "signature", "scale"),
    [
        ("Ab", -4, "Ab Bb C Db Eb F G"), ("Am", 0, "A B C D E F G"), ("F# dorian", 4, "F# G# A B C# D# E"),
        ("C phrygian", -4, "C Db Eb F G Ab Bb"), ("F lydian", 0, "F G A B C D E"), ("B locrian", 0, "B C D E F G A"),
    ],
)  # fmt: skip
def test_a_key_has_its_signature_and_its_scale_from_the_tonic_up(text: str, signature: int, scale: str) -> None:
    key = Key.parse(text)
    assert key.signature == signature
    assert [name(note) for note in key.scale] == scale.split()


@pytest.mark.parametrize(
    ("text", "pc", "spelled"),
    [
        ("Ab", 1, "Db"),
        ("A", 1, "C#"),
        ("C", 6, "F#"),
        ("C", 10, "Bb"),
        ("Am", 8, "G#"),
        ("Cm", 11, "B"),
        ("Gb", 11, "Cb"),
    ],
)
def test_a_key_spells_scale_notes_and_chromatics_as_usual(text: str, pc: int, spelled: str) -> None:
    assert Key.parse(text).spell(pc) == spelled


@given(st.integers(-7, 7), st.sampled_from(MODES), st.integers(0, 11))
def test_the_spelling_of_a_pitch_class_sounds_like_it(tonic: int, mode: str, pc: int) -> None:
    key = Key(tonic, mode)  # type: ignore[arg-type]
    assert pitch_class(fifths(key.spell(pc))) == pc


def test_keys_beyond_seven_accidentals_are_respelled_with_a_note() -> None:
    usual, note = practical_key(Key.parse("G# major"))
    assert usual.symbol == "Ab"
    assert "Ab" in note
    assert practical_key(Key.parse("C#")) == (Key.parse("C#"), "")


def test_there_are_twelve_usual_keys_of_each_mode_with_at_most_six_accidentals() -> None:
    for mode in MODES:
        keys = usual_keys(mode)
        assert [key.pc for key in keys] == list(range(12))
        assert all(abs(key.signature) <= 6 for key in keys)


def test_a_key_moves_along_the_line_of_fifths() -> None:
    assert Key.parse("Am").transposed(1).symbol == "Em"


def test_a_note_has_a_step_and_a_shift_in_a_key() -> None:
    assert Key.parse("C").step_of(fifths("Bb")) == (6, -1)
    assert Key.parse("Am").step_of(fifths("G#")) == (6, 1)
