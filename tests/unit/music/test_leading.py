"""The way through is the cheapest there is, under the cost that `leading` states."""

from __future__ import annotations

from itertools import combinations, pairwise, product
from random import Random
from statistics import mean

import pytest

from partimento.core.errors import ChordSyntaxError
from partimento.music.chord import Chord
from partimento.music.key import usual_keys
from partimento.music.leading import (
    FREE,
    STRICT,
    Manners,
    cost,
    duties_between,
    lead,
    movement,
    usual_manners,
    voice,
)
from partimento.music.roman import chord_of
from partimento.music.voicing import KINDS, Grip, Kind, voicings

WAYS = (("Dm7", "G7", "Cmaj7"), ("Am7b5", "D7b9", "Gm9"), ("C", "F/C", "G7"), ("Ebmaj7", "Edim7", "Fm7", "Bb13"))


ROOTS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SUFFIXES = ("", "m", "7", "maj7", "m7", "m7b5", "dim7", "9", "13", "maj9", "m11", "7alt", "sus4", "6", "dim")
PHRASES = (
    ("major", "I IV V7 I"), ("major", "I vi IV V I"), ("major", "I V/7 I IV V7 vi"), ("major", "I ii7/4 V7 I"),
    ("major", "I viio/2 I/3 IV I/5 V7 I"), ("major", "I IV viio iii vi ii V I"), ("major", "I vi V7/V V7 I"),
    ("minor", "i iv V7 i"), ("minor", "i iiø7/4 V7 i"), ("minor", "i bVI iv V i"), ("minor", "i V/7 i iv V7 bVI"),
    ("minor", "i iio/4 V i"), ("minor", "i viio7 i"),
)  # fmt: skip


def _exhausted(symbols: tuple[str, ...], kind: Kind, manners: Manners) -> float:
    """The cost of the cheapest of all ways, each priced whole."""
    every = product(*(voicings(Chord.parse(symbol), kind) for symbol in symbols))
    return min(cost(symbols, way, manners) for way in every)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("symbols", WAYS)
def test_no_other_choice_of_grips_costs_less(symbols: tuple[str, ...], kind: Kind) -> None:
    manners = usual_manners(kind)
    symbols = symbols[:3]
    assert cost(symbols, lead(symbols, kind), manners) == pytest.approx(_exhausted(symbols, kind, manners))


@pytest.mark.parametrize("manners", [FREE, STRICT], ids=["free", "strict"])
@pytest.mark.parametrize("kind", KINDS)
def test_nor_for_chords_drawn_by_chance_under_either_manners(kind: Kind, manners: Manners) -> None:
    rng = Random(f"{kind}{manners}")
    for _ in range(3):
        symbols = tuple(Chord.parse(rng.choice(ROOTS) + rng.choice(SUFFIXES)).symbol for _ in range(3))
        assert cost(symbols, lead(symbols, kind, manners), manners) == pytest.approx(_exhausted(symbols, kind, manners))


def _in_every_key() -> list[tuple[list[str], list[Grip]]]:
    """The phrases of tonal harmony in twenty-four keys, led in four parts."""
    found = []
    for mode, numerals in PHRASES:
        for key in usual_keys("major" if mode == "major" else "minor"):
            symbols = [chord_of(text, key).symbol for text in numerals.split()]
            found.append((symbols, lead(symbols, "fourpart")))
    return found


def test_four_parts_move_in_no_parallel_fifths_or_octaves() -> None:
    for symbols, way in _in_every_key():
        for old, new in pairwise(way):
            for high, low in combinations(range(4), 2):
                interval = (old.notes[low] - old.notes[high]) % 12
                moved = old.notes[high] != new.notes[high]
                same = (new.notes[low] - new.notes[high]) % 12 == interval
                assert not (interval in (0, 7) and moved and same), (symbols, old, new)


def test_in_four_parts_every_seventh_falls_by_step_or_stays() -> None:
    for symbols, way in _in_every_key():
        for symbol, old, new in zip(symbols, way, way[1:], strict=False):
            seventh = Chord.parse(symbol).seventh
            steps = [b - a for a, b in zip(old.notes, new.notes, strict=True) if a % 12 == seventh]
            assert all(step in (0, -1, -2) for step in steps), (symbols, old, new)


def test_in_four_parts_the_leading_tone_of_an_outer_voice_rises() -> None:
    seen = 0
    for symbols, way in _in_every_key():
        for (before, after), (old, new) in zip(pairwise(symbols), pairwise(way), strict=True):
            leading_tone = duties_between(before, after).leading_tone
            for place in (0, 3):
                if leading_tone is not None and old.notes[place] % 12 == leading_tone:
                    seen += 1
                    assert new.notes[place] - old.notes[place] == 1, (symbols, old, new)
    assert seen


def test_strict_manners_mind_what_free_ones_do_not() -> None:
    one, other = Grip((48,), (55, 60, 64)), Grip((50,), (57, 62, 65))
    assert movement(one, other, STRICT) - movement(one, other) >= 2 * STRICT.parallel
    contrary = Grip((47,), (55, 62, 67))
    assert movement(one, contrary, Manners(parallel=1)) == movement(one, contrary)


@pytest.mark.parametrize(
    ("before", "after", "seventh", "leading_tone"),
    [
        ("G7", "C", 5, 11), ("G", "C", None, 11), ("G7", "Am", 5, 11), ("G7", "Ab", 5, 11), ("Bdim", "C", None, 11),
        ("C", "Dm", None, None), ("Dm7", "G7", 0, None), ("G7", "G9", None, None), ("N.C.", "C", None, None),
    ],
)  # fmt: skip
def test_what_a_chord_owes_the_next(before: str, after: str, seventh: int | None, leading_tone: int | None) -> None:
    duties = duties_between(before, after)
    assert (duties.seventh, duties.leading_tone) == (seventh, leading_tone)


def test_a_sudden_leap_of_the_top_voice_costs_what_the_manners_say() -> None:
    low, high = Grip((), (60, 64, 67)), Grip((), (62, 65, 74))
    assert movement(low, high, Manners(leap=2)) - movement(low, high) == 4


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
