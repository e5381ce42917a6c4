"""The weeks of a curriculum follow the pace of who goes through it. Pure; knows weeks and modules alone."""

from __future__ import annotations

from msgspec.structs import replace

from partimento.learner.curriculum_rows import Change
from partimento.learner.plan import StoredCurriculum, StoredModule


def paced(curriculum: StoredCurriculum, place: int, week: int) -> tuple[StoredCurriculum, list[Change]]:
    """Moved where the module at `place`, the first not done, should be over by now, or comes before its time."""
    module = curriculum.modules[place]
    late, early = week - module.week_end, module.week_start - week
    if late > 0:
        reason = (
            f"It is week {week}, and {module.title!r} was to end with week {module.week_end}: it and what follows take "
            f"{_weeks(late)} more."
        )
        change = Change(kind="delayed", part=module.id, title=module.title, reason=reason)
        return _shifted(curriculum, place, replace(module, week_end=week), late), [change]
    if early > 0 and place > 0:
        reason = f"All before {module.title!r} is done {_weeks(early)} early: it and what follows come so much sooner."
        change = Change(kind="brought forward", part=module.id, title=module.title, reason=reason)
        first = replace(module, week_start=week, week_end=module.week_end - early)
        return _shifted(curriculum, place, first, -early), [change]
    return curriculum, []


def _shifted(curriculum: StoredCurriculum, place: int, first: StoredModule, weeks: int) -> StoredCurriculum:
    later = [
        replace(module, week_start=module.week_start + weeks, week_end=module.week_end + weeks)
        for module in curriculum.modules[place + 1 :]
    ]
    modules = (*curriculum.modules[:place], first, *later)
    return replace(curriculum, modules=modules, duration_weeks=max(module.week_end for module in modules))


def _weeks(number: int) -> str:
    return "a week" if number == 1 else f"{number} weeks"
