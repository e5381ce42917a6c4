"""What was made and what is said of it, over HTTP: a key sees and judges what its own requests made, the owner all.
Knows paths and bodies; leaves the rest to the client's reviews. Ratings have their own door in `native`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from partimento.decoding.schema import encode
from partimento.flywheel.review_marks import Entry, Review
from partimento.flywheel.review_queue import Queued, Reached, filters_of
from partimento.flywheel.reviews import Reviews
from partimento.ledger.accounts import key_with_id
from partimento.ledger.sessions import is_owner
from partimento.server.exchange import Ask, Door, Reply
from partimento.server.learners import number

Value = TypeVar("Value")


class MarksBody(Struct, frozen=True, kw_only=True):
    """What is said beside the verdict; what is left out stays. `revision`: the one that was looked at, so that a change
    in between is not passed over (409)."""

    revision: int | None = None
    rating: int | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    difficulty: int | UnsetType | None = UNSET
    weight: float | UnsetType = UNSET
    note: str | UnsetType = UNSET


class UndoBody(Struct, frozen=True, kw_only=True):
    """Which revision was looked at."""

    revision: int | None = None


class EditBody(MarksBody, frozen=True, kw_only=True):
    """The value as it should have been. `force`: keep it although the theory engine contradicts it; `verify`: and say
    that it is good now."""

    value: Any
    force: bool = False
    verify: bool = False


class Listed(Struct, frozen=True):
    """A part of the queue; the next begins `after` the last one."""

    items: tuple[Queued, ...]
    reached: Reached


class ItemShown(Struct, frozen=True, kw_only=True):
    """An item as it was made, and what is said of it. Times in Unix seconds."""

    id: str
    task: str
    model: str
    tier: str
    provider: str
    prompt: str
    value: Any
    created_at: float
    review: Review


async def listed(ask: Ask) -> Reply:
    """GET /api/v2/memory?state=open&order=newest&after=ID&most=20: also task, model, tag, rated, easiest, hardest,
    text."""
    query = ask.query
    most = int(number(ask, "most", 20.0))
    back = query.get("back", "").lower() in ("1", "true", "yes")
    filters = filters_of(query)

    def asked(reviews: Reviews) -> Listed:
        found = reviews.queue(filters, after=query.get("after", ""), most=most, back=back)
        return Listed(found, reviews.reached(filters))

    return await _told(ask, asked)


async def shown(ask: Ask) -> Reply:
    """GET /api/v2/memory/{id}."""
    return await _told(ask, lambda reviews: _item(reviews.one(ask.names["id"])))


async def verify(ask: Ask) -> Reply:
    """POST /api/v2/memory/{id}/verify."""
    marks = _marks(ask)
    return await _told(ask, lambda reviews: reviews.verify(ask.names["id"], **marks))


async def reject(ask: Ask) -> Reply:
    """POST /api/v2/memory/{id}/reject: the note may say why."""
    marks = _marks(ask)
    return await _told(ask, lambda reviews: reviews.reject(ask.names["id"], **marks))


async def reopen(ask: Ask) -> Reply:
    """POST /api/v2/memory/{id}/reopen: to be looked at again."""
    revision = _body(ask, UndoBody).revision
    return await _told(ask, lambda reviews: reviews.reopen(ask.names["id"], revision=revision))


async def mark(ask: Ask) -> Reply:
    """POST /api/v2/memory/{id}/mark: tags, difficulty, weight, note."""
    marks = _marks(ask)
    return await _told(ask, lambda reviews: reviews.mark(ask.names["id"], **marks))


async def edit(ask: Ask) -> Reply:
    """POST /api/v2/memory/{id}/edit: 422 for what the theory engine contradicts."""
    said = _said(ask.read(EditBody))
    return await _told(ask, lambda reviews: reviews.edit(ask.names["id"], said.pop("value"), **said))


async def undo(ask: Ask) -> Reply:
    """POST /api/v2/memory/{id}/undo: the last change that was not taken back yet."""
    revision = _body(ask, UndoBody).revision
    return await _told(ask, lambda reviews: reviews.undo(ask.names["id"], revision=revision))


def _body(ask: Ask, kind: type[Value]) -> Value:
    """A body that may be left out."""
    return ask.read(kind) if ask.body.strip() else kind()


def _marks(ask: Ask) -> dict[str, Any]:
    return _said(_body(ask, MarksBody))


def _said(body: Struct) -> dict[str, Any]:
    told = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in told.items() if value is not UNSET}


def _item(entry: Entry) -> ItemShown:
    row = entry.item
    return ItemShown(
        id=row.id, task=row.task, model=row.model, tier=row.tier, provider=row.provider, prompt=row.prompt,
        value=msgspec.json.decode(row.value), created_at=row.created_at, review=entry.review,
    )  # fmt: skip


async def _told(ask: Ask, question: Callable[[Reviews], Any]) -> Reply:
    """What the caller's own reviews answer, off the event loop: the database is waited for."""

    def asked() -> Any:
        key = key_with_id(ask.client.store, ask.caller.key) if ask.caller.key else None
        holder = "" if key is None or is_owner(ask.client.store, key) else key.id
        return question(ask.client.reviews.of(holder, ask.caller.user or ("" if key is None else key.name)))

    return Reply(encode(await asyncio.to_thread(asked)))


def _door(method: str, path: str, opened: Any, summary: str, **more: Any) -> Door:
    return Door(method=method, path=f"/api/v2/memory{path}", opened=opened, summary=summary, **more)


doors = (
    _door("GET", "", listed, "What was made, to be reviewed", answer=Listed),
    _door("GET", "/{id}", shown, "One item and what is said of it", answer=ItemShown),
    _door("POST", "/{id}/verify", verify, "It is good", body=MarksBody, answer=Review),
    _door("POST", "/{id}/reject", reject, "It is not", body=MarksBody, answer=Review),
    _door("POST", "/{id}/reopen", reopen, "Look at it again", body=UndoBody, answer=Review),
    _door("POST", "/{id}/mark", mark, "Tags, difficulty, weight, note", body=MarksBody, answer=Review),
    _door("POST", "/{id}/edit", edit, "Its value as it should be", body=EditBody, answer=Review),
    _door("POST", "/{id}/undo", undo, "Take the last change back", body=UndoBody, answer=Review),
)
