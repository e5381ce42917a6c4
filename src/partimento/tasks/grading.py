"""Grading a take against an exercise, an arrangement or a criterion in words. The engine judges; a model must agree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.music.grading.criterion import Criterion
from partimento.music.grading.grade import Grade, grade
from partimento.music.grading.performed import perform
from partimento.shapes.grade import asked_in
from partimento.shapes.take import TEMPO, take_from


class GradingInputs(Struct, frozen=True, kw_only=True):
    """A take, and what to hold it against: `task` (an exercise or an arrangement) or `criterion` ("play G7 in first
    inversion").

    `take`: a Take, the bytes of a MIDI file (base64 in JSON), or a list of notes {"start", "end" or "duration" in
    seconds, "midi", "velocity", "hand"}; also {"start_beat", "beats"} at `tempo` quarter notes a minute.
    """

    take: Any
    task: Any = None
    criterion: str = ""
    index: int | None = None
    tempo: float | None = None


class GradingDraft(Struct, frozen=True):
    """What a model is asked for: the marks of the whole."""

    score: int
    wrong: int
    missing: int
    extra: int
    late: int


def _read(inputs: GradingInputs) -> GradingInputs:
    if (inputs.task is None) == (not inputs.criterion.strip()):
        raise BadInput(
            "there is nothing to hold the take against" if inputs.task is None else "there are two things to grade by",
            why="a take is graded against a task or by a criterion",
            mend='give task, or criterion="play G7 in first inversion"',
        )
    if inputs.criterion:
        return msgspec.structs.replace(
            inputs,
            take=take_from(inputs.take, TEMPO if inputs.tempo is None else inputs.tempo),
            criterion=Criterion.parse(inputs.criterion).text,
        )
    asked = asked_in(inputs.task, inputs.index)
    take = take_from(inputs.take, asked.tempo if inputs.tempo is None else inputs.tempo)
    return msgspec.structs.replace(inputs, take=take, task=asked, index=None, tempo=None)


@lru_cache(maxsize=8)
def _judged(inputs: GradingInputs) -> Grade:
    """Once for the draft, its check and the output."""
    if inputs.criterion:
        return perform(inputs.take, Criterion.parse(inputs.criterion))
    return grade(inputs.take, inputs.task.expected)


def _by_rules(inputs: GradingInputs, seed: int) -> GradingDraft:
    return _draft_of(_judged(inputs))


def _draft_of(judged: Grade) -> GradingDraft:
    marks = judged.marks
    return GradingDraft(judged.score, marks.wrong, marks.missing, marks.extra, marks.late)


def _agrees(inputs: GradingInputs, draft: GradingDraft) -> Iterator[str]:
    """A model's marks must be the engine's."""
    proven = _draft_of(_judged(inputs))
    for name in proven.__struct_fields__:
        claimed, real = getattr(draft, name), getattr(proven, name)
        if claimed != real:
            yield f"{name} is {real}, not {claimed}"


def _prompt(inputs: GradingInputs) -> Prompt:
    played = " ".join(f"{note.midi}@{note.start:.2f}" for note in inputs.take.notes)
    asked = inputs.criterion or " ".join(f"{note.midi}@{note.start_beat:g}" for note in inputs.task.notes)
    return Prompt(
        "You grade what a pianist played against what was asked: MIDI numbers at seconds against those at beats. "
        "Answer in JSON: the score of 100, and the counts of wrong, missing, extra and late notes.",
        f"Asked: {asked}\nPlayed: {played}",
    )


grading = task(
    name="grading",
    summary="A played take judged: notes, rhythm, touch, hands, and what to practise",
    version=1,
    complexity=5,
    inputs=GradingInputs,
    read=_read,
    draft=GradingDraft,
    output=Grade,
    prompt=_prompt,
    finish=lambda inputs, draft, method: _judged(inputs),
    checks=(_agrees,),
    rules=_by_rules,
    exact=lambda inputs: True,
)
