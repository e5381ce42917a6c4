"""One curriculum: its weeks, how far a learner is, what comes next, its versions; planned again, renamed, archived.
Knows its forms; leaves plans and progress to `learner`.
"""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.learner.curricula import Curricula, CurriculumShown
from partimento.learner.curriculum_rows import FOR_ALL, Change
from partimento.learner.kept import Progress, State
from partimento.learner.next_exercise import NextExercise
from partimento.learner.plan import StoredExercise, StoredLesson, StoredModule
from partimento.learner.profile import Learner
from partimento.learner.progress import CurriculumProgress
from partimento.web.layout import page
from partimento.web.pages.curricula import called, whose
from partimento.web.planned import studio_link
from partimento.web.visit import Answer, Moved, Place, Shown, Visit

_LEARNERS: Final = 200
_VERSIONS: Final = 12
_CHANGES: Final = 20
_STATES: Final[dict[str, State]] = {"done": "done", "started": "started", "not started": "not started"}
_WHY: Final = {"remedy": "mends what went wrong", "review": "brings back what is due"}


class ExerciseLine(Struct, frozen=True):
    """A planned exercise, how far its learner is with it, and where it can be made."""

    exercise: StoredExercise
    at: Progress
    studio: str


class LessonLine(Struct, frozen=True, kw_only=True):
    """A lesson. `why`: for what it was added, "" for one of the plan; `next`: whether it is the one to go on with."""

    lesson: StoredLesson
    exercises: tuple[ExerciseLine, ...]
    state: State
    done: int
    why: str
    next: bool


class ModuleLines(Struct, frozen=True, kw_only=True):
    """A module and its lessons; `open`: whether one is at it."""

    module: StoredModule
    lessons: tuple[LessonLine, ...]
    state: State
    done: int
    open: bool


class Seen(Struct, frozen=True, kw_only=True):
    """All that the page tells. `learner`: whose progress it is; None where it is for all and nobody was chosen."""

    shown: CurriculumShown
    whose: str
    learner: Learner | None
    learners: tuple[Learner, ...]
    progress: CurriculumProgress | None
    modules: tuple[ModuleLines, ...]
    next: NextExercise | None
    next_link: str
    lessons: int
    exercises: int
    may_change: bool

    @property
    def versions_more(self) -> int:
        return max(0, len(self.shown.versions) - _VERSIONS)


async def one(visit: Visit) -> Answer:
    """GET /curricula/{id}?learner=ID&version=1."""
    return await _shown(visit)


async def replan(visit: Visit) -> Answer:
    """POST /curricula/{id}/replan."""
    learner = visit.form.get("learner")
    try:
        done = await asyncio.to_thread(_kept(visit).replan, visit.names["id"], learner)
    except PartimentoError as error:
        return await _shown(visit, error)
    told = _changes(done.changes) or "Nothing has to change: the plan fits what was shown so far."
    copied = " It was for everybody; this is a copy of their own." if done.copied else ""
    return Moved(_path(done.row.id, learner), said=told + copied)


async def mark(visit: Visit) -> Answer:
    """POST /curricula/{id}/progress: a part is done, or is not; as `part`, with the state before a colon."""
    state, _, part = visit.form.get("part").partition(":")
    learner = visit.form.get("learner")
    try:
        if state not in _STATES:
            raise BadInput("it is not said how far", why=f"{state[:40]!r} is no state", mend="use the page's buttons")
        await asyncio.to_thread(_kept(visit).mark, visit.names["id"], part, _STATES[state], learner)
    except PartimentoError as error:
        return await _shown(visit, error)
    return Moved(_path(visit.names["id"], learner), said="Noted.")


async def rename(visit: Visit) -> Answer:
    """POST /curricula/{id}/title: the next version, under another title."""
    kept, name, given = _kept(visit), visit.names["id"], visit.form.get("version")
    title = visit.form.get("title")

    def work() -> int:
        version = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 0
        shown = kept.show(name, version or None)
        document = msgspec.to_builtins(shown.curriculum) | {"title": title}
        return kept.edit(name, document, version or None).version

    try:
        version = await asyncio.to_thread(work)
    except PartimentoError as error:
        return await _shown(visit, error)
    return Moved(_path(name, visit.form.get("learner")), said=f"It is called {title} from version {version} on.")


async def archive(visit: Visit) -> Answer:
    """POST /curricula/{id}/archive."""
    row = await asyncio.to_thread(_kept(visit).archive, visit.names["id"])
    return Moved(_path(row.id), said=f"{row.title} is archived; it and its versions stay.")


