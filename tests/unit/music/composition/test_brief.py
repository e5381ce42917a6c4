"""What words say, one kind of word after the other."""

from __future__ import annotations

import pytest

from partimento.core.errors import BadInput
from partimento.music.composition.brief import read
from partimento.music.composition.genre import Genre
from partimento.music.genres import find

GOSPEL, JAZZ = find("gospel"), find("jazz")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("simple C major jazz progression", "C"),
        ("a ballad in A minor", "Am"),
        ("in Ab, slow", "Ab"),
        ("key of F# minor", "F#m"),
        ("in the key of E flat major", "Eb"),
        ("in B-flat major", "Bb"),
        ("something in f minor", "Fm"),
        ("swing in G", "G"),
        ("a blues in Bb minor", "Bbm"),
        ("in F blues feeling", "F"),
        ("in A, bright", "A"),
        ("in Am", "Am"),
        ("in D dorian", "D dorian"),
        ("in Gospel style", None),
        ("a minor 2-5-1", None),
        ("In A slow tempo", None),
        ("a major event", None),
        ("f# minor bossa", "F#m"),
        ("c minor ballad", "Cm"),
        ("e flat blues", "Eb"),
        ("Eb blues", "Eb"),
        ("Eb slow worship ballad", "Eb"),
        ("C# minor ballad", "C#m"),
        ("In E, slow", "E"),
        ("slow, F#m, 16 bars", "F#m"),
        ("key: Eb", "Eb"),
        ("D dorian, modal", "D dorian"),
        ("d dorian vamp", "D dorian"),
        ("a minor blues in C, 12 bars", "Cm"),
        ("A minor blues in C", "Cm"),
        ("minor bossa in G", "Gm"),
        ("in C, a C minor blues", "Cm"),
        ("A slow ballad", None),
        ("A ballad", None),
        ("A minor chord here and there", None),
        ("a minor chord here and there", None),
        ("A section swing, B section ballad", None),
        ("a flat, sad tune", None),
        ("with a Bb pedal", None),
        ("not in C major, in Eb", "Eb"),
    ],
)
def test_a_key_is_read_where_one_is_named(text: str, key: str | None) -> None:
    assert read(text, JAZZ).key == key


def test_a_minor_key_without_a_tonic_is_a_mode() -> None:
    assert read("a blues in a minor key", JAZZ).mode == "minor"
    assert read("a bright tune", JAZZ).mode is None


@pytest.mark.parametrize("text", ["a minor blues", "minor 12-bar blues", "slow minor ballad", "slow, minor, 8 bars"])
def test_minor_beside_what_is_to_be_played_is_a_mode(text: str) -> None:
    said = read(text, JAZZ)
    assert (said.key, said.mode) == (None, "minor")


def test_a_mode_that_is_not_composed_is_told_where_it_has_no_tonic() -> None:
    assert "dorian" in read("a dorian tune", JAZZ).notes[0]


@pytest.mark.parametrize("text", ["12-bar minor blues", "minor 12-bar blues", "a minor blues in C, 12 bars"])
@pytest.mark.parametrize("genre", [GOSPEL, JAZZ])
def test_a_blues_keeps_its_form_in_minor(text: str, genre: Genre) -> None:
    assert read(text, genre).form == "12-bar blues"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("simple", 2),
        ("for beginners", 2),
        ("intermediate", 5),
        ("sophisticated", 8),
        ("experimental avant-garde", 10),
        ("at level 7", 7),
        ("a song", None),
    ],
)
def test_level_words(text: str, level: int | None) -> None:
    assert read(text, JAZZ).level == level


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("a 2-5-1", "two-five-one"),
        ("ii–V–I chains", "two-five-one"),
        ("two five one", "two-five-one"),
        ("with turnarounds", "turnaround"),
        ("tritone substitutions", "tritone substitution"),
        ("altered dominants", "altered dominants"),
        ("passing diminished chords", "passing chords"),
        ("a walk-up", "walk-up"),
        ("modal interchange", "modal interchange"),
        ("borrowed chords", "modal interchange"),
        ("a plagal ending", "plagal"),
        ("secondary dominants", "secondary dominants"),
        ("backdoor", "backdoor"),
        ("a deceptive cadence", "deceptive"),
    ],
)
def test_a_device_is_read_by_its_names(text: str, device: str) -> None:
    assert read(text, JAZZ).devices == (device,)


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("no tritone substitutions", ("tritone substitution",)),
        ("without tritone subs", ("tritone substitution",)),
        ("no fancy jazzy tritone subs please", ("tritone substitution",)),
        ("without turnaround", ("turnaround",)),
        ("turnaround-free", ("turnaround",)),
        ("avoid altered dominants", ("altered dominants",)),
        ("don't use passing chords", ("passing chords",)),
        ("don’t end with a turnaround", ("turnaround",)),
        ("no need for turnarounds", ("turnaround",)),
        ("no 2-5-1 into the chorus", ("two-five-one",)),
        ("no turnarounds, tritone subs or walk-ups", ("turnaround", "tritone substitution", "walk-up")),
        ("without turnaround and passing chords", ("turnaround", "passing chords")),
    ],
)
def test_a_denied_device_is_unwanted(text: str, unwanted: tuple[str, ...]) -> None:
    said = read(text, JAZZ)
    assert (said.devices, said.unwanted, said.into) == ((), unwanted, "")


