"""Learners, as programs ask for them: the front of this room. Knows what must be read for which question; leaves the
answers to the modules beside it. Every call waits for the database, for milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.clock import Clock
from partimento.core.errors import BadInput
from partimento.learner import kept, preference
from partimento.learner.aim import Situation
from partimento.learner.context import context_of, level_now, struggles
from partimento.learner.curriculum_rows import CurriculumRow, curriculum_at, followed, placed
from partimento.learner.knowledge import Knowledge, shipped
from partimento.learner.next_exercise import NextExercise, next_exercise
from partimento.learner.personal import Forgotten, PersonalData, export_learner, forget_learner, reset_learner
from partimento.learner.preference import HALF_LIFE_DAYS, Aspect
from partimento.learner.profile import (
    Learner,
    NewLearner,
    Profile,
    change_learner,
    create_learner,
    find_learner,
    list_learners,
)
from partimento.learner.progress import progress
from partimento.learner.record import Recorded, record
from partimento.learner.results import NewResult, Trial
from partimento.learner.review import recalled
from partimento.learner.skill import chance, level_of
from partimento.ledger.books import Books
from partimento.shapes.learner_context import LearnerContext

_RECENT = 60
"""Results that say what was practised of late."""


class SkillShown(Struct, frozen=True, kw_only=True):
    """A concept: the level (1–10) whose exercises are mostly right, and the chance of success where it is first met,
    with what holds nine times in ten."""

    concept: str
    title: str
    level: float
    chance: float
    low: float
    high: float
    results: int
    at: float


class LearnerShown(Struct, frozen=True, kw_only=True):
    """`level_now`: what was shown, else what is stated. `following`: the curriculum, where there is one."""

    learner: Learner
    level_now: int | None
    results: int
    skills: tuple[SkillShown, ...]
    struggles: tuple[str, ...]
    due_reviews: int
    following: str
    working_on: str


class ReviewShown(Struct, frozen=True, kw_only=True):
    """`recall`: the chance that it is recalled now; times in Unix seconds."""

    concept: str
    title: str
    due: float
    is_due: bool
    recall: float
    reviews: int
    lapses: int


class PreferenceShown(Struct, frozen=True, kw_only=True):
    """A counter as of now; `share`: likes among all, drawn to one half while there are few."""

    aspect: Aspect
    value: str
    liked: float
    disliked: float
    share: float
    signals: int
    half_life_days: float


class Learners:
    """`holder`: whose they are: an API key's id, or "" for the owner, who sees all."""

    def __init__(
        self,
        store: Books,
        clock: Clock,
        new_id: Callable[[], str],
        holder: str = "",
        knowledge: Callable[[], Knowledge] = shipped,
    ) -> None:
        self._store, self._clock, self._new_id, self._holder = store, clock, new_id, holder
        self._knowledge = knowledge

    def of(self, holder: str) -> Learners:
        """Those of one key."""
        return Learners(self._store, self._clock, self._new_id, holder, self._knowledge)

    def add(self, id: str = "", **profile: Any) -> Learner:  # noqa: A002 (the word users know)
        """A new one: name, level, genre, goals. Raises BadInput, UnknownName."""
        new = _told({"id": id, **profile}, NewLearner)
        return create_learner(self._store, new, holder=self._holder, now=self._clock.now(), new_id=self._new_id)

    def find(self, id: str) -> Learner:  # noqa: A002
        """Raises UnknownName."""
        return find_learner(self._store, id, holder=self._holder)

    def list(self, most: int = 100, offset: int = 0) -> tuple[Learner, ...]:
        """In the order they came."""
        return list_learners(self._store, holder=self._holder, most=most, offset=offset)

    def change(self, id: str, **profile: Any) -> Learner:  # noqa: A002
        """Say something else of one. Raises UnknownName, BadInput."""
        found = self.find(id)
        return change_learner(self._store, found, _told(profile, Profile), self._clock.now())

    def record(self, learner_id: str, /, **result: Any) -> Recorded:
        """Keep a result: the fields of `NewResult`. Raises UnknownName, BadInput."""
        learner, new, now = self.find(learner_id), _told(result, NewResult), self._clock.now()
        taught: tuple[str, ...] = ()
        planned: Any = None
        if new.part:
            where = placed(self._store, new.part, learner.uid, learner.holder)
            taught, planned = where.concepts, where.exercise
        return record(
            self._store, learner, new, knowledge=self._knowledge(), taught=taught, planned=planned, now=now,
            made_id=self._new_id(),
        )  # fmt: skip

    def results(self, id: str, most: int = 100, since: float = 0.0) -> tuple[Trial, ...]:  # noqa: A002
        """The newest first, a row for each concept."""
        return kept.trials_of(self._store.ask, self.find(id).uid, most, since)

    def show(self, id: str) -> LearnerShown:  # noqa: A002
        """Who it is, what he can, what is due. Raises UnknownName."""
        learner = self.find(id)
        situation, curriculum = self._situation(learner)
        now = situation.now
        return LearnerShown(
            learner=learner, level_now=level_now(learner, situation), results=situation.skills.overall.count,
            skills=_skills(situation), struggles=struggles(situation),
            due_reviews=sum(one.due <= now for one in situation.reviews),
            following=curriculum.id if curriculum else "",
            working_on=situation.lesson.title if situation.lesson else "",
        )  # fmt: skip

    def next(self, id: str) -> NextExercise:  # noqa: A002
        """What to practise now, and why; asked again before a result, the same. Raises UnknownName, BadInput."""
        learner = self.find(id)
        situation, _ = self._situation(learner)
        likes = kept.preferences_of(self._store.ask, learner.uid)
        return next_exercise(situation, likes, f"{learner.uid} {situation.skills.overall.count}")

    def reviews(self, id: str, *, due_only: bool = False) -> tuple[ReviewShown, ...]:  # noqa: A002
        """What comes up again, the next first."""
        now, knowledge = self._clock.now(), self._knowledge()
        return tuple(
            ReviewShown(
                concept=one.concept, title=knowledge.title(one.concept), due=one.due, is_due=one.due <= now,
                recall=round(recalled(one, now), 4), reviews=one.reviews, lapses=one.lapses,
            )
            for one in kept.reviews_of(self._store.ask, self.find(id).uid)
            if not due_only or one.due <= now
        )  # fmt: skip

    def preferences(self, id: str) -> tuple[PreferenceShown, ...]:  # noqa: A002
        """All counters, the strongest first."""
        now = self._clock.now()
        found = [preference.faded(one, now) for one in kept.preferences_of(self._store.ask, self.find(id).uid)]
        shown = [
            PreferenceShown(
                aspect=one.aspect, value=one.value, liked=round(one.liked, 3), disliked=round(one.disliked, 3),
                share=round(one.share, 4), signals=one.count, half_life_days=HALF_LIFE_DAYS,
            )
            for one in found
        ]  # fmt: skip
        return tuple(sorted(shown, key=lambda one: (-abs(one.share - 0.5), one.aspect, one.value)))

    def reset_preferences(self, id: str, aspect: str = "", value: str = "") -> int:  # noqa: A002
        """Forget all, those of an aspect, or one; how many there were. Raises UnknownName."""
        learner = self.find(id)
        if aspect:
            preference.aspect_named(aspect)
        gone = [
            (learner.uid, one.aspect, one.value)
            for one in kept.preferences_of(self._store.ask, learner.uid)
            if aspect in ("", one.aspect) and value in ("", one.value)
        ]
        self._store.write(lambda db: db.executemany("drop_preference", gone))
        return len(gone)

    def context(self, id: str, *, holder: str | None = None) -> LearnerContext:  # noqa: A002
        """What the coach should know of one, `holder`'s where it is said. Raises UnknownName."""
        learner = self.find(id) if holder is None else self.of(holder).find(id)
        situation, _ = self._situation(learner)
        return context_of(learner, situation)

    def export(self, id: str) -> PersonalData:  # noqa: A002
        """All there is of one. Raises UnknownName."""
        return export_learner(self._store, self.find(id), self._clock.now())

    def delete(self, id: str) -> Forgotten:  # noqa: A002
        """Delete all there is of one. Raises UnknownName."""
        return forget_learner(self._store, self.find(id))

    def reset(self, id: str, what: str) -> int:  # noqa: A002
        """Forget skills, reviews, results, preferences, progress, or all; the rows that went. Raises UnknownName."""
        return reset_learner(self._store, self.find(id), what)

    def _situation(self, learner: Learner) -> tuple[Situation, CurriculumRow | None]:
        ask, now = self._store.ask, self._clock.now()
        row = followed(ask, learner.uid, learner.holder)
        done = kept.progress_of(ask, learner.uid)
        lesson = None
        if row is not None:
            curriculum = curriculum_at(ask, row)
            name = progress(curriculum, done, row.activated_at, now).lesson
            lesson = next((one for _, one in curriculum.lessons if one.id == name), None)
        situation = Situation(
            skills=kept.skills_of(ask, learner), items=kept.items_of(ask), knowledge=self._knowledge(), now=now,
            genre=learner.genre or (row.genre if row else ""), goals=learner.goals,
            reviews=kept.reviews_of(ask, learner.uid), trials=kept.trials_of(ask, learner.uid, _RECENT),
            lesson=lesson, progress=done,
        )  # fmt: skip
        return situation, row


def _skills(situation: Situation) -> tuple[SkillShown, ...]:
    """Those that were met, the best known first."""
    found = []
    for name, own in situation.skills.concepts.items():
        able = situation.skills.ability(name, situation.now)
        likely = chance(able, situation.items.of(name, situation.knowledge.level(name)))
        found.append(
            SkillShown(
                concept=name, title=situation.knowledge.title(name), level=round(level_of(able.mean), 1),
                chance=round(likely.value, 4), low=round(likely.low, 4), high=round(likely.high, 4),
                results=own.count, at=own.at,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.chance, one.concept)))


def _told(fields: dict[str, Any], kind: Any) -> Any:
    """Untyped fields as that struct. Raises BadInput naming the field."""
    unknown = [name for name in fields if name not in kind.__struct_fields__]
    if unknown:
        raise BadInput(
            f"there is no field {unknown[0]!r}", why="nothing is kept under it", mend=", ".join(kind.__struct_fields__)
        )
    try:
        return msgspec.convert(fields, kind, strict=False, from_attributes=True)
    except (msgspec.ValidationError, TypeError) as error:
        raise BadInput("a field cannot be used", why=str(error), mend=", ".join(kind.__struct_fields__)) from error
