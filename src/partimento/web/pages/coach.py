"""The coach's page: a talk, and beside it what is known of the learner. Knows its forms; the talk stays in the page,
the reply comes from the task, and scripts stream it from the native door.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.core.request import Request
from partimento.core.result import Receipt
from partimento.music import genres
from partimento.shapes.coaching.asked import LONGEST_MESSAGE, Turn
from partimento.web.contest import ready_models
from partimento.web.layout import page
from partimento.web.pages.learners import Panel, learners_of, listed, panel_of, told_by
from partimento.web.prose import prose
from partimento.web.visit import Answer, Form, Moved, Place, Shown, Visit

_KEPT: Final = 24
"""So many turns a page without scripts carries along; the coach reads fewer."""
_LEVELS: Final = range(1, 11)
FIRST_QUESTIONS: Final = (
    "What should I practise today?",
    "Which notes are in Ebmaj7, and how do I voice it?",
    "How do I practise the ii-V-I in all keys?",
    "What is the difference between Dorian and Aeolian?",
)
_turns = msgspec.json.Decoder(tuple[Turn, ...])


class Told(Struct, frozen=True):
    """A turn as it is shown; `receipt` of the coach's own, where it came just now."""

    role: str
    text: str
    receipt: Receipt | None = None


class Talk(Struct, frozen=True, kw_only=True):
    """What the page holds: the turns, what is typed and not answered, why not, and what is said of oneself."""

    turns: tuple[Told, ...] = ()
    typed: str = ""
    error: PartimentoError | None = None
    level: str = ""
    genre: str = ""
    goals: str = ""


async def talk(visit: Visit) -> Answer:
    """GET /coach?learner=ID."""
    query = visit.query
    about = Talk(
        typed=query.get("message", ""), level=query.get("level", ""), genre=query.get("genre", ""),
        goals=query.get("goals", ""),
    )  # fmt: skip
    return await _shown(visit, query.get("learner", ""), about)


async def reply(visit: Visit) -> Answer:
    """POST /coach: the reply within the page, for browsers without scripts."""
    form = visit.form
    message = form.get("suggestion") or form.get("message")
    told = Talk(typed=message, level=form.get("level"), genre=form.get("genre"), goals=form.get("goals"))
    try:
        earlier = _earlier(form)
        told = msgspec.structs.replace(told, turns=earlier)
        request = await asyncio.to_thread(_request, visit, message, earlier)
        made = await visit.make(request)
    except PartimentoError as error:
        if error.status == 401:
            raise
        told = msgspec.structs.replace(told, error=error)
        return await _shown(visit, form.get("learner"), told, error.status)
    turns = (*earlier, Told("user", message), Told("assistant", made.value, made.receipt))
    return await _shown(visit, form.get("learner"), msgspec.structs.replace(told, turns=turns, typed=""))


async def create(visit: Visit) -> Answer:
    """POST /coach/learners: a new learner."""
    return await _kept(visit, "", lambda: learners_of(visit).add(visit.form.get("id"), **told_by(visit.form)))


async def change(visit: Visit) -> Answer:
    """POST /coach/learner: say something else of one."""
    name = visit.form.get("learner")
    return await _kept(visit, name, lambda: learners_of(visit).change(name, **told_by(visit.form)))


def suggestions(panel: Panel | None) -> tuple[str, ...]:
    """What one could ask now, from where the learner stands."""
    if panel is None:
        return FIRST_QUESTIONS
    found = [f"Quiz me on {one.title}." for one in panel.reviews if one.is_due][:1]
    found += [f"Why does {name} go wrong, and how do I mend it?" for name in panel.shown.struggles[:1]]
    if panel.next:
        found.append(f"How do I practise {panel.next.title}?")
    if panel.shown.working_on:
        found.append(f"What is {panel.shown.working_on} good for?")
    return tuple(dict.fromkeys((*found, *FIRST_QUESTIONS)))[: len(FIRST_QUESTIONS)]


def without_model(visit: Visit) -> bool:
    """Whether only the rules can answer now."""
    return not any(name != "rules" for name in ready_models(visit))


async def _kept(visit: Visit, name: str, work: Callable[[], Any]) -> Answer:
    try:
        learner = await asyncio.to_thread(work)
    except PartimentoError as error:
        return await _shown(visit, name, Talk(), error.status, wrong=error)
    said = f"{learner.name or learner.id} is {'changed' if name else 'kept'}."
    return Moved(f"/coach?{urlencode({'learner': learner.id})}", said=said)


async def _shown(
    visit: Visit, learner: str, told: Talk, status: int = 200, wrong: PartimentoError | None = None
) -> Shown:
    """The page. A learner who is not there is told, and the talk stays."""
    everybody = await asyncio.to_thread(listed, visit)
    panel = None
    try:
        panel = await asyncio.to_thread(panel_of, visit, learner) if learner else None
    except BadInput as error:
        told = msgspec.structs.replace(told, error=told.error or error)
        status, learner = error.status, ""
    return page(
        visit, "coach.html", status,
        talk=told, learners=everybody, learner=learner, panel=panel, wrong=wrong, sent=visit.form,
        suggestions=suggestions(panel), rules_only=without_model(visit), genres=genres.names(), levels=_LEVELS,
        carried=_carried(told.turns), longest=LONGEST_MESSAGE, prose=prose,
    )  # fmt: skip


def _request(visit: Visit, message: str, earlier: Sequence[Told]) -> Request[str]:
    """As the native door asks. Blocks where a learner is named."""
    learner, form = visit.form.get("learner"), visit.form
    return visit.client.coaching(
        message, {} if learner else _about(form), learner=learner, holder=visit.caller.key,
        history=[{"role": turn.role, "text": turn.text} for turn in earlier],
    )  # fmt: skip


def _about(form: Form) -> dict[str, Any]:
    goals = [goal.strip() for goal in form.get("goals").splitlines() if goal.strip()]
    return {"skill_level": form.number("level"), "genre": form.get("genre"), "goals": goals}


def _earlier(form: Form) -> tuple[Told, ...]:
    """The turns that the page carried. Raises BadInput."""
    carried = form.get("history")
    try:
        turns = _turns.decode(carried) if carried else ()
    except msgspec.DecodeError as error:
        raise BadInput("the talk before cannot be read", why=str(error), mend="begin a new one") from error
    return tuple(Told(turn.role, turn.text) for turn in turns[-_KEPT:])


def _carried(turns: Sequence[Told]) -> str:
    kept = [Turn("user" if turn.role == "user" else "assistant", turn.text) for turn in turns[-_KEPT:]]
    return msgspec.json.encode(kept).decode()


places: tuple[Place, ...] = (
    Place(method="GET", path="/coach", opened=talk, summary="Talk with the coach"),
    Place(method="POST", path="/coach", opened=reply, summary="The coach's reply, in the page"),
    Place(method="POST", path="/coach/learners", opened=create, summary="A new learner"),
    Place(method="POST", path="/coach/learner", opened=change, summary="Say something else of a learner"),
)
