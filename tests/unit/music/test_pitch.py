from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import PitchSyntaxError
from partimento.music.pitch import fifths, name, nearest_spelling, pitch_class


@pytest.mark.parametrize(
    ("text", "place"),
    [("C", 0), ("G", 1), ("D", 2), ("F", -1), ("Bb", -2), ("F#", 6), ("E♭", -3), ("C♯", 7), ("A𝄫", -11), ("Fx", 13)],
)
def test_a_note_name_is_a_place_on_the_line_of_fifths(text: str, place: int) -> None:
    assert fifths(text) == place


@given(st.integers(-15, 19))
def test_a_place_printed_and_read_again_is_the_same_place(place: int) -> None:
    assert fifths(name(place)) == place


def test_enharmonic_twins_sound_the_same_and_are_spelled_apart() -> None:
    assert pitch_class(fifths("C#")) == pitch_class(fifths("Db")) == 1
    assert fifths("C#") != fifths("Db")


@given(st.integers(0, 11), st.integers(-8, 8))
def test_the_nearest_spelling_sounds_right_and_lies_within_half_the_circle(pc: int, around: int) -> None:
    place = nearest_spelling(pc, around)
    assert pitch_class(place) == pc
    assert -5 <= place - around <= 6


@pytest.mark.parametrize(
    ("text", "mend"), [("H", "German H"), ("c", "'C'"), ("", "write it"), ("Cbq", "write it"), ("bb", "'Bb'")]
)
def test_what_is_no_note_name_is_refused_with_a_mend(text: str, mend: str) -> None:
    with pytest.raises(PitchSyntaxError) as refusal:
        fifths(text)
    assert mend in refusal.value.mend
