from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import ChordSyntaxError, PitchSyntaxError
from partimento.music.chord import Chord, chord_on
from partimento.music.chord_grammar import read_suffix
from partimento.music.chord_shape import DEGREES, shape_of
from partimento.music.pitch import fifths, name, pitch_class

ROOT = Path(__file__).parents[3]
POLICY = (ROOT / "docs" / "reference" / "chord-symbols.md").read_text(encoding="utf-8")
CLASSES = (ROOT / "tests" / "data" / "billboard_chord_classes.tsv").read_text(encoding="utf-8").splitlines()


def policy_rows() -> list[tuple[str, str, str]]:
    rows = re.findall(r"^\| (C.+?) \| (\S+) \| ([b#\d ]+) \|$", POLICY, re.MULTILINE)
    assert len(rows) > 40
    return [
        (word, canonical, degrees) for words, canonical, degrees in rows for word in re.split(r", (?![^(]*\))", words)
    ]


@pytest.mark.parametrize(("written", "canonical", "degrees"), policy_rows())
def test_a_symbol_of_the_policy_reads_as_the_policy_says(written: str, canonical: str, degrees: str) -> None:
    chord = Chord.parse(written)
    assert chord.symbol == canonical
    assert chord.degrees == tuple(degrees.split())


@pytest.mark.parametrize("line", CLASSES[1:])
def test_a_chord_of_the_billboard_corpus_has_the_class_its_annotators_gave(line: str) -> None:
    suffix, quality = line.split("\t")
    for root in ("C", "Bb", "F#"):
        chord = Chord.parse(root + suffix)
        assert (chord.root, chord.quality) == (pitch_class(fifths(root)), quality)


@pytest.mark.parametrize(
    ("symbol", "tones"),
    [
        ("C7(b9,#11)", {0, 4, 7, 10, 1, 6}),
        ("F♯m7", {6, 9, 1, 4}),
        ("B♭Δ7", {10, 2, 5, 9}),
        ("C13", {0, 4, 7, 10, 2, 9}),
        ("C7alt", {0, 4, 10, 1, 3, 6, 8}),
        ("N.C.", set()),
        ("C-7", {0, 3, 7, 10}),
        ("Db°7", {1, 4, 7, 10}),
    ],
)
def test_a_chord_sounds_its_pitch_classes(symbol: str, tones: set[int]) -> None:
    assert Chord.parse(symbol).pitch_classes == tones


@pytest.mark.parametrize(
    ("symbol", "bass", "printed"),
    [
        ("C/E", 4, "C/E"),
        ("C7/Bb", 10, "C7/Bb"),
        ("C:maj/3", 4, "C/E"),
        ("C:7/b7", 10, "C7/Bb"),
        ("Eb/F", 5, "Eb/F"),
        ("C6/9/E", 4, "C69/E"),
        ("A:min/b3", 0, "Am/C"),
        ("C/C", 0, "C"),
        ("F#:maj/3", 10, "F#/A#"),
    ],
)
def test_a_slash_chord_keeps_its_bass(symbol: str, bass: int, printed: str) -> None:
    chord = Chord.parse(symbol)
    assert chord.bass == bass
    assert bass in chord.pitch_classes
    assert chord.symbol == printed


def test_no_chord_has_no_root_no_bass_and_no_tones() -> None:
    for symbol in ("N.C.", "NC", "N", " N.C. "):
        chord = Chord.parse(symbol)
        assert chord.is_no_chord
        assert (chord.root, chord.bass, chord.quality, chord.notes) == (None, None, None, ())
        assert chord.symbol == "N.C."
        assert chord.transposed(3) is chord


def test_two_spellings_of_one_chord_are_equal() -> None:
    assert len({Chord.parse(symbol) for symbol in ("CΔ", "C^7", "Cmaj7", "CM7", "C:maj7", "C maj7")}) == 1


@pytest.mark.parametrize(
    ("symbol", "column", "mend"),
    [
        ("Chello", 3, "root"),
        ("Cmaj7xyz", 6, "root"),
        ("H7", 1, "German H"),
        ("am7", 1, "'Am7'"),
        ("C|D", 2, "one chord"),
        ("C7(b9", 6, "close"),
        ("C7)", 3, "never opened"),
        ("C(7)", 3, "either"),
        ("Cm(7)", 4, "either"),
        ("Cm5", 3, "either"),
        ("C-5", 3, "either"),
        ("Cm7alt", 4, "dominant"),
        ("Csusb9", 5, "add"),
        ("Abb9", 2, "Ab(b9)"),
        ("", 1, "N.C."),
        ("%", 1, "N.C."),
        ("C/e", 2, "upper case"),
        ("C/H", 2, "upper case"),
        ("Cmaj7 A7", 7, "root"),
        ("Cmsus4", 3, "third"),
        ("C7b4", 3, "b4"),
        ("C7maj7", 3, "once"),
        ("  Chello", 5, "root"),
        ("Add9", 2, "root"),
        ("Es", 2, "root"),
        ("C:maj(*1)", 7, "root"),
        ("C7(b9(#11))", 6, "brackets"),
        ("C9b", 3, "root"),
        ("Cdom", 5, "number"),
        ("C:maj/99", 6, "upper case"),
        ("C/3", 2, "upper case"),
        ("C" + "(b9)" * 40, 1, "root"),
    ],
)
def test_nonsense_is_refused_with_its_column_and_a_mend(symbol: str, column: int, mend: str) -> None:
    with pytest.raises(ChordSyntaxError) as refusal:
        Chord.parse(symbol)
    assert refusal.value.symbol == symbol
    assert refusal.value.column == column
    assert mend in refusal.value.mend


