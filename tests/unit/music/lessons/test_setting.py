"""Settings: rounds of keys and tempi that fit a level."""

from __future__ import annotations

from random import Random

import pytest

from partimento.music.composition.plan import plan
from partimento.music.genres import find, names
from partimento.music.key import Key, usual_keys
from partimento.music.lessons.setting import Setting, key_round, setting_of


def setting(level: int, key: str = "C", genre: str = "jazz", minutes: int = 30) -> Setting:
    found = find(genre)
    return setting_of(found, plan(found, key=key, level=level), minutes)


@pytest.mark.parametrize("level", range(1, 11))
@pytest.mark.parametrize("key", ["C", "F#", "Gb", "Ebm", "G#m"])
def test_a_round_starts_at_home_and_has_no_key_twice(level: int, key: str) -> None:
    for seed in range(12):
        _, keys = key_round(setting(level, key), Random(seed))
        assert keys[0] == key
        sounding = [Key.parse(one).pc for one in keys]
        assert len(set(sounding)) == len(sounding)
        assert {Key.parse(one).mode for one in keys} == {Key.parse(key).mode}


def test_the_higher_the_level_the_more_keys_up_to_all_twelve() -> None:
    counts = [len(key_round(setting(level), Random(1))[1]) for level in range(1, 11)]
    assert counts[0] == 1
    assert counts[-1] == len(usual_keys())
    assert counts == sorted(counts)


def test_a_round_of_falling_fifths_falls_by_fifths() -> None:
    rounds = dict(key_round(setting(6), Random(seed)) for seed in range(40))
    assert rounds["falling fifths"] == ("C", "F", "Bb", "Eb", "Ab", "Db")


@pytest.mark.parametrize("genre", names())
def test_practice_begins_slower_than_it_ends_and_never_faster_than_the_genre_or_the_level(genre: str) -> None:
    for level in range(1, 11):
        one = setting(level, genre=genre)
        assert 40 <= one.first_tempo < one.last_tempo
        assert one.last_tempo <= max(one.beats, one.first_tempo + 8) + 1
    assert setting(2, genre=genre).last_tempo <= 84
