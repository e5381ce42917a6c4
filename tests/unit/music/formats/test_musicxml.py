from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from partimento.music.formats import musicxml
from partimento.music.score import Note, PlacedChord, Score, Section, Track

SHARPS = {"sharp": 1, "flat": -1, "natural": 0, "double-sharp": 2, "flat-flat": -2}
NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
LENGTHS = {"whole": 48, "half": 24, "quarter": 12, "eighth": 6, "16th": 3}
PIECES = [
    {},
    {"key": "Gb", "symbols": "Gbmaj7 Cbm6 Db13 Ebm7 Ab7 Fdim7"},
    {"key": "Cb", "symbols": "Cbmaj9 Fb6 Gb7 Abm7"},
    {"key": "D#m", "symbols": "D#m7 G#m9 A#7 N.C. Bmaj7 E#m7b5"},
    {"key": "F# dorian", "symbols": "F#m7 B13 F#m9 G#m7"},
    {"key": "Am", "meter": "6/8", "symbols": "Am7 E7#9 Fmaj7 Bm7b5", "bars": 7},
    {"key": "C", "meter": "3/4", "symbols": "C#dim7 Dm7 G7alt Cmaj7#11"},
    {"key": "E", "meter": "12/8", "symbols": "Emaj9 D#7 G#m7 C#7b9"},
    {"meter": "2/4", "bars": 1},
    {"meter": "5/4", "bars": 3},
    {"meter": "7/8", "bars": 3},
    {"bars": 64, "swing": 0.66, "jitter": 0.03},
    {"jitter": 0.03},
    {"symbols": "N.C."},
    {"title": '<&"\x00 \u2028> ]]>', "tempo": 40.5},
    {"tempo": 300},
]


def opened(score: Score) -> ET.Element:
    text = musicxml.write(score)
    return ET.fromstring(text[text.index("<score-partwise") :])


def text_of(node: ET.Element, path: str) -> str:
    found = node.findtext(path)
    assert found is not None, path
    return found


def signature(root: ET.Element) -> dict[str, int]:
    fifths = int(text_of(root, ".//key/fifths"))
    return {step: 1 if nth < fifths else -1 if nth >= 7 + fifths else 0 for nth, step in enumerate("FCGDAEB")}


def measures(root: ET.Element) -> list[list[tuple[int, ET.Element]]]:
    """The elements of each measure with their places in ticks from the bar line."""
    bars = []
    for measure in root.iter("measure"):
        now = 0
        placed: list[tuple[int, ET.Element]] = []
        for node in measure:
            duration = int(node.findtext("duration") or 0)
            if node.tag == "backup":
                now -= duration
            start = now - int(placed[-1][1].findtext("duration") or 0) if node.find("chord") is not None else now
            placed.append((start, node))
            if node.tag in {"note", "forward"} and node.find("chord") is None:
                now += duration
        bars.append(placed)
    return bars


def as_read(root: ET.Element) -> list[tuple[int, int, int, int]]:
    """(start tick, length, MIDI, staff) as a reader hears the drawn page: from key, accidentals and ties."""
    usual = signature(root)
    length = int(text_of(root, ".//time/beats")) * 48 // int(text_of(root, ".//time/beat-type"))
    open_ties: dict[tuple[int, str, int, str, str], tuple[int, int, int]] = {}
    notes = []
    for number, placed in enumerate(measures(root)):
        state: dict[tuple[int, str, int], int] = {}
        sounding = [(start, node) for start, node in placed if node.find("pitch") is not None]
        for start, node in sorted(sounding, key=lambda pair: pair[0]):
            staff, step, octave = (
                int(text_of(node, "staff")),
                text_of(node, "pitch/step"),
                int(text_of(node, "pitch/octave")),
            )
            line = (staff, step, octave)
            drawn = node.findtext("accidental")
            if drawn is not None:
                state[line] = SHARPS[drawn]
            alter = state.get(line, usual[step])
            ties = {tie.get("type") for tie in node.findall("tie")}
            key = (*line, node.findtext("pitch/alter") or "", text_of(node, "voice"))
            begun = number * length + start
            duration = int(text_of(node, "duration"))
            if "stop" in ties:
                begun, alter, held = open_ties.pop(key)
                duration += held
            if "start" in ties:
                open_ties[key] = (begun, alter, duration)
            else:
                notes.append((begun, duration, 12 * (octave + 1) + NATURAL[step] + alter, staff))
            assert alter == int(node.findtext("pitch/alter") or 0), "drawn and sounding pitch differ"
    assert not open_ties, "a tie leads nowhere"
    return sorted(notes)


