"""A quiz on concepts or a topic: multiple choice, short answers, true or false, each with its proof.

The rules draw questions from the theory engine; a model's are worked out again by it, and refused where it cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final, get_args

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput, UnknownName
from partimento.core.task import Prompt, task
from partimento.music.composition.plan import level_of
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.lessons.topic import cleaned
from partimento.music.questions.about import askable_among, known, meant, of_level
from partimento.music.questions.choosing import Wanted, choose
from partimento.music.questions.question import Question, QuestionKind
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept
from partimento.shapes.quiz import Quiz, QuizDraft, guarded, question_flaws, question_schema, settled, shown
from partimento.shapes.wording import wording
from partimento.shapes.written import text_flaws

_FEWEST, _MOST = 1, 50
_KINDS: Final[tuple[QuestionKind, ...]] = get_args(QuestionKind)
_LEVEL: Final = 3
"""Where neither the caller nor the concepts name one."""


class QuizInputs(Struct, frozen=True, kw_only=True):
    """`topic`: free words ("ii-V-I", "scales"); `concepts`: ids or names instead, or besides. Neither: the level's own.

    `level` 1–10 or a word; `key`: questions stay in it and its neighbours; `questions` 1–50; `kinds`: of choice,
    short_answer and true_false.
    """

    topic: str = ""
    concepts: Sequence[str] | str = ()
    level: int | str | None = None
    genre: str | None = None
    key: str | None = None
    questions: int = 10
    kinds: Sequence[str] | str = _KINDS


class Chosen(Struct, frozen=True):
    """What the rules draft: questions that are proven already."""

    questions: tuple[Question, ...]


def _read(inputs: QuizInputs) -> QuizInputs:
    """Canonical spelling, concepts by id. Raises BadInput and its kinds for what cannot be asked."""
    if not _FEWEST <= inputs.questions <= _MOST:
        raise BadInput(
            f"a quiz has no {inputs.questions} questions", why=f"it has {_FEWEST} to {_MOST}", mend="ask for 10"
        )
    kinds = tuple(dict.fromkeys(_listed(inputs.kinds))) or _KINDS
    for kind in kinds:
        if kind not in _KINDS:
            raise UnknownName("kind of question", kind, _KINDS)
    topic, level = cleaned(inputs.topic), level_of(inputs.level)
    genre = find(inputs.genre).name if inputs.genre else None
    asked = known(_listed(inputs.concepts))
    if topic:
        asked = tuple(dict.fromkeys((*asked, *meant(topic, level, genre or ""))))
    return replace(
        inputs,
        topic=topic,
        concepts=askable_among([concept(one) for one in asked]) if asked else (),
        level=level,
        genre=genre,
        key=Key.parse(inputs.key).symbol if inputs.key else None,
        kinds=tuple(kind for kind in _KINDS if kind in kinds),
    )


def _listed(words: Sequence[str] | str) -> tuple[str, ...]:
    """Words given as a list, or parted by commas."""
    parts = words.split(",") if isinstance(words, str) else words
    return tuple(part.strip() for part in parts if part.strip())


def _level(inputs: QuizInputs) -> int:
    """The level, or that of the hardest concept asked about."""
    if isinstance(inputs.level, int):
        return inputs.level
    return max((concept(one).level for one in inputs.concepts), default=_LEVEL)


def _asked(inputs: QuizInputs) -> tuple[Concept, ...]:
    if inputs.concepts:
        return tuple(concept(one) for one in inputs.concepts)
    return of_level(_level(inputs), inputs.genre or "") or of_level(_level(inputs), "")


def _by_rules(inputs: QuizInputs, seed: int) -> Chosen:
    wanted = Wanted(
        concepts=_asked(inputs),
        count=inputs.questions,
        level=_level(inputs),
        kinds=inputs.kinds,  # type: ignore[arg-type]  # read has settled them
        key=Key.parse(inputs.key) if inputs.key else None,
        genre=inputs.genre or "",
    )
    return Chosen(choose(wanted, Random(seed)))


def _prompt(inputs: QuizInputs) -> Prompt:
    return wording("quiz").prompt(
        data={"topic": inputs.topic},
        count=inputs.questions,
        kinds=", ".join(inputs.kinds),
        level=_level(inputs),
        genre=inputs.genre or "",
        key=inputs.key or "",
        concepts="; ".join(f"{one.id}: {one.title}" for one in _asked(inputs)),
    )


def _schema(inputs: QuizInputs) -> dict[str, Any]:
    """So many questions and no more, of these kinds, on these concepts."""
    question = question_schema([one.id for one in _asked(inputs)], inputs.kinds)
    count = inputs.questions
    properties = {
        "title": {"type": "string", "minLength": 1, "maxLength": 120},
        "questions": {"type": "array", "items": question, "minItems": count, "maxItems": count},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _flaws(inputs: QuizInputs, draft: QuizDraft | Chosen) -> Iterator[str]:
    """As many as asked for, none twice, each with the one answer that it is said to have."""
    if len(draft.questions) != inputs.questions:
        yield f"there are {len(draft.questions)} questions; {inputs.questions} are wanted"
    if isinstance(draft, Chosen):
        return
    yield from text_flaws(draft, guarded(_prompt(inputs).system), (inputs.topic,))
    concepts = [one.id for one in _asked(inputs)]
    seen: set[str] = set()
    for number, asked in enumerate(draft.questions, start=1):
        if asked.question.strip().lower() in seen:
            yield f"question {number} was asked already"
        seen.add(asked.question.strip().lower())
        for flaw in question_flaws(asked, concepts, tuple(inputs.kinds)):
            yield f"question {number} ({asked.question[:80]!r}): {flaw}"


def _finish(inputs: QuizInputs, draft: QuizDraft | Chosen, method: str) -> Quiz:
    if isinstance(draft, Chosen):
        questions = tuple(shown(question, number) for number, question in enumerate(draft.questions, start=1))
        title = _title(inputs, draft)
    else:
        questions = tuple(
            settled(asked, number, float(concept(asked.concept).level))
            for number, asked in enumerate(draft.questions, start=1)
        )
        title = draft.title
    return Quiz(
        title=title,
        topic=inputs.topic,
        level=_level(inputs),
        genre=inputs.genre or "",
        key=inputs.key or "",
        concepts=tuple(dict.fromkeys(question.concept for question in questions)),
        questions=questions,
        generation_method=method,
    )


def _title(inputs: QuizInputs, draft: Chosen) -> str:
    phrases, rng = wording("quiz").phrases, Random(repr(draft))
    titles = [concept(one).title for one in inputs.concepts]
    if not titles:
        return phrases.say("title_level", rng, level=_level(inputs), count=inputs.questions)
    what = titles[0] if len(titles) == 1 else f"{titles[0]} and {'more' if len(titles) > 2 else titles[1]}"
    return phrases.say("title", rng, what=what, count=inputs.questions)


quiz = task(
    name="quiz",
    summary="Questions on concepts or a topic, each with its answer, explanation and difficulty",
    version=1,
    complexity=4,
    inputs=QuizInputs,
    read=_read,
    draft=QuizDraft,
    output=Quiz,
    prompt=_prompt,
    finish=_finish,
    checks=(_flaws,),
    rules=_by_rules,
    schema=_schema,
    folded=frozenset({"topic", "genre"}),
    words=lambda inputs: inputs.topic,
    claims="checked",
    together=4,
)
