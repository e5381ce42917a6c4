"""The outline of a curriculum by the rules: a path through the concepts, spread over weeks, with goals and milestones.

Knows modules, lessons and their titles; leaves exercises to `course`, words to who calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from msgspec import Struct

from partimento.music.lessons.draft import Outline, OutlinedLesson, OutlinedModule
from partimento.music.lessons.matter import counts_of, matter
from partimento.music.lessons.phrases import Phrases, listed
from partimento.music.lessons.selection import module_weeks, shared
from partimento.music.lessons.setting import Setting
from partimento.music.lessons.stages import StagedLesson, staged
from partimento.music.lessons.told import Told, name_of, told, with_article
from partimento.music.lessons.tutorial import step_of
from partimento.music.teaching.concept import Concept

Settings = Callable[[Concept], Setting]
"""A concept → where it is learnt in this curriculum."""


class Course(Struct, frozen=True, kw_only=True):
    """What is to be planned: concepts in the order they are taught, over so many weeks and lessons."""

    concepts: tuple[Concept, ...]
    weeks: int
    lessons_per_week: int
    genre: str
    """Its title ("Jazz", "R&B")."""
    level: int
    target_level: int


def outline(course: Course, setting: Settings, say: Phrases, rng: Random) -> Outline:
    """The whole outline; no two lessons of it are the same."""
    spans = module_weeks(course.weeks, len(course.concepts))
    sizes = shared(len(course.concepts), len(spans))
    modules: list[OutlinedModule] = []
    earlier: list[Concept] = []
    mixed: set[str] = set()
    titles: Counter[str] = Counter()
    for (first, last), size in zip(spans, sizes, strict=True):
        new = course.concepts[len(earlier) : len(earlier) + size]
        count = (last - first + 1) * course.lessons_per_week
        plan = staged(new, earlier, count, mixed)
        lessons = tuple(_lesson(one, setting, say, titles, rng) for one in plan)
        modules.append(_module(new, (first, last), lessons, course, setting, say, rng))
        earlier += new
    return Outline(title=_title(course, say, rng), modules=tuple(modules))


def _title(course: Course, say: Phrases, rng: Random) -> str:
    fields = {
        "genre_capital": course.genre,
        "genre": _within(course.genre),
        "weeks": course.weeks,
        "level": course.level,
        "target": course.target_level,
    }
    if course.weeks == 1:
        return say.say("title_week", rng, **fields)
    return say.say("title" if course.target_level > course.level else "title_level", rng, **fields)


def _within(genre: str) -> str:
    return genre if any(sign.isupper() for sign in genre[1:]) else genre.lower()


def _lesson(one: StagedLesson, setting: Settings, say: Phrases, titles: Counter[str], rng: Random) -> OutlinedLesson:
    main = one.concepts[-1]
    fields = _fields(main, setting, rng)
    fields["also"] = listed([name_of(other.title) for other in one.concepts[:-1]])
    kind = "pair" if one.stage == "meet" and len(one.concepts) > 1 else one.stage
    title = say.say(f"lesson_{kind}", rng, **fields)
    titles[title] += 1
    if titles[title] > 1:
        title = f"{title}, {titles[title]}"
    shape = "scale" if "scale" in fields and "progression" not in fields else "row"
    goal = say.say(f"goal_{kind}_{shape}" if f"goal_{kind}_{shape}" in say else f"goal_{kind}", rng, **fields)
    if kind == "meet" and main.practice and not (main.numerals or main.scale):
        goal = step_of(main.practice[0], main.title, 1).instruction  # it has no chords of its own to be played
    return OutlinedLesson(title=title, goal=goal, concepts=tuple(other.id for other in one.concepts))


def _fields(one: Concept, setting: Settings, rng: Random) -> Told:
    where = setting(one)
    return told(matter(one, where, counts_of(where, rng)), rng)


def _module(
    new: Sequence[Concept],
    weeks: tuple[int, int],
    lessons: tuple[OutlinedLesson, ...],
    course: Course,
    setting: Settings,
    say: Phrases,
    rng: Random,
) -> OutlinedModule:
    names = [name_of(one.title) for one in new]
    shown = [*names[:2], names[-1]] if len(names) > 3 else names
    fields = {
        **_fields(new[-1], setting, rng),
        "first": new[0].title,
        "first_name": names[0],
        "last": names[-1],
        "all": "; ".join(shown),
        "week": str(weeks[1]),
        "genre": _within(course.genre),
        "a_genre": with_article(_within(course.genre)),
    }
    mark = "milestone_scale" if "progression" not in fields else "milestone"
    mark = "milestone_keys" if mark == "milestone" and "other" in fields and rng.random() < 1 / 3 else mark
    return OutlinedModule(
        title=say.say("module" if len(new) > 1 else "module_one", rng, **fields),
        goal=say.say("module_goal", rng, **fields),
        milestone=say.say(mark, rng, **fields),
        week_start=weeks[0],
        week_end=weeks[1],
        lessons=lessons,
    )
