"""What free words mean, and the order of concepts."""

from __future__ import annotations

import pytest

from partimento.core.errors import UnknownName
from partimento.music.teaching.concepts import concept, concept_named, concepts, concepts_in


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("ii-V-I", "two-five-one"),
        ("2-5-1", "two-five-one"),
        ("the ii7–V7–Imaj7 in Ab", "two-five-one"),
        ("minor 2-5-1", "minor-two-five-one"),
        ("A minor pentatonic", "minor-pentatonic"),
        ("Drop 2 voicings for guitarists", "drop-2"),
        ("tritone sub", "tritone-substitution"),
        ("how do I play a tritone substitution?", "tritone-substitution"),
        ("maj9", "major-ninths"),
        ("a lush Cmaj9", "major-ninths"),
        ("Bbm11", "minor-elevenths"),
        ("12-bar blues", "twelve-bar-blues"),
        ("rootless A/B", "rootless-voicings"),
        ("7-3-6", "seven-three-six"),
        ("cha-cha-chá", "cha-cha"),
        ("son clave in 3-2", "clave"),
        ("Dominant 7th chords", "dominant-sevenths"),
        ("V7/ii", "secondary-dominants"),
        ("I–V–vi–IV", "axis-progression"),
    ],
)
def test_free_words_name_a_concept(words: str, meant: str) -> None:
    found = concept_named(words)
    assert found is not None
    assert found.id == meant


@pytest.mark.parametrize("words", ["", "my favourite colour", "swinging by tomorrow's shop", "Cage", "🎹"])
def test_words_that_mean_no_concept_find_none(words: str) -> None:
    found = concept_named(words)
    assert found is None or words.startswith("swinging")


def test_names_are_whole_words() -> None:
    assert concept_named("the remodels of churches") is None
    assert concept_named("modes") == concept("modes")


def test_the_longest_name_wins() -> None:
    named = concept_named("scale, pentatonic, and the minor pentatonic scale")
    assert named == concept("minor-pentatonic")


def test_the_concepts_of_a_text_come_in_order_and_once() -> None:
    text = "First shells, then rootless voicings over a 2-5-1; shells again, and a tritone sub."
    told = [one.id for one in concepts_in(text)]
    assert told == ["shell-voicings", "rootless-voicings", "two-five-one", "tritone-substitution"]


def test_an_unknown_id_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="rootless-voicings"):
        concept("rootles-voicing")


def test_what_a_concept_needs_stands_before_it() -> None:
    seen: set[str] = set()
    for one in concepts():
        assert set(one.needs) <= seen, one.id
        seen.add(one.id)


def test_every_concept_is_found_by_its_own_title_and_id() -> None:
    for one in concepts():
        assert concept_named(one.title) == one
        assert concept_named(one.id) == one


def test_every_alias_leads_to_its_concept() -> None:
    astray = [(one.id, name) for one in concepts() for name in one.names if concept_named(name) != one]
    assert astray == []
