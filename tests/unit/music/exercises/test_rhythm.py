"""Rhythms to drill, and how they are counted."""

from __future__ import annotations

from random import Random

import pytest

from partimento.music.composition.plan import plan
from partimento.music.composition.progression import read_bars
from partimento.music.exercises import rhythm
from partimento.music.exercises.study import Ask, Hands, Study
from partimento.music.genres import find
from partimento.music.rhythm import Pattern

JAZZ = find("jazz")


def made(hand: Hands | None, seed: int = 1) -> Study:
    settled = plan(JAZZ, key="C", level=5, bars=4, application="swing")
    progression = read_bars(["Dm7", "G7", "Cmaj7", "Cmaj7"], "C")
    return rhythm.make(progression, Ask(genre=JAZZ, plan=settled, hand=hand), Random(seed))


@pytest.mark.parametrize(
    ("meter", "text", "counted"),
    [
        ("4/4", "X - - X . . . .", "1, 2&"),
        ("4/4", ". . X . . . X .", "2, 4"),
        ("4/4", "R . . R . . R . . . R . . . . .", "1, 1a, 2&, 3&"),
        ("12/8", "X - - X - X X - - X - -", "1, 2, 2let, 3, 4"),
        ("4/4", "X . . X . . . . | . . X . X . . .", "1, 2& | 2, 3"),
        ("3/4", ". . . . . .", "silence"),
    ],
)
def test_strokes_are_counted_as_players_do(meter: str, text: str, counted: str) -> None:
    assert rhythm.count(Pattern("right", meter, text)) == counted


def test_one_pattern_is_played_in_every_bar_but_the_last() -> None:
    study = made("right")
    starts = [note.start_beat for note in study.notes if note.hand == "right"]
    bars = [
        sorted({round(start - 1 - 4 * bar, 3) for start in starts if 1 + 4 * bar <= start < 5 + 4 * bar})
        for bar in range(4)
    ]
    assert bars[3] == [0.0]
    counted = study.instruction.partition("right hand on ")[2].partition(".")[0]
    assert "left hand" not in study.instruction
    assert len(counted.split(" | ")[0].split(", ")) >= 2


def test_a_hand_that_does_not_drill_holds_its_chords() -> None:
    left = [note for note in made("right").notes if note.hand == "left"]
    assert {note.start_beat for note in left} == {1, 5, 9, 13}


def test_both_hands_drill_unless_one_is_named() -> None:
    assert "left hand on" in made(None).instruction
    assert "right hand on" in made(None).instruction
