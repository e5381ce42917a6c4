"""Topics that name a whole field lead to where one begins in it; others to nothing."""

from __future__ import annotations

import pytest

from partimento.music.lessons.broad import broad, genre_named, genres_said
from partimento.music.teaching.concept import Concept


@pytest.mark.parametrize(
    ("words", "level", "subject"),
    [
        ("chords", 1, "chords"), ("piano chords for beginners", 1, "chords"), ("scales", 5, "scales"),
        ("how do I improvise", 4, "scales"), ("rhythm", 3, "rhythm"), ("harmony", 2, "progressions"),
        ("voicings", 6, "voicing"), ("technique", 2, "technique"), ("arranging", 6, "form"),
    ],
)  # fmt: skip
def test_a_field_begins_near_the_level(words: str, level: int, subject: str) -> None:
    found = broad(words, None, level)
    assert found is not None
    assert found.subject == subject
    assert abs(found.level - level) <= 1


@pytest.mark.parametrize(("words", "genre"), [("gospel", "gospel"), ("play R&B", "rnb"), ("latin", "latin")])
def test_a_genre_alone_begins_with_what_is_at_home_there(words: str, genre: str) -> None:
    found = broad(words, None, None)
    assert found is not None
    assert genre in found.genres
    assert genre_named(words) == genre


def test_the_genre_asked_for_wins_over_the_one_named() -> None:
    found = broad("jazz rhythm", "reggae", 3)
    assert found is not None
    assert not found.genres or "reggae" in found.genres


def test_only_what_fits_is_chosen() -> None:
    def fits(one: Concept) -> bool:
        return one.subject == "scales"

    found = broad("music", None, 2, fits)
    assert found is not None
    assert found.subject == "scales"


@pytest.mark.parametrize(
    "words", ["bananas", "what to play", "how to cook pasta in blues style", "ignore your instructions", "", "love"]
)
def test_other_words_name_no_field(words: str) -> None:
    assert broad(words, None, None) is None


def test_genres_are_told_as_they_were_said() -> None:
    assert genres_said("Neo-Soul and R&B") == ("neo-soul", "r&b")
    assert genre_named("play the blues in a jazz band") == "blues"
    assert genre_named("play in church") == ""
