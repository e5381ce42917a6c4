from __future__ import annotations

import pytest

from partimento.core.errors import BadInput, ChordSyntaxError, KeySyntaxError
from partimento.music.analysis import analyze, function_of
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.key_finding import find_key


def functions(symbols: str, key: str) -> list[str]:
    return [chord.function for chord in analyze(symbols.split(), key).chords]


def facts(symbols: str, key: str) -> list[list[tuple[str, str]]]:
    return [[(fact.kind, fact.about) for fact in chord.facts] for chord in analyze(symbols.split(), key).chords]


def test_a_turnaround_is_read_chord_by_chord() -> None:
    analysis = analyze(["Cmaj7", "A7", "Dm7", "G7"], key="C")
    assert (analysis.key, analysis.key_given) == ("C", True)
    assert [chord.numeral for chord in analysis.chords] == ["Imaj7", "V7/ii", "ii7", "V7"]
    assert [chord.function for chord in analysis.chords] == ["tonic", "applied dominant", "subdominant", "dominant"]
    assert analysis.chords[1].sentence == "A7 is V7 of ii: it pulls to Dm7."


def test_without_a_key_the_key_is_found() -> None:
    analysis = analyze(["Dm7", "G7", "Cmaj7"])
    assert (analysis.key, analysis.key_given) == ("C", False)


def test_one_string_of_chords_is_read_as_its_chords() -> None:
    assert analyze("| Dm7 G7 | Cmaj7 |").chords == analyze(["Dm7", "G7", "Cmaj7"]).chords
    assert analyze("Dm7 G7 Cmaj7") == analyze(["Dm7", "G7", "Cmaj7"])


@pytest.mark.parametrize(
    ("key", "symbols", "expected"),
    [
        ("C", "Cmaj7 Em7 Am7", ["tonic"] * 3),
        ("C", "Dm7 Db7 Cmaj7", ["subdominant", "substitute dominant", "tonic"]),
        ("C", "Fm7 Bb7 C", ["borrowed", "borrowed", "tonic"]),
        ("C", "F F#dim7 C/G", ["subdominant", "passing", "tonic"]),
        ("C", "Em7b5 A7 Dm7", ["subdominant", "applied dominant", "subdominant"]),
        ("C", "C7 F7 C7", ["tonic", "subdominant", "tonic"]),
        ("C", "C F#maj7 G7alt N.C.", ["tonic", "chromatic", "dominant", "none"]),
        ("Am", "Am Dm E7 G#dim7 Am6", ["tonic", "subdominant", "dominant", "dominant", "tonic"]),
        ("Am", "A D7 Bb", ["borrowed"] * 3),
        ("Ab", "Dbm6 Fb Gb7", ["borrowed"] * 3),
    ],
)
def test_every_chord_has_its_function(key: str, symbols: str, expected: list[str]) -> None:
    assert functions(symbols, key) == expected


def test_the_function_of_a_dominant_depends_on_what_follows() -> None:
    key, dominant = Key.parse("C"), Chord.parse("Ab7")
    assert function_of(dominant, key, Chord.parse("G7")) == "substitute dominant"
    assert function_of(dominant, key, Chord.parse("Db")) == "applied dominant"
    assert function_of(dominant, key, Chord.parse("Am")) != "substitute dominant"


@pytest.mark.parametrize(
    ("key", "symbols", "place", "fact"),
    [
        ("C", "Em7b5 A7 Dm7", 0, ("applied two-five", "ii")),
        ("C", "Em7b5 A7 Dm7", 1, ("applied dominant", "ii")),
        ("C", "Dm7 G7 C", 0, ("two-five", "G7")),
        ("C", "Dm7 G7 C", 1, ("authentic cadence", "C")),
        ("C", "G7 Am", 0, ("deceptive cadence", "Am")),
        ("C", "F C", 0, ("plagal cadence", "C")),
        ("C", "C G", 1, ("half cadence", "G")),
        ("C", "Db7 C", 0, ("tritone substitute", "G7")),
        ("C", "Bb7 C", 0, ("backdoor", "C")),
        ("C", "Fm C", 0, ("borrowed", "Cm")),
        ("Am", "Bb Am", 0, ("borrowed", "A phrygian")),
        ("C", "C#dim7 Dm", 0, ("leading-tone diminished", "Dm")),
        ("C", "C Dm", 0, None),
        ("C", "C C#dim7 Dm7", 1, ("passing diminished", "C to Dm7")),
        ("C", "C/E F", 0, ("bass", "E")),
    ],
)
def test_what_is_so_about_a_chord_is_told(key: str, symbols: str, place: int, fact: tuple[str, str] | None) -> None:
    found = facts(symbols, key)[place]
    assert fact in found if fact is not None else not found


