"""Latin: clave, tumbao, montuno and bossa, each with its own harmony."""

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
from partimento.music.genres.latin import genre
from partimento.music.key import Key
from partimento.music.rhythm import hits
from partimento.music.score import Score


def _arranged(text: str, seed: int = 1, **options: object) -> Score:
    settled = plan(genre, text, **options)  # type: ignore[arg-type]
    rng = Random(seed)
    return arrange(compose(genre, settled, rng), genre, settled, rng)


def test_it_is_found_under_its_names() -> None:
    assert find("Latin jazz") is find("latin") is genre


def test_whatever_is_asked_for_is_sound(drawn: Callable[[Genre, int], Score]) -> None:
    for seed in range(60):
        score = drawn(genre, seed)
        assert prove(score, score.key, score.bars) == (), (seed, score.title)


def test_seeds_differ() -> None:
    assert len({tuple(c.symbol for c in _arranged("salsa", seed, bars=16).chords) for seed in range(40)}) >= 35


def test_a_salsa_is_what_its_words_say() -> None:
    settled = plan(genre, "salsa in D minor, 3-2 clave, montuno")
    assert (settled.application, settled.key, settled.clave) == ("salsa", "Dm", "3-2")
    assert settled.forms == ("montuno",)


@pytest.mark.parametrize(
    ("words", "application"),
    [
        ("bossa nova in F", "bossa"), ("samba", "samba"), ("son montuno in G", "son"), ("cha-cha-cha", "cha-cha"),
        ("mambo", "mambo"), ("bolero in C minor", "bolero"), ("afro-cuban 6/8", "afro"),
    ],
)  # fmt: skip
def test_words_name_the_use(words: str, application: str) -> None:
    assert plan(genre, words).application == application


def test_the_claves_play_on_the_side_of_the_clave() -> None:
    def first_bar(words: str) -> set[float]:
        drums = _arranged(words, tracks="drums", bars=16, level=2).tracks[0]
        return {note.start_beat for note in drums.notes if note.midi == KIT["claves"] and note.start_beat < 5}

    assert first_bar("salsa in C, 2-3 clave") == {2, 3}
    assert first_bar("salsa in C, 3-2 clave") == {1, 2.5, 4}


def test_every_pattern_in_clave_has_two_bars() -> None:
    assert all(len(hits(pattern)) == 2 for pattern in genre.patterns if pattern.clave)
    assert all(text.count("|") == 1 for groove in genre.grooves if groove.clave for _, text in groove.lines)


def test_a_tumbao_rests_on_one_and_speaks_on_four() -> None:
    for seed in range(8):
        score = _arranged("salsa in D minor, montuno", seed, level=4)
        bass = {(note.start_beat - 1) % 4 + 1 for note in score.notes if note.hand == "left" and note.start_beat < 57}
        assert 1 not in bass
        assert 4 in bass


def test_a_montuno_is_two_bars_of_syncopation() -> None:
    for seed in range(8):
        score = _arranged("salsa in C, montuno, 2-3 clave", seed, level=5)
        right = {note.start_beat for note in score.notes if note.hand == "right" and note.start_beat < 9}
        assert 1 in right
        assert 5 not in right
        assert sum(beat % 1 == 0.5 for beat in right) > len(right) / 2


def test_a_bossa_bass_keeps_its_dotted_quarters() -> None:
    for seed in range(8):
        score = _arranged("bossa nova in F", seed, level=2, bars=16)
        low = {(note.start_beat - 1) % 4 + 1 for note in score.notes if note.hand == "left" and note.start_beat < 61}
        assert {1, 2.5, 3, 4.5} <= low


def test_a_bossa_has_sevenths_and_a_son_has_triads() -> None:
    def triads(use: str) -> float:
        chords = [c.symbol for seed in range(20) for c in _arranged("", seed, application=use, bars=16).chords]
        return sum(Chord.parse(symbol).seventh is None for symbol in chords) / len(chords)

    assert triads("son") > 3 * triads("bossa")


def test_tritone_substitutes_come_where_they_are_asked_for() -> None:
    for seed in range(10):
        chords = _arranged("bossa nova in F with tritone substitutions", seed).chords
        away = {(Chord.parse(chord.symbol).root or 0) - Key.parse("F").pc for chord in chords}
        assert {step % 12 for step in away} & {1, 3, 6, 8}


def test_sections_of_a_montuno_go_round() -> None:
    for seed in range(10):
        score = _arranged("son in G, montuno", seed, level=2)
        starts = [section.start_bar for section in score.sections if section.name == "Montuno"]
        rounds = {tuple(c.symbol for c in score.chords if start <= c.bar < start + 4) for start in starts}
        assert len(starts) == 2
        assert len(rounds) == 1
