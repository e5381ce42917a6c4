"""A lesson script: what a teacher says and the time to play, together as long as the lesson; true throughout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from partimento import BadInput, Partimento
from partimento.core.errors import ChecksFailed
from partimento.music.lessons.dialogue import Line, ScriptDraft, SegmentDraft
from partimento.pipeline.claims import proven
from partimento.tasks.lesson_script import lesson_script


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def flaws(request: Any, drafted: Any) -> list[str]:
    return [flaw for check in lesson_script.checks for flaw in check(request.inputs, drafted)]


@pytest.mark.parametrize("topic", ["rootless voicings", "the blues scale", "swing feel", "ii-V-I", "hand position"])
@pytest.mark.parametrize("minutes", [5, 30, 60])
def test_a_lesson_by_rules_fills_its_minutes_with_talk_and_playing(topic: str, minutes: int) -> None:
    request = lesson_script(topic=topic, minutes=minutes, level=4)
    assert lesson_script.rules is not None
    drafted = lesson_script.rules(request.inputs, 3)
    assert flaws(request, drafted) == []
    made = lesson_script.finish(request.inputs, drafted, "rules")
    assert 0.7 * minutes <= made.estimated_minutes <= 1.3 * minutes
    assert made.speakers == ("Teacher",)
    assert (read := proven(made, "checked")).corrections == read.flaws == ()
    assert sum(segment.play_minutes for segment in made.segments) > 0
    assert (made.segments[0].title, made.segments[-1].title) == ("Welcome", "At home")


def test_it_is_made_without_any_model(pt: Partimento) -> None:
    made = pt.make(lesson_script(topic="shell voicings", genre="jazz", key="Bb", minutes=20))
    assert made.receipt.engine == "rules"
    assert made.receipt.claims is None or made.receipt.claims.corrected == 0
    assert "Bb" in made.value.text
    assert made.value.language == "en"


def test_what_the_rules_know_nothing_of_they_leave(pt: Partimento) -> None:
    with pytest.raises(ChecksFailed, match="photosynthesis"):
        pt.make(lesson_script(topic="photosynthesis"), model="rules")


def test_rules_do_not_answer_in_a_language_they_cannot_write(pt: Partimento) -> None:
    with pytest.raises(ChecksFailed, match="German"):
        pt.make(lesson_script(topic="shell voicings", language="German"), model="rules")


def test_a_model_s_lesson_is_measured_with_its_playing() -> None:
    request = lesson_script(topic="shell voicings", minutes=10)
    lines = tuple(Line("Teacher", "Play the shell with both hands and listen to the third of it.") for _ in range(60))
    assert (
        flaws(request, ScriptDraft(title="T", segments=(SegmentDraft(title="A", lines=lines, play_minutes=4),))) == []
    )
    short = ScriptDraft(title="T", segments=(SegmentDraft(title="A", lines=lines[:5], play_minutes=4),))
    assert "minutes" in flaws(request, short)[0]
    wild = ScriptDraft(title="T", segments=(SegmentDraft(title="A", lines=lines[:2], play_minutes=9.9),))
    assert any("only played" in flaw for flaw in flaws(request, wild))


def test_points_must_come_up() -> None:
    request = lesson_script(topic="shell voicings", key_points=["pedalling between dominant chords"])
    assert lesson_script.rules is not None
    told = flaws(request, lesson_script.rules(request.inputs, 1))
    assert "pedalling" in " ".join(told)


@pytest.mark.parametrize(
    "fields", [{"topic": ""}, {"topic": "blues", "minutes": 121}, {"topic": "blues", "minutes": 1}]
)
def test_what_cannot_be_taught_is_refused_and_mendable(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        lesson_script(**fields)
    assert refused.value.mend
