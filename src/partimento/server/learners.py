"""Learners over HTTP: a key sees its own and nobody else's, the owner all. Knows paths and bodies; leaves the rest to
the client's learners.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct

from partimento.core.errors import BadInput
from partimento.decoding.schema import encode
from partimento.learner.learners import Learners, LearnerShown, PreferenceShown, ReviewShown
from partimento.learner.next_exercise import NextExercise
from partimento.learner.personal import Forgotten, PersonalData
from partimento.learner.profile import Learner, NewLearner, Profile
from partimento.learner.record import Recorded
from partimento.learner.results import NewResult, Trial
from partimento.server.exchange import Ask, Door, Reply

Value = TypeVar("Value")
_MOST = 1000


class Forgot(Struct, frozen=True):
    """How many were forgotten."""

    forgotten: int


async def list_learners(ask: Ask) -> Reply:
    """GET /api/v2/learners?most=100&offset=0."""
    most, offset = page_of(ask)
    return await _told(ask, lambda kept: kept.list(most, offset))


async def add(ask: Ask) -> Reply:
    """POST /api/v2/learners."""
    fields = said(ask.read(NewLearner))
    return await _told(ask, lambda kept: kept.add(**fields))


async def show(ask: Ask) -> Reply:
    """GET /api/v2/learners/{id}."""
    return await _told(ask, lambda kept: kept.show(ask.names["id"]))


async def change(ask: Ask) -> Reply:
    """PATCH /api/v2/learners/{id}: what is left out stays."""
    fields = said(ask.read(Profile))
    return await _told(ask, lambda kept: kept.change(ask.names["id"], **fields))


async def delete(ask: Ask) -> Reply:
    """DELETE /api/v2/learners/{id}: all that is known of one."""
    return await _told(ask, lambda kept: kept.delete(ask.names["id"]))


async def record(ask: Ask) -> Reply:
    """POST /api/v2/learners/{id}/results: one of the same id counts once."""
    fields = said(ask.read(NewResult))
    return await _told(ask, lambda kept: kept.record(ask.names["id"], **fields))


async def results(ask: Ask) -> Reply:
    """GET /api/v2/learners/{id}/results?most=100&since=0: the newest first."""
    most, _ = page_of(ask)
    since = number(ask, "since", 0.0)
    return await _told(ask, lambda kept: kept.results(ask.names["id"], most, since))


async def next_one(ask: Ask) -> Reply:
    """GET /api/v2/learners/{id}/next: its `fields` are what POST /api/v2/tasks/exercise takes."""
    return await _told(ask, lambda kept: kept.next(ask.names["id"]))


async def reviews(ask: Ask) -> Reply:
    """GET /api/v2/learners/{id}/reviews?due=true."""
    due = ask.query.get("due", "").lower() in ("1", "true", "yes")
    return await _told(ask, lambda kept: kept.reviews(ask.names["id"], due_only=due))


async def preferences(ask: Ask) -> Reply:
    """GET /api/v2/learners/{id}/preferences."""
    return await _told(ask, lambda kept: kept.preferences(ask.names["id"]))


async def reset_preferences(ask: Ask) -> Reply:
    """DELETE /api/v2/learners/{id}/preferences?aspect=key&value=Eb: all, those of an aspect, or one."""
    aspect, value = ask.query.get("aspect", ""), ask.query.get("value", "")
    return await _told(ask, lambda kept: Forgot(kept.reset_preferences(ask.names["id"], aspect, value)))


async def export(ask: Ask) -> Reply:
    """GET /api/v2/learners/{id}/export: all that is known of one."""
    return await _told(ask, lambda kept: kept.export(ask.names["id"]))


def holder_of(ask: Ask) -> str:
    """Whose learners and curricula are meant: the key's own; the owner may name a key."""
    return ask.caller.key or ask.query.get("key", "")


def said(body: Struct) -> dict[str, Any]:
    """The fields of a body that were sent."""
    told = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in told.items() if value is not UNSET}


def page_of(ask: Ask) -> tuple[int, int]:
    """How many, from which on. Raises BadInput."""
    most, offset = number(ask, "most", 100.0), number(ask, "offset", 0.0)
    if not 1 <= most <= _MOST:
        raise BadInput(f"cannot show {most:g} at once", why=f"1 to {_MOST} are", mend="?most=100&offset=100")
    return int(most), int(offset)


def number(ask: Ask, name: str, usual: float) -> float:
    """A number from the query, 0 or above. Raises BadInput."""
    given = ask.query.get(name)
    if given is None:
        return usual
    try:
        value = msgspec.convert(given, float, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"{name} is no number: {given[:40]!r}", why=str(error), mend=f"?{name}={usual:g}") from error
    if not 0 <= value < 1e12:
        raise BadInput(f"{name} cannot be {given[:40]}", why="it is 0 or above", mend=f"?{name}={usual:g}")
    return value


async def _told(ask: Ask, question: Callable[[Learners], Any]) -> Reply:
    """What the caller's own learners answer, off the event loop: the database is waited for."""
    kept = ask.client.learners.of(holder_of(ask))
    return Reply(encode(await asyncio.to_thread(question, kept)))


def _door(method: str, path: str, opened: Any, summary: str, **more: Any) -> Door:
    return Door(method=method, path=f"/api/v2/learners{path}", opened=opened, summary=summary, **more)


doors = (
    _door("GET", "", list_learners, "The caller's learners", answer=list[Learner]),
    _door("POST", "", add, "A new learner", body=NewLearner, answer=Learner),
    _door("GET", "/{id}", show, "What one can, and what is due", answer=LearnerShown),
    _door("PATCH", "/{id}", change, "Say something else of one", body=Profile, answer=Learner),
    _door("DELETE", "/{id}", delete, "Delete all data of one", answer=Forgotten),
    _door("GET", "/{id}/results", results, "Results, the newest first", answer=list[Trial]),
    _door("POST", "/{id}/results", record, "How an exercise went", body=NewResult, answer=Recorded),
    _door("GET", "/{id}/next", next_one, "What to practise now, and why", answer=NextExercise),
    _door("GET", "/{id}/reviews", reviews, "What comes up again, and when", answer=list[ReviewShown]),
    _door("GET", "/{id}/preferences", preferences, "What one likes, as counted", answer=list[PreferenceShown]),
    _door("DELETE", "/{id}/preferences", reset_preferences, "Forget what one likes", answer=Forgot),
    _door("GET", "/{id}/export", export, "All data of one", answer=PersonalData),
)
