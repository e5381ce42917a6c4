"""Neo-soul: colours that stay, chords that slide, a late and uneven beat."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random

from partimento.music.chord import Chord
from partimento.music.composition.arrange import kind_at
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose
from partimento.music.composition.proof import prove
from partimento.music.genres import find
from partimento.music.genres.neosoul import genre
from partimento.music.score import Score


def _chords(seed: int, text: str = "", **options: object) -> list[Chord]:
    settled = plan(genre, text, **options)  # type: ignore[arg-type]
    return [Chord.parse(chord.symbol) for chord in compose(genre, settled, Random(seed)).chords]


def test_it_is_found_under_its_usual_names() -> None:
    assert find("neo-soul") is find("Neo Soul") is find("neosoul") is genre


def test_whatever_is_asked_for_is_sound(drawn: Callable[[Genre, int], Score]) -> None:
    for seed in range(60):
        score = drawn(genre, seed)
        assert prove(score, score.key, score.bars) == (), (seed, score.title)


def test_seeds_differ() -> None:
    assert len({tuple(chord.symbol for chord in _chords(seed, bars=16)) for seed in range(40)}) >= 38


def test_hardly_a_chord_is_without_its_seventh() -> None:
    chords = [chord for seed in range(30) for chord in _chords(seed, key="Db", bars=16)]
    assert sum(chord.seventh is not None or chord.quality in ("6", "min6") for chord in chords) > 0.9 * len(chords)


def test_from_the_middle_levels_on_most_chords_have_a_ninth_or_more() -> None:
    chords = [chord for seed in range(30) for chord in _chords(seed, key="Db", bars=16, level=7)]
    coloured = [chord for chord in chords if {"9", "b9", "#9", "11", "13", "b13"} & set(chord.degrees)]
    assert len(coloured) > 0.6 * len(chords)


def test_a_vamp_slides_by_step() -> None:
    steps = [
        (after.root - before.root) % 12
        for seed in range(30)
        for before, after in pairwise(_chords(seed, "vamp", key="Db", bars=16))
        if before.root is not None and after.root is not None
    ]
    assert sum(step in (1, 2, 10, 11) for step in steps) > 0.25 * len(steps)


def test_the_beat_is_late_in_its_sixteenths() -> None:
    for use in genre.applications:
        assert use.swing > 0.5
        assert use.sixteenths or use.name == "jazz-soul"


def test_hands_lie_in_the_neo_soul_way_from_the_middle_levels() -> None:
    groove = genre.application("groove")
    assert kind_at(groove, 2) == "spread"
    assert kind_at(groove, 5) == "neosoul"
