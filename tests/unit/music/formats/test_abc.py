from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import mido
import pytest

from partimento.music.formats import abc
from partimento.music.key import Key
from partimento.music.score import Note, PlacedChord, Score, Section

NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
TOKEN = re.compile(
    r'"(?P<chord>[^"]*)"|\(3(?::2:(?P<count>\d))?|\[(?P<keys>[^]\d]+)\](?P<long>[\d/]*)(?P<tie>-?)'
    r"|(?P<key>[_^=]*[A-Ga-g][,']*)(?P<length>[\d/]*)(?P<tied>-?)|(?P<rest>[zxZ])(?P<gap>[\d/]*)|(?P<space>\s+)"
)
PIECES = [
    {},
    {"key": "Gb", "symbols": "Gbmaj7 Cbm6 Db13 Ebm7 Ab7 Fdim7"},
    {"key": "Cb", "symbols": "Cbmaj9 Fb6 Gb7 Abm7"},
    {"key": "D#m", "symbols": "D#m7 G#m9 A#7 N.C. Bmaj7 E#m7b5"},
    {"key": "F# dorian", "symbols": "F#m7 B13 F#m9 G#m7"},
    {"key": "Am", "meter": "6/8", "symbols": "Am7 E7#9 Fmaj7 Bm7b5", "bars": 7},
    {"key": "C", "meter": "3/4", "symbols": "C#dim7 Dm7 G7alt Cmaj7#11"},
    {"meter": "2/4", "bars": 1},
    {"bars": 64, "swing": 0.66, "jitter": 0.03},
    {"symbols": "N.C."},
]
Heard = tuple[Fraction, int]


def field(text: str, letter: str) -> str:
    found = re.search(rf"^{letter}:(.*)$", text, re.MULTILINE)
    assert found is not None, letter
    return found[1]


def eighths(written: str) -> Fraction:
    if written.startswith("/"):
        return Fraction(1, int(written[1:] or 2))
    return Fraction(written or 1)


def lines_of(text: str, voice: int) -> list[str]:
    """The bars of one voice, in order."""
    rows = re.findall(rf"^\[V:{voice}\] (.*)$", text, re.MULTILINE)
    return [bar.strip() for row in rows for bar in re.split(r"\|\||\|\]|\|", row)[:-1]]


def as_read(text: str, voice: int, all_octaves: bool) -> tuple[list[Heard], list[tuple[Fraction, str]]]:
    """What one reader hears in a voice: (start in eighths, MIDI) of notes that begin, and (start, symbol) of chords.

    Readers differ in whether an accidental holds for its own octave or for the letter in all octaves; neither lets it
    pass a bar line. Fails where a bar is not full.
    """
    usual = accidentals_of(field(text, "K"))
    beats, unit = map(int, field(text, "M").split("/"))
    length = Fraction(beats * 8, unit)
    notes: list[Heard] = []
    chords = []
    held: set[int] = set()
    for number, bar in enumerate(lines_of(text, voice)):
        now = number * length
        state: dict[object, int] = {}
        in_triplet, place = 0, 0
        while place < len(bar):
            token = TOKEN.match(bar, place)
            assert token is not None, bar[place:]
            place = token.end()
            if token["chord"] is not None:
                chords.append((now, token["chord"]))
            elif token[0].startswith("(3"):
                in_triplet = int(token["count"] or 3)
            elif token["rest"] == "Z":
                now += length
            elif token["space"] is None:
                size = eighths(token["long"] or token["length"] or token["gap"] or "")
                struck = set()
                for sign, letter, marks in re.findall(
                    r"([_^=]*)([A-Ga-g])([,']*)", token["keys"] or token["key"] or ""
                ):
                    step = letter.upper()
                    octave = 4 + letter.islower() + marks.count("'") - marks.count(",")
                    line = step if all_octaves else (step, octave)
                    if sign:
                        state[line] = sign.count("^") - sign.count("_")
                    struck.add(12 * (octave + 1) + NATURAL[step] + state.get(line, usual[step]))
                notes += [(now, midi) for midi in sorted(struck - held)]
                held = struck if token["tie"] or token["tied"] else set()
                now += size * Fraction(2, 3) if in_triplet else size
                in_triplet = max(0, in_triplet - 1)
        assert now == (number + 1) * length, f"bar {number + 1} of voice {voice} is not full: {bar}"
    return notes, chords


def accidentals_of(key: str) -> dict[str, int]:
    fifths = Key.parse(re.sub(r"dor$", " dorian", key)).signature
    return {step: 1 if nth < fifths else -1 if nth >= 7 + fifths else 0 for nth, step in enumerate("FCGDAEB")}


def played(score: Score) -> list[Heard]:
    return sorted((Fraction(round((n.start_beat - 1) * 4), 2), n.midi) for n in score.notes)


def voices_of(text: str) -> list[int]:
    return sorted({int(voice) for voice in re.findall(r"^V:(\d)", text, re.MULTILINE)})


@pytest.mark.parametrize("all_octaves", [False, True], ids=["own octave", "all octaves"])
@pytest.mark.parametrize("options", PIECES, ids=str)
def test_every_reader_of_the_bar_rule_hears_the_notes_of_the_piece(
    make_piece: Callable[..., Score], options: dict[str, object], all_octaves: bool
) -> None:
    straight = {name: value for name, value in options.items() if name not in {"swing", "jitter"}}
    text = abc.write(make_piece(**options))
    heard = [note for voice in voices_of(text) for note in as_read(text, voice, all_octaves)[0]]
    assert sorted(heard) == played(make_piece(**straight))


