"""JSON schemas as structured outputs of the Messages API take them. Pure.

It decodes under types, properties, enums, anyOf, some string formats; a bound it does not know is an error. So bounds
are told in words, in the description, and checked when the answer comes.
"""

from __future__ import annotations

from typing import Any

import msgspec

_KEPT = frozenset({"type", "enum", "const", "description", "title", "required", "$ref"})
_NAMED = ("properties", "$defs", "definitions")
_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"})


def is_expressible(schema: Any) -> bool:
    """Whether structured output can say this: an object at the root, its fields and those of all within named."""
    return isinstance(schema, dict) and schema.get("type") == "object" and _is_closed(schema)


def plain(schema: Any) -> Any:
    """The same schema in the words that structured output knows; the rest as description."""
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    told: dict[str, Any] = {}
    for word, value in schema.items():
        if word in _KEPT:
            made[word] = value
        elif word in _NAMED:
            made[word] = {name: plain(part) for name, part in value.items()}
        elif word in ("anyOf", "oneOf", "allOf"):
            made["anyOf" if word == "oneOf" else word] = [plain(part) for part in value]
        elif word == "items":
            made[word] = plain(value)
        elif (word == "format" and value in _FORMATS) or (word == "minItems" and value in (0, 1)):
            made[word] = value
        elif word not in ("additionalProperties", "$schema", "default"):
            told[word] = value
    if "properties" in made:
        made["additionalProperties"] = False
    if told:
        words = msgspec.json.encode(told).decode()
        made["description"] = f"{made['description']}\n\n{words}" if made.get("description") else words
    return made


def _is_closed(part: Any) -> bool:
    """Whether no object within may have fields that are not named."""
    if isinstance(part, list):
        return all(map(_is_closed, part))
    if not isinstance(part, dict):
        return True
    if part.get("additionalProperties", False) is not False or "prefixItems" in part or "patternProperties" in part:
        return False
    if part.get("type") in ("object", ["object", "null"]) and "properties" not in part:
        return False
    within = [part[word] for word in ("items", "anyOf", "oneOf", "allOf", "not") if word in part]
    within += [inner for word in _NAMED for inner in part.get(word, {}).values()]
    return all(map(_is_closed, within))
