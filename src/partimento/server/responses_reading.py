"""OpenAI's responses dialect read: input items, flat tools, text formats, into the words of the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import Audio, Conversation, Image, Message, Part, Text, Tool, ToolCall, said
from partimento.core.errors import BadInput
from partimento.server.asked import Wishes
from partimento.server.exchange import any_object
from partimento.server.openai import ROLES

Find = Callable[[str], Message | None]
"""What an earlier response said, by the id of its item."""
CHOICES = ("auto", "none", "required")


class _Sound(Struct):
    data: str
    format: str = "wav"


class _Part(Struct):
    type: str
    text: str | None = None
    refusal: str | None = None
    image_url: str | None = None
    detail: str | None = None
    input_audio: _Sound | None = None


class _Item(Struct):
    """Messages, calls of functions and their outputs, in one: the type says which fields count."""

    type: str | None = None
    id: str | None = None
    role: str | None = None
    content: str | list[_Part] | None = None
    call_id: str = ""
    name: str = ""
    arguments: str = "{}"
    output: str | list[_Part] | None = None


class _Tool(Struct):
    type: str = "function"
    name: str = ""
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class _Choice(Struct, omit_defaults=True):
    type: str
    name: str = ""
    mode: str | None = None
    tools: list[_Tool] = []


class _Format(Struct):
    type: str = "text"
    name: str = "answer"
    schema: dict[str, Any] | None = None
    strict: bool | None = None


class _TextConfig(Struct):
    format: _Format | None = None


class _Reasoning(Struct):
    effort: str | None = None


class ResponseBody(Struct, kw_only=True):
    """What is read of a request; other fields are passed over."""

    input: str | list[_Item]
    model: str = "auto"
    instructions: str | None = None
    stream: bool | None = None
    tools: list[_Tool] | None = None
    tool_choice: str | _Choice | None = None
    parallel_tool_calls: bool | None = None
    text: _TextConfig | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int | None = None
    reasoning: _Reasoning | None = None
    metadata: dict[str, Any] | None = None
    user: str | None = None
    safety_identifier: str | None = None
    store: bool | None = None
    previous_response_id: str | None = None
    conversation: Any = None
    prompt: Any = None
    background: bool | None = None


def conversation_of(body: ResponseBody, find: Find) -> Conversation:
    """The conversation in the body. Raises BadInput for what would need more than `find` knows of earlier ones."""
    for name in ("previous_response_id", "conversation", "prompt", "background"):
        if getattr(body, name):
            raise BadInput(
                f"{name} cannot be used",
                why="responses are made at once here, from what the request itself holds",
                mend="send the whole conversation as input",
            )
    messages = [said("system", body.instructions)] if body.instructions else []
    if isinstance(body.input, str):
        messages.append(said("user", body.input))
    else:
        messages += _messages(body.input, find)
    tools = tuple(map(_tool, body.tools or ()))
    choice = body.tool_choice
    if isinstance(choice, _Choice) and choice.type == "allowed_tools":
        allowed = {tool.name for tool in choice.tools}
        tools = tuple(tool for tool in tools if tool.name in allowed)
    return Conversation(
        messages=tuple(messages),
        tools=tools,
        tool_choice=_choice(choice),
        parallel_tool_calls=body.parallel_tool_calls is not False,
        top_p=body.top_p,
        reasoning_effort=(body.reasoning.effort if body.reasoning else None) or "",
    )


def wishes_of(body: ResponseBody) -> Wishes:
    """What is asked beside the conversation. Raises BadInput for a format that no model follows."""
    wanted = body.text.format if body.text else None
    schema = None
    if wanted is not None and wanted.type in ("json_schema", "json_object"):
        schema = wanted.schema or any_object()
    elif wanted is not None and wanted.type != "text":
        raise BadInput(
            f"there is no text format {wanted.type!r}",
            why="it is text, json_object or json_schema",
            mend="leave it out",
        )
    named = body.metadata or {}
    return Wishes(
        model=body.model,
        schema=schema,
        temperature=body.temperature,
        max_tokens=body.max_output_tokens,
        user=body.user or body.safety_identifier or str(named.get("user_id") or named.get("user") or ""),
    )


def _messages(items: list[_Item], find: Find) -> list[Message]:
    """Calls join the turn of the assistant who made them; pictures that tools gave follow their words."""
    messages: list[Message] = []
    pictures: list[Part] = []
    for item in items:
        kind = item.type or "message"
        if kind == "reasoning":
            continue
        if kind != "function_call_output" and pictures:
            messages.append(Message(role="user", parts=tuple(pictures)))
            pictures = []
        if kind == "function_call_output":
            parts = _parts(item.output)
            words = tuple(part for part in parts if isinstance(part, Text))
            pictures += [part for part in parts if not isinstance(part, Text)]
            messages.append(Message(role="tool", parts=words, tool_call_id=item.call_id))
        else:
            _join(messages, _message(kind, item, find))
    if pictures:
        messages.append(Message(role="user", parts=tuple(pictures)))
    return messages


def _join(messages: list[Message], message: Message) -> None:
    last = messages[-1] if messages else None
    if message.tool_calls and last is not None and last.role == "assistant":
        messages[-1] = msgspec.structs.replace(last, tool_calls=last.tool_calls + message.tool_calls)
    else:
        messages.append(message)


def _message(kind: str, item: _Item, find: Find) -> Message:
    if kind == "function_call":
        return Message(role="assistant", tool_calls=(ToolCall(item.call_id, item.name, item.arguments),))
    if kind == "item_reference":
        known = find(item.id or "")
        if known is None:
            raise BadInput(
                f"there is no item {item.id!r}",
                why="what a response said is kept for a while only, and by the process that said it",
                mend="send the item itself: clients do so with store=false",
            )
        return known
    if kind != "message":
        raise BadInput(
            f"an item of type {kind!r} cannot be used",
            why="input has messages, function calls and their outputs",
            mend="leave it out",
        )
    role = ROLES.get(item.role or "")
    if role is None:
        raise BadInput(
            f"there is no role {item.role!r}", why="a message has one of them", mend=f"one of {', '.join(ROLES)}"
        )
    return Message(role=role, parts=_parts(item.content))


def _parts(content: str | list[_Part] | None) -> tuple[Part, ...]:
    return (Text(content),) if isinstance(content, str) else tuple(map(_part, content or ()))


def _part(part: _Part) -> Part:
    if part.text is not None:
        return Text(part.text)
    if part.refusal is not None:
        return Text(part.refusal)
    if part.image_url is not None:
        return Image(part.image_url.encode(), part.detail or "")
    if part.input_audio is not None:
        return Audio(part.input_audio.data.encode(), part.input_audio.format)
    raise BadInput(
        f"a part of type {part.type!r} cannot be used",
        why="parts are input_text, output_text, input_image by its URL, and input_audio",
        mend="leave it out",
    )


def _tool(tool: _Tool) -> Tool:
    if tool.type != "function" or not tool.name:
        raise BadInput(
            f"the tool {tool.type!r} cannot be used",
            why="tools are functions with a name; OpenAI's own run at OpenAI only",
            mend="leave it out",
        )
    return Tool(
        name=tool.name,
        description=tool.description or "",
        parameters=tool.parameters or any_object(),
        strict=bool(tool.strict),
    )


def _choice(given: str | _Choice | None) -> str:
    if isinstance(given, _Choice) and given.type == "function":
        return given.name
    word = given.mode if isinstance(given, _Choice) and given.type == "allowed_tools" else given
    if word is None or (isinstance(word, str) and word in CHOICES):
        return word or "auto"
    raise BadInput(
        f"there is no tool_choice {given.type if isinstance(given, _Choice) else given!r}",
        why="it is auto, none, required, a function or allowed_tools",
        mend="leave it out",
    )
