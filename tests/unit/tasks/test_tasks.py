"""Each task's own reading, rules and checks; the way there is the pipeline's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from partimento import BadInput, ChordSyntaxError, Partimento, UnknownName, plugins
from partimento.core.task import Task
from partimento.tasks import arrangement, progression, text, theory, validation
from partimento.tasks.text import text_request
from partimento.tasks.theory import TheoryDraft
from partimento.tasks.validation import Verdict


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def flaws(task: Any, request: Any, draft: Any) -> list[str]:
    return [flaw for check in task.checks for flaw in check(request.inputs, draft)]


def test_after_plugins_load_a_task_is_still_the_callable_and_not_its_module() -> None:
    for name in plugins.task_names():
        found = plugins.task(name)
        assert isinstance(found, Task)
        assert found.name == name
    import partimento.tasks

    assert all(isinstance(getattr(partimento.tasks, name), Task) for name in partimento.tasks.__all__)


def test_the_base_complexities_are_those_the_house_promises() -> None:
    assert [task.complexity for task in (validation, progression, theory)] == [3, 4, 5]


@pytest.mark.parametrize(
    ("chords", "bars", "sound", "says"),
    [
        ("Dm7 | G7 | Cmaj7 | Cmaj7", None, True, ""),
        (["Dm7 G7", "Cmaj7"], 2, True, ""),
        ("Dm7 | G7 | Cmaj7", 4, False, "bars"),
        ("F#maj7 | B7 | Emaj7", None, False, "C"),
        ("Dm7 | Gq7 | Cmaj7", None, False, "Gq7"),
    ],
)
def test_validation_finds_what_is_wrong(pt: Partimento, chords: Any, bars: Any, sound: bool, says: str) -> None:
    verdict = pt.make(validation(chords=chords, key="C", bars=bars), model="rules").value
    assert verdict.sound is sound
    assert says in " ".join(verdict.findings)


def test_a_model_s_verdict_must_be_the_engine_s() -> None:
    request = validation(chords="Dm7 | G7 | Cmaj7", key="C")
    assert flaws(validation, request, Verdict(True, ())) == []
    assert "sound" in flaws(validation, request, Verdict(False, ("it is dull",)))[0]


def test_a_model_s_numerals_must_be_the_engine_s() -> None:
    request = theory(chords=("Dm7", "G7", "Cmaj7"), key="C")
    assert flaws(theory, request, TheoryDraft("C", ("ii7", "V7", "Imaj7"))) == []
    assert flaws(theory, request, TheoryDraft("G", ("ii7", "V7", "Imaj7"))) == ["the key is C, not G"]
    assert "numerals" in flaws(theory, request, TheoryDraft("C", ("ii7",)))[0]
    assert flaws(theory, request, TheoryDraft("C", ("ii7", "IV7", "Imaj7"))) == ["G7 is V7 in C, not IV7"]


@pytest.mark.parametrize(
    "ask", [lambda: theory(chords=[]), lambda: validation(chords=" | ", key="C"), lambda: text(prompt=" ")]
)
def test_what_is_empty_is_refused(ask: Any) -> None:
    with pytest.raises(BadInput) as caught:
        ask()
    assert caught.value.mend


def test_a_chord_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ChordSyntaxError) as caught:
        theory(chords="Dm7 Xyz G7")
    assert caught.value.symbol == "Xyz"


def test_two_spellings_of_one_request_are_one_request() -> None:
    assert theory(chords="C∆7 A-7", key="C major").inputs == theory(chords=["Cmaj7", "Am7"], key="C").inputs


def test_fields_by_name_are_converted_and_checked() -> None:
    assert progression.ask({"genre": "jazz", "bars": "12"}).inputs.bars == 12
    with pytest.raises(UnknownName):
        progression.ask({"gender": "jazz"})
    with pytest.raises(BadInput):
        progression.ask({"genre": "jazz", "bars": "many"})


@pytest.mark.parametrize(
    ("request_type", "options", "wanted"),
    [
        ("podcast_script", {}, "normal"),
        ("report", {}, "normal"),
        ("lesson_script", {}, "normal"),
        ("anything", {}, "cheap"),
        ("anything", {"quality": "premium"}, "premium"),
        ("report", {"deep_reasoning": True}, "premium"),
    ],
)
def test_a_text_asks_for_the_quality_its_type_deserves(request_type: str, options: Any, wanted: str) -> None:
    assert text_request(request_type, "x", options).options.model == wanted


def test_further_options_of_a_text_reach_the_model_and_the_fingerprint() -> None:
    request = text_request("report", "x", {"language": "ja", "tone": "warm", "temperature": 0.5})
    assert (request.options.language, request.options.temperature) == ("ja", 0.5)
    assert "tone: warm" in text.prompt(request.inputs).user


@pytest.mark.parametrize(
    "options", [{"quality": "lavish"}, {"temperature": "hot"}, {"temperature": 5}, {"max_tokens": 0}]
)
def test_options_that_cannot_be_are_refused(options: Any) -> None:
    with pytest.raises(BadInput):
        text_request("report", "x", options)


def test_a_tier_word_for_a_model_bounds_the_choice_and_a_name_is_a_choice_by_hand() -> None:
    assert text_request("report", "x", {}, model="small").options.selection_mode == "auto"
    assert text_request("report", "x", {}, model="gpt-4o").options.selection_mode == "manual"
    assert text_request("report", "x", {}, provider="openai").options.selection_mode == "manual"


def test_an_arrangement_says_who_wrote_its_chords_and_saves_what_it_is(pt: Partimento, tmp_path: Path) -> None:
    made = pt.make(arrangement(genre="gospel", bars=8), model="rules").value
    assert made.generation_method == "rules"
    assert made.save(tmp_path / "x.json").read_bytes().startswith(b"{")
    with pytest.raises(BadInput):
        made.save(tmp_path / "missing" / "x.mid")
    with pytest.raises(BadInput):
        made.save(tmp_path / "x.doc")


def test_a_progression_has_nobody_to_play_tracks() -> None:
    with pytest.raises(BadInput, match="no tracks"):
        progression(genre="jazz", tracks="bass")
    assert progression(genre="jazz", tracks="piano").inputs.tracks == ()
