"""Forms of any length, and cadences known by their chords."""

from __future__ import annotations

import pytest

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.composition.form import Cadence, Form, Part, ends_with, lay_out
from partimento.music.key import Key

SONG = Form(
    "song",
    (
        Part("Intro", 4, "half", once=True),
        Part("Verse", 8, "half"),
        Part("Chorus", 8, "authentic"),
        Part("Tag", 4, "plagal", once=True),
    ),
)
BLUES = Form("12-bar blues", (Part("Chorus", 12, "turnaround"),), fixed=True)


@pytest.mark.parametrize("bars", range(1, 257))
def test_a_form_fills_any_number_of_bars_without_a_gap(bars: int) -> None:
    spans = lay_out(SONG, bars)
    assert sum(span.bars for span in spans) == bars
    start = 1
    for span in spans:
        assert span.start_bar == start
        assert span.bars >= 1
        start += span.bars
    assert spans[-1].cadence == "authentic"


def test_a_long_piece_comes_round_but_begins_and_ends_once() -> None:
    names = [span.name for span in lay_out(SONG, 40)]
    assert names == ["Intro", "Verse", "Chorus", "Verse", "Chorus", "Tag"]


def test_a_short_piece_leaves_out_what_comes_once() -> None:
    assert [span.name for span in lay_out(SONG, 8)] == ["Verse", "Chorus"]


def test_sections_keep_to_fours_where_there_is_room() -> None:
    assert [span.bars for span in lay_out(SONG, 24)] == [4, 8, 8, 4]


@pytest.mark.parametrize("bars", [0, -4, 257, 10_000])
def test_no_bars_and_too_many_are_refused(bars: int) -> None:
    with pytest.raises(BadInput):
        lay_out(SONG, bars)


def test_a_blues_comes_in_whole_rounds() -> None:
    assert len(lay_out(BLUES, 36)) == 3
    with pytest.raises(BadInput, match="7 bars") as caught:
        lay_out(BLUES, 7)
    assert "12" in caught.value.mend


@pytest.mark.parametrize(
    ("symbols", "key", "cadence"),
    [
        ("Dm7 G7 Cmaj7", "C", "two-five-one"),
        ("Dm7 Db7 C6", "C", "two-five-one"),
        ("Dm7 G9sus4 G7 C", "C", "two-five-one"),
        ("F/G C", "C", "authentic"),
        ("Bdim7 C", "C", "authentic"),
        ("Dm7b5 G7alt Cm6", "Cm", "two-five-one"),
        ("C Am7 Dm7 G7", "C", "turnaround"),
        ("C Dm7 G7", "C", "two-five"),
        ("F Fm6 C", "C", "plagal"),
        ("Fm7 Bb7 C", "C", "backdoor"),
        ("G7 Am7", "C", "deceptive"),
        ("G7 Ab", "C", "deceptive"),
        ("Cmaj7 D7 G7", "C", "half"),
        ("F Bb Eb7", "Ab", "half"),
    ],
)
def test_a_cadence_is_known_by_its_chords(symbols: str, key: str, cadence: Cadence) -> None:
    assert ends_with([Chord.parse(s) for s in symbols.split()], Key.parse(key), cadence)


@pytest.mark.parametrize(
    ("symbols", "cadence"),
    [("Dm7 G7 Am7", "authentic"), ("G7 C", "two-five-one"), ("G7 C", "plagal"), ("Dm7 C", "half"), ("", "tonic")],
)
def test_another_ending_is_not_that_cadence(symbols: str, cadence: Cadence) -> None:
    assert not ends_with([Chord.parse(s) for s in symbols.split()], Key.parse("C"), cadence)


def test_an_open_end_promises_nothing() -> None:
    assert ends_with([], Key.parse("C"), "open")
