"""One scripted answer in the shapes of OpenAI's protocols: chat completions, responses and embeddings, whole and as
events. Knows their spelling, and the liberties that other servers take with it.
"""

from __future__ import annotations

import binascii
from array import array
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

USED = {
    "prompt_tokens": 11,
    "completion_tokens": 7,
    "total_tokens": 18,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 2},
}


class Use(Struct, frozen=True):
    """A tool call; its arguments are streamed in two pieces."""

    id: str
    name: str
    arguments: str


class Answer(Struct, frozen=True, kw_only=True):
    """What one request gets. Streamed as events where the request says so, else in one piece.

    `status` other than 200, or a `raw` body, is sent as it stands; `events` stand for the whole stream. After
    `cut_after` events (of an answer in one piece: parts of its JSON, one more than there are pieces) the connection is
    closed, after `stalls_after` nothing more is said until the client leaves; `gap_s` passes before each; `hangs`: not
    even a head is sent, `drops`: the connection is closed instead. `echoes`: the text tells which pictures and sounds
    came. `content_type` "": the right one.
    """

    pieces: tuple[str, ...] = ()
    thoughts: str = ""
    uses: tuple[Use, ...] = ()
    echoes: bool = False
    refusal: str = ""
    finish_reason: str | None = "stop"
    usage: dict[str, Any] | None = msgspec.field(default_factory=USED.copy)
    error: dict[str, Any] | None = None
    done: bool = True
    events: tuple[bytes, ...] = ()
    status: int = 200
    raw: bytes | None = None
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cut_after: int | None = None
    stalls_after: int | None = None
    gap_s: float = 0.0
    hangs: bool = False
    drops: bool = False


