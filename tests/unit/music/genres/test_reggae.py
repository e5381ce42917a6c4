"""Reggae: the skank off the beat, a bass that leaves the one alone, triads and vamps."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from partimento.music.chord import Chord
from partimento.music.composition.arrange import arrange
from partimento.music.composition.band import KIT
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose
from partimento.music.composition.proof import prove
from partimento.music.genres import find
from partimento.music.genres.reggae import genre
from partimento.music.key import Key
from partimento.music.score import Score


def _arranged(text: str, seed: int = 1, **options: object) -> Score:
    settled = plan(genre, text, **options)  # type: ignore[arg-type]
    rng = Random(seed)
    return arrange(compose(genre, settled, rng), genre, settled, rng)


def _beats(score: Score, hand: str) -> set[float]:
    """Beats of the bar that a hand strikes, the last bar left out."""
    before = 1 + 4 * (score.bars - 1)
    return {round((n.start_beat - 1) % 4 + 1, 2) for n in score.notes if n.hand == hand and n.start_beat < before}


def _qualities(text: str, level: int) -> list[str | None]:
    pieces = (_arranged(text, seed, level=level) for seed in range(20))
    return [Chord.parse(chord.symbol).quality for piece in pieces for chord in piece.chords]


def test_it_is_found_under_its_name() -> None:
    assert find("Reggae") is genre


def test_whatever_is_asked_for_is_sound(drawn: Callable[[Genre, int], Score]) -> None:
    for seed in range(60):
        score = drawn(genre, seed)
        assert prove(score, score.key, score.bars) == (), (seed, score.title)


def test_seeds_differ() -> None:
    pieces = {tuple(c.symbol for c in _arranged("one-drop", seed, bars=16).chords) for seed in range(40)}
    assert len(pieces) >= 35


def test_a_one_drop_skanks_on_two_and_four() -> None:
    settled = plan(genre, "one-drop in A minor, skanking right hand")
    assert (settled.application, settled.key) == ("one-drop", "Am")
    for seed in range(10):
        struck = _beats(_arranged("one-drop in A minor, skanking right hand", seed), "right")
        assert {2, 4} <= struck
        assert 1 not in struck


@pytest.mark.parametrize("level", [1, 4, 8])
def test_the_bass_of_a_one_drop_leaves_the_one_alone(level: int) -> None:
    score = _arranged("one-drop riddim in G", level=level, bars=16)
    assert 1 not in _beats(score, "left")


@pytest.mark.parametrize("use", ["roots", "rocksteady", "lovers rock"])
def test_counted_in_eighths_the_skank_is_on_every_off_beat(use: str) -> None:
    for seed in range(5):
        assert {1.5, 2.5, 3.5, 4.5} <= _beats(_arranged("", seed, application=use, level=2), "right")


def test_the_drop_falls_on_three_and_steppers_on_all_four() -> None:
    def kicks(words: str) -> set[float]:
        drums = next(track for track in _arranged(words, tracks="drums", bars=8, level=2).tracks)
        kick = (note for note in drums.notes if note.midi == KIT["kick"] and note.start_beat < 25)
        return {(note.start_beat - 1) % 4 + 1 for note in kick}

    assert kicks("one-drop") == {3}
    assert kicks("steppers") == {1, 2, 3, 4}


def test_most_of_it_is_triads_even_at_a_high_level() -> None:
    found = _qualities("roots reggae", 9)
    assert sum(quality in ("maj", "min") for quality in found) / len(found) > 0.6


def test_lovers_rock_has_sevenths() -> None:
    def share(text: str) -> float:
        found = _qualities(text, 6)
        return sum(quality in ("maj7", "min7") for quality in found) / len(found)

    assert share("lovers rock") > 0.4 > 2 * share("steppers")


def test_a_riddim_goes_round_and_stops_at_home() -> None:
    for seed in range(10):
        score = _arranged("roots riddim in E minor", seed, level=2, bars=16)
        rounds = [[c.symbol for c in score.chords if start <= c.bar < start + 4] for start in (1, 5, 9)]
        assert rounds[0] == rounds[1] == rounds[2]
        assert Chord.parse(score.chords[-1].symbol).root == Key.parse("Em").pc


def test_a_tempo_without_a_name_finds_the_way_of_counting() -> None:
    assert plan(genre, "reggae at 75 bpm").application == "roots"
    assert plan(genre, "reggae at 140 bpm").application == "one-drop"
