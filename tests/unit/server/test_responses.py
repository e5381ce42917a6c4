"""The responses dialect: what a body comes down to, and how an answer is told whole and in events."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from partimento.core.conversation import Audio, Conversation, Image, Message, Text, Tool, ToolCall, said
from partimento.core.errors import BadInput, EngineFault, EngineOverloaded
from partimento.core.result import Receipt
from partimento.server.asked import Turn
from partimento.server.exchange import as_json, read_json
from partimento.server.kept_items import KeptItems
from partimento.server.responses import Telling
from partimento.server.responses_reading import ResponseBody, conversation_of, wishes_of
from partimento.shapes.chat import ChatAnswer

LOOK = {"type": "function", "name": "look", "parameters": {"type": "object"}, "strict": True}
OTHER = {**LOOK, "name": "other"}
CALL = ToolCall("call_1", "look", '{"symbol":"Dm7"}')
RECEIPT = Receipt(
    model="little", engine="openai", tier="small", task="chat", complexity=4, cached=False, cost_usd=Decimal(0),
    saved_usd=Decimal(0), input_tokens=11, output_tokens=7, latency_ms=1.0, memory_id="m1",
)  # fmt: skip


def body(**fields: Any) -> ResponseBody:
    return read_json(json.dumps({"input": "Hello", **fields}).encode(), ResponseBody)


def read(*, known: dict[str, Message] | None = None, **fields: Any) -> Conversation:
    return conversation_of(body(**fields), (known or {}).get)


def told(made: ChatAnswer, *pieces: str, **fields: Any) -> list[dict[str, Any]]:
    telling = Telling(body(stream=True, **fields), "1", 1000.0)
    written = [*telling.opening("little"), *map(telling.delta, pieces), *telling.rest(Turn(made, RECEIPT))]
    return events(written)


def events(written: list[bytes]) -> list[dict[str, Any]]:
    found = []
    for block in b"".join(written).decode().strip().split("\n\n"):
        name, data = (line.split(": ", 1)[1] for line in block.split("\n"))
        found.append(json.loads(data))
        assert found[-1]["type"] == name
    assert [event["sequence_number"] for event in found] == list(range(len(found)))
    return found


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in found]


def test_words_are_what_the_user_says_after_the_instructions() -> None:
    assert read(instructions="Be brief.").messages == (said("system", "Be brief."), said("user", "Hello"))


def test_items_are_turns_and_calls_join_the_turn_that_made_them() -> None:
    conversation = read(
        input=[
            {"role": "developer", "content": "Be brief."},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "A chord?"}]},
            {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "I look."}]},
            {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": '{"symbol":"Dm7"}'},
            {"type": "function_call", "call_id": "call_2", "name": "look", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "call_1", "output": "D F A C"},
            {"type": "function_call_output", "call_id": "call_2", "output": [{"type": "input_text", "text": "none"}]},
        ]
    )
    second = ToolCall("call_2", "look", "{}")
    assert conversation.messages == (
        said("system", "Be brief."),
        said("user", "A chord?"),
        Message(role="assistant", parts=(Text("I look."),), tool_calls=(CALL, second)),
        Message(role="tool", parts=(Text("D F A C"),), tool_call_id="call_1"),
        Message(role="tool", parts=(Text("none"),), tool_call_id="call_2"),
    )


def test_pictures_and_sound_go_along() -> None:
    parts = [
        {"type": "input_image", "image_url": "https://example.org/a.png", "detail": "low"},
        {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
    ]
    found = read(input=[{"role": "user", "content": parts}]).messages[0].parts
    assert found == (Image(b"https://example.org/a.png", "low"), Audio(b"UklG", "wav"))


def test_a_picture_that_a_tool_gave_follows_the_last_of_its_answers() -> None:
    shown = [{"type": "input_text", "text": "see"}, {"type": "input_image", "image_url": "data:image/png;base64,AA"}]
    messages = read(
        input=[
            {"type": "function_call_output", "call_id": "call_1", "output": shown},
            {"type": "function_call_output", "call_id": "call_2", "output": "no picture"},
            {"role": "user", "content": "What is it?"},
        ]
    ).messages
    assert [message.role for message in messages] == ["tool", "tool", "user", "user"]
    assert messages[2].parts == (Image(b"data:image/png;base64,AA"),)


def test_an_item_may_be_named_that_was_said_before() -> None:
    called = Message(role="assistant", tool_calls=(CALL,))
    named = {"type": "item_reference", "id": "fc_1"}
    assert read(known={"fc_1": called}, input=[named]).messages == (called,)
    with pytest.raises(BadInput, match=r"no item 'fc_1'.*store=false"):
        read(input=[named])


def test_tools_and_choices_are_read() -> None:
    plain = read(tools=[LOOK], tool_choice="required", parallel_tool_calls=False)
    assert plain.tools == (Tool(name="look", parameters={"type": "object"}, strict=True),)
    assert (plain.tool_choice, plain.parallel_tool_calls) == ("required", False)
    assert read(tools=[LOOK], tool_choice={"type": "function", "name": "look"}).tool_choice == "look"
    allowed = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "other"}]}
    held = read(tools=[LOOK, OTHER], tool_choice=allowed)
    assert [tool.name for tool in held.tools] == ["other"]
    assert held.tool_choice == "required"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"tools": [{"type": "web_search"}]}, "web_search"),
        ({"tools": [LOOK], "tool_choice": {"type": "file_search"}}, "file_search"),
        ({"tools": [LOOK], "tool_choice": "sometimes"}, "sometimes"),
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"conversation": {"id": "conv_1"}}, "conversation"),
        ({"prompt": {"id": "pmpt_1"}}, "prompt"),
        ({"background": True}, "background"),
        ({"input": [{"role": "queen", "content": "x"}]}, "queen"),
        ({"input": [{"type": "computer_call", "call_id": "1"}]}, "computer_call"),
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]}, "input_file"),
        ({"input": [{"role": "user", "content": 5}]}, r"\$\.input\[0\]\.content"),
        ({"input": 5}, r"\$\.input"),
        ({"text": {"format": {"type": "grammar"}}}, "grammar"),
    ],
)
def test_what_cannot_be_used_is_named(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(**fields), wishes_of(body(**fields))


def test_wishes_are_read_and_nulls_are_none() -> None:
    schema = {"type": "object", "properties": {}}
    wishes = wishes_of(
        body(
            model="small", temperature=0.5, max_output_tokens=9, metadata={"user_id": "u1"}, previous_response_id=None,
            text={"format": {"type": "json_schema", "name": "x", "schema": schema}},
        )
    )  # fmt: skip
    assert (wishes.model, wishes.temperature, wishes.max_tokens, wishes.user) == ("small", 0.5, 9, "u1")
    assert wishes.schema == schema
    assert wishes_of(body(text={"format": {"type": "json_object"}})).schema == {"type": "object"}
    assert wishes_of(body(safety_identifier="u2", text={})).user == "u2"


def test_a_whole_response_has_its_text_its_usage_and_the_request_s_own_fields() -> None:
    choice = {"type": "function", "name": "look"}
    asked = body(instructions="Be brief.", tools=[LOOK], tool_choice=choice, metadata={"a": "b"}, max_output_tokens=9)
    whole = json.loads(as_json(Telling(asked, "1", 1000.0).whole(Turn(ChatAnswer(text="Dm7"), RECEIPT))))
    assert (whole["id"], whole["status"], whole["model"], whole["created_at"]) == (
        "resp_1",
        "completed",
        "little",
        1000,
    )
    assert whole["output"][0]["content"][0]["text"] == "Dm7"
    assert whole["usage"]["total_tokens"] == 18
    assert whole["tool_choice"] == choice
    assert whole["tools"][0]["name"] == "look"
    assert (whole["instructions"], whole["metadata"], whole["max_output_tokens"]) == ("Be brief.", {"a": "b"}, 9)


def test_a_response_that_met_its_limit_is_incomplete() -> None:
    last = told(ChatAnswer(text="Dm", finish="length"), "Dm")[-1]
    assert last["type"] == "response.incomplete"
    assert last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}
    assert last["response"]["output"][0]["status"] == "incomplete"


OPENING = ["created", "in_progress"]
BEGUN = ["output_item.added", "content_part.added"]
ENDED = ["output_text.done", "content_part.done", "output_item.done"]
CALLED = ["output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done"]


@pytest.mark.parametrize("pieces", [("Dm7", " G7"), ()], ids=["in pieces", "known at once"])
def test_text_is_told_in_the_order_that_clients_gather_it_in(pieces: tuple[str, ...]) -> None:
    found = told(ChatAnswer(text="Dm7 G7"), *pieces)
    deltas = ["output_text.delta"] * (len(pieces) or 1)
    assert kinds(found) == [*OPENING, *BEGUN, *deltas, *ENDED, "completed"]
    assert "".join(event["delta"] for event in found if event["type"].endswith("text.delta")) == "Dm7 G7"
    assert found[-1]["response"]["output"] == [found[-2]["item"]]


def test_calls_come_after_the_text_each_with_its_own_place() -> None:
    answer = ChatAnswer(text="I look.", tool_calls=(CALL, CALL), finish="tool_calls")
    found = told(answer, "I look.")
    assert kinds(found) == [*OPENING, *BEGUN, "output_text.delta", *ENDED, *CALLED, *CALLED, "completed"]
    done = [event["item"] for event in found if event["type"] == "response.output_item.done"]
    assert found[-1]["response"]["output"] == done
    assert len({item["id"] for item in done}) == 3


def test_calls_alone_have_no_message_and_silence_has_an_empty_one() -> None:
    assert kinds(told(ChatAnswer(text="", tool_calls=(CALL,), finish="tool_calls"))) == [
        *OPENING, *CALLED, "completed",
    ]  # fmt: skip
    assert kinds(told(ChatAnswer(text=""))) == [*OPENING, *BEGUN, *ENDED, "completed"]


def test_what_breaks_off_is_told_as_an_error_and_as_a_failed_response() -> None:
    for error, code in ((EngineFault("it broke"), "server_error"), (EngineOverloaded("busy"), "rate_limit_exceeded")):
        telling = Telling(body(stream=True), "1", 1000.0)
        *_, plain, failed = events([*telling.opening("little"), telling.delta("Dm"), *telling.failed(error, "")])
        assert plain["message"] == plain["error"]["message"] == str(error)
        assert failed["response"]["status"] == "failed"
        assert failed["response"]["error"]["code"] == code


def test_kept_items_are_their_key_s_own_and_the_oldest_go_first() -> None:
    kept = KeptItems(most_bytes=1000)
    kept.keep("a", "1", said("assistant", "first"))
    assert kept.find("b", "1") is None
    kept.keep("a", "2", said("assistant", "second"))
    assert kept.find("a", "1") == said("assistant", "first")
    kept.keep("a", "3", said("assistant", "third"))
    assert kept.find("a", "1") is None
    assert kept.find("a", "3") is not None
    kept.keep("a", "4", said("assistant", "x" * 2000))
    assert kept.find("a", "4") is None
