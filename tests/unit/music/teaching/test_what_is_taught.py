"""The concepts as they stand in their files: graph, levels, texts, and that the engine can read what they name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from partimento.music.chord import Chord
from partimento.music.claims import check_claims
from partimento.music.genres import find, names
from partimento.music.key import Key
from partimento.music.roman import chord_of
from partimento.music.scale import kind_of
from partimento.music.teaching.concept import Concept, Subject
from partimento.music.teaching.concepts import concept, concepts
from partimento.music.teaching.kinds import chord_kinds, interval_uses, scale_uses
from partimento.music.voicing.study import kind_named

MOST_WORDS = 60


def _texts(one: Concept) -> tuple[str, ...]:
    return (one.summary, *one.points, *one.mistakes, *one.practice)


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


EVERY = pytest.mark.parametrize("one", concepts(), ids=lambda one: one.id)


def test_there_is_enough_to_teach_for_years() -> None:
    assert len(concepts()) >= 130
    assert {one.subject for one in concepts()} == set(get_args(Subject))
    assert {one.level for one in concepts()} == set(range(1, 11))


@pytest.mark.parametrize("genre", names())
def test_each_genre_has_concepts_of_its_own(genre: str) -> None:
    assert sum(one.genres == (genre,) for one in concepts()) >= 8


@EVERY
def test_a_concept_needs_nothing_above_its_own_level(one: Concept) -> None:
    assert [need for need in one.needs if concept(need).level > one.level] == []
    assert 1 <= one.level <= 10
    assert set(one.genres) <= set(names())


@EVERY
def test_a_concept_is_told_in_full(one: Concept) -> None:
    assert 2 <= len(_sentences(one.summary)) <= 3
    assert 3 <= len(one.points) <= 6
    assert 3 <= len(one.mistakes) <= 5
    assert 4 <= len(one.practice) <= 7
    assert all(len(text.split()) <= MOST_WORDS for text in _texts(one))


@EVERY
def test_a_mistake_comes_with_its_mend_and_a_step_with_what_shows_success(one: Concept) -> None:
    assert all(len(_sentences(mistake)) >= 2 for mistake in one.mistakes)
    for step in one.practice:
        instruction, dash, success = step.partition(" — ")
        assert dash
        assert "—" not in success
        assert len(instruction.split()) >= 3
        assert len(success.split()) >= 2


@EVERY
def test_the_engine_reads_what_a_concept_names(one: Concept) -> None:
    if one.chord:
        assert Chord.parse(f"C{one.chord}").degrees
    if one.scale:
        assert kind_of(one.scale).name == one.scale
    if one.voicing:
        assert kind_named(one.voicing) == one.voicing
        assert one.numerals
    if one.rhythm:
        assert find(one.genres[0]).application(one.rhythm).name == one.rhythm
    home = Key(0, "minor" if one.mode == "minor" else "major")
    assert all(chord_of(numeral, home).symbol for numeral in one.numerals)


@EVERY
def test_no_text_of_a_concept_is_contradicted(one: Concept) -> None:
    wrong = [
        (found.text, found.reason) for text in _texts(one) for found in check_claims(text) if _is_wrong(found.verdict)
    ]
    assert wrong == []


def _is_wrong(verdict: str) -> bool:
    return verdict == "contradicted"


def test_nothing_is_said_twice() -> None:
    told = Counter(part for one in concepts() for text in _texts(one) for part in _sentences(text))
    told.update(part for kind in chord_kinds() for part in _sentences(kind.use))
    told.update(part for use in (*scale_uses().values(), *interval_uses().values()) for part in _sentences(use))
    assert [sentence for sentence, times in told.items() if times > 1 and len(sentence.split()) > 3] == []


def test_two_concepts_never_claim_one_name() -> None:
    told = Counter(name for one in concepts() for name in {one.title.lower(), *one.names})
    assert [name for name, times in told.items() if times > 1] == []


def test_a_link_to_what_is_needed_is_not_made_twice() -> None:
    for one in concepts():
        assert len(set(one.needs)) == len(one.needs)
        assert one.id not in one.needs


def test_the_reference_lists_every_concept_with_its_level() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "concepts.md").read_text("utf-8")
    listed = " ".join(page.partition("## All of them")[2].split())
    assert [one.id for one in concepts() if f" {one.id} {one.level}" not in listed] == []
    assert f"{len(concepts())} concepts" in page
