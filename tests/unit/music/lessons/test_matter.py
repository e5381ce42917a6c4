"""The music of a concept in a key: chords, scale, hands, and the words that phrases have for them."""

from __future__ import annotations

from random import Random

import pytest

from partimento.music.composition.plan import plan
from partimento.music.genres import find
from partimento.music.lessons.matter import Matter, counts_of, hands_of, matter, numerals_of, resolved
from partimento.music.lessons.setting import setting_of
from partimento.music.lessons.told import distinct, move_in, name_of, told, with_article
from partimento.music.teaching.concepts import concept


def shown(name: str, key: str = "C", level: int = 5, genre: str = "jazz") -> Matter:
    found = find(genre)
    where = setting_of(found, plan(found, key=key, level=level), 30)
    return matter(concept(name), where, counts_of(where, Random(1)))


def test_a_single_chord_is_shown_in_the_company_that_explains_it() -> None:
    assert resolved(("V9",), minor=False) == ("V9", "Imaj7")
    assert resolved(("viio7",), minor=True) == ("viio7", "i7")
    assert resolved(("iiø7",), minor=True) == ("iiø7", "V7", "i7")
    assert resolved(("im(maj7)",), minor=True)[0] == "im(maj7)"
    assert resolved(("I", "IV"), minor=False) == ("I", "IV")


def test_a_blues_is_twelve_bars_and_is_told_without_its_repeats() -> None:
    blues = shown("twelve-bar-blues", "F", genre="blues")
    assert len(blues.chords) == 12
    assert distinct(blues.chords) == ("F7", "Bb7", "F7", "C7", "Bb7", "F7", "C7")


def test_a_scale_stands_on_the_tonic_over_the_chord_it_is_at_home_on() -> None:
    dorian = shown("dorian", "Dm")
    assert (dorian.scale, dorian.chords) == ("D Dorian", ("Dm7",))


def test_numerals_are_told_by_what_follows() -> None:
    assert numerals_of(("C", "A7", "Dm7", "G7"), "C") == ("I", "V7/ii", "ii7", "V7")
    assert numerals_of((), "C") == ()


def test_hands_are_note_names_of_the_chord_s_own_spelling() -> None:
    (hands,) = hands_of(("Cm7",), "shell")
    assert hands.left_hand + hands.right_hand == ("C3", "Bb3", "Eb4")


def test_a_voice_that_steps_is_told_by_its_notes() -> None:
    assert move_in(shown("guide-tones")) == "C in Dm7 falls to B in G7: the seventh becomes the third"


def test_words_are_missing_where_the_matter_has_none() -> None:
    words = told(shown("dorian", "Dm"), Random(1))
    assert "progression" not in words
    assert words["line"] == "D Dorian"
    assert "scale" not in told(shown("two-five-one"), Random(1))
    assert "numbered" not in told(shown("one-four-five", level=2), Random(1))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Rootless voicings", "rootless voicings"),
        ("The ii–V–I", "the ii–V–I"),
        ("Alberti bass", "Alberti bass"),
        ("A steady pulse", "a steady pulse"),
        ("IV–V–iii–vi", "IV–V–iii–vi"),
    ],
)
def test_a_title_stands_within_a_sentence(title: str, name: str) -> None:
    assert name_of(title) == name


def test_articles_go_by_sound() -> None:
    assert [with_article(word) for word in ("R&B", "afro", "jazz")] == ["an R&B", "an afro", "a jazz"]
