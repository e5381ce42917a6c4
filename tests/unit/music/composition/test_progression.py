"""Progressions keep what was promised and do what the words asked for, whatever the seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from partimento.core.errors import BadInput, ChordSyntaxError
from partimento.music.chord import Chord
from partimento.music.composition.form import ends_with
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import Progression, compose, read_bars, read_rows
from partimento.music.composition.proof import prove_progression
from partimento.music.genres import find
from partimento.music.key import Key, usual_keys

GOSPEL, JAZZ = find("gospel"), find("jazz")
GENRES = (GOSPEL, JAZZ)


def _composed(genre: Genre, text: str = "", seeds: int = 12, **options: Any) -> Iterator[Progression]:
    settled = plan(genre, text, **options)
    for seed in range(seeds):
        made = compose(genre, settled, Random(seed))
        assert prove_progression(made, settled.key, settled.bars) == ()
        yield made


def _symbols(made: Progression) -> list[str]:
    return [placed.symbol for placed in made.chords]


def _bar(made: Progression, bar: int) -> list[str]:
    return [placed.roman for placed in made.chords if placed.bar == bar]


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_every_key_and_level_composes_soundly(genre: Genre, mode: str) -> None:
    for level, key in enumerate(usual_keys(mode)):  # type: ignore[arg-type]
        for use in genre.applications:
            for meter in use.meters:
                options: dict[str, Any] = {
                    "key": key.symbol,
                    "level": level % 10 + 1,
                    "application": use.name,
                    "meter": meter,
                }
                assert list(_composed(genre, seeds=2, bars=8 + 4 * level, **options))


@pytest.mark.parametrize("genre", GENRES)
def test_every_length_ends_with_the_cadence_of_its_form(genre: Genre) -> None:
    for bars in (1, 2, 3, 5, 7, 10, 12, 13, 31, 64, 256):
        for made in _composed(genre, seeds=3, bars=bars):
            last = made.sections[-1]
            assert last.start_bar + last.bars - 1 == bars
            chords = [Chord.parse(symbol) for symbol in _symbols(made)]
            assert ends_with(chords, Key.parse(made.key), last.cadence)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("genre", "text", "options"),
    [
        (GOSPEL, "slow worship ballad, 2-5-1 into the chorus", {"key": "Ab", "bars": 16}),
        (GOSPEL, "simple", {"bars": 8}),
        (GOSPEL, "sad shout", {"level": 6}),
        (JAZZ, "simple C major jazz progression", {"bars": 8}),
        (JAZZ, "modal", {"key": "Dm"}),
        (JAZZ, "12-bar blues", {}),
    ],
)
def test_fifty_seeds_give_at_least_forty_progressions(genre: Genre, text: str, options: dict[str, Any]) -> None:
    assert len({tuple(_symbols(made)) for made in _composed(genre, text, seeds=50, **options)}) >= 40


def test_the_same_seed_composes_the_same() -> None:
    settled = plan(JAZZ, "bebop", bars=32)
    assert compose(JAZZ, settled, Random(7)) == compose(JAZZ, settled, Random(7))


@pytest.mark.parametrize(("genre", "key"), [(GOSPEL, "Ab"), (GOSPEL, "Em"), (JAZZ, "C"), (JAZZ, "Am")])
@pytest.mark.parametrize(
    ("text", "level"),
    [("slow worship ballad, 2-5-1 into the chorus", None), ("2-5-1 into the chorus, secondary dominants", 10)],
)
def test_a_two_five_one_into_the_chorus_is_a_true_ii_a_true_v_and_the_tonic(
    genre: Genre, key: str, text: str, level: int | None
) -> None:
    tonic = Key.parse(key).pc
    for made in _composed(genre, text, seeds=40, key=key, bars=16, level=level):
        choruses = [section for section in made.sections[1:] if section.name == "Chorus"]
        assert choruses
        for chorus in choruses:
            before = [Chord.parse(p.symbol) for p in made.chords if p.bar < chorus.start_bar]
            places = [((chord.root or 0) - tonic) % 12 for chord in before]
            end = len(before)
            while places[end - 1] == 7:
                assert before[end - 1].quality in ("7", "aug7", "sus7", "maj", "sus")
                end -= 1
            assert end < len(before), "no V"
            assert places[end - 1] == 2, before[end - 1].symbol
            assert before[end - 1].quality in ("min7", "min", "hdim7", "dim")
            arrival = next(Chord.parse(p.symbol) for p in made.chords if p.bar == chorus.start_bar)
            assert (arrival.root, arrival.bass) == (tonic, tonic)


@pytest.mark.parametrize(
    ("bars", "is_one"), [("Dm7 G7", True), ("D7 G7", False), ("D7sus4 G7", False), ("Dm7 Db7", False)]
)
def test_five_of_five_is_no_two(bars: str, is_one: bool) -> None:
    assert ends_with([Chord.parse(symbol) for symbol in bars.split()], Key.parse("C"), "two-five") is is_one


def _is_altered(symbol: str) -> bool:
    chord = Chord.parse(symbol)
    return chord.quality in ("7", "aug7") and bool({"b9", "#9", "b13", "#5"} & set(chord.degrees))


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("key", ["C", "Am"])
@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("no tritone substitutions", lambda p, home: (Chord.parse(p.symbol).root == (home + 1) % 12
                                                      and Chord.parse(p.symbol).quality == "7")),
        ("avoid altered dominants", lambda p, _: _is_altered(p.symbol)),
        ("don't use passing chords", lambda p, _: Chord.parse(p.symbol).quality == "dim7"),
        ("without walk-ups", lambda p, _: p.roman.endswith(("/3", "/b3", "/7", "/b7"))),
        ("no secondary dominants", lambda p, _: "/ii" in p.roman or "/V" in p.roman),
    ],
)  # fmt: skip
def test_a_device_that_is_denied_is_nowhere(genre: Genre, key: str, text: str, shows: object) -> None:
    for level in (5, 10):
        for made in _composed(genre, text, seeds=20, key=key, bars=32, level=level):
            home = Key.parse(key).pc
            assert not any(shows(p, home) for p in made.chords), [p.roman for p in made.chords]  # type: ignore[operator]


def test_a_denied_turnaround_or_amen_is_no_promise_of_the_form() -> None:
    for made in _composed(JAZZ, "AABA without turnaround", bars=32):
        assert "turnaround" not in [section.cadence for section in made.sections]
    for made in _composed(GOSPEL, "not plagal", seeds=30, bars=16):
        assert "plagal" not in [section.cadence for section in made.sections]


@pytest.mark.parametrize("genre", GENRES)
def test_a_plain_two_five_one_ends_the_piece(genre: Genre) -> None:
    for made in _composed(genre, "ii-V-I", bars=8):
        assert made.sections[-1].cadence == "two-five-one"


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("key", ["Eb", "Cm"])
@pytest.mark.parametrize("level", [2, 6, 10])
def test_tritone_substitutions_bring_a_flat_two_into_the_tonic(genre: Genre, key: str, level: int) -> None:
    for made in _composed(genre, "tritone substitutions", key=key, bars=16, level=level):
        roots = [Chord.parse(symbol).root for symbol in _symbols(made)]
        home = Key.parse(key).pc
        resolved = [(a, b) for a, b in zip(roots, roots[1:], strict=False) if a == (home + 1) % 12 and b == home]
        to_dominant = [(a, b) for a, b in zip(roots, roots[1:], strict=False) if (a or 0) == ((b or 0) + 1) % 12]
        assert resolved or to_dominant


def test_a_blues_may_turn_around_at_its_end() -> None:
    for made in _composed(JAZZ, "12-bar blues with a turnaround", key="F"):
        assert made.sections[-1].cadence == "turnaround"
        assert Chord.parse(_symbols(made)[-1]).root in (0, 6)  # V or its tritone substitute


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("key", ["F", "Dm"])
def test_a_turnaround_leads_every_section_back(genre: Genre, key: str) -> None:
    for made in _composed(genre, "with a turnaround", key=key, bars=16):
        assert len(made.sections) > 1
        assert {section.cadence for section in made.sections[:-1]} == {"turnaround"}


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("key", ["G", "Em"])
@pytest.mark.parametrize("level", [1, 9])
def test_altered_dominants_are_altered_at_any_level(genre: Genre, key: str, level: int) -> None:
    for made in _composed(genre, "altered dominants", key=key, bars=8, level=level):
        altered = {"b9", "#9", "b13", "#5"}
        chords = [Chord.parse(symbol) for symbol in _symbols(made)]
        assert any(altered & set(chord.degrees) and chord.quality in ("7", "aug7") for chord in chords)


@pytest.mark.parametrize("genre", GENRES)
def test_a_deceptive_cadence_turns_away_before_the_end(genre: Genre) -> None:
    for made in _composed(genre, "a deceptive cadence", key="C", bars=16):
        assert {section.cadence for section in made.sections[:-1]} == {"deceptive"}
        first_end = made.sections[1].start_bar - 1
        assert _bar(made, first_end)[-1].lstrip("b").lower().startswith("vi")
        assert made.sections[-1].cadence != "deceptive"


@pytest.mark.parametrize("genre", GENRES)
def test_a_plagal_ending_falls_from_the_fourth_step(genre: Genre) -> None:
    for made in _composed(genre, "plagal ending", key="C", bars=8):
        assert made.sections[-1].cadence == "plagal"
        assert Chord.parse(_symbols(made)[-2]).root == 5


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("key", ["C", "Am"])
@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("passing chords", lambda roman, _: "o7" in roman or roman == "biii7"),
        ("a walk-up", lambda roman, _: roman[-2:] in ("/3", "b3", "/7", "/5") or "o7" in roman or "/#" in roman),
        ("secondary dominants", lambda _, function: function == "applied dominant"),
        ("modal interchange", lambda _, function: function in ("borrowed", "chromatic", "subdominant")),
    ],
)
def test_a_device_that_is_asked_for_is_there(genre: Genre, key: str, text: str, sign: object) -> None:
    for made in _composed(genre, text, key=key, bars=12, level=3):
        assert any(sign(p.roman, p.function) for p in made.chords), [p.roman for p in made.chords]  # type: ignore[operator]


@pytest.mark.parametrize("genre", GENRES)
def test_every_device_finds_its_place_from_four_bars_on(genre: Genre) -> None:
    devices = ("tritone substitutions", "passing chords", "walk-up", "modal interchange", "secondary dominants",
               "altered dominants", "backdoor", "plagal", "turnaround")  # fmt: skip
    for device in devices:
        for key in ("C", "Am"):
            for use in genre.applications:
                for made in _composed(genre, device, seeds=4, bars=4, key=key, level=5, application=use.name):
                    assert made.bars == 4


def test_beginners_read_triads_and_sevenths_and_experts_more() -> None:
    for made in _composed(GOSPEL, "simple", bars=16):
        assert max(len(Chord.parse(symbol).degrees) for symbol in _symbols(made)) <= 4
    rich = [
        len(Chord.parse(symbol).degrees) for made in _composed(JAZZ, "advanced", bars=16) for symbol in _symbols(made)
    ]
    assert max(rich) >= 6


def test_a_section_that_comes_again_is_recognised() -> None:
    made = next(_composed(JAZZ, "AABA, simple", key="C", bars=32))
    assert [section.name for section in made.sections] == ["A", "A", "Bridge", "A"]
    assert [_bar(made, bar) for bar in range(1, 5)] == [_bar(made, bar) for bar in range(25, 29)]


def test_jazz_changes_chords_about_as_often_as_its_standards_do() -> None:
    made = list(_composed(JAZZ, "swing", seeds=40, bars=32))
    rate = sum(len(p.chords) for p in made) / (40 * 32)
    assert 1.2 <= rate <= 1.7


def test_chords_carry_numeral_and_function() -> None:
    made = read_bars(["Cmaj7", "A7", "Dm7 G7", "Cmaj7"], "C")
    assert [p.roman for p in made.chords] == ["Imaj7", "V7/ii", "ii7", "V7", "Imaj7"]
    assert [p.function for p in made.chords][1] == "applied dominant"
    assert [(p.bar, p.beat, p.beats) for p in made.chords][2:4] == [(3, 1, 2), (3, 3, 2)]


def test_a_chord_held_over_bars_is_read_by_the_next_other_one() -> None:
    made = read_bars(["A7", "A7", "Dm7"], "C")
    assert [p.roman for p in made.chords][:2] == ["V7/ii", "V7/ii"]


def test_rows_are_taken_as_they_are() -> None:
    made = read_rows([(1, 1, 3, "F"), (1, 4, 1, "C7"), (2, 1, 4, "F")], "F", "4/4", 2)
    assert [p.beats for p in made.chords] == [3, 1, 4]
    assert prove_progression(made, "F", 2) == ()


def test_a_draft_with_an_empty_or_crowded_bar_or_an_unreadable_chord_is_refused() -> None:
    with pytest.raises(BadInput, match="bar 2"):
        read_bars(["C", ""], "C")
    with pytest.raises(BadInput, match="bar 1"):
        read_bars(["C Am F G C"], "C")
    with pytest.raises(ChordSyntaxError):
        read_bars(["C", "Hm"], "C")
