"""Words, options and habits joined: who wins, what is told, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from partimento.core.errors import BadInput, KeySyntaxError, UnknownName
from partimento.music.composition.plan import level_of, plan
from partimento.music.genres import find
from partimento.shapes.composition import CompositionInputs, planned, settled
from partimento.tasks import arrangement, progression

GOSPEL, JAZZ = find("gospel"), find("jazz")


def test_an_option_wins_over_the_words_and_a_note_says_so() -> None:
    made = plan(JAZZ, "in C major, 8 bars, 90 bpm, simple", key="Eb", bars=16, tempo=120, level=7)
    assert (made.key, made.bars, made.tempo, made.level) == ("Eb", 16, 120, 7)
    told = " ".join(made.notes)
    assert all(words in told for words in ("key=Eb", "bars=16", "tempo=120", "level=7"))


def test_words_win_over_habits() -> None:
    made = plan(JAZZ, "simple C major jazz progression, 8 bars")
    assert (made.key, made.bars, made.level, made.notes) == ("C", 8, 2, ())


def test_habits_fill_what_is_left_open() -> None:
    made = plan(GOSPEL)
    assert (made.key, made.meter, made.bars, made.level, made.application) == ("Ab", "4/4", 16, 5, "worship")
    assert 60 <= made.tempo <= 84


def test_beginners_get_a_key_without_accidentals() -> None:
    assert plan(GOSPEL, "simple").key == "C"
    assert plan(GOSPEL, "simple and sad").key == "Am"


def test_a_dark_mood_takes_the_minor_key() -> None:
    assert plan(JAZZ, "dark").key == "Dm"
    assert plan(JAZZ, "dark", key="C").key == "C"


def test_slow_and_fast_choose_what_is_played_that_way() -> None:
    assert plan(JAZZ, "slow").application == "ballad"
    assert plan(JAZZ, "fast").application == "bebop"
    assert plan(GOSPEL, "fast").application == "shout"
    assert plan(JAZZ, "slow bebop").tempo < plan(JAZZ, "fast bebop").tempo


def test_a_waltz_is_in_three() -> None:
    made = plan(JAZZ, "a waltz")
    assert (made.meter, made.application) == ("3/4", "waltz")


def test_a_blues_takes_its_own_length() -> None:
    assert plan(JAZZ, "12-bar blues in F").bars == 12
    assert plan(JAZZ, "12-bar blues", bars=24).forms == ("12-bar blues",)
    with pytest.raises(BadInput) as caught:
        plan(JAZZ, "12-bar blues", bars=7)
    assert "12" in caught.value.mend


def test_a_two_five_one_needs_a_section_to_lead_into() -> None:
    assert plan(JAZZ, "2-5-1 into the chorus").into == "Chorus"
    assert plan(JAZZ, "2-5-1 into the night").into == ""
    with pytest.raises(UnknownName):
        plan(JAZZ, "2-5-1 into the outro")
    with pytest.raises(BadInput, match="no room"):
        plan(GOSPEL, "2-5-1 into the chorus", bars=2)


@pytest.mark.parametrize(
    "options",
    [{"bars": 0}, {"bars": 10_000}, {"tempo": -1.0}, {"level": 11}, {"level": "expert"}, {"meter": "7/8"},
     {"key": "D dorian"}],
)  # fmt: skip
def test_what_cannot_be_made_is_refused_with_a_mend(options: dict[str, object]) -> None:
    with pytest.raises(BadInput) as caught:
        plan(JAZZ, "", **options)  # type: ignore[arg-type]
    assert caught.value.mend


def test_an_unknown_key_or_application_is_refused() -> None:
    with pytest.raises(KeySyntaxError):
        plan(JAZZ, key="H")
    with pytest.raises(UnknownName) as caught:
        plan(JAZZ, application="bosa")
    assert caught.value.nearest == "bossa"


def test_a_meter_the_genre_does_not_play_is_refused() -> None:
    with pytest.raises(BadInput, match="12/8"):
        plan(JAZZ, meter="12/8")


def test_levels_are_numbers_or_words() -> None:
    assert [level_of(word) for word in ("beginner", "Intermediate", "advanced", "4", 9, None)] == [2, 5, 8, 4, 9, None]


def test_a_key_beyond_seven_accidentals_is_respelled_and_told() -> None:
    made = plan(JAZZ, key="G# major")
    assert made.key == "Ab"
    assert made.notes


@pytest.mark.parametrize("words", ["9999 bpm", "tempo 5", "level 99", "level 0", "13/8", "0 bars"])
def test_words_that_ask_for_the_impossible_are_refused_like_the_options(words: str) -> None:
    with pytest.raises(BadInput) as caught:
        plan(JAZZ, words)
    assert caught.value.mend


def test_a_mode_in_the_words_is_refused_as_the_option_is() -> None:
    with pytest.raises(BadInput) as by_words:
        plan(JAZZ, "modal, D dorian")
    with pytest.raises(BadInput) as by_option:
        plan(JAZZ, "modal", key="D dorian")
    assert str(by_words.value) == str(by_option.value)


def test_a_minor_blues_is_in_minor() -> None:
    assert plan(JAZZ, "a minor blues in C, 12 bars").key == "Cm"
    assert plan(JAZZ, "minor 12-bar blues").key == "Dm"
    assert plan(GOSPEL, "minor 12-bar blues").key == "Fm"


def test_what_the_words_deny_does_not_choose() -> None:
    assert plan(JAZZ, "not slow").application == "swing"
    assert plan(JAZZ, "slow, not a ballad").application != "ballad"
    assert plan(JAZZ, "no turnaround").unwanted == ("turnaround",)


def test_two_spellings_of_one_key_are_no_contradiction() -> None:
    assert plan(GOSPEL, "in F# major", key="Gb").notes == ()
    assert plan(GOSPEL, "in Gb minor", key="F#m").notes == ()
    (note,) = plan(GOSPEL, "in Gb minor").notes
    assert "written as F#m" in note


def _asked(**fields: Any) -> CompositionInputs:
    return settled(CompositionInputs(genre="gospel", **fields))


def test_one_key_in_any_spelling_is_one_request() -> None:
    assert len({_asked(key=key) for key in ("Ab", "A♭", "ab major", "Ab major", "A flat")}) == 1
    assert _asked(level="beginner") == _asked(level=2)
    assert _asked(application="Altar call", meter="4 / 4") == _asked(application="worship", meter="4/4")


def test_what_the_words_leave_open_stays_open_in_the_request() -> None:
    asked = _asked(description="in Gb minor, 8 bars")
    assert (asked.key, asked.bars, asked.tempo, asked.level) == (None, None, None, None)
    assert planned(asked)[1].bars == 8


def test_the_notes_of_a_request_tell_what_was_changed_and_nothing_else() -> None:
    (note,) = planned(_asked(description="in Gb minor"))[1].notes
    assert "taken over" not in note
    (note,) = planned(_asked(key="G#"))[1].notes
    assert "written as Ab" in note
    (note,) = planned(_asked(description="in C", key="Ab"))[1].notes
    assert "key=Ab was taken over C" in note


def test_complexity_counts_the_bars_that_the_words_name() -> None:
    for task in (progression, arrangement):
        assert task.bars(_asked(description="64 bars")) == 64


def test_a_genre_of_rounds_has_one_round_where_nobody_says_how_long() -> None:
    assert plan(find("blues"), "in A").bars == 12
    assert plan(find("jazz"), "in A").bars == 16


@pytest.mark.parametrize("words", ["quick change blues in A", "slow change blues in A"])
def test_the_words_of_a_form_are_no_words_of_pace(words: str) -> None:
    settled = plan(find("blues"), words)
    assert settled.forms == (f"{words.split()[0]}-change blues",)
    assert settled.tempo == plan(find("blues"), "in A", application=settled.application).tempo


def test_the_clave_is_the_description_s_or_the_application_s() -> None:
    latin = find("latin")
    usual = plan(latin, "salsa").clave
    assert usual is not None
    assert plan(latin, "salsa, 3-2 clave").clave == "3-2"
    assert plan(latin, "salsa, 2-3 clave").clave == "2-3"


@pytest.mark.parametrize("name", ["reggae", "latin", "neosoul", "rnb", "classical"])
def test_a_form_that_a_genre_has_not_is_refused_and_named(name: str) -> None:
    with pytest.raises(BadInput, match="12-bar blues"):
        plan(find(name), "12-bar blues", bars=7)


@pytest.mark.parametrize("name", ["blues", "jazz", "gospel"])
def test_seven_bars_are_no_twelve_bar_blues(name: str) -> None:
    with pytest.raises(BadInput, match="7 bars"):
        plan(find(name), "12-bar blues", bars=7)
