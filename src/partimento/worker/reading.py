"""A chat completion's body as what is asked of the model. Knows OpenAI's dialect and llama-server's additions to it;
leaves the shapes to `bodies`, forced tools to `tool_calls`. Nothing is fetched: media come within the body, or not.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from partimento.core.conversation import Audio, Image, Message, Part, Role, Text, Tool, ToolCall
from partimento.core.errors import BadInput, UnknownName
from partimento.worker import bodies
from partimento.worker.ports import Ask, Media, Sampling
from partimento.worker.tool_calls import call_schema

_ROLES: dict[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool",
    "function": "tool",
}  # fmt: skip
_ANY_OBJECT = {"type": "object"}
_BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("temperature", 0, 100), ("top_p", 0, 1), ("min_p", 0, 1), ("top_k", -1, 1_000_000),
    ("presence_penalty", -2, 2), ("frequency_penalty", -2, 2), ("max_tokens", 1, 1 << 30),
    ("max_completion_tokens", 1, 1 << 30),
)  # fmt: skip


class Wanted(Struct, frozen=True, kw_only=True):
    """What is asked, and how it is to be told. `forced`: the text is a call of a tool, whole."""

    ask: Ask
    stream: bool = False
    usage: bool = False
    forced: bool = False


def wanted(body: bodies.ChatBody, adapters: Sequence[str]) -> Wanted:
    """What the body asks. Raises BadInput, UnknownName."""
    _check(body)
    messages = tuple(_message(turn) for turn in body.messages)
    tools = tuple(_tool(offered) for offered in body.tools or ())
    forced = _forced(body.tool_choice, tools)
    stop = (body.stop,) if isinstance(body.stop, str) else tuple(body.stop or ())
    ask = Ask(
        messages=messages,
        media=tuple(_decoded(part) for message in messages for part in message.parts if not isinstance(part, Text)),
        tools=() if body.tool_choice == "none" else tools,
        schema=call_schema(forced) if forced else _schema(body.response_format),
        adapter=_adapter(body, adapters),
        thinking=bool(body.chat_template_kwargs and body.chat_template_kwargs.enable_thinking),
        sampling=Sampling(
            max_tokens=body.max_completion_tokens or body.max_tokens,
            temperature=body.temperature,
            top_p=body.top_p,
            top_k=body.top_k if body.top_k and body.top_k > 0 else None,
            min_p=body.min_p,
            presence_penalty=body.presence_penalty,
            frequency_penalty=body.frequency_penalty,
            seed=body.seed if body.seed is None or body.seed >= 0 else None,  # llama-server's word for chance is -1
            stop=tuple(one for one in stop if one),
        ),
    )
    usage = bool(body.stream_options and body.stream_options.include_usage)
    return Wanted(ask=ask, stream=bool(body.stream), usage=usage, forced=bool(forced))


def texts(given: str | list[object]) -> tuple[str, ...]:
    """The texts to be embedded. Raises BadInput for token numbers, and for none."""
    found = (given,) if isinstance(given, str) else tuple(given)
    strings = tuple(text for text in found if isinstance(text, str))
    if not strings or len(strings) != len(found):
        raise BadInput(
            "the input is not text", why="token numbers mean something to one model only", mend="send strings"
        )
    return strings


def _check(body: bodies.ChatBody) -> None:
    if not body.messages:
        raise BadInput("there are no messages", mend="send at least one")
    if body.n not in (None, 1):
        raise BadInput(f"cannot make n={body.n} answers", why="it makes one a request", mend="ask as often")
    if body.logprobs:
        raise BadInput("cannot tell logprobs", why="they are not kept", mend="leave logprobs out")
    for name, least, most in _BOUNDS:
        value = getattr(body, name)
        if value is not None and not least <= value <= most:
            raise BadInput(f"cannot use {name}={value}", why=f"it goes from {least} to {most}", mend="leave it out")


def _message(turn: bodies.Turn) -> Message:
    if turn.role not in _ROLES:
        raise BadInput(f"there is no role {turn.role!r}", mend=f"one of {', '.join(_ROLES)}")
    content = turn.content
    return Message(
        role=_ROLES[turn.role],
        parts=(Text(content),) if isinstance(content, str) else tuple(_part(part) for part in content or ()),
        tool_calls=tuple(_called(call) for call in turn.tool_calls or ()),
        tool_call_id=turn.tool_call_id or "",
        name=turn.name or "",
    )


def _called(call: bodies.Called) -> ToolCall:
    arguments = call.function.arguments
    told = arguments if isinstance(arguments, str) else msgspec.json.encode(arguments).decode()
    return ToolCall(call.id or "", call.function.name, told)


def _part(part: bodies.Part) -> Part:
    if part.text is not None:
        return Text(part.text)
    if part.image_url is not None:
        return Image((part.image_url if isinstance(part.image_url, str) else part.image_url.url).encode())
    if part.input_audio is not None:
        return Audio(part.input_audio.data.encode(), part.input_audio.format)
    raise BadInput(f"a part of type {part.type!r} cannot be used", mend="use text, image_url or input_audio")


def _decoded(part: Image | Audio) -> Media:
    if isinstance(part, Audio):
        return Media("audio", part.format, _base64(part.data))
    if not part.source.startswith(b"data:"):
        raise BadInput("a picture is not within the request", why="nothing is fetched", mend="send it as a data: URL")
    head, _, data = part.source[5:].partition(b",")
    if not head.endswith(b";base64"):
        raise BadInput("a picture's data: URL is not in base64", mend="write it as data:image/png;base64,…")
    return Media("image", head.partition(b";")[0].decode("ascii", "replace") or "image/png", _base64(data))


def _base64(data: bytes) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise BadInput("a picture or a sound cannot be read", why=f"it is no base64: {error}") from error


def _tool(offered: bodies.ToolOffered) -> Tool:
    function = offered.function
    if offered.type != "function" or not function.name:
        raise BadInput(f"a tool of type {offered.type!r} cannot be used", why="tools are functions with a name")
    described = function.description or ""
    return Tool(name=function.name, description=described, parameters=function.parameters or dict(_ANY_OBJECT))


def _forced(choice: str | bodies.ToolChosen | None, tools: tuple[Tool, ...]) -> tuple[Tool, ...]:
    """The tools of which one must be called; () where none must."""
    if choice in (None, "auto", "none"):
        return ()
    name = choice.function.name if isinstance(choice, bodies.ToolChosen) else ""
    found = tuple(tool for tool in tools if choice == "required" or tool.name == name)
    if not found:
        raise BadInput(
            f"there is no tool {name or choice!r}",
            why="tool_choice asks for it",
            mend=f"one of: {', '.join(tool.name for tool in tools) or 'none was given'}",
        )
    return found


def _schema(wish: bodies.ResponseFormat | None) -> dict[str, object] | None:
    if wish is None or wish.type == "text":
        return None
    if wish.type == "json_object":
        return dict(_ANY_OBJECT)
    if wish.type != "json_schema" or wish.json_schema is None or wish.json_schema.schema is None:
        raise BadInput(
            f"cannot answer in {wish.type!r}", mend='use {"type": "json_schema", "json_schema": {"schema": …}}'
        )
    return wish.json_schema.schema


def _adapter(body: bodies.ChatBody, adapters: Sequence[str]) -> str:
    name = body.adapter or ""
    for lora in body.lora or ():
        if not 0 <= lora.id < len(adapters):
            raise UnknownName("adapter", str(lora.id), [str(place) for place in range(len(adapters))])
        if lora.scale not in (0, 1) or (lora.scale and name and name != adapters[lora.id]):
            raise BadInput(
                "cannot use these adapters", why="one is on as it is, or none", mend="ask for one, at scale 1"
            )
        if lora.scale:
            name = adapters[lora.id]
    if name and name not in adapters:
        raise UnknownName("adapter", name, adapters)
    return name
