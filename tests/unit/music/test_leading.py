"""The way through is the cheapest there is, under the cost that `leading` states."""

from __future__ import annotations

from itertools import pairwise, product
from statistics import mean

import pytest

from partimento.core.errors import ChordSyntaxError
from partimento.music.chord import Chord
from partimento.music.leading import lead, movement, voice
from partimento.music.voicing import KINDS, Grip, Kind, voicings

WAYS = (("Dm7", "G7", "Cmaj7"), ("Am7b5", "D7b9", "Gm9"), ("C", "F/C", "G7"), ("Ebmaj7", "Edim7", "Fm7", "Bb13"))


def _cost(way: tuple[Grip, ...] | list[Grip]) -> float:
    return sum(grip.strain for grip in way) + sum(movement(a, b) for a, b in pairwise(way))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("symbols", WAYS)
def test_no_other_choice_of_grips_costs_less(symbols: tuple[str, ...], kind: Kind) -> None:
    every = product(*(voicings(Chord.parse(symbol), kind) for symbol in symbols))
    assert _cost(lead(symbols, kind)) == pytest.approx(min(_cost(way) for way in every))


def test_voices_of_a_two_five_one_move_by_step() -> None:
    chain = ["Dm9", "G13", "Cmaj9", "Fmaj9", "Bm7b5", "E7b9", "Am9"]
    kinds: tuple[Kind, ...] = ("rootless", "comping", "drop2", "close")
    for kind in kinds:
        upper = [(right if len(right) > 1 else left) for left, right in voice(chain, kind)]
        moves = [abs(a - b) for old, new in pairwise(upper) for a, b in zip(old[::-1], new[::-1], strict=False)]
        assert mean(moves) <= 2.5, kind


def test_a_repeated_chord_stays_where_it_is() -> None:
    first, second = voice(["Fmaj9", "Fmaj9"], "spread")
    assert first == second


def test_each_chord_gets_one_pair_of_hands() -> None:
    hands = voice(["Dm7", "G7", "Cmaj7"], kind="rootless")
    assert len(hands) == 3
    assert all(left == tuple(sorted(left)) and right == () for left, right in hands)


def test_no_chords_need_no_hands_and_no_chord_no_keys() -> None:
    assert voice([]) == []
    assert voice(["C7", "N.C.", "F"], "block")[1] == ((), ())


def test_a_chord_nobody_can_read_is_refused() -> None:
    with pytest.raises(ChordSyntaxError):
        voice(["Dm7", "G7x!", "C"])
