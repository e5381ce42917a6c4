"""What words say, one kind of word after the other."""

from __future__ import annotations

import pytest

from partimento.core.errors import BadInput
from partimento.music.brief import read
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
    ],
)
def test_a_key_is_read_where_one_is_named(text: str, key: str | None) -> None:
    assert read(text, JAZZ).key == key


def test_a_minor_key_without_a_tonic_is_a_mode() -> None:
    assert read("a blues in a minor key", JAZZ).mode == "minor"
    assert read("a bright tune", JAZZ).mode is None


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


def test_a_form_the_genre_does_not_know_is_told() -> None:
    assert "rondo" in read("a rondo", JAZZ).notes[0]


def test_no_words_say_nothing() -> None:
    said = read("", JAZZ)
    assert (said.key, said.bars, said.devices, said.notes) == (None, None, (), ())
