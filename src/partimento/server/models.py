"""Local models as the analyzer's programs look after them: which is in memory, load, unload, a text by it. Knows their
shapes; leaves memory and turns to the pool.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from msgspec import Meta, Struct

from partimento.core.errors import EngineError, ModelMissing
from partimento.core.request import Options
from partimento.core.result import Attempt
from partimento.pool.deciding.effects import Progress
from partimento.pool.front import Loaded, LocalRow, PoolState
from partimento.server.asked import receipt_headers
from partimento.server.exchange import EVENTS, Ask, Door, Reply, Stream, as_json
from partimento.server.problems import body_of
from partimento.tasks.text import text


class ModelState(Struct, frozen=True):
    """One model. Sizes in GB; `memory_gb`: what it has, or would take; 0: not known."""

    downloaded: bool
    loaded: bool
    state: str
    memory_gb: float
    row: LocalRow | None = None
    """None for one that another server holds."""


class ModelsStatus(Struct, frozen=True):
    """Which model is in memory (None: none; of several the one used last), every local one by its id, and the pool."""

    current_model: str | None
    models: dict[str, ModelState]
    pool: PoolState


class LoadBody(Struct):
    """A model to load. `force`: push others out, in use or pinned or not."""

    model_type: str
    force: bool = False


class UnloadBody(Struct):
    """A model to unload; without one, all of them. `force`: without waiting for its answers."""

    model_type: str | None = None
    force: bool = False


class GenerateBody(Struct):
    """A prompt for the model in memory. `max_length`: tokens."""

    prompt: str
    max_length: Annotated[int, Meta(ge=1)] | None = None
    temperature: float | None = None


class GeneratedBody(Struct, frozen=True):
    """What the model wrote; `attempts` tells who was asked before it."""

    response: str
    model: str
    input_tokens: int
    output_tokens: int
    latency_ms: float
    attempts: tuple[Attempt, ...]
    notes: tuple[str, ...]


async def status(ask: Ask) -> Reply:
    """GET /api/v2/models/status."""
    local = ask.client.local
    told = await local.status()
    rows = await local.rows(told)
    models = {row.model: _state(row) for row in rows}
    for model in ask.client.ports.catalog.models():
        if model.tier not in ("rules", "cloud") and model.base_url:
            held = round(model.weights.memory_gb, 2) if model.weights else 0
            models[model.id] = ModelState(False, False, "served elsewhere", held)
    return Reply(as_json(ModelsStatus(told.current_model, models, told)))


async def load(ask: Ask) -> Reply | Stream:
    """POST /api/v2/models/load: answered when the model is ready; as events on the way, where those are accepted.

    Raises NoRoom with what would have to go, ModelMissing, UnknownName.
    """
    body = ask.read(LoadBody)
    if "text/event-stream" in ask.header(b"accept"):
        return Stream(_loading(ask, body), EVENTS)
    return Reply(as_json(await ask.client.local.load(body.model_type, force=body.force)))


async def unload(ask: Ask) -> Reply:
    """POST /api/v2/models/unload: what is not there is unloaded already."""
    body = ask.read(UnloadBody) if ask.body.strip() else UnloadBody()
    notes = await ask.client.local.unload(body.model_type or "", force=body.force)
    return Reply(as_json({"unloaded": body.model_type, "notes": notes}))


async def generate(ask: Ask) -> Reply:
    """POST /api/v2/models/generate. Where the model fails, the next that can answers. Raises ModelMissing where none is
    in memory."""
    body = ask.read(GenerateBody)
    current = (await ask.client.local.status()).current_model
    if current is None:
        raise ModelMissing(
            "no model is in memory",
            why="this door asks the one that is loaded",
            mend='POST {"model_type": "…"} to /api/v2/models/load first; /api/v2/models/status lists them',
        )
    options = Options(max_tokens=body.max_length, temperature=body.temperature)
    request = text(prompt=body.prompt).with_(options=options, caller=ask.caller, cache="off")
    notes: tuple[str, ...] = ()
    try:
        made = await ask.client.make(request, model=current)
    except EngineError as error:
        notes = (f"{current} could not answer: {error}",)
        made = await ask.client.make(request)
    receipt = made.receipt
    ask.spent(receipt.input_tokens + receipt.output_tokens)
    told = GeneratedBody(
        response=str(made.value),
        model=receipt.model,
        input_tokens=receipt.input_tokens,
        output_tokens=receipt.output_tokens,
        latency_ms=receipt.latency_ms,
        attempts=receipt.attempts,
        notes=(*notes, *receipt.notes),
    )
    return Reply(as_json(told), headers=receipt_headers(ask, receipt))


async def _loading(ask: Ask, body: LoadBody) -> AsyncGenerator[bytes, None]:
    """`progress` events, then `done` or `error`."""
    heard: asyncio.Queue[Progress] = asyncio.Queue()
    work = asyncio.create_task(
        ask.client.local.load(body.model_type, force=body.force, told=heard.put_nowait), name="load"
    )
    try:
        while not work.done() or not heard.empty():
            waiting = asyncio.ensure_future(heard.get())
            await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                yield _event("progress", waiting.result())
            else:
                waiting.cancel()
        yield _event("done", work.result())
    except Exception as error:  # noqa: BLE001  # the head is sent: only an event can tell it now
        yield _event("error", body_of(error, "native", ask.path))
    finally:
        work.cancel()
        with contextlib.suppress(BaseException):
            await work


def _event(name: str, value: Any) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + as_json(value) + b"\n\n"


def _state(row: LocalRow) -> ModelState:
    held = row.reserved_bytes or row.estimated_bytes
    return ModelState(bool(row.path), row.loaded, row.state, round(held / 1e9, 2), row)


def _door(method: str, name: str, opened: Any, summary: str, **more: Any) -> Door:
    return Door(method=method, path=f"/api/v2/models/{name}", opened=opened, summary=summary, **more)


doors = (
    _door("GET", "status", status, "Local models and what is in memory", answer=ModelsStatus),
    _door("POST", "load", load, "Load a model", body=LoadBody, answer=Loaded, streams=EVENTS),
    _door("POST", "unload", unload, "Unload a model, or all", body=UnloadBody, answer=dict[str, Any]),
    _door("POST", "generate", generate, "A text by the model in memory", body=GenerateBody, answer=GeneratedBody),
)
