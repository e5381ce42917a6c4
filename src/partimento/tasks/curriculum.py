"""A curriculum: modules of weeks, lessons of concepts and exercises, a milestone each; for goals, a level, a genre.

A model or the rules write its outline; exercises are planned here by the engine, with what was learnt coming back. In
parts, the outline is a task of its own, and each lesson is made by the task `lesson`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil
from random import Random
from typing import Final

from msgspec import Struct

from partimento.core.task import Part, Parts, Prompt, task
from partimento.music.genres import find
from partimento.music.lessons.course import exercises_of
from partimento.music.lessons.outline import Course, outline
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept, concept_named
from partimento.music.teaching.concepts import concepts as every_concept
from partimento.shapes.course import CurriculumInputs, Settings, genre_of, notes_on, read, way_of
from partimento.shapes.curriculum import Curriculum, Lesson, Module, Outline, OutlinedLesson, PlannedExercise
from partimento.shapes.lesson import LessonPlan
from partimento.shapes.wording import wording
from partimento.shapes.written import count_flaws, text_flaws

_OFFERED: Final = 90
"""How many concepts a model is offered at most."""
_DETAILED: Final = 24
"""How many lessons are made in detail where a curriculum is made in parts: those that come first."""


class Detailed(Struct, frozen=True):
    """An outline whose first lessons are made in detail, in the outline's order."""

    outline: Outline
    lessons: tuple[LessonPlan, ...]


def _prompt(inputs: CurriculumInputs) -> Prompt:
    way = way_of(inputs)
    offered = [f"{one.id}: {one.title}, {one.level}, {'/'.join(one.needs) or '-'}" for one in way.concepts[:_OFFERED]]
    return wording("curriculum").prompt(
        data={"goals": "; ".join(inputs.goals)},
        genre=find(genre_of(inputs)).title,
        level=way.level,
        target_level=way.target_level,
        weeks=inputs.weeks,
        lessons_per_week=inputs.lessons_per_week,
        minutes_per_day=inputs.minutes_per_day,
        mastered=", ".join(inputs.mastered),
        concepts="; ".join(offered),
    )


def _by_rules(inputs: CurriculumInputs, seed: int) -> Outline:
    way = way_of(inputs)
    course = Course(
        concepts=way.concepts,
        weeks=inputs.weeks,
        lessons_per_week=inputs.lessons_per_week,
        genre=find(genre_of(inputs)).title,
        level=way.level,
        target_level=way.target_level,
    )
    return outline(course, Settings(inputs), wording("curriculum").phrases, Random(seed))


def _is_sound(inputs: CurriculumInputs, draft: Outline | Detailed) -> Iterator[str]:
    """Weeks without gaps, about as many lessons as were asked for, no title twice, a known concept in each lesson."""
    plan = draft.outline if isinstance(draft, Detailed) else draft
    yield from _week_flaws(plan, inputs.weeks)
    lessons = [one for module in plan.modules for one in module.lessons]
    wanted = inputs.weeks * inputs.lessons_per_week
    yield from count_flaws("lessons", lessons, max(1, ceil(wanted * 0.6)), ceil(wanted * 1.4))
    titles = [one.title.casefold() for one in lessons]
    if twice := {title for title in titles if titles.count(title) > 1}:
        yield f"there are lessons of one title: {', '.join(sorted(twice)[:3])}"
    for one in lessons:
        if not _known(one):
            yield f"the lesson {one.title!r} names no known concept; use the ids of the list"
    yield from text_flaws(plan, _prompt(inputs).system, tuple(inputs.goals))


def _week_flaws(plan: Outline, weeks: int) -> Iterator[str]:
    if not plan.modules:
        yield "there are no modules"
        return
    spans = [(module.week_start, module.week_end) for module in plan.modules]
    if spans[0][0] != 1 or spans[-1][1] != weeks:
        yield f"the modules go from week {spans[0][0]} to {spans[-1][1]}; they must go from 1 to {weeks}"
    for (_, end), (start, _) in pairwise(spans):
        if start != end + 1:
            yield f"a module ends in week {end} and the next begins in week {start}"
    for module in plan.modules:
        if module.week_end < module.week_start:
            yield f"the module {module.title!r} ends before it begins"
        if not module.lessons:
            yield f"the module {module.title!r} has no lessons"


@lru_cache(maxsize=4096)
def _known(one: OutlinedLesson) -> tuple[Concept, ...]:
    """The concepts of a lesson that the graph knows."""
    by_id = {known.id: known for known in every_concept()}
    found = (by_id.get(word.strip()) or concept_named(word) for word in one.concepts)
    return tuple(dict.fromkeys(known for known in found if known is not None))


