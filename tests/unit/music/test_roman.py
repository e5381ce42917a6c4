from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import KeySyntaxError, NumeralSyntaxError
from partimento.music.chord import Chord, chord_on
from partimento.music.chord_grammar import read_suffix
from partimento.music.figured import realize_numeral
from partimento.music.key import MODES, Key
from partimento.music.naming import name_numeral
from partimento.music.roman import chord_of, degree, numeral


def numerals(symbols: str, key: str) -> str:
    chords = [Chord.parse(symbol) for symbol in symbols.split()]
    after = [*chords[1:], None]
    return " ".join(numeral(chord, Key.parse(key), following) for chord, following in zip(chords, after, strict=True))


@pytest.mark.parametrize(
    ("key", "symbols", "expected"),
    [
        ("C", "Cmaj7 A7 Dm7 G7", "Imaj7 V7/ii ii7 V7"),
        ("C", "C C7 F F#dim7 C/G G7sus4 C6", "I V7/IV IV #ivo7 I/5 V7sus4 I6"),
        ("C", "Em7b5 A7 Dm7 Gm7 C7 Fmaj7", "iiø7/ii V7/ii ii7 ii7/IV V7/IV IVmaj7"),
        ("C", "Fm7 Bb7 Cmaj7 Db7 C Ab7 G7", "iv7 bVII7 Imaj7 bII7 I bVI7 V7"),
        ("C", "C7 F7 C7 G7 F7 C7", "I7 IV7 I7 V7 IV7 I7"),
        ("C", "D7 Dm7 G7", "II7 ii7 V7"),
        ("Am", "Am F C G E7 G#dim7 A7 Dm Bm7b5 F#m7b5", "i bVI bIII bVII V7 viio7 V7/iv iv iiø7 viø7"),
        ("Ab", "Abmaj7 Bbm7 Eb7 Ab/C Dbm6 N.C.", "Imaj7 ii7 V7 I/3 iv6 N.C."),
        ("Eb", "B Bb7 Eb", "bVI V7 I"),
    ],
)
def test_a_lead_sheet_reads_as_numerals(key: str, symbols: str, expected: str) -> None:
    assert numerals(symbols, key) == expected


@pytest.mark.parametrize(
    ("key", "text", "symbol"),
    [
        ("C", "ii7", "Dm7"),
        ("Db", "V7alt", "Ab7alt"),
        ("C", "Imaj9", "Cmaj9"),
        ("Ab", "bIImaj7", "Bbbmaj7"),
        ("C", "V9sus4", "G9sus4"),
        ("C", "IV/5", "F/G"),
        ("Ab", "IV", "Db"),
        ("C", "V7/ii", "A7"),
        ("C", "I6/9", "C69"),
        ("Cm", "VI", "Ab"),
        ("Cm", "bVI", "Ab"),
        ("Cm", "viio7", "Bdim7"),
        ("C", "iiø7/iii", "F#m7b5"),
        ("C", "viio7/V", "F#dim7"),
        ("C", "V7/V/ii", "E7"),
        ("C", "V+", "Gaug"),
        ("C", "♭VIIΔ", "Bbmaj7"),
        ("D dorian", "bVII", "C"),
        ("C", "N.C.", "N.C."),
        ("Cm", "iiø7", "Dm7b5"),
        ("Cm", "V7b9/V", "D7b9"),
        ("C", "iisus4", "Dsus4"),
        ("C", "im(maj7)", "Cm(maj7)"),
    ],
)
def test_a_numeral_in_a_key_is_a_properly_spelled_chord(key: str, text: str, symbol: str) -> None:
    assert chord_of(text, Key.parse(key)).symbol == symbol


