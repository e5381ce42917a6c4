"""Ollama's dialect: chat and generate as lines of JSON, lists of models, vectors. Knows how answers are spelled."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from partimento import __version__
from partimento.core.conversation import Conversation
from partimento.core.errors import UnknownName
from partimento.core.model import Model
from partimento.core.result import Delta
from partimento.decoding.media import arguments_of
from partimento.pool.front import IN_MEMORY
from partimento.pool.messages import Resident
from partimento.server.asked import Turn, Wishes, asked, pieces, receipt_headers, stream_headers, turn
from partimento.server.embeddings import floats, request_for, texts_in
from partimento.server.exchange import LINES, Ask, Door, Reply, Stream, as_json
from partimento.server.listing import names
from partimento.server.ollama_reading import (
    ChatBody,
    EmbedBody,
    GenerateBody,
    ShowBody,
    chat_in,
    generate_in,
    name_of,
)
from partimento.server.problems import body_of
from partimento.shapes.chat import ChatAnswer

UNDATED = "2026-01-01T00:00:00Z"
"""The catalog knows no day on which a model changed, and clients parse one."""
_THEIR_WORDS = (("text", "completion"), ("tools", "tools"), ("image", "vision"), ("embeddings", "embedding"))
Spelled = Callable[[str, ChatAnswer | None], dict[str, Any]]
"""A piece of text, or the last word, as a door's own fields."""


class Tags(Struct, frozen=True):
    """Models in Ollama's form."""

    models: list[dict[str, Any]]


async def chat(ask: Ask) -> Reply | Stream:
    """POST /api/chat."""
    body = ask.read(ChatBody)
    model = name_of(body.model, ask.client.knows)
    if not body.messages:
        return await _nothing(ask, model, _message("", None), leaves=body.leaves)
    return await _answer(ask, chat_in(body, model), body.streams, _message)


async def generate(ask: Ask) -> Reply | Stream:
    """POST /api/generate."""
    body = ask.read(GenerateBody)
    model = name_of(body.model, ask.client.knows)
    if not body.prompt and not body.images:
        return await _nothing(ask, model, _response("", None), leaves=body.leaves)
    return await _answer(ask, generate_in(body, model), body.streams, _response)


async def tags(ask: Ask) -> Reply:
    """GET /api/tags."""
    return Reply(as_json(Tags([_listed(model.id, model.owned_by) for model in names(ask)])))


async def running(ask: Ask) -> Reply:
    """GET /api/ps: local models in memory."""
    told = (await ask.client.local.status()).status
    held = [one for one in told.models if one.state in IN_MEMORY] if told else []
    return Reply(as_json(Tags([_resident(one) for one in held])))


async def version(ask: Ask) -> Reply:
    """GET /api/version."""
    return Reply(as_json({"version": __version__}))


async def show(ask: Ask) -> Reply:
    """POST /api/show. Raises UnknownName."""
    body = ask.read(ShowBody)
    wanted = name_of(body.model or body.name or "", ask.client.knows)
    known = {model.id: model for model in ask.client.ports.catalog.models()}
    listed = {model.id for model in names(ask)}
    if wanted not in listed and wanted not in known:
        raise UnknownName("model", wanted, listed)
    return Reply(as_json(_shown(known.get(wanted, Model(wanted, "", "small", 0, provider="partimento")))))


async def embed(ask: Ask) -> Reply:
    """POST /api/embed, and /api/embeddings for one prompt."""
    body = ask.read(EmbedBody)
    texts = texts_in((body.prompt or "") if body.input is None else body.input)
    model = name_of(body.model, ask.client.knows)
    result = await ask.client.make(request_for(ask, texts, model, body.dimensions, ""))
    receipt = result.receipt
    ask.spent(receipt.input_tokens)
    vectors = [floats(packed) for packed in result.value.vectors]
    told: dict[str, Any] = {"embedding": vectors[0]} if ask.path.endswith("/embeddings") else {
        "model": receipt.model, "embeddings": vectors, "total_duration": _ns(ask), "load_duration": 0,
        "prompt_eval_count": receipt.input_tokens,
    }  # fmt: skip
    return Reply(as_json(told), headers=receipt_headers(ask, receipt))


async def _nothing(ask: Ask, model: str, fields: dict[str, Any], *, leaves: bool) -> Reply:
    """No words load a model or, with keep_alive 0, unload it; of one that is not ours to load, it is only said so."""
    reason = "unload" if leaves else "load"
    local = ask.client.local
    if local.holds(model):
        await (local.unload(model) if leaves else local.load(model))
    return Reply(as_json({"model": model, "created_at": _now(), **fields, "done": True, "done_reason": reason}))


