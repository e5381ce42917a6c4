"""Whether a JSON value follows a JSON schema that a caller brought; each flaw is a sentence that a model can act on.

Reads types, enum and const, properties, items, lengths and bounds, anyOf, oneOf, allOf, not, and references within the
schema. Not checked: `pattern` and `format` (a caller's expression could keep us busy for ever), and keywords not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from partimento.core.errors import BadInput

MOST_FLAWS = 6
DEEPEST = 64
_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list | tuple),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()
    ),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
_BOUNDS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any], Callable[[Any, Any], bool], str]] = {
    "minimum": (_TYPES["number"], lambda v: v, lambda v, b: v >= b, "must be at least"),
    "maximum": (_TYPES["number"], lambda v: v, lambda v, b: v <= b, "must be at most"),
    "exclusiveMinimum": (_TYPES["number"], lambda v: v, lambda v, b: v > b, "must be more than"),
    "exclusiveMaximum": (_TYPES["number"], lambda v: v, lambda v, b: v < b, "must be less than"),
    "minLength": (_TYPES["string"], len, lambda v, b: v >= b, "must have this many characters at least:"),
    "maxLength": (_TYPES["string"], len, lambda v, b: v <= b, "must have this many characters at most:"),
    "minItems": (_TYPES["array"], len, lambda v, b: v >= b, "must have this many items at least:"),
    "maxItems": (_TYPES["array"], len, lambda v, b: v <= b, "must have this many items at most:"),
    "minProperties": (_TYPES["object"], len, lambda v, b: v >= b, "must have this many fields at least:"),
    "maxProperties": (_TYPES["object"], len, lambda v, b: v <= b, "must have this many fields at most:"),
}


def schema_flaws(value: Any, schema: Any) -> tuple[str, ...]:
    """What keeps the value from following the schema, at most six sentences; () where it follows it."""
    return tuple(islice(_Reading(schema).flaws(value, schema, "the answer", 0), MOST_FLAWS))


def check_schema(schema: Any) -> None:
    """Raises BadInput where this is no schema that can be followed: not an object, too deep, a reference elsewhere."""
    reading = _Reading(schema)
    if not isinstance(schema, dict):
        raise _unusable("it is no JSON object")

    def walk(part: Any, depth: int) -> None:
        if depth > DEEPEST:
            raise _unusable(f"it is nested more than {DEEPEST} deep")
        if isinstance(part, dict):
            if isinstance(reference := part.get("$ref"), str):
                reading.target(reference)
            named = part.get("type")
            for kind in [named] if isinstance(named, str) else []:
                if kind not in _TYPES:
                    raise _unusable(f"there is no type {kind!r}")
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            walk(inner, depth + 1)

    walk(schema, 0)


class _Reading:
    """One schema, which references point into."""

    def __init__(self, root: Any) -> None:
        self._root = root

    def target(self, reference: str) -> Any:
        """What a reference within the schema points to. Raises BadInput."""
        if not reference.startswith("#"):
            raise _unusable(f"it refers to {reference!r}, and nothing is fetched from elsewhere")
        found = self._root
        for step in reference[1:].split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
                found = found[int(name)]
            else:
                raise _unusable(f"it refers to {reference!r}, which it does not have")
        return found

    def flaws(self, value: Any, schema: Any, at: str, depth: int) -> Iterator[str]:
        if schema is False:
            yield f"{at} must not be there"
        if not isinstance(schema, dict):
            return
        if depth > DEEPEST:
            yield f"{at} is nested too deep"
            return
        if isinstance(reference := schema.get("$ref"), str):
            yield from self.flaws(value, self.target(reference), at, depth + 1)
        yield from _plain_flaws(value, schema, at)
        yield from self._combined(value, schema, at, depth)
        if isinstance(value, dict):
            yield from self._fields(value, schema, at, depth)
        if isinstance(value, list | tuple):
            yield from self._items(value, schema, at, depth)

    def _follows(self, value: Any, schema: Any, at: str, depth: int) -> bool:
        return next(self.flaws(value, schema, at, depth + 1), None) is None

    def _combined(self, value: Any, schema: Mapping[str, Any], at: str, depth: int) -> Iterator[str]:
        for part in _list(schema.get("allOf")):
            yield from self.flaws(value, part, at, depth + 1)
        for word in ("anyOf", "oneOf"):
            parts = _list(schema.get(word))
            fitting = sum(self._follows(value, part, at, depth) for part in parts)
            if parts and not fitting:
                nearest = min((list(islice(self.flaws(value, part, at, depth + 1), 8)) for part in parts), key=len)
                yield f"{at} fits none of the {len(parts)} forms it may have; of the nearest: {'; '.join(nearest)}"
            elif word == "oneOf" and fitting > 1:
                yield f"{at} fits {fitting} forms of which it must have one"
        if "not" in schema and self._follows(value, schema["not"], at, depth):
            yield f"{at} has a form it must not have"

    def _fields(self, value: Mapping[str, Any], schema: Mapping[str, Any], at: str, depth: int) -> Iterator[str]:
        known = schema.get("properties") if isinstance(schema.get("properties"), dict) else {}
        assert isinstance(known, dict)
        for name in _list(schema.get("required")):
            if name not in value:
                yield f"{at} lacks the field {name!r}"
        for name, part in value.items():
            if name in known:
                yield from self.flaws(part, known[name], f"{at}.{name}", depth + 1)
            elif schema.get("additionalProperties") is False and "patternProperties" not in schema:
                yield f"{at} must not have the field {name!r}"
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from self.flaws(part, schema["additionalProperties"], f"{at}.{name}", depth + 1)

    def _items(
        self, value: list[Any] | tuple[Any, ...], schema: Mapping[str, Any], at: str, depth: int
    ) -> Iterator[str]:
        first = _list(schema.get("prefixItems"))
        for position, part in enumerate(value):
            follows = first[position] if position < len(first) else schema.get("items", True)
            yield from self.flaws(part, follows, f"{at}[{position}]", depth + 1)
        if schema.get("uniqueItems") is True:
            told = [msgspec.json.encode(part, order="sorted") for part in value]
            if len(set(told)) < len(told):
                yield f"{at} has the same item twice"


def _plain_flaws(value: Any, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    wanted = schema.get("type")
    names = [wanted] if isinstance(wanted, str) else _list(wanted)
    if names and not any(name in _TYPES and _TYPES[name](value) for name in names):
        yield f"{at} must be of type {' or '.join(map(str, names))}"
        return
    if isinstance(allowed := schema.get("enum"), list) and not any(_same(value, one) for one in allowed):
        yield f"{at} must be one of {msgspec.json.encode(allowed).decode()[:300]}"
    if "const" in schema and not _same(value, schema["const"]):
        yield f"{at} must be {msgspec.json.encode(schema['const']).decode()[:300]}"
    for word, (concerns, measure, holds, told) in _BOUNDS.items():
        bound = schema.get(word)
        if _TYPES["number"](bound) and concerns(value) and not holds(measure(value), bound):
            yield f"{at} {told} {bound}"


def _same(one: Any, other: Any) -> bool:
    """As JSON has it: true is not 1."""
    return type(one) is type(other) and bool(one == other) if bool in (type(one), type(other)) else bool(one == other)


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _unusable(why: str) -> BadInput:
    return BadInput("the JSON schema cannot be followed", why=why, mend="write one JSON schema with local references")
