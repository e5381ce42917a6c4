"""The queue of what is to be reviewed: filters, places in it, how far one has come. Knows the order; changes nothing.

A place in the queue is that of an item, not a number: it stays where it is when items before it leave.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.flywheel.review_marks import HARDEST, STATES, State, checked_tags
from partimento.ledger.books import Books

Order = Literal["newest", "oldest", "doubtful"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
GOAL: Final = 100
"""So many examples are worth a first training."""
READY_RATING: Final = 4.0
_WORDS: Final = 200
_WALK: Final[Mapping[tuple[str, bool], str]] = {
    ("newest", False): "reviews_before", ("newest", True): "reviews_after", ("oldest", False): "reviews_after",
    ("oldest", True): "reviews_before", ("doubtful", False): "reviews_less_doubtful",
    ("doubtful", True): "reviews_more_doubtful",
}  # fmt: skip
"""The statement that goes on in an order, or back."""
_DOWN: Final = ("reviews_before", "reviews_less_doubtful")


class Filters(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which items, in which order; "" and 0 leave open. `rated`: "yes" or "no". `text`: words of what was asked.
    Doubtful first: smaller models, and prose whose claims were corrected or stand unproven."""

    state: State | Literal["all"] = "open"
    task: str = ""
    model: str = ""
    tag: str = ""
    rated: Literal["", "yes", "no"] = ""
    easiest: int = 0
    hardest: int = 0
    text: str = ""
    order: Order = "newest"

    @property
    def query(self) -> dict[str, str]:
        """What differs from the usual, for a URL."""
        return {name: str(value) for name, value in msgspec.to_builtins(self).items()}


class Queued(Struct, frozen=True, kw_only=True):
    """An item in the queue. `prompt`: its beginning; `edited`: whether there is a version of the owner's."""

    id: str
    task: str
    model: str
    tier: str
    prompt: str
    created_at: float
    rating: int | None
    state: State
    tags: tuple[str, ...]
    difficulty: int | None
    weight: float
    edited: bool


class Reached(Struct, frozen=True):
    """How many items a filter finds in each state; and of all items, how many can be trained on (verified, rated 4 or
    5), and how many of those are worth a first training."""

    open: int
    verified: int
    rejected: int
    ready: int
    goal: int = GOAL

    @property
    def done(self) -> int:
        return self.verified + self.rejected

    @property
    def total(self) -> int:
        return self.open + self.done


class Choices(Struct, frozen=True):
    """What there is to filter by."""

    tasks: tuple[str, ...]
    models: tuple[str, ...]
    tags: tuple[str, ...]


def filters_of(fields: Mapping[str, str]) -> Filters:
    """Filters from a query; what has no meaning in it is passed over. Raises BadInput, UnknownName."""
    state, order = fields.get("state") or "open", fields.get("order") or "newest"
    rated = fields.get("rated") or ""
    for kind, told, known in (("state", state, (*STATES, "all")), ("order", order, ORDERS)):
        if told not in known:
            raise UnknownName(kind, told[:80], known)
    if rated not in ("", "yes", "no"):
        raise BadInput(f"rated={rated[:40]!r} cannot be used", why="it is yes or no", mend="leave it out for both")
    tags = checked_tags([fields.get("tag", "")])
    found = {
        "state": state, "order": order, "rated": rated, "task": _text(fields, "task"), "model": _text(fields, "model"),
        "tag": tags[0] if tags else "", "easiest": _level(fields, "easiest"), "hardest": _level(fields, "hardest"),
        "text": _text(fields, "text"),
    }  # fmt: skip
    return msgspec.convert(found, Filters)


def queued(
    store: Books, filters: Filters, holder: str, after: str, most: int, *, back: bool = False
) -> tuple[Queued, ...]:
    """The items that come after one (from the beginning without), or before it, the nearest first."""
    walk = _WALK[filters.order, back]
    place: tuple[float, str] = (math.inf, "~") if walk in _DOWN else (-math.inf, "")
    if after and (found := store.ask("review_place", after)):
        place = (float(found[0][filters.order == "doubtful"]), after)
    return tuple(_queued(*row) for row in store.ask(walk, *_values(filters), holder, *place, most))


def reached(store: Books, filters: Filters, holder: str) -> Reached:
    """How far one has come with a filter, whatever state it names."""
    counts = dict(store.ask("review_counts", *_values(msgspec.structs.replace(filters, state="all")), holder))
    ready = store.ask("reviews_training_ready", READY_RATING)[0][0]
    verified, rejected, open_ = (counts.get(state, 0) for state in ("verified", "rejected", "open"))
    if not (filters.tag or filters.easiest or filters.hardest):  # else only what was reviewed has any
        words = (filters.task, filters.model, filters.rated, filters.text.lower(), holder)
        total, verified = store.ask("review_totals", *words)[0]
        open_ = total - verified - rejected
    return Reached(open_, verified, rejected, ready)


def choices(store: Books) -> Choices:
    """Tasks and models there is anything of, and every tag that was given."""
    found = store.ask("review_choices")
    tags = {tag for (told,) in store.ask("review_tags") for tag in msgspec.json.decode(told, type=tuple[str, ...])}
    return Choices(
        tuple(sorted({task for task, _ in found})),
        tuple(sorted({model for _, model in found})),
        tuple(sorted(tags, key=str.casefold)),
    )


def _values(filters: Filters) -> tuple[Any, ...]:
    tag = msgspec.json.encode(filters.tag).decode() if filters.tag else ""
    levels = (filters.easiest, filters.hardest)
    return (filters.state, filters.task, filters.model, tag, filters.rated, *levels, filters.text.lower())


def _queued(*row: Any) -> Queued:
    fields = dict(zip(Queued.__struct_fields__, row, strict=True))
    tags = msgspec.json.decode(fields["tags"], type=tuple[str, ...])
    return Queued(**{**fields, "tags": tags, "edited": bool(fields["edited"])})


def _text(fields: Mapping[str, str], name: str) -> str:
    return " ".join(fields.get(name, "").replace("\0", "").split())[:_WORDS]


def _level(fields: Mapping[str, str], name: str) -> int:
    told = fields.get(name) or "0"
    if not (told.isascii() and told.isdigit() and int(told[:9]) <= HARDEST):
        raise BadInput(
            f"{name}={told[:40]!r} is no difficulty", why=f"it goes from 1 to {HARDEST}", mend="leave it out"
        )
    return int(told)
