"""One lesson: a goal, segments with minutes, exercises, homework; on a topic, or on concepts of a curriculum.

A model writes the words, the rules write from the graph of concepts; exercises are planned here, by the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.music.key import Key
from partimento.music.lessons.draft import LessonDraft, Untaught
from partimento.music.lessons.drills import drills
from partimento.music.lessons.lesson import Words, write
from partimento.music.lessons.matter import matter
from partimento.music.lessons.order import before, in_order
from partimento.music.lessons.planned import PlannedExercise
from partimento.music.lessons.setting import Setting, key_round
from partimento.music.lessons.templates import Step, retimed
from partimento.music.lessons.topic import cleaned, topic_of
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept as concept_by_id
from partimento.music.teaching.concepts import concepts as every_concept
from partimento.music.teaching.facts import facts
from partimento.music.teaching.keys import key_words
from partimento.shapes.curriculum import Segment
from partimento.shapes.learning import described, remarks_on, setting_for, settled, topic_in, understood
from partimento.shapes.lesson import LessonPlan
from partimento.shapes.wording import wording
from partimento.shapes.written import count_flaws, text_flaws

_MOST = 6


class LessonInputs(Struct, frozen=True, kw_only=True):
    """A `topic`, or `concepts` by id or name; `goal`: what the lesson is to reach; `review`: what it begins with.

    The rest as in a tutorial; what is left open follows from the last concept.
    """

    topic: str = ""
    concepts: Sequence[str] | str = ()
    level: int | str | None = None
    genre: str | None = None
    key: str | None = None
    minutes: int = 30
    style: str | None = None
    goal: str = ""
    review: Sequence[str] | str = ()


def _read(inputs: LessonInputs) -> LessonInputs:
    concepts, review = _known(inputs.concepts, "concepts"), _known(inputs.review, "review")
    if not concepts and not inputs.topic.strip():
        raise BadInput(
            "there is neither a topic nor a concept", why="a lesson is on something", mend='such as topic="ii-V-I"'
        )
    read = replace(inputs, concepts=concepts, review=review, goal=cleaned(inputs.goal, "goal"))
    return settled(read)


def _known(words: Sequence[str] | str, name: str) -> tuple[str, ...]:
    """Concepts by id, where the words mean one; else the words."""
    given = words.split(",") if isinstance(words, str) else words
    said = [cleaned(word, name) for word in given if word.strip()]
    if len(said) > _MOST:
        raise BadInput(f"there are {len(said)} {name}", why=f"a lesson holds {_MOST}", mend="plan more lessons")
    ids = frozenset(one.id for one in every_concept())
    return tuple(word if word in ids else found.id if (found := topic_of(word).concept) else word for word in said)


class _Plan(Struct, frozen=True):
    """What a lesson is on: its concepts in order, words that mean none, what is recalled, and the setting."""

    concepts: tuple[Concept, ...]
    unknown: tuple[str, ...]
    review: tuple[Concept, ...]
    setting: Setting


def _plan(inputs: LessonInputs) -> _Plan:
    level = inputs.level if isinstance(inputs.level, int) else None
    return _planned(
        tuple(inputs.concepts),
        inputs.topic,
        tuple(inputs.review),
        inputs.genre,
        level,
        inputs.key,
        inputs.minutes,
        inputs.style,
    )


@lru_cache(maxsize=1024)
def _planned(
    named: tuple[str, ...],
    topic: str,
    review: tuple[str, ...],
    genre: str | None,
    level: int | None,
    key: str | None,
    minutes: int,
    style: str | None,
) -> _Plan:
    ids = frozenset(one.id for one in every_concept())
    meant = topic_in(topic, genre, level).concept
    chosen = in_order(tuple(word for word in named if word in ids)) or ((meant,) if meant else ())
    unknown = tuple(word for word in named if word not in ids) + ((topic,) if topic and meant is None else ())
    if review:
        recalled = tuple(concept_by_id(word) for word in review if word in ids)
    else:
        recalled = tuple(one for part in chosen for one in before(part.id) if one not in chosen)
    if meant is not None and chosen[-1] == meant:
        setting = understood(topic, genre, level, key, minutes, style).setting
    else:
        setting = setting_for(chosen[-1] if chosen else None, genre, level, key, minutes, style)
    return _Plan(chosen, unknown, recalled, setting)


def _prompt(inputs: LessonInputs) -> Prompt:
    plan = _plan(inputs)
    setting = plan.setting
    true = [fact for one in plan.concepts for fact in facts(one, setting.key, level=setting.level)[:5]]
    return wording("lesson").prompt(
        data={"topic": inputs.topic, "goal": inputs.goal, "concepts": ", ".join(plan.unknown)},
        described=" ".join(described(one) for one in plan.concepts),
        review=", ".join(one.title for one in plan.review[:3]),
        genre=setting.title,
        style=setting.style,
        key=key_words(Key.parse(setting.key)),
        level=setting.level,
        difficulty=setting.difficulty,
        minutes=setting.minutes,
        facts=" ".join(true[:10]),
    )


def _by_rules(inputs: LessonInputs, seed: int) -> LessonDraft | Untaught:
    plan = _plan(inputs)
    if not plan.concepts:
        unknown = plan.unknown[0]
        return Untaught(topic=unknown, near=topic_of(unknown).near)
    said = wording("lesson")
    words = Words(said.phrases, said.table("segment", Step))
    return write(plan.concepts, plan.setting, plan.review, words, Random(seed), goal=inputs.goal)


def _is_sound(inputs: LessonInputs, draft: LessonDraft | Untaught) -> Iterator[str]:
    if isinstance(draft, Untaught):
        yield draft.flaw
        return
    yield from count_flaws("segments", draft.segments, 2, 12)
    yield from text_flaws(draft, _prompt(inputs).system, (inputs.topic, inputs.goal))


def _finish(inputs: LessonInputs, draft: LessonDraft, method: str) -> LessonPlan:
    plan = _plan(inputs)
    setting = plan.setting
    segments = retimed(draft.segments, setting.minutes)
    return LessonPlan(
        title=draft.title,
        topic=inputs.topic or plan.concepts[-1].title,
        goal=draft.goal,
        concepts=(*(one.title for one in plan.concepts), *plan.unknown),
        concept_ids=tuple(one.id for one in plan.concepts),
        duration_minutes=sum(segment.minutes for segment in segments),
        segments=tuple(
            Segment(
                title=one.title,
                instruction=one.instruction,
                success_criteria=one.success_criteria,
                minutes=one.minutes,
            )
            for one in segments
        ),
        exercises=_exercises(plan, Random(repr((inputs, draft.title, draft.segments)))),
        homework=draft.homework,
        key=setting.key,
        level=setting.level,
        genre=setting.genre,
        style=setting.style,
        generation_method=method,
    )


def _exercises(plan: _Plan, rng: Random) -> tuple[PlannedExercise, ...]:
    """Two drills of the main concept, and one of each of the others."""
    if not plan.concepts:
        return ()
    *others, main = plan.concepts
    _, keys = key_round(plan.setting, rng)
    found = drills(matter(main, plan.setting), 2, rng, key=keys[1] if len(keys) > 1 else "")
    for one in others:
        setting = plan.setting
        also = setting_for(one, setting.genre, setting.level, setting.key, setting.minutes, None)
        found += drills(matter(one, also), 1, rng)
    return found


lesson = task(
    name="lesson",
    summary="One lesson: goal, segments with minutes, exercises, homework",
    version=1,
    complexity=5,
    inputs=LessonInputs,
    read=_read,
    draft=LessonDraft,
    output=LessonPlan,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_sound,),
    rules=_by_rules,
    words=lambda inputs: f"{inputs.topic} {inputs.goal}".strip(),
    notes=remarks_on,
    claims="checked",
)