@pytest.mark.parametrize(
    ("symbols", "place", "words"),
    [
        ("Dm7 Db7 Cmaj7", 1, "the tritone substitute of G7: it slides down a semitone to Cmaj7"),
        ("Fm6 C", 0, "borrowed from C minor"),
        ("Bb7 C", 0, "backdoor dominant: it comes home to C"),
        ("Gm7 C7 F", 0, "with C7 it makes a two-five to F"),
        ("G7 Am", 0, "goes to Am instead"),
        ("C", 0, "the tonic: home"),
        ("Am", 0, "stand in for home"),
        ("N.C.", 0, "No chord sounds here."),
        ("F#maj7 C", 0, "outside C major"),
    ],
)
def test_every_chord_has_a_sentence_for_a_learner(symbols: str, place: int, words: str) -> None:
    assert words in analyze(symbols.split(), "C").chords[place].sentence


def test_an_unreadable_chord_in_the_middle_is_named() -> None:
    with pytest.raises(ChordSyntaxError) as refusal:
        analyze(["Cmaj7", "Foo", "G7"], key="C")
    assert (refusal.value.symbol, refusal.value.column) == ("Foo", 3)


def test_an_unknown_key_and_an_empty_progression_are_refused() -> None:
    with pytest.raises(KeySyntaxError):
        analyze(["C"], key="X")
    with pytest.raises(BadInput):
        analyze(["N.C."])
    assert analyze([], key="C").chords == ()


@pytest.mark.parametrize(
    ("symbols", "key"),
    [
        ("Dm7 G7 Cmaj7", "C"),
        ("Am Dm E7 Am", "Am"),
        ("Gb Cb Db7 Gb", "Gb"),
        ("F# B C#7 F#", "F#"),
        ("C", "C"),
        ("Em7b5 A7b9 Dm", "Dm"),
        ("Bbm7 Eb7 Abmaj7", "Ab"),
        ("C#m7 F#7 B", "B"),
        ("Am F C G", "C"),
        ("G#m C#m D#7 G#m", "G#m"),
        ("C7 F7 C7 G7 F7 C7", "C"),
    ],
)
def test_the_key_is_found_from_the_chords_and_spelled_like_them(symbols: str, key: str) -> None:
    assert find_key(symbols.split()) == key


# key | chords | place | facts of that chord, each "kind: what it points to"
TEXTBOOK = """
C | A7 Dm7 | 0 | applied dominant: ii
C | B7 Em | 0 | applied dominant: iii
C | C7 F | 0 | applied dominant: IV; blue seventh absent
C | D7 G7 | 0 | applied dominant: V
C | E7 Am | 0 | applied dominant: vi
C | A7 D7 G7 C | 0 | extended dominant: D7; applied dominant: II
C | E7 A7 D7 G7 C | 0 | extended dominant: A7; applied dominant: VI
C | E7 A7 D7 G7 C | 2 | applied dominant: V
C | Em7b5 A7 Dm7 | 0 | applied two-five: ii
C | F#m7 B7 Em7 | 0 | applied two-five: iii
C | Gm7 C7 F | 0 | applied two-five: IV
C | Bm7b5 E7 Am | 0 | related two-five: E7
C | Em7 A7 Dm7 | 0 | related two-five: A7
C | Fm7 Bb7 C | 0 | backdoor two-five: Bb7; borrowed: Cm
C | Fm7 Bb7 C | 1 | backdoor: C; borrowed: Cm
C | Abm7 Db7 C | 0 | substitute two-five: Db7
C | Dm7 Db7 C | 1 | tritone substitute: G7
C | Ab7 G7 | 0 | tritone substitute: D7; augmented sixth: German
C | Ab7 C/G G7 C | 0 | augmented sixth: German
C | Ab7 G C | 0 | augmented sixth: German; tritone substitute: D7
C | Ab7b5 G C | 0 | augmented sixth: French
C | Ab7no5 G C | 0 | augmented sixth: Italian
Cm | Ab7 G Cm | 0 | augmented sixth: German
C | Ab7 Db | 0 | applied dominant: bII; augmented sixth absent
C | Db/F G7 C | 0 | neapolitan: sixth; borrowed: C phrygian
C | Db G7 C | 0 | neapolitan: G7
Cm | Db/F Cm/G G7 Cm | 0 | neapolitan: sixth
C | F C/G G7 C | 1 | cadential six-four: G7
C | F C/G F C | 1 | cadential six-four absent
C | C C#dim7 Dm | 1 | leading-tone diminished: Dm; passing diminished: C to Dm
C | F F#dim7 C/G | 1 | passing diminished: F to C/G; common-tone diminished: C/G
C | Em7 Ebdim7 Dm7 | 1 | passing diminished: Em7 to Dm7
C | C Cdim7 C | 1 | common-tone diminished: C
C | C Ebdim7 C/E | 1 | common-tone diminished: C/E
C | C G#dim7 Am | 1 | leading-tone diminished: Am
C | E7 F | 0 | deceptive resolution: Am
C | A7 Bb | 0 | deceptive resolution: Dm
C | D7 F C | 0 | unresolved dominant: G
C | D7 Dm7 G7 | 0 | unresolved dominant: G
C | G7 G7/F C/E | 0 | authentic cadence: C/E
C | G7 Am | 0 | deceptive cadence: Am
C | G7 Ab | 0 | deceptive cadence: Ab
Cm | G7 Ab | 0 | deceptive cadence: Ab
C | F/G C | 0 | suspended dominant: G
C | Dm7/G C | 0 | suspended dominant: G
C | Fm C | 0 | borrowed: Cm; plagal cadence: C
C | Ab C | 0 | borrowed: Cm; chromatic mediant: C
C | Eb C | 0 | borrowed: Cm; chromatic mediant: C
C | E C | 0 | chromatic mediant: C
C | A C | 0 | chromatic mediant: C
C | Bb F C | 0 | borrowed: Cm
C | Dm7b5 G7 | 0 | two-five: G7; borrowed: Cm
C | F#m7b5 F C | 0 | borrowed: C lydian
C | Em7b5 F C | 0 | borrowed: C mixolydian
C | Gm7 F C | 0 | borrowed: Cm
Cm | F G7 Cm | 0 | borrowed: C dorian
Am | Am E A | 2 | picardy third: Am
Am | Em Am | 0 | minor dominant: G#
Am | G Am | 0 | subtonic: Am
Am | Am(maj7) Am | 0 | raised step: G#
C | C7 F7 C7 | 1 | blue seventh: Eb
D dorian | Dm7 G7 Dm7 G7 | 1 | modal colour: B
G mixolydian | G F G | 1 | modal colour: F
F lydian | F G F | 1 | modal colour: B
E phrygian | Em F Em | 1 | modal colour: F
C | F#maj7 C | 0 | outside: F# A# C# E#
"""


