"""Blues: whole rounds of the known forms, sevenths on every step, hands that shuffle, walk and roll."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from partimento.core.errors import BadInput
from partimento.music.analysis.form_names import name_form
from partimento.music.chord import Chord
from partimento.music.composition.arrange import arrange
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import Progression, compose
from partimento.music.composition.proof import prove
from partimento.music.genres import find
from partimento.music.genres.blues import genre
from partimento.music.key import Key
from partimento.music.score import Score


def _composed(text: str, seed: int = 1, **options: object) -> Progression:
    return compose(genre, plan(genre, text, **options), Random(seed))  # type: ignore[arg-type]


def _bars(progression: Progression) -> list[list[Chord]]:
    return [
        [Chord.parse(chord.symbol) for chord in progression.chords if chord.bar == bar]
        for bar in range(1, progression.bars + 1)
    ]


def _roots(progression: Progression) -> list[int | None]:
    """The step each bar begins on, in semitones above the tonic."""
    home = Key.parse(progression.key).pc
    return [None if bar[0].root is None else (bar[0].root - home) % 12 for bar in _bars(progression)]


def _named(progression: Progression) -> str:
    found = name_form(_bars(progression), Key.parse(progression.key))
    return found.name if found else ""


def test_it_is_found_under_its_usual_names() -> None:
    assert find("the blues") is find("Blues") is genre


def test_whatever_is_asked_for_is_sound(drawn: Callable[[Genre, int], Score]) -> None:
    for seed in range(60):
        score = drawn(genre, seed)
        assert prove(score, score.key, score.bars) == (), (seed, score.title)


def test_seeds_differ() -> None:
    assert len({tuple(c.symbol for c in _composed("12-bar blues", seed, level=5).chords) for seed in range(40)}) >= 30


@pytest.mark.parametrize(
    ("words", "form"),
    [
        ("12-bar blues", "12-bar blues"), ("quick-change blues, 24 bars", "12-bar blues"),
        ("jazz blues, 24 bars", "12-bar blues"), ("minor blues", "12-bar blues"), ("stormy monday", "12-bar blues"),
        ("8-bar blues", "8-bar blues"), ("16-bar blues", "16-bar blues"), ("stop-time blues", "16-bar blues"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("level", [1, 3, 6])
def test_each_form_is_heard_as_what_it_is(words: str, form: str, level: int) -> None:
    for seed in range(12):
        assert _named(_composed(words, seed, level=level)) == form, (seed, words)


def test_a_round_cannot_be_cut_short() -> None:
    with pytest.raises(BadInput, match="whole rounds of 12 bars"):
        plan(genre, "12-bar blues", bars=7)


def test_a_quick_change_goes_to_four_in_the_second_bar_and_a_long_change_does_not() -> None:
    quick = [_roots(_composed("quick-change blues", seed, bars=12, level=2))[1] for seed in range(10)]
    slow = [_roots(_composed("long change", seed, bars=12, level=2))[:4] for seed in range(10)]
    assert quick == [5] * 10
    assert slow == [[0, 0, 0, 0]] * 10


def test_choruses_that_lead_on_turn_around_and_the_last_one_goes_home() -> None:
    for seed in range(10):
        bars = _bars(_composed("12-bar blues in C", seed, bars=36))
        assert bars[11][-1].root == bars[23][-1].root == 7
        assert bars[35][-1].root == 0


def test_the_tonic_wears_a_seventh() -> None:
    chords = [chord for seed in range(20) for bar in _bars(_composed("12-bar blues in G", seed)) for chord in bar]
    at_home = [chord.quality for chord in chords if chord.root == 7]
    assert at_home.count("7") / len(at_home) > 0.85


def test_ninths_and_thirteenths_wait_for_their_level() -> None:
    def tall(level: int) -> set[str]:
        pieces = (_composed("12-bar blues in C", seed, level=level) for seed in range(20))
        symbols = " ".join(chord.symbol for piece in pieces for chord in piece.chords)
        return {tension for tension in ("9", "13") if tension in symbols}

    assert tall(2) == set()
    assert tall(7) == {"9", "13"}


def test_a_minor_blues_stays_minor() -> None:
    settled = plan(genre, "slow 12/8 minor blues")
    assert (settled.application, settled.meter, settled.bars) == ("slow", "12/8", 12)
    assert Key.parse(settled.key).is_minor
    first, *_ = _bars(_composed("slow 12/8 minor blues"))
    assert first[0].quality in ("min7", "min6")


@pytest.mark.parametrize(
    ("words", "application"),
    [
        ("boogie-woogie in C", "boogie"), ("Texas shuffle in E", "texas"), ("Chicago blues", "chicago"),
        ("jump blues", "jump"), ("jazz blues in F", "jazz"), ("blues ballad", "ballad"), ("minor blues", "minor"),
    ],
)  # fmt: skip
def test_words_name_the_use(words: str, application: str) -> None:
    assert plan(genre, words).application == application


def test_tritone_substitutes_come_where_they_are_asked_for() -> None:
    for seed in range(10):
        chords = _composed("jazz blues in C with tritone substitutions", seed, level=5).chords
        assert any(Chord.parse(chord.symbol).root in (1, 3, 6, 8) for chord in chords)


def test_a_boogie_rolls_in_eighths() -> None:
    settled = plan(genre, "boogie-woogie in C", level=6, bars=12)
    rng = Random(1)
    score = arrange(compose(genre, settled, rng), genre, settled, rng)
    beats = {note.start_beat for note in score.notes if note.hand == "left"}
    assert len(beats) > 11 * 5
