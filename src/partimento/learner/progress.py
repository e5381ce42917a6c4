"""How far one is with a curriculum: the whole, its modules, lessons and exercises. Pure; leaves rows to `kept`."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from msgspec import Struct
from msgspec.structs import replace

from partimento.learner.kept import Progress, State
from partimento.learner.plan import Purpose, StoredCurriculum, StoredLesson


class LessonProgress(Struct, frozen=True, kw_only=True):
    """`done` of `total` exercises; `score` the mean of their best, None before the first."""

    id: str
    title: str
    purpose: Purpose
    state: State
    done: int
    total: int
    score: float | None
    exercises: tuple[Progress, ...]


class ModuleProgress(Struct, frozen=True, kw_only=True):
    id: str
    title: str
    week_start: int
    week_end: int
    state: State
    done: int
    total: int
    lessons: tuple[LessonProgress, ...]
    assessments: tuple[Progress, ...]


class CurriculumProgress(Struct, frozen=True, kw_only=True):
    """`share`: lessons done among all, 0–1; `lesson`: the one that is next, "" at the end; `week`: since the first day,
    from 1."""

    id: str
    title: str
    version: int
    state: State
    share: float
    week: int
    lesson: str
    modules: tuple[ModuleProgress, ...]


def progress(
    curriculum: StoredCurriculum, rows: Mapping[str, Progress], begun_at: float | None, now: float
) -> CurriculumProgress:
    """The whole, from what is kept of its parts."""
    modules = tuple(
        _module(
            module.id, module.title, module.week_start, module.week_end,
            tuple(lesson_progress(lesson, rows) for lesson in module.lessons),
            tuple(rows.get(one.id, Progress(part=one.id)) for one in module.assessments),
        )
        for module in curriculum.modules
    )  # fmt: skip
    lessons = [lesson for module in modules for lesson in module.lessons]
    done = sum(lesson.state == "done" for lesson in lessons)
    return CurriculumProgress(
        id=curriculum.id, title=curriculum.title, version=curriculum.version, modules=modules,
        state=_state([lesson.state for lesson in lessons]),
        share=round(done / len(lessons), 4) if lessons else 0.0, week=week_of(begun_at, now),
        lesson=next((lesson.id for lesson in lessons if lesson.state != "done"), ""),
    )  # fmt: skip


def marked(before: Progress, state: State, score: float | None, now: float) -> Progress:
    """A part of which somebody says how far it is; the best score stays."""
    scores = [one for one in (before.score, score) if one is not None]
    return replace(
        before, state=state, score=max(scores, default=None),
        started_at=None if state == "not started" else before.started_at or now,
        done_at=(before.done_at or now) if state == "done" else None, updated_at=now,
    )  # fmt: skip


def week_of(begun_at: float | None, now: float) -> int:
    """The week it is, from 1."""
    return 1 if begun_at is None else max(1, int((now - begun_at) // (7 * 86_400)) + 1)


def lesson_progress(lesson: StoredLesson, rows: Mapping[str, Progress]) -> LessonProgress:
    """A lesson is done when all its exercises are, or when somebody said so."""
    exercises = tuple(rows.get(one.id, Progress(part=one.id)) for one in lesson.exercises)
    said = rows.get(lesson.id)
    state = _state([one.state for one in exercises])
    if said is not None and (said.state == "done" or state == "not started"):
        state = said.state
    scores = [one.score for one in exercises if one.score is not None]
    if not scores and said is not None and said.score is not None:
        scores = [said.score]
    return LessonProgress(
        id=lesson.id, title=lesson.title, purpose=lesson.purpose, state=state,
        done=sum(one.state == "done" for one in exercises), total=len(exercises),
        score=round(fmean(scores), 4) if scores else None, exercises=exercises,
    )  # fmt: skip


def _module(
    name: str,
    title: str,
    week_start: int,
    week_end: int,
    lessons: tuple[LessonProgress, ...],
    assessments: tuple[Progress, ...],
) -> ModuleProgress:
    return ModuleProgress(
        id=name, title=title, week_start=week_start, week_end=week_end,
        state=_state([lesson.state for lesson in lessons]),
        done=sum(lesson.state == "done" for lesson in lessons), total=len(lessons), lessons=lessons,
        assessments=assessments,
    )  # fmt: skip


def _state(states: list[State]) -> State:
    if states and all(state == "done" for state in states):
        return "done"
    return "not started" if all(state == "not started" for state in states) else "started"