@pytest.mark.parametrize("line", TEXTBOOK.strip().splitlines())
def test_textbook_harmony_is_recognised(line: str) -> None:
    key, symbols, place, wanted = line.split(" | ")
    found = dict(facts(symbols, key)[int(place)])
    for claim in wanted.split("; "):
        kind, _, about = claim.partition(": ")
        if kind.endswith(" absent"):
            assert kind.removesuffix(" absent") not in found
        else:
            assert found.get(kind) == about


MODES = """
D dorian | Dm7 Em7 Fmaj7 G7 Am7 Bm7b5 Cmaj7 | i7 ii7 bIIImaj7 IV7 v7 viø7 bVIImaj7
G mixolydian | G7 Am7 Bm7b5 Cmaj7 Dm7 Em7 Fmaj7 | I7 ii7 iiiø7 IVmaj7 v7 vi7 bVIImaj7
F lydian | Fmaj7 G7 Am7 Bm7b5 Cmaj7 | Imaj7 II7 iii7 #ivø7 Vmaj7
E phrygian | Em7 Fmaj7 G7 Am7 | i7 bIImaj7 bIII7 iv7
"""


@pytest.mark.parametrize("line", MODES.strip().splitlines())
def test_a_mode_is_a_key_like_any_other(line: str) -> None:
    key, symbols, numerals = line.split(" | ")
    reading = analyze(symbols, key)
    assert reading.key == key
    assert all(chord.function in ("tonic", "subdominant", "dominant") for chord in reading.chords)
    assert [chord.numeral for chord in reading.chords] == numerals.split()