SUFFIXES = [
    "",
    "m",
    "7",
    "maj7",
    "m7",
    "m7b5",
    "dim",
    "dim7",
    "aug",
    "7#5",
    "6",
    "m6",
    "69",
    "m(maj7)",
    "sus4",
    "7sus4",
    "9",
    "m9",
    "13",
    "7alt",
    "7#9b13",
    "maj7#11",
    "m11",
    "add9",
    "madd9",
    "5",
    "mb6",
    "dim(maj7)",
    "m9b5",
    "(b5)",
    "7b5",
    "dim7addb13",
]
shapes = st.sampled_from(SUFFIXES).map(read_suffix)
keys = st.builds(Key, st.integers(-7, 7), st.sampled_from(MODES))


@given(keys, st.integers(-8, 10), shapes, st.none() | st.integers(-6, 6), st.integers(-2, 3), shapes)
def test_a_chord_named_and_read_again_is_the_same_chord(
    key: Key, above: int, shape: object, bass: int | None, step: int, next_shape: object
) -> None:
    root = key.tonic + above
    chord = chord_on(root, shape, None if bass is None else root + bass)
    for following in (None, chord_on(root - 1, next_shape), chord_on(root + step, next_shape)):
        again = chord_of(numeral(chord, key, following), key)
        assert (again.root, again.bass, again.degrees) == (chord.root, chord.bass, chord.degrees)


@pytest.mark.parametrize(
    ("symbol", "key", "figures", "expected"),
    [
        ("Eb:maj/3", "C", False, "bIII"),
        ("Eb:maj/3", "C", True, "bIII6"),
        ("D:min7/b3", "C", True, "ii65"),
        ("F", "Am", False, "bVI"),
        ("G7/F", "C", True, "V2"),
        ("Bm7b5", "C", True, "viiø7"),
        ("B", "Eb", False, "bVI"),
        ("C#", "C", False, "#I"),
        ("Db", "C", False, "bII"),
        ("C#m", "Cm", False, "bii"),
        ("Fb", "F", False, "bI"),
        ("N.C.", "C", False, "N.C."),
        ("C/G", "C", True, "I64"),
        ("Cmaj7", "C", True, "IM7"),
        ("C/D", "C", True, "I"),
        ("Gaug/B", "C", True, "V+6"),
    ],
)
def test_a_chord_stands_on_a_degree_of_the_key(symbol: str, key: str, figures: bool, expected: str) -> None:
    assert degree(symbol, key, figures) == expected


@pytest.mark.parametrize(
    ("text", "key", "notes"),
    [
        ("V65/V", "C", "F# A C D"),
        ("ii6/5", "C", "F A C D"),
        ("viio7/vi", "C", "G# B D F"),
        ("#viio43", "c", "F Ab B D"),
        ("viio7", "Am", "G# B D F"),
        ("vii%7", "C", "B D F A"),
        ("vii/o7/V", "C", "F# A C E"),
        ("Ger6", "a", "F A C D#"),
        ("Ger65", "C", "Ab C Eb F#"),
        ("It6", "Eb", "Cb Eb A"),
        ("Fr43", "c", "Ab C D F#"),
        ("bII6", "d", "G Bb Eb"),
        ("N6", "C", "F Ab Db"),
        ("Cad64", "C", "G C E"),
        ("IVM7", "A", "D F# A C#"),
        ("III+", "c", "Eb G B"),
        ("V+65/IV", "Eb", "G B Db Eb"),
        ("VI", "c", "Ab C Eb"),
        ("V7/V/ii", "C", "E G# B D"),
        ("V[no5]", "C", "G B"),
        ("V7[b9]", "C", "G Ab B D F"),
        ("V54", "C", "G C D"),
        ("#vi%7", "b", "G# B D F#"),
    ],
)
def test_a_figured_numeral_is_its_notes_from_the_bass_up(text: str, key: str, notes: str) -> None:
    realized = realize_numeral(text, key)
    assert realized.notes == tuple(notes.split())
    assert realized.bass == realized.notes[0]


