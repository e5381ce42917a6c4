"""Anthropic's messages read: content blocks, tools and choices, into the words of the house."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import Conversation, Image, Message, Part, Role, Text, Tool, ToolCall, said
from partimento.core.errors import BadInput
from partimento.server.asked import Wishes
from partimento.server.exchange import any_object

_PASSED_OVER = ("thinking", "redacted_thinking")
_ROLES: dict[str, Role] = {"user": "user", "assistant": "assistant", "system": "system"}
_EFFORTS = {"low": "low", "medium": "medium", "high": "high", "xhigh": "high", "max": "high"}


class _Source(Struct):
    type: str
    media_type: str = "image/png"
    data: str = ""
    url: str = ""


class _Block(Struct):
    """Blocks of all types in one: the type says which fields count."""

    type: str
    text: str = ""
    source: _Source | None = None
    id: str = ""
    name: str = ""
    input: dict[str, Any] | None = None
    tool_use_id: str = ""
    content: str | list[_Block] | None = None
    is_error: bool | None = None


class _Said(Struct):
    role: str
    content: str | list[_Block]


class _Tool(Struct):
    name: str
    description: str | None = None
    input_schema: dict[str, Any] | None = None
    type: str | None = None
    strict: bool | None = None


class _Choice(Struct):
    type: str
    name: str = ""
    disable_parallel_tool_use: bool | None = None


class _Format(Struct):
    type: str = "json_schema"
    schema: dict[str, Any] | None = None


class _OutputConfig(Struct):
    format: _Format | None = None
    effort: str | None = None


class _Metadata(Struct):
    user_id: str | None = None


class CountBody(Struct, kw_only=True):
    """What is counted of a request; other fields are passed over."""

    messages: list[_Said]
    model: str = "auto"
    system: str | list[_Block] | None = None
    tools: list[_Tool] | None = None
    tool_choice: _Choice | None = None
    output_config: _OutputConfig | None = None
    stop_sequences: list[str] | None = None
    top_p: float | None = None


class MessagesBody(CountBody, kw_only=True):
    """What is read of a request to answer."""

    max_tokens: int
    stream: bool | None = None
    temperature: float | None = None
    output_format: _Format | None = None
    metadata: _Metadata | None = None


def conversation_of(body: CountBody) -> Conversation:
    """The conversation in the body. Raises BadInput for what no model here takes."""
    choice = body.tool_choice or _Choice("auto")
    named = {"auto": "auto", "any": "required", "none": "none", "tool": choice.name}
    if choice.type not in named:
        raise BadInput(
            f"there is no tool_choice {choice.type!r}", why="it is auto, any, tool or none", mend="leave it out"
        )
    system = body.system if isinstance(body.system, str) else "\n".join(block.text for block in body.system or ())
    standing = (said("system", system),) if system else ()
    effort = (body.output_config.effort if body.output_config else None) or ""
    return Conversation(
        messages=(*standing, *(message for one in body.messages for message in _messages(one))),
        tools=tuple(map(_tool, body.tools or ())),
        tool_choice=named[choice.type],
        parallel_tool_calls=not choice.disable_parallel_tool_use,
        stop=tuple(body.stop_sequences or ()),
        top_p=body.top_p,
        reasoning_effort=_EFFORTS.get(effort, ""),
    )


def wishes_of(body: MessagesBody) -> Wishes:
    """What is asked beside the conversation. Raises BadInput for a format that no model follows."""
    wanted = (body.output_config.format if body.output_config else None) or body.output_format
    if wanted is not None and wanted.type != "json_schema":
        raise BadInput(f"there is no output format {wanted.type!r}", why="it is json_schema", mend="leave it out")
    return Wishes(
        model=body.model,
        schema=wanted.schema if wanted else None,
        temperature=body.temperature,
        max_tokens=body.max_tokens,
        user=(body.metadata.user_id if body.metadata else None) or "",
    )


def _messages(given: _Said) -> Iterator[Message]:
    """One turn of theirs: results of tools are messages of their own here, and pictures in them follow their words."""
    role = _ROLES.get(given.role)
    if role is None:
        raise BadInput(f"there is no role {given.role!r}", why="it is user or assistant", mend="correct it")
    if isinstance(given.content, str):
        yield said(role, given.content)
        return
    parts: list[Part] = []
    calls: list[ToolCall] = []
    for block in given.content:
        if block.type == "tool_result":
            found = _result(block)
            words = tuple(part for part in found if isinstance(part, Text))
            parts += [part for part in found if not isinstance(part, Text)]
            yield Message(role="tool", parts=words, tool_call_id=block.tool_use_id)
        elif block.type == "tool_use":
            calls.append(ToolCall(block.id, block.name, msgspec.json.encode(block.input or {}).decode()))
        elif block.type not in _PASSED_OVER:
            parts.append(_part(block))
    if parts or calls:
        yield Message(role=role, parts=tuple(parts), tool_calls=tuple(calls))


def _part(block: _Block) -> Part:
    source = block.source
    if block.type == "text":
        return Text(block.text)
    if block.type == "image" and source is not None and source.type in ("base64", "url"):
        return Image((source.url or f"data:{source.media_type};base64,{source.data}").encode())
    if block.type == "document" and source is not None and source.type == "text":
        return Text(source.data)
    raise BadInput(
        f"a block of type {block.type!r} cannot be used",
        why="messages have blocks of type text, image, tool_use and tool_result, and documents of plain text",
        mend="leave it out",
    )


def _result(block: _Block) -> list[Part]:
    content = block.content
    parts: list[Part] = [Text(content)] if isinstance(content, str) else [_part(part) for part in content or ()]
    return [Text("The tool failed."), *parts] if block.is_error else parts


def _tool(tool: _Tool) -> Tool:
    if tool.type not in (None, "custom"):
        raise BadInput(
            f"the tool {tool.type!r} cannot be used",
            why="tools are functions of your own; Anthropic's are known to its models only",
            mend="leave it out",
        )
    return Tool(
        name=tool.name,
        description=tool.description or "",
        parameters=tool.input_schema or any_object(),
        strict=bool(tool.strict),
    )
