"""Patterns read as written, bars shared as players share them, swing where the off-beats are."""

from __future__ import annotations

import pytest

from partimento.core.errors import BadInput
from partimento.music.rhythm import METERS, Hit, Pattern, bar_beats, hits, known_meter, most_chords, shares, swung


def test_a_pattern_is_strokes_holds_and_silences() -> None:
    (bar,) = hits(Pattern("left", "4/4", "R - U . F - - A"))
    assert bar == (Hit(0.0, 1.0, "R"), Hit(1.0, 0.5, "U"), Hit(2.0, 1.5, "F"), Hit(3.5, 0.5, "A"))


def test_a_pattern_may_take_two_bars_to_come_round() -> None:
    first, second = hits(Pattern("right", "4/4", "X - - X - - X - | . . X - X - - -"))
    assert [hit.offset for hit in first] == [0, 1.5, 3]
    assert [hit.offset for hit in second] == [1, 2]


def test_six_eight_counts_in_eighths_of_three_quarters() -> None:
    (bar,) = hits(Pattern("left", "6/8", "X - - U - -"))
    assert [(hit.offset, hit.beats) for hit in bar] == [(0, 1.5), (1.5, 1.5)]


@pytest.mark.parametrize("text", ["R - - -  - - -", "Q - - - - - - -", "X - - - - - - - -"])
def test_a_pattern_that_does_not_fill_its_bar_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        hits(Pattern("left", "4/4", text))


@pytest.mark.parametrize("meter", METERS)
def test_chords_fill_the_bar_however_many_share_it(meter: str) -> None:
    for chords in range(1, most_chords(meter) + 1):
        lengths = shares(meter, chords)
        assert len(lengths) == chords
        assert sum(lengths) == bar_beats(meter)
        assert lengths[0] == max(lengths)


def test_a_meter_nobody_laid_out_is_refused_with_those_there_are() -> None:
    assert known_meter(" 6 / 8") == "6/8"
    with pytest.raises(BadInput, match="7/8"):
        known_meter("7/8")


def test_swing_moves_the_off_beat_and_leaves_the_beat() -> None:
    assert swung(3.0, 0.667) == 3.0
    assert swung(3.5, 0.667) == pytest.approx(3 + 2 / 3)
    assert swung(3.5, 0.5) == 3.5
    places = [swung(n / 4, 0.667) for n in range(17)]
    assert places == sorted(places)
