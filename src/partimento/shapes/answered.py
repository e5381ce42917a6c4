"""A paper with answers: an assessment or a quiz read from any document, what was given to each question, and the marks.

Marks are the rules' alone: `music.questions.marking` marks words, `performing` marks takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput, TooLarge, UnknownName
from partimento.music.grading.criterion import Criterion
from partimento.music.questions.assembling import Type
from partimento.music.questions.marking import UNANSWERED, Mark, mark_choice, mark_short, mark_truth
from partimento.music.questions.meaning import Means
from partimento.music.questions.performing import Scoring, judge
from partimento.music.take import Take
from partimento.shapes.prose import Unproven
from partimento.shapes.take import TEMPO, take_from

AnsweredKind = Literal["choice", "short_answer", "true_false", "performance"]

_MOST: Final = 200
_LONGEST: Final = 2000
"""Letters of a question, an option or an answer."""
_PAPER: Final = "give an assessment or a quiz, as `partimento make assessment --json` prints it"
_ANSWER: Final = 'give [{"id": "q1", "answer": "Bb7"}, {"id": "q2", "take": …}]'


class PaperQuestion(Struct, frozen=True, kw_only=True):
    """Of a question, what marking needs; a quiz calls its `type` its kind."""

    id: str = ""
    type: AnsweredKind | None = None
    kind: AnsweredKind | None = None
    question: Unproven = ""
    options: tuple[Unproven, ...] = ()
    answer: int | Unproven | None = None
    accepted: tuple[Unproven, ...] = ()
    explanation: str = ""
    scoring_criteria: Scoring | None = None
    points: int = 1
    concept: str = ""
    difficulty: float = 5.0
    reads_as: Means = "word"
    key: str = "C"
    by_sound: bool = False

    @property
    def asked(self) -> AnsweredKind:
        return self.type or self.kind or "short_answer"

    @property
    def right(self) -> str:
        """The right answer in words; of a performance, what was to be played."""
        if self.scoring_criteria is not None:
            return self.scoring_criteria.criterion
        if isinstance(self.answer, int):
            return self.options[self.answer] if 0 <= self.answer < len(self.options) else ""
        return self.answer or ""


class Paper(Struct, frozen=True, kw_only=True):
    """What was set: the fields of an assessment and of a quiz that count; others are passed over."""

    questions: tuple[PaperQuestion, ...]
    title: Unproven = ""
    type: Type | None = None
    level: int = 5
    genre: str = ""
    key: str = ""
    pass_mark: int = 0


class GivenAnswer(Struct, frozen=True, kw_only=True):
    """What was given to a question: `answer` (a place, a text, true or false) or `take`; None for neither."""

    id: str
    answer: int | Unproven | bool | None = None
    take: Take | None = None


class QuestionMark(Struct, frozen=True, kw_only=True):
    """A question marked: `score` 0 to 1, the points it gives of `out_of`, why, and the right answer."""

    id: str
    type: AnsweredKind
    concept: str
    score: float
    points: float
    out_of: int
    reason: Unproven
    answered: bool
    given: Unproven
    correct_answer: Unproven
    explanation: str


def paper_of(document: Any) -> Paper:
    """The paper of a document, also one wrapped as {"value", "receipt"}. Raises BadInput for what cannot be marked."""
    if isinstance(document, Mapping) and "questions" not in document and "value" in document:
        return paper_of(document["value"])
    try:
        if isinstance(document, str | bytes):
            document = msgspec.json.decode(document)
        paper = msgspec.convert(document, Paper, from_attributes=True)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadInput("cannot read the assessment", why=str(error), mend=_PAPER) from error
    if not 1 <= len(paper.questions) <= _MOST:
        raise BadInput(
            f"the assessment has {len(paper.questions)} questions", why=f"1 to {_MOST} are marked", mend=_PAPER
        )
    questions = tuple(_checked(question, at) for at, question in enumerate(paper.questions, start=1))
    ids = [question.id for question in questions]
    if len(set(ids)) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise BadInput(
            f"two questions are called {twice!r}", why="answers name questions by id", mend="give each its own"
        )
    return replace(paper, questions=questions)


def _checked(question: PaperQuestion, number: int) -> PaperQuestion:
    """With an id, and with what its type cannot be marked without."""
    question = question if question.id else replace(question, id=f"q{number}")
    texts = (question.id, question.question, question.concept, question.right, *question.options, *question.accepted)
    if any(len(text) > _LONGEST for text in texts):
        raise TooLarge(f"question {number} is too long", why=f"at most {_LONGEST} letters are read", mend="shorten it")
    if question.type is None and question.kind is None:
        raise _unmarkable(question, "it has no type", "choice, short_answer, true_false or performance")
    if question.points < 1:
        raise _unmarkable(question, f"it is worth {question.points} points", "give it 1 or more")
    if question.asked == "performance":
        # a question like "Play a rootless Dm7 voicing" is its own criterion
        scoring = question.scoring_criteria or Scoring(criterion=question.question)
        return replace(question, scoring_criteria=replace(scoring, criterion=Criterion.parse(scoring.criterion).text))
    answer = question.answer
    if question.asked == "choice":
        if not isinstance(answer, int) or isinstance(answer, bool) or not 0 <= answer < len(question.options):
            raise _unmarkable(question, "its answer is the place of no option", "count options from 0")
    elif not isinstance(answer, str) or not answer.strip():
        raise _unmarkable(question, "it has no answer in words", "give the right answer")
    elif question.asked == "true_false" and answer.lower() not in ("true", "false"):
        raise _unmarkable(question, "its answer is neither true nor false", 'answer "true" or "false"')
    return question


def _unmarkable(question: PaperQuestion, why: str, mend: str) -> BadInput:
    return BadInput(f"question {question.id!r} cannot be marked", why=why, mend=mend)


def answers_of(given: Any, paper: Paper) -> tuple[GivenAnswer, ...]:
    """The answers by question, in the paper's order; None where there is none. Raises BadInput, UnknownName."""
    found: dict[str, GivenAnswer] = {}
    known = {question.id: question for question in paper.questions}
    for one in _rows(given):
        answer = one if isinstance(one, GivenAnswer) else _read(one)
        if answer.id not in known:
            raise UnknownName("question", answer.id, known)
        if answer.id in found:
            raise BadInput(f"question {answer.id!r} is answered twice", why="one answer counts", mend="leave one out")
        found[answer.id] = _fitting(answer, known[answer.id])
    return tuple(found.get(name, GivenAnswer(id=name)) for name in known)


