"""The reharmonization task: what the doors show, what is refused, and a model's version proven."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from partimento import BadInput, ChordSyntaxError, Partimento, UnknownName
from partimento.tasks.reharmonization import ReharmonizationDraft, reharmonization


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def flaws(request: Any, *bars: str) -> list[str]:
    return [flaw for check in reharmonization.checks for flaw in check(request.inputs, ReharmonizationDraft(bars))]


def test_a_pop_loop_gets_ranked_suggestions_and_a_whole_version(pt: Partimento) -> None:
    made = pt.make(reharmonization(chords="C Am F G", key="C", level=6), model="rules").value
    assert (made.key, made.level, made.keeps, made.generation_method) == ("C", 6, "half", "rules")
    assert made.original == ("C", "Am", "F", "G")
    best = made.suggestions[0]
    assert (best.after, best.numerals, best.bars) == (("C", "E7"), ("I", "V7/vi"), ("C E7", "Am", "F", "G"))
    assert best.reason == "E7 is V7/vi, put in before Am (vi): its own dominant, which pulls to it."
    assert all(one.level <= 6 for one in made.suggestions)
    assert len(made.bars) == 4
    assert made.changes
    assert len(made.symbols) == len(made.roman_numerals) == len(made.chords)


def test_the_key_is_found_where_none_is_given_and_at_narrows_the_list(pt: Partimento) -> None:
    made = pt.make(reharmonization(chords="Dm7 | G7 | Cmaj7", at=2, k=5, style="Jazz"), model="rules").value
    assert made.key == "C"
    assert 0 < len(made.suggestions) <= 5
    assert all("G7" in one.before for one in made.suggestions)


def test_a_melody_is_kept_in_list_and_whole(pt: Partimento) -> None:
    asked = reharmonization(chords="C | F | G | C", key="C", level=9, melody="E5 | A4 | D5 | C5")
    made = pt.make(asked, model="rules").value
    assert not [one for one in made.suggestions if "Fm" in one.after]
    assert not flaws(asked, *made.bars)


def test_a_seed_draws_another_version(pt: Partimento) -> None:
    asked = reharmonization(chords="C | Am | F | G | C | Am | F | G", key="C", level=7)
    versions = {tuple(reharmonization.rules(asked.inputs, seed).progression.chords) for seed in range(6)}  # type: ignore[misc]
    assert len(versions) > 1


def test_a_model_s_version_counts_where_it_keeps_what_it_must(pt: Partimento) -> None:
    request = reharmonization(chords="C | F | G7 | C", key="C", melody="E5 | A4 | D5 | C5")
    assert flaws(request, "C", "Dm7", "Emaj7 G7", "C") == ["bar 3: Emaj7 goes against the melody"]
    assert flaws(request, "C", "Dm7", "G9", "C") == []
    assert "cadence" in flaws(request, "C", "Dm7", "G9", "F")[0]
    assert "bars" in flaws(request, "C", "G9", "C")[0]
    assert "Xyz" in flaws(request, "C", "Xyz", "G9", "C")[0]
    made = reharmonization.finish(request.inputs, ReharmonizationDraft(("C", "Dm7", "G9", "C")), "some-model")
    assert (made.generation_method, made.roman_numerals, made.changes) == ("some-model", ("I", "ii7", "V9", "I"), ())


def test_two_spellings_of_one_request_are_one_request() -> None:
    one = reharmonization(chords="C | A-", key="C major", level="beginner")
    assert one.inputs == reharmonization(chords=["C", "Am"], key="C", level=2).inputs


def test_what_cannot_be_reharmonized_is_refused_with_its_mend() -> None:
    with pytest.raises(ChordSyntaxError):
        reharmonization(chords="C Q")
    with pytest.raises(UnknownName):
        reharmonization(chords="C F", style="polka")
    for options in ({"at": 3}, {"melody": "C4 | D4 | E4"}, {"level": 12}, {"k": 0}, {"meter": "7/16"}, {"chords": " "}):
        with pytest.raises(BadInput) as caught:
            reharmonization(**{"chords": "C F", "key": "C", **options})  # type: ignore[arg-type]
        assert caught.value.mend
