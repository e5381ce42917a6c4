"""What is kept of a learner, from rows to values and back. Knows the tables; leaves what the values mean to others.

Reads take an `Ask`: a store's own `ask`, or `within(db)` inside a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from partimento.learner.preference import Preference
from partimento.learner.profile import Learner
from partimento.learner.results import Practised, Reaction, Trial
from partimento.learner.review import Review
from partimento.learner.skill import Belief, ability, item_of, stated, untried
from partimento.store.database import Session

Ask = Callable[..., Sequence[Any]]
State = Literal["not started", "started", "done"]
OVERALL = ""
_practised = msgspec.json.Decoder(Practised)
_reaction = msgspec.json.Decoder(Reaction)
_compact = msgspec.json.Encoder()


class Skills(Struct, frozen=True):
    """What is believed of a learner: the overall ability, and of each concept that was met what sets it apart."""

    overall: Belief
    concepts: Mapping[str, Belief]

    def own(self, concept: str) -> Belief:
        """What sets the concept apart from the overall ability."""
        return self.concepts.get(concept) or untried(self.overall.at)

    def ability(self, concept: str, now: float) -> Belief:
        """What he can in it."""
        return ability(self.overall, self.own(concept), now)


class Items(Struct, frozen=True):
    """How hard exercises on a concept are at a level."""

    known: Mapping[tuple[str, int], Belief]

    def of(self, concept: str, level: int) -> Belief:
        return self.known.get((concept, level)) or item_of(level)


class Progress(Struct, frozen=True, kw_only=True):
    """How far one is with a part of a curriculum; `score` is the best one. Times in Unix seconds."""

    part: str
    state: State = "not started"
    score: float | None = None
    attempts: int = 0
    started_at: float | None = None
    done_at: float | None = None
    updated_at: float = 0.0


def within(db: Session) -> Ask:
    """Reads inside a transaction."""
    return lambda name, *values: db.execute(name, values).fetchall()


def skills_of(ask: Ask, learner: Learner) -> Skills:
    """All of them; where nothing was shown yet, what the learner says of himself."""
    rows = {concept: _belief(rest) for concept, *rest in ask("skills_of", learner.uid)}
    overall = rows.pop(OVERALL, None) or stated(learner.level, learner.created_at)
    return Skills(overall, rows)


def items_of(ask: Ask) -> Items:
    """Every one that anybody tried."""
    return Items({(concept, level): _belief(rest) for concept, level, *rest in ask("list_items")})


def item_at(ask: Ask, concept: str, level: int) -> Belief:
    """One of them."""
    found = ask("item_of", concept, level)
    return _belief(found[0]) if found else item_of(level)


def reviews_of(ask: Ask, uid: str) -> tuple[Review, ...]:
    """All, the next due first."""
    return tuple(_review(row) for row in ask("reviews_of", uid))


def review_at(ask: Ask, uid: str, concept: str) -> Review | None:
    found = ask("review_of", uid, concept)
    return _review(found[0]) if found else None


def preferences_of(ask: Ask, uid: str) -> tuple[Preference, ...]:
    """All counters, as they were when last counted."""
    return tuple(
        Preference(aspect=aspect, value=value, liked=liked, disliked=disliked, count=signals, at=at)
        for aspect, value, liked, disliked, signals, at in ask("preferences_of", uid)
    )


def trials_of(ask: Ask, uid: str, most: int, since: float = 0.0) -> tuple[Trial, ...]:
    """The newest first."""
    return tuple(map(_trial, ask("results_of", uid, since, most)))


def trials_named(ask: Ask, uid: str, result: str) -> tuple[Trial, ...]:
    """The rows of one result."""
    return tuple(map(_trial, ask("result_of", uid, result)))


def progress_of(ask: Ask, uid: str) -> dict[str, Progress]:
    """By part."""
    found = (_progress(row) for row in ask("progress_of", uid))
    return {one.part: one for one in found}


def progress_at(ask: Ask, uid: str, part: str) -> Progress:
    found = ask("progress_of_part", uid, part)
    return _progress(found[0]) if found else Progress(part=part)


def put_skills(db: Session, uid: str, skills: Iterable[tuple[str, Belief]]) -> None:
    db.executemany("put_skill", [(uid, name, one.mean, one.variance, one.count, one.at) for name, one in skills])


def put_items(db: Session, items: Iterable[tuple[str, int, Belief]]) -> None:
    db.executemany("put_item", [(name, level, one.mean, one.variance, one.count, one.at) for name, level, one in items])


def put_reviews(db: Session, uid: str, reviews: Iterable[Review]) -> None:
    db.executemany("put_review", [(uid, *msgspec.structs.astuple(one)) for one in reviews])


def put_preferences(db: Session, uid: str, preferences: Iterable[Preference]) -> None:
    db.executemany("put_preference", [(uid, *msgspec.structs.astuple(one)) for one in preferences])


def put_trials(db: Session, uid: str, trials: Iterable[Trial]) -> None:
    rows = [
        (
            uid, one.id, one.concept, one.at, one.score, one.expected, one.level, one.weight, one.source, one.part,
            _compact.encode(one.exercise).decode(), _compact.encode(one.reaction).decode(),
        )
        for one in trials
    ]  # fmt: skip
    db.executemany("put_result", rows)


def put_progress(db: Session, uid: str, progress: Progress) -> None:
    db.execute("put_progress", (uid, *msgspec.structs.astuple(progress)))


def _belief(row: Sequence[Any]) -> Belief:
    mean, variance, count, at = row
    return Belief(mean=mean, variance=variance, count=count, at=at)


def _review(row: Sequence[Any]) -> Review:
    return Review(**dict(zip(Review.__struct_fields__, row, strict=True)))


def _trial(row: Sequence[Any]) -> Trial:
    fields = dict(zip(Trial.__struct_fields__, row, strict=True))
    told = {"exercise": _practised.decode(fields["exercise"]), "reaction": _reaction.decode(fields["reaction"])}
    return Trial(**{**fields, **told})


def _progress(row: Sequence[Any]) -> Progress:
    return Progress(**dict(zip(Progress.__struct_fields__, row, strict=True)))
