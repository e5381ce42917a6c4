"""Reviews: what the owner says of what was generated, one change after another, each to be taken back. Knows what a
change is and when it comes too late; leaves the queue, reading edits and training to their own files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import msgspec

from partimento.core.clock import Clock
from partimento.core.errors import BadInput, Outdated, UnknownName
from partimento.core.ports import MemoryItem
from partimento.core.task import Task
from partimento.decoding.schema import encode
from partimento.flywheel.curate import checked_rating, learn, unlearn
from partimento.flywheel.review_edit import Edited, read_edit, refuse
from partimento.flywheel.review_marks import (
    DONE,
    Action,
    Entry,
    Marks,
    Review,
    Standing,
    checked_marks,
    no_item,
    put_marks,
    review_of,
    standing,
    standing_of,
)
from partimento.flywheel.review_queue import Choices, Filters, Queued, Reached, choices, queued, reached
from partimento.ledger.books import Books
from partimento.store.database import Session

SHORTEST_BEGINNING = 4
MOST_QUEUED = 200


class Reviews:
    """Everything reviews can do. `holder`: a key, whose requests made what it may see and change; "" for the owner, who
    sees all. `reviewer`: who says what is said now."""

    def __init__(
        self,
        store: Books,
        clock: Clock,
        new_id: Callable[[], str],
        task_named: Callable[[str], Task[..., Any]],
        holder: str = "",
        reviewer: str = "",
    ) -> None:
        self._store, self._clock, self._new_id, self._task_named = store, clock, new_id, task_named
        self._holder, self._reviewer = holder, reviewer

    def of(self, holder: str = "", reviewer: str = "") -> Self:
        """The same for somebody else."""
        return type(self)(self._store, self._clock, self._new_id, self._task_named, holder, reviewer)

    # ---- looking -------------------------------------------------------------------------------------------------

    def queue(
        self, filters: Filters = Filters(), *, after: str = "", most: int = 20, back: bool = False
    ) -> tuple[Queued, ...]:
        """What comes after that item in the queue, or before it (`back`), the nearest first."""
        if not 1 <= most <= MOST_QUEUED:
            raise BadInput(f"cannot show {most} at once", why=f"1 to {MOST_QUEUED} are", mend="ask after the last one")
        return queued(self._store, filters, self._holder, after, most, back=back)

    def reached(self, filters: Filters = Filters()) -> Reached:
        """How far one has come."""
        return reached(self._store, filters, self._holder)

    def choices(self) -> Choices:
        """What there is to filter by."""
        return choices(self._store)

    def find(self, beginning: str) -> str:
        """The id that begins so. Raises UnknownName; BadInput where several do."""
        found = []
        if len(beginning) >= SHORTEST_BEGINNING and beginning.isalnum():
            found = [name for (name,) in self._store.ask("items_beginning", beginning, beginning + "~")]
        if beginning in found or len(found) == 1:
            return beginning if beginning in found else found[0]
        if not found:
            raise no_item(beginning)
        raise BadInput(f"several items begin with {beginning}", why=", ".join(found), mend="give more of the id")

    def one(self, memory_id: str) -> Entry:
        """An item and what is said of it. Raises UnknownName."""
        item = self._item(memory_id)
        said, last = (self._store.ask(name, memory_id) for name in ("said_of_item", "last_review_change"))
        now = standing(memory_id, said[0] if said else None)
        return Entry(item, review_of(memory_id, now, last[0][1] if last else ""))

    # ---- saying --------------------------------------------------------------------------------------------------

    def verify(self, memory_id: str, *, revision: int | None = None, **marks: Any) -> Review:
        """It is good. `marks`, here and below: rating, tags, difficulty, weight, note; what is left out stays.
        `revision`: what was looked at. Raises UnknownName, BadInput; Outdated where it was changed since."""
        return self._said(memory_id, "verify", revision, {**marks, "state": "verified"})

    def reject(self, memory_id: str, *, revision: int | None = None, **marks: Any) -> Review:
        """It is not; it is never trained on. The note may say why."""
        return self._said(memory_id, "reject", revision, {**marks, "state": "rejected"})

    def reopen(self, memory_id: str, *, revision: int | None = None) -> Review:
        """It is to be looked at again."""
        return self._said(memory_id, "reopen", revision, {"state": "open"})

    def rate(self, memory_id: str, rating: int, *, revision: int | None = None, **marks: Any) -> Review:
        """How good it is, 0 to 5; the first rating tells of the model that made it."""
        return self._said(memory_id, "rate", revision, {**marks, "rating": checked_rating(rating)})

    def mark(self, memory_id: str, *, revision: int | None = None, **marks: Any) -> Review:
        """Tags, difficulty, weight, note."""
        return self._said(memory_id, "mark", revision, marks)

    def read(self, memory_id: str, value: Any) -> Edited:
        """What an edit would be kept as, and what the theory engine has against it. Raises BadInput."""
        return read_edit(self._task(self._item(memory_id).task), value)

    def edit(
        self,
        memory_id: str,
        value: Any,
        *,
        force: bool = False,
        verify: bool = False,
        revision: int | None = None,
        **marks: Any,
    ) -> Review:
        """Its value as it should have been; what was made stays beside it. Raises BadInput for what is no output of its
        task, ChecksFailed for what the theory engine contradicts unless `force` says that it errs."""
        item, edited = self._item(memory_id), self.read(memory_id, value)
        if edited.findings and not force:
            raise refuse(edited.findings)
        same = edited.text == encode(msgspec.json.decode(item.value)).decode()
        same = same or msgspec.json.decode(edited.text) == msgspec.json.decode(item.value)
        said = {**marks, "edited": None if same else edited.text}
        return self._said(memory_id, "edit", revision, {**said, "state": "verified"} if verify else said)

    def undo(self, memory_id: str, *, revision: int | None = None) -> Review:
        """Take the last change back that was not taken back yet. Raises BadInput where there is none."""
        self._check(memory_id)
        change, now = self._new_id(), self._clock.now()

        def work(db: Session) -> Review:
            was = standing_of(db, memory_id)
            if db.execute("review_change", (change,)).fetchone() is None:
                _check_revision(db, memory_id, was, revision, now)
                last = _last(db, memory_id)
                if last is None:
                    raise BadInput("there is nothing to take back", why="nothing was said of this item", mend="go on")
                before = msgspec.json.decode(last[2], type=Marks)
                db.execute("take_back_review_change", (last[0],))
                self._change(db, memory_id, "undo", change, was, before, now)
            return _told(db, memory_id)

        return self._store.write(work)

    def _said(self, memory_id: str, action: Action, revision: int | None, said: dict[str, Any]) -> Review:
        self._check(memory_id)
        marks, change, now = checked_marks(said), self._new_id(), self._clock.now()

        def work(db: Session) -> Review:
            was = standing_of(db, memory_id)
            if db.execute("review_change", (change,)).fetchone() is None:  # else this was committed, and asked again
                _check_revision(db, memory_id, was, revision, now)
                after = msgspec.structs.replace(was.marks, **marks)
                if after != was.marks:
                    self._change(db, memory_id, action, change, was, after, now)
            return _told(db, memory_id)

        return self._store.write(work)

    def _change(
        self, db: Session, memory_id: str, action: Action, change: str, was: Standing, after: Marks, now: float
    ) -> None:
        before = was.marks
        if before.rating is None and after.rating is not None:
            learn(db, memory_id, after.rating, now)
        elif before.rating is not None and after.rating is None:
            unlearn(db, memory_id, before.rating)
        kept = msgspec.json.encode(before).decode()
        told = (change, memory_id, was.revision + 1, now, self._reviewer, action, kept)
        db.execute("add_review_change", told)
        put_marks(db, memory_id, after, self._reviewer, now)

    # ---- what it stands on ---------------------------------------------------------------------------------------

    def _item(self, memory_id: str) -> MemoryItem:
        self._check(memory_id)
        found = self._store.ask("memory_item", memory_id)
        if not found:
            raise no_item(memory_id)
        names = MemoryItem.__struct_fields__
        return MemoryItem(**dict(zip(names, found[0][: len(names)], strict=True)))

    def _check(self, memory_id: str) -> None:
        """Raises UnknownName for what this key's requests did not make."""
        unseen = self._holder and not self._store.ask("item_of_holder", memory_id, self._holder)
        if unseen or not memory_id.isprintable():
            raise no_item(memory_id)

    def _task(self, name: str) -> Task[..., Any] | None:
        try:
            return self._task_named(name)
        except UnknownName:  # a plug-in that is gone: its items stay
            return None


def _last(db: Session, memory_id: str) -> Any:
    """The change that would be taken back next: id, action, what was said before."""
    return db.execute("last_review_change", (memory_id,)).fetchone()


def _told(db: Session, memory_id: str) -> Review:
    last = _last(db, memory_id)
    return review_of(memory_id, standing_of(db, memory_id), last[1] if last else "")


def _check_revision(db: Session, memory_id: str, was: Standing, seen: int | None, now: float) -> None:
    """Raises Outdated where something happened to the item after what was seen."""
    if seen is None or seen == was.revision:
        return
    happened = db.execute("review_changes_after", (memory_id, seen)).fetchall()
    told = [f"{who or 'the owner'} {DONE.get(action, action)} {_ago(now - at)}" for _, at, who, action in happened]
    raise Outdated(
        "this item was changed meanwhile",
        why=", then ".join(told) or f"it has {was.revision} changes by now, and not {seen}",
        mend="look at it as it is now, then decide again",
    )


def _ago(seconds: float) -> str:
    if seconds < 90:
        return f"{max(0, seconds):.0f} s ago"
    return f"{seconds / 60:.0f} min ago" if seconds < 5_400 else f"{seconds / 3_600:.0f} h ago"
