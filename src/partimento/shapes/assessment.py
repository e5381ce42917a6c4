"""An assessment as apps show and hold it: questions to choose, to answer and to play, and what follows from scores.

Knows its fields, a model's draft of one and what is wrong with it; leaves asking to `music.questions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.grading.criterion import Criterion
from partimento.music.questions.assembling import AskedKind, Type
from partimento.music.questions.meaning import Means
from partimento.music.questions.performing import Performance, Scoring
from partimento.music.questions.question import Question
from partimento.shapes.prose import Unproven
from partimento.shapes.quiz import QuestionDraft, question_flaws, question_schema, settled

POINTS: Final[dict[AskedKind, int]] = {"choice": 1, "short_answer": 2, "performance": 4}


class AssessmentQuestion(Struct, frozen=True, kw_only=True):
    """One question. A performance has `scoring_criteria`, whose `criterion` the task `grading` executes, and no answer;
    the others are as in a quiz. `points`: what it weighs; `difficulty`: on the scale of levels, 1 to 10."""

    id: str
    type: AskedKind
    question: Unproven
    points: int
    concept: str
    difficulty: float
    options: tuple[Unproven, ...] = ()
    answer: int | Unproven | None = None
    accepted: tuple[Unproven, ...] = ()
    explanation: str = ""
    scoring_criteria: Scoring | None = None
    reads_as: Means = "word"
    key: str = "C"
    by_sound: bool = False


class Band(Struct, frozen=True, kw_only=True):
    """What to do after a score from `from_score` to `to_score` (of 100, both within); `concepts`: ids to go on with."""

    from_score: int
    to_score: int
    advice: str
    concepts: tuple[str, ...]


class Assessment(Struct, frozen=True, kw_only=True):
    """`pass_mark` of 100; 0 for a diagnostic, which nobody fails. `feedback` is empty until it is answered: the task
    `feedback` writes it. `minutes`: how long it takes about."""

    type: Type
    title: str
    topic: Unproven
    level: int
    genre: str
    key: str
    concepts: tuple[str, ...]
    minutes: int
    instructions: str
    pass_mark: int
    points: int
    questions: tuple[AssessmentQuestion, ...]
    recommendations: tuple[Band, ...]
    generation_method: str
    feedback: str = ""


class AssessedDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model is asked for; `criterion` is what a grader is to judge by, "" for a question to be answered."""

    type: AskedKind
    question: str
    options: tuple[str, ...]
    answer: int | str
    explanation: str
    concept: str
    criterion: str


class AssessmentDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    instructions: str
    questions: tuple[AssessedDraft, ...]


def shown(asked: Question | Performance, number: int) -> AssessmentQuestion:
    """A question as apps show it, with its number for an id."""
    if isinstance(asked, Performance):
        return AssessmentQuestion(
            id=f"q{number}", type="performance", question=asked.question, points=POINTS["performance"],
            concept=asked.concept, difficulty=asked.difficulty, scoring_criteria=asked.scoring,
        )  # fmt: skip
    kind: AskedKind = "choice" if asked.kind == "choice" else "short_answer"
    return AssessmentQuestion(
        id=f"q{number}", type=kind, question=asked.question, points=POINTS[kind], concept=asked.concept,
        difficulty=asked.difficulty, options=asked.options, answer=asked.answer, accepted=asked.accepted,
        explanation=asked.explanation, reads_as=asked.means, key=asked.key, by_sound=asked.by_sound,
    )  # fmt: skip


def schema_for(concepts: Sequence[str], counts: dict[AskedKind, int]) -> dict[str, Any]:
    """The JSON schema of a draft: so many questions, on these concepts."""
    question = question_schema(concepts, tuple(counts))
    properties = {"type" if name == "kind" else name: part for name, part in question["properties"].items()}
    properties["criterion"] = {"type": "string", "maxLength": 300}
    whole = sum(counts.values())
    told = {
        "title": {"type": "string", "minLength": 1, "maxLength": 120},
        "instructions": {"type": "string", "minLength": 1, "maxLength": 800},
        "questions": {
            "type": "array",
            "items": question | {"properties": properties, "required": list(properties)},
            "minItems": whole,
            "maxItems": whole,
        },
    }
    return {"type": "object", "properties": told, "required": list(told), "additionalProperties": False}


def draft_flaws(asked: AssessedDraft, concepts: Sequence[str]) -> Iterator[str]:
    """What is wrong with a question of a draft: a criterion that no grader reads, or an answer that is not the one."""
    if asked.type != "performance":
        if asked.criterion:
            yield "it is to be answered, not played, but has a criterion"
        yield from question_flaws(_as_quiz(asked), concepts, ("choice", "short_answer"))
        return
    if asked.concept not in concepts:
        yield f"it is about {asked.concept!r}; asked for: {', '.join(concepts)}"
    if asked.options:
        yield "it has options, but is to be played"
    try:
        Criterion.parse(asked.criterion)
    except BadInput as error:
        yield f"its criterion cannot be graded: {error}"


def _as_quiz(asked: AssessedDraft) -> QuestionDraft:
    return QuestionDraft(
        kind="choice" if asked.type == "choice" else "short_answer", question=asked.question, options=asked.options,
        answer=asked.answer, explanation=asked.explanation, concept=asked.concept,
    )  # fmt: skip


def finished(asked: AssessedDraft, number: int, difficulty: float) -> AssessmentQuestion:
    """A model's proven question as apps show it."""
    if asked.type == "performance":
        return AssessmentQuestion(
            id=f"q{number}", type="performance", question=asked.question, points=POINTS["performance"],
            concept=asked.concept, difficulty=difficulty, explanation=asked.explanation,
            scoring_criteria=Scoring(criterion=Criterion.parse(asked.criterion).text),
        )  # fmt: skip
    told = settled(_as_quiz(asked), number, difficulty)
    return AssessmentQuestion(
        id=told.id, type=asked.type, question=told.question, points=POINTS[asked.type], concept=told.concept,
        difficulty=difficulty, options=told.options, answer=told.answer, explanation=told.explanation,
        reads_as=told.reads_as, key=told.key,
    )  # fmt: skip