@pytest.mark.parametrize(
    "text",
    ["don't forget the turnaround", "not without a turnaround", "not only a turnaround",
     "no tritone subs but a turnaround", "no tritone subs and a turnaround", "not slow, with a turnaround"],
)  # fmt: skip
def test_a_denial_reaches_no_further_than_its_list(text: str) -> None:
    assert read(text, JAZZ).devices == ("turnaround",)


@pytest.mark.parametrize(
    "text",
    ["not slow", "not too slow", "isn't slow", "not a slow ballad", "neither slow nor dark", "not dark or simple"],
)
def test_denied_words_do_not_count(text: str) -> None:
    said = read(text, JAZZ)
    assert (said.pace, said.mood, said.level, said.application) == (None, None, None, "")


def test_what_follows_a_denied_word_still_counts() -> None:
    assert read("a not too slow bossa", JAZZ).application == "bossa"
    assert read("no frills worship ballad", GOSPEL).application == "worship"
    assert read("nothing fancy slow ballad", JAZZ).pace == "slow"
    assert read("no tritone substitutions in C minor", JAZZ).key == "Cm"
    assert read("no more than 16 bars", JAZZ).bars == 16


def test_a_denied_application_is_told() -> None:
    assert read("not a ballad", JAZZ).unwanted_applications == ("ballad",)


def test_a_device_asked_for_and_denied_is_refused() -> None:
    with pytest.raises(BadInput, match="against it"):
        read("a turnaround, no turnarounds", JAZZ)


def test_a_long_text_of_denials_is_read_word_by_word() -> None:
    assert read("no turnaround, not slow or dark, " * 2000, JAZZ).unwanted == ("turnaround",)


def test_what_a_two_five_one_leads_into() -> None:
    said = read("slow worship ballad, 2-5-1 into the chorus", GOSPEL)
    assert (said.into, said.application, said.pace, said.devices) == ("chorus", "worship", "slow", ("two-five-one",))
    assert read("a ii-V-I leading into the final bridge", JAZZ).into == "bridge"


def test_the_application_named_first_is_taken() -> None:
    assert read("a shout, then praise", GOSPEL).application == "shout"
    assert read("bossa nova", JAZZ).application == "bossa"
    assert read("a tune", JAZZ).application == ""


def test_pace_mood_and_tempo() -> None:
    said = read("an up-tempo, joyful song at 132 bpm", GOSPEL)
    assert (said.pace, said.mood, said.tempo) == ("fast", "bright", 132)
    assert read("sad and mournful", GOSPEL).mood == "dark"


@pytest.mark.parametrize(
    ("text", "tempo"),
    [("at 9999 bpm", 9999), ("tempo 5", 5), ("tempo=90", 90), ("bpm 300", 300), ("100-120 bpm", 120), ("tempo -5", -5)],
)
def test_a_tempo_is_read_whatever_its_size(text: str, tempo: float) -> None:
    assert read(text, JAZZ).tempo == tempo


@pytest.mark.parametrize(("text", "level"), [("level 99", 99), ("level 0", 0), ("level -1", -1), ("level-5 tune", 5)])
def test_a_level_is_read_whatever_its_size(text: str, level: int) -> None:
    assert read(text, JAZZ).level == level


def test_forms_bars_and_meters() -> None:
    assert read("12-bar blues", JAZZ).form == "12-bar blues"
    assert read("12-bar blues", JAZZ).bars is None
    assert read("AABA, thirty-two bars", JAZZ).bars == 32
    assert read("16 bars of AABA", JAZZ).form == "aaba"
    assert read("in 6/8", GOSPEL).meter == "6/8"
    assert read("a waltz", JAZZ).meter == "3/4"
    assert read("a C6/9 chord", JAZZ).meter is None


@pytest.mark.parametrize("text", ["8 bars, no, 16 bars", "a waltz in 4/4", "3/4 and 6/8"])
def test_what_contradicts_itself_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read(text, JAZZ)


def test_two_keys_are_told_and_the_first_is_taken() -> None:
    said = read("in C major, then in Eb major", JAZZ)
    assert said.key == "C"
    assert "Eb" in said.notes[0]


def test_a_form_the_genre_does_not_have_is_refused() -> None:
    with pytest.raises(BadInput, match="Jazz has no rondo"):
        read("a rondo", JAZZ)


@pytest.mark.parametrize(
    ("words", "side"),
    [("salsa, 3-2 clave", "3-2"), ("2-3 son clave", "2-3"), ("clave 3-2, slow", "3-2"), ("a 2-5-1 in C", None)],
)
def test_the_side_of_the_clave_is_read(words: str, side: str | None) -> None:
    assert read(words, JAZZ).clave == side


@pytest.mark.parametrize(
    ("words", "tracks"),
    [
        ("swing with bass and drums", ("bass", "drums")),
        ("a ballad with the band", ("all",)),
        ("big band swing", ()),
        ("with a bass player", ("bass",)),
    ],
)
def test_the_players_beside_the_pianist_are_read(words: str, tracks: tuple[str, ...]) -> None:
    assert read(words, JAZZ).tracks == tracks


def test_no_words_say_nothing() -> None:
    said = read("", JAZZ)
    assert (said.key, said.bars, said.devices, said.notes) == (None, None, (), ())
