"""A call as the body of a chat completion. Knows the protocol's spelling of messages, tools and schemas. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from partimento.core.conversation import Audio, Conversation, Image, Message, Part, Text, Tool, ToolCall
from partimento.core.model import Model
from partimento.core.ports import Call
from partimento.decoding.schema import is_strict
from partimento.engines.openai.dialect import LLAMA_CPP, Dialect

ANSWER = "answer"
"""What the schema of an answer is called, and the tool that takes it."""


def chat_body(call: Call, dialect: Dialect) -> dict[str, Any]:
    """The JSON body in that dialect."""
    body: dict[str, Any] = {
        "model": call.model.upstream or call.model.id,
        "messages": _messages(call, dialect),
        dialect.tokens: call.max_tokens,
    }
    if call.stream:
        body["stream"] = True
        body["stream_options"] = {"include_usage": True}
    if call.temperature is not None:
        body["temperature"] = call.temperature
    if call.seed is not None:
        body["seed"] = call.seed
    if call.conversation is not None:
        _add_wishes(body, call.conversation)
    if call.schema is not None:
        _add_schema(body, call.schema, dialect)
    if call.model.adapters:
        body |= _adapters(call.model)
    for name in dialect.left_out & body.keys():
        del body[name]
    return body


def instruction(call: Call, dialect: Dialect) -> str:
    """What is said before everything else: the call's own, the conversation's beginning, a schema in words."""
    parts = [call.system.strip()]
    if call.conversation is not None:
        parts += [message.text for message in leading(call.conversation)]
    if call.schema is not None and dialect.form in ("object", "words"):
        told = msgspec.json.encode(call.schema).decode()
        parts.append(f"Answer with JSON that follows this JSON schema, and with nothing else:\n{told}")
    return "\n\n".join(part for part in parts if part)


def leading(conversation: Conversation) -> tuple[Message, ...]:
    """The system messages it opens with: many chat templates take no more than one, and it must be the first."""
    for place, message in enumerate(conversation.messages):
        if message.role != "system":
            return conversation.messages[:place]
    return conversation.messages


def _messages(call: Call, dialect: Dialect) -> list[dict[str, Any]]:
    told = instruction(call, dialect)
    messages: list[dict[str, Any]] = [{"role": "system", "content": told}] if told else []
    if call.conversation is None:
        messages.append({"role": "user", "content": call.user})
    else:
        rest = call.conversation.messages[len(leading(call.conversation)) :]
        messages += [_message(message) for message in rest]
    return messages


def _message(message: Message) -> dict[str, Any]:
    said: dict[str, Any] = {"role": message.role}
    if message.role == "user" and any(not isinstance(part, Text) for part in message.parts):
        said["content"] = [_part(part) for part in message.parts]
    else:
        said["content"] = message.text
    if message.name:
        said["name"] = message.name
    if message.role == "tool":
        said["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        said["content"] = said["content"] or None
        said["tool_calls"] = [_used(used) for used in message.tool_calls]
    return said


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    if isinstance(part, Image):
        image = {"url": part.source.decode("ascii", "replace")}
        return {"type": "image_url", "image_url": image | ({"detail": part.detail} if part.detail else {})}
    return {"type": "input_audio", "input_audio": sound(part)}


def sound(part: Audio) -> dict[str, str]:
    """Sound, as both protocols have it."""
    return {"data": part.data.decode("ascii", "replace"), "format": part.format}


def _used(used: ToolCall) -> dict[str, Any]:
    return {"id": used.id, "type": "function", "function": {"name": used.name, "arguments": used.arguments}}


def _add_wishes(body: dict[str, Any], conversation: Conversation) -> None:
    if conversation.tools:
        body["tools"] = [{"type": "function", "function": _tool(tool)} for tool in conversation.tools]
        if conversation.tool_choice in ("none", "required"):
            body["tool_choice"] = conversation.tool_choice
        elif conversation.tool_choice != "auto":
            body["tool_choice"] = {"type": "function", "function": {"name": conversation.tool_choice}}
        if not conversation.parallel_tool_calls:
            body["parallel_tool_calls"] = False
    if conversation.stop:
        body["stop"] = conversation.stop
    for name in ("top_p", "presence_penalty", "frequency_penalty"):
        if (value := getattr(conversation, name)) is not None:
            body[name] = value
    if conversation.reasoning_effort:
        body["reasoning_effort"] = conversation.reasoning_effort


def _tool(tool: Tool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": tool.name, "parameters": tool.parameters}
    if tool.description:
        told["description"] = tool.description
    if tool.strict:
        told["strict"] = True
    return told


def _adapters(model: Model) -> dict[str, Any]:
    """Which of a local model's adapters are on. llama.cpp wants the scale of each: a slot remembers the last one's."""
    if model.engine == LLAMA_CPP:
        scales = [
            {"id": number, "scale": float(name == model.adapter)} for number, name in enumerate(sorted(model.adapters))
        ]
        return {"lora": scales, "cache_prompt": True}
    return {"adapter": model.adapter} if model.adapter else {}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _add_schema(body: dict[str, Any], schema: dict[str, Any], dialect: Dialect) -> None:
    if dialect.form == "grammar":
        # as response_format, white space would be free, on which a weak model can spend all its tokens
        manner = {"whitespace_flexible": False, "lenient": True}
        body["grammar"] = f"%llguidance {{}}\nstart: %json {_json({**schema, 'x-guidance': manner})}"
    elif dialect.form == "schema":
        told = {"name": ANSWER, "schema": schema, "strict": is_strict(schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": told}
    elif dialect.form == "object":
        body["response_format"] = {"type": "json_object"}
    elif dialect.form == "tool":
        function = {"name": ANSWER, "description": "Give the answer.", "parameters": schema}
        body["tools"] = [{"type": "function", "function": function}]
        body["tool_choice"] = {"type": "function", "function": {"name": ANSWER}}
