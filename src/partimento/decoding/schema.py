"""Types and JSON: the schema a model must follow, and the strict reading of what it wrote.

Knows msgspec structs, dataclasses and plain types, and pydantic models by their two methods, without importing
pydantic. Leaves text that is not strict JSON to `repair`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

_DROPPED = frozenset({"default", "discriminator", "examples", "uniqueItems", "title"})
"""Strict structured output refuses these; what they would have asked for is checked when the text is decoded."""


@lru_cache(maxsize=256)
def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON schema of a type, in the form strict structured output asks for: the root written out, references
    only where a type contains itself, every property required, none additional. Do not change what it returns.

    A mapping with free keys stays one; see `is_strict`. Raises TypeError for a type that has no schema.
    """
    whole = kind.model_json_schema() if hasattr(kind, "model_json_schema") else msgspec.json.schema(kind)
    definitions: dict[str, Any] = whole.get("$defs", {})
    recursive = {name for name in definitions if name in _reached(definitions[name], definitions)}
    schema: dict[str, Any] = _strict(
        {name: part for name, part in whole.items() if name != "$defs"}, definitions, recursive
    )
    if "$ref" in schema:  # a recursive root: strict output wants an object there, not a reference
        schema = _strict(definitions[_target(schema)], definitions, recursive)
    if recursive:
        schema["$defs"] = {name: _strict(definitions[name], definitions, recursive) for name in sorted(recursive)}
    return schema


def is_strict(schema: Any) -> bool:
    """Whether upstreams with strict structured output accept it: an object at the root, all objects closed and all of
    their properties required, no tuples. A caller's own schema may be otherwise."""
    return schema.get("type") == "object" and all(map(_is_closed, _objects(schema)))


def decode(text: str | bytes, kind: Any) -> Any:
    """Read JSON as `kind`, strictly: no coercion of numbers, nothing missing. Raises ValueError in one sentence."""
    if hasattr(kind, "model_validate_json"):
        try:
            return kind.model_validate_json(text, strict=True)
        except ValueError as error:
            raise ValueError(_of_pydantic(error)) from error
    try:
        return _decoder(kind).decode(text)
    except msgspec.ValidationError as error:
        raise ValueError(_of_msgspec(str(error))) from error
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise ValueError(f"the JSON cannot be read: {error}") from error


def encode(value: Any) -> bytes:
    """The value as JSON, with mappings in a fixed order; `decode` reads it back."""
    return _encoder.encode(value)


def _of_model(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    raise TypeError(f"no JSON can be made of {type(value).__name__}; use a struct, a dataclass or a pydantic model")


_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="number", enc_hook=_of_model)


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _strict(part: Any, definitions: Mapping[str, Any], recursive: set[str]) -> Any:
    """This part of a schema, with what it refers to written in place."""
    if isinstance(part, list):
        return [_strict(item, definitions, recursive) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        name = _target(part)
        return {"$ref": f"#/$defs/{name}"} if name in recursive else _strict(definitions[name], definitions, recursive)
    made: dict[str, Any] = {}
    for word, value in part.items():
        if word == "properties":
            made[word] = {name: _strict(inner, definitions, recursive) for name, inner in value.items()}
        elif word in ("enum", "const", "required"):
            made[word] = value
        elif word not in _DROPPED:
            made["anyOf" if word == "oneOf" else word] = _strict(value, definitions, recursive)
    if "enum" in made and "type" not in made and all(isinstance(value, str) for value in made["enum"]):
        made["type"] = "string"
    if "properties" in made:
        made["required"] = list(made["properties"])
        made["additionalProperties"] = False
    return made


def _reached(part: Any, definitions: Mapping[str, Any]) -> set[str]:
    """The names of all definitions that this part refers to, near or far."""
    reached: set[str] = set()
    ahead = [part]
    while ahead:
        for inner in _objects(ahead.pop()):
            if "$ref" in inner and (name := _target(inner)) not in reached:
                reached.add(name)
                ahead.append(definitions[name])
    return reached


def _objects(part: Any) -> list[dict[str, Any]]:
    """Every JSON object within, itself included."""
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    found = [part] if isinstance(part, dict) else []
    return found + [deeper for value in inner for deeper in _objects(value)]


def _is_closed(part: dict[str, Any]) -> bool:
    """Whether this part, where it describes an object, allows just its properties and requires them all."""
    if "prefixItems" in part or part.get("additionalProperties", False) is not False:
        return False
    if part.get("type") != "object" and not isinstance(part.get("properties"), dict):
        return True
    required, properties = part.get("required", []), part.get("properties", {})
    return "additionalProperties" in part and isinstance(required, list) and set(properties) <= set(required)


def _target(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _of_msgspec(message: str) -> str:
    said, _, path = message.partition(" - at ")
    place = path.strip("`")
    said = said.replace("`", "")
    return f"at {place}: {said[:1].lower()}{said[1:]}" if place else said[:1].lower() + said[1:]


def _of_pydantic(error: Any) -> str:
    flaws = error.errors() if hasattr(error, "errors") else [{"loc": (), "msg": str(error)}]
    told = [f"at {'.'.join(map(str, flaw['loc'])) or '$'}: {flaw['msg']}" for flaw in flaws[:3]]
    return "; ".join(told)
