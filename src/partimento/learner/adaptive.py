"""A curriculum after results: what changes in it, each change with its reason. Pure: values in, values out.

What is done stays. What is mastered is passed over, what goes wrong gets a lesson that mends it, what is due comes
back, and the weeks follow the pace. Planned again from the same results, nothing changes. Knows when; leaves chances to
`skill`, weeks to `pace`, the lessons themselves to `extra_lesson`.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from partimento.learner.aim import HIGH, TOO_HARD
from partimento.learner.curriculum_rows import Change
from partimento.learner.extra_lesson import extra_lesson, put_before
from partimento.learner.kept import Items, Skills
from partimento.learner.knowledge import Knowledge
from partimento.learner.pace import paced
from partimento.learner.plan import StoredCurriculum, StoredLesson, StoredModule
from partimento.learner.progress import week_of
from partimento.learner.review import due
from partimento.learner.standing import Standing

MASTERED: Final = 0.9
SURELY: Final = 0.75
"""Mastered is what would succeed nine times in ten, and even at worst more often than this."""
ENOUGH: Final = 3
"""After so many results mastery is no accident."""
STRUGGLING: Final = 2
SURE: Final = 0.8
"""A standard deviation (log-odds) above which a low chance may be a lack of results."""
MOST_REMEDIES: Final = 2
MOST_REVIEWED: Final = 4
_SHORTEST: Final = 5


class Replanned(Struct, frozen=True):
    """The curriculum as it should go on, and what was changed; nothing where it may stay as it is."""

    curriculum: StoredCurriculum
    changes: tuple[Change, ...]


def replanned(curriculum: StoredCurriculum, standing: Standing) -> Replanned:
    """The same curriculum from here on."""
    changes: list[Change] = []
    place = standing.module(curriculum)
    if place is not None and standing.begun_at is not None:
        curriculum, changes = paced(curriculum, place, week_of(standing.begun_at, standing.now))
    for rule in (_passed_over, _mended, _reviewed):
        curriculum, more = rule(curriculum, standing)
        changes += more
    return Replanned(curriculum, tuple(changes))


def mastered(skills: Skills, items: Items, knowledge: Knowledge, now: float) -> tuple[str, ...]:
    """The concepts that surely need no lesson: those a new plan leaves out."""
    standing = Standing(skills=skills, items=items, knowledge=knowledge, now=now)
    return tuple(name for name in skills.concepts if name in knowledge.by_id and _is_mastered(name, 0, standing))


def _is_mastered(name: str, level: int, standing: Standing) -> bool:
    likely = standing.chance(name, level)
    sure = likely.value >= MASTERED and likely.low >= SURELY
    return sure and standing.skills.own(name).count >= ENOUGH


def _passed_over(curriculum: StoredCurriculum, standing: Standing) -> tuple[StoredCurriculum, list[Change]]:
    """Lessons not begun whose concepts are all mastered go; where that is likely, one exercise stays to show it."""
    changes: list[Change] = []

    def module_after(module: StoredModule) -> StoredModule:
        kept: list[StoredLesson] = []
        left = sum(lesson.purpose == "plan" for lesson in module.lessons)  # a module keeps one of its own
        for lesson in module.lessons:
            sure = _mastery(lesson, standing) if standing.state(lesson) == "not started" else "no"
            if sure == "surely" and left > 1:
                changes.append(_passed("skipped", lesson, standing))
                left -= 1
            elif sure != "no" and len(lesson.exercises) > 1:
                changes.append(_passed("shortened", lesson, standing))
                hardest = max(lesson.exercises, key=lambda one: one.level)
                minutes = max(_SHORTEST, lesson.duration_minutes // 2)
                kept.append(replace(lesson, exercises=(hardest,), duration_minutes=minutes))
            else:
                kept.append(lesson)
        return replace(module, lessons=tuple(kept))

    return replace(curriculum, modules=tuple(map(module_after, curriculum.modules))), changes


def _mastery(lesson: StoredLesson, standing: Standing) -> Literal["surely", "likely", "no"]:
    """Whether all that a lesson teaches is mastered already."""
    if lesson.purpose != "plan" or not lesson.concept_ids:
        return "no"
    sure: Literal["surely", "likely"] = "surely"
    for name in lesson.concept_ids:
        if standing.chance(name, lesson.level).value < HIGH or standing.skills.own(name).count < STRUGGLING:
            return "no"
        if not _is_mastered(name, lesson.level, standing):
            sure = "likely"
    return sure


def _passed(kind: Literal["skipped", "shortened"], lesson: StoredLesson, standing: Standing) -> Change:
    told = [
        f"{standing.knowledge.title(name)} ({standing.chance(name, lesson.level).value:.0%})"
        for name in lesson.concept_ids
    ]
    reason = f"Mastered before its lesson: at level {lesson.level} the chance of success is {', '.join(told)}."
    return Change(kind=kind, part=lesson.id, title=lesson.title, reason=reason)


def _mended(curriculum: StoredCurriculum, standing: Standing) -> tuple[StoredCurriculum, list[Change]]:
    """Before a lesson whose concept surely fails comes one on what it needs, and on itself at an easier level."""
    open_lessons = [lesson for _, lesson in curriculum.lessons if standing.state(lesson) != "done"]
    mending = {name for lesson in open_lessons if lesson.purpose == "remedy" for name in lesson.concept_ids}
    changes: list[Change] = []
    for lesson in open_lessons:
        failing = [name for name in lesson.concept_ids if name not in mending and _fails(name, lesson.level, standing)]
        if lesson.purpose != "plan" or not failing or len(changes) == MOST_REMEDIES:
            continue
        name, titled = failing[0], standing.knowledge.title(failing[0])
        shaky = sorted(
            (need for need in standing.knowledge.needs(name) if standing.chance(need).value < HIGH),
            key=lambda need: standing.chance(need).value,
        )
        remedy = extra_lesson(curriculum, (*shaky[:2], name), f"Back to what {titled} needs", "remedy", standing)
        if remedy is None:
            continue
        mending |= set(remedy.concept_ids)
        curriculum = put_before(curriculum, lesson.id, remedy)
        changes.append(_mending(name, lesson, remedy, standing))
    return curriculum, changes


def _fails(name: str, level: int, standing: Standing) -> bool:
    own, able = standing.skills.own(name), standing.skills.ability(name, standing.now)
    sure = own.count >= STRUGGLING and able.deviation <= SURE
    return sure and standing.chance(name, level).value < TOO_HARD


def _mending(name: str, lesson: StoredLesson, remedy: StoredLesson, standing: Standing) -> Change:
    odds, count = standing.chance(name, lesson.level).value, standing.skills.own(name).count
    needs = [standing.knowledge.title(need) for need in remedy.concept_ids if need != name]
    on = f"what it needs ({', '.join(needs)}), and " if needs else ""
    reason = (
        f"{standing.knowledge.title(name)} goes wrong: after {count} results the chance of success at level "
        f"{lesson.level} is {odds:.0%}. First comes a lesson on {on}on it at an easier level."
    )
    return Change(kind="remedy", part=lesson.id, title=remedy.title, reason=reason)


def _reviewed(curriculum: StoredCurriculum, standing: Standing) -> tuple[StoredCurriculum, list[Change]]:
    """What is due comes back in one lesson, before the next one; while that is not done, there is no second."""
    reviews = [lesson for _, lesson in curriculum.lessons if lesson.purpose == "review"]
    following = next((one for _, one in curriculum.lessons if standing.state(one) != "done"), None)
    waiting = [one.concept for one in due(tuple(standing.reviews), standing.now)]
    names = [name for name in waiting if name in standing.knowledge.by_id]
    if following is None or not names or any(standing.state(lesson) != "done" for lesson in reviews):
        return curriculum, []
    title = f"Review {len(reviews) + 1}"
    lesson = extra_lesson(curriculum, tuple(names[:MOST_REVIEWED]), title, "review", standing)
    if lesson is None:
        return curriculum, []
    titles = ", ".join(standing.knowledge.title(name) for name in lesson.concept_ids)
    more = f" ({len(names) - MOST_REVIEWED} more are due)" if len(names) > MOST_REVIEWED else ""
    reason = f"Due for review: {titles}{more}. They come back before {following.title!r}."
    change = Change(kind="review", part=following.id, title=title, reason=reason)
    return put_before(curriculum, following.id, lesson), [change]
