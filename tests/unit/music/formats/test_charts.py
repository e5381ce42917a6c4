"""Plain charts and ChordPro songs, read back by readers of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import BadInput, ChordSyntaxError, KeySyntaxError
from partimento.music.chord import Chord
from partimento.music.formats import chart, chordpro, ireal
from partimento.music.score import PlacedChord, Score, Section
from unit.music.formats.chords import METERS, chart_score, heard, symbols

Heard = list[tuple[int, float, str]]
"""(bar, part of the bar from 0 to 1, symbol)"""
HOSTILE = [
    "{title: x}", "[Am]{soc}", "a\n| C | F |\n{eog}", "\\u0041 \\", "<b>&amp;</b> %{key}", "🎹\x00\u2028", "| C |", "#",
]  # fmt: skip


def cells_of(row: str) -> list[list[str]]:
    """The bars of a row of cells between bar lines, in either format."""
    assert re.fullmatch(r"\|(?: [^|]+? \|)*?(?: [^|]+? )\|[|.]?", row), row
    return [bar.split() for bar in re.split(r"\|", row.rstrip("|."))[1:] if bar.strip()]


def placed(rows: list[str]) -> Heard:
    found: Heard = []
    for number, cells in enumerate([bar for row in rows for bar in cells_of(row)], 1):
        found += [(number, nth / len(cells), cell) for nth, cell in enumerate(cells) if cell != "."]
    return found


def from_chart(text: str) -> Heard:
    return placed([line for line in text.splitlines()[2:] if line.startswith("|")])


def from_chordpro(text: str) -> tuple[dict[str, str], list[str], Heard]:
    """The metadata, the comments and the grid. Fails where a line is neither a directive nor in a grid."""
    meta, comments, rows, in_grid = {}, [], [], False
    for line in filter(None, text.splitlines()):
        directive = re.fullmatch(r"\{(\w+)(?:: ?(.*)| (shape=\"\d+x\d+\"))?\}", line)
        if directive is None:
            assert in_grid, line
            rows.append(line)
            continue
        name, value, _ = directive.groups(default="")
        assert not set("{}[]<>&\\") & set(value)
        if name in {"start_of_grid", "end_of_grid"}:
            assert in_grid == (name == "end_of_grid")
            in_grid = not in_grid
        elif name == "comment":
            comments.append(value)
        else:
            meta[name] = value
    assert not in_grid
    return meta, comments, placed(rows)


def played(score: Score) -> Heard:
    beats, unit = map(int, score.meter.split("/"))
    return [(chord.bar, (chord.beat - 1) * unit / 4 / beats, chord.symbol) for chord in score.chords]


def same(one: Heard, two: Heard) -> bool:
    return [(bar, round(part, 6), heard(Chord.parse(symbol))) for bar, part, symbol in one] == [
        (bar, round(part, 6), heard(Chord.parse(symbol))) for bar, part, symbol in two
    ]


@given(st.lists(symbols(), min_size=1, max_size=40), st.sampled_from([(1.0,), (1.0, 3.0), (1.0, 4.0), (2.5,)]))
def test_every_chord_comes_back_as_it_was_and_where_it_was(given: list[str], places: tuple[float, ...]) -> None:
    score = chart_score(given, places=places, sections=("A", "B"))
    assert same(from_chart(chart.write(score)), played(score))
    assert same(from_chordpro(chordpro.write(score))[2], played(score))


@pytest.mark.parametrize("meter", [*METERS, "11/8", "5/16", "3/1"])
def test_chords_keep_their_places_in_every_meter(meter: str) -> None:
    beats, unit = map(int, meter.split("/"))
    score = chart_score(["C", "Bbm7b5"] * 8, meter=meter, places=(1.0, 1 + (beats - 1) * 4 / unit))
    assert same(from_chart(chart.write(score)), played(score))
    assert same(from_chordpro(chordpro.write(score))[2], played(score))


def test_a_chart_is_read_at_a_glance() -> None:
    score = chart_score(
        ["Abmaj9", "Fm7", "Bbm9", "Eb13"] * 3, places=(1.0, 3.0), sections=("Verse", "Chorus"), key="Ab"
    )
    verse = "| Abmaj9  Fm7 | Bbm9  Eb13  | Abmaj9  Fm7 |"
    assert chart.write(score) == (
        "A chart\nAb · 4/4 · 90 bpm · 6 bars\n\n[Verse]\n"
        f"{verse}\n  I       I     I     I       I       I\n\n[Chorus]\n"
        "| Bbm9  Eb13  | Abmaj9  Fm7 | Bbm9  Eb13  |\n  I     I       I       I     I     I\n"
    )
    assert chart.write(score, numerals=False).splitlines()[4:6] == [verse, ""]


def test_numerals_stand_beneath_their_chords() -> None:
    chords = (PlacedChord(1, 1, 2, "Dm7", "iim7", ""), PlacedChord(1, 4, 1, "G7", "V7", ""))
    lines = chart.write(Score("T", "C", 60, "4/4", 1, (), chords, ())).splitlines()
    assert lines[-2:] == ["| Dm7   .  .  G7 |", "  iim7        V7"]
    assert [lines[-2].index(symbol) for symbol in ("Dm7", "G7")] == [lines[-1].index(roman) for roman in ("iim7", "V7")]


def test_a_song_has_its_frame_as_directives(make_piece: Callable[..., Score]) -> None:
    text = chordpro.write(make_piece(key="F# dorian", meter="6/8", symbols="F#m7 B13", tempo=90, bars=6))
    meta, comments, _ = from_chordpro(text)
    assert meta == {"title": "A piece", "key": "F#m", "time": "6/8", "tempo": "60"}
    assert comments == ["Verse", "Chorus"]
    assert text.count('{start_of_grid shape="4x2"}\n| F#m7 . | B13 . | F#m7 . ||\n{end_of_grid}') == 1
    assert text.endswith("| B13 . | F#m7 . | B13 . |.\n{end_of_grid}\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_text_and_nothing_else(text: str) -> None:
    score = chart_score(["Cm7", "F7"], title=text, sections=(text,))
    assert same(from_chart(chart.write(score)), played(score))
    meta, comments, found = from_chordpro(chordpro.write(score))
    assert set(meta) == {"title", "key", "time", "tempo"}
    assert len(comments) == 1
    assert same(found, played(score))


@pytest.mark.parametrize("write", [chart.write, chordpro.write, ireal.write])
def test_what_has_no_chart_is_refused(write: Callable[[Score], str]) -> None:
    with pytest.raises(BadInput, match="bars"):
        write(chart_score([], bars=0))
    with pytest.raises(KeySyntaxError):
        write(chart_score(["C"], key="H"))
    with pytest.raises(ChordSyntaxError):
        write(Score("T", "C", 90, "4/4", 1, (), (PlacedChord(1, 1, 4, "C}\n{x", "", ""),), ()))
    with pytest.raises(BadInput, match="tempo"):
        write(Score("T", "C", 0, "4/4", 1, (), (), ()))


def test_silence_and_chords_outside_the_piece_are_no_trouble() -> None:
    chords = (PlacedChord(0, 1, 4, "C", "", ""), PlacedChord(9, 1, 4, "F", "", ""))
    score = Score("T", "C", 90, "4/4", 2, (Section("A", 5, 2),), chords, ())
    assert from_chart(chart.write(score)) == from_chordpro(chordpro.write(score))[2] == []
    assert unquote(ireal.write(score)).endswith("=[T44<90 bpm>n   |n   Z\n")
