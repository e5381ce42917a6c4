"""What is said of one item in a review, as values: marks, and how they are checked, read and kept. Leaves the order of
events to `reviews`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, get_args

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.core.ports import MemoryItem
from partimento.flywheel.curate import checked_rating
from partimento.store.database import Session

State = Literal["open", "verified", "rejected"]
Action = Literal["verify", "reject", "reopen", "rate", "mark", "edit", "undo"]
STATES: Final[tuple[State, ...]] = get_args(State)
HARDEST: Final = 10
HEAVIEST: Final = 100.0
MOST_TAGS: Final = 20
LONGEST_TAG: Final = 40
LONGEST_NOTE: Final = 10_000
DONE: Final[Mapping[str, str]] = {
    "verify": "verified it", "reject": "rejected it", "reopen": "opened it again", "rate": "rated it",
    "mark": "changed its tags, difficulty, weight or note", "edit": "edited it", "undo": "took a change back",
}  # fmt: skip
"""What somebody did, in words."""


class Marks(Struct, frozen=True, kw_only=True):
    """All that can be said of an item. `edited`: the owner's version of its value, as JSON; None where it is good as it
    is. `weight`: how much it counts as an example."""

    state: State = "open"
    rating: int | None = None
    tags: tuple[str, ...] = ()
    difficulty: int | None = None
    weight: float = 1.0
    note: str = ""
    edited: str | None = None


class Review(Struct, frozen=True, kw_only=True):
    """The same with who said it last and when (Unix seconds; None: nobody yet). `revision` counts the changes: give it
    back with the next one, and be told if another came between. `undoable`: what would be taken back next."""

    memory_id: str
    state: State
    rating: int | None
    tags: tuple[str, ...]
    difficulty: int | None
    weight: float
    note: str
    edited: Any
    reviewer: str
    reviewed_at: float | None
    revision: int
    undoable: str = ""


class Entry(Struct, frozen=True):
    """An item of the memory and what is said of it."""

    item: MemoryItem
    review: Review

    @property
    def value(self) -> Any:
        """As it counts now: the owner's version, else what was made."""
        return msgspec.json.decode(self.item.value) if self.review.edited is None else self.review.edited


class Standing(Struct, frozen=True):
    """What a row of the database says of an item."""

    marks: Marks
    reviewer: str
    reviewed_at: float | None
    revision: int


def standing_of(db: Session, memory_id: str) -> Standing:
    """What is said of an item now, within a transaction. Raises UnknownName where there is none."""
    return standing(memory_id, db.execute("said_of_item", (memory_id,)).fetchone())


def standing(memory_id: str, row: Any) -> Standing:
    """What a row of `said_of_item` says. Raises UnknownName for None."""
    if row is None:
        raise no_item(memory_id)
    rating, state, tags, difficulty, weight, note, edited, reviewer, at, revision = row
    marks = Marks(
        state=state, rating=rating, tags=msgspec.json.decode(tags, type=tuple[str, ...]), difficulty=difficulty,
        weight=weight, note=note, edited=None if edited is None else bytes(edited).decode(),
    )  # fmt: skip
    return Standing(marks, reviewer, at, revision)


def put_marks(db: Session, memory_id: str, marks: Marks, reviewer: str, now: float) -> None:
    """Say that of an item from now on, so that everybody reads it: the review's row, and the item's own marks."""
    db.execute("mark_item", (marks.rating, int(marks.state == "verified"), memory_id))
    if msgspec.structs.replace(marks, rating=None) == Marks():
        db.execute("drop_said_of_item", (memory_id,))
        return
    tags = msgspec.json.encode(marks.tags).decode()
    edited = None if marks.edited is None else marks.edited.encode()
    db.execute(
        "put_said_of_item",
        (memory_id, marks.state, tags, marks.difficulty, marks.weight, marks.note, edited, reviewer, now),
    )


def review_of(memory_id: str, standing: Standing, undoable: str = "") -> Review:
    """The same for people and programs."""
    marks = standing.marks
    return Review(
        memory_id=memory_id, state=marks.state, rating=marks.rating, tags=marks.tags, difficulty=marks.difficulty,
        weight=marks.weight, note=marks.note,
        edited=None if marks.edited is None else msgspec.json.decode(marks.edited), reviewer=standing.reviewer,
        reviewed_at=standing.reviewed_at, revision=standing.revision, undoable=undoable,
    )  # fmt: skip


def checked_marks(said: Mapping[str, Any]) -> dict[str, Any]:
    """Marks as they were given, cleaned. Raises BadInput naming what cannot be said."""
    checked = dict(said)
    if "rating" in said:
        checked["rating"] = checked_rating(said["rating"])
    if "tags" in said:
        checked["tags"] = checked_tags(said["tags"])
    if said.get("difficulty") is not None and said["difficulty"] not in range(1, HARDEST + 1):
        raise BadInput(f"{said['difficulty']!r} is no difficulty", why=f"it goes from 1 to {HARDEST}", mend="give 1-10")
    if "weight" in said and not (math.isfinite(said["weight"]) and 0 <= said["weight"] <= HEAVIEST):
        raise BadInput(
            f"{said['weight']!r} is no weight", why=f"it goes from 0 to {HEAVIEST:g}", mend="1 counts as one example"
        )
    if "note" in said:
        checked["note"] = _checked_note(said["note"])
    return checked


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each once, without blanks around it. Raises BadInput."""
    found: dict[str, str] = {}
    for tag in (" ".join(tag.split()) for tag in tags):
        if len(tag) > LONGEST_TAG or not tag.isprintable() or set(tag) & set('"\\,'):
            raise BadInput(
                f"{tag[:LONGEST_TAG]!r} is no tag",
                why=f"a tag is a word or a few, up to {LONGEST_TAG} letters, without commas, quotes and backslashes",
                mend="shorten it",
            )
        if tag:
            found.setdefault(tag.casefold(), tag)
    if len(found) > MOST_TAGS:
        raise BadInput(f"{len(found)} tags are too many", why=f"an item has up to {MOST_TAGS}", mend="keep the best")
    return tuple(found.values())


def no_item(memory_id: str) -> UnknownName:
    """The error for an item that is not there."""
    return UnknownName(
        "memory item", memory_id[:80], (), mend="take the memory_id of a receipt; what nobody reviewed may be pruned"
    )


def _checked_note(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise BadInput(
            f"the note has {len(note):,} letters", why=f"{LONGEST_NOTE:,} are kept", mend="say it in fewer words"
        )
    return note.replace("\0", "").strip()
