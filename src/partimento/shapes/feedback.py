"""What is said of an answered assessment: marks, shares, a level, words, what to do. Leaves marking to `answered`.

Also whether words about it agree with its numbers, whoever wrote them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.lessons.planned import PlannedExercise
from partimento.music.questions.estimating import LevelEstimate, Result, estimate
from partimento.music.teaching.concepts import concept
from partimento.shapes.answered import Paper, QuestionMark
from partimento.shapes.prose import Unproven

STRONG, WEAK = 0.8, 0.6
"""From which share of the points a concept is a strength, and below which it is to be improved."""
_GUESSES: Final = {"true_false": 0.5}
_WORDS: Final = "zero one two three four five six seven eight nine ten eleven twelve".split()
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent\b|per cent\b)")
_PAIR: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(?:of|out of|/)\s*(?:the\s+|your\s+)?(\d+)\b(?!/)")
_POINTS: Final = re.compile(r"(?<![\d.] of )(?<!out of )\b(\d+(?:\.\d+)?)\s+points?\b")
_LEVEL: Final = re.compile(r"\blevel\s+(?:of\s+)?(\d+(?:\.\d+)?)")
_PASSED: Final = re.compile(r"\b(?:you(?: have)?|it is|was|is) passed\b|\byou pass\b", re.IGNORECASE)
_FAILED: Final = re.compile(r"\bnot (?:yet )?pass|\bdid(?:n't| not) pass|\bfailed\b", re.IGNORECASE)
_METERS: Final = re.compile(r"\b(?:2/4|3/4|4/4|5/4|7/4|2/2|3/8|5/8|6/8|7/8|9/8|12/8|6/9)\b")


class Recommendations(Struct, frozen=True, kw_only=True):
    """`concepts`: ids, what is most wanting first. `exercises`: in the fields that the task `exercise` is asked by."""

    concepts: tuple[str, ...]
    exercises: tuple[PlannedExercise, ...]


class Feedback(Struct, frozen=True, kw_only=True):
    """`score` of 100 by points; `passed`: None where nothing was to be passed. `by_concept`: id → share of the points,
    0 to 1. `level_estimate`: for diagnostics. `strengths` and `to_improve`: titles of concepts. `feedback`: the words,
    in paragraphs; `generation_method` says who wrote those: the marks are the rules' always."""

    title: Unproven
    score: int
    passed: bool | None
    points: float
    out_of: int
    by_question: tuple[QuestionMark, ...]
    by_concept: dict[str, float]
    level_estimate: LevelEstimate | None
    strengths: tuple[Unproven, ...]
    to_improve: tuple[Unproven, ...]
    feedback: str
    recommendations: Recommendations
    generation_method: str


class Standing(Struct, frozen=True, kw_only=True):
    """The numbers of an answered paper."""

    score: int
    passed: bool | None
    points: float
    out_of: int
    right: int
    asked: int
    unanswered: int
    by_concept: dict[str, float]
    parts: dict[str, tuple[float, int]]
    """Points of each concept, and how many there were."""
    level: LevelEstimate | None

    @property
    def strengths(self) -> tuple[str, ...]:
        """Concepts (ids) that are had, the best first."""
        return tuple(sorted((one for one, share in self.by_concept.items() if share >= STRONG), key=self._worth))

    @property
    def gaps(self) -> tuple[str, ...]:
        """Concepts (ids) that are wanting, the most first."""
        weak = [one for one, share in self.by_concept.items() if share < WEAK]
        return tuple(sorted(weak, key=lambda one: (self.by_concept[one], -self.parts[one][1])))

    def _worth(self, one: str) -> tuple[float, int]:
        return -self.by_concept[one], -self.parts[one][1]


class Marked(Struct, frozen=True):
    """Everything that is settled before a word is written."""

    paper: Paper
    marks: tuple[QuestionMark, ...]
    stand: Standing
    recommendations: Recommendations


