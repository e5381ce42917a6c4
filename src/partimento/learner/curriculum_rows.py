"""Curricula and their versions in the database. Knows whose they are and which version is the last; leaves what stands
in them to `plan`.

A curriculum belongs to a holder, as learners do, and to one learner or to all of them. Each version stays; whoever
changes one says which version he read, and is told where another one came between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput, UnknownName
from partimento.learner.kept import Ask, within
from partimento.learner.parts import Part, assembled, changed, head_of, parts_of
from partimento.learner.plan import PartKind, StoredCurriculum, identified
from partimento.learner.results import Practised
from partimento.ledger.books import Books
from partimento.store.database import Session

CurriculumState = Literal["draft", "active", "archived"]
Maker = Literal["task", "template", "edit", "replan", "copy"]
ChangeKind = Literal["skipped", "shortened", "remedy", "review", "delayed", "brought forward", "edited"]
FOR_ALL: Final = ""
_MOST_LOOKED_AT: Final = 1000


class Change(Struct, frozen=True, kw_only=True):
    """What became different in a version, at which part (its id), and why, as a sentence."""

    kind: ChangeKind
    part: str = ""
    title: str = ""
    reason: str


class CurriculumRow(Struct, frozen=True, kw_only=True):
    """What lists show. `learner` is a `uid`, "" for all; `template` or `based_on` say what it was made from."""

    id: str
    holder: str
    learner: str
    template: str
    based_on: str
    state: CurriculumState
    version: int
    title: str
    genre: str
    level: int
    created_at: float
    updated_at: float
    activated_at: float | None


class Version(Struct, frozen=True, kw_only=True):
    """One version: who made it, what changed, of which memory item it was made."""

    version: int
    made_by: Maker
    changes: tuple[Change, ...]
    memory_id: str
    created_at: float


class Placed(Struct, frozen=True):
    """Where a part of a curriculum stands: what it is, the exercise where it is one, and the concepts it is about."""

    curriculum: CurriculumRow
    kind: PartKind
    exercise: Practised | None
    concepts: tuple[str, ...]


class _Taught(Struct):
    concept_ids: tuple[str, ...] = ()


class _Drilled(Struct):
    concept: str = ""


_changes = msgspec.json.Decoder(tuple[Change, ...])
_practised = msgspec.json.Decoder(Practised)
_drilled = msgspec.json.Decoder(_Drilled)
_lesson = msgspec.json.Decoder(_Taught)


def put_curriculum(
    db: Session, curriculum: StoredCurriculum, row: CurriculumRow, made_by: Maker, memory_id: str = ""
) -> None:
    """Keep a new one, its first version. All parts have identities."""
    db.execute("put_curriculum", msgspec.structs.astuple(row))
    _put_version(db, curriculum, row, made_by, (), memory_id)
    _put_parts(db, row.id, row.version, parts_of(curriculum))


def put_next(
    db: Session,
    name: str,
    after: StoredCurriculum,
    made_by: Maker,
    changes: Sequence[Change],
    *,
    read: int,
    now: float,
    new_id: Callable[[], str],
) -> CurriculumRow | None:
    """Keep the next version; where nothing differs, the last one stays. `read`: the version it was made from; None
    where another one came between."""
    ask = within(db)
    row = row_of(ask, name)
    if row.version != read:
        return None
    before = curriculum_at(ask, row)
    after = identified(after, before, new_id)
    old, new = parts_of(before), parts_of(after)
    if old == new and head_of(before) == head_of(after):
        return row
    version = row.version + 1
    after = replace(after, id=row.id, version=version)
    if not changes:
        changes = (Change(kind="edited", title=after.title, reason=_told(old, new)),)
    row = replace(row, version=version, title=after.title, genre=after.genre, level=after.level, updated_at=now)
    db.execute("change_curriculum", (version, row.title, row.genre, row.level, now, row.id, version - 1))
    _put_version(db, after, row, made_by, changes, "")
    ended, begun = changed(old, new)
    db.executemany("end_part", [(version, row.id, name) for name in ended])
    _put_parts(db, row.id, version, begun)
    return row


def row_of(ask: Ask, name: str) -> CurriculumRow:
    """Raises UnknownName."""
    found = ask("curriculum_of", name)
    if not found:
        raise _unknown(name, ())
    return _row(found[0])


def find_curriculum(store: Books, name: str, *, holder: str = "", to_change: bool = False) -> CurriculumRow:
    """The curriculum of that id, if it is this holder's; what the owner keeps for all may be read by everybody.

    Raises UnknownName, in the same words for one that is not there and one that is somebody else's.
    """
    found = [_row(row) for row in store.ask("curriculum_of", name)]
    for row in found:
        shared = row.holder == "" and row.learner == FOR_ALL and row.state == "active"
        if not holder or row.holder == holder or (shared and not to_change):
            return row
    raise _unknown(name, [row.id for row in list_curricula(store, holder=holder, most=_MOST_LOOKED_AT)])


def list_curricula(
    store: Books, *, holder: str = "", learner: str = "", most: int = 100, offset: int = 0
) -> tuple[CurriculumRow, ...]:
    """The newest first: a holder's, with what the owner keeps for all; the owner's list has every one. `learner`: the
    `uid` of one, whose own they are to be."""
    if learner:
        return tuple(map(_row, store.ask("curricula_of_learner", learner)))[offset : offset + most]
    return tuple(map(_row, store.ask("list_curricula", int(not holder), holder, most, offset)))


def followed(ask: Ask, learner: str, holder: str) -> CurriculumRow | None:
    """The one that a learner follows: his own that was activated last, else the one for all."""
    own = [row for row in map(_row, ask("curricula_of_learner", learner)) if row.state == "active"]
    if own:
        return max(own, key=lambda row: (row.activated_at or 0.0, row.id))
    shared = ask("curricula_for_all", holder)
    return _row(shared[0]) if shared else None


def active_from(ask: Ask, row: CurriculumRow) -> CurriculumRow | None:
    """The active one of the same origin, for the same learner."""
    if not (row.template or row.based_on):
        return None
    found = ask("active_from", row.holder, row.learner, row.template, row.based_on)
    return _row(found[0]) if found else None


def active_of(ask: Ask, holder: str, learner: str, template: str) -> CurriculumRow | None:
    """The active one that was made from a template."""
    found = ask("active_from", holder, learner, template, "")
    return _row(found[0]) if found else None


def put_state(store: Books, row: CurriculumRow, state: CurriculumState, now: float) -> CurriculumRow:
    """Keep it in another state; active since now, where it is to be."""
    since = now if state == "active" else row.activated_at
    store.tell("change_state", state, since, now, row.id)
    return replace(row, state=state, activated_at=since, updated_at=now)


def curriculum_at(ask: Ask, row: CurriculumRow, version: int | None = None) -> StoredCurriculum:
    """The curriculum as it is, or as it was in a version. Raises UnknownName."""
    wanted = row.version if version is None else version
    found = ask("version_of", row.id, wanted)
    if not found:
        raise UnknownName("version", str(wanted), map(str, range(1, row.version + 1)))
    parts = [Part(*part) for part in ask("parts_at", row.id, wanted, wanted)]
    return assembled(found[0][2], parts, row.id, wanted)


def versions_of(ask: Ask, name: str) -> tuple[Version, ...]:
    """All versions, the first one first."""
    return tuple(
        Version(
            version=version, made_by=made_by, changes=_changes.decode(changes), memory_id=memory_id, created_at=at
        )
        for version, made_by, _, changes, memory_id, at in ask("versions_of", name)
    )  # fmt: skip


def placed(store: Books, part: str, learner: str, holder: str) -> Placed:
    """Where a part stands that a learner practised: in a curriculum of his own, or in one for all; also one that a
    later version has no more. Raises UnknownName."""
    ask = store.ask
    rows = [row_of(ask, name) for (name,) in ask("curricula_with_part", part)]
    mine = [row for row in rows if row.learner == learner or (row.learner == FOR_ALL and row.holder in (holder, ""))]
    if not mine:
        raise UnknownName(
            "part of a curriculum", part[:100], (), mend="`partimento curriculum show ID --json` has the ids"
        )
    row = max(mine, key=lambda row: row.learner == learner)
    kind, parent, value = ask("part_of", row.id, part)[0]
    if kind == "exercise":
        _, _, lesson = ask("part_of", row.id, parent)[0]
        drilled = _drilled.decode(value).concept
        return Placed(
            row, kind, _practised.decode(value), (drilled,) if drilled else _lesson.decode(lesson).concept_ids
        )
    return Placed(row, kind, None, _lesson.decode(value).concept_ids)


def _put_version(
    db: Session,
    curriculum: StoredCurriculum,
    row: CurriculumRow,
    made_by: Maker,
    changes: Sequence[Change],
    memory: str,
) -> None:
    told = msgspec.json.encode(tuple(changes)).decode()
    db.execute("put_version", (row.id, row.version, made_by, head_of(curriculum), told, memory, row.updated_at))


def _put_parts(db: Session, name: str, version: int, parts: Sequence[Part]) -> None:
    db.executemany(
        "put_part",
        [(name, one.id, version, one.kind, one.parent, one.position, one.title, one.value) for one in parts],
    )


def _told(old: Sequence[Part], new: Sequence[Part]) -> str:
    ended, begun = changed(old, new)
    before, after = {one.id for one in old}, {one.id for one in new}
    counts = (
        ("added", len(after - before)), ("taken out", len(before - after)), ("changed", len(set(ended) & after)),
    )  # fmt: skip
    told = [f"{many} {what}" for what, many in counts if many]
    return f"parts: {', '.join(told)}" if begun or ended else "what stands above the parts was changed"


def outdated(read: int, last: int) -> BadInput:
    """A change was made to a version that is not the last."""
    return BadInput(
        f"this was made from version {read}, and version {last} is the last",
        why="somebody else changed the curriculum meanwhile",
        mend="read it again, and make your change there",
    )


def _unknown(name: str, known: Sequence[str]) -> UnknownName:
    near = UnknownName("curriculum", name[:100], known).nearest
    return UnknownName(
        "curriculum", name[:100], [near] if near else [],
        mend=f"did you mean {near!r}?" if near else "`partimento curriculum list` shows them",
    )  # fmt: skip


def _row(row: Sequence[Any]) -> CurriculumRow:
    return CurriculumRow(**dict(zip(CurriculumRow.__struct_fields__, row, strict=True)))
