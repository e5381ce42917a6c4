"""Ollama's requests read: messages, options, formats, into the words of the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import Conversation, Image, Message, Part, Role, Text, Tool, ToolCall, said
from partimento.core.errors import BadInput
from partimento.server.asked import Wishes
from partimento.server.exchange import any_object

LATEST = ":latest"
_KINDS = (("/9j/", "image/jpeg"), ("UklGR", "image/webp"), ("R0lGOD", "image/gif"))
_ROLES: dict[str, Role] = {"system": "system", "user": "user", "assistant": "assistant", "tool": "tool"}


class _Function(Struct):
    name: str = ""
    description: str | None = None
    parameters: dict[str, Any] | None = None


class _Tool(Struct):
    function: _Function


class _Called(Struct):
    name: str
    arguments: dict[str, Any] | str | None = None


class _Call(Struct):
    function: _Called
    id: str | None = None


class _Said(Struct):
    role: str
    content: str | None = None
    images: list[str] | None = None
    tool_calls: list[_Call] | None = None
    tool_call_id: str | None = None
    tool_name: str | None = None


class _Options(Struct):
    temperature: float | None = None
    num_predict: int | None = None
    seed: int | None = None
    top_p: float | None = None
    stop: str | list[str] | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None


class _Body(Struct, kw_only=True):
    """What chat and generate share; other fields are passed over."""

    model: str = "auto"
    format: str | dict[str, Any] | None = None
    options: _Options | None = None
    stream: bool | None = None
    keep_alive: str | float | None = None

    @property
    def streams(self) -> bool:
        return self.stream is not False

    @property
    def leaves(self) -> bool:
        """Whether the model is told to leave memory."""
        return self.keep_alive in (0, "0", "0s")


class ChatBody(_Body, kw_only=True):
    """What is read of /api/chat."""

    messages: list[_Said] | None = None
    tools: list[_Tool] | None = None


class GenerateBody(_Body, kw_only=True):
    """What is read of /api/generate."""

    prompt: str | None = None
    system: str | None = None
    images: list[str] | None = None
    suffix: str | None = None
    raw: bool | None = None
    template: str | None = None
    context: list[int] | None = None


class EmbedBody(Struct, kw_only=True):
    """What is read of /api/embed (`input`) and /api/embeddings (`prompt`)."""

    model: str = "auto"
    input: str | list[str] | None = None
    prompt: str | None = None
    dimensions: int | None = None


class ShowBody(Struct, kw_only=True):
    """Which model is asked about."""

    model: str | None = None
    name: str | None = None


def chat_in(body: ChatBody, model: str) -> tuple[Conversation, Wishes]:
    """The conversation and the wishes of /api/chat. Raises BadInput."""
    messages = tuple(_messages(body.messages or []))
    return _conversation(messages, tuple(map(_tool, body.tools or ())), body.options), _wishes(body, model)


def generate_in(body: GenerateBody, model: str) -> tuple[Conversation, Wishes]:
    """The same of /api/generate. Raises BadInput for what goes past the model's own form of a conversation."""
    for name in ("suffix", "raw", "template", "context"):
        if getattr(body, name):
            raise BadInput(
                f"{name} cannot be used",
                why="models are asked as chats here, in the form that their server knows",
                mend="leave it out, or use /api/chat with the whole conversation",
            )
    asked = Message(role="user", parts=(Text(body.prompt or ""), *_images(body.images)))
    messages = (*((said("system", body.system),) if body.system else ()), asked)
    return _conversation(messages, (), body.options), _wishes(body, model)


def name_of(model: str, knows: Callable[[str], bool]) -> str:
    """A model's name as it is known here: Ollama's clients put :latest behind what has no tag, or leave it out."""
    if knows(model):
        return model
    other = model.removesuffix(LATEST) if model.endswith(LATEST) else model + LATEST
    return other if model.endswith(LATEST) or knows(other) else model


def _conversation(messages: tuple[Message, ...], tools: tuple[Tool, ...], options: _Options | None) -> Conversation:
    chosen = options or _Options()
    stop = [chosen.stop] if isinstance(chosen.stop, str) else chosen.stop or []
    return Conversation(
        messages=messages, tools=tools, stop=tuple(stop), top_p=chosen.top_p,
        presence_penalty=chosen.presence_penalty, frequency_penalty=chosen.frequency_penalty,
    )  # fmt: skip


def _wishes(body: ChatBody | GenerateBody, model: str) -> Wishes:
    options = body.options or _Options()
    wanted = body.format
    if isinstance(wanted, str) and wanted not in ("", "json"):
        raise BadInput(f"there is no format {wanted!r}", why="it is json or a JSON schema", mend="leave it out")
    limit = options.num_predict
    return Wishes(
        model=model,
        schema=(wanted or None) if isinstance(wanted, dict) else any_object() if wanted else None,
        temperature=options.temperature,
        seed=options.seed,
        max_tokens=limit if limit is not None and limit > 0 else None,  # -1: as many as it likes
    )


def _messages(given: list[_Said]) -> Iterator[Message]:
    """Older clients give calls and results no ids: a result then answers the first call of its tool without one."""
    waiting: list[ToolCall] = []
    made = 0
    for one in given:
        role = _ROLES.get(one.role)
        if role is None:
            raise BadInput(
                f"there is no role {one.role!r}", why="a message has one", mend=f"one of {', '.join(_ROLES)}"
            )
        calls = tuple(
            ToolCall(call.id or f"call_{made + place}", call.function.name, _text(call.function.arguments))
            for place, call in enumerate(one.tool_calls or ())
        )
        made += len(calls)
        waiting += calls
        answered = ""
        if role == "tool":
            answered = one.tool_call_id or _answered(waiting, one.tool_name)
            waiting = [call for call in waiting if call.id != answered]
        words = (Text(one.content),) if one.content else ()
        yield Message(role=role, parts=(*words, *_images(one.images)), tool_calls=calls, tool_call_id=answered)


def _answered(waiting: list[ToolCall], tool: str | None) -> str:
    fitting = [call.id for call in waiting if tool in (None, "", call.name)]
    return fitting[0] if fitting else ""


def _tool(tool: _Tool) -> Tool:
    function = tool.function
    if not function.name:
        raise BadInput("a tool has no name", why="a model calls tools by their names", mend="name it")
    return Tool(
        name=function.name,
        description=function.description or "",
        parameters=function.parameters or any_object(),
    )


def _text(arguments: dict[str, Any] | str | None) -> str:
    return arguments if isinstance(arguments, str) else msgspec.json.encode(arguments or {}).decode()


def _images(given: list[str] | None) -> tuple[Part, ...]:
    return tuple(Image(f"data:{_kind(image)};base64,{image}".encode()) for image in given or ())


def _kind(image: str) -> str:
    """By the first bytes of what base64 holds."""
    return next((kind for start, kind in _KINDS if image.startswith(start)), "image/png")