def _titles(one: OutlinedLesson) -> tuple[str, ...]:
    """What readers see: the titles of known concepts, the words of others."""
    by_id = {known.id: known for known in every_concept()}
    found = ((by_id.get(word.strip()) or concept_named(word), word) for word in one.concepts)
    return tuple(dict.fromkeys(known.title if known else word for known, word in found))


def _finish(inputs: CurriculumInputs, draft: Outline | Detailed, method: str) -> Curriculum:
    plan, details = (draft.outline, draft.lessons) if isinstance(draft, Detailed) else (draft, ())
    way = way_of(inputs)
    lessons = [one for module in plan.modules for one in module.lessons]
    settings = Settings(inputs)
    planned = exercises_of([_known(one) for one in lessons], settings, Random(repr((inputs, plan.title))))
    made = iter(
        [
            _lesson(one, exercises, inputs.minutes_per_day, details[place] if place < len(details) else None)
            for place, (one, exercises) in enumerate(zip(lessons, planned, strict=True))
        ]
    )
    return Curriculum(
        title=plan.title,
        duration_weeks=inputs.weeks,
        modules=tuple(
            Module(
                title=module.title,
                week_start=module.week_start,
                week_end=module.week_end,
                lessons=tuple(next(made) for _ in module.lessons),
                goal=module.goal,
                milestone=module.milestone,
            )
            for module in plan.modules
        ),
        genre=genre_of(inputs),
        level=way.level,
        goals=tuple(inputs.goals),
        generation_method=method,
        target_level=way.target_level,
        remarks=tuple(_out_of_order(lessons)),
    )


def _lesson(
    one: OutlinedLesson, exercises: tuple[PlannedExercise, ...], minutes: int, detail: LessonPlan | None
) -> Lesson:
    return Lesson(
        title=one.title,
        concepts=_titles(one),
        exercises=exercises,
        concept_ids=tuple(known.id for known in _known(one)),
        goal=one.goal,
        duration_minutes=minutes,
        segments=detail.segments if detail else (),
        homework=detail.homework if detail else "",
    )


def _out_of_order(lessons: Sequence[OutlinedLesson]) -> Iterator[str]:
    """A sentence for each concept that comes before one it leans on, where both are taught."""
    taught = [known for one in lessons for known in _known(one)]
    first = {known.id: place for place, known in reversed(list(enumerate(taught)))}
    for known in dict.fromkeys(taught):
        for need in known.needs:
            if first.get(need, -1) > first[known.id]:
                yield f"{known.title} comes before {concept(need).title}, which it leans on"


def _outline_part(inputs: CurriculumInputs) -> Part:
    fields = {name: value for name in inputs.__struct_fields__ if (value := getattr(inputs, name)) not in (None, ())}
    return Part(name="outline", task="curriculum_outline", fields=fields, tier="premium")


def _details(inputs: CurriculumInputs, plan: Outline) -> tuple[Part, ...]:
    """The first lessons, each a request of the task `lesson`."""
    lessons = [one for module in plan.modules for one in module.lessons][:_DETAILED]
    way = way_of(inputs)
    return tuple(
        Part(
            name=f"lesson {number}",
            task="lesson",
            fields={
                "concepts": [known.id for known in _known(one)],
                "level": max(way.level, min(_known(one)[-1].level, way.target_level)),
                "genre": genre_of(inputs),
                "minutes": inputs.minutes_per_day,
                "goal": one.goal[:300],
            }
            | ({"key": inputs.key} if inputs.key else {}),
        )
        for number, one in enumerate(lessons, start=1)
    )


curriculum_outline = task(
    name="curriculum_outline",
    summary="The outline of a curriculum: modules, weeks, lessons, goals, milestones",
    version=1,
    complexity=7,
    inputs=CurriculumInputs,
    read=read,
    draft=Outline,
    output=Outline,
    prompt=_prompt,
    finish=lambda inputs, draft, method: draft,
    checks=(_is_sound,),
    rules=_by_rules,
    words=lambda inputs: "; ".join(inputs.goals),
    notes=notes_on,
    claims="checked",
)

curriculum = task(
    name="curriculum",
    summary="Weeks of lessons towards goals: modules, concepts, exercises, milestones",
    version=1,
    complexity=7,
    inputs=CurriculumInputs,
    read=read,
    draft=Outline,
    output=Curriculum,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_sound,),
    rules=_by_rules,
    words=lambda inputs: "; ".join(inputs.goals),
    notes=notes_on,
    claims="checked",
    parts=Parts(outline=_outline_part, details=_details, whole=lambda inputs, plan, lessons: Detailed(plan, lessons)),
)
