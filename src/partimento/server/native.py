"""Partimento's own doors: every task by name, the main ones by their own paths, reports and ratings.

Knows how a body becomes a task's inputs and options; leaves the rest to the client.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec
from msgspec import Struct

from partimento import plugins
from partimento.core.errors import BadInput
from partimento.core.model import SPOKEN_TIERS
from partimento.core.request import CacheUse, Options, Privacy, Request
from partimento.core.result import Done, Event, Receipt, Result
from partimento.core.task import Task
from partimento.decoding.schema import encode
from partimento.server.asked import receipt_headers
from partimento.server.exchange import Ask, Door, Reply, Stream, as_json, read_json
from partimento.server.metrics import Metrics
from partimento.server.problems import body_of
from partimento.shapes.saving import MEDIA


class TaskBody(Struct, frozen=True, kw_only=True):
    """The inputs of a task, and how to make it. A body without `inputs` is the inputs themselves."""

    inputs: dict[str, Any]
    model: str | None = None
    seed: int | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    complexity: int | None = None
    language: str | None = None
    in_parts: bool | None = None
    cache: CacheUse = "use"
    privacy: Privacy | None = None
    deadline_s: float | None = None
    user: str | None = None
    stream: bool = False


class TaskListed(Struct, frozen=True):
    """A task as it is listed: schemas of what it takes and gives; `rules`: whether it needs no model."""

    name: str
    summary: str
    rules: bool
    inputs: dict[str, Any]
    output: dict[str, Any]


class Made(Struct, frozen=True):
    """What every native door answers."""

    value: Any
    receipt: Receipt


class RatingBody(Struct, frozen=True):
    """How good an answer was, 0 to 5."""

    rating: int


async def list_tasks(ask: Ask) -> Reply:
    """GET /api/v2/tasks."""
    return Reply(as_json([listed(plugins.task(name)) for name in plugins.task_names()]))


async def make(ask: Ask) -> Reply | Stream:
    """POST /api/v2/tasks/{name}."""
    return await _make(ask, plugins.task(ask.names["name"]))


async def compose(ask: Ask) -> Reply | Stream:
    """POST /api/v2/compose; `?format=.mid` gives the piece as a file."""
    return await _make(ask, plugins.task("arrangement"))


async def analyze(ask: Ask) -> Reply | Stream:
    """POST /api/v2/analyze."""
    return await _make(ask, plugins.task("theory"))


async def grade(ask: Ask) -> Reply | Stream:
    """POST /api/v2/grade."""
    return await _make(ask, plugins.task("grading"))


async def status(ask: Ask) -> Reply:
    """GET /api/v2/status."""
    return Reply(as_json(ask.client.status()))


async def stats(ask: Ask) -> Reply:
    """GET /api/v2/stats."""
    return Reply(encode(await asyncio.to_thread(ask.client.stats)))


async def usage(ask: Ask) -> Reply:
    """GET /api/v2/usage?days=30&by=task."""
    query = ask.query
    days = query.get("days", "30")
    if not days.isdigit():
        raise BadInput(f"cannot report on {days!r} days", why="it is no number", mend="?days=30")
    return Reply(encode(await asyncio.to_thread(ask.client.usage, int(days), query.get("by", "task"))))


def rating_door(metrics: Metrics) -> Door:
    """POST /api/v2/memory/{id}/rating, counted in the metrics."""

    async def rate(ask: Ask) -> Reply:
        rating = ask.read(RatingBody).rating
        await asyncio.to_thread(ask.client.rate, ask.names["id"], rating)
        metrics.rated(rating)
        return Reply(as_json({"memory_id": ask.names["id"], "rating": rating}))

    return _door("POST", "memory/{id}/rating", rate, "Rate an answer", body=RatingBody, answer=dict[str, Any])


def listed(task: Task[..., Any]) -> TaskListed:
    """The task with its schemas."""
    return TaskListed(task.name, task.summary, task.rules is not None, _schema(task.inputs), _schema(task.output))


async def made_or_streamed(ask: Ask, request: Request[Any], model: str | None, *, stream: bool) -> Reply | Stream:
    """The result in one piece, or its events on the way. `model`: as in `AsyncPartimento.make`."""
    if stream:
        events = ask.client.stream(request, model=model)
        return Stream(_events(ask, await anext(events), events))
    result = await ask.client.make(request, model=model)
    ask.spent(result.receipt.input_tokens + result.receipt.output_tokens)
    headers = receipt_headers(ask, result.receipt)
    if suffix := ask.query.get("format", ""):
        return _file(result, suffix, headers)
    return Reply(encode(result), headers=headers)


async def _make(ask: Ask, task: Task[..., Any]) -> Reply | Stream:
    body = _body(ask)
    return await made_or_streamed(ask, _request(ask, task, body), None, stream=body.stream)


def _body(ask: Ask) -> TaskBody:
    fields = read_json(ask.body, dict[str, Any])
    if "inputs" not in fields:
        return TaskBody(inputs=fields)
    return read_json(ask.body, TaskBody)


def _request(ask: Ask, task: Task[..., Any], body: TaskBody) -> Request[Any]:
    request: Request[Any] = task.ask(body.inputs)
    named = body.model is not None and body.model != "auto" and body.model not in SPOKEN_TIERS
    options = Options(
        selection_mode="manual" if named else "auto", model=body.model, temperature=body.temperature, seed=body.seed,
        max_tokens=body.max_tokens, complexity=body.complexity, language=body.language,
        in_parts=body.in_parts,
    )  # fmt: skip
    caller = msgspec.structs.replace(ask.caller, user=body.user) if body.user else ask.caller
    return request.with_(
        options=options, caller=caller, cache=body.cache, privacy=body.privacy or ask.privacy or None,
        deadline_s=body.deadline_s,
    )  # fmt: skip


async def _events(ask: Ask, first: Event[Any], events: AsyncGenerator[Event[Any], None]) -> AsyncGenerator[bytes, None]:
    """The events on the way as server-sent events, named as they are; `done` carries the result."""
    event = first
    try:
        async with aclosing(events):
            while not isinstance(event, Done):
                yield _told(str(type(event).__struct_config__.tag), as_json(event))
                event = await anext(events)
            receipt = event.result.receipt
            ask.spent(receipt.input_tokens + receipt.output_tokens)
            yield _told("done", encode(event.result))
    except Exception as error:  # noqa: BLE001  # the head is sent: only an event can tell it now
        yield _told("error", as_json(body_of(error, "native", ask.path)))


def _told(name: str, data: bytes) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)


def _file(result: Result[Any], suffix: str, headers: tuple[tuple[str, str], ...]) -> Reply:
    value = result.value
    suffix = suffix if suffix.startswith(".") else f".{suffix}"
    if not hasattr(value, "as_bytes"):
        raise BadInput("this has no notes to write", why=f"{suffix} is a format of pieces", mend="leave format out")
    kind = MEDIA.get(suffix.lower(), "application/octet-stream")
    return Reply(value.as_bytes(suffix), content_type=kind, headers=headers)


def _schema(kind: Any) -> dict[str, Any]:
    try:
        return dict(msgspec.json.schema(kind))
    except TypeError:  # a plug-in's own type, which says nothing of itself
        return {}


def _door(method: str, path: str, opened: Any, summary: str, **more: Any) -> Door:
    return Door(method=method, path=f"/api/v2/{path}", opened=opened, summary=summary, **more)


doors = (
    _door("GET", "tasks", list_tasks, "What can be made, with schemas", answer=list[TaskListed]),
    _door(
        "POST", "tasks/{name}", make, "Make what a task makes", body=TaskBody, answer=Made, streams="text/event-stream"
    ),
    _door("POST", "compose", compose, "An arrangement in a genre", body=dict[str, Any], answer=Made),
    _door("POST", "analyze", analyze, "Numerals and functions of a progression", body=dict[str, Any], answer=Made),
    _door("POST", "grade", grade, "What was played wrongly", body=dict[str, Any], answer=Made),
    _door("GET", "status", status, "What could answer now", answer=dict[str, Any]),
    _door("GET", "stats", stats, "Counts since the last reset", answer=dict[str, Any]),
    _door("GET", "usage", usage, "What was asked and spent", answer=dict[str, Any]),
)
