"""One item of the queue as its page shows it: what it is, what is said of it, where it stands. Reads only.

Leaves changes to the page, and reading each kind of value to `views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from partimento.core.errors import PartimentoError, UnknownName
from partimento.flywheel.review_diff import Line, difference, written
from partimento.flywheel.review_marks import DONE, STATES, Entry, Review
from partimento.flywheel.review_queue import Choices, Filters, Reached, filters_of
from partimento.flywheel.reviews import Reviews
from partimento.web.item import Item, item_of, read_item
from partimento.web.reading import words
from partimento.web.review_words import Word, words_of
from partimento.web.titles import title_of
from partimento.web.views.registry import GENERIC, view_of
from partimento.web.views.view import View
from partimento.web.visit import Visit

PATH: Final = "/review"
ORDERS: Final = (("newest", "Newest first"), ("oldest", "Oldest first"), ("doubtful", "Least certain first"))
RATED: Final = (("", "Rated or not"), ("no", "Not rated yet"), ("yes", "Rated"))
_CHIPS: Final = {
    "task": "Task",
    "model": "Model",
    "tag": "Tag",
    "easiest": "Difficulty from",
    "hardest": "Difficulty to",
}


class Chip(Struct, frozen=True):
    """A filter that is on, and where it is off."""

    words: str
    path: str


class Tab(Struct, frozen=True):
    """A state, how many items are in it, and where they are seen."""

    words: str
    number: int
    path: str
    here: bool


class Toast(Struct, frozen=True):
    """What was just done, and the item whose last change can be taken back."""

    words: str
    item: str
    revision: int


class Editing(Struct, frozen=True, kw_only=True):
    """The open form of an edit: the words one by one, or the whole as a text. `findings`: what the theory engine has
    against what was typed."""

    mode: str
    text: str
    fields: tuple[Word, ...]
    findings: tuple[str, ...] = ()
    has_fields: bool = False
    is_text: bool = False


class Looked(Struct, frozen=True, kw_only=True):
    """An item opened."""

    entry: Entry
    item: Item
    view: View
    more: Mapping[str, Any]
    visit: Visit
    """As the view sees it: on the item's own page, so that its links lead there."""
    diff: tuple[Line, ...]
    previous: str
    next: str


class Way(Struct, frozen=True):
    """Where one stands: the filters, and how paths are made that keep them."""

    filters: Filters

    def path(self, **more: str) -> str:
        """The page with these filters, at an item or after one."""
        asked = {**self.filters.query, **{name: value for name, value in more.items() if value}}
        return PATH + (f"?{urlencode(asked)}" if asked else "")

    def act(self, item: str, action: str) -> str:
        """Where a form is sent."""
        asked = urlencode(self.filters.query)
        return f"{PATH}/{item}/{action}" + (f"?{asked}" if asked else "")


class Sheet(Struct, frozen=True, kw_only=True):
    """All that the page shows. `empty` says why there is no item."""

    way: Way
    reached: Reached
    choices: Choices
    tabs: tuple[Tab, ...]
    chips: tuple[Chip, ...]
    looked: Looked | None
    toast: Toast | None
    empty: str = ""


class Desk(Struct, frozen=True, kw_only=True):
    """What the template is filled with beside what the view brings. `typed`: a form that was refused, by field."""

    sheet: Sheet
    editing: Editing | None = None
    error: PartimentoError | None = None
    typed: Mapping[str, str] = {}
    orders: tuple[tuple[str, str], ...] = ORDERS
    rated: tuple[tuple[str, str], ...] = RATED

    @property
    def looked(self) -> Looked | None:
        return self.sheet.looked

    @property
    def review(self) -> Review | None:
        return None if self.sheet.looked is None else self.sheet.looked.entry.review


def way_of(visit: Visit) -> Way:
    """The filters of the query. Raises BadInput."""
    return Way(filters_of(visit.query))


def reviews_of(visit: Visit) -> Reviews:
    """The owner's reviews, in the name of who is signed in."""
    return visit.client.reviews.of(reviewer=visit.signed_in)


def sheet_of(visit: Visit, at: str = "") -> Sheet:
    """What the query shows: the item `at`, the one after another, or the first. Blocks."""
    way, reviews = way_of(visit), reviews_of(visit)
    filters, after = way.filters, visit.query.get("after", "")
    entry = _entry(reviews, filters, at or visit.query.get("at", ""), after)
    reached = reviews.reached(filters)
    return Sheet(
        way=way, reached=reached, choices=reviews.choices(), tabs=_tabs(way, reached), chips=_chips(way),
        looked=None if entry is None else looked_at(visit, entry, filters), toast=_toast(visit, reviews),
        empty="" if entry else why_empty(filters, reached, after),
    )  # fmt: skip