@pytest.mark.parametrize("options", PIECES, ids=str)
def test_every_chord_symbol_stands_in_its_place(make_piece: Callable[..., Score], options: dict[str, object]) -> None:
    score = make_piece(**options)
    beats, unit = map(int, score.meter.split("/"))
    assert as_read(abc.write(score), 1, True)[1] == [
        (Fraction((chord.bar - 1) * beats * 8, unit), chord.symbol) for chord in score.chords
    ]


def in_c(*notes: Note, bars: int = 1, title: str = "In C", chords: tuple[PlacedChord, ...] = ()) -> Score:
    return Score(title, "C", 100, "4/4", bars, (), chords, notes)


def test_a_chord_symbol_under_a_held_note_divides_it_with_a_tie() -> None:
    chords = (PlacedChord(1, 1, 2, "Am7", "", ""), PlacedChord(1, 3, 2, "D7", "", ""))
    text = abc.write(in_c(Note(1, 4, 60, 80, "right"), chords=chords))
    assert lines_of(text, 1) == ['"Am7"C4- "D7"C4']
    assert lines_of(abc.write(in_c(chords=chords)), 1) == ['"Am7"z4 "D7"z4']


def test_octaves_have_their_marks() -> None:
    notes = (Note(1 + nth, 1, midi, 80, "right") for nth, midi in enumerate((60, 72, 84, 48)))
    assert lines_of(abc.write(in_c(*notes)), 1) == ["C2 c2 c'2 C,2"]


def test_an_accidental_is_taken_back_in_every_octave_and_written_again_after_a_tie() -> None:
    notes = (Note(1, 1, 66, 80, "right"), Note(2, 1, 77, 80, "right"), Note(4, 2, 66, 80, "right"))
    assert lines_of(abc.write(in_c(*notes, bars=2)), 1) == ["^F2 =f2 z2 ^F2-", "^F2 z2 z4"]


def test_triplets_are_marked() -> None:
    notes = [Note(1 + third / 3, 1 / 3, 72, 80, "right") for third in range(3)]
    uneven = [Note(3, 2 / 3, 72, 80, "right"), Note(3 + 2 / 3, 1 / 3, 74, 80, "right")]
    assert lines_of(abc.write(in_c(*notes, *uneven)), 1) == ["(3ccc z2 (3:2:2c2 d z2"]


def test_a_second_voice_joins_the_staff_of_its_hand() -> None:
    text = abc.write(in_c(Note(1, 4, 36, 80, "left"), Note(2, 1, 52, 80, "left"), Note(3, 2, 55, 80, "left")))
    assert "%%score {1 | (2 4)}" in text
    assert (lines_of(text, 2), lines_of(text, 4)) == (["z2 E,2 G,4"], ["C,,8"])
    assert "%%score {1 | 2}" in abc.write(in_c(Note(1, 4, 36, 80, "left")))


def test_the_header_tells_the_frame(make_piece: Callable[..., Score]) -> None:
    text = abc.write(make_piece(key="D#m", meter="6/8", tempo=90, title="Two\nlines"))
    assert text.startswith("%abc-2.1\nX:1\nT:Two lines\nM:6/8\nL:1/8\nQ:3/8=60\n")
    assert re.findall(r"^V:.*$", text, re.MULTILINE) == ["V:1 clef=treble", "V:2 clef=bass"]
    assert field(text, "K") == "D#m"
    assert field(abc.write(make_piece(swing=2 / 3)), "Q") == '"Swing" 1/4=72'
    assert field(abc.write(make_piece(key="F# dorian")), "K") == "F#dor"


def test_sections_begin_a_line_of_their_own(make_piece: Callable[..., Score]) -> None:
    text = abc.write(make_piece(bars=10))
    body = text[text.index("K:") :].splitlines()[1:]
    assert [line[:2] for line in body if not line.startswith("[V:2]")] == ["P:", "[V", "[V", "P:", "[V", "[V"]
    assert [line for line in body if line.startswith("P:")] == ["P:Verse", "P:Chorus"]
    assert text.rstrip().endswith("|]")


def test_a_hostile_title_stays_in_its_line() -> None:
    text = abc.write(in_c(title="100% \\o/ & <b>\nK:Gb\x00", chords=()))
    assert field(text, "T") == "100\\% \\\\o/ & <b> K:Gb"
    assert field(text, "K") == "C"
    section = Score("T", "C", 100, "4/4", 1, (Section("A\n[V:1] c8", 1, 1),), (), ())
    assert field(abc.write(section), "P") == "A [V:1] c8"


@pytest.mark.external
@pytest.mark.parametrize("options", PIECES, ids=str)
def test_abc2midi_hears_the_notes_of_the_piece_and_no_chords_of_its_own(
    make_piece: Callable[..., Score], options: dict[str, object], tmp_path: Path
) -> None:
    program = shutil.which("abc2midi")
    if program is None:
        pytest.skip("abc2midi is not installed")
    straight = {name: value for name, value in options.items() if name not in {"swing", "jitter"}}
    (tmp_path / "piece.abc").write_text(abc.write(make_piece(**options)), encoding="utf-8")
    subprocess.run([program, "piece.abc", "-o", "piece.mid"], cwd=tmp_path, check=True, capture_output=True)
    file = mido.MidiFile(tmp_path / "piece.mid")
    heard = []
    for track in file.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity:
                heard.append((Fraction(round(now * 4 / file.ticks_per_beat), 2), message.note))
    assert sorted(heard) == played(make_piece(**straight))
