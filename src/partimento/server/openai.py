"""Chat completions, OpenAI's first dialect and everybody's: bodies in, completions and chunks out.

Knows that dialect's spelling; leaves what is asked to `asked`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from partimento.core.conversation import Audio, Conversation, Image, Message, Part, Role, Text, Tool, ToolCall
from partimento.core.errors import BadInput
from partimento.core.result import Delta, Receipt
from partimento.server.again import Again
from partimento.server.asked import Turn, Wishes, asked, pieces, receipt_headers, stream_headers, turn
from partimento.server.exchange import Ask, Door, Reply, Stream, any_object, as_json
from partimento.server.problems import body_of

ROLES: dict[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool",
    "function": "tool",
}  # fmt: skip


class _Function(Struct):
    name: str = ""
    arguments: str = "{}"
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class _ToolCall(Struct):
    function: _Function
    id: str = ""


class _Url(Struct):
    url: str
    detail: str | None = None


class _Sound(Struct):
    data: str
    format: str = "wav"


class _Part(Struct):
    type: str
    text: str | None = None
    refusal: str | None = None
    image_url: _Url | str | None = None
    input_audio: _Sound | None = None


class _Message(Struct):
    role: str
    content: str | list[_Part] | None = None
    tool_calls: list[_ToolCall] | None = None
    tool_call_id: str | None = None
    name: str | None = None


class _Tool(Struct):
    type: str = "function"
    function: _Function | None = None


class _Choice(Struct):
    function: _Function


class _JsonSchema(Struct):
    schema: dict[str, Any] | None = None


class _Format(Struct):
    type: str = "text"
    json_schema: _JsonSchema | None = None


class _StreamOptions(Struct):
    include_usage: bool = False


class ChatBody(Struct):
    """What is read of a request; other fields are passed over."""

    messages: list[_Message]
    model: str = "auto"
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    reasoning_effort: str | None = None
    response_format: _Format | None = None
    tools: list[_Tool] | None = None
    tool_choice: str | _Choice | None = None
    parallel_tool_calls: bool | None = None
    user: str | None = None
    safety_identifier: str | None = None
    n: int | None = None


class _OutCall(Struct):
    id: str
    function: dict[str, str]
    type: str = "function"
    index: int | UnsetType = UNSET


class _Said(Struct):
    role: str | UnsetType = UNSET
    content: str | UnsetType | None = UNSET
    refusal: str | UnsetType | None = UNSET
    tool_calls: list[_OutCall] | UnsetType = UNSET


class _OutChoice(Struct):
    index: int
    message: _Said | UnsetType = UNSET
    delta: _Said | UnsetType = UNSET
    logprobs: None = None
    finish_reason: str | None = None


class _OutUsage(Struct):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(Struct):
    """A completion, or a chunk of one."""

    id: str
    object: str
    created: int
    model: str
    choices: list[_OutChoice]
    usage: _OutUsage | UnsetType | None = UNSET
    system_fingerprint: str | None = None


_encode = msgspec.json.Encoder().encode
_again = Again()


async def complete(ask: Ask) -> Reply | Stream:
    """POST /v1/chat/completions."""
    known = _again.recall(ask)
    if known is None:
        body = ask.read(ChatBody)
        if body.n not in (None, 1):
            raise BadInput("n must be 1", why="one request has one answer here", mend="send several requests")
        wanted = _again.keep(ask, body, asked(ask, conversation_of(body), _wishes(body)))
    else:
        body, wanted = known
    if not body.stream:
        made = await turn(ask, wanted)
        return Reply(_encode(_completion(made)), headers=receipt_headers(ask, made.receipt))
    events = pieces(ask, wanted)
    first = await anext(events)
    told = body.stream_options is not None and body.stream_options.include_usage
    return Stream(_chunks(first, events, usage=told, where=ask.path), headers=stream_headers(ask, first))


doors = (
    Door(
        method="POST", path="/v1/chat/completions", opened=complete, summary="A chat completion", dialect="openai",
        body=ChatBody, answer=Completion, streams="text/event-stream",
    ),
)  # fmt: skip


def conversation_of(body: ChatBody) -> Conversation:
    """The conversation in the body. Raises BadInput for parts that no model here takes."""
    choice = body.tool_choice
    stop = [body.stop] if isinstance(body.stop, str) else body.stop or []
    return Conversation(
        messages=tuple(map(_message, body.messages)),
        tools=tuple(_tool(tool) for tool in body.tools or ()),
        tool_choice=choice.function.name if isinstance(choice, _Choice) else choice or "auto",
        parallel_tool_calls=body.parallel_tool_calls is not False,
        stop=tuple(stop),
        top_p=body.top_p,
        presence_penalty=body.presence_penalty,
        frequency_penalty=body.frequency_penalty,
        reasoning_effort=body.reasoning_effort or "",
    )


def _wishes(body: ChatBody) -> Wishes:
    schema = None
    if body.response_format is not None and body.response_format.type in ("json_schema", "json_object"):
        given = body.response_format.json_schema
        schema = (given.schema if given else None) or any_object()
    return Wishes(
        model=body.model,
        schema=schema,
        temperature=body.temperature,
        max_tokens=body.max_completion_tokens or body.max_tokens,
        seed=body.seed,
        user=body.user or body.safety_identifier or "",
    )


def _message(message: _Message) -> Message:
    role = ROLES.get(message.role)
    if role is None:
        raise BadInput(
            f"there is no role {message.role!r}", why="a message has one of them", mend=f"one of {', '.join(ROLES)}"
        )
    content = message.content
    parts = (Text(content),) if isinstance(content, str) else tuple(_part(part) for part in content or ())
    if role != "assistant" and not message.tool_calls and message.name is None and not message.tool_call_id:
        return Message(role=role, parts=parts)
    return Message(
        role=role,
        parts=parts,
        tool_calls=tuple(
            ToolCall(call.id, call.function.name, call.function.arguments) for call in message.tool_calls or ()
        ),
        tool_call_id=message.tool_call_id or "",
        name=message.name or "",
    )


def _part(part: _Part) -> Part:
    if part.text is not None:
        return Text(part.text)
    if part.image_url is not None:
        url = part.image_url if isinstance(part.image_url, _Url) else _Url(part.image_url)
        return Image(url.url.encode(), url.detail or "")
    if part.input_audio is not None:
        return Audio(part.input_audio.data.encode(), part.input_audio.format)
    if part.refusal is not None:
        return Text(part.refusal)
    raise BadInput(
        f"a part of type {part.type!r} cannot be used",
        why="messages have parts of type text, image_url and input_audio",
        mend="leave it out",
    )


def _tool(tool: _Tool) -> Tool:
    function = tool.function
    if tool.type != "function" or function is None or not function.name:
        raise BadInput(
            f"a tool of type {tool.type!r} cannot be used", why="tools are functions with a name", mend="leave it out"
        )
    return Tool(
        name=function.name,
        description=function.description or "",
        parameters=function.parameters or any_object(),
        strict=bool(function.strict),
    )


def _completion(made: Turn) -> Completion:
    answer = made.answer
    calls = [_OutCall(c.id, {"name": c.name, "arguments": c.arguments}) for c in answer.tool_calls]
    said = _Said("assistant", answer.text if answer.text or not calls else None, None, calls or UNSET)
    choice = _OutChoice(0, message=said, finish_reason=answer.finish)
    receipt = made.receipt
    return Completion(
        f"chatcmpl-{receipt.memory_id[:24]}", "chat.completion", int(time.time()), receipt.model, [choice],
        _usage(receipt),
    )  # fmt: skip


async def _chunks(
    first: Delta | Turn, events: AsyncGenerator[Delta | Turn, None], *, usage: bool, where: str
) -> AsyncGenerator[bytes, None]:
    """Server-sent events: the role, pieces of text, calls of tools, why it ended, usage where asked, [DONE]."""
    model = first.receipt.model if isinstance(first, Turn) else first.model
    name, created = f"chatcmpl-{time.time_ns():x}", int(time.time())

    def chunk(choices: list[_OutChoice], used: _OutUsage | UnsetType | None = UNSET) -> bytes:
        whole = Completion(name, "chat.completion.chunk", created, model, choices, used)
        return b"data: " + _encode(whole) + b"\n\n"

    def said(delta: _Said, finish: str | None = None) -> bytes:
        return chunk([_OutChoice(0, delta=delta, finish_reason=finish)], None if usage else UNSET)

    shown = False
    yield said(_Said("assistant", ""))
    async with aclosing(events):
        event: Delta | Turn = first
        try:
            while not isinstance(event, Turn):
                shown = True
                yield said(_Said(content=event.text))
                event = await anext(events)
        except Exception as error:  # noqa: BLE001  # the head is sent: only an event can tell it now
            yield b"data: %s\n\n" % as_json(body_of(error, "openai", where))
            return
    answer = event.answer
    if answer.text and not shown:
        yield said(_Said(content=answer.text))
    if answer.tool_calls:
        calls = [
            _OutCall(call.id, {"name": call.name, "arguments": call.arguments}, index=position)
            for position, call in enumerate(answer.tool_calls)
        ]
        yield said(_Said(tool_calls=calls))
    yield said(_Said(), answer.finish)
    if usage:
        yield chunk([], _usage(event.receipt))
    yield b"data: [DONE]\n\n"


def _usage(receipt: Receipt) -> _OutUsage:
    given, written = receipt.input_tokens, receipt.output_tokens
    return _OutUsage(given, written, given + written)
