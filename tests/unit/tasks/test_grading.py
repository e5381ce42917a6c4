"""The task `grading`: what it takes, what it refuses, and that a model's marks count only where they are proven."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from partimento import BadInput, Partimento, UnknownName
from partimento.music.formats import midi
from partimento.shapes.grade import Asked, asked_in
from partimento.tasks.arrangement import arrangement
from partimento.tasks.exercise import exercise
from partimento.tasks.grading import GradingDraft, grading


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def lick(pt: Partimento) -> Any:
    return pt.make(exercise(genre="jazz", kind="lick", key="Bb")).value


def as_values(made: Any) -> Any:
    """What JSON makes of it."""
    return msgspec.json.decode(msgspec.json.encode(made))


def test_an_exercise_played_as_written_has_full_marks_and_a_receipt(pt: Partimento, lick: Any) -> None:
    result = pt.make(grading(take=midi.write(lick.score), task=lick))
    assert result.value.score == 100
    assert (result.receipt.model, result.receipt.task) == ("rules", "grading")
    assert not result.receipt.cost_usd
    assert pt.make(grading(take=midi.write(lick.score), task=lick)).receipt.cached


@pytest.mark.parametrize("kind", ["progression", "scale", "voicing", "lick", "rhythm"])
def test_every_kind_of_exercise_can_be_graded(pt: Partimento, kind: Any) -> None:
    made = pt.make(exercise(genre="jazz", kind=kind, key="F", level=5)).value
    value = pt.make(grading(take=midi.write(made.score), task=made)).value
    assert (value.score, value.findings) == (100, ())


def test_an_arrangement_can_be_graded(pt: Partimento) -> None:
    made = pt.make(arrangement(genre="gospel", description="slow worship ballad", bars=8)).value
    assert pt.make(grading(take=midi.write(made.score), task=made)).value.score == 100


def test_a_take_may_be_notes_in_seconds_in_beats_or_midi_in_base64(lick: Any) -> None:
    per_beat = 60 / lick.tempo
    seconds = [
        {"start": note.start_beat * per_beat, "duration": note.beats * per_beat, "midi": note.midi}
        for note in lick.notes
    ]
    beats = [{"start_beat": note.start_beat, "beats": note.beats, "midi": note.midi} for note in lick.notes]
    for take in (seconds, {"notes": beats}, base64.b64encode(midi.write(lick.score)).decode()):
        request = grading(take=take, task=as_values(lick))
        assert request.task.finish(request.inputs, None, "rules").marks.notes == 100


def test_the_task_may_be_wrapped_in_its_envelope_or_stand_in_a_list(lick: Any) -> None:
    plain = asked_in(lick)
    assert isinstance(plain, Asked)
    assert asked_in({"value": as_values(lick), "receipt": {}}) == plain
    assert asked_in([{"value": as_values(lick)}, {"value": "another"}], 1) == plain
    assert asked_in([as_values(lick)]) == plain


@pytest.mark.parametrize(
    ("document", "index", "says"),
    [
        ({"key": "C"}, None, "cannot read the task"),
        ("words", None, "cannot read the task"),
        ([], None, "empty"),
        ([{}, {}], None, "2 tasks"),
        ([{}, {}], 3, "no task 3"),
    ],
)
def test_what_is_no_task_is_refused_with_the_mend(document: Any, index: int | None, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        asked_in(document, index)
    assert says in caught.value.what
    assert caught.value.mend


@pytest.mark.parametrize(
    "fields",
    [
        {"take": [{"start": 0, "midi": 60}]},
        {"take": [{"start": 0, "midi": 60}], "criterion": "play C", "task": {}},
        {"take": [], "criterion": "play C"},
        {"take": [{"midi": 60}], "criterion": "play C"},
        {"take": [{"start": 0, "midi": 200}], "criterion": "play C"},
        {"take": [{"start": 1, "end": 0, "midi": 60}], "criterion": "play C"},
        {"take": [{"start": 0, "pitch": 60}], "criterion": "play C"},
        {"take": "no base64!", "criterion": "play C"},
        {"take": 7, "criterion": "play C"},
        {"take": [{"start_beat": 1, "midi": 60}], "criterion": "play C", "tempo": 0},
        {"take": [{"start": 0, "midi": 60}], "criterion": "play something nice"},
    ],
)
def test_what_cannot_be_graded_is_refused_with_the_mend(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        grading.ask(fields)
    assert caught.value.mend


def test_a_voicing_that_does_not_exist_is_refused(lick: Any) -> None:
    document = as_values(lick) | {"grading": "voicing", "content": {"voicing": "droop2"}}
    with pytest.raises(UnknownName) as caught:
        grading(take=midi.write(lick.score), task=document)
    assert caught.value.nearest == "drop2"


def test_a_criterion_is_judged_by_the_same_task(pt: Partimento) -> None:
    take = [{"start": 0.0, "duration": 1.0, "midi": midi_number} for midi_number in (53, 57, 60, 64)]
    value = pt.make(grading(take=take, criterion="play a rootless Dm7 voicing")).value
    assert (value.met, value.score) == (True, 100)


def test_a_model_s_marks_must_be_the_engine_s(lick: Any) -> None:
    request = grading(take=midi.write(lick.score), task=lick)
    (check,) = grading.checks
    assert list(check(request.inputs, GradingDraft(100, 0, 0, 0, 0))) == []
    assert list(check(request.inputs, GradingDraft(90, 1, 0, 0, 0))) == ["score is 100, not 90", "wrong is 0, not 1"]
    assert grading.exact(request.inputs)
