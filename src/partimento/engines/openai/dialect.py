"""What is said to one server, and how: servers of one protocol differ in what they understand. Pure."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
from msgspec import Struct

from partimento.core.model import Model
from partimento.core.ports import Call
from partimento.decoding.schema import is_strict
from partimento.wire.http import host_of

_OFFICIAL = "https://api.openai.com"


class Dialect(Struct, frozen=True):
    """How one server wants to be spoken to. `form`: how a schema is put: as such, as a JSON mode, in words only."""

    tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    form: Literal["schema", "object", "words"] = "schema"
    left_out: frozenset[str] = frozenset()


_SIMPLER: dict[str, Literal["object", "words"]] = {"schema": "object", "object": "words"}
_ABOUT_FORM = ("response_format", "json_schema", "json_object", "json mode", "schema", "grammar", "structured output")
_OPTIONAL = ("stream_options", "temperature", "seed")


def first_dialect(model: Model) -> Dialect:
    """What to try first. OpenAI's own reasoning models know only max_completion_tokens, other servers often do not."""
    return Dialect("max_completion_tokens" if host_of(model.base_url) == _OFFICIAL else "max_tokens")


def simpler_dialect(dialect: Dialect, call: Call, status: int, body: bytes) -> Dialect | None:
    """What to try after this objection; None where it is not about how the call was put."""
    if status not in (400, 415, 422, 501):
        return None
    objection = body.decode("utf-8", "replace").lower()
    if call.schema is not None and dialect.form in _SIMPLER and any(word in objection for word in _ABOUT_FORM):
        return msgspec.structs.replace(dialect, form=_SIMPLER[dialect.form])
    for name in _OPTIONAL:
        if name in body_of(call, dialect) and re.search(rf"\b{name}\b", objection):
            return msgspec.structs.replace(dialect, left_out=dialect.left_out | {name})
    if re.search(rf"\b{dialect.tokens}\b", objection):
        other: Any = "max_tokens" if dialect.tokens == "max_completion_tokens" else "max_completion_tokens"
        return msgspec.structs.replace(dialect, tokens=other)
    return None


def heeded(dialect: Dialect, call: Call, answer: str) -> Dialect:
    """The dialect for the next call: a server that took a schema and wrote prose did not understand it."""
    prose = bool(answer.strip()) and not answer.lstrip().startswith(("{", "["))
    ignored = prose and call.schema is not None and dialect.form == "schema"
    return msgspec.structs.replace(dialect, form="object") if ignored else dialect


def body_of(call: Call, dialect: Dialect) -> dict[str, Any]:
    """The JSON body of the call in that dialect."""
    system = call.system
    if call.schema is not None and dialect.form != "schema":
        told = msgspec.json.encode(call.schema).decode()
        system += f"\n\nAnswer with JSON that follows this JSON schema, and with nothing else:\n{told}"
    messages = [{"role": "system", "content": system.strip()}] if system.strip() else []
    body: dict[str, Any] = {
        "model": call.model.upstream or call.model.id,
        "messages": [*messages, {"role": "user", "content": call.user}],
        dialect.tokens: call.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if call.temperature is not None:
        body["temperature"] = call.temperature
    if call.seed is not None:
        body["seed"] = call.seed
    if call.schema is not None and dialect.form == "schema":
        schema = {"name": "answer", "schema": call.schema, "strict": is_strict(call.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif call.schema is not None and dialect.form == "object":
        body["response_format"] = {"type": "json_object"}
    return {name: value for name, value in body.items() if name not in dialect.left_out}
