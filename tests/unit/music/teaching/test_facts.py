"""Every fact is confirmed by the claim check, in every key."""

from __future__ import annotations

import pytest

from partimento.core.errors import KeySyntaxError
from partimento.music.claims import check_claims
from partimento.music.teaching.concepts import concept, concepts
from partimento.music.teaching.facts import facts

KEYS = "C G D A E B Gb Db Ab Eb Bb F Am Cm F#m Bbm".split()


def _unproven(sentence: str) -> bool:
    found = check_claims(sentence)
    return not found or any(finding.verdict != "confirmed" for finding in found)


@pytest.mark.parametrize("key", KEYS)
def test_every_fact_is_confirmed_in_every_key(key: str) -> None:
    told = {sentence for one in concepts() for sentence in facts(one, key)}
    assert [sentence for sentence in sorted(told) if _unproven(sentence)] == []


def test_every_concept_has_facts_in_every_key() -> None:
    assert [(one.id, key) for one in concepts() for key in KEYS if len(facts(one, key)) < 3] == []


@pytest.mark.parametrize("seed", range(1, 4))
def test_other_seeds_are_as_true(seed: int) -> None:
    told = {sentence for one in concepts() for sentence in facts(one, "Eb", seed=seed)}
    assert [sentence for sentence in sorted(told) if _unproven(sentence)] == []


def test_facts_speak_of_the_key_asked_for() -> None:
    told = " ".join(facts(concept("two-five-one"), "Bb"))
    assert "Cm7" in told
    assert "F7" in told


def test_the_same_seed_says_the_same_and_another_says_it_otherwise() -> None:
    one = concept("rootless-voicings")
    assert facts(one, "Eb", seed=4) == facts(one, "Eb", seed=4)
    assert len({facts(one, "Eb", seed=seed) for seed in range(6)}) > 1


def test_a_minor_concept_moves_to_the_relative_minor() -> None:
    told = " ".join(facts(concept("minor-two-five-one"), "C"))
    assert "Bm7b5" in told
    assert "A minor" in told


def test_a_key_that_nobody_writes_is_respelled() -> None:
    assert all("E#" not in sentence or "F" in sentence for sentence in facts(concept("key-signatures"), "D#"))
    assert any("Eb major" in sentence for sentence in facts(concept("key-signatures"), "D#"))


def test_an_unreadable_key_is_refused() -> None:
    with pytest.raises(KeySyntaxError):
        facts(concept("two-five-one"), "H dur")


def test_beginners_hear_nothing_of_guide_tones() -> None:
    low, high = (" ".join(facts(concept("axis-progression"), "C", level=level)) for level in (1, 6))
    assert "guide tones" not in low
    assert "seventh" not in low
    assert high
