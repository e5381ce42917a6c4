from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import BadInput, ChordSyntaxError
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.key_finding import find_key, key_of, traces
from partimento.music.key_profile import HOMES, song_votes, tally


def chords(symbols: str) -> list[Chord]:
    return [Chord.parse(symbol) for symbol in symbols.split()]


@pytest.mark.parametrize(
    ("symbols", "key"),
    [
        ("Dm7 G7 Cmaj7", "C"),
        ("Dm7 G7", "C"),
        ("Bm7b5 E7 Am", "Am"),
        ("Am Dm E7 Am", "Am"),
        ("Am F C G", "C"),
        ("C G Am F", "C"),
        ("Am G F E", "Am"),
        ("Dm C Dm C", "Dm"),
        ("D C G D", "D"),
        ("Fm Bbm C7 Fm", "Fm"),
        ("Cm7 F7 Bbmaj7 Ebmaj7 Am7b5 D7 Gm6", "Gm"),
        ("C7 F7 C7 C7 F7 F7 C7 C7 G7 F7 C7 G7", "C"),
        ("Gm7 C7 F6 Bb7 Am7 D7b9 Gm7 C7 F6 D7b9", "F"),
        ("E5 G5 A5 E5", "E"),
        ("N.C. G C/G D7 G N.C.", "G"),
    ],
)
def test_the_key_of_what_players_play_is_found(symbols: str, key: str) -> None:
    assert find_key(symbols.split()) == key


def test_chords_and_symbols_may_be_mixed() -> None:
    assert find_key([Chord.parse("Dm7"), "G7", "Cmaj7"]) == "C"


@given(
    st.sampled_from(["Dm7 G7 Cmaj7 A7", "Am F E7 Am", "C F G", "Em7b5 A7 Dm6 Dm6", "G F C G", "Cm Ab Fm G7"]),
    st.integers(-6, 5),
)
def test_a_song_moved_to_another_pitch_is_found_in_the_key_moved_with_it(symbols: str, fifths: int) -> None:
    here = chords(symbols)
    home, there = key_of(here), key_of([chord.transposed(fifths) for chord in here])
    assert (there.pc, there.mode) == (home.transposed(fifths).pc, home.mode)


@pytest.mark.parametrize(
    ("symbols", "key"), [("Gb Cb Db7 Gb", "Gb"), ("F# B C#7 F#", "F#"), ("G#m C#m D#7 G#m", "G#m"), ("Db Gb Ab7", "Db")]
)
def test_the_key_is_spelled_as_its_chords_are(symbols: str, key: str) -> None:
    assert find_key(symbols.split()) == key


def test_where_the_music_settles_outweighs_the_turnaround_after_it() -> None:
    tune = "Gm7 C7 Fmaj7 Bb7 Am7 D7 Gm7 C7 F6"
    assert find_key(tune.split()) == find_key([*tune.split(), "Am7b5", "D7b9"]) == "F"


def test_a_list_of_chords_leaves_its_traces_by_share() -> None:
    found = traces(chords("C C G7 C"))
    assert found["chord major", 0] == pytest.approx(2 / 3)
    assert found["held major", 0] == pytest.approx(3 / 4)
    assert found["move dominant 5 major", 0] == pytest.approx(1 / 2)
    assert (found["first major", 0], found["last major", 0], found["last goal major", 0]) == (1, 1, 1)
    assert found["note", 7] == pytest.approx(1.0)


def test_every_key_gets_a_score_and_a_trace_never_learnt_says_nothing() -> None:
    scores = tally(traces(chords("Dm7 G7 Cmaj7")))
    assert len(scores) == len(HOMES) == 24
    assert HOMES[scores.index(max(scores))] == ("major", 0)
    assert set(song_votes("move nonsense 1 nonsense", 0)) == {0.0}


def test_no_chord_has_no_key() -> None:
    for symbols in ([], ["N.C."]):
        with pytest.raises(BadInput, match="cannot find the key"):
            find_key(symbols)


def test_an_unreadable_chord_is_named() -> None:
    with pytest.raises(ChordSyntaxError):
        find_key(["Dm7", "Gq7"])


def test_a_found_key_is_a_plain_major_or_minor_key() -> None:
    assert key_of(chords("Fmaj7 Em7 Dm7 Cmaj7")) == Key.parse("C")
