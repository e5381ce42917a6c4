from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partimento.core.errors import BadInput, ChordSyntaxError, KeySyntaxError
from partimento.music.chord import Chord
from partimento.music.key import Key, usual_keys
from partimento.music.predict import Taste, next_chords, predict
from partimento.music.prediction.memory import recall
from partimento.music.prediction.model import shipped
from partimento.music.prediction.styles import style_of
from partimento.music.prediction.taste import CAP
from partimento.music.prediction.tokens import CLASSES, END, QUALITIES, chord_of_token, read

GENRES = ("jazz", "gospel", "blues", "classical", "neosoul", "reggae", "latin", "rnb")
TUNE = ["Cmaj7", "A7", "Dm7", "G7", "Em7", "A7", "Dm7", "G7"]


def tokens(symbols: str, key: str = "C") -> list[int]:
    return read([Chord.parse(symbol) for symbol in symbols.split()], Key.parse(key).pc)[0]


def test_a_two_five_leads_to_its_tonic() -> None:
    symbol, share = next_chords(["Dm7", "G7"], key="C", genre="jazz", k=3)[0]
    assert symbol == "Cmaj7"
    assert share > 0.3


def test_jazz_writes_sevenths_until_the_song_writes_triads() -> None:
    assert next_chords(["Dm7", "G7"], "C", "jazz")[0][0] == "Cmaj7"
    triads = ["C", "F", "C", "Dm7", "G7", "C", "F", "G7", "C", "Dm7", "G7"]
    assert next_chords(triads, "C", "jazz")[0][0] == "C"


def test_as_many_chords_come_as_were_asked_for_the_likeliest_first() -> None:
    found = next_chords(TUNE, key="C", genre="jazz", k=5)
    assert len(found) == 5
    shares = [share for _, share in found]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) < 1


def test_a_song_goes_on_as_it_did_before() -> None:
    strange = ["Cmaj7", "Ab7", "F#m7", "Bbmaj7", "E7", "Cmaj7", "Ab7", "F#m7"]
    best = predict(strange, key="C", genre="jazz", k=1)[0]
    assert best.symbol == "Bbmaj7"
    assert "the same three chords (chord 4)" in best.reason


def test_a_place_in_the_reason_counts_the_chords_as_they_were_given() -> None:
    strange = ["C", "C", "Ab7", "Ab7", "F#m7", "Bbmaj7", "E7", "C", "Ab7", "F#m7"]
    assert "(chord 6)" in predict(strange, key="C", k=1)[0].reason


@pytest.mark.parametrize("key", [key.symbol for key in usual_keys()])
def test_a_song_in_another_key_is_foretold_alike(key: str) -> None:
    move = Key.parse(key).tonic
    moved = [Chord.parse(symbol).transposed(move) for symbol in TUNE]
    here, there = predict(TUNE, "C", "jazz", 4), predict(moved, key, "jazz", 4)
    assert [one.numeral for one in here] == [one.numeral for one in there]
    assert [one.probability for one in here] == pytest.approx([one.probability for one in there])


def test_without_a_key_it_is_found() -> None:
    chords = ["Bbmaj7", "Gm7", "Cm7", "F7", "Bbmaj7", "Gm7", "Cm7", "F7"]
    assert predict(chords, genre="jazz") == predict(chords, "Bb", "jazz")


def test_repeats_and_silence_change_nothing() -> None:
    spread = ["Cmaj7", "Cmaj7", "N.C.", "A7", "A9", "Dm7", "Dm9", "G13", "Em7", "A7", "Dm7", "G7/B"]
    assert next_chords(spread, "C", "jazz") == next_chords(TUNE, "C", "jazz")


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_has_songs_that_speak_for_it(genre: str) -> None:
    assert sum(style_of(genre).mix.values()) == pytest.approx(1)
    assert set(style_of(genre).mix) <= set(shipped().witnesses.corpora)
    assert len(next_chords(TUNE, "C", genre)) == 3


def test_an_unknown_genre_stands_for_songs_of_all_kinds() -> None:
    assert next_chords(TUNE, "C", "polka") == next_chords(TUNE, "C", None)


def test_classical_music_prefers_other_chords_than_jazz() -> None:
    assert next_chords(["Dm", "G7"], "C", "classical") != next_chords(["Dm", "G7"], "C", "jazz")


def test_a_song_may_end_and_the_chord_list_does_not_say_so() -> None:
    song = ["C", "F", "G7", "C", "Am", "Dm", "G7", "C", "F", "C", "G7", "C", "F", "G7", "C", "Am", "Dm", "G7", "C"]
    endings = [one for one in predict(song, "C", "songbook", 40) if not one.symbol]
    assert len(endings) == 1
    assert endings[0].probability > 0.05
    assert "end" in endings[0].reason
    assert all(symbol for symbol, _ in next_chords(song, "C", "songbook", 40))


