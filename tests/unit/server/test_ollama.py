"""Ollama's dialect: what a body comes down to, and whose model a name means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from partimento.core.conversation import Conversation, Image, Message, Text, Tool, ToolCall, said
from partimento.core.errors import BadInput
from partimento.server.asked import Wishes
from partimento.server.exchange import read_json
from partimento.server.ollama_reading import ChatBody, GenerateBody, chat_in, generate_in, name_of

USER = {"role": "user", "content": "Hello"}


def chat(**fields: Any) -> tuple[Conversation, Wishes]:
    return chat_in(read_json(json.dumps({"messages": [USER], **fields}).encode(), ChatBody), "little")


def generate(**fields: Any) -> tuple[Conversation, Wishes]:
    return generate_in(read_json(json.dumps({"prompt": "Hello", **fields}).encode(), GenerateBody), "little")


def test_a_prompt_is_a_chat_of_one_turn() -> None:
    conversation, wishes = generate(system="Be brief.", images=["/9j/"])
    asked = Message(role="user", parts=(Text("Hello"), Image(b"data:image/jpeg;base64,/9j/")))
    assert conversation.messages == (said("system", "Be brief."), asked)
    assert wishes == Wishes(model="little")


@pytest.mark.parametrize("field", [{"suffix": "x"}, {"raw": True}, {"template": "{{ .Prompt }}"}, {"context": [1, 2]}])
def test_what_goes_past_the_form_of_a_chat_is_refused(field: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=next(iter(field))):
        generate(**field)


def test_what_says_nothing_is_passed_over() -> None:
    bare = generate()
    assert generate(suffix="", raw=False, template=None, context=[], think=True, keep_alive="5m") == bare


def test_options_are_wishes_and_unknown_ones_are_passed_over() -> None:
    options = {
        "temperature": 0.5,
        "num_predict": 9,
        "seed": 7,
        "top_p": 0.9,
        "stop": ["X"],
        "num_ctx": 4096,
        "top_k": 4,
    }
    conversation, wishes = chat(options=options)
    assert wishes == Wishes(model="little", temperature=0.5, max_tokens=9, seed=7)
    assert (conversation.top_p, conversation.stop) == (0.9, ("X",))
    assert chat(options={"num_predict": -1})[1].max_tokens is None


def test_a_format_is_a_schema_or_the_word_json() -> None:
    schema = {"type": "object", "properties": {}}
    assert chat(format=schema)[1].schema == schema
    assert chat(format="json")[1].schema == {"type": "object"}
    assert chat(format="")[1].schema is chat(format=None)[1].schema is None
    with pytest.raises(BadInput, match="yaml"):
        chat(format="yaml")


def test_tools_are_read_and_their_answers_find_their_calls() -> None:
    look = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
    conversation, _ = chat(
        tools=[look],
        messages=[
            USER,
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [
                    {"function": {"name": "look", "arguments": {"symbol": "Dm7"}}},
                    {"function": {"name": "hear", "arguments": {}}},
                    {"id": "own", "function": {"name": "look", "arguments": {}}},
                ],
            },
            {"role": "tool", "content": "a tone", "tool_name": "hear"},
            {"role": "tool", "content": "an own one", "tool_call_id": "own"},
            {"role": "tool", "content": "D F A C"},
        ],
    )
    assert conversation.tools == (Tool(name="look", parameters={"type": "object"}),)
    assert conversation.messages[1].tool_calls == (
        ToolCall("call_0", "look", '{"symbol":"Dm7"}'),
        ToolCall("call_1", "hear", "{}"),
        ToolCall("own", "look", "{}"),
    )
    assert [message.tool_call_id for message in conversation.messages[2:]] == ["call_1", "own", "call_0"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"messages": [{"role": "queen", "content": "x"}]}, "queen"),
        ({"messages": "Hello"}, r"\$\.messages"),
        ({"tools": [{"type": "function", "function": {}}]}, "no name"),
        ({"options": {"temperature": []}}, r"\$\.options\.temperature"),
    ],
)
def test_what_cannot_be_used_is_named(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        chat(**fields)


def test_the_tag_latest_is_put_and_left_out_as_the_catalog_has_it() -> None:
    known = {"little", "nomic:latest", "qwen2.5:7b"}
    wanted = {
        "little": "little", "little:latest": "little", "nomic": "nomic:latest", "nomic:latest": "nomic:latest",
        "qwen2.5:7b": "qwen2.5:7b", "auto:latest": "auto", "task:theory:latest": "task:theory", "nobody": "nobody",
    }  # fmt: skip
    assert {name: name_of(name, known.__contains__) for name in wanted} == wanted


@pytest.mark.parametrize(("given", "leaves"), [(0, True), ("0", True), ("5m", False), (-1, False), (None, False)])
def test_keep_alive_nought_tells_a_model_to_leave(given: Any, leaves: bool) -> None:
    assert read_json(json.dumps({"keep_alive": given}).encode(), ChatBody).leaves is leaves
