"""All that is known of one learner: given out whole, and deleted whole. Knows every table that says something of one.

A request of his is a ledger row whose `user` is his id, made with the key he belongs to. Those rows stay, as money was
spent, without his name; what was made for him alone goes, and with it what was said of it in a review, unless it was
rated, verified or packed: that loses his name too. A name that other keys use as well stays where it is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal, get_args

import msgspec
from msgspec import Struct

from partimento.core.errors import UnknownName
from partimento.core.money import Money
from partimento.learner import kept
from partimento.learner.curriculum_rows import CurriculumRow, Version, curriculum_at, list_curricula, versions_of
from partimento.learner.kept import Progress
from partimento.learner.plan import StoredCurriculum
from partimento.learner.preference import Preference
from partimento.learner.profile import Learner
from partimento.learner.results import Trial
from partimento.learner.review import Review
from partimento.learner.skill import Belief
from partimento.ledger.books import Books
from partimento.store.database import Session

Known = Literal["skills", "reviews", "results", "preferences", "progress"]
KNOWN: Final[tuple[Known, ...]] = get_args(Known)
_EVERY: Final = 2**31 - 1
_FORGET: Final[Mapping[Known, str]] = {
    "skills": "forget_skills", "reviews": "forget_reviews", "results": "forget_results",
    "preferences": "forget_preferences", "progress": "forget_progress",
}  # fmt: skip
_OF_ITEMS: Final = ("drop_reviews_of_nothing", "drop_review_changes_of_nothing")
_CURRICULA: Final = ("forget_parts", "forget_versions", "forget_curricula")


class NamedBelief(Struct, frozen=True):
    """What is believed of an ability in log-odds; `concept` "" is the overall one."""

    concept: str
    belief: Belief


class WholeCurriculum(Struct, frozen=True, kw_only=True):
    """A curriculum of his own, every version of it."""

    row: CurriculumRow
    versions: tuple[Version, ...]
    curricula: tuple[StoredCurriculum, ...]


class RequestOf(Struct, frozen=True, kw_only=True):
    """A ledger row of his. `at` in Unix seconds, money in US dollars."""

    at: float
    id: str
    task: str
    endpoint: str
    key: str
    model: str
    tier: str
    ending: str
    cost_usd: Decimal
    memory_id: str


class ItemOf(Struct, frozen=True, kw_only=True):
    """What was made for him first; others may have been given it too."""

    id: str
    task: str
    prompt: str
    value: Any
    model: str
    created_at: float
    rating: int | None


class PersonalData(Struct, frozen=True, kw_only=True):
    """Everything, as of `exported_at` (Unix seconds)."""

    exported_at: float
    learner: Learner
    skills: tuple[NamedBelief, ...]
    reviews: tuple[Review, ...]
    results: tuple[Trial, ...]
    preferences: tuple[Preference, ...]
    progress: tuple[Progress, ...]
    curricula: tuple[WholeCurriculum, ...]
    requests: tuple[RequestOf, ...]
    items: tuple[ItemOf, ...]


class Forgotten(Struct, frozen=True, kw_only=True):
    """How many rows went, and how many lost the name. `shared`: other keys use the same name, and theirs stays."""

    id: str
    rows: int
    curricula: int
    items: int
    requests_unnamed: int
    items_unnamed: int
    shared: bool


def export_learner(store: Books, learner: Learner, now: float) -> PersonalData:
    """All of it."""
    ask, uid = store.ask, learner.uid
    own = list_curricula(store, learner=uid, most=_EVERY)
    return PersonalData(
        exported_at=now, learner=learner,
        skills=tuple(_belief(*row) for row in ask("skills_of", uid)), reviews=kept.reviews_of(ask, uid),
        results=kept.trials_of(ask, uid, _EVERY), preferences=kept.preferences_of(ask, uid),
        progress=tuple(kept.progress_of(ask, uid).values()), curricula=tuple(_whole(store, row) for row in own),
        requests=tuple(_request(*row) for row in ask("ledger_of_learner", *_his(learner), _EVERY)),
        items=tuple(_item(*row) for row in ask("memory_of_learner", learner.id, *_his(learner), _EVERY)),
    )  # fmt: skip


def forget_learner(store: Books, learner: Learner) -> Forgotten:
    """Delete all of it, in one transaction, and overwrite what it was written on."""

    def work(db: Session) -> Forgotten:
        db.execute("overwrite_what_is_deleted").fetchall()
        items, unnamed, requests, shared = _unname(db, learner)
        for name in _OF_ITEMS:
            db.execute(name)
        curricula = [db.execute(name, (learner.uid,)).rowcount for name in _CURRICULA]
        rows = [db.execute(_FORGET[what], (learner.uid,)).rowcount for what in KNOWN]
        rows.append(db.execute("forget_learner", (learner.uid,)).rowcount)
        return Forgotten(
            id=learner.id, rows=sum(rows), curricula=curricula[-1], items=items, requests_unnamed=requests,
            items_unnamed=unnamed, shared=shared,
        )  # fmt: skip

    forgotten = store.write(work)
    store.ask("fold_the_log")
    return forgotten


def reset_learner(store: Books, learner: Learner, what: str) -> int:
    """Forget what was learnt of one: skills, reviews, results, preferences, progress, or all of these; his profile and
    curricula stay. The rows that went. Raises UnknownName."""
    if what != "all" and what not in KNOWN:
        raise UnknownName("part of what is known", what, (*KNOWN, "all"))
    names = [_FORGET[one] for one in KNOWN if what in (one, "all")]
    return store.write(lambda db: sum(db.execute(name, (learner.uid,)).rowcount for name in names))


def _unname(db: Session, learner: Learner) -> tuple[int, int, int, bool]:
    """Items that went, items and requests that lost the name, and whether the name is others' too."""
    name, his = learner.id, _his(learner)
    shared = bool(db.execute("is_named_elsewhere", (*his, name, learner.uid)).fetchall())
    path = (f"/learners/{name}", "/learners/{id}")
    if shared:
        db.execute("drop_private_entries", (f"user:{name}", *his, *his))
        items = db.execute("drop_private_memory", (name, *his, *his)).rowcount
        unnamed = db.execute("unname_memory", (name, *his, *his)).rowcount
        return items, unnamed, db.execute("unname_ledger", (*path, *his)).rowcount, shared
    db.execute("drop_entries_of_scope", (f"user:{name}",))
    items = db.execute("drop_all_private_memory", (name,)).rowcount
    unnamed = db.execute("unname_all_memory", (name,)).rowcount
    requests = db.execute("unname_ledger", (*path, *his)).rowcount
    for statement in ("drop_spending_of", "drop_budgets_of"):
        db.execute(statement, (f"user:{name}",))
    db.execute("drop_sums_of_user", (name, path[0]))
    return items, unnamed, requests, shared


def _his(learner: Learner) -> tuple[str, str, str, str]:
    """How statements ask which rows are his."""
    return learner.id, learner.holder, learner.holder, learner.id


def _whole(store: Books, row: CurriculumRow) -> WholeCurriculum:
    versions = versions_of(store.ask, row.id)
    return WholeCurriculum(
        row=row, versions=versions, curricula=tuple(curriculum_at(store.ask, row, one.version) for one in versions)
    )


def _belief(concept: str, mean: float, variance: float, results: int, at: float) -> NamedBelief:
    return NamedBelief(concept, Belief(mean=mean, variance=variance, count=results, at=at))


def _request(*row: Any) -> RequestOf:
    fields = dict(zip(RequestOf.__struct_fields__, row, strict=True))
    return RequestOf(**{**fields, "cost_usd": Money(fields["cost_usd"]).usd})


def _item(*row: Any) -> ItemOf:
    fields = dict(zip(ItemOf.__struct_fields__, row, strict=True))
    return ItemOf(**{**fields, "value": msgspec.json.decode(fields["value"])})