def test_a_song_without_a_chord_yet_begins_as_songs_do() -> None:
    assert next_chords([], "Ab", "pop")[0][0] == "Ab"


def test_the_next_chord_differs_from_the_last() -> None:
    assert "G7" not in [symbol for symbol, _ in next_chords(["Dm7", "G7"], "C", "jazz", 30)]


@pytest.mark.parametrize(
    ("token", "key", "symbol"),
    [
        ("10:maj", "C", "Bb"), ("6:dim7", "C", "F#dim7"), ("1:dim7", "C", "C#dim7"), ("1:7", "C", "Db7"),
        ("8:maj7", "Cm", "Abmaj7"), ("11:dim", "Cm", "Bdim"), ("2:hdim7", "Am", "Bm7b5"), ("7:sus7", "Eb", "Bb7sus4"),
        ("4:7", "B", "D#7"), ("10:maj", "Gb", "Fb"), ("0:minmaj7", "Dm", "Dm(maj7)"), ("7:aug7", "Ab", "Eb7#5"),
    ],
)  # fmt: skip
def test_a_token_is_spelled_as_its_key_spells_it(token: str, key: str, symbol: str) -> None:
    above, quality = token.split(":")
    names: list[str] = list(QUALITIES)
    assert chord_of_token(int(above) * CLASSES + names.index(quality), Key.parse(key)).symbol == symbol


@given(
    st.integers(0, END - 1), st.sampled_from([key.symbol for mode in ("major", "minor") for key in usual_keys(mode)])
)
def test_a_printed_token_reads_as_the_same_token(token: int, key: str) -> None:
    home = Key.parse(key)
    assert read([Chord.parse(chord_of_token(token, home).symbol)], home.pc)[0] == [token]


@given(st.lists(st.integers(0, END - 1), min_size=1, max_size=40), st.sampled_from([*GENRES, None]))
@settings(max_examples=60, deadline=None)
def test_any_song_has_odds_that_sum_to_one_at_most(song: list[int], genre: str | None) -> None:
    chords = [chord_of_token(token, Key.parse("C")) for token in song]
    found = predict(chords, "C", genre, 200)
    assert all(0 <= one.probability <= 1 for one in found)
    assert 0.7 < sum(one.probability for one in found) <= 1.000001
    assert all(one.reason for one in found)


def test_a_resolution_is_named() -> None:
    reasons = {one.symbol: one.reason for one in predict(["Dm7", "G7"], "C", "jazz", 12)}
    assert "resolves to" in reasons["C"]
    assert "V7" in reasons["C"]


def test_a_sequence_is_remembered_on_another_step() -> None:
    memory = recall(tokens("Dm7 G7 Cmaj7 Cm7 F7"))
    assert max(memory.shifted, key=lambda token: memory.shifted[token]) == tokens("Bbmaj7")[0]


def test_a_changed_chord_does_not_break_the_thread() -> None:
    memory = recall(tokens("C E7 Am Dm G F#dim F C Bb Eb7 Am Dm"))
    assert max(memory.near, key=lambda token: memory.near[token]) == tokens("G")[0]


def test_what_was_chosen_before_is_a_little_likelier_in_every_key() -> None:
    taste = Taste()
    for _ in range(50):
        taste = taste.accepting("G7", "Am7", "C")
    before, after = (dict(next_chords(["Fm7", "Bb7"], "Eb", "jazz", 12, taste=one)) for one in (None, taste))
    assert before["Cm7"] < after["Cm7"] <= before["Cm7"] + CAP


def test_a_taste_says_nothing_where_nothing_was_chosen() -> None:
    taste = Taste().accepting("G7", "Am7", "C")
    assert next_chords(["C", "F"], "C", taste=taste) == next_chords(["C", "F"], "C")


def test_accepting_leaves_the_taste_it_was_asked_of_alone() -> None:
    first = Taste()
    first.accepting("G7", "C", "C")
    assert first == Taste()


def test_a_taste_is_about_two_different_chords() -> None:
    with pytest.raises(BadInput, match="no choice"):
        Taste().accepting("G7", "G9", "C")


def test_nothing_to_go_by_is_refused() -> None:
    with pytest.raises(BadInput):
        next_chords([])
    with pytest.raises(BadInput, match="0 chords"):
        next_chords(["C"], k=0)


def test_a_chord_or_key_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ChordSyntaxError):
        next_chords(["Xm7"], "C")
    with pytest.raises(KeySyntaxError):
        next_chords(["C"], "X")


def test_the_model_is_read_only_when_asked() -> None:
    code = (
        "import partimento.music.predict as p, partimento.music.prediction.model as m;"
        "assert m.shipped.cache_info().currsize == 0;"
        "p.next_chords(['C'], 'C');"
        "assert m.shipped.cache_info().currsize == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
