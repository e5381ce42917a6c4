"""A curriculum as it is kept: the same modules, lessons and exercises with identities, and assessments among them.

Knows what a curriculum must hold to, whoever wrote it; leaves rows to `parts`, changes of course to `adaptive`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput
from partimento.learner.knowledge import Knowledge
from partimento.music import genres
from partimento.music.lessons.planned import flaw_of
from partimento.shapes.curriculum import Curriculum, Lesson, Module, PlannedExercise

Purpose = Literal["plan", "remedy", "review"]
"""Why a lesson is there: it was planned; it mends what went wrong; it brings back what would be forgotten."""
AssessmentKind = Literal["diagnostic", "milestone", "module", "final"]
PartKind = Literal["module", "lesson", "exercise", "assessment"]

MOST_BYTES: Final = 4_000_000
MOST_WEEKS: Final = 520
MOST_MODULES: Final = 120
MOST_LESSONS: Final = 1500
MOST_EXERCISES: Final = 6000
_LONGEST: Final = 500


class StoredExercise(PlannedExercise, frozen=True, kw_only=True):
    """The same with an identity of its own, which it keeps through all versions."""

    id: str = ""


class StoredAssessment(Struct, frozen=True, kw_only=True):
    """An assessment that belongs to a module. `content` is the assessment as its task made it, once it was made."""

    type: AssessmentKind
    title: str
    concept_ids: tuple[str, ...] = ()
    id: str = ""
    content: Any = None


class StoredLesson(Lesson, frozen=True, kw_only=True):
    exercises: tuple[StoredExercise, ...]
    purpose: Purpose = "plan"
    id: str = ""

    @property
    def level(self) -> int:
        """That of its hardest exercise; 0 where it has none."""
        return max((exercise.level for exercise in self.exercises), default=0)


class StoredModule(Module, frozen=True, kw_only=True):
    lessons: tuple[StoredLesson, ...]
    assessments: tuple[StoredAssessment, ...] = ()
    id: str = ""


class StoredCurriculum(Curriculum, frozen=True, kw_only=True):
    """A version of a curriculum. `id` is the curriculum's in all versions."""

    modules: tuple[StoredModule, ...]
    id: str = ""
    version: int = 0

    @property
    def lessons(self) -> Iterator[tuple[StoredModule, StoredLesson]]:
        """All lessons in their order, each with its module."""
        for module in self.modules:
            for lesson in module.lessons:
                yield module, lesson


def to_store(curriculum: Curriculum) -> StoredCurriculum:
    """A generated curriculum, its milestones as assessments; identities come when it is kept."""
    plain = read_curriculum(msgspec.to_builtins(curriculum))
    last = len(plain.modules) - 1
    return replace(
        plain,
        modules=tuple(
            module if module.assessments else replace(module, assessments=_assessments(module, final=number == last))
            for number, module in enumerate(plain.modules)
        ),
    )


