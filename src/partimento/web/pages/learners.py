"""A learner as the coach's page shows him: what he can, what is due, what comes next; made and changed by forms. Knows
whose learners a visitor may see; leaves the talk to `coach`.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.learner.curricula import Curricula
from partimento.learner.knowledge import shipped
from partimento.learner.learners import Learners, LearnerShown, PreferenceShown, ReviewShown
from partimento.learner.next_exercise import NextExercise
from partimento.learner.profile import Learner
from partimento.learner.progress import CurriculumProgress
from partimento.web.visit import Form, Visit

MOST_LISTED: Final = 200
_RECENT: Final = 6
_LIKED: Final = 4


class ResultShown(Struct, frozen=True):
    """How an exercise went; `score` 0–1, None where nothing was played."""

    title: str
    level: int
    score: float | None
    at: float


class Panel(Struct, frozen=True, kw_only=True):
    """All that stands beside the talk. `next`, `progress`: None where there is none; `make`: where the next is made."""

    shown: LearnerShown
    next: NextExercise | None
    make: str
    reviews: tuple[ReviewShown, ...]
    recent: tuple[ResultShown, ...]
    likes: tuple[PreferenceShown, ...]
    progress: CurriculumProgress | None

    @property
    def called(self) -> str:
        """His name, or his id."""
        return self.shown.learner.name or self.shown.learner.id


def learners_of(visit: Visit) -> Learners:
    """Those the visitor may see: the same as over HTTP."""
    return visit.client.learners.of(visit.caller.key)


def listed(visit: Visit) -> tuple[Learner, ...]:
    """The first of them, in the order they came. Blocks."""
    return learners_of(visit).list(MOST_LISTED)


def panel_of(visit: Visit, name: str) -> Panel:
    """What is known of one. Blocks. Raises UnknownName, BadInput."""
    learners = learners_of(visit)
    shown = learners.show(name)
    knowledge = shipped()
    recent = tuple(
        ResultShown(knowledge.title(trial.concept), trial.level, trial.score, trial.at)
        for trial in learners.results(name, _RECENT)
    )
    following = _next(learners, name)
    return Panel(
        shown=shown, next=following, make=_place(following), reviews=learners.reviews(name), recent=recent,
        likes=tuple(one for one in learners.preferences(name) if one.share != 0.5)[:_LIKED],
        progress=_progress(visit.client.curricula.of(visit.caller.key), shown.following, name),
    )  # fmt: skip


def told_by(form: Form) -> dict[str, Any]:
    """The profile that a form tells: goals are a line each, a level may be left open. Raises BadInput."""
    goals = tuple(line.strip() for line in form.get("goals").splitlines() if line.strip())
    return {"name": form.get("name"), "level": form.number("level"), "genre": form.get("genre"), "goals": goals}


def _next(learners: Learners, name: str) -> NextExercise | None:
    try:
        return learners.next(name)
    except BadInput:  # nothing that is taught fits him
        return None


def _place(following: NextExercise | None) -> str:
    fields = following.fields if following else {}
    query = {
        name: " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        for name, value in fields.items()
        if value not in (None, "", (), [])
    }
    return f"/studio/tasks/exercise?{urlencode(query)}"


def _progress(curricula: Curricula, following: str, name: str) -> CurriculumProgress | None:
    if not following:
        return None
    try:
        return curricula.progress(following, name)
    except UnknownName:  # archived or taken away a moment ago
        return None
