"""Curricula to follow: templates activated with one press, for all or for one learner, and those that are kept.
Knows the list; leaves one curriculum to `curriculum`.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct

from partimento import plugins
from partimento.core.errors import PartimentoError
from partimento.learner.curriculum_rows import FOR_ALL, CurriculumRow
from partimento.learner.profile import Learner
from partimento.learner.templates import Template, templates
from partimento.shapes.course import way_of
from partimento.web.layout import page
from partimento.web.visit import Answer, Moved, Place, Shown, Visit

_AT_A_TIME: Final = 50
_LEARNERS: Final = 200
_CONCEPTS: Final = 5


class Card(Struct, frozen=True, kw_only=True):
    """A template with what it holds: the first of its concepts, how many there are, and the level it leads to.
    `row`: where it is followed already."""

    template: Template
    concepts: tuple[str, ...]
    concepts_all: int
    target_level: int
    row: CurriculumRow | None


class Line(Struct, frozen=True):
    """A kept curriculum, and whose it is in words."""

    row: CurriculumRow
    whose: str


async def listed(visit: Visit) -> Answer:
    """GET /curricula?learner=ID&from=50."""
    return await _shown(visit)


async def activate(visit: Visit) -> Answer:
    """POST /curricula/activate: a template by its name, or a kept one by its id; for a learner, or for all."""
    name, learner = visit.form.get("name"), visit.form.get("learner")
    try:
        done = await visit.client.curricula.of(visit.holder or "").activate(name, learner)
    except PartimentoError as error:
        return await _shown(visit, error)
    whose = f"by {learner}" if learner else "by everybody"
    already = "already" if done.known else "now"
    onward = f"?{urlencode({'learner': learner})}" if learner else ""
    return Moved(f"/curricula/{done.row.id}{onward}", said=f"{done.row.title} is {already} followed {whose}.")


async def new_learner(visit: Visit) -> Answer:
    """POST /curricula/learners: somebody new, to activate one for."""
    name = visit.form.get("name")
    learners = visit.client.learners.of(visit.holder or "")
    told = {"name": name} | ({"id": visit.form.get("id")} if visit.form.get("id") else {})
    try:
        made = await asyncio.to_thread(lambda: learners.add(**told))
    except PartimentoError as error:
        return await _shown(visit, error)
    return Moved(f"/curricula?{urlencode({'learner': made.id})}", said=f"{called(made)} is here. Choose a curriculum.")


async def _shown(visit: Visit, error: PartimentoError | None = None) -> Shown:
    given = visit.query.get("from", "")
    first = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 0
    chosen = visit.form.get("learner") or visit.query.get("learner", "")

    def found() -> dict[str, Any]:
        learners = visit.client.learners.of(visit.holder or "").list(_LEARNERS)
        one = next((learner for learner in learners if learner.id == chosen), None)
        kept = visit.client.curricula.of(visit.holder or "")
        rows = kept.list(one.id if one else "", _AT_A_TIME + 1, first)
        names = {learner.uid: called(learner) for learner in learners}
        return {
            "learners": learners, "learner": one, "cards": _cards(kept.list(one.id if one else "", 500), one),
            "lines": [Line(row, whose(row, names)) for row in rows[:_AT_A_TIME]],
            "onward": first + _AT_A_TIME if len(rows) > _AT_A_TIME else 0, "first": first,
        }  # fmt: skip

    status = 200 if error is None else error.status
    return page(visit, "curricula.html", status=status, error=error, **await asyncio.to_thread(found))


def _cards(rows: tuple[CurriculumRow, ...], learner: Learner | None) -> list[Card]:
    uid = learner.uid if learner else FOR_ALL
    active = {row.template: row for row in rows if row.state == "active" and row.learner == uid and row.template}
    return [_card(template, active.get(template.name)) for template in templates()]


def _card(template: Template, row: CurriculumRow | None) -> Card:
    titles, target = holds(template)
    return Card(
        template=template, concepts=titles[:_CONCEPTS], concepts_all=len(titles), target_level=target, row=row
    )  # fmt: skip


@lru_cache(maxsize=64)
def holds(template: Template) -> tuple[tuple[str, ...], int]:
    """The concepts that a template goes through, in their order, and the level it leads to."""
    inputs: Any = plugins.task("curriculum").ask(template.fields).inputs
    way = way_of(inputs)
    return tuple(concept.title for concept in way.concepts), way.target_level


def called(learner: Learner) -> str:
    """What a learner is called: by name, or by id."""
    return learner.name or learner.id


def whose(row: CurriculumRow, names: dict[str, str]) -> str:
    """For whom a curriculum is, in words."""
    return "everybody" if row.learner == FOR_ALL else names.get(row.learner, "one learner")


places = (
    Place(method="GET", path="/curricula", opened=listed, summary="Curricula and their templates"),
    Place(method="POST", path="/curricula/activate", opened=activate, summary="Follow a curriculum"),
    Place(method="POST", path="/curricula/learners", opened=new_learner, summary="Somebody new who learns"),
)
