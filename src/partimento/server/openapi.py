"""The OpenAPI page, made from the doors themselves: what they take and give cannot drift from what they do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from partimento import __version__, plugins
from partimento.core.result import Receipt
from partimento.core.task import Task
from partimento.server.exchange import Ask, Dialect, Door, Reply, as_json

_ANYTHING: dict[str, Any] = {}
_TASK = "/api/v2/tasks/{name}"
_STRING = {"type": "string"}
_SAID = {"cause": _STRING, "mend": _STRING}
_INNER: dict[Dialect, dict[str, Any]] = {
    "openai": {"message": _STRING, "type": _STRING, "param": {}, "code": {}, **_SAID},
    "anthropic": {"type": _STRING, "message": _STRING, **_SAID},
}
"""What stands in an error, where the dialect has it as an object."""


def page(doors: Iterable[Door]) -> dict[str, Any]:
    """OpenAPI 3.1 of these doors; each task has its own path, with its own schemas."""
    known = tuple(doors)
    tasks = [plugins.task(name) for name in plugins.task_names()]
    kinds: list[Any] = [kind for door in known for kind in (door.body, door.answer) if kind is not None]
    kinds += [Receipt, *(kind for task in tasks for kind in (task.inputs, task.output))]
    plain = [kind for kind in kinds if _is_told(kind)]
    schemas, components = msgspec.json.schema_components(plain, ref_template="#/components/schemas/{name}")
    by_kind = {repr(kind): _ANYTHING for kind in kinds} | dict(zip(map(repr, plain), schemas, strict=True))
    paths: dict[str, Any] = {}
    for door in known:
        path = re.sub(r":rest\}", "}", door.path)
        paths.setdefault(path, {})[door.method.lower()] = _operation(door, by_kind)
    for task in tasks:
        paths[_TASK.format(name=task.name)] = {"post": _task_operation(task, by_kind)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Partimento", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            },
        },
        "security": [{"bearer": []}, {"basic": []}, {"key": []}, {}],
    }


def door_of(doors: Iterable[Door]) -> Door:
    """The door that shows the page of these doors and of itself."""
    known = tuple(doors)

    @cache
    def written() -> bytes:
        return as_json(page([*known, door]))

    async def show(ask: Ask) -> Reply:
        return Reply(written())

    door = Door(method="GET", path="/openapi.json", opened=show, summary="This page", answer=dict[str, Any])
    return door


def _operation(door: Door, by_kind: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"summary": door.summary, "responses": _responses(door, by_kind)}
    if names := re.findall(r"\{(\w+)(?::rest)?\}", door.path):
        told["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    if door.body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": by_kind[repr(door.body)]}}}
    if door.free:
        told["security"] = []
    return told


def _responses(door: Door, by_kind: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if door.answer is not None:
        content[door.content_type.partition(";")[0]] = {"schema": by_kind[repr(door.answer)]}
    if door.streams:
        content[door.streams] = {"schema": {"type": "string"}}
    return {"200": {"description": "Made", "content": content}, "default": _error(door.dialect)}


def _error(dialect: Dialect) -> dict[str, Any]:
    """What happened, why, and the mend, as the dialect's clients read it."""
    inner = _INNER.get(dialect)
    if inner is None:
        fields: dict[str, Any] = {"error": _STRING, **_SAID}
    else:
        fields = {"error": {"type": "object", "properties": inner, "required": list(inner)}}
    schema = {"type": "object", "properties": fields, "required": list(fields)}
    return {"description": "What happened, why, and the mend", "content": {"application/json": {"schema": schema}}}


def _is_told(kind: Any) -> bool:
    """Whether a schema can be made of it; a plug-in's own type may say nothing of itself."""
    try:
        msgspec.json.schema(kind)
    except TypeError:
        return False
    return True


def _task_operation(task: Task[..., Any], by_kind: dict[str, Any]) -> dict[str, Any]:
    result = {"value": by_kind[repr(task.output)], "receipt": by_kind[repr(Receipt)]}
    answer = {"type": "object", "properties": result, "required": list(result)}
    return {
        "summary": task.summary,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": by_kind[repr(task.inputs)]}},
        },
        "responses": {
            "200": {"description": "The value and its receipt", "content": {"application/json": {"schema": answer}}},
            "default": _error("native"),
        },
    }
