"""Anthropic's dialect: what a body comes down to, and what is counted of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from partimento.core.conversation import Conversation, Image, Message, Text, Tool, ToolCall, said
from partimento.core.errors import BadInput
from partimento.core.result import Delta
from partimento.server.anthropic import event_stream, tokens_in
from partimento.server.anthropic_reading import CountBody, MessagesBody, conversation_of, wishes_of
from partimento.server.asked import Turn
from partimento.server.exchange import read_json

USER = {"role": "user", "content": "Hello"}
LOOK = {"name": "look", "description": "Notes", "input_schema": {"type": "object"}}
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "/9j/"}}


def body(**fields: Any) -> MessagesBody:
    return read_json(json.dumps({"max_tokens": 9, "messages": [USER], **fields}).encode(), MessagesBody)


def read(**fields: Any) -> Conversation:
    return conversation_of(body(**fields))


def test_the_system_prompt_comes_first_as_text_or_as_blocks() -> None:
    blocks = [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]
    wanted = (said("system", "Be brief."), said("user", "Hello"))
    assert read(system="Be brief.").messages == read(system=blocks).messages == wanted


def test_blocks_are_parts_calls_and_answers_of_tools() -> None:
    messages = read(
        messages=[
            {"role": "user", "content": [{"type": "text", "text": "A chord?"}, PICTURE]},
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "hm", "signature": "x"},
                    {"type": "text", "text": "I look."},
                    {"type": "tool_use", "id": "t1", "name": "look", "input": {"symbol": "Dm7"}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "t1", "content": "D F A C"},
                    {"type": "text", "text": "Go on."},
                ],
            },
        ]
    ).messages
    assert messages == (
        Message(role="user", parts=(Text("A chord?"), Image(b"data:image/jpeg;base64,/9j/"))),
        Message(
            role="assistant",
            parts=(Text("I look."),),
            tool_calls=(ToolCall("t1", "look", '{"symbol":"Dm7"}'),),
        ),
        Message(role="tool", parts=(Text("D F A C"),), tool_call_id="t1"),
        said("user", "Go on."),
    )


def test_pictures_that_tools_gave_follow_all_of_their_answers() -> None:
    given = [
        {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "see"}, PICTURE]},
        {"type": "tool_result", "tool_use_id": "t2", "content": "no key", "is_error": True},
        {"type": "tool_result", "tool_use_id": "t3"},
    ]
    messages = read(messages=[{"role": "user", "content": given}]).messages
    assert [message.role for message in messages] == ["tool", "tool", "tool", "user"]
    assert messages[1].text == "The tool failed.\nno key"
    assert messages[3].parts == (Image(b"data:image/jpeg;base64,/9j/"),)


def test_urls_and_plain_documents_are_read() -> None:
    url = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
    text = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a page"}}
    assert read(messages=[{"role": "user", "content": [url, text]}]).messages[0].parts == (
        Image(b"https://example.org/a.png"),
        Text("a page"),
    )


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ({"type": "auto"}, "auto"),
        ({"type": "any"}, "required"),
        ({"type": "none"}, "none"),
        ({"type": "tool", "name": "look"}, "look"),
    ],
)
def test_tools_and_choices_are_read(choice: dict[str, Any], wanted: str) -> None:
    found = read(tools=[LOOK], tool_choice={**choice, "disable_parallel_tool_use": True})
    assert found.tools == (Tool(name="look", description="Notes", parameters={"type": "object"}),)
    assert (found.tool_choice, found.parallel_tool_calls) == (wanted, False)


def test_wishes_are_read_and_what_only_their_models_know_is_passed_over() -> None:
    schema = {"type": "object", "properties": {}}
    asked = body(
        model="small", temperature=0.5, top_p=0.9, top_k=4, stop_sequences=["X"], metadata={"user_id": "u1"},
        thinking={"type": "enabled", "budget_tokens": 1024}, service_tier="auto", context_management={},
        output_config={"effort": "max", "format": {"type": "json_schema", "schema": schema}},
    )  # fmt: skip
    wishes, conversation = wishes_of(asked), conversation_of(asked)
    assert (wishes.model, wishes.temperature, wishes.max_tokens, wishes.user) == ("small", 0.5, 9, "u1")
    assert wishes.schema == schema
    assert (conversation.top_p, conversation.stop, conversation.reasoning_effort) == (0.9, ("X",), "high")
    assert wishes_of(body(output_format={"type": "json_schema", "schema": schema})).schema == schema


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"max_tokens": None}, "max_tokens"),
        ({"messages": "Hello"}, r"\$\.messages"),
        ({"messages": [{"role": "queen", "content": "x"}]}, "queen"),
        ({"messages": [{"role": "user", "content": [{"type": "search_result"}]}]}, "search_result"),
        ({"messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "base64"}}]}]}, "document"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "web_search_20250305"),
        ({"tool_choice": {"type": "some"}}, "some"),
        ({"output_config": {"format": {"type": "yaml"}}}, "yaml"),
    ],
)
def test_what_cannot_be_used_is_named(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(**fields), wishes_of(body(**fields))


def test_max_tokens_must_be_there_for_an_answer_but_not_for_a_count() -> None:
    without = json.dumps({"messages": [USER]}).encode()
    assert conversation_of(read_json(without, CountBody)).messages == (said("user", "Hello"),)
    with pytest.raises(BadInput, match="max_tokens"):
        read_json(without, MessagesBody)


def test_a_count_grows_with_words_pictures_and_tools() -> None:
    plain = tokens_in(read())
    assert 2 <= plain <= 10
    assert tokens_in(read(system="x" * 400)) >= plain + 100
    assert tokens_in(read(messages=[{"role": "user", "content": [PICTURE]}])) > plain + 500
    assert tokens_in(read(tools=[LOOK])) > plain


def test_what_fails_unexpectedly_within_a_stream_is_told_without_the_inside() -> None:
    async def breaking() -> AsyncGenerator[Delta | Turn, None]:
        yield Delta("Dm7", "little")
        raise ValueError("the secret of /home/somebody")

    async def gathered() -> bytes:
        pieces = breaking()
        first = await anext(pieces)
        return b"".join([event async for event in event_stream(first, pieces, 5, "/v1/messages")])

    told = asyncio.run(gathered())
    assert told.split(b"\n\n")[-2].startswith(b"event: error\n")
    assert b"api_error" in told
    assert b"secret" not in told
