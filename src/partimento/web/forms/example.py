"""A small value of a type, as an example of the JSON that a field takes. Pure; knows types only."""

from __future__ import annotations

from typing import Any, Final

from msgspec import inspect

DEEPEST: Final = 3
MOST_FIELDS: Final = 4


def example_of(kind: inspect.Type, depth: int = 0) -> Any:
    """A value that a reader can take for a pattern; None where the type tells nothing."""
    if isinstance(kind, inspect.Metadata):
        return example_of(kind.type, depth)
    if isinstance(kind, inspect.UnionType):
        parts = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
        return example_of(parts[0], depth) if parts else None
    if isinstance(kind, inspect.StructType):
        return _struct(kind, depth)
    if isinstance(kind, inspect.CollectionType | inspect.VarTupleType):
        return [example_of(kind.item_type, depth + 1)]
    if isinstance(kind, inspect.DictType):
        return {"name": example_of(kind.value_type, depth + 1)}
    return _plain(kind)


def _struct(kind: inspect.StructType, depth: int) -> dict[str, Any]:
    """The fields that are needed; where none is, the first few."""
    if depth > DEEPEST:
        return {}
    needed = [one for one in kind.fields if one.required]
    told = needed or list(kind.fields)[:MOST_FIELDS]
    if kind.tag_field and kind.tag is not None:
        tag: dict[str, Any] = {kind.tag_field: kind.tag}
    else:
        tag = {}
    parts = [
        one for one in kind.fields if one.encode_name == "parts" and one not in told
    ]  # a message without words is none
    return tag | {one.encode_name: example_of(one.type, depth + 1) for one in (*told, *parts)}


def _plain(kind: inspect.Type) -> Any:
    if isinstance(kind, inspect.LiteralType):
        return "user" if "user" in kind.values else sorted(map(str, kind.values))[0]
    if isinstance(kind, inspect.BoolType):
        return True
    if isinstance(kind, inspect.IntType):
        return 1
    if isinstance(kind, inspect.FloatType):
        return 0.5
    return "…" if isinstance(kind, inspect.StrType) else None
