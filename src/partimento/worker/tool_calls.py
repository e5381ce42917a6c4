"""Calls of tools in what a model wrote: the common templates' spellings, and the schema that makes a call sure. Pure.

Read are Hermes' and Qwen's <tool_call>, with JSON or with <function=…> inside, Mistral's [TOOL_CALLS], Phi's
<|tool_call|>, and Llama's bare JSON with or without <|python_tag|>. What names no tool that was offered stays text.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Sequence
from typing import Any, Final

from partimento.core.conversation import Tool, ToolCall
from partimento.core.errors import BadInput

MARKS: Final = ("<tool_call>", "<|tool_call|>", "[TOOL_CALLS]", "<|python_tag|>")
"""What a call begins with, where a template has a mark for it."""
_FUNCTION = re.compile(r"<function=([^>\n]+)>(.*?)</function>", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([^>\n]+)>\n?(.*?)\n?</parameter>", re.DOTALL)
_ARGS = re.compile(r"(?:\[TOOL_CALLS\])?\s*([\w.-]+)\[ARGS\]\s*(?=\{)")
_json = json.JSONDecoder()  # reads a value from within a text, which msgspec does not


def call_schema(tools: Sequence[Tool]) -> dict[str, Any]:
    """The JSON schema of a call of one of them, in the words that models were trained on. Raises BadInput."""
    definitions: dict[str, dict[str, Any]] = {}
    calls = [_one_call(tool, definitions) for tool in tools]
    return {**(calls[0] if len(calls) == 1 else {"anyOf": calls}), **definitions}


def _one_call(tool: Tool, definitions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """References count from the root of a schema, so what they lead to moves there."""
    parameters = dict(tool.parameters)
    for place in ("$defs", "definitions"):
        for name, schema in parameters.pop(place, {}).items():
            if definitions.setdefault(place, {}).setdefault(name, schema) != schema:
                raise BadInput(
                    f"two tools define {name!r} differently", mend=f"name one of them otherwise, or force {tool.name}"
                )
    return {
        "type": "object",
        "properties": {"name": {"const": tool.name}, "arguments": parameters},
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }


def parted(text: str, tools: Sequence[Tool]) -> tuple[str, tuple[ToolCall, ...]]:
    """The text that is none, and the calls; the whole text and () where there are none."""
    start = min((place for mark in MARKS if (place := text.find(mark)) >= 0), default=-1)
    if start < 0 and text.lstrip()[:1] not in ("{", "["):
        return text, ()
    begun = max(start, 0)
    calls = tuple(_calls(text[begun:], {tool.name: tool for tool in tools}))
    return (text[:begun].rstrip(), calls) if calls else (text, ())


def showable(text: str) -> int:
    """How many characters of an unfinished text are surely no call, nor the beginning of one's mark."""
    if not text.strip() or text.lstrip()[0] in "{[":
        return 0
    start = min((place for mark in MARKS if (place := text.find(mark)) >= 0), default=-1)
    if start >= 0:
        return start
    longest = max(len(mark) for mark in MARKS)
    for length in range(min(longest, len(text)), 0, -1):
        if any(mark.startswith(text[-length:]) for mark in MARKS):
            return len(text) - length
    return len(text)


def _calls(text: str, tools: dict[str, Tool]) -> Iterator[ToolCall]:
    for name, inside in _FUNCTION.findall(text):
        if name in tools:
            yield _call(name, {key: _typed(value, tools[name], key) for key, value in _PARAMETER.findall(inside)})
    for match in _ARGS.finditer(text):
        if match[1] in tools and isinstance(arguments := _value_at(text, match.end())[0], dict):
            yield _call(match[1], arguments)
    for found in _values(text):
        name = found.get("name")
        arguments = found.get("arguments", found.get("parameters", {}))
        if isinstance(name, str) and name in tools and isinstance(arguments, dict):
            yield _call(name, arguments)


def _values(text: str) -> Iterator[dict[str, Any]]:
    """The outermost JSON objects within the text, those of lists too."""
    place = 0
    while (place := text.find("{", place)) >= 0:
        found, end = _value_at(text, place)
        if isinstance(found, dict):
            yield found
        place = max(end, place + 1)


def _value_at(text: str, place: int) -> tuple[Any, int]:
    try:
        found: tuple[Any, int] = _json.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None, place
    return found


def _typed(value: str, tool: Tool, name: str) -> Any:
    """A parameter that is no string was written as JSON."""
    told = tool.parameters.get("properties", {}).get(name, {})
    if isinstance(told, dict) and told.get("type") == "string":
        return value
    found, end = _value_at(value, 0)
    return found if end == len(value) and end else value


def _call(name: str, arguments: dict[str, Any]) -> ToolCall:
    return ToolCall(f"call_{secrets.token_hex(12)}", name, json.dumps(arguments, ensure_ascii=False))