@given(st.text(alphabet="ABCDEFGHm#b-+79135(),/ausdimjo°øΔ^ ♭♯:*nN.lt", max_size=12))
def test_any_text_is_a_chord_that_prints_back_or_is_refused(text: str) -> None:
    try:
        chord = Chord.parse(text)
    except ChordSyntaxError as error:
        refusal = error
    else:
        assert Chord.parse(chord.symbol) == chord
        return
    assert 1 <= refusal.column <= len(text) + 1


@given(st.sets(st.sampled_from(sorted(DEGREES))))
def test_every_shape_prints_a_suffix_that_reads_back(labels: set[str]) -> None:
    shape = shape_of(labels)
    assert read_suffix(shape.suffix) == shape


roots = st.integers(-6, 8)
shapes = st.sampled_from(
    ["", "m", "7", "maj7", "m7b5", "dim7", "7alt", "13b9", "sus4", "add9", "69", "m(maj7)", "aug", "5", "mb6"]
).map(read_suffix)


@given(roots, shapes, st.integers(-5, 6), st.integers(-4, 4))
def test_a_chord_moved_there_and_back_is_the_same_chord(root: int, shape: object, bass: int, move: int) -> None:
    chord = chord_on(root, shape, root + bass)
    assert chord.transposed(move).transposed(-move) == chord
    assert chord.transposed(move).pitch_classes == {(pc + 7 * move) % 12 for pc in chord.pitch_classes}


@given(st.integers(-15, 19), st.sets(st.sampled_from(sorted(DEGREES))), st.integers(-8, 8), st.integers(-24, 24))
def test_a_moved_chord_prints_a_symbol_that_reads_back(root: int, labels: set[str], bass: int, move: int) -> None:
    for chord in (chord_on(root, shape_of(labels)), chord_on(root, shape_of(labels), root + bass)):
        moved = chord.transposed(move)
        assert Chord.parse(moved.symbol) == moved
        assert moved.pitch_classes == {(pc + 7 * move) % 12 for pc in chord.pitch_classes}


def test_a_double_flat_before_a_number_is_parted_from_it_by_a_colon() -> None:
    assert Chord.parse("Bb13").transposed(-7).symbol == "Bbb:13"
    assert Chord.parse("Bb7").transposed(-7).symbol == "Bbb7"
    assert Chord.parse("Bbb:13").transposed(-7).symbol == "Ab13"


def test_a_chord_spells_its_notes_in_stacking_order() -> None:
    assert Chord.parse("C13").notes == ("C", "E", "G", "Bb", "D", "A")
    assert Chord.parse("Ebm7b5").notes == ("Eb", "Gb", "Bbb", "Db")
    assert Chord.parse("C13").intervals == (0, 4, 7, 10, 14, 21)


def test_a_respelled_chord_sounds_the_same_on_another_name() -> None:
    chord = Chord.parse("C#7/E#")
    twin = chord.respelled(fifths("Db"))
    assert twin.symbol == "Db7/F"
    assert twin.pitch_classes == chord.pitch_classes
    with pytest.raises(PitchSyntaxError):
        chord.respelled(fifths("D"))


@pytest.mark.parametrize(
    ("symbol", "third", "seventh"),
    [
        ("C7", 4, 10),
        ("Cm7", 3, 10),
        ("Cmaj9", 4, 11),
        ("Cdim7", 3, 9),
        ("C6", 4, None),
        ("C7sus4", None, 10),
        ("C5", None, None),
    ],
)
def test_third_and_seventh_are_told_and_a_sixth_is_no_seventh(
    symbol: str, third: int | None, seventh: int | None
) -> None:
    chord = Chord.parse(symbol)
    assert (chord.third, chord.seventh) == (third, seventh)


def test_the_root_of_every_name_is_read() -> None:
    for place in range(-14, 20):
        assert Chord.parse(name(place) + "maj7").root_fifths == place