def looked_at(visit: Visit, entry: Entry, filters: Filters) -> Looked:
    """An item with its neighbours, as its view reads it. Blocks."""
    reviews, name = reviews_of(visit), entry.item.id
    item = item_of(visit, name)
    diff: tuple[Line, ...] = ()
    if entry.review.edited is not None:
        raw = msgspec.json.encode(entry.review.edited)
        diff = difference(msgspec.json.decode(item.row.value), entry.review.edited)
        item = read_item(msgspec.structs.replace(item.row, value=raw), item.rating, item.verified, item.kept)
    there = msgspec.structs.replace(visit, path=item.path, query={})
    view = view_of(item.row.task if item.task else "")
    try:
        more = view.values(there, item)
    except PartimentoError:  # the owner insisted on what the theory engine cannot read
        view, more = GENERIC, {}
    return Looked(
        entry=entry, item=item, view=view, more=more, visit=there, diff=diff,
        previous=_neighbour(reviews, filters, name, back=True), next=_neighbour(reviews, filters, name, back=False),
    )  # fmt: skip


def editing_of(entry: Entry, mode: str, typed: str | None = None, findings: tuple[str, ...] = ()) -> Editing:
    """The form of an edit: as somebody typed it, else as the value is."""
    value = entry.value
    fields = words_of(value)
    mode = "words" if fields and mode != "json" else "text" if isinstance(value, str) else "json"
    return Editing(
        mode=mode, text=written(value) if typed is None else typed, fields=fields, findings=findings,
        has_fields=bool(fields), is_text=isinstance(value, str),
    )  # fmt: skip


def _entry(reviews: Reviews, filters: Filters, at: str, after: str) -> Entry | None:
    if at:
        try:
            return reviews.one(at)
        except UnknownName:  # it went with a learner: go on with the others
            after = ""
    found = reviews.queue(filters, after=after, most=1)
    return reviews.one(found[0].id) if found else None


def _neighbour(reviews: Reviews, filters: Filters, name: str, *, back: bool) -> str:
    return next((one.id for one in reviews.queue(filters, after=name, most=1, back=back)), "")


def why_empty(filters: Filters, reached: Reached, after: str) -> str:
    """Why there is no item to show: nothing was made, nothing fits, all is done, none is in that state, or one passed
    the last."""
    if reached.total == 0:
        bare = msgspec.structs.replace(filters, state="open", order="newest") == Filters()
        return "nothing" if bare else "filtered"
    counts = {"open": reached.open, "verified": reached.verified, "rejected": reached.rejected, "all": reached.total}
    if counts[filters.state] and after:
        return "end"
    return "done" if filters.state == "open" else "state"


def _tabs(way: Way, reached: Reached) -> tuple[Tab, ...]:
    numbers = {"open": reached.open, "verified": reached.verified, "rejected": reached.rejected, "all": reached.total}
    return tuple(
        Tab(
            state.capitalize(), numbers[state],
            Way(msgspec.structs.replace(way.filters, state=state)).path(), state == way.filters.state,
        )
        for state in (*STATES, "all")
    )  # fmt: skip


def _chips(way: Way) -> tuple[Chip, ...]:
    filters, usual = way.filters, Filters()
    told = {name: f"{label}: {_shown(name, getattr(filters, name))}" for name, label in _CHIPS.items()}
    told |= {"rated": "Rated" if filters.rated == "yes" else "Not rated", "text": f"Asked for “{filters.text}”"}
    return tuple(
        Chip(words, Way(msgspec.structs.replace(filters, **{name: getattr(usual, name)})).path())
        for name, words in told.items()
        if getattr(filters, name) != getattr(usual, name)
    )


def _shown(name: str, value: object) -> str:
    return words(str(value)) if name == "task" else str(value)


def _toast(visit: Visit, reviews: Reviews) -> Toast | None:
    """What the last step did, as long as it can be taken back."""
    try:
        done = reviews.one(visit.query.get("done", "")) if visit.query.get("done") else None
    except UnknownName:
        return None
    if done is None or not done.review.undoable:
        return None
    title = title_of(done.item.task, done.value, done.item.prompt)
    said = DONE[done.review.undoable]
    if done.review.undoable == "rate" and done.review.rating is not None:
        said = f"rated it {done.review.rating} of 5"
    return Toast(f"You {said}: {title}", done.item.id, done.review.revision)