@pytest.mark.parametrize(
    ("key", "symbols", "place", "words"),
    [
        ("C", "E7 A7 D7 G7 C", 0, "E7 is V7 of A7, a dominant itself: one link in a chain of dominants."),
        ("C", "Ab7 C/G G7 C", 0, "Ab7 is bVI7, a German sixth: its Gb, heard as F#, opens outward to C/G."),
        ("C", "F C/G G7 C", 1, "the tonic's notes over the dominant's bass, before G7."),
        ("C", "Fm7 Bb7 C", 0, "Fm7 is iv7: with Bb7 it makes the backdoor two-five to C."),
        ("C", "E7 F", 0, "E7 is III7, the dominant of Am: it deceives and goes to F instead."),
        ("C", "D7 F C", 0, "D7 is II7, the dominant of G, which does not follow at once."),
        ("C", "F/G C", 0, "the dominant with its third suspended: a chord on F over G."),
        ("C", "C Cdim7 C", 1, "a common-tone diminished chord: it keeps the root of C and moves around it."),
        ("C", "C#dim7 Dm", 0, "it holds C#, the leading tone of Dm, and pulls there."),
        ("C", "F#m7b5 F C", 0, "F#m7b5 is #ivø7, borrowed from C Lydian."),
        ("C", "F#maj7 C", 0, "F#, A#, C# and E# lie outside C major."),
        ("Am", "Am E A", 2, "the Picardy third: a minor piece that ends on its major tonic."),
        ("Am", "Em Am", 0, "the minor dominant: without G#, the leading tone, its pull is mild."),
        ("D dorian", "Dm7 G7 Dm7 G7", 1, "G7 is IV7: it holds B, the note that makes D Dorian what it is."),
        ("C", "A7 A7 Dm7", 0, "A7 is V7 of ii: it pulls to Dm7."),
        ("C", "D D7 G7", 0, "D is V of V: it pulls to G7."),
    ],
)
def test_the_sentence_tells_the_device(key: str, symbols: str, place: int, words: str) -> None:
    assert words in analyze(symbols, key).chords[place].sentence


def test_bars_tell_the_form_and_the_phrases() -> None:
    blues = analyze("| C7 | F7 | C7 | % | F7 | % | C7 | % | G7 | F7 | C7 | G7 |", "C")
    assert blues.form is not None
    assert (blues.form.name, len(blues.chords)) == ("12-bar blues", 12)
    assert analyze(["C7"] * 12, "C").form is None
    assert analyze("Dm7 G7 C", "C", bars=[1, 1, 2]).cadences[0].kind == "two-five-one"


@pytest.mark.parametrize("bars", [[1], [2, 1, 3], [0, 1, 2]])
def test_bars_that_do_not_fit_are_refused(bars: list[int]) -> None:
    with pytest.raises(BadInput):
        analyze("Dm7 G7 C", "C", bars=bars)


def test_every_place_an_analysis_points_to_is_there() -> None:
    analysis = analyze("Cmaj7 A7 Dm7 G7 Em7 A7 Dm7 Db7 Cmaj7 Fm7 Bb7 Cmaj7", "C")
    assert analysis.cadences
    assert analysis.remarks
    for start, end in [(one.start, one.at) for one in analysis.cadences] + [(r.start, r.end) for r in analysis.remarks]:
        assert 0 <= start <= end < len(analysis.chords)
    assert all(chord.scales for chord in analysis.chords)


TOUR = "Cmaj7 Dm7 G7 Cmaj7 Fm7 Bb7 Ebmaj7 Abmaj7 Fm7 Bb7 Ebmaj7 Dm7 G7 Cmaj7"


def test_a_key_made_by_a_cadence_is_told_with_what_each_chord_is_there() -> None:
    reading = analyze(TOUR, "C")
    assert [(region.key.symbol, region.start, region.end) for region in reading.regions] == [
        ("C", 0, 4),
        ("Eb", 4, 11),
        ("C", 11, 14),
    ]
    assert [(change.at, change.before.symbol, change.after.symbol) for change in reading.modulations] == [
        (4, "C", "Eb"),
        (11, "Eb", "C"),
    ]
    dominant = reading.chords[5]
    assert (dominant.numeral, dominant.function) == ("V7/bIII", "applied dominant")
    assert dominant.here is not None
    assert (dominant.here.key, dominant.here.numeral, dominant.here.function) == ("Eb", "V7", "dominant")
    assert dominant.sentence == "In Eb major, Bb7 is V7, the dominant: it resolves to Ebmaj7."
    assert {cadence.key for cadence in reading.cadences} == {"C", "Eb"}
    assert reading.chords[0].here is None


def test_a_pivot_chord_is_what_it_is_in_both_keys() -> None:
    reading = analyze("C F G7 C Am D7 G C G D7 G Em Am7 D7 G", "C")
    (change,) = reading.modulations
    assert change.pivot is not None
    about = {fact.kind: fact.about for fact in reading.chords[change.pivot].facts}["pivot"]
    assert about == f"{change.pivot_before} in C, {change.pivot_after} in G"


@pytest.mark.parametrize(
    ("symbols", "key"),
    [("Cmaj7 Em7b5 A7 Dm7 G7 Cmaj7", "C"), ("C Fm7 Bb7 C", "C"), ("Dm7 G7 Dm7 G7", "D dorian"), ("C E7 Am F G C", "C")],
)
def test_a_colour_is_no_change_of_key(symbols: str, key: str) -> None:
    assert analyze(symbols, key).modulations == ()
