"""iReal Pro charts, read back by a reader of the published format that shares no line with the writer."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.formats import ireal, ireal_words
from partimento.music.score import Score
from unit.music.formats.chords import METERS, chart_score, heard, symbols

TOKEN = re.compile(
    r"(?P<section>\*[A-Za-z])|T(?P<meter>\d\d)|(?P<ending>N\d)|<(?P<text>[^>]*)>|(?P<bar>[|\[\]{}Z])|(?P<comma>,)"
    r"|(?P<chord>n|[A-G][b#]?(?:sus|alt|add|[-+^0-9hob#])*(?:/[A-G][b#]?)?)|(?P<blank> )"
)
BEATS = {"24": 2, "34": 3, "44": 4, "54": 5, "64": 6, "74": 7, "22": 2, "32": 3, "38": 3, "58": 5, "68": 6, "78": 7,
         "98": 9, "12": 12}  # fmt: skip
UNITS = {"34": 0.5, "32": 0.5, "12": 3.0}
KEYS = {"C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B", "A-", "Bb-", "B-", "C-", "C#-", "D-", "Eb-",
        "E-", "F-", "F#-", "G-", "G#-"}  # fmt: skip
Bar = list[tuple[float, str, str]]
"""(beat from 0, chord, staff text before it)."""


def opened(link: str) -> tuple[dict[str, str], list[Bar], list[str]]:
    """The fields, the bars, the rehearsal marks and staff texts of a chart. Fails on what the format does not know."""
    scheme, _, encoded = link.partition("://")
    assert scheme == "irealbook"
    assert re.fullmatch(r"[A-Za-z0-9_.~%-]*", encoded), "all other characters must be percent-encoded"
    title, composer, style, key, n, music = unquote(encoded, errors="strict").split("=")
    assert n == "n"
    assert key in KEYS
    meter, marks, text, place = "44", [], "", 0
    bars: list[Bar] = []
    cells: list[list[str]] = []
    while place < len(music):
        token = TOKEN.match(music, place)
        assert token is not None, music[place:]
        place = token.end()
        if token["meter"]:
            meter = token["meter"]
        elif token["section"]:
            marks.append(token["section"])
        elif token["text"] is not None:
            marks.append(token["text"])
            text = token["text"]
        elif token["bar"]:
            bars += [played(cells, meter)] if cells else []
            cells = []
        elif token["chord"]:
            cells.append([token["chord"], text, ""])
            text = ""
        elif token["blank"]:
            cells.append(["", "", ""])
    assert not cells, "a bar is not closed"
    assert music.endswith("Z")
    return {"title": title, "composer": composer, "style": style, "key": key, "meter": meter}, bars, marks


def played(cells: list[list[str]], meter: str) -> Bar:
    """Where the app plays the chords of a bar: blanks make the chord before them longer, then beats are shared."""
    unit, beats = UNITS.get(meter, 1.0), BEATS[meter]
    chords: list[list[str]] = []
    lengths: list[float] = []
    for chord, text, _ in cells:
        if chord:
            chords.append([chord, text])
            lengths.append(unit)
        else:
            lengths[-1] += unit
    assert len(chords) <= beats
    while sum(lengths) != beats:
        for nth in range(len(lengths)):
            if sum(lengths) < beats:
                lengths[nth] += unit
            elif sum(lengths) > beats and lengths[nth] > unit:
                lengths[nth] -= unit
    return [(sum(lengths[:nth]), chord, text) for nth, (chord, text) in enumerate(chords)]


def chord_of(written: str, text: str) -> Chord:
    """The chord of a cell; where the text below it is a chord symbol, that one says more."""
    if written == "n":
        return Chord.parse("N.C.")
    assert re.match(r"[A-G][b#]?", written)[0] in ireal_words.ROOTS  # type: ignore[index]
    return Chord.parse(text if re.match("[A-G]", text) else written)


def links(score: Score) -> list[str]:
    return ireal.write(score).splitlines()


@given(st.lists(symbols(), min_size=1, max_size=40))
def test_every_chord_comes_back_as_it_was(given: list[str]) -> None:
    (link,) = links(chart_score(given, sections=("A",)))
    _, bars, _ = opened(link)
    assert [heard(chord_of(chord, text)) for bar in bars for _, chord, text in bar] == [
        heard(Chord.parse(symbol)) for symbol in given
    ]


@pytest.mark.parametrize("meter", METERS)
@given(data=st.data())
def test_the_app_plays_every_chord_on_its_beat(meter: str, data: st.DataObject) -> None:
    beats, unit = map(int, meter.split("/"))
    beat = 3 if meter == "12/8" else 1  # the one meter in which the app counts dotted notes
    places = data.draw(st.sets(st.integers(1, beats // beat - 1), max_size=3))
    wanted = (0, *(place * beat for place in sorted(places)))
    score = chart_score(["C7"] * len(wanted) * 3, meter=meter, places=tuple(1 + 4 * beat / unit for beat in wanted))
    (link,) = links(score)
    _, bars, _ = opened(link)
    assert [tuple(beat for beat, *_ in bar) for bar in bars] == [wanted] * 3


def test_a_bar_in_which_nothing_begins_goes_on_with_the_last_chord() -> None:
    score = chart_score(["Am7", "D7"], places=(3.0,), bars=3)
    _, bars, _ = opened(links(score)[0])
    assert [[chord for _, chord, _ in bar] for bar in bars] == [["n", "A-7"], ["A-7", "D7"], ["D7"]]


def test_a_chord_the_app_has_no_word_for_is_the_nearest_with_its_name_below() -> None:
    _, bars, _ = opened(links(chart_score(["Fm11b5/Cb"]))[0])
    ((_, chord, text),) = bars[0]
    assert (chord, text) == ("Fh9/Cb", "Fm11b5/Cb")
    _, bars, _ = opened(links(chart_score(["E#m7", "Ebbmaj7"]))[0])
    assert [bar[0][1] for bar in bars] == ["F-7", "D^7"]


def test_the_frame_is_in_the_fields(make_piece: Callable[..., Score]) -> None:
    fields, bars, marks = opened(links(make_piece(key="D#m", meter="12/8", symbols="D#m7 G#m9", tempo=90))[0])
    assert fields == {"title": "A piece", "composer": "Partimento", "style": "Even 8ths", "key": "Eb-", "meter": "12"}
    assert marks == ["*v", "60 bpm", "Chorus"]
    assert len(bars) == 8
    assert opened(links(make_piece(swing=2 / 3, tempo=150))[0])[0]["style"] == "Medium Swing"
    assert opened(links(make_piece(key="F# dorian", symbols="F#m7"))[0])[0]["key"] == "F#-"


def test_sections_stand_between_double_bar_lines(make_piece: Callable[..., Score]) -> None:
    music = unquote(links(make_piece(bars=4, symbols="C F G C"))[0]).rpartition("=")[2]
    assert music == "[*vT44<72.5 bpm>C   |F   ][<Chorus>G   |C   Z"


def test_a_long_piece_is_several_charts_that_break_before_a_section() -> None:
    names = tuple(f"Part {nth}" for nth in range(5))
    pages = [opened(link) for link in links(chart_score(["C", "F"] * 50, sections=names))]
    assert [(fields["title"], len(bars)) for fields, bars, _ in pages] == [
        ("A chart 1", 40), ("A chart 2", 40), ("A chart 3", 20),
    ]  # fmt: skip
    one = [opened(link)[1] for link in links(chart_score(["C"] * 100, sections=("A",)))]
    assert [len(bars) for bars in one] == [48, 48, 4]


@pytest.mark.parametrize("title", ['a=b&c?d#e"<f>', "100% | {x} [y] Z", "🎹 é\u2028\x00", "x" * 2000, "=== ==", ""])
def test_a_hostile_name_stays_in_its_field(title: str) -> None:
    fields, bars, marks = opened(links(chart_score(["C"], title=title, sections=(title,)))[0])
    assert len(bars) == 1
    assert "=" not in fields["title"]
    assert all(sign not in mark for mark in marks for sign in "<>=")


def test_an_article_stands_behind_the_title_as_the_app_sorts_it() -> None:
    assert opened(links(chart_score(["C"], title="The Walk"))[0])[0]["title"] == "Walk, The"


@pytest.mark.parametrize("name", ["Fine", "D.C. al Coda", "3x"])
def test_a_section_named_like_a_command_is_no_command(name: str) -> None:
    assert opened(links(chart_score(["C"], sections=(name,)))[0])[2] == [f"“{name}”", "90 bpm"]


def test_a_meter_the_app_does_not_have_is_refused() -> None:
    with pytest.raises(BadInput, match="11/8"):
        ireal.write(chart_score(["C"], meter="11/8"))


@pytest.mark.parametrize("quality", ireal_words.QUALITIES)
def test_every_quality_of_the_app_is_written_as_itself(quality: str) -> None:
    symbol = Chord.parse(f"C{quality}").symbol
    _, bars, _ = opened(links(chart_score([symbol]))[0])
    assert bars[0][0][1:] == (f"C{quality}", "90 bpm")