def _rows(given: Any) -> Sequence[Any]:
    if isinstance(given, str | bytes):
        try:
            given = msgspec.json.decode(given)
        except msgspec.DecodeError as error:
            raise BadInput("cannot read the answers", why=str(error), mend=_ANSWER) from error
    if isinstance(given, Mapping):
        return [{"id": name, "answer": answer} for name, answer in given.items()]
    if not isinstance(given, list | tuple):
        raise BadInput("cannot read the answers", why=f"they are of the type {type(given).__name__}", mend=_ANSWER)
    return given


def _read(row: Any) -> GivenAnswer:
    if not isinstance(row, Mapping):
        raise BadInput("cannot read an answer", why=f"it is of the type {type(row).__name__}", mend=_ANSWER)
    if strange := set(row) - {"id", "question", "answer", "take", "tempo"}:
        raise BadInput(
            f"an answer has no {sorted(strange)[0]!r}", why="it has id, answer, take and tempo", mend=_ANSWER
        )
    name, answer, take = row.get("id", row.get("question")), row.get("answer"), row.get("take")
    if not isinstance(name, str) or not name:
        raise BadInput("an answer names no question", why="it has no id", mend=_ANSWER)
    if not (answer is None or isinstance(answer, int | str)):
        raise BadInput(
            f"the answer to {name!r} cannot be read", why=f"it is of the type {type(answer).__name__}", mend=_ANSWER
        )
    if isinstance(answer, str) and len(answer) > _LONGEST:
        raise TooLarge(
            f"the answer to {name[:60]!r} has {len(answer)} letters",
            why=f"at most {_LONGEST} are read",
            mend="shorten it",
        )
    tempo = row.get("tempo", TEMPO)
    if not isinstance(tempo, int | float):
        raise BadInput(f"the tempo of {name!r} is no number", why=f"it is {tempo!r}", mend="tempo=120")
    try:
        played = None if take is None else take_from(take, float(tempo))
    except BadInput as error:
        mend = f"{error.mend}; or leave the question out" if error.mend else "leave the question out"
        raise BadInput(f"question {name!r}: {error.what}", why=error.why, mend=mend) from error
    return GivenAnswer(id=name, answer=answer, take=played)


def _fitting(answer: GivenAnswer, question: PaperQuestion) -> GivenAnswer:
    """The answer, where it is of the kind that the question asks for."""
    if question.asked == "performance":
        if answer.take is None and answer.answer not in (None, ""):
            raise BadInput(f"question {answer.id!r} is to be played", why="words cannot be graded", mend="give a take")
        return answer
    if answer.take is not None:
        raise BadInput(f"question {answer.id!r} is to be answered", why="a take was given", mend="give an answer")
    if question.asked == "choice" and isinstance(answer.answer, int) and not isinstance(answer.answer, bool):
        last = len(question.options) - 1
        if not 0 <= answer.answer <= last:
            raise BadInput(
                f"question {answer.id!r} has no option {answer.answer}", why="options count from 0", mend=f"0 to {last}"
            )
    return answer


def marks(paper: Paper, answers: Sequence[GivenAnswer]) -> tuple[QuestionMark, ...]:
    """Every question of the paper marked, in order."""
    return tuple(_marked(question, given) for question, given in zip(paper.questions, answers, strict=True))


def _marked(question: PaperQuestion, given: GivenAnswer) -> QuestionMark:
    answered = given.take is not None or (given.answer is not None and str(given.answer).strip() != "")
    mark = _mark(question, given) if answered else UNANSWERED
    return QuestionMark(
        id=question.id,
        type=question.asked,
        concept=question.concept,
        score=mark.score,
        points=round(mark.score * question.points, 2),
        out_of=question.points,
        reason=mark.reason,
        answered=answered,
        given=_told(question, given),
        correct_answer=question.right,
        explanation=question.explanation,
    )


def _mark(question: PaperQuestion, given: GivenAnswer) -> Mark:
    if given.take is not None and question.scoring_criteria is not None:
        judged = judge(given.take, question.scoring_criteria)
        return Mark(judged.score / 100, judged.grade.advice[0].sentence)
    answer = given.answer if given.answer is not None else ""
    if question.asked == "choice" and isinstance(question.answer, int):
        return mark_choice(answer, question.options, question.answer, question.reads_as, question.key)
    if question.asked == "true_false":
        return mark_truth(answer if isinstance(answer, bool) else str(answer), question.right)
    return mark_short(
        str(answer), question.right, question.reads_as, accepted=question.accepted, key=question.key,
        by_sound=question.by_sound,
    )  # fmt: skip


def _told(question: PaperQuestion, given: GivenAnswer) -> str:
    if given.take is not None:
        return f"a take of {len(given.take.notes)} notes"
    if isinstance(given.answer, int) and not isinstance(given.answer, bool) and question.options:
        return question.options[given.answer]
    return "" if given.answer is None else str(given.answer)
