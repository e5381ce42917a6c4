"""A conversation as the Messages API spells it: turns, content blocks, tools. Pure; knows nothing of models."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from partimento.core.conversation import Audio, Conversation, Image, Message, Part, Text, Tool
from partimento.core.errors import EngineRefused
from partimento.core.ports import Call
from partimento.decoding.media import arguments_of, data_url
from partimento.engines.anthropic.schema import is_expressible, plain

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ANY_OBJECT: dict[str, Any] = {"type": "object"}


def system_of(call: Call) -> str:
    """All that stands above the conversation, in its order: the API has one place for it."""
    said = [call.system]
    if call.conversation is not None:
        said += [message.text for message in call.conversation.messages if message.role == "system"]
    return "\n\n".join(part for part in (text.strip() for text in said) if part)


def turns_of(call: Call) -> list[dict[str, Any]]:
    """The turns, alternating as the API wants them: what one side says in a row is one turn."""
    if call.conversation is None:
        return [{"role": "user", "content": call.user}]
    turns: list[dict[str, Any]] = []
    for message in call.conversation.messages:
        if message.role == "system" or not (blocks := _blocks(message)):
            continue
        role = "assistant" if message.role == "assistant" else "user"
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": role, "content": blocks})
    if turns and turns[-1]["role"] == "assistant" and "text" in (last := turns[-1]["content"][-1]):
        last["text"] = last["text"].rstrip()  # a turn to be continued must not end in white space
    return turns


def tools_of(conversation: Conversation, *, strictly: bool) -> list[dict[str, Any]]:
    """The tools. A history with tool calls needs them declared, even where the caller declares none any more."""
    if conversation.tools:
        return [_tool(tool, strictly=strictly) for tool in conversation.tools]
    used = {call.name: None for message in conversation.messages for call in message.tool_calls}
    return [{"name": name, "input_schema": _ANY_OBJECT} for name in used]


def choice_of(conversation: Conversation) -> dict[str, Any]:
    """Which tool is to be used."""
    wanted = conversation.tool_choice if conversation.tools else "none"
    if wanted == "none":
        return {"type": "none"}
    return {"auto": {"type": "auto"}, "required": {"type": "any"}}.get(wanted, {"type": "tool", "name": wanted})


def _tool(tool: Tool, *, strictly: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": tool.name, "input_schema": tool.parameters or _ANY_OBJECT}
    if tool.description:
        told["description"] = tool.description
    if tool.strict and strictly and is_expressible(tool.parameters):
        told |= {"strict": True, "input_schema": plain(tool.parameters)}
    return told


def _blocks(message: Message) -> list[dict[str, Any]]:
    blocks = [block for part in message.parts if (block := _block(part))]
    if message.role == "tool":
        answered: dict[str, Any] = {"type": "tool_result", "tool_use_id": _id(message.tool_call_id)}
        return [answered | ({"content": blocks} if blocks else {})]
    return blocks + [
        {"type": "tool_use", "id": _id(call.id), "name": call.name, "input": arguments_of(call.arguments)}
        for call in message.tool_calls
    ]


def _block(part: Part) -> dict[str, Any] | None:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text} if part.text.strip() else None  # empty ones are refused
    if isinstance(part, Image):
        if inline := data_url(part.source):
            source = {"type": "base64", "media_type": inline[0], "data": inline[1]}
        else:
            source = {"type": "url", "url": part.source.decode("utf-8", "replace")}
        return {"type": "image", "source": source}
    assert isinstance(part, Audio)
    raise EngineRefused(
        "the Messages API takes no sound", why="the conversation holds audio", mend="choose a model that hears"
    )


def _id(name: str) -> str:
    """The id of a call as this API allows it: others use characters that it refuses, or put half a page into it."""
    return name if _ID.fullmatch(name) else f"call_{sha256(name.encode()).hexdigest()[:24]}"
