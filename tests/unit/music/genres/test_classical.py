"""Classical: phrases that ask and answer, triads and their inversions, broken chords, no band."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.composition.arrange import arrange
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import Progression, compose
from partimento.music.composition.proof import prove
from partimento.music.genres import find
from partimento.music.genres.classical import genre
from partimento.music.score import Score


def _composed(seed: int, text: str = "", **options: object) -> Progression:
    return compose(genre, plan(genre, text, **options), Random(seed))  # type: ignore[arg-type]


def _chords(text: str = "", **options: object) -> list[Chord]:
    return [Chord.parse(chord.symbol) for seed in range(40) for chord in _composed(seed, text, **options).chords]


def test_whatever_is_asked_for_is_sound(drawn: Callable[[Genre, int], Score]) -> None:
    for seed in range(60):
        score = drawn(genre, seed)
        assert prove(score, score.key, score.bars) == (), (seed, score.title)


def test_seeds_differ() -> None:
    found = {tuple(chord.symbol for chord in _composed(seed, bars=16).chords) for seed in range(40)}
    assert len(found) >= 38


def test_a_period_asks_and_answers_with_the_same_beginning() -> None:
    for seed in range(20):
        period = _composed(seed, "period", key="G", bars=16, level=2)
        asks, answers = period.sections
        assert (asks.cadence, answers.cadence) == ("half", "authentic")
        first = [chord.symbol for chord in period.chords if chord.bar <= 4]
        assert first == [chord.symbol for chord in period.chords if 9 <= chord.bar <= 12]


def test_a_rondo_comes_back_to_its_refrain() -> None:
    rondo = _composed(1, "rondo", key="D", bars=40)
    assert [section.name for section in rondo.sections] == ["A", "B", "A", "C", "A"]


def test_there_are_triads_dominant_sevenths_and_inversions_and_no_ninths() -> None:
    chords = _chords(key="C", bars=16)
    assert sum(chord.quality in ("maj", "min", "dim", "7") for chord in chords) > 0.8 * len(chords)
    assert sum(chord.is_slash for chord in chords) > 0.08 * len(chords)
    assert not [chord.symbol for chord in chords if {"9", "11", "13"} & set(chord.degrees)]


def test_first_lessons_know_no_applied_dominants() -> None:
    assert not {"D7", "A7", "E7", "C7", "B7"} & {chord.symbol for chord in _chords(key="C", bars=16, level=2)}


def test_neapolitan_and_augmented_sixth_come_at_high_levels_only() -> None:
    def share(level: int) -> int:
        return sum(chord.root in (10, 5) and chord.third == (chord.root + 4) % 12 and chord.symbol in ("Bb/D", "F7")
                   for chord in _chords(key="Am", bars=32, level=level) if chord.root is not None)  # fmt: skip

    assert share(3) == 0
    assert share(9) > 10


def test_a_minor_dominant_leads_with_its_raised_seventh() -> None:
    chords = _chords(key="Am", bars=16)
    dominants = [chord for chord in chords if chord.root == 4]
    assert sum(8 in chord.pitch_classes for chord in dominants) > 0.8 * len(dominants)


@pytest.mark.parametrize(
    ("text", "meter"), [("waltz", "3/4"), ("lullaby", "6/8"), ("chorale", "4/4"), ("minuet", "3/4")]
)
def test_a_use_brings_its_meter(text: str, meter: str) -> None:
    assert plan(genre, text).meter == meter


def test_a_sonatina_breaks_its_chords_in_the_left_hand() -> None:
    settled = plan(genre, "sonatina", key="C", bars=16, level=5)
    alone = 0
    for seed in range(20):
        rng = Random(seed)
        score = arrange(compose(genre, settled, rng), genre, settled, rng)
        starts = [note.start_beat for note in score.notes if note.hand == "left"]
        alone += len(starts) > 3 * score.bars and len(set(starts)) > 0.8 * len(starts)
    assert alone >= 14


def test_there_is_no_band() -> None:
    assert find("classical").players == ()
    with pytest.raises(BadInput):
        plan(genre, tracks=["drums"])
