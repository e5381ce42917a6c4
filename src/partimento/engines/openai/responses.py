"""A call as the body of OpenAI's responses: no seed, no stop words, no penalties; nothing is stored there. Pure."""

from __future__ import annotations

from typing import Any

from partimento.core.conversation import Conversation, Image, Message, Part, Text, Tool
from partimento.core.ports import Call
from partimento.decoding.schema import is_strict
from partimento.engines.openai.chat import ANSWER, instruction, leading, sound
from partimento.engines.openai.dialect import Dialect

UNKNOWN_HERE = ("stop", "presence_penalty", "frequency_penalty")


def responses_body(call: Call, dialect: Dialect) -> dict[str, Any]:
    """The JSON body in that dialect."""
    body: dict[str, Any] = {
        "model": call.model.upstream or call.model.id,
        "input": _input(call),
        "max_output_tokens": call.max_tokens,
        "store": False,
    }
    if told := instruction(call, dialect):
        body["instructions"] = told
    if call.stream:
        body["stream"] = True
    if call.temperature is not None:
        body["temperature"] = call.temperature
    if call.conversation is not None:
        _add_wishes(body, call.conversation)
    if call.schema is not None:
        _add_schema(body, call.schema, dialect)
    for name in dialect.left_out & body.keys():
        del body[name]
    return body


def _input(call: Call) -> list[dict[str, Any]]:
    if call.conversation is None:
        return [{"role": "user", "content": call.user}]
    rest = call.conversation.messages[len(leading(call.conversation)) :]
    return [item for message in rest for item in _items(message)]


def _items(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        return [{"type": "function_call_output", "call_id": message.tool_call_id, "output": message.text}]
    items: list[dict[str, Any]] = []
    if message.role == "user" and any(not isinstance(part, Text) for part in message.parts):
        items.append({"role": "user", "content": [_part(part) for part in message.parts]})
    elif message.parts:
        items.append({"role": message.role, "content": message.text})
    return items + [
        {"type": "function_call", "call_id": used.id, "name": used.name, "arguments": used.arguments}
        for used in message.tool_calls
    ]


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "input_text", "text": part.text}
    if isinstance(part, Image):
        image = {"type": "input_image", "image_url": part.source.decode("ascii", "replace")}
        return image | ({"detail": part.detail} if part.detail else {})
    return {"type": "input_audio", "input_audio": sound(part)}


def _add_wishes(body: dict[str, Any], conversation: Conversation) -> None:
    if conversation.tools:
        body["tools"] = [_tool(tool) for tool in conversation.tools]
        if conversation.tool_choice in ("none", "required"):
            body["tool_choice"] = conversation.tool_choice
        elif conversation.tool_choice != "auto":
            body["tool_choice"] = {"type": "function", "name": conversation.tool_choice}
        if not conversation.parallel_tool_calls:
            body["parallel_tool_calls"] = False
    if conversation.top_p is not None:
        body["top_p"] = conversation.top_p
    if conversation.reasoning_effort:
        body["reasoning"] = {"effort": conversation.reasoning_effort}


def _tool(tool: Tool) -> dict[str, Any]:
    # here a tool is strict unless it says that it is not
    told: dict[str, Any] = {
        "type": "function", "name": tool.name, "parameters": tool.parameters, "strict": tool.strict,
    }  # fmt: skip
    return told | ({"description": tool.description} if tool.description else {})


def _add_schema(body: dict[str, Any], schema: dict[str, Any], dialect: Dialect) -> None:
    if dialect.form == "schema":
        told = {"type": "json_schema", "name": ANSWER, "schema": schema, "strict": is_strict(schema)}
        body["text"] = {"format": told}
    elif dialect.form == "object":
        body["text"] = {"format": {"type": "json_object"}}
    elif dialect.form == "tool":
        body["tools"] = [_tool(Tool(name=ANSWER, description="Give the answer.", parameters=schema))]
        body["tool_choice"] = {"type": "function", "name": ANSWER}
