"""Voicing studies: one kind throughout, true to its definition."""

from __future__ import annotations

from random import Random

import pytest

from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose, read_bars
from partimento.music.exercises import voicing
from partimento.music.exercises.study import Ask, Study
from partimento.music.genres import find
from partimento.music.voicing import KINDS, Kind
from partimento.music.voicing.definition import is_of_kind


def made(kind: Kind | None, bars: list[str], level: int = 5) -> Study:
    genre = find("jazz")
    settled = plan(genre, key="C", level=level, bars=len(bars))
    return voicing.make(read_bars(bars, "C"), Ask(genre=genre, plan=settled, voicing=kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["jazz", "gospel"])
def test_every_grip_is_of_the_kind(kind: Kind, name: str) -> None:
    genre = find(name)
    tried = 0
    for seed in range(12):
        settled = plan(genre, key=("C", "Ab", "F#m")[seed % 3], level=1 + seed % 10, bars=8)
        ask = Ask(genre=genre, plan=settled, voicing=kind)
        progression = compose(genre, settled, Random(seed))
        if not list(voicing.unfit(progression, ask)):
            tried += 1
            for chord in voicing.make(progression, ask).chords:
                assert is_of_kind(chord.symbol, chord.left_hand, chord.right_hand, kind) == ()
    assert tried


def test_a_triad_wears_the_seventh_of_its_key() -> None:
    study = made("rootless", ["Dm", "G", "C", "F"])
    assert [chord.symbol for chord in study.chords] == ["Dm7", "G7", "Cmaj7", "Fmaj7"]
    assert [chord.roman for chord in study.chords] == ["ii7", "V7", "Imaj7", "IVmaj7"]


def test_what_cannot_take_the_kind_is_told() -> None:
    genre = find("jazz")
    ask = Ask(genre=genre, plan=plan(genre, key="C", bars=1), voicing="quartal")
    assert list(voicing.unfit(read_bars(["Bdim7"], "C"), ask)) == [
        "bar 1: Bdim7 has no quartal voicing (stacked fourths)"
    ]


def test_the_level_chooses_the_kind_where_none_is_named() -> None:
    assert [made(None, ["Dm7", "G7"], level).voicing for level in (1, 4, 9)] == ["shell", "rootless", "quartal"]


def test_every_kind_has_its_words() -> None:
    for kind in KINDS:
        assert made(kind, ["Cmaj9"]).instruction
