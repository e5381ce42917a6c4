from __future__ import annotations

import pytest

from partimento.core.errors import PitchSyntaxError
from partimento.music.interval import interval, interval_name, semitones


@pytest.mark.parametrize(
    ("words", "place", "size"),
    [
        ("perfect unison", 0, 0),
        ("minor second", -5, 1),
        ("major second", 2, 2),
        ("minor third", -3, 3),
        ("major third", 4, 4),
        ("perfect fourth", -1, 5),
        ("augmented fourth", 6, 6),
        ("diminished fifth", -6, 6),
        ("perfect fifth", 1, 7),
        ("augmented fifth", 8, 8),
        ("minor sixth", -4, 8),
        ("major sixth", 3, 9),
        ("diminished seventh", -9, 9),
        ("minor seventh", -2, 10),
        ("major seventh", 5, 11),
    ],
)
def test_an_interval_is_read_named_and_measured(words: str, place: int, size: int) -> None:
    assert (interval(words), interval_name(place), semitones(place)) == (place, words, size)


@pytest.mark.parametrize(
    ("words", "place"), [("m3", -3), ("P5", 1), ("a tritone", 6), ("perfect 4th", -1), ("half step", -5), ("octave", 0)]
)
def test_short_and_everyday_names_are_read(words: str, place: int) -> None:
    assert interval(words) == place


@pytest.mark.parametrize("words", ["minor fifth", "perfect third", "third", "", "major banana"])
def test_what_is_no_interval_is_refused(words: str) -> None:
    with pytest.raises(PitchSyntaxError):
        interval(words)
