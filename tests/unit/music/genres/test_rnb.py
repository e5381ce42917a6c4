"""R&B: loops in triads, sevenths where they are asked for, a band for every use."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from partimento.music.chord import Chord
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose
from partimento.music.composition.proof import prove
from partimento.music.genres import find
from partimento.music.genres.rnb import genre
from partimento.music.score import Score


def _symbols(text: str, seed: int, **options: object) -> list[str]:
    return [chord.symbol for chord in compose(genre, plan(genre, text, **options), Random(seed)).chords]  # type: ignore[arg-type]


def _share(qualities: set[str], **options: object) -> float:
    chords = [Chord.parse(symbol) for seed in range(30) for symbol in _symbols("", seed, **options)]
    return sum(chord.quality in qualities for chord in chords) / len(chords)


def test_it_is_found_under_its_usual_names() -> None:
    assert find("r&b") is find("R&B") is find("rnb") is genre


def test_whatever_is_asked_for_is_sound(drawn: Callable[[Genre, int], Score]) -> None:
    for seed in range(60):
        score = drawn(genre, seed)
        assert prove(score, score.key, score.bars) == (), (seed, score.title)


def test_seeds_differ() -> None:
    assert len({tuple(_symbols("", seed, bars=16)) for seed in range(40)}) >= 35


def test_most_of_it_is_plain_triads() -> None:
    assert _share({"maj", "min"}, key="C", bars=16) > 0.6


def test_quiet_storm_has_more_sevenths_than_motown() -> None:
    sevenths = {"maj7", "min7", "sus7"}
    assert _share(sevenths, key="C", bars=16, application="quiet storm") > 1.5 * _share(
        sevenths, key="C", bars=16, application="motown"
    )


def test_every_use_and_meter_has_drums_and_a_bass(drawn: Callable[[Genre, int], Score]) -> None:
    assert genre.players == ("bass", "drums")
    for use in genre.applications:
        for meter in use.meters:
            for kind in (genre.patterns, genre.grooves):
                own = [one for one in kind if one.meter == meter and one.role == "bar"]
                assert any(not one.applications or use.name in one.applications for one in own), (use.name, meter)
