"""What one server understands: servers of one protocol differ. Knows objections and what to say instead; leaves the
bodies to `chat`, `responses` and `embeddings`. Pure.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
from msgspec import Struct

from partimento.core.model import Model
from partimento.core.ports import Call
from partimento.wire.url import host_of

OFFICIAL = "https://api.openai.com"
Form = Literal["grammar", "schema", "tool", "object", "words"]
LLAMA_CPP = "llamacpp"
"""Children of the pool that run llama.cpp: theirs alone take a grammar."""


class Dialect(Struct, frozen=True):
    """How one server wants to be spoken to. `form`: how a schema is put: as a grammar, as such, as the one tool to
    call, as a JSON mode, in words only."""

    protocol: Literal["chat", "responses"] = "chat"
    tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    form: Form = "schema"
    left_out: frozenset[str] = frozenset()


_ABOUT_FORM = (
    "response_format", "json_schema", "json_object", "json mode", "schema", "grammar", "structured output",
    "text.format",
)  # fmt: skip
_ABOUT_TOOLS = ("tool", "function")
_OPTIONAL = (
    "stream_options", "temperature", "seed", "top_p", "presence_penalty", "frequency_penalty", "parallel_tool_calls",
    "reasoning_effort", "reasoning", "stop", "encoding_format", "store",
)  # fmt: skip
UNTOLD = frozenset({"stream_options", "seed", "encoding_format", "store"})
"""What nobody asked for by name, so that nobody is told where it was left out."""
_ELSEWHERE = re.compile(r"\bv1/responses\b|\bresponses (?:api|endpoint)\b")


def first_dialect(model: Model) -> Dialect:
    """What to try first. OpenAI's own reasoning models know only max_completion_tokens, other servers often do not."""
    form: Form = "schema"
    if model.engine == LLAMA_CPP:
        form = "grammar"
    elif "json_schema" not in model.capabilities:
        form = "tool" if "tools" in model.capabilities else "object"
    return Dialect(
        "responses" if model.dialect == "responses" else "chat",
        "max_completion_tokens" if host_of(model.base_url) == OFFICIAL else "max_tokens",
        form,
    )


def simpler_dialect(dialect: Dialect, call: Call, body: dict[str, Any], status: int, reply: bytes) -> Dialect | None:
    """What to try after this objection to that body; None where it is not about how the call was put."""
    objection = reply.decode("utf-8", "replace").lower()
    if not call.texts and (other := _other_protocol(dialect, status, objection)):
        return other
    if status not in (400, 415, 422, 501):
        return None
    about = _ABOUT_TOOLS if dialect.form == "tool" else _ABOUT_FORM
    if call.schema is not None and dialect.form != "words" and any(word in objection for word in about):
        return msgspec.structs.replace(dialect, form=_simpler_form(dialect, call))
    for name in _OPTIONAL:
        if name in body and re.search(rf"\b{name}\b", objection):
            return msgspec.structs.replace(dialect, left_out=dialect.left_out | {name})
    if dialect.protocol == "chat" and re.search(rf"\b{dialect.tokens}\b", objection):
        swapped: Any = "max_tokens" if dialect.tokens == "max_completion_tokens" else "max_completion_tokens"
        return msgspec.structs.replace(dialect, tokens=swapped)
    return None


def heeded(dialect: Dialect, call: Call, answer: str) -> Dialect:
    """The dialect for the next call: a server that took a schema and wrote prose did not understand it."""
    if call.schema is None or dialect.form != "schema":
        return dialect
    start = answer.lstrip()
    return msgspec.structs.replace(dialect, form="object") if start and start[0] not in "{[" else dialect


def _other_protocol(dialect: Dialect, status: int, objection: str) -> Dialect | None:
    if dialect.protocol == "chat" and status in (400, 404) and _ELSEWHERE.search(objection):
        return msgspec.structs.replace(dialect, protocol="responses")
    if dialect.protocol == "responses" and status in (404, 405, 501) and "model" not in objection:
        return msgspec.structs.replace(dialect, protocol="chat")
    return None


def _simpler_form(dialect: Dialect, call: Call) -> Form:
    if dialect.form == "grammar":
        return "schema"
    if dialect.form == "schema":
        return "tool" if "tools" in call.model.capabilities else "object"
    return "object" if dialect.form == "tool" else "words"
