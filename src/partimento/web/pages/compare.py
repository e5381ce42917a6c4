"""Blind comparison: two answers side by side, a vote, and then who made which. Knows forms and what may be seen
before the vote; leaves asking to `contest`, counting to `flywheel.votes`.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from partimento import plugins
from partimento.core.errors import BadInput, PartimentoError, UnknownName
from partimento.core.task import Task
from partimento.flywheel.votes import (
    Comparison,
    Tally,
    find_comparison,
    keep_comparison,
    list_comparisons,
    tallies,
    vote,
)
from partimento.web.contest import AUTO, DRAWN, Contest, compared, compared_tasks, drawn, held, ready_models
from partimento.web.downloads import score_of
from partimento.web.forms.field import Field, fields_of, known_lists
from partimento.web.forms.filled import field_meant, first_values, inputs_of, kept_values
from partimento.web.item import Item, item_of
from partimento.web.layout import page
from partimento.web.prose import inline, prose
from partimento.web.reading import Block, read, words
from partimento.web.score_data import data_of
from partimento.web.visit import Answer, Moved, Place, Sent, Shown, Visit

SIDES: Final = {"a": "first", "b": "second"}
_LISTED: Final = 12
_MAIN: Final = 4
"""So many fields are seen at once; the others are folded away."""
_FIRST: Final = ("genre", "topic", "prompt", "message", "kind", "description", "key", "level", "bars")
_DRAWN_BY: Final = frozenset({"notes", "chords", "tracks", "sections"})
"""What a score shows already."""
_NAME: Final = re.compile(r"[0-9a-f]{32}")


class SideShown(Struct, frozen=True, kw_only=True):
    """One of the two as it is read. `path`: where its score is asked for, which does not name the item; `item`: None
    where it is gone."""

    letter: str
    path: str
    item: Item | None
    title: str = ""
    blocks: tuple[Block, ...] = ()
    has_score: bool = False


async def form(visit: Visit) -> Answer:
    """GET /compare?task=NAME; the query fills fields."""
    task = _task(visit.query.get("task", ""))
    values = first_values(fields_of(task), visit.query)
    return await _form(visit, task, values, visit.query.get("one", ""), visit.query.get("other", ""))


async def make(visit: Visit) -> Answer:
    """POST /compare: both are made, and then looked at under an address of their own."""
    sent = visit.form
    name = sent.get("id") if _NAME.fullmatch(sent.get("id")) else secrets.token_hex(16)
    if await asyncio.to_thread(_known, visit, name):  # the form was sent twice
        return Moved(f"/compare/{name}")
    task = _task(sent.get("task"))
    fields = fields_of(task)
    values, chosen = kept_values(fields, sent), (sent.get("one"), sent.get("other"))
    filled = inputs_of(fields, sent, lambda _: None)
    if filled.error is not None:
        return await _form(visit, task, values, *chosen, error=filled.error, at=filled.at)
    try:
        wanted = drawn([one or AUTO for one in chosen], ready_models(visit))
        contest = await held(visit, task, filled.inputs, wanted, name)
    except BadInput as error:
        return await _form(visit, task, values, *chosen, error=error, at=field_meant(error, fields))
    if not contest.may_be_judged:
        return await _form(visit, task, values, *chosen, contest=contest)
    comparison = compared(contest, name=name, task=task.name, asked=filled.inputs, visit=visit)
    await asyncio.to_thread(keep_comparison, visit.client.store, comparison)
    return Moved(f"/compare/{name}")


async def look(visit: Visit) -> Answer:
    """GET /compare/{id}: who made which only after the vote."""
    comparison = await asyncio.to_thread(_found, visit)
    sides = await asyncio.to_thread(lambda: tuple(_side(visit, comparison, letter) for letter in SIDES))
    counted = await asyncio.to_thread(tallies, visit.client.store, visit.holder) if comparison.choice else ()
    return page(
        visit, "compared.html",
        comparison=comparison, sides=sides, made=dict(zip(SIDES, (comparison.first, comparison.second), strict=True)),
        tally=_tally(counted, comparison), again=_again(comparison), title=title_of(comparison), read=read, prose=prose,
        prose_line=inline, words=words,
    )  # fmt: skip


async def judge(visit: Visit) -> Answer:
    """POST /compare/{id}: the vote; the first one counts."""
    comparison = await asyncio.to_thread(_found, visit)
    counted = await asyncio.to_thread(vote, visit.client.store, comparison, visit.form.get("choice"))
    said = "Your vote is kept." if counted else "This was voted on before; the first vote counts."
    return Moved(f"/compare/{comparison.id}", said=said)


async def score(visit: Visit) -> Sent:
    """GET /compare/{id}/{side}/score: what draws and plays it, without the item's name."""
    return Sent(await asyncio.to_thread(_score, visit), "application/json")


