"""An assessment: diagnostic, milestone, module or final, with questions to choose, to answer and to play.

The rules draw proven questions and criteria that the task `grading` executes; a model's are proven before they count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Final, get_args

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput, UnknownName
from partimento.core.task import Prompt, task
from partimento.music.composition.plan import level_of
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.lessons.order import before, following
from partimento.music.lessons.topic import cleaned
from partimento.music.questions.about import askable_among, is_askable, known, meant, of_level
from partimento.music.questions.assembling import (
    FEWEST,
    MOST,
    AskedKind,
    Assembly,
    Blueprint,
    Type,
    assemble,
    blueprint,
)
from partimento.music.questions.performing import Performance, can_be_played
from partimento.music.questions.question import Question
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept
from partimento.shapes.assessment import (
    Assessment,
    AssessmentDraft,
    AssessmentQuestion,
    Band,
    draft_flaws,
    finished,
    schema_for,
    shown,
)
from partimento.shapes.quiz import guarded
from partimento.shapes.wording import wording
from partimento.shapes.written import text_flaws

_TYPES: Final[tuple[Type, ...]] = get_args(Type)
_LEVEL: Final = 3
_DIAGNOSED: Final = 5
"""The first guess of a diagnostic, and the level of the others, where neither the caller nor the concepts name one."""
_PASS: Final[dict[Type, int]] = {"diagnostic": 0, "milestone": 75, "module": 70, "final": 80}
_FEWEST_MINUTES, _MOST_MINUTES = 5, 180
_BANDS: Final = ((0, 49), (50, 79), (80, 100))
_SHOWN: Final = 24
"""Concepts that a model is told of."""


class AssessmentInputs(Struct, frozen=True, kw_only=True):
    """`type`: diagnostic (finds a level; `level` is the first guess), milestone and module (on `topic` or `concepts`),
    final (a whole level). `minutes` 5–180, `questions` 3–40; what is left open follows from the type."""

    type: str = "module"
    topic: str = ""
    concepts: Sequence[str] | str = ()
    level: int | str | None = None
    genre: str | None = None
    key: str | None = None
    minutes: int | None = None
    questions: int | None = None


class Assembled(Struct, frozen=True):
    """What the rules draft: questions that are proven already, and chance for their words."""

    questions: tuple[Question | Performance, ...]
    seed: int


def _read(inputs: AssessmentInputs) -> AssessmentInputs:
    """Canonical spelling, concepts by id. Raises BadInput and its kinds for what cannot be assessed."""
    kind = inputs.type.strip().lower()
    if kind not in _TYPES:
        raise UnknownName("type of assessment", inputs.type, _TYPES)
    _within("questions", inputs.questions, FEWEST, MOST)
    _within("minutes", inputs.minutes, _FEWEST_MINUTES, _MOST_MINUTES)
    topic, level = cleaned(inputs.topic), level_of(inputs.level)
    genre = find(inputs.genre).name if inputs.genre else None
    words = inputs.concepts.split(",") if isinstance(inputs.concepts, str) else inputs.concepts
    asked = known(word for word in words if word.strip())
    if topic:
        asked = tuple(dict.fromkeys((*asked, *meant(topic, level, genre or "", _fits))))
    return replace(
        inputs,
        type=kind,
        topic=topic,
        concepts=askable_among([concept(one) for one in asked], _fits) if asked else (),
        level=level,
        genre=genre,
        key=Key.parse(inputs.key).symbol if inputs.key else None,
    )


def _within(name: str, number: int | None, low: int, high: int) -> None:
    if number is not None and not low <= number <= high:
        raise BadInput(f"an assessment has no {number} {name}", why=f"it has {low} to {high}", mend=f"{name}={low}")


def _fits(one: Concept) -> bool:
    return is_askable(one) or can_be_played(one)


def _type(inputs: AssessmentInputs) -> Type:
    return inputs.type  # type: ignore[return-value]  # read has settled it


def _level(inputs: AssessmentInputs) -> int:
    if isinstance(inputs.level, int):
        return inputs.level
    usual = _DIAGNOSED if inputs.type == "diagnostic" else _LEVEL
    return max((concept(one).level for one in inputs.concepts), default=usual)


def _plan(inputs: AssessmentInputs) -> Blueprint:
    return blueprint(_type(inputs), inputs.questions, inputs.minutes)


@lru_cache(maxsize=64)
def _by_rules(inputs: AssessmentInputs, seed: int) -> Assembled:
    wanted = Assembly(
        kind=_type(inputs),
        blueprint=_plan(inputs),
        level=_level(inputs),
        concepts=tuple(inputs.concepts),
        genre=inputs.genre or "",
        key=Key.parse(inputs.key) if inputs.key else None,
    )
    return Assembled(assemble(wanted, Random(seed)), seed)


def _asked(inputs: AssessmentInputs) -> tuple[Concept, ...]:
    """What a model may ask about."""
    if inputs.concepts:
        return tuple(concept(one) for one in inputs.concepts)
    around = 9 if inputs.type == "diagnostic" else 2
    every = of_level(10 if inputs.type == "diagnostic" else _level(inputs), inputs.genre or "", _fits, around)
    return every[:: max(1, len(every) // _SHOWN)]


def _counts(inputs: AssessmentInputs) -> dict[AskedKind, int]:
    plan = _plan(inputs)
    return {"choice": plan.choice, "short_answer": plan.short_answer, "performance": plan.performance}


def _prompt(inputs: AssessmentInputs) -> Prompt:
    plan = _plan(inputs)
    return wording("assessment").prompt(
        data={"topic": inputs.topic},
        type=inputs.type,
        counts=", ".join(f"{count} {kind}" for kind, count in _counts(inputs).items()),
        level=_level(inputs),
        genre=inputs.genre or "",
        key=inputs.key or "",
        minutes=inputs.minutes or plan.minutes,
        concepts="; ".join(f"{one.id}: {one.title}" for one in _asked(inputs)),
    )


def _flaws(inputs: AssessmentInputs, draft: AssessmentDraft | Assembled) -> Iterator[str]:
    """As many of each kind as asked for, none twice, each proven, each criterion one that is graded."""
    if isinstance(draft, Assembled):
        return
    yield from text_flaws(_without_blanks(draft), guarded(_prompt(inputs).system), (inputs.topic,))
    for kind, count in _counts(inputs).items():
        found = sum(asked.type == kind for asked in draft.questions)
        if found != count:
            yield f"there are {found} questions of the type {kind}; {count} are wanted"
    concepts = [one.id for one in _asked(inputs)]
    seen: set[str] = set()
    for number, asked in enumerate(draft.questions, start=1):
        if asked.question.strip().lower() in seen:
            yield f"question {number} was asked already"
        seen.add(asked.question.strip().lower())
        for flaw in draft_flaws(asked, concepts):
            yield f"question {number} ({asked.question[:80]!r}): {flaw}"


def _without_blanks(draft: AssessmentDraft) -> AssessmentDraft:
    """The draft with what a question of its type leaves empty filled, for the reading of its words."""
    filled = [replace(asked, answer=asked.answer or "-", criterion=asked.criterion or "-") for asked in draft.questions]
    return replace(draft, questions=tuple(filled))


def _finish(inputs: AssessmentInputs, draft: AssessmentDraft | Assembled, method: str) -> Assessment:
    if isinstance(draft, Assembled):
        questions = tuple(shown(asked, number) for number, asked in enumerate(draft.questions, start=1))
        rng = Random(repr(draft))
        title, instructions = _title(inputs, len(questions), rng), _instructions(inputs, rng)
    else:
        questions = tuple(
            finished(asked, number, float(concept(asked.concept).level))
            for number, asked in enumerate(draft.questions, start=1)
        )
        title, instructions = draft.title, draft.instructions
    about = tuple(dict.fromkeys(question.concept for question in questions))
    return Assessment(
        type=_type(inputs),
        title=title,
        topic=inputs.topic,
        level=_level(inputs),
        genre=inputs.genre or "",
        key=inputs.key or "",
        concepts=about,
        minutes=inputs.minutes or _plan(inputs).minutes,
        instructions=instructions,
        pass_mark=_PASS[_type(inputs)],
        points=sum(question.points for question in questions),
        questions=questions,
        recommendations=_bands(inputs, questions),
        generation_method=method,
    )


def _title(inputs: AssessmentInputs, count: int, rng: Random) -> str:
    titles = [concept(one).title for one in inputs.concepts]
    what = titles[0] if len(titles) == 1 else f"{titles[0]} and more" if titles else f"level {_level(inputs)}"
    return wording("assessment").phrases.say(f"title_{inputs.type}", rng, what=what, level=_level(inputs), count=count)


def _instructions(inputs: AssessmentInputs, rng: Random) -> str:
    phrases, plan = wording("assessment").phrases, _plan(inputs)
    parts = [
        phrases.say("practical", rng, minutes=inputs.minutes or plan.minutes, written=plan.choice + plan.short_answer,
                    played=plan.performance),
        phrases.say(f"how_{inputs.type}", rng),
        phrases.say("midi", rng),
    ]  # fmt: skip
    if _PASS[_type(inputs)]:
        parts.append(phrases.say("pass", rng, pass_mark=_PASS[_type(inputs)]))
    return " ".join(parts)


def _bands(inputs: AssessmentInputs, questions: Sequence[AssessmentQuestion]) -> tuple[Band, ...]:
    """What to do by score: what it leans on, itself again, or what comes next."""
    about = tuple(dict.fromkeys(question.concept for question in questions))
    level, genre = _level(inputs), inputs.genre or ""
    under = [one.id for each in about for one in before(each)]
    ahead = [one.id for each in about[-2:] for one in following(each, genre or "jazz", level)]
    ways = {"low": under or list(about), "middle": list(about), "high": [one for one in ahead if one not in about]}
    rng = Random(repr(about))
    phrases = wording("assessment").phrases
    return tuple(
        Band(from_score=low, to_score=high, advice=phrases.say(name, rng), concepts=tuple(dict.fromkeys(ids))[:4])
        for (name, ids), (low, high) in zip(ways.items(), _BANDS, strict=True)
    )


assessment = task(
    name="assessment",
    summary="A diagnostic, milestone, module or final assessment, with questions to answer and tasks to play",
    version=1,
    complexity=6,
    inputs=AssessmentInputs,
    read=_read,
    draft=AssessmentDraft,
    output=Assessment,
    prompt=_prompt,
    finish=_finish,
    checks=(_flaws,),
    rules=_by_rules,
    schema=lambda inputs: schema_for([one.id for one in _asked(inputs)], _counts(inputs)),
    folded=frozenset({"topic", "genre", "type"}),
    words=lambda inputs: inputs.topic,
    claims="checked",
)