def played(score: Score) -> list[tuple[int, int, int]]:
    """(start tick, MIDI, staff) of every note, on the grid of sixteenths."""
    return sorted((3 * round((n.start_beat - 1) * 4), n.midi, 1 if n.hand == "right" else 2) for n in score.notes)


@pytest.mark.parametrize("maker", ["make_piece", "make_band_piece"])
@pytest.mark.parametrize("options", PIECES, ids=str)
def test_verovio_opens_it_without_a_warning_and_draws_every_accidental(
    request: pytest.FixtureRequest, maker: str, options: dict[str, object], capfd: pytest.CaptureFixture[str]
) -> None:
    verovio = pytest.importorskip("verovio", reason="verovio is not installed: pip install '.[test]'")
    text = musicxml.write(request.getfixturevalue(maker)(**options))
    verovio.enableLog(verovio.LOG_WARNING)
    toolkit = verovio.toolkit()
    assert toolkit.loadData(text)
    toolkit.setOptions({"breaks": "none", "adjustPageWidth": True})
    toolkit.redoLayout()
    drawn = re.findall(r'<g [^>]*class="accid"[^>]*>\s*<use', toolkit.renderToSVG(1))
    assert len(drawn) == text.count("<accidental>")
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")


@pytest.mark.parametrize("options", PIECES, ids=str)
def test_a_reader_of_the_page_hears_the_notes_of_the_piece(
    make_piece: Callable[..., Score], options: dict[str, object]
) -> None:
    straight = {name: value for name, value in options.items() if name not in {"swing", "jitter"}}
    heard = as_read(opened(make_piece(**options)))
    assert sorted((start, midi, staff) for start, _, midi, staff in heard) == played(make_piece(**straight))