def standing(paper: Paper, marks: Sequence[QuestionMark]) -> Standing:
    """What the marks add up to."""
    parts: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0])
    for mark in marks:
        if mark.concept:
            parts[mark.concept][0] += mark.points
            parts[mark.concept][1] += mark.out_of
    points, out_of = round(sum(mark.points for mark in marks), 2), sum(mark.out_of for mark in marks)
    score = round(100 * points / out_of)
    return Standing(
        score=score,
        passed=score >= paper.pass_mark if paper.pass_mark else None,
        points=points,
        out_of=out_of,
        right=sum(mark.score >= 1 for mark in marks),
        asked=len(marks),
        unanswered=sum(not mark.answered for mark in marks),
        by_concept={one: round(had / whole, 2) for one, (had, whole) in parts.items()},
        parts={one: (round(had, 2), int(whole)) for one, (had, whole) in parts.items()},
        level=_level(paper, marks) if paper.type == "diagnostic" else None,
    )


def _level(paper: Paper, marks: Sequence[QuestionMark]) -> LevelEstimate:
    results = [
        Result(question.difficulty, mark.score, _guess(mark, len(question.options)))
        for question, mark in zip(paper.questions, marks, strict=True)
    ]
    return estimate(results, float(paper.level))


def _guess(mark: QuestionMark, options: int) -> float:
    """The chance to have guessed it; who leaves it open has not guessed."""
    if not mark.answered:
        return 0.0
    return _GUESSES.get(mark.type, 1 / options if options else 0.0)


def title_of(one: str) -> str:
    """A concept's title; the id where it is none that is known."""
    try:
        return concept(one).title
    except PartimentoError:
        return one


def number_flaws(text: str, stand: Standing, paper: Paper) -> Iterator[str]:
    """One sentence for each number in words about the marks that is none of them."""
    plain = _METERS.sub("", _in_figures(text))
    shares = {stand.score, paper.pass_mark, 100, *(round(100 * share) for share in stand.by_concept.values())}
    shares.add(round(100 * stand.right / stand.asked))
    for found in _PERCENT.findall(plain):
        if float(found) not in shares:
            yield f"{found} % is none of the results; the score is {stand.score} of 100"
    pairs = {(stand.right, stand.asked), (stand.points, stand.out_of), (stand.score, 100), (paper.pass_mark, 100)}
    pairs |= {(stand.asked - stand.right, stand.asked), (stand.unanswered, stand.asked), *stand.parts.values()}
    for had, whole in _PAIR.findall(plain):
        if (float(had), float(whole)) not in pairs:
            yield f"{had} of {whole} is none of the results; {stand.right} of {stand.asked} questions are right"
    known = {stand.points, stand.out_of, stand.score, paper.pass_mark, *(had for had, _ in stand.parts.values())}
    for found in _POINTS.findall(plain):
        if float(found) not in known:
            yield f"{found} points is none of the results; there were {stand.points:g} of {stand.out_of}"
    yield from _level_flaws(plain, stand, paper)
    if stand.passed is False and _PASSED.search(plain) and not _FAILED.search(plain):
        yield f"it was not passed: {stand.score} of 100, and {paper.pass_mark} were needed"
    if stand.passed is True and _FAILED.search(plain):
        yield f"it was passed: {stand.score} of 100"


def _level_flaws(text: str, stand: Standing, paper: Paper) -> Iterator[str]:
    levels = {float(paper.level)}
    if stand.level is not None:
        levels |= {stand.level.level, stand.level.low, stand.level.high, float(round(stand.level.level))}
    for found in _LEVEL.findall(text):
        if float(found) not in levels:
            yield f"level {found} is none of the results"


def _in_figures(text: str) -> str:
    """Number words before "of" and "out of" as figures."""
    pattern = rf"\b({'|'.join(_WORDS)})\b(?= (?:of|out of) (?:the |your )?(?:\d|{'|'.join(_WORDS)}\b))"
    text = re.sub(pattern, lambda found: str(_WORDS.index(found[1].lower())), text, flags=re.IGNORECASE)
    pattern = rf"(?<=\d of )(?:the |your )?({'|'.join(_WORDS)})\b"
    return re.sub(pattern, lambda found: str(_WORDS.index(found[1].lower())), text, flags=re.IGNORECASE)
