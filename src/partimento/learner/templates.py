"""Curricula that come with the house, as declarations: what the task `curriculum` is asked for. Knows their names; the
rules make them when one is activated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from partimento.learner.profile import Learner

_MOST_GOALS: Final = 10


class Template(Struct, frozen=True, kw_only=True):
    """`level` is where the learner starts, 1–10. `name` says genre, level and weeks."""

    name: str
    title: str
    genre: str
    level: int
    weeks: int
    goals: str

    @property
    def fields(self) -> dict[str, Any]:
        """What the task `curriculum` is asked with."""
        return {"genre": self.genre, "level": self.level, "weeks": self.weeks, "goals": self.goals}


class CurriculumWanted(Struct, frozen=True, kw_only=True):
    """A curriculum to be made by rules: the fields of the task `curriculum`. `user`: for whom alone, "" for anybody;
    `holder`: on whose account."""

    fields: dict[str, Any]
    user: str = ""
    holder: str = ""


def _template(name: str, title: str, level: int, goals: str) -> Template:
    genre, _, weeks = name.split("-")
    return Template(name=name, title=title, genre=genre, level=level, weeks=int(weeks.removesuffix("w")), goals=goals)


_SHIPPED: Final = (
    _template("gospel-beginner-12w", "Gospel from the first chords", 2, "accompany songs in church"),
    _template("gospel-intermediate-12w", "Gospel: passing chords and shouts", 5, "play for a choir"),
    _template("jazz-beginner-12w", "Jazz from the first sevenths", 3, "play standards from a lead sheet"),
    _template("jazz-intermediate-12w", "Jazz: rootless voicings and lines", 5, "comp and improvise over ii-V-I"),
    _template("jazz-advanced-16w", "Jazz: reharmonization and altered sounds", 8, "reharmonize standards"),
    _template("blues-beginner-8w", "The blues in eight weeks", 2, "play a twelve-bar blues"),
    _template("classical-beginner-12w", "Classical harmony at the keyboard", 2, "harmonize melodies"),
    _template("neosoul-intermediate-12w", "Neo-soul chords and grooves", 5, "play extended chords in a groove"),
    _template("reggae-beginner-8w", "Reggae: skank, bubble and bass", 2, "play in a reggae band"),
    _template("latin-intermediate-12w", "Latin piano: montuno and clave", 5, "play montunos in clave"),
    _template("rnb-intermediate-12w", "R&B: ballads and grooves", 5, "accompany a singer"),
)


def personal(template: Template, learner: Learner, mastered: Sequence[str]) -> CurriculumWanted:
    """The template for one learner: for his goals too, without what he has mastered."""
    goals = [template.goals, *learner.goals][:_MOST_GOALS]
    alone = len(goals) > 1 or mastered
    return CurriculumWanted(
        fields=template.fields | {"goals": goals, "mastered": list(mastered)}, user=learner.id if alone else "",
        holder=learner.holder,
    )  # fmt: skip


def templates() -> tuple[Template, ...]:
    """All of them."""
    return _SHIPPED


def template_named(name: str) -> Template | None:
    """The template of that name; None where there is none."""
    return next((one for one in _SHIPPED if one.name == name), None)
