"""A conversation as chat templates take it: the dicts that transformers' `apply_chat_template` hands to a checkpoint's
template, and words for what a template cannot say. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from partimento.core.conversation import Message, Text, Tool, said
from partimento.core.errors import BadInput


def messages_of(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Messages of words. Parts that are no Text are left out: an engine that takes them says where they stand."""
    return [_message(message) for message in messages]


def tools_of(tools: Sequence[Tool]) -> list[dict[str, Any]] | None:
    """Tools as templates take them; None where there are none, since an empty list makes some templates speak of it."""
    told = [
        {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
        for tool in tools
    ]  # fmt: skip
    return [{"type": "function", "function": function} for function in told] or None


def with_tools_known(
    template: str, messages: tuple[Message, ...], tools: tuple[Tool, ...]
) -> tuple[tuple[Message, ...], tuple[Tool, ...]]:
    """The conversation, and the tools that are left for the template to tell: all or, where it knows none, none."""
    if tools and "tools" not in template:
        return with_tools_in_words(messages, tools), ()
    return messages, tools


def with_tools_in_words(messages: Sequence[Message], tools: Sequence[Tool]) -> tuple[Message, ...]:
    """For a template that knows no tools: they are told in the words that most models have been trained on, and calls
    and their answers are told as text.
    """
    told = "\n".join(msgspec.json.encode(tool).decode() for tool in tools_of(tools) or ())
    words = (
        "You may call one or more functions to assist with the user query. The functions, as JSON schemas:\n"
        f"<tools>\n{told}\n</tools>\n"
        "For each function call return a JSON object with its name and arguments within <tool_call></tool_call>:\n"
        '<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>'
    )
    plain = [_spelt_out(message) for message in messages]
    if plain and plain[0].role == "system":
        return (said("system", f"{plain[0].text}\n\n{words}"), *plain[1:])
    return (said("system", words), *plain)


def without_system(messages: Sequence[Message]) -> tuple[Message, ...]:
    """For a template that takes no system message: its words open the first one of the user's."""
    told = "\n\n".join(message.text for message in messages if message.role == "system")
    rest = [message for message in messages if message.role != "system"]
    if not told:
        return tuple(rest)
    for place, message in enumerate(rest):
        if message.role == "user":
            opened = msgspec.structs.replace(message, parts=(Text(f"{told}\n\n"), *message.parts))
            return (*rest[:place], opened, *rest[place + 1 :])
    return (said("user", told), *rest)


def untold(why: str) -> BadInput:
    """What a conversation has come to that no telling of it got through the template."""
    return BadInput(
        "the model's template does not take this conversation",
        why=why,
        mend="begin with the user, and let user and assistant take turns",
    )


def _message(message: Message) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.name:
        told["name"] = message.name
    if message.tool_call_id:
        told["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        told["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _read(call.arguments)}}
            for call in message.tool_calls
        ]
    return told


def _spelt_out(message: Message) -> Message:
    if message.role == "tool":
        return said("user", f"<tool_response>\n{message.text}\n</tool_response>")
    if not message.tool_calls:
        return message
    calls = [{"name": call.name, "arguments": _read(call.arguments)} for call in message.tool_calls]
    told = "\n".join(f"<tool_call>\n{msgspec.json.encode(call).decode()}\n</tool_call>" for call in calls)
    return said(message.role, f"{message.text}\n{told}".strip())


def _read(arguments: str) -> Any:
    """Templates write arguments out as JSON themselves."""
    try:
        return msgspec.json.decode(arguments)
    except msgspec.DecodeError:
        return arguments
