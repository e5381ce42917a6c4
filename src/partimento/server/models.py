"""Local models as the analyzer's programs look after them. No model is held by this server yet: it says so, and what
each would need.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from partimento.core.errors import ModelMissing
from partimento.server.exchange import Ask, Door, Reply, as_json


class ModelState(Struct, frozen=True):
    """One model. `memory_gb`: what it would take with one request of 8,192 tokens; 0: not known."""

    downloaded: bool
    loaded: bool
    state: str
    memory_gb: float


class ModelsStatus(Struct, frozen=True):
    """Which model is in memory (None: none), and every local one by its id."""

    current_model: str | None
    models: dict[str, ModelState]


class GenerateBody(Struct):
    """A prompt for the model in memory."""

    prompt: str
    max_length: int | None = None


async def status(ask: Ask) -> Reply:
    """GET /api/v2/models/status."""
    states: dict[str, str] = ask.client.status()["models"]
    local = [m for m in ask.client.ports.catalog.models() if m.tier not in ("rules", "cloud")]
    told = {
        model.id: ModelState(
            downloaded=False,
            loaded=False,
            state="served elsewhere" if states.get(model.id) == "ready" else "absent",
            memory_gb=model.weights.memory_gb if model.weights else 0,
        )
        for model in local
    }
    return Reply(as_json(ModelsStatus(None, told)))


async def unload(ask: Ask) -> Reply:
    """POST /api/v2/models/unload: what is not there is unloaded already."""
    return Reply(as_json({"unloaded": None}))


async def load(ask: Ask) -> Reply:
    """POST /api/v2/models/load. Raises ModelMissing."""
    raise _nothing_held("no model can be loaded")


async def generate(ask: Ask) -> Reply:
    """POST /api/v2/models/generate. Raises ModelMissing, since no model is loaded."""
    ask.read(GenerateBody)
    raise _nothing_held("no model is loaded")


def _nothing_held(what: str) -> ModelMissing:
    return ModelMissing(
        what,
        why="this version holds no models itself",
        mend="run one in Ollama, LM Studio or llama-server; `partimento providers setup --found` adds it",
    )


def _door(method: str, name: str, opened: Any, summary: str, **more: Any) -> Door:
    return Door(method=method, path=f"/api/v2/models/{name}", opened=opened, summary=summary, **more)


doors = (
    _door("GET", "status", status, "Local models and the one in memory", answer=ModelsStatus),
    _door("POST", "load", load, "Load a model", body=dict[str, Any], answer=dict[str, Any]),
    _door("POST", "unload", unload, "Unload the model in memory", body=dict[str, Any], answer=dict[str, Any]),
    _door("POST", "generate", generate, "A text by the model in memory", body=GenerateBody, answer=dict[str, Any]),
)