def title_of(comparison: Comparison) -> str:
    """What was asked for, in a few words."""
    told = [comparison.asked.get(name) for name in ("description", "topic", "prompt", "message")]
    told += [words(str(comparison.asked.get(name, ""))) for name in ("genre", "kind")]
    found = next((one for one in told if isinstance(one, str) and one.strip()), "")
    return " ".join(found.split())[:120] or words(comparison.task)


async def _form(
    visit: Visit, task: Task[..., Any], values: dict[str, str], one: str, other: str, *,
    error: PartimentoError | None = None, at: str = "", contest: Contest | None = None,
) -> Shown:  # fmt: skip
    ready = ready_models(visit)
    only_rules = [name for name in ready if name != "rules"] == []
    usual = "rules" if only_rules else DRAWN
    choices = [(DRAWN, "Drawn from the ready models"), (AUTO, "Automatic, as the route decides")]
    choices += [(name, "The rules, without a model" if name == "rules" else name) for name in ready]
    recent = await asyncio.to_thread(list_comparisons, visit.client.store, visit.holder, _LISTED)
    fields = _ordered(fields_of(task))
    return page(
        visit, "compare.html", 200 if error is None else error.status,
        task=task, tasks=compared_tasks(), words=words, main=fields[:_MAIN], rest=fields[_MAIN:], values=values,
        choices=choices, one=one or usual, other=other or usual, only_rules=only_rules, error=error, at=at,
        contest=contest, name=secrets.token_hex(16), lists=known_lists(fields), recent=recent, title_of=title_of,
        tallies=await asyncio.to_thread(tallies, visit.client.store, visit.holder),
    )  # fmt: skip


def _task(name: str) -> Task[..., Any]:
    known = compared_tasks()
    if name and name not in known:
        raise UnknownName("task to compare", name[:80], known)
    return plugins.task(name or known[0])


def _ordered(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """What is needed first, then what most people fill in; what only programs fill in is left out."""
    rank = {name: place for place, name in enumerate(_FIRST)}
    plain = [one for one in fields if one.kind not in ("json", "document", "take")]
    return tuple(sorted(plain, key=lambda one: (not one.needed, rank.get(one.name, len(rank)))))


def _known(visit: Visit, name: str) -> bool:
    try:
        find_comparison(visit.client.store, name, visit.holder)
    except UnknownName:
        return False
    return True


def _found(visit: Visit) -> Comparison:
    return find_comparison(visit.client.store, visit.names["id"], visit.holder)


def _side(visit: Visit, comparison: Comparison, letter: str) -> SideShown:
    path = f"/compare/{comparison.id}/{letter}"
    try:
        item = item_of(visit, getattr(comparison, SIDES[letter]).item)
    except UnknownName:
        return SideShown(letter=letter, path=path, item=None)
    has_score = score_of(item.value) is not None
    value = _beside_score(item.value) if has_score else item.value
    title = _title(value)
    return SideShown(
        letter=letter, path=path, item=item, title=title, blocks=read(value, title), has_score=has_score
    )  # fmt: skip


def _title(value: Any) -> str:
    """What the answer calls itself; what was asked for stands above both."""
    plain = msgspec.to_builtins(value)
    found = plain.get("title") if isinstance(plain, dict) else None
    return found if isinstance(found, str) else ""


def _beside_score(value: Any) -> Any:
    plain = msgspec.to_builtins(value)
    return {name: part for name, part in plain.items() if name not in _DRAWN_BY} if isinstance(plain, dict) else plain


def _score(visit: Visit) -> bytes:
    comparison, side = _found(visit), SIDES.get(visit.names["side"])
    if side is None:
        raise UnknownName("side", visit.names["side"][:40], SIDES)
    return msgspec.json.encode(data_of(item_of(visit, getattr(comparison, side).item).value))


def _tally(counted: tuple[Tally, ...], comparison: Comparison) -> Tally | None:
    pair = {comparison.first.model, comparison.second.model}
    return next((one for one in counted if one.task == comparison.task and {one.one, one.other} == pair), None)


def _again(comparison: Comparison) -> str:
    plain = {name: value for name, value in comparison.asked.items() if isinstance(value, (str, int, float))}
    return f"/compare?{urlencode({'task': comparison.task, **plain})}"


places: tuple[Place, ...] = (
    Place(method="GET", path="/compare", opened=form, summary="Compare two answers blindly"),
    Place(method="POST", path="/compare", opened=make, summary="Make two answers to compare"),
    Place(method="GET", path="/compare/{id}", opened=look, summary="A comparison"),
    Place(method="POST", path="/compare/{id}", opened=judge, summary="Vote for an answer"),
    Place(method="GET", path="/compare/{id}/{side}/score", opened=score, summary="An answer's score, for its scripts"),
)
