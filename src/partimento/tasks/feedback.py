"""Feedback on an answered assessment or quiz: marks by the rules, in words by them or by a model, and what to do next.

A model writes the prose alone; its numbers must be those of the marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import PartimentoError
from partimento.core.task import Prompt, task
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.lessons.drills import drills
from partimento.music.lessons.matter import matter
from partimento.music.lessons.order import following
from partimento.music.lessons.planned import PlannedExercise
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept
from partimento.shapes.answered import GivenAnswer, Paper, answers_of, marks, paper_of
from partimento.shapes.feedback import Feedback, Marked, Recommendations, Standing, number_flaws, standing, title_of
from partimento.shapes.feedback_words import mistakes, told
from partimento.shapes.learning import setting_for
from partimento.shapes.wording import wording
from partimento.shapes.written import text_flaws

_SHORTEST, _LONGEST = 120, 5000
_NAMED: Final = 3
_UNKNOWN: Final = 0.35
"""Below this share of a concept's points, what it leans on is recommended before it."""


class FeedbackInputs(Struct, frozen=True, kw_only=True):
    """`assessment`: an assessment or a quiz (JSON or the object). `answers`: a list of {"id", "answer"} (a place from
    0, a letter, a text, true or false) and {"id", "take"} (MIDI in base64, or notes); or an object of answers by id."""

    assessment: Any
    answers: Any


class FeedbackDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """What a model is asked for: the words."""

    feedback: str


def _read(inputs: FeedbackInputs) -> FeedbackInputs:
    paper = inputs.assessment if isinstance(inputs.assessment, Paper) else paper_of(inputs.assessment)
    if paper.genre:
        find(paper.genre)
    return replace(inputs, assessment=paper, answers=answers_of(inputs.answers, paper))


def _result(inputs: FeedbackInputs) -> Marked:
    return _marked(inputs.assessment, inputs.answers)


@lru_cache(maxsize=16)
def _marked(paper: Paper, answers: tuple[GivenAnswer, ...]) -> Marked:
    """Once for the draft, its check and the output."""
    found = marks(paper, answers)
    stand = standing(paper, found)
    return Marked(paper, found, stand, _recommended(paper, stand))


def _recommended(paper: Paper, stand: Standing) -> Recommendations:
    """What is wanting, with what it leans on where it is all but unknown; where nothing is wanting, what follows."""
    every = [found for one in (*stand.gaps, *_half_known(stand)) if (found := _known(one)) is not None]
    chosen: list[Concept] = []
    for one in every:
        below = [concept(need) for need in one.needs] if stand.by_concept[one.id] < _UNKNOWN else []
        fresh = [need for need in below if need.id not in stand.strengths]
        chosen += [*fresh[:1], one]
    if not chosen:
        had = [found for one in stand.strengths if (found := _known(one)) is not None]
        top = max(had, key=lambda one: one.level, default=None)
        chosen = list(following(top.id, paper.genre or "jazz", paper.level)) if top is not None else []
    short = tuple(dict.fromkeys(one.id for one in chosen))[:_NAMED]
    return Recommendations(concepts=short, exercises=_exercises(paper, short))


def _half_known(stand: Standing) -> tuple[str, ...]:
    return tuple(
        one for one, share in stand.by_concept.items() if share < 1 and one not in (*stand.gaps, *stand.strengths)
    )


def _known(one: str) -> Concept | None:
    try:
        return concept(one)
    except PartimentoError:
        return None


def _exercises(paper: Paper, ids: tuple[str, ...]) -> tuple[PlannedExercise, ...]:
    """One or two for each concept, in the paper's key where it has one."""
    found: list[PlannedExercise] = []
    for one in ids:
        known = concept(one)
        key = Key.parse(paper.key).symbol if paper.key else None
        setting = setting_for(known, paper.genre or None, min(10, max(paper.level, known.level)), key, 30, None)
        found += drills(matter(known, setting), 1 if len(ids) > 2 else 2, Random(one))
    return tuple(found)


