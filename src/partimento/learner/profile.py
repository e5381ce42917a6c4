"""Who learns: profiles, by the ids that apps give them. Knows whose learner it is; leaves what one can to `skill`.

A learner belongs to who made it, its `holder`: an API key, or "" for the owner of this installation. A key sees its own
learners and nobody else's; two keys may each have a learner "42". The owner sees all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from partimento.core.errors import BadInput, UnknownName
from partimento.ledger.books import Books
from partimento.music import genres
from partimento.music.composition.plan import level_of

LONGEST = 200
MOST_GOALS = 20
_NEAR = 1000
"""Among so many learners the nearest name is looked for."""
_goals = msgspec.json.Decoder(tuple[str, ...])


class Learner(Struct, frozen=True, kw_only=True):
    """`id` is the app's own word for somebody, `uid` ours. `level` is as stated, 1–10, None where nothing was. Times in
    Unix seconds."""

    uid: str
    holder: str
    id: str
    name: str = ""
    level: int | None = None
    genre: str = ""
    goals: tuple[str, ...] = ()
    created_at: float
    updated_at: float


class Profile(Struct, frozen=True, kw_only=True):
    """What is said of a learner; what is left out stays as it is. `level`: 1–10 or a word."""

    name: str | UnsetType = UNSET
    level: int | str | UnsetType | None = UNSET
    genre: str | UnsetType = UNSET
    goals: Sequence[str] | UnsetType = UNSET


class NewLearner(Profile, frozen=True, kw_only=True):
    """The same of one who is new; without an `id` one is made."""

    id: str = ""


def create_learner(
    store: Books, new: NewLearner, *, holder: str = "", now: float, new_id: Callable[[], str]
) -> Learner:
    """Keep a new learner. Raises BadInput, also where the holder has one of that id; UnknownName for a genre."""
    uid = new_id()
    learner = _told(
        Learner(uid=uid, holder=holder, id=_checked_id(new.id or uid), created_at=now, updated_at=now), new, now
    )
    made = store.tell(
        "put_learner", uid, holder, learner.id, learner.name, learner.level, learner.genre, _goals_of(learner), now, now
    )
    if not made:
        raise BadInput(
            f"there is a learner {learner.id!r} already",
            why="learners are told apart by their ids",
            mend="change the one there is, or choose another id",
        )
    return learner


def find_learner(store: Books, id: str, *, holder: str = "") -> Learner:  # noqa: A002 (the word users know)
    """The learner of that id. The owner (holder "") finds anybody's, his own first. Raises UnknownName, and BadInput
    where several keys have one of that id and it is not said whose is meant."""
    found = [_learner(row) for row in store.ask("learners_named", id)] if id else []
    mine = [one for one in found if one.holder == holder]
    if mine:
        return mine[0]
    if holder or not found:
        known = [one.id for one in list_learners(store, holder=holder, most=_NEAR)]
        near = UnknownName("learner", id[:LONGEST], known).nearest
        raise UnknownName(
            "learner", id[:LONGEST], [near] if near else [],
            mend=f"did you mean {near!r}?" if near else "`partimento learner list` shows them; `learner add` makes one",
        )  # fmt: skip
    if len(found) > 1:
        raise BadInput(
            f"{len(found)} keys have a learner {id!r}",
            why=", ".join(one.holder for one in found),
            mend="say whose: --key, or ?key= over HTTP",
        )
    return found[0]


def learner_of(store: Books, uid: str) -> Learner:
    """The learner that other tables mean by `uid`. Raises UnknownName."""
    found = store.ask("learner_of", uid)
    if not found:
        raise UnknownName("learner", uid, (), mend="it was deleted a moment ago")
    return _learner(found[0])


def list_learners(store: Books, *, holder: str = "", most: int = 100, offset: int = 0) -> tuple[Learner, ...]:
    """In the order they came; the owner's list has everybody."""
    return tuple(map(_learner, store.ask("list_learners", int(not holder), holder, most, offset)))


def change_learner(store: Books, learner: Learner, profile: Profile, now: float) -> Learner:
    """Say something else of a learner. A new level counts where nothing is known yet; what was shown counts more.

    Raises BadInput, UnknownName.
    """
    changed = _told(learner, profile, now)
    store.tell(
        "change_learner", changed.name, changed.level, changed.genre, _goals_of(changed), now, learner.uid
    )  # fmt: skip
    return changed


def _told(learner: Learner, profile: Profile, now: float) -> Learner:
    given: dict[str, Any] = {
        name: value for name in Profile.__struct_fields__ if (value := getattr(profile, name)) is not UNSET
    }
    if "name" in given:
        given["name"] = _text("name", given["name"])
    if given.get("genre"):
        given["genre"] = genres.find(given["genre"]).name
    if "level" in given:
        given["level"] = level_of(given["level"])
    if "goals" in given:
        goals = (given["goals"],) if isinstance(given["goals"], str) else tuple(given["goals"])
        if len(goals) > MOST_GOALS:
            raise BadInput(f"{len(goals)} goals are too many", why=f"{MOST_GOALS} are kept", mend="name the main ones")
        given["goals"] = tuple(_text("goal", goal) for goal in goals if goal.strip())
    return replace(learner, **given, updated_at=now)


def _text(what: str, text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) > LONGEST or not plain.isprintable():
        raise BadInput(
            f"cannot keep this {what}", why=f"it has up to {LONGEST} printable characters", mend="say it shorter"
        )
    return plain


def _checked_id(name: str) -> str:
    if not name.strip() or not name.isprintable() or len(name) > LONGEST:
        raise BadInput(
            f"cannot call a learner {name[:LONGEST]!r}",
            why=f"an id has 1 to {LONGEST} printable characters",
            mend="give your app's own id of the person, or none: then one is made",
        )
    return name


def _goals_of(learner: Learner) -> str:
    return msgspec.json.encode(learner.goals).decode()


def _learner(row: Sequence[Any]) -> Learner:
    fields = dict(zip(Learner.__struct_fields__, row, strict=True))
    return Learner(**{**fields, "goals": _goals.decode(fields["goals"])})