def event(value: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"data: %s\n\n" % msgspec.json.encode(value)


# ---- chat completions ------------------------------------------------------------------------------------------


def chat_events(asked: dict[str, Any], answer: Answer) -> Iterator[bytes]:
    """The chunks of a chat completion."""
    if answer.events:
        yield from answer.events
        return
    if answer.thoughts:
        yield _chunk(asked, {"role": "assistant", "content": None, "reasoning_content": answer.thoughts})
    for piece in answer.pieces:
        yield _chunk(asked, {"content": piece})
    for index, use in enumerate(answer.uses):
        half = len(use.arguments) // 2
        called = {"name": use.name, "arguments": use.arguments[:half]}
        yield _chunk(asked, {"tool_calls": [{"index": index, "id": use.id, "type": "function", "function": called}]})
        rest = {"arguments": use.arguments[half:]}
        yield _chunk(asked, {"tool_calls": [{"index": index, "function": rest}]})
    if answer.refusal:
        yield _chunk(asked, {"refusal": answer.refusal})
    if answer.error is not None:
        yield event({"error": answer.error})
        return
    if answer.finish_reason:
        yield _chunk(asked, {}, answer.finish_reason)
    if answer.usage and (asked.get("stream_options") or {}).get("include_usage"):
        yield event({**_head(asked, "chat.completion.chunk"), "choices": [], "usage": answer.usage})
    if answer.done:
        yield b"data: [DONE]\n\n"


def completion(asked: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """A chat completion in one piece."""
    message: dict[str, Any] = {"role": "assistant", "content": "".join(answer.pieces) or None}
    message |= {"refusal": answer.refusal or None}
    if answer.thoughts:
        message["reasoning_content"] = answer.thoughts
    if answer.uses:
        message["tool_calls"] = [
            {"id": use.id, "type": "function", "function": {"name": use.name, "arguments": use.arguments}}
            for use in answer.uses
        ]
    choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
    error = {"error": answer.error} if answer.error else {}
    usage = {"usage": answer.usage} if answer.usage else {}
    return {**_head(asked, "chat.completion"), "choices": [choice], **usage, **error}


def _chunk(asked: dict[str, Any], delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return event({**_head(asked, "chat.completion.chunk"), "choices": [choice]})


def _head(asked: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 0, "model": asked.get("model", "")}


# ---- responses -------------------------------------------------------------------------------------------------


def response(asked: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """A response in one piece."""
    contents: list[dict[str, Any]] = []
    if answer.pieces:
        contents.append({"type": "output_text", "text": "".join(answer.pieces), "annotations": []})
    if answer.refusal:
        contents.append({"type": "refusal", "refusal": answer.refusal})
    output: list[dict[str, Any]] = [{"type": "reasoning", "id": "rs_1", "summary": []}] if answer.thoughts else []
    if contents:
        output.append({"type": "message", "id": "msg_1", "role": "assistant", "content": contents})
    output += [_called(use) for use in answer.uses]
    stopped = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(answer.finish_reason or "")
    status = "failed" if answer.error else "incomplete" if stopped else "completed"
    return {
        "id": "resp_1", "object": "response", "created_at": 0, "model": asked.get("model", ""), "status": status,
        "output": output, "error": answer.error, "incomplete_details": {"reason": stopped} if stopped else None,
        "usage": _counted(answer.usage),
    }  # fmt: skip


def response_events(asked: dict[str, Any], answer: Answer) -> Iterator[bytes]:
    """The events of a response."""
    if answer.events:
        yield from answer.events
        return
    yield _named("response.created", response={"id": "resp_1", "status": "in_progress", "output": []})
    for piece in answer.pieces:
        yield _named("response.output_text.delta", item_id="msg_1", output_index=0, content_index=0, delta=piece)
    for place, use in enumerate(answer.uses):
        yield _named("response.output_item.added", output_index=place, item={**_called(use), "arguments": ""})
        yield _named("response.function_call_arguments.delta", output_index=place, delta=use.arguments)
        yield _named("response.output_item.done", output_index=place, item=_called(use))
    whole = response(asked, answer)
    if answer.done:
        yield _named(f"response.{whole['status']}", response=whole)


def _called(use: Use) -> dict[str, Any]:
    return {
        "type": "function_call",
        "id": f"fc_{use.id}",
        "call_id": use.id,
        "name": use.name,
        "arguments": use.arguments,
    }


def _named(kind: str, **fields: Any) -> bytes:
    return b"event: %s\n%s" % (kind.encode(), event({"type": kind, **fields}))


def _counted(usage: dict[str, Any] | None) -> dict[str, Any] | None:
    """The usage of a chat completion by the names that responses have for it."""
    names = {
        "prompt_tokens": "input_tokens", "completion_tokens": "output_tokens",
        "prompt_tokens_details": "input_tokens_details", "completion_tokens_details": "output_tokens_details",
    }  # fmt: skip
    return {names.get(name, name): value for name, value in usage.items()} if usage else None


# ---- embeddings, and what came --------------------------------------------------------------------------------


def embeddings(asked: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """Vectors that tell their texts apart: the length of each, its place, then zeros; as base64 where that is asked."""
    texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
    size = max(2, asked.get("dimensions") or 4)
    data = []
    for place, text in enumerate(texts):
        vector = [float(len(text)), float(place), *[0.0] * (size - 2)]
        packed = binascii.b2a_base64(array("f", vector).tobytes(), newline=False).decode()
        wanted = packed if asked.get("encoding_format") == "base64" else vector
        data.append({"object": "embedding", "index": place, "embedding": wanted})
    usage = {"prompt_tokens": sum(map(len, texts)), "total_tokens": sum(map(len, texts))} if answer.usage else None
    return {"object": "list", "model": asked.get("model", ""), "data": data, "usage": usage}


def echo(asked: dict[str, Any]) -> str:
    """What pictures and sounds the request holds, in words, whichever protocol carries them."""
    found = []
    for message in asked.get("messages") or asked.get("input") or []:
        content = message.get("content")
        for part in content if isinstance(content, list) else []:
            if "image_url" in part:
                image = part["image_url"]
                found.append(f"a picture at {image['url'] if isinstance(image, dict) else image}")
            if "input_audio" in part:
                found.append(f"{part['input_audio']['format']} {part['input_audio']['data']}")
    return "; ".join(found) or "only words"