def _by_rules(inputs: FeedbackInputs, seed: int) -> FeedbackDraft:
    result = _result(inputs)
    return FeedbackDraft(told(result, wording("feedback").phrases, Random(seed)))


def _prompt(inputs: FeedbackInputs) -> Prompt:
    result = _result(inputs)
    stand, paper, wrong = result.stand, result.paper, mistakes(result)
    asked = {question.id: question.question for question in paper.questions}
    level = f"; level estimated at {stand.level.level} ({stand.level.low} to {stand.level.high})" if stand.level else ""
    wrongs = "; ".join(
        f"{asked[mark.id]} | {mark.correct_answer} | {mark.explanation or mark.reason}" for mark in wrong
    )
    return wording("feedback").prompt(
        data={
            "mistakes": wrongs,
            "answers": "; ".join(mark.given for mark in wrong if mark.given),
            "concepts": "; ".join(f"{title_of(one)}: {round(100 * had)} %" for one, had in stand.by_concept.items()),
        },
        kind=paper.type or "quiz",
        level=paper.level,
        **{"pass": f"{paper.pass_mark} of 100 to pass" if paper.pass_mark else "nothing to pass"},
        results=f"{stand.score} of 100; {stand.right} of {stand.asked} questions fully right; "
        f"{stand.unanswered} of {stand.asked} left open{level}"
        + ("" if stand.passed is None else "; passed" if stand.passed else "; not passed"),
        next="; ".join([*(title_of(one) for one in result.recommendations.concepts),
                        *(one.title for one in result.recommendations.exercises)]),
    )  # fmt: skip


def _flaws(inputs: FeedbackInputs, draft: FeedbackDraft) -> Iterator[str]:
    """Words in paragraphs, no endless ones, no leaks, and no number that is not a result."""
    result, text = _result(inputs), draft.feedback.strip()
    if not _SHORTEST <= len(text) <= _LONGEST:
        yield f"the feedback has {len(text)} letters; {_SHORTEST} to {_LONGEST} are wanted"
    if "\n\n" not in text:
        yield "the feedback is one block; part it into paragraphs by empty lines"
    asked = [question.question for question in result.paper.questions]
    given = (*asked, *(mark.given for mark in result.marks if mark.given))
    for paragraph in text.split("\n\n"):
        yield from text_flaws(FeedbackDraft(paragraph), _instructions(), given)
    yield from number_flaws(_unquoted(text, asked), result.stand, result.paper)


def _instructions() -> str:
    """The standing instruction, which no feedback may repeat."""
    return "\n".join(line.template for line in wording("feedback").prompts["prompt"][0])


def _unquoted(text: str, questions: list[str]) -> str:
    """The text without the questions it quotes, whose numbers are no results."""
    for question in questions:
        text = text.replace(question.rstrip("."), "")
    return text


def _finish(inputs: FeedbackInputs, draft: FeedbackDraft, method: str) -> Feedback:
    result = _result(inputs)
    stand = result.stand
    return Feedback(
        title=result.paper.title,
        score=stand.score,
        passed=stand.passed,
        points=stand.points,
        out_of=stand.out_of,
        by_question=result.marks,
        by_concept=stand.by_concept,
        level_estimate=stand.level,
        strengths=tuple(title_of(one) for one in stand.strengths),
        to_improve=tuple(title_of(one) for one in stand.gaps),
        feedback=draft.feedback.strip(),
        recommendations=result.recommendations,
        generation_method=method,
    )


feedback = task(
    name="feedback",
    summary="Marks and words on an answered assessment or quiz, and what to practise next",
    version=1,
    complexity=5,
    inputs=FeedbackInputs,
    read=_read,
    draft=FeedbackDraft,
    output=Feedback,
    prompt=_prompt,
    finish=_finish,
    checks=(_flaws,),
    rules=_by_rules,
    claims="checked",
)