def read_curriculum(document: Any) -> StoredCurriculum:
    """A curriculum from JSON, shown by us or written by hand; also one within {"value", "receipt"} or {"curriculum"}.

    Raises BadInput naming the field.
    """
    for wrapping in ("value", "curriculum"):
        if isinstance(document, dict) and wrapping in document and "modules" not in document:
            document = document[wrapping]
    try:
        return msgspec.convert(document, StoredCurriculum, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(
            "this is no curriculum", why=str(error), mend="see `partimento curriculum show ID --json` for its shape"
        ) from error


def _assessments(module: StoredModule, *, final: bool) -> tuple[StoredAssessment, ...]:
    concepts = tuple(dict.fromkeys(name for lesson in module.lessons for name in lesson.concept_ids))
    made = [StoredAssessment(type="module", title=module.milestone or module.title, concept_ids=concepts)]
    if final:
        made.append(StoredAssessment(type="final", title="What the whole way led to"))
    return tuple(made)


def check_curriculum(curriculum: StoredCurriculum, knowledge: Knowledge) -> None:
    """Raises BadInput with the first things that are wrong."""
    flaws = []
    for flaw in _flaws(curriculum, knowledge):
        flaws.append(flaw)
        if len(flaws) == 5:
            break
    if (size := len(msgspec.json.encode(curriculum))) > MOST_BYTES:
        flaws.append(f"it has {size} bytes, and may have {MOST_BYTES}")
    if flaws:
        raise BadInput("this curriculum cannot be kept", why="; ".join(flaws), mend="mend it and try again")


def _flaws(curriculum: StoredCurriculum, knowledge: Knowledge) -> Iterator[str]:
    counts = (
        ("weeks", curriculum.duration_weeks, MOST_WEEKS), ("modules", len(curriculum.modules), MOST_MODULES),
        ("lessons", sum(1 for _ in curriculum.lessons), MOST_LESSONS),
        ("exercises", sum(len(lesson.exercises) for _, lesson in curriculum.lessons), MOST_EXERCISES),
    )  # fmt: skip
    for what, many, most in counts:
        if not 0 < many <= most:
            yield f"it has {many} {what}, and may have 1 to {most}"
    if curriculum.genre and curriculum.genre not in genres.names():
        yield f"there is no genre {curriculum.genre[:40]!r}"
    if not 1 <= curriculum.level <= 10:
        yield f"level {curriculum.level} is not from 1 to 10"
    yield from _repeated(curriculum)
    for module in curriculum.modules:
        yield from _module_flaws(module, curriculum.duration_weeks, knowledge)


def _module_flaws(module: StoredModule, weeks: int, knowledge: Knowledge) -> Iterator[str]:
    name = module.title[:60]
    if not module.title.strip() or len(module.title) > _LONGEST:
        yield f"a module is called {name!r}"
    if not 1 <= module.week_start <= module.week_end <= weeks:
        yield f"the module {name!r} goes from week {module.week_start} to {module.week_end} of {weeks}"
    for lesson in module.lessons:
        if not lesson.title.strip() or len(lesson.title) > _LONGEST:
            yield f"a lesson of {name!r} is called {lesson.title[:60]!r}"
        if not 1 <= lesson.duration_minutes <= 600:
            yield f"the lesson {lesson.title[:60]!r} takes {lesson.duration_minutes} minutes"
        for concept in (*lesson.concept_ids, *(one for made in module.assessments for one in made.concept_ids)):
            if concept not in knowledge.by_id and not concept.startswith("app:"):
                yield f"the lesson {lesson.title[:60]!r} names a concept {concept[:60]!r} that is not there"
        for exercise in lesson.exercises:
            if flaw := flaw_of(exercise):
                yield f"the exercise {exercise.title[:60]!r} cannot be made: {flaw}"


def _repeated(curriculum: StoredCurriculum) -> Iterator[str]:
    seen: set[str] = set()
    for part in every_part(curriculum):
        if part and part in seen:
            yield f"the id {part!r} stands twice"
        seen.add(part)


def every_part(curriculum: StoredCurriculum) -> Iterator[str]:
    """The ids of all parts, "" where one has none yet."""
    for module in curriculum.modules:
        yield module.id
        yield from (assessment.id for assessment in module.assessments)
        for lesson in module.lessons:
            yield lesson.id
            yield from (exercise.id for exercise in lesson.exercises)


def identified(
    curriculum: StoredCurriculum, before: StoredCurriculum | None, new_id: Callable[[], str]
) -> StoredCurriculum:
    """Every part with its identity: the one it says and had before; else that of a part of `before` that is the same by
    name; else a new one. So progress survives an edit."""
    known = set(every_part(before)) if before else set()
    said = set(every_part(curriculum))
    free = _Free(before, known - said)

    def part(given: str, *name: object) -> str:
        return given if given and given in known else free.take(*name) or new_id()

    return replace(
        curriculum,
        modules=tuple(
            replace(
                module,
                id=part(module.id, "module", module.title),
                assessments=tuple(
                    replace(one, id=part(one.id, "assessment", module.title, one.type, one.title))
                    for one in module.assessments
                ),
                lessons=tuple(
                    replace(
                        lesson,
                        id=part(lesson.id, "lesson", module.title, lesson.title),
                        exercises=tuple(
                            replace(one, id=part(one.id, *_named(lesson, one))) for one in lesson.exercises
                        ),
                    )
                    for lesson in module.lessons
                ),
            )
            for module in curriculum.modules
        ),
    )


class _Free:
    """Identities of the version before that the new one does not say, by name; each is given once."""

    def __init__(self, before: StoredCurriculum | None, free: Iterable[str]) -> None:
        self._free = set(free)
        self._by_name: dict[tuple[object, ...], list[str]] = {}
        for module in before.modules if before else ():
            self._put(module.id, "module", module.title)
            for assessment in module.assessments:
                self._put(assessment.id, "assessment", module.title, assessment.type, assessment.title)
            for lesson in module.lessons:
                self._put(lesson.id, "lesson", module.title, lesson.title)
                for exercise in lesson.exercises:
                    self._put(exercise.id, *_named(lesson, exercise))

    def _put(self, part: str, *name: object) -> None:
        if part in self._free:
            self._by_name.setdefault(name, []).append(part)

    def take(self, *name: object) -> str:
        found = self._by_name.get(name)
        return found.pop(0) if found else ""


def _named(lesson: StoredLesson, exercise: StoredExercise) -> tuple[object, ...]:
    return ("exercise", lesson.title, exercise.type, exercise.title, exercise.genre, exercise.key)