@pytest.mark.parametrize(
    ("text", "key", "notes"),
    [
        ("V(64)", "C", "G C E"),
        ("V7(4)", "D", "A D E G"),
        ("I(94)", "D", "D G A"),
        ("ii6(2)", "C", "F A E"),
        ("I(#2)", "C", "C D# G"),
        ("I(9)", "C", "C E G"),
        ("ii6(#7)", "C", "F A C#"),
        ("V(b64)", "F", "C F Ab"),
        ("I6(7)", "C", "E G B"),
        ("i(+7)", "c", "C Eb G"),
    ],
)
def test_bracketed_suspensions_stand_for_the_tones_they_delay(text: str, key: str, notes: str) -> None:
    assert realize_numeral(text, key).notes == tuple(notes.split())


@pytest.mark.parametrize("text", ["", "VIII", "ii8x", "V65/", "V/", "V/Q", "foo", "I(x)", "V7[zz]", "Ger99", "V2/"])
def test_what_is_no_numeral_is_refused(text: str) -> None:
    if text in ("V65/", "V/", "V2/"):
        assert realize_numeral(text, "C") == realize_numeral(text.rstrip("/"), "C")
        return
    with pytest.raises(NumeralSyntaxError, match="cannot read"):
        realize_numeral(text, "C")


@pytest.mark.parametrize("text", ["", "VIII", "iixyz", "V7/9", "V7/ii/2/3", "Cmaj7", "IV/8"])
def test_what_is_no_lead_sheet_numeral_is_refused(text: str) -> None:
    with pytest.raises(NumeralSyntaxError, match="cannot read"):
        chord_of(text, Key.parse("C"))


def test_a_numeral_in_no_key_is_refused() -> None:
    with pytest.raises(KeySyntaxError):
        realize_numeral("V7", "H")


@pytest.mark.parametrize(
    ("notes", "bass", "key", "expected"),
    [
        ("D F A C", "D", "C", "ii7"),
        ("F# A C D", "F#", "C", "V65/V"),
        ("A C# E", "A", "C", "V/ii"),
        ("G# B D F", "G#", "a", "#viio7"),
        ("C# E G Bb", "C#", "C", "#viio7/ii"),
        ("Ab C Eb F#", "Ab", "C", "Ger6"),
        ("Db F B", "Db", "Eb", "It6/ii"),
        ("F A C D#", "F", "a", "Ger6"),
        ("Db F Ab", "F", "C", "bII6"),
        ("C E G", "G", "C", "I64"),
        ("F Ab C", "F", "C", "iv"),
        ("C E G#", "E", "C", "V+6/IV"),
        ("Eb G B", "Eb", "c", "III+"),
        ("B D F A", "B", "C", "vii%7"),
        ("F A C E", "F", "C", "IVM7"),
        ("G B", "G", "C", "V"),
        ("A C# E", "C#", "a", "V6/iv"),
        ("G B F", "G", "C", "V7"),
    ],
)
def test_notes_in_a_key_have_a_numeral(notes: str, bass: str, key: str, expected: str) -> None:
    assert name_numeral(notes.split(), bass=bass, key=key) == expected


@pytest.mark.parametrize(
    "text", ["I", "ii65", "V43", "viio6", "V65/V", "V7/ii", "IVM7", "vi7", "iii6", "#viio43/ii", "bVI", "Ger6", "V2"]
)
@pytest.mark.parametrize("key", ["C", "Ab", "E", "F#", "Db"])
def test_a_numeral_realised_and_named_again_is_the_same_numeral(text: str, key: str) -> None:
    realized = realize_numeral(text, key)
    assert name_numeral(realized.notes, realized.bass, key) == text


def test_notes_that_stack_to_no_chord_are_refused() -> None:
    with pytest.raises(NumeralSyntaxError, match="stack to no chord"):
        name_numeral(["C", "D", "E"], bass="C", key="C")


def test_the_root_may_be_told_where_notes_leave_it_open() -> None:
    assert name_numeral(["C", "E", "G"], "C", "C", root="C") == "I"
