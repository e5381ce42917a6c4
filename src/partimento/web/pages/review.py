"""The page of reviews: one item a screen, verified, rejected, rated, edited, taken back. Knows its forms; leaves what
they change to the client's reviews.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from partimento.core.errors import BadInput, ChecksFailed, Outdated, PartimentoError
from partimento.flywheel.review_edit import read_json
from partimento.flywheel.review_marks import Review
from partimento.flywheel.reviews import Reviews
from partimento.web.layout import page
from partimento.web.review_sheet import (
    Desk,
    Editing,
    Sheet,
    editing_of,
    reviews_of,
    sheet_of,
    way_of,
)
from partimento.web.review_words import PREFIX, with_words
from partimento.web.views.tools import TOOLS
from partimento.web.visit import Answer, Form, Moved, Place, Shown, Visit

ONWARD: Final = ("verify", "reject")
"""What is done with them, so that the next item comes."""
TYPED: Final = ("tags", "difficulty", "weight", "note")


async def look(visit: Visit) -> Answer:
    """GET /review?state=open&at=ID: one item; `after` shows the one after another, `edit` opens its form."""
    sheet = await asyncio.to_thread(sheet_of, visit)
    editing = None
    if sheet.looked and visit.query.get("edit"):
        editing = editing_of(sheet.looked.entry, visit.query["edit"])
    return _shown(visit, sheet, editing)


async def act(visit: Visit) -> Answer:
    """POST /review/{id}/{action}: what came too late or cannot be is shown again with all that was typed."""
    name, action = visit.names["id"], visit.names["action"]
    if action == "keep":
        await asyncio.to_thread(visit.client.store.tell, "keep_item", name)
        return Moved(f"/items/{name}", said="Kept: pruning never takes it.")
    way, done = way_of(visit), ACTIONS.get(action)
    if done is None:
        raise BadInput(f"an item cannot be {action[:20]!r}", why="there is no such button", mend="go back to the item")
    try:
        review = await asyncio.to_thread(done, visit, reviews_of(visit), name)
    except (Outdated, BadInput, ChecksFailed) as error:
        return await asyncio.to_thread(_again, visit, name, action, error)
    if visit.query.get("back") == "item":
        return Moved(f"/items/{name}", said=_said(action, review))
    if action == "undo":
        return Moved(way.path(at=name), said="Taken back.")
    return Moved(way.path(after=name, done=name) if action in ONWARD else way.path(at=name, done=name))


def _verify(visit: Visit, reviews: Reviews, name: str) -> Review:
    return reviews.verify(name, **_marks(visit.form))


def _reject(visit: Visit, reviews: Reviews, name: str) -> Review:
    return reviews.reject(name, **_marks(visit.form))


def _reopen(visit: Visit, reviews: Reviews, name: str) -> Review:
    return reviews.reopen(name, revision=visit.form.number("revision"))


def _rate(visit: Visit, reviews: Reviews, name: str) -> Review:
    rating = visit.form.number("rating")
    return reviews.rate(name, -1 if rating is None else rating, **_marks(visit.form))


def _mark(visit: Visit, reviews: Reviews, name: str) -> Review:
    return reviews.mark(name, **_marks(visit.form))


def _undo(visit: Visit, reviews: Reviews, name: str) -> Review:
    return reviews.undo(name, revision=visit.form.number("revision"))


def _edit(visit: Visit, reviews: Reviews, name: str) -> Review:
    form = visit.form
    value = _value(form, reviews, name)
    return reviews.edit(
        name, value, force=bool(form.get("force")), verify=bool(form.get("verify")), revision=form.number("revision")
    )


ACTIONS: Final[dict[str, Callable[[Visit, Reviews, str], Review]]] = {
    "verify": _verify, "reject": _reject, "reopen": _reopen, "rate": _rate, "mark": _mark, "edit": _edit,
    "undo": _undo,
}  # fmt: skip


def _value(form: Form, reviews: Reviews, name: str) -> Any:
    """What was typed: words one by one, a text, or JSON. Browsers send lines in a way of their own."""
    typed = {field: values[-1].replace("\r\n", "\n") for field, values in form.fields.items()}
    if (text := typed.get("text")) is not None:
        return text
    if (whole := typed.get("value")) is not None:
        return read_json(whole)
    words = {field: text for field, text in typed.items() if field.startswith(PREFIX)}
    return with_words(reviews.one(name).value, words)


def _marks(form: Form) -> dict[str, Any]:
    """What the form says besides the verdict; a field it does not have says nothing. Raises BadInput."""
    told: dict[str, Any] = {"revision": form.number("revision")}
    if "tags" in form.fields:
        told["tags"] = form.get("tags").split(",")
    if "difficulty" in form.fields:
        told["difficulty"] = form.number("difficulty")
    if "weight" in form.fields:
        told["weight"] = _weight(form.get("weight"))
    if "note" in form.fields:
        told["note"] = form.get("note").replace("\r\n", "\n")
    return told


def _weight(told: str) -> float:
    try:
        return float(told.replace(",", ".")) if told else 1.0
    except ValueError as error:
        raise BadInput("weight is no number", why=f"{told[:40]!r} was sent", mend="1 counts as one example") from error


def _again(visit: Visit, name: str, action: str, error: PartimentoError) -> Shown:
    """The item as it is now, with what was typed and why it was not done. Blocks."""
    sheet = sheet_of(visit, name)
    if sheet.looked is None:
        raise error
    editing = None
    if action == "edit":
        typed = visit.form.fields.get("value") or visit.form.fields.get("text")
        findings = _findings(visit, name) if isinstance(error, ChecksFailed) else ()
        text = None if typed is None else typed[-1].replace("\r\n", "\n")
        editing = editing_of(sheet.looked.entry, "json" if "value" in visit.form.fields else "words", text, findings)
    return _shown(visit, sheet, editing, error)


def _findings(visit: Visit, name: str) -> tuple[str, ...]:
    reviews = reviews_of(visit)
    return reviews.read(name, _value(visit.form, reviews, name)).findings


def _shown(visit: Visit, sheet: Sheet, editing: Editing | None, error: PartimentoError | None = None) -> Shown:
    typed = {} if error is None else {field: visit.form.fields[field][-1] for field in visit.form.fields}
    desk = Desk(sheet=sheet, editing=editing, error=error, typed=typed)
    filled: dict[str, Any] = {**TOOLS, "desk": desk}
    if sheet.looked:
        filled = {**filled, **sheet.looked.more, "item": sheet.looked.item}
    return page(visit, "review.html", status=200 if error is None else error.status, **filled)


def _said(action: str, review: Review) -> str:
    told = {
        "verify": "Verified.", "reject": "Rejected: it is never trained on.", "reopen": "Open again.",
        "undo": "Taken back.", "rate": f"Rated {review.rating} of 5.",
    }  # fmt: skip
    return told.get(action, "Saved.")


places = (
    Place(method="GET", path="/review", opened=look, summary="Review what was made", owner=True),
    Place(method="POST", path="/review/{id}/{action}", opened=act, summary="Judge an item", owner=True),
)