def _kept(visit: Visit) -> Curricula:
    return visit.client.curricula.of(visit.holder or "")


def _path(name: str, learner: str = "") -> str:
    return f"/curricula/{name}" + (f"?{urlencode({'learner': learner})}" if learner else "")


def _changes(changes: tuple[Change, ...]) -> str:
    told = "; ".join(f"{change.kind}: {change.title}" for change in changes[:3])
    more = f", and {len(changes) - 3} more" if len(changes) > 3 else ""
    return f"Planned again. {told}{more}." if changes else ""


async def _shown(visit: Visit, error: PartimentoError | None = None) -> Shown:
    seen = await asyncio.to_thread(_seen, visit)
    status = 200 if error is None else error.status
    return page(visit, "curriculum.html", status=status, seen=seen, error=error, versions=_VERSIONS, changes=_CHANGES)


def _seen(visit: Visit) -> Seen:
    kept, name = _kept(visit), visit.names["id"]
    given = visit.query.get("version", "")
    shown = kept.show(name, int(given) if given.isascii() and given.isdigit() and 0 < len(given) < 7 else None)
    learners = visit.client.learners.of(visit.holder or "")
    everybody = learners.list(_LEARNERS)
    chosen = visit.form.get("learner") or visit.query.get("learner", "")
    learner = _who(shown, everybody, chosen)
    progress = kept.progress(name, learner.id) if learner else None
    coming = _coming(visit, learner) if learner and shown.row.state == "active" else None
    plan = shown.curriculum
    return Seen(
        shown=shown, whose=whose(shown.row, {one.uid: called(one) for one in everybody}), learner=learner,
        learners=everybody if shown.row.learner == FOR_ALL else (), progress=progress,
        modules=_modules(shown, progress), next=coming,
        next_link=studio_link("exercise", coming.fields) if coming else "", lessons=sum(1 for _ in plan.lessons),
        exercises=sum(len(lesson.exercises) for _, lesson in plan.lessons),
        may_change=visit.owner or shown.row.holder == visit.holder,
    )  # fmt: skip


def _who(shown: CurriculumShown, everybody: tuple[Learner, ...], chosen: str) -> Learner | None:
    if shown.row.learner != FOR_ALL:
        return next((one for one in everybody if one.uid == shown.row.learner), None)
    return next((one for one in everybody if one.id == chosen), None)


def _coming(visit: Visit, learner: Learner) -> NextExercise | None:
    try:
        return visit.client.learners.of(visit.holder or "").next(learner.id)
    except PartimentoError:
        return None


def _modules(shown: CurriculumShown, progress: CurriculumProgress | None) -> tuple[ModuleLines, ...]:
    """The plan beside the progress; both have the same parts where it is the last version."""
    far = {one.id: one for module in progress.modules for one in module.lessons} if progress else {}
    coming = progress.lesson if progress else ""
    found = []
    for number, module in enumerate(shown.curriculum.modules):
        lessons = []
        for lesson in module.lessons:
            at = far.get(lesson.id)
            parts = {one.part: one for one in at.exercises} if at else {}
            lines = tuple(
                ExerciseLine(one, parts.get(one.id, Progress(part=one.id)), studio_link("exercise", one.fields))
                for one in lesson.exercises
            )
            lessons.append(
                LessonLine(
                    lesson=lesson, exercises=lines, state=at.state if at else "not started", done=at.done if at else 0,
                    why=_WHY.get(lesson.purpose, ""), next=lesson.id == coming,
                )
            )  # fmt: skip
        done = sum(line.state == "done" for line in lessons)
        states = {line.state for line in lessons}
        state: State = "done" if states == {"done"} else "not started" if states <= {"not started"} else "started"
        at_it = any(line.next for line in lessons) if progress else number == 0
        found.append(ModuleLines(module=module, lessons=tuple(lessons), state=state, done=done, open=at_it))
    return tuple(found)


places = (
    Place(method="GET", path="/curricula/{id}", opened=one, summary="A curriculum"),
    Place(method="POST", path="/curricula/{id}/replan", opened=replan, summary="Plan again from results"),
    Place(method="POST", path="/curricula/{id}/progress", opened=mark, summary="Say how far somebody is"),
    Place(method="POST", path="/curricula/{id}/title", opened=rename, summary="Call it something else"),
    Place(method="POST", path="/curricula/{id}/archive", opened=archive, summary="Follow it no more"),
)
