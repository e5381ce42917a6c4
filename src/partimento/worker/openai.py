"""What a child answers, in OpenAI's words: completions, chunks of them, vectors, errors. Pure but for ids and the time,
which come in. Leaves when it is sent to `application`.
"""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import ToolCall
from partimento.core.errors import EngineError, KeyNeeded, PartimentoError, PromptTooLong, RateLimited, UnknownName
from partimento.worker.ports import Embedded, Ended

as_json = msgspec.json.Encoder().encode
DONE = b"data: [DONE]\n\n"
_WORDS: tuple[tuple[type[PartimentoError], str, str | None], ...] = (
    (KeyNeeded, "authentication_error", "invalid_api_key"),
    (RateLimited, "rate_limit_error", "rate_limit_exceeded"),
    (PromptTooLong, "invalid_request_error", "context_length_exceeded"),
    (UnknownName, "invalid_request_error", "not_found"),
    (EngineError, "server_error", None),
)


class Heading(Struct, frozen=True):
    """What all chunks of one answer share. `created` in Unix seconds."""

    id: str
    model: str
    created: int

    def completion(self, text: str, thoughts: str, calls: Sequence[ToolCall], ended: Ended) -> bytes:
        """The answer whole."""
        said: dict[str, Any] = {"role": "assistant", "content": text if text or not calls else None}
        if thoughts:
            said["reasoning_content"] = thoughts
        if calls:
            said["tool_calls"] = _calls(calls)
        choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": finish(calls, ended)}
        return as_json(self._about("chat.completion", [choice]) | {"usage": usage(ended)})

    def chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
        """An event of a stream."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return event(self._about("chat.completion.chunk", [choice]))

    def used(self, ended: Ended) -> bytes:
        """The event that tells the tokens."""
        return event(self._about("chat.completion.chunk", []) | {"usage": usage(ended)})

    def _about(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "choices": choices}


def event(body: dict[str, Any]) -> bytes:
    """As a server-sent event."""
    return b"data: " + as_json(body) + b"\n\n"


def calls_delta(calls: Sequence[ToolCall]) -> dict[str, Any]:
    """The delta that tells calls of tools."""
    return {"tool_calls": [{"index": place} | call for place, call in enumerate(_calls(calls))]}


def finish(calls: Sequence[ToolCall], ended: Ended) -> str:
    """Why it ended."""
    return "tool_calls" if calls else ended.finish


def usage(ended: Ended) -> dict[str, Any]:
    """The tokens of one answer."""
    return {
        "prompt_tokens": ended.prompt_tokens,
        "completion_tokens": ended.completion_tokens,
        "total_tokens": ended.prompt_tokens + ended.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": ended.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": ended.reasoning_tokens},
    }


def embeddings(model: str, embedded: Embedded, *, in_base64: bool) -> bytes:
    """Vectors, in the order of the texts."""
    data = [
        {
            "object": "embedding",
            "index": place,
            "embedding": base64.b64encode(vector).decode() if in_base64 else _floats(vector),
        }
        for place, vector in enumerate(embedded.vectors)
    ]
    used = {"prompt_tokens": embedded.prompt_tokens, "total_tokens": embedded.prompt_tokens}
    return as_json({"object": "list", "data": data, "model": model, "usage": used})


def error_body(error: PartimentoError) -> dict[str, Any]:
    """An error, as OpenAI's clients read it."""
    found = ((word, code) for kind, word, code in _WORDS if isinstance(error, kind))
    kind, code = next(found, ("server_error" if error.status >= 500 else "invalid_request_error", None))
    said = {"cause": error.why, "mend": error.mend}
    return {"error": {"message": str(error), "type": kind, "param": None, "code": code, **said}}


def _calls(calls: Sequence[ToolCall]) -> list[dict[str, Any]]:
    return [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in calls
    ]


def _floats(vector: bytes) -> list[float]:
    floats = array("f", vector)
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tolist()
