"""Which keys suit whom."""

from __future__ import annotations

import pytest

from partimento.core.errors import UnknownName
from partimento.music.key import Key
from partimento.music.teaching.concepts import concept
from partimento.music.teaching.keys import home_key, key_words, keys_for


def test_beginners_get_few_accidentals() -> None:
    assert {key.symbol for key in keys_for(1)} == {"C", "G", "F", "Am", "Em", "Dm"}
    assert all(abs(key.signature) <= 3 for key in keys_for(4))


def test_the_highest_levels_play_in_all_keys() -> None:
    assert len(keys_for(8, "", "major")) == len(keys_for(10, "", "minor")) == 12


def test_a_genre_has_its_own_keys_first() -> None:
    assert [key.symbol for key in keys_for(6, "gospel", "major")][:3] == ["Ab", "Db", "Eb"]
    assert keys_for(1, "gospel")[0].symbol == "F"


def test_an_unknown_genre_is_refused() -> None:
    with pytest.raises(UnknownName):
        keys_for(3, "polka")


@pytest.mark.parametrize(
    ("name", "key", "home"),
    [
        ("two-five-one", "Am", "C"),
        ("minor-two-five-one", "Eb", "Cm"),
        ("dorian", "D dorian", "Dm"),
        ("two-five-one", "D# minor", "F#"),
        ("blues-scale", "G", "G"),
    ],
)
def test_a_concept_is_shown_in_a_key_of_its_mode(name: str, key: str, home: str) -> None:
    assert home_key(concept(name), key).symbol == home


def test_keys_are_spoken_in_words() -> None:
    assert key_words(Key.parse("Ebm")) == "Eb minor"
    assert key_words(Key.parse("F#")) == "F# major"
