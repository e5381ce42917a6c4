"""Curricula, as programs ask for them: kept, activated, edited, planned again. Knows who may and in which order; leaves
what stands in them to `plan` and `adaptive`. Every call but `activate` waits for the database alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.clock import Clock
from partimento.core.errors import BadInput, UnknownName
from partimento.core.result import Result
from partimento.learner import curriculum_rows as rows
from partimento.learner import kept
from partimento.learner.adaptive import mastered, replanned
from partimento.learner.curriculum_rows import FOR_ALL, Change, CurriculumRow, Maker, Version
from partimento.learner.kept import State, within
from partimento.learner.knowledge import Knowledge, shipped
from partimento.learner.plan import (
    StoredCurriculum,
    check_curriculum,
    every_part,
    identified,
    read_curriculum,
    to_store,
)
from partimento.learner.profile import Learner, find_learner, learner_of
from partimento.learner.progress import CurriculumProgress, marked, progress
from partimento.learner.standing import Standing
from partimento.learner.templates import CurriculumWanted, Template, personal, template_named, templates
from partimento.ledger.books import Books
from partimento.shapes.curriculum import Curriculum
from partimento.store.database import Session

Make = Callable[[CurriculumWanted], Awaitable[Result[Any]]]
"""What is wanted → the curriculum, with its receipt."""
_TRIES = 3
"""How often a plan is made again where somebody else changes the curriculum meanwhile."""


class CurriculumShown(Struct, frozen=True, kw_only=True):
    """A curriculum, its row and all its versions."""

    row: CurriculumRow
    curriculum: StoredCurriculum
    versions: tuple[Version, ...]


class Activated(Struct, frozen=True, kw_only=True):
    """`known`: it was active already, and nothing changed."""

    row: CurriculumRow
    known: bool


class Replan(Struct, frozen=True, kw_only=True):
    """What was changed, and why; nothing where it may stay. `copied`: the plan was for all, and is now his own."""

    row: CurriculumRow
    changes: tuple[Change, ...]
    copied: bool


class Curricula:
    """`holder`: whose they are: an API key's id, or "" for the owner, who sees all."""

    def __init__(
        self,
        store: Books,
        clock: Clock,
        new_id: Callable[[], str],
        make: Make,
        holder: str = "",
        knowledge: Callable[[], Knowledge] = shipped,
    ) -> None:
        self._store, self._clock, self._new_id, self._make = store, clock, new_id, make
        self._holder, self._knowledge = holder, knowledge

    def of(self, holder: str) -> Curricula:
        """Those of one key."""
        return Curricula(self._store, self._clock, self._new_id, self._make, holder, self._knowledge)

    def templates(self) -> tuple[Template, ...]:
        """What may be activated by name."""
        return templates()

    def list(self, learner: str = "", most: int = 100, offset: int = 0) -> tuple[CurriculumRow, ...]:
        """The newest first; `learner`: the id of one whose own they are. Raises UnknownName."""
        uid = self._learner(learner).uid if learner else ""
        return rows.list_curricula(self._store, holder=self._holder, learner=uid, most=most, offset=offset)

    def show(self, name: str, version: int | None = None) -> CurriculumShown:
        """As it is, or was in a version. Raises UnknownName."""
        row = rows.find_curriculum(self._store, name, holder=self._holder)
        ask = self._store.ask
        return CurriculumShown(
            row=row, curriculum=rows.curriculum_at(ask, row, version), versions=rows.versions_of(ask, row.id)
        )

    def save(self, made: Any, learner: str = "") -> CurriculumRow:
        """Keep a generated curriculum (its result, its value, its JSON) as a draft, of one learner's or for all.

        Raises BadInput for what cannot be kept, UnknownName for the learner.
        """
        value, memory_id = (made.value, made.receipt.memory_id) if isinstance(made, Result) else (made, "")
        plan = to_store(value if isinstance(value, Curriculum) else read_curriculum(value))
        owner = self._learner(learner) if learner else None
        return self._put(plan, owner, "task", memory_id=memory_id, active=False).row

    async def activate(self, name: str, learner: str = "") -> Activated:
        """Make one the plan that is followed, by one learner or by all: a template by its name, made by rules; or a
        kept curriculum by its id, of which a learner gets a copy of his own. Asked twice, it is done once.

        Raises UnknownName, BadInput, and what making raises.
        """
        found = await asyncio.to_thread(self._found, name, learner)
        if isinstance(found, Activated):
            return found
        template, owner, wanted = found
        made = await self._make(wanted)
        plan, memory_id = replace(to_store(made.value), title=template.title), made.receipt.memory_id
        return await asyncio.to_thread(self._put, plan, owner, "template", template=template.name, memory_id=memory_id)

    def edit(self, name: str, document: Any, version: int | None = None) -> CurriculumRow:
        """Keep another version of it. `version`: the one the document was made from; where it says none itself, this
        must. Raises BadInput, also where another version came between; UnknownName."""
        row = rows.find_curriculum(self._store, name, holder=self._holder, to_change=True)
        curriculum = read_curriculum(document)
        read = version or curriculum.version
        if not read:
            raise BadInput(
                "it is not said which version this was made from", why="somebody may have changed it meanwhile",
                mend=f"say it: --version {row.version}, or leave `version` in the JSON as it was exported",
            )  # fmt: skip
        check_curriculum(curriculum, self._knowledge())
        done = self._next(row, curriculum, "edit", (), read)
        if done is None:
            raise rows.outdated(read, rows.row_of(self._store.ask, row.id).version)
        return done

    def replan(self, name: str, learner: str = "") -> Replan:
        """Plan one again from its learner's results; one for all becomes his own first. Raises as `edit`."""
        row, owner, copied = self._own(name, learner)
        for _ in range(_TRIES):
            curriculum = rows.curriculum_at(self._store.ask, row)
            plan = replanned(curriculum, self._standing(owner, row))
            if not plan.changes:
                return Replan(row=row, changes=(), copied=copied)
            done = self._next(row, plan.curriculum, "replan", plan.changes, curriculum.version)
            if done is not None:
                return Replan(row=done, changes=plan.changes, copied=copied)
            row = rows.row_of(self._store.ask, row.id)
        raise rows.outdated(curriculum.version, row.version)

    def progress(self, name: str, learner: str = "") -> CurriculumProgress:
        """How far its learner is, or the one named with one for all. Raises UnknownName, BadInput."""
        row = rows.find_curriculum(self._store, name, holder=self._holder)
        owner = self._follower(row, learner)
        done = kept.progress_of(self._store.ask, owner.uid)
        return progress(rows.curriculum_at(self._store.ask, row), done, row.activated_at, self._clock.now())

    def mark(
        self, name: str, part: str, state: State = "done", learner: str = "", score: float | None = None
    ) -> CurriculumProgress:
        """Say how far somebody is with a part, where no result says it. Raises UnknownName, BadInput."""
        row = rows.find_curriculum(self._store, name, holder=self._holder)
        owner, now = self._follower(row, learner), self._clock.now()
        if part not in set(every_part(rows.curriculum_at(self._store.ask, row))):
            mend = f"`partimento curriculum show {row.id} --json` has the ids"
            raise UnknownName("part of this curriculum", part[:100], (), mend=mend)
        if score is not None and not 0 <= score <= 1:
            raise BadInput(f"a score of {score:g} cannot be kept", why="scores go from 0 to 1", mend="divide by 100")

        def work(db: Session) -> None:
            kept.put_progress(db, owner.uid, marked(kept.progress_at(within(db), owner.uid, part), state, score, now))

        self._store.write(work)
        return self.progress(name, learner)

    def archive(self, name: str) -> CurriculumRow:
        """It is followed no more, and kept. Raises UnknownName."""
        row = rows.find_curriculum(self._store, name, holder=self._holder, to_change=True)
        return rows.put_state(self._store, row, "archived", self._clock.now())

    # ---- steps ---------------------------------------------------------------------------------------------------

    def _learner(self, name: str) -> Learner:
        return find_learner(self._store, name, holder=self._holder)

    def _follower(self, row: CurriculumRow, learner: str) -> Learner:
        """Whose progress it is. Raises BadInput, UnknownName."""
        if not learner and row.learner == FOR_ALL:
            raise BadInput(
                f"the curriculum {row.id} is for all", why="how far one is differs", mend="say whose: --learner ID"
            )
        found = self._learner(learner) if learner else learner_of(self._store, row.learner)
        if row.learner not in (FOR_ALL, found.uid):
            raise BadInput(
                f"the curriculum {row.id} is another learner's",
                why="each learner has a copy of his own",
                mend=f"partimento curriculum activate {row.id} --learner {found.id}",
            )
        return found

    def _own(self, name: str, learner: str) -> tuple[CurriculumRow, Learner, bool]:
        """The learner's own, a copy where it is for all; and whether it was just copied."""
        row = rows.find_curriculum(self._store, name, holder=self._holder)
        owner = self._follower(row, learner)
        if row.learner == owner.uid:
            return rows.find_curriculum(self._store, name, holder=self._holder, to_change=True), owner, False
        done = self._activate_kept(row.id, owner)
        return done.row, owner, not done.known

    def _found(self, name: str, learner: str) -> Activated | tuple[Template, Learner | None, CurriculumWanted]:
        """What is active now; or the template that is to be made first, for whom, and how."""
        owner = self._learner(learner) if learner else None
        template = template_named(name)
        if template is None:
            return self._activate_named(name, owner)
        holder, uid = (owner.holder, owner.uid) if owner else (self._holder, FOR_ALL)
        known = rows.active_of(self._store.ask, holder, uid, template.name)
        if known is not None:
            return Activated(row=known, known=True)
        if owner is None:
            return template, None, CurriculumWanted(fields=template.fields, holder=self._holder)
        skills, items = kept.skills_of(self._store.ask, owner), kept.items_of(self._store.ask)
        return template, owner, personal(template, owner, mastered(skills, items, self._knowledge(), self._clock.now()))

    def _activate_named(self, name: str, owner: Learner | None) -> Activated:
        try:
            return self._activate_kept(name, owner)
        except UnknownName as error:
            if error.kind != "curriculum":
                raise
            names = [template.name for template in templates()]
            raise UnknownName("template or curriculum", name[:100], names) from error

    def _activate_kept(self, name: str, owner: Learner | None) -> Activated:
        row = rows.find_curriculum(self._store, name, holder=self._holder, to_change=owner is None)
        if owner is not None and row.learner != owner.uid:
            copied = rows.curriculum_at(self._store.ask, row)
            return self._put(copied, owner, "copy", based_on=row.id, begun_at=row.activated_at)
        if row.state == "active":
            return Activated(row=row, known=True)
        return Activated(row=rows.put_state(self._store, row, "active", self._clock.now()), known=False)

    def _put(
        self,
        plan: StoredCurriculum,
        owner: Learner | None,
        made_by: Maker,
        *,
        template: str = "",
        based_on: str = "",
        memory_id: str = "",
        active: bool = True,
        begun_at: float | None = None,
    ) -> Activated:
        """Keep a new one. An active one is not kept where there is one of the same origin. Raises BadInput."""
        now, name = self._clock.now(), self._new_id()
        row = CurriculumRow(
            id=name, holder=owner.holder if owner else self._holder, learner=owner.uid if owner else FOR_ALL,
            template=template, based_on=based_on, state="active" if active else "draft", version=1, title=plan.title,
            genre=plan.genre, level=plan.level, created_at=now, updated_at=now,
            activated_at=(begun_at or now) if active else None,
        )  # fmt: skip
        check_curriculum(plan, self._knowledge())
        whole = replace(identified(plan, plan if based_on else None, self._new_id), id=name, version=1)

        def work(db: Session) -> Activated:
            first = rows.active_from(within(db), row) if active else None
            if first is not None:
                return Activated(row=first, known=True)
            rows.put_curriculum(db, whole, row, made_by, memory_id)
            return Activated(row=row, known=False)

        return self._store.write(work)

    def _next(
        self, row: CurriculumRow, after: StoredCurriculum, made_by: Maker, changes: tuple[Change, ...], read: int
    ) -> CurriculumRow | None:
        now = self._clock.now()
        return self._store.write(
            lambda db: rows.put_next(db, row.id, after, made_by, changes, read=read, now=now, new_id=self._new_id)
        )

    def _standing(self, owner: Learner, row: CurriculumRow) -> Standing:
        ask = self._store.ask
        return Standing(
            skills=kept.skills_of(ask, owner), items=kept.items_of(ask), knowledge=self._knowledge(),
            now=self._clock.now(), reviews=kept.reviews_of(ask, owner.uid),
            progress=kept.progress_of(ask, owner.uid), begun_at=row.activated_at,
        )  # fmt: skip
