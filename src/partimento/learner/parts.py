"""A curriculum as rows, one for each part, and back. Pure. A part that does not change between versions is one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from partimento.learner.plan import PartKind, StoredCurriculum


class Part(Struct, frozen=True):
    """A row: what stands in it beside its own parts is `value`, as JSON."""

    id: str
    kind: PartKind
    parent: str
    position: int
    title: str
    value: str


def head_of(curriculum: StoredCurriculum) -> str:
    """What stands above the parts, as JSON."""
    return _json(curriculum, without=("modules", "id", "version"))


def parts_of(curriculum: StoredCurriculum) -> tuple[Part, ...]:
    """Every part; all must have identities."""
    return tuple(_parts(curriculum))


def assembled(head: str, parts: Iterable[Part], name: str, version: int) -> StoredCurriculum:
    """The curriculum of that id again."""
    below: dict[tuple[PartKind, str], list[Part]] = {}
    for part in sorted(parts, key=lambda one: one.position):
        below.setdefault((part.kind, part.parent), []).append(part)

    def of(kind: PartKind, parent: str) -> list[Part]:
        return below.get((kind, parent), [])

    modules = [
        {
            **_fields(module),
            "assessments": [_fields(one) for one in of("assessment", module.id)],
            "lessons": [
                {**_fields(lesson), "exercises": [_fields(one) for one in of("exercise", lesson.id)]}
                for lesson in of("lesson", module.id)
            ],
        }
        for module in of("module", "")
    ]
    whole = {**msgspec.json.decode(head), "modules": modules, "id": name, "version": version}
    return msgspec.convert(whole, StoredCurriculum)


def changed(before: Sequence[Part], after: Sequence[Part]) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """The ids whose row ends, and the rows that begin, from one version to the next."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    ended = tuple(name for name, part in old.items() if new.get(name) != part)
    begun = tuple(part for name, part in new.items() if old.get(name) != part)
    return ended, begun


def _parts(curriculum: StoredCurriculum) -> Iterator[Part]:
    for place, module in enumerate(curriculum.modules):
        yield _part(module, "module", "", place, without=("id", "lessons", "assessments"))
        for at, assessment in enumerate(module.assessments):
            yield _part(assessment, "assessment", module.id, at)
        for at, lesson in enumerate(module.lessons):
            yield _part(lesson, "lesson", module.id, at, without=("id", "exercises"))
            for spot, exercise in enumerate(lesson.exercises):
                yield _part(exercise, "exercise", lesson.id, spot)


def _part(one: Any, kind: PartKind, parent: str, place: int, without: Sequence[str] = ("id",)) -> Part:
    return Part(one.id, kind, parent, place, one.title, _json(one, without))


def _json(one: Struct, without: Sequence[str]) -> str:
    told = {name: getattr(one, name) for name in one.__struct_fields__ if name not in without}
    return msgspec.json.encode(told).decode()


def _fields(part: Part) -> dict[str, Any]:
    return {**msgspec.json.decode(part.value), "id": part.id}
