"""A quiz as apps show and mark it: questions with options, answers, explanations. Leaves asking to `music.questions`.

Also a model's draft of one, and what is wrong with it: each question must be proven by the theory engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import Struct

from partimento.music.questions.meaning import Means, meaning
from partimento.music.questions.proof import choice_flaw, short_flaw, statement_of, truth_flaw
from partimento.music.questions.question import Question, QuestionKind
from partimento.music.questions.wanted import means_of
from partimento.shapes.prose import Unproven

_OPTIONS: Final = (3, 6)
_TRUTHS: Final = ("true", "false")


class QuizQuestion(Struct, frozen=True, kw_only=True):
    """`answer`: of a choice the place of the right option (from 0); else the text, or "true" and "false".

    `accepted`: other texts that are right. `reads_as`, `key` and `by_sound`: how a short answer is read (numerals in
    `key`; whether any spelling of the sound is right). `difficulty`: on the scale of levels, 1 to 10; `concept`: an id.
    """

    id: str
    question: Unproven
    kind: QuestionKind
    options: tuple[Unproven, ...]
    answer: int | Unproven
    accepted: tuple[Unproven, ...]
    explanation: str
    concept: str
    difficulty: float
    reads_as: Means = "word"
    key: str = "C"
    by_sound: bool = False


class Quiz(Struct, frozen=True, kw_only=True):
    """`topic` as it was asked for; `concepts`: ids of all that it asks about."""

    title: str
    topic: Unproven
    level: int
    genre: str
    key: str
    concepts: tuple[str, ...]
    questions: tuple[QuizQuestion, ...]
    generation_method: str


def shown(question: Question, number: int) -> QuizQuestion:
    """A question as apps show it, with its number for an id."""
    return QuizQuestion(
        id=f"q{number}",
        question=question.question,
        kind=question.kind,
        options=question.options,
        answer=question.answer,
        accepted=question.accepted,
        explanation=question.explanation,
        concept=question.concept,
        difficulty=question.difficulty,
        reads_as=question.means,
        key=question.key,
        by_sound=question.by_sound,
    )


class QuestionDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model is asked for: `answer` is the place of the right option (from 0), the text, or "true" or "false"."""

    kind: QuestionKind
    question: str
    options: tuple[str, ...]
    answer: int | str
    explanation: str
    concept: str


class QuizDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    questions: tuple[QuestionDraft, ...]


def question_schema(concepts: Sequence[str], kinds: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a question about one of these concepts, of one of these kinds."""
    text = {"type": "string", "minLength": 1, "maxLength": 300}
    properties = {
        "kind": {"type": "string", "enum": list(kinds)},
        "question": text,
        "options": {"type": "array", "items": text | {"maxLength": 80}, "maxItems": _OPTIONS[1]},
        "answer": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": _OPTIONS[1] - 1}, text | {"maxLength": 80}]},
        "explanation": text,
        "concept": {"type": "string", "enum": list(concepts)},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def question_flaws(asked: QuestionDraft, concepts: Sequence[str], kinds: Sequence[str]) -> Iterator[str]:
    """What is wrong with a question: its fields first; then whether it has the one answer that it is said to have."""
    if asked.kind not in kinds:
        yield f"its kind is {asked.kind}; asked for: {', '.join(kinds)}"
    if asked.concept not in concepts:
        yield f"it is about {asked.concept!r}; asked for: {', '.join(concepts)}"
    if asked.kind == "choice":
        yield from _choice_flaws(asked)
    elif asked.options:
        yield "it has options, but is no choice"
    elif isinstance(asked.answer, int):
        yield "its answer is a number, but there are no options"
    elif asked.kind == "true_false":
        if asked.answer.lower() not in _TRUTHS:
            yield "its answer is neither true nor false"
        elif flaw := truth_flaw(asked.question, asked.answer.lower() == "true"):
            yield flaw
    elif flaw := short_flaw(asked.question, [asked.answer]):
        yield flaw


def _choice_flaws(asked: QuestionDraft) -> Iterator[str]:
    few, many = _OPTIONS
    if not few <= len(asked.options) <= many:
        yield f"it has {len(asked.options)} options; {few} to {many} are wanted"
    elif not isinstance(asked.answer, int) or not 0 <= asked.answer < len(asked.options):
        yield f"its answer {asked.answer!r} is the place of no option"
    elif same := alike(asked.question, asked.options):
        yield f"the options {same[0]!r} and {same[1]!r} say the same"
    elif flaw := choice_flaw(asked.question, asked.options, asked.answer):
        yield flaw


def guarded(instructions: str) -> str:
    """The instructions without the lines of example questions and tasks, which a model may well use."""
    return "\n".join(line for line in instructions.splitlines() if "?" not in line and not line.startswith("play "))


def alike(question: str, options: Sequence[str]) -> tuple[str, str] | None:
    """Two options that say the same, if only in another spelling; None where all differ."""
    means, key = means_of(question, options)
    seen: dict[object, str] = {}
    for option in options:
        found = meaning(option, means, key)
        said = option.strip().lower() if found is None else found.sounding
        if said in seen:
            return seen[said], option
        seen[said] = option
    return None


def settled(asked: QuestionDraft, number: int, difficulty: float) -> QuizQuestion:
    """A model's proven question as apps show it."""
    truth = asked.kind == "true_false"
    words = asked.options or (str(asked.answer),)
    means, key = means_of("" if truth else asked.question, () if truth else words)
    return QuizQuestion(
        id=f"q{number}",
        question=f"True or false: {statement_of(asked.question)}" if truth else asked.question,
        kind=asked.kind,
        options=asked.options,
        answer=str(asked.answer).lower() if truth else asked.answer,
        accepted=(),
        explanation=asked.explanation,
        concept=asked.concept,
        difficulty=difficulty,
        reads_as=means,
        key=key,
    )
