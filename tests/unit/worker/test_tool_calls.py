"""Calls of tools in what models write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from partimento.core.conversation import Tool
from partimento.core.errors import BadInput
from partimento.worker.tool_calls import call_schema, parted, showable

CITY = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
TOOLS = (Tool(name="weather", parameters=CITY), Tool(name="time", parameters={"type": "object"}))
WANTED = ("weather", {"city": "Graz", "days": 2})
WRITTEN = '{"name": "weather", "arguments": {"city": "Graz", "days": 2}}'


def _found(text: str) -> tuple[str, list[tuple[str, Any]]]:
    rest, calls = parted(text, TOOLS)
    return rest, [(call.name, json.loads(call.arguments)) for call in calls]


@pytest.mark.parametrize(
    "text",
    [
        f"<tool_call>\n{WRITTEN}\n</tool_call>",
        f"<tool_call>{WRITTEN}",
        "<tool_call>\n<function=weather>\n<parameter=city>\nGraz\n</parameter>\n<parameter=days>\n2\n</parameter>\n"
        "</function>\n</tool_call>",
        f"[TOOL_CALLS][{WRITTEN}]",
        '[TOOL_CALLS]weather[ARGS]{"city": "Graz", "days": 2}',
        f"<|tool_call|>[{WRITTEN}]<|/tool_call|>",
        f"<|python_tag|>{WRITTEN.replace('arguments', 'parameters')}",
        WRITTEN.replace("arguments", "parameters"),
        f"  [{WRITTEN}]",
    ],
)
def test_the_common_spellings_are_read(text: str) -> None:
    assert _found(text)[1] == [WANTED]


def test_several_calls_come_in_their_order_after_the_words_before_them() -> None:
    text = f'Both.\n<tool_call>\n{WRITTEN}\n</tool_call>\n<tool_call>\n{{"name": "time"}}\n</tool_call>'
    assert _found(text) == ("Both.", [WANTED, ("time", {})])


@pytest.mark.parametrize(
    "text",
    [
        "no call at all",
        '{"name": "nobody", "arguments": {}}',
        "<tool_call>broken</tool_call>",
        f"in the middle: {WRITTEN}",
        '{"name": "weather", "arguments": "text"}',
        "{" * 5000,
    ],
)
def test_what_is_no_call_stays_text(text: str) -> None:
    assert _found(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Hello", "Hello"), ("Hello <tool", "Hello "), ("Hello <tool_call>{", "Hello "), ("a < b", "a < b"), (" {", "")],
)
def test_no_beginning_of_a_call_is_shown(text: str, shown: str) -> None:
    assert text[: showable(text)] == shown


def test_what_a_tool_refers_to_is_found_from_the_root() -> None:
    parameters = {"$defs": {"key": {"type": "string"}}, "properties": {"key": {"$ref": "#/$defs/key"}}}
    schema = call_schema([Tool(name="play", parameters=parameters), TOOLS[0]])
    assert schema["$defs"] == {"key": {"type": "string"}}
    assert "$defs" not in schema["anyOf"][0]["properties"]["arguments"]


def test_two_meanings_of_one_name_are_refused() -> None:
    tools = [Tool(name=name, parameters={"$defs": {"key": {"type": name}}}) for name in ("string", "number")]
    with pytest.raises(BadInput, match="key"):
        call_schema(tools)
