"""How a piece is laid out and spelled: signs, rows of bars, keys under the hands, reasons."""

from __future__ import annotations

import pytest

from partimento.music.composition.progression import read_bars
from partimento.music.score import Section
from partimento.web.studio.keyboard import keyboard
from partimento.web.studio.reading import note_names, reading_of, sentences, signed, tones_of, why
from partimento.web.studio.sheet import cadence_words, sheet_of
from partimento.web.studio.signs import key_of, numeral_of, symbol_of


@pytest.mark.parametrize(
    ("symbol", "shown"),
    [
        ("Ab7(b9,#11)", ("A♭", "7(♭9,♯11)", "")), ("Bbm7b5/Eb", ("B♭", "m7♭5", "/E♭")), ("F#7", ("F♯", "7", "")),
        ("N.C.", ("N.C.", "", "")), ("", ("", "", "")), ("C", ("C", "", "")), ("Abb:9", ("A♭♭", ":9", "")),
    ],
)  # fmt: skip
def test_a_symbol_is_written_as_musicians_do(symbol: str, shown: tuple[str, str, str]) -> None:
    read = symbol_of(symbol)
    assert (read.root, read.rest, read.bass) == shown
    assert str(read) == "".join(shown)


@pytest.mark.parametrize(
    ("numeral", "shown"),
    [
        ("bVII7", "♭VII7"),
        ("#ivo7", "♯iv°7"),
        ("V7/ii", "V7/ii"),
        ("iiø7/vi", "iiø7/vi"),
        ("V7b9/V", "V7♭9/V"),
        ("", ""),
    ],
)
def test_a_numeral_is_too(numeral: str, shown: str) -> None:
    assert numeral_of(numeral) == shown


@pytest.mark.parametrize(
    ("key", "words"), [("Ab", "A♭ major"), ("F#m", "F♯ minor"), ("C", "C major"), ("D dorian", "D dorian")]
)
def test_a_key_is_told_in_words(key: str, words: str) -> None:
    assert key_of(key) == words


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Ab7 is V7/IV, the dominant.", "A♭7 is V7/IV, the dominant."),
        ("About a violin in B, Bbm.", "About a violin in B, B♭m."),
        ("it holds C#, #ivo7: bII (Gb/Db)", "it holds C♯, ♯iv°7: ♭II (G♭/D♭)"),
        ("Fabulous, I visit", "Fabulous, I visit"),
    ],
)
def test_signs_within_a_sentence_are_too_and_words_are_left_alone(told: str, shown: str) -> None:
    assert signed(told) == shown


def test_bars_stand_in_rows_of_four_and_begin_anew_with_each_section() -> None:
    chart = read_bars(
        ["C", "F", "G", "C", "Am", "Dm G Am F"], "C", sections=(Section("A", 1, 5, "plagal"), Section("B", 6, 1))
    )
    sheet = sheet_of(chart.sections, chart.chords, chart.bars, [""] * len(chart.chords), changed=2)
    assert [[[bar.number for bar in row.bars] for row in section.rows] for section in sheet.sections] == [
        [[1, 2, 3, 4], [5]], [[6]],
    ]  # fmt: skip
    assert [section.cadence for section in sheet.sections] == ["ends with a plagal cadence", ""]
    crowded = sheet.sections[1].rows[0].bars[0]
    assert crowded.crowded
    assert [chord.number for chord in crowded.chords] == [6, 7, 8, 9]
    first = sheet.sections[0].rows[0]
    assert [bar.changed for bar in first.bars] == [False, True, False, False]
    assert [bar.edge for bar in first.bars] == [False, False, True, True]
    assert first.holds(4)
    assert not first.holds(5)
    assert sheet.functions[0] == ("tonic", "tonic", 4)


def test_an_empty_chart_is_an_empty_sheet() -> None:
    sheet = sheet_of((), (), 0, [])
    assert [section.rows for section in sheet.sections] == [()]
    assert sheet.functions == ()


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        ("", ""),
        ("open", ""),
        ("authentic", "ends with an authentic cadence"),
        ("two-five", "ends with a 2-5 that leads on"),
    ],
)
def test_a_promise_is_told_in_words(cadence: str, words: str) -> None:
    assert cadence_words(cadence) == words


def test_a_grip_lies_on_whole_octaves_black_keys_over_white_ones() -> None:
    drawn = keyboard((44, 51), (60, 63, 67))
    pressed = {key.midi: key.hand for key in drawn.keys if key.hand}
    assert pressed == {44: "left", 51: "left", 60: "right", 63: "right", 67: "right"}
    assert [key.black for key in drawn.keys] == sorted(key.black for key in drawn.keys)
    assert len(drawn.keys) % 12 == 0
    assert min(key.midi for key in drawn.keys) % 12 == 0
    assert all(0 <= key.x <= drawn.width - key.width for key in drawn.keys)
    assert keyboard((), ()).keys == ()


@pytest.mark.parametrize(("left", "right"), [((21,), (108,)), ((36,), ()), ((), (96, 100))])
def test_any_grip_is_on_its_keyboard(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    drawn = keyboard(left, right)
    assert {key.midi for key in drawn.keys if key.hand} == {*left, *right}
    assert len(drawn.keys) >= 36


def test_why_a_chord_is_there_names_its_tones_scales_and_grip() -> None:
    chart = read_bars(["Dm7", "G7", "Cmaj7"], "C")
    read = reading_of(chart.chords, "C")
    told = why(chart.chords, read, 2)
    assert (told.number, told.of, told.bar, told.function) == (2, 3, 2, "dominant")
    assert [(tone.note, tone.degree) for tone in told.tones] == [
        ("G", "root"), ("B", "third"), ("D", "fifth"), ("F", "seventh"),
    ]  # fmt: skip
    assert told.scales[0].name == "G Mixolydian"
    assert told.reason in sentences(read)
    assert any("cadence arrives here" in line for line in why(chart.chords, read, 3).also)


def test_notes_are_spelled_as_their_chord_is() -> None:
    assert note_names((56, 60, 63), "Abmaj7") == ("A♭3", "C4", "E♭4")
    assert note_names((59,), "Cb") == ("C♭4",)
    assert note_names((58, 64), "C/Bb") == ("B♭3", "E4")
    assert [tone.note for tone in tones_of("C/Bb")] == ["B♭", "C", "E", "G"]
    assert tones_of("N.C.") == ()