async def _answer(ask: Ask, given: tuple[Conversation, Wishes], stream: bool, spelled: Spelled) -> Reply | Stream:
    wanted = asked(ask, *given)
    if not stream:
        made = await turn(ask, wanted)
        return Reply(
            as_json(_last(ask, made, spelled(made.answer.text, made.answer))),
            headers=receipt_headers(ask, made.receipt),
        )
    events = pieces(ask, wanted)
    first = await anext(events)
    return Stream(_lines(ask, first, events, spelled), LINES, stream_headers(ask, first))


async def _lines(
    ask: Ask, first: Delta | Turn, events: AsyncGenerator[Delta | Turn, None], spelled: Spelled
) -> AsyncGenerator[bytes, None]:
    """A line for each piece, and a last one with what it took. Calls of tools have a line of their own before it."""
    event: Delta | Turn = first
    shown = False
    async with aclosing(events):
        try:
            while not isinstance(event, Turn):
                shown = True
                line = {"model": event.model, "created_at": _now(), **spelled(event.text, None), "done": False}
                yield as_json(line) + b"\n"
                event = await anext(events)
        except Exception as error:  # noqa: BLE001  # the head is sent: only a line can tell it now
            yield as_json(body_of(error, "ollama", ask.path)) + b"\n"
            return
    answer = event.answer
    text = "" if shown else answer.text
    if text or answer.tool_calls:
        line = {"model": event.receipt.model, "created_at": _now(), **spelled(text, answer), "done": False}
        yield as_json(line) + b"\n"
    yield as_json(_last(ask, event, spelled("", None))) + b"\n"


def _last(ask: Ask, made: Turn, fields: dict[str, Any]) -> dict[str, Any]:
    took, receipt = _ns(ask), made.receipt
    return {
        "model": receipt.model, "created_at": _now(), **fields, "done": True,
        "done_reason": "length" if made.answer.finish == "length" else "stop", "total_duration": took,
        "load_duration": 0, "prompt_eval_count": receipt.input_tokens, "prompt_eval_duration": 0,
        "eval_count": receipt.output_tokens, "eval_duration": took,
    }  # fmt: skip


def _message(text: str, answer: ChatAnswer | None) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if answer is not None and answer.tool_calls:
        message["tool_calls"] = [
            {"id": call.id, "function": {"name": call.name, "arguments": arguments_of(call.arguments)}}
            for call in answer.tool_calls
        ]
    return {"message": message}


def _response(text: str, answer: ChatAnswer | None) -> dict[str, Any]:
    return {"response": text}


def _shown(model: Model) -> dict[str, Any]:
    return {
        "modelfile": "", "parameters": "", "template": "", "license": "", "modified_at": UNDATED,
        "details": _details(model.provider),
        "model_info": {"general.architecture": "partimento", "partimento.context_length": model.context},
        "capabilities": [theirs for ours, theirs in _THEIR_WORDS if ours in model.capabilities],
    }  # fmt: skip


def _listed(name: str, owner: str) -> dict[str, Any]:
    return {"name": name, "model": name, "modified_at": UNDATED, "size": 0, "digest": "", "details": _details(owner)}


def _resident(one: Resident) -> dict[str, Any]:
    """A model in memory. Its end is told as far away where it is pinned, or kept until it is asked."""
    keep_s = 10**9 if one.pinned or one.keep_s is None else min(one.keep_s, 10**9) - (one.unused_s or 0.0)
    until = datetime.now(UTC) + timedelta(seconds=keep_s)
    in_gpu = one.reserved_bytes if one.device != "cpu" else 0
    return _listed(one.model, "local") | {
        "size": one.reserved_bytes, "size_vram": in_gpu, "context_length": one.context,
        "expires_at": until.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip


def _details(owner: str) -> dict[str, Any]:
    return {
        "parent_model": "", "format": "", "family": owner, "families": [owner], "parameter_size": "",
        "quantization_level": "",
    }  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _ns(ask: Ask) -> int:
    return int((time.monotonic() - ask.started) * 1e9)


def _door(method: str, name: str, opened: Any, summary: str, **more: Any) -> Door:
    return Door(method=method, path=f"/api/{name}", opened=opened, summary=summary, dialect="ollama", **more)


doors = (
    _door("POST", "chat", chat, "A chat", body=ChatBody, answer=dict[str, Any], streams=LINES),
    _door("POST", "generate", generate, "A text", body=GenerateBody, answer=dict[str, Any], streams=LINES),
    _door("GET", "tags", tags, "Models", answer=Tags),
    _door("GET", "ps", running, "Models in memory", answer=Tags),
    _door("GET", "version", version, "The version", answer=dict[str, str]),
    _door("POST", "show", show, "One model", body=ShowBody, answer=dict[str, Any]),
    _door("POST", "embed", embed, "Texts as vectors", body=EmbedBody, answer=dict[str, Any]),
    _door("POST", "embeddings", embed, "A text as a vector", body=EmbedBody, answer=dict[str, Any]),
)