@pytest.mark.parametrize("options", PIECES, ids=str)
def test_every_voice_fills_its_bar_and_every_value_is_its_duration(
    make_piece: Callable[..., Score], options: dict[str, object]
) -> None:
    root = opened(make_piece(**options))
    length = int(text_of(root, ".//time/beats")) * 48 // int(text_of(root, ".//time/beat-type"))
    for placed in measures(root):
        filled: Counter[str] = Counter()
        for _, node in placed:
            if node.tag not in {"note", "forward"} or node.find("chord") is not None:
                continue
            duration = int(text_of(node, "duration"))
            filled[text_of(node, "voice")] += duration
            value = node.findtext("type")
            if value is None:
                assert node.tag == "forward" or duration == length
                continue
            shown = LENGTHS[value] * (3 if node.find("dot") is not None else 2) // 2
            assert duration == (shown * 2 // 3 if node.find("time-modification") is not None else shown)
        assert {"1", "5"} <= set(filled)
        assert set(filled.values()) == {length}


def test_a_swung_piece_is_written_straight_and_says_so(make_piece: Callable[..., Score]) -> None:
    swung, straight = opened(make_piece(swing=2 / 3, jitter=0.02)), opened(make_piece())
    assert as_read(swung) == as_read(straight)
    assert [(node.text or "").strip() for node in swung.iter("words")] == ["Swing"]
    assert (swung.findtext(".//swing/first"), swung.findtext(".//swing/second")) == ("2", "1")
    assert straight.find(".//swing") is None
    assert not list(straight.iter("words"))


def in_c(*notes: Note, bars: int = 1, key: str = "C", chords: tuple[PlacedChord, ...] = ()) -> Score:
    return Score("In C", key, 100, "4/4", bars, (), chords, notes)


def test_triplets_are_three_in_the_time_of_two() -> None:
    root = opened(
        in_c(*(Note(2 + third / 3, 1 / 3, 72, 80, "right") for third in range(3)), Note(3, 1, 74, 80, "right"))
    )
    assert [start for start, *_ in as_read(root)] == [12, 16, 20, 24]
    three = [node for node in root.iter("note") if node.find("time-modification") is not None]
    assert [node.findtext("type") for node in three] == ["eighth"] * 3
    assert [mark.get("type") for mark in root.iter("tuplet")] == ["start", "stop"]


def test_a_note_over_the_bar_line_is_tied() -> None:
    root = opened(in_c(Note(4, 3, 66, 80, "right"), bars=2))
    assert as_read(root) == [(36, 36, 66, 1)]
    assert [tie.get("type") for tie in root.iter("tied")] == ["start", "stop"]
    assert [node.text for node in root.iter("accidental")] == ["sharp"]


def test_after_a_tie_over_the_bar_line_an_accidental_is_drawn_anew() -> None:
    root = opened(in_c(Note(4, 2, 66, 80, "right"), Note(6, 1, 66, 80, "right"), Note(7, 1, 65, 80, "right"), bars=2))
    assert [node.text for node in root.iter("accidental")] == ["sharp", "sharp", "natural"]
    root = opened(in_c(Note(4, 2, 66, 80, "right"), Note(6, 1, 65, 80, "right"), bars=2))
    assert [node.text for node in root.iter("accidental")] == ["sharp", "natural"]


def test_an_accidental_holds_for_its_bar_its_octave_and_its_staff_only() -> None:
    notes = [Note(1, 1, 66, 80, "right"), Note(2, 1, 66, 80, "right"), Note(3, 1, 78, 80, "right"),
             Note(1, 1, 54, 80, "left"), Note(4, 1, 65, 80, "right"), Note(5, 1, 66, 80, "right")]  # fmt: skip
    root = opened(in_c(*notes, bars=2))
    drawn = [(text_of(n, "staff"), text_of(n, "pitch/octave"), n.findtext("accidental")) for n in root.iter("note")
             if n.find("pitch") is not None]  # fmt: skip
    assert drawn == [
        ("1", "4", "sharp"), ("1", "4", None), ("1", "5", "sharp"), ("1", "4", "natural"), ("2", "3", "sharp"),
        ("1", "4", "sharp"),
    ]  # fmt: skip


def test_a_sustained_bass_under_moving_notes_is_a_second_voice() -> None:
    root = opened(in_c(Note(1, 4, 36, 80, "left"), *(Note(beat, 1, 52, 80, "left") for beat in (2, 3, 4))))
    assert as_read(root) == [(0, 48, 36, 2), (12, 12, 52, 2), (24, 12, 52, 2), (36, 12, 52, 2)]
    voices = {
        text_of(node, "pitch/octave"): text_of(node, "voice")
        for node in root.iter("note")
        if node.find("pitch") is not None
    }
    assert voices == {"2": "6", "3": "5"}


def test_five_keys_struck_together_are_one_chord() -> None:
    root = opened(in_c(*(Note(1, 4, midi, 80, "right") for midi in (60, 64, 67, 71, 74))))
    struck = [node for node in root.iter("note") if node.find("pitch") is not None]
    assert [node.find("chord") is not None for node in struck] == [False, True, True, True, True]


def test_notes_are_spelled_by_their_chord_and_else_by_the_key() -> None:
    chords = (PlacedChord(1, 1, 2, "Db7", "", ""), PlacedChord(1, 3, 2, "A7", "", ""))
    notes = (
        Note(1, 1, 61, 80, "right"),
        Note(2, 1, 66, 80, "right"),
        Note(3, 1, 61, 80, "right"),
        Note(4, 1, 70, 80, "right"),
    )
    root = opened(in_c(*notes, chords=chords))
    spelled = [text_of(n, "pitch/step") + {"1": "#", "-1": "b"}.get(n.findtext("pitch/alter") or "", "")
               for n in root.iter("note") if n.find("pitch") is not None]  # fmt: skip
    assert spelled == ["Db", "Gb", "C#", "Bb"]


def test_a_chord_symbol_keeps_root_kind_bass_and_text() -> None:
    chords = (
        PlacedChord(1, 1, 2, "Bbm7b5/E", "", ""),
        PlacedChord(1, 3.5, 2, "N.C.", "", ""),
        PlacedChord(2, 1, 4, "F#13(b9)", "", ""),
    )
    root = opened(in_c(Note(1, 8, 60, 80, "right"), bars=2, chords=chords))
    first, second, third = root.iter("harmony")
    assert [first.findtext(path) for path in ("root/root-step", "root/root-alter", "kind", "bass/bass-step")] == [
        "B", "-1", "half-diminished", "E",
    ]  # fmt: skip
    assert first.find("kind[@text='m7b5']") is not None
    assert (second.findtext("kind"), second.findtext("offset")) == ("none", "30")
    assert second.find("kind[@text='N.C.']") is not None
    assert [third.findtext(f"degree/degree-{part}") for part in ("value", "alter", "type")] == ["9", "-1", "alter"]


@pytest.mark.parametrize(
    ("symbol", "text", "degrees"),
    [
        ("Eb13(b9)", "13", "b9"), ("C69", "6", "9"), ("Cadd9", "", "add9"), ("C7#5#9", "7#5", "#9"), ("Cm7", "m7", ""),
        ("C7b9b13", "7", "b9b13"), ("C9sus4", "9sus4", ""), ("C7alt", "7alt", ""), ("C7no3", "7no3", ""),
        ("Fm11b5", "m11", "b5"), ("C13#11", "13", "#11"),
    ],
)  # fmt: skip
def test_the_text_of_the_kind_and_the_printed_degrees_say_the_chord_once(symbol: str, text: str, degrees: str) -> None:
    (harmony,) = opened(in_c(chords=(PlacedChord(1, 1, 4, symbol, "", ""),))).iter("harmony")
    kind = harmony.find("kind")
    assert kind is not None
    assert kind.get("text") == text
    printed = [
        ((type_.get("text") or "") if (type_ := degree.find("degree-type")) is not None else "")
        + {"-1": "b", "1": "#", "0": ""}[text_of(degree, "degree-alter")]
        + text_of(degree, "degree-value")
        for degree in harmony.iter("degree")
        if degree.get("print-object") != "no"
    ]
    assert "".join(printed) == degrees


def parts_of(score: Score) -> dict[str, ET.Element]:
    """The measures of each part as a document of its own, by the name of the part."""
    root = opened(score)
    names = {node.get("id"): text_of(node, "part-name") for node in root.iter("score-part")}
    return {names[part.get("id")]: part for part in root.findall("part")}


@pytest.mark.parametrize("meter", ["4/4", "3/4", "12/8", "5/4"])
def test_a_bass_is_one_line_written_an_octave_above_its_sound(
    make_band_piece: Callable[..., Score], meter: str
) -> None:
    score = make_band_piece(meter=meter, key="Gb", symbols="Gbmaj7 N.C. Cbm6 Db13")
    bass = parts_of(score)["Bass"]
    assert bass.findtext(".//clef/sign") == "F"
    assert bass.findtext(".//transpose/octave-change") == "-1"
    assert {node.text for node in bass.iter("voice")} == {"1"}
    length = int(meter.split("/")[0]) * 48 // int(meter.split("/")[1])
    begun = [
        (number * length + start, 12 * (int(text_of(node, "pitch/octave")) + 1)
         + NATURAL[text_of(node, "pitch/step")] + int(node.findtext("pitch/alter") or 0) - 12)
        for number, placed in enumerate(measures(bass)) for start, node in placed
        if node.find("pitch") is not None and "stop" not in {tie.get("type") for tie in node.findall("tie")}
    ]  # fmt: skip
    assert begun == [(round((n.start_beat - 1) * 12), n.midi) for n in score.tracks[0].notes]


@pytest.mark.parametrize("swing", [0.5, 2 / 3])
def test_a_drummer_reads_hands_above_and_feet_below(make_band_piece: Callable[..., Score], swing: float) -> None:
    score = make_band_piece(swing=swing)
    root = opened(score)
    drums = parts_of(score)["Drums"]
    assert drums.findtext(".//clef/sign") == "percussion"
    assert drums.find(".//key") is None
    keys = {
        node.get("id"): int(text_of(node, "midi-unpitched")) - 1
        for node in root.iter("midi-instrument")
        if node.find("midi-unpitched") is not None
    }
    struck = []
    for number, placed in enumerate(measures(drums)):
        for start, node in placed:
            instrument = node.find("instrument")
            if instrument is not None:
                struck.append((48 * number + start, keys[instrument.get("id")], text_of(node, "voice")))
    straight = [(time - swing + 0.5 if time % 1 > 0.4 else time, note.midi) for note in score.tracks[1].notes
                for time in [note.start_beat - 1]]  # fmt: skip
    assert sorted(struck) == sorted(
        (round(time * 12), midi, "2" if midi in {36, 44} else "1") for time, midi in straight
    )
    for placed in measures(drums):
        assert sum(int(text_of(n, "duration")) for _, n in placed if n.tag == "note" and n.find("chord") is None
                   and text_of(n, "voice") == "1") == 48  # fmt: skip


def test_a_player_who_plays_nothing_has_no_part(make_piece: Callable[..., Score]) -> None:
    silent = replace(make_piece(), tracks=(Track("bass", 32, ()), Track("drums", None, ())))
    assert musicxml.write(silent) == musicxml.write(make_piece())


def test_degrees_can_be_left_to_the_printed_text(make_piece: Callable[..., Score]) -> None:
    assert "<degree " in musicxml.write(make_piece())
    assert "<degree " not in musicxml.write(make_piece(), degrees=False)


def test_hostile_names_are_text_and_nothing_else() -> None:
    score = Score('</work-title><&"\x00\ud800', "C", 100, "4/4", 1, (Section("<b>&\x07", 1, 1),), (), ())
    root = opened(score)
    assert root.findtext("work/work-title") == '</work-title><&"'
    assert root.findtext(".//rehearsal") == "<b>&"


def test_tempo_is_counted_in_the_beat_of_the_meter(make_piece: Callable[..., Score]) -> None:
    compound = opened(make_piece(meter="6/8", tempo=90))
    assert compound.findtext(".//per-minute") == "60"
    assert compound.find(".//beat-unit-dot") is not None
    sound = compound.find(".//sound")
    assert sound is not None
    assert sound.get("tempo") == "90"
    assert opened(make_piece(tempo=72.5)).findtext(".//per-minute") == "72.5"


def test_the_last_bar_ends_the_piece_and_sections_are_set_off(make_piece: Callable[..., Score]) -> None:
    root = opened(make_piece(bars=8))
    styles = {
        bar.get("number"): bar.findtext("barline/bar-style")
        for bar in root.iter("measure")
        if bar.find("barline") is not None
    }
    assert styles == {"4": "light-light", "8": "light-heavy"}
    assert [mark.text for mark in root.iter("rehearsal")] == ["Verse", "Chorus"]
