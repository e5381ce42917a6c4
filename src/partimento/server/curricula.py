"""Curricula over HTTP: kept, activated, edited by version, planned again. Knows paths and bodies; leaves the rest to
the client's curricula.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from partimento.decoding.schema import encode
from partimento.learner.curricula import Activated, Curricula, CurriculumShown, Replan
from partimento.learner.curriculum_rows import CurriculumRow
from partimento.learner.kept import State
from partimento.learner.progress import CurriculumProgress
from partimento.learner.templates import Template
from partimento.server.exchange import Ask, Door, Reply
from partimento.server.learners import holder_of, number, page_of


class SaveBody(Struct, frozen=True, kw_only=True):
    """A generated curriculum, of one learner's or for all."""

    curriculum: dict[str, Any]
    learner: str = ""


class EditBody(Struct, frozen=True, kw_only=True):
    """A changed curriculum, and the version it was made from (the curriculum's own, where it says one)."""

    curriculum: dict[str, Any]
    version: int | None = None


class WhoBody(Struct, frozen=True, kw_only=True):
    """Whose; "" for all."""

    learner: str = ""


class MarkBody(Struct, frozen=True, kw_only=True):
    """How far somebody is with a part."""

    part: str
    state: State = "done"
    score: float | None = None
    learner: str = ""


async def list_curricula(ask: Ask) -> Reply:
    """GET /api/v2/curricula?learner=42&most=100&offset=0: the newest first."""
    most, offset = page_of(ask)
    return await _told(ask, lambda kept: kept.list(ask.query.get("learner", ""), most, offset))


async def list_templates(ask: Ask) -> Reply:
    """GET /api/v2/curricula/templates."""
    return await _told(ask, lambda kept: kept.templates())


async def save(ask: Ask) -> Reply:
    """POST /api/v2/curricula: kept as a draft."""
    body = ask.read(SaveBody)
    return await _told(ask, lambda kept: kept.save(body.curriculum, body.learner))


async def show(ask: Ask) -> Reply:
    """GET /api/v2/curricula/{id}?version=1."""
    version = int(number(ask, "version", 0.0)) or None
    return await _told(ask, lambda kept: kept.show(ask.names["id"], version))


async def edit(ask: Ask) -> Reply:
    """PUT /api/v2/curricula/{id}: the next version, unless another one came between."""
    body = ask.read(EditBody)
    return await _told(ask, lambda kept: kept.edit(ask.names["id"], body.curriculum, body.version))


async def archive(ask: Ask) -> Reply:
    """DELETE /api/v2/curricula/{id}: archived; all versions are kept."""
    return await _told(ask, lambda kept: kept.archive(ask.names["id"]))


async def activate(ask: Ask) -> Reply:
    """POST /api/v2/curricula/{id}/activate: `id` is a template's name or a curriculum's id."""
    body = _who(ask)
    kept = _kept(ask)
    return Reply(encode(await kept.activate(ask.names["id"], body.learner)))


async def replan(ask: Ask) -> Reply:
    """POST /api/v2/curricula/{id}/replan."""
    body = _who(ask)
    return await _told(ask, lambda kept: kept.replan(ask.names["id"], body.learner))


async def progress(ask: Ask) -> Reply:
    """GET /api/v2/curricula/{id}/progress?learner=42."""
    return await _told(ask, lambda kept: kept.progress(ask.names["id"], ask.query.get("learner", "")))


async def mark(ask: Ask) -> Reply:
    """POST /api/v2/curricula/{id}/progress: where no result says it."""
    body = ask.read(MarkBody)
    return await _told(ask, lambda kept: kept.mark(ask.names["id"], body.part, body.state, body.learner, body.score))


def _who(ask: Ask) -> WhoBody:
    return ask.read(WhoBody) if ask.body.strip() else WhoBody()


def _kept(ask: Ask) -> Curricula:
    return ask.client.curricula.of(holder_of(ask))


async def _told(ask: Ask, question: Callable[[Curricula], Any]) -> Reply:
    """What the caller's own curricula answer, off the event loop: the database is waited for."""
    return Reply(encode(await asyncio.to_thread(question, _kept(ask))))


def _door(method: str, path: str, opened: Any, summary: str, **more: Any) -> Door:
    return Door(method=method, path=f"/api/v2/curricula{path}", opened=opened, summary=summary, **more)


doors = (
    _door("GET", "", list_curricula, "The caller's curricula", answer=list[CurriculumRow]),
    _door("POST", "", save, "Keep a generated curriculum", body=SaveBody, answer=CurriculumRow),
    _door("GET", "/templates", list_templates, "What may be activated by name", answer=list[Template]),
    _door("GET", "/{id}", show, "A curriculum and its versions", answer=CurriculumShown),
    _door("PUT", "/{id}", edit, "The next version of a curriculum", body=EditBody, answer=CurriculumRow),
    _door("DELETE", "/{id}", archive, "Archive a curriculum", answer=CurriculumRow),
    _door("POST", "/{id}/activate", activate, "Follow a template or a curriculum", body=WhoBody, answer=Activated),
    _door("POST", "/{id}/replan", replan, "Plan again from results", body=WhoBody, answer=Replan),
    _door("GET", "/{id}/progress", progress, "How far one is", answer=CurriculumProgress),
    _door("POST", "/{id}/progress", mark, "Say how far one is", body=MarkBody, answer=CurriculumProgress),
)
