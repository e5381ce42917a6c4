"""What is said in the Messages API's terms, and how its replies are read, without a server."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asked import REQUEST, talk
from partimento.core.conversation import Audio, Message, Text, Tool, ToolCall, said
from partimento.core.errors import EngineError, EngineFault, EngineRefused
from partimento.core.ports import Call
from partimento.decoding.schema import schema_of
from partimento.engines.anthropic.answer import Answer
from partimento.engines.anthropic.dialect import Dialect, body_of, form_of, simpler_dialect
from partimento.engines.anthropic.prefix import KEPT_S, SHORTEST, Prefixes
from partimento.engines.anthropic.schema import is_expressible, plain
from verse import SMALL, Verse

CHORD = Tool(
    name="chord", parameters={"type": "object", "properties": {"bars": {"type": "integer", "minimum": 1}}}, strict=True
)


def call(**fields: Any) -> Call:
    told = {"system": "", "user": "hi", "max_tokens": 8000, **fields}
    return Call(model=SMALL, request=REQUEST, deadline=0.0, **told)


def body(dialect: Dialect | None = None, **fields: Any) -> dict[str, Any]:
    return body_of(call(**fields), dialect or Dialect())


# ---- sampling and thinking -------------------------------------------------------------------------------------


def test_temperatures_beyond_the_scale_are_its_end() -> None:
    assert body(temperature=1.7)["temperature"] == 1.0


def test_of_temperature_and_top_p_only_one_is_said() -> None:
    conversation = talk(said("user", "hi"), top_p=0.9)
    assert "top_p" not in body(temperature=0.5, conversation=conversation)
    assert body(conversation=conversation)["top_p"] == 0.9


def test_a_model_that_thinks_is_told_no_temperature() -> None:
    told = body(temperature=0.5, conversation=talk(said("user", "hi"), reasoning_effort="minimal"))
    assert told["output_config"] == {"effort": "low"}
    assert "temperature" not in told


def test_no_effort_at_all_turns_thinking_off() -> None:
    told = body(temperature=0.5, conversation=talk(said("user", "hi"), reasoning_effort="none"))
    assert told["thinking"] == {"type": "disabled"}
    assert told["temperature"] == 0.5


@pytest.mark.parametrize(("max_tokens", "budget"), [(1500, None), (4096, 2048), (100_000, 16384)])
def test_a_budget_leaves_half_of_the_tokens_to_the_answer(max_tokens: int, budget: int | None) -> None:
    conversation = talk(said("user", "hi"), reasoning_effort="high")
    told = body(Dialect(thinking="budget"), conversation=conversation, max_tokens=max_tokens)
    assert told.get("thinking", {}).get("budget_tokens") == budget


def test_a_model_that_is_forced_to_a_tool_does_not_think() -> None:
    conversation = talk(said("user", "hi"), tools=(CHORD,), tool_choice="required", reasoning_effort="high")
    told = body(conversation=conversation)
    assert told["tool_choice"] == {"type": "any"}
    assert "thinking" not in told


def test_after_tool_results_nobody_thinks_by_budget() -> None:
    turns = (
        said("user", "hi"),
        Message(role="assistant", tool_calls=(ToolCall("a", "chord", "{}"),)),
        Message(role="tool", parts=(Text("x"),), tool_call_id="a"),
    )
    conversation = talk(*turns, tools=(CHORD,), reasoning_effort="high")
    assert "thinking" not in body(Dialect(thinking="budget"), conversation=conversation)
    assert "thinking" in body(conversation=conversation)


# ---- tools -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "parallel", "told"),
    [
        ("auto", True, {"type": "auto"}),
        ("auto", False, {"type": "auto", "disable_parallel_tool_use": True}),
        ("required", True, {"type": "any"}),
        ("chord", True, {"type": "tool", "name": "chord"}),
        ("none", False, {"type": "none"}),
    ],
)
def test_each_choice_of_a_tool_has_its_word(choice: str, parallel: bool, told: dict[str, Any]) -> None:
    conversation = talk(said("user", "hi"), tools=(CHORD,), tool_choice=choice, parallel_tool_calls=parallel)
    assert body(conversation=conversation)["tool_choice"] == told


def test_a_history_with_tool_calls_declares_the_tools_it_used() -> None:
    turns = said("user", "hi"), Message(role="assistant", tool_calls=(ToolCall("a", "chord", "{}"),))
    told = body(conversation=talk(*turns))
    assert told["tools"] == [{"name": "chord", "input_schema": {"type": "object"}}]
    assert told["tool_choice"] == {"type": "none"}


def test_a_strict_tool_is_put_in_the_words_that_strictness_knows() -> None:
    conversation = talk(said("user", "hi"), tools=(CHORD,))
    (told,) = body(conversation=conversation)["tools"]
    assert told["strict"] is True
    assert told["input_schema"]["properties"]["bars"] == {"type": "integer", "description": '{"minimum":1}'}
    (plainly,) = body(Dialect(left_out=frozenset({"strict"})), conversation=conversation)["tools"]
    assert plainly == {"name": "chord", "input_schema": CHORD.parameters}


def test_sound_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(EngineRefused, match="sound"):
        body(conversation=talk(Message(role="user", parts=(Audio(b"eA==", "wav"),))))


def test_a_turn_to_be_continued_ends_in_a_word() -> None:
    told = body(conversation=talk(said("user", "hi"), said("assistant", "It is \n")))
    assert told["messages"][-1]["content"] == [{"type": "text", "text": "It is"}]


def test_a_question_put_as_a_system_prompt_is_a_question() -> None:
    told = body(conversation=talk(said("system", "What is a fifth?")))
    assert told["messages"] == [{"role": "user", "content": "What is a fifth?"}]
    assert "system" not in told


def test_an_id_that_the_api_would_not_take_is_another_one_for_call_and_result_alike() -> None:
    for name in ("call:1", "f1--signed--" + "x" * 500):
        turns = (
            said("user", "hi"),
            Message(role="assistant", tool_calls=(ToolCall(name, "chord", "{}"),)),
            Message(role="tool", parts=(Text("x"),), tool_call_id=name),
        )
        _, used, result = body(conversation=talk(*turns, tools=(CHORD,)))["messages"]
        told = used["content"][0]["id"]
        assert len(told) <= 64
        assert ":" not in told
        assert result["content"][0]["tool_use_id"] == told


def test_silence_is_no_turn() -> None:
    told = body(conversation=talk(said("user", "hi"), said("assistant", ""), said("user", "there")))
    assert [turn["role"] for turn in told["messages"]] == ["user"]


# ---- schemas ---------------------------------------------------------------------------------------------------


def test_bounds_are_told_in_words_and_objects_are_closed() -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "description": "A verse.",
        "properties": {
            "lines": {"type": "array", "items": {"type": "string", "maxLength": 9}, "minItems": 2, "maxItems": 4},
            "on": {"type": "string", "format": "date"},
            "by": {"type": "string", "format": "regex"},
            "of": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/key"}]},
        },
        "$defs": {"key": {"type": "string", "pattern": "^[A-G]$"}},
        "maxProperties": 3,
    }
    assert plain(schema) == {
        "type": "object",
        "description": 'A verse.\n\n{"maxProperties":3}',
        "properties": {
            "lines": {
                "type": "array",
                "items": {"type": "string", "description": '{"maxLength":9}'},
                "description": '{"minItems":2,"maxItems":4}',
            },
            "on": {"type": "string", "format": "date"},
            "by": {"type": "string", "description": '{"format":"regex"}'},
            "of": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/key"}]},
        },
        "$defs": {"key": {"type": "string", "description": '{"pattern":"^[A-G]$"}'}},
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("schema", "form"),
    [
        (schema_of(Verse), "schema"),
        (schema_of(dict[str, int]), "tool"),  # free keys
        ({"type": "object"}, "tool"),
        ({"type": "object", "properties": {"x": {"type": ["object", "null"]}}}, "tool"),
        ({"type": "object", "properties": {"x": {"anyOf": [{"type": "object"}]}}}, "tool"),
        ({"type": "object", "properties": {"x": {"type": "array", "prefixItems": [{}]}}}, "tool"),
        ({"type": "object", "properties": {}, "patternProperties": {"^x": {}}}, "tool"),
        ({"type": "object", "properties": {}, "additionalProperties": True}, "tool"),
        ({"type": "object", "properties": {}, "$defs": {"x": {"type": "object"}}}, "tool"),
        ({"type": "array", "items": {"type": "string"}}, "words"),  # a tool's input is an object
    ],
)
def test_a_schema_is_put_as_strictly_as_it_can_be(schema: dict[str, Any], form: str) -> None:
    assert form_of(call(schema=schema), Dialect()) == form
    assert is_expressible(schema) == (form == "schema")


def test_a_property_may_have_the_name_of_a_keyword() -> None:
    schema = {"type": "object", "properties": {"items": {"type": "string"}, "minimum": {"type": "integer"}}}
    assert is_expressible(schema)
    assert plain(schema)["properties"] == schema["properties"]


def objecting(message: str) -> bytes:
    return msgspec.json.encode({"error": {"type": "invalid_request_error", "message": message}})


def test_an_objection_to_what_was_not_said_changes_nothing() -> None:
    told = objecting("temperature must be a number")
    assert simpler_dialect(Dialect(), call(), 400, told) is None
    assert simpler_dialect(Dialect(), call(temperature=1.0), 500, told) is None
    assert simpler_dialect(Dialect(), call(temperature=1.0), 400, told) is not None
    assert simpler_dialect(Dialect(), call(), 400, objecting("thinking is not supported")) is None


def test_an_objection_to_something_else_leaves_thinking_alone() -> None:
    thinking = call(conversation=talk(said("user", "hi"), reasoning_effort="low"))
    assert simpler_dialect(Dialect(), thinking, 400, objecting("messages: too many")) is None
    assert simpler_dialect(Dialect(), thinking, 400, objecting("effort: unknown")) == Dialect(thinking="budget")


# ---- prefixes --------------------------------------------------------------------------------------------------


def test_a_prefix_is_worth_a_mark_from_its_second_call_on_and_not_after_it_was_forgotten() -> None:
    prefixes, long = Prefixes(), b"x" * SHORTEST
    assert not prefixes.is_known(long, 0.0)
    prefixes.came(long, 0.0)
    assert prefixes.is_known(long, KEPT_S - 1)
    assert not prefixes.is_known(long, KEPT_S)
    assert not prefixes.is_known(b"y" * SHORTEST, 1.0)


def test_a_short_prefix_is_never_worth_a_mark() -> None:
    prefixes = Prefixes()
    prefixes.came(b"short", 0.0)
    assert not prefixes.is_known(b"short", 1.0)


def test_the_oldest_of_many_prefixes_is_forgotten() -> None:
    prefixes, names = Prefixes(), [str(number).encode() * SHORTEST for number in range(600)]
    for name in names:
        prefixes.came(name, 0.0)
    assert prefixes.is_known(names[-1], 1.0)
    assert not prefixes.is_known(names[0], 1.0)


# ---- replies ---------------------------------------------------------------------------------------------------


def test_an_objection_to_something_else_leaves_the_schema_alone() -> None:
    told = call(schema=schema_of(Verse))
    assert simpler_dialect(Dialect(), told, 400, objecting("messages: too many")) is None
    assert simpler_dialect(Dialect(), told, 400, objecting("Schema is too complex")) == Dialect(form="tool")
    assert simpler_dialect(Dialect(form="tool"), told, 400, objecting("no tool_choice")) == Dialect(form="words")
    assert simpler_dialect(Dialect(form="words"), told, 400, objecting("Schema is too complex")) is None


def answer(*, through_tool: bool = False) -> Answer:
    return Answer(call(), "http://here", "sk-key", "KEY", through_tool=through_tool)


@pytest.mark.parametrize("event", [b'{"type": "error"}', b'{"error": {"message": "no"}}'])
def test_an_error_is_one_by_its_type_or_by_what_it_holds(event: bytes) -> None:
    for read in (Answer.take, Answer.whole):
        with pytest.raises(EngineFault):
            read(answer(), event)


def test_what_belongs_to_a_block_that_is_none_of_ours_is_passed_over() -> None:
    read = answer()
    assert read.take(b'{"type": "content_block_start", "index": 0, "content_block": {"type": "server_tool_use"}}') == ""
    delta = b'{"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "{"}}'
    assert read.take(delta) == ""
    read.take(b'{"type": "message_stop"}')
    assert read.drafted().tool_calls == ()


@pytest.mark.parametrize(("through_tool", "name"), [(True, "chord"), (False, "give_answer")])
def test_only_the_answer_tool_gives_the_answer(through_tool: bool, name: str) -> None:
    use = b'{"type": "message", "stop_reason": "tool_use", "content": [{"type": "tool_use", "id": "a", "name": "%s"}]}'
    read = answer(through_tool=through_tool)
    assert read.whole(use % name.encode()) == ""
    assert read.drafted().tool_calls == (ToolCall("a", name, "{}"),)


_junk = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.lists(st.integers(), max_size=2)


def _like(**fields: Any) -> Any:
    """An object with some of these fields, each as it should be or as junk."""
    return st.fixed_dictionaries({}, optional={name: field | _junk for name, field in fields.items()})


_block = _like(
    type=st.sampled_from(["text", "tool_use", "thinking"]),
    text=st.text(max_size=5),
    id=st.text(max_size=3),
    name=st.sampled_from(["chord", "give_answer"]),
    input=_like(a=_junk),
)
_reason = st.sampled_from(["end_turn", "max_tokens", "tool_use", "refusal"])
_usage = _like(
    input_tokens=st.integers(-1, 9),
    cache_read_input_tokens=st.integers(-1, 99),
    cache_creation_input_tokens=st.integers(-1, 99),
    output_tokens=st.integers(-1, 9),
    output_tokens_details=_like(thinking_tokens=st.integers(-1, 99)),
)
_ending = {"stop_reason": _reason, "stop_details": _like(explanation=st.text(max_size=3), category=_junk)}
_error = _like(type=st.sampled_from(["overloaded_error", "api_error"]), message=st.text(max_size=5))
_message = _like(type=st.just("message"), content=st.lists(_block, max_size=3), usage=_usage, error=_error, **_ending)
_event = _like(
    type=st.sampled_from("message_start content_block_start content_block_delta message_delta message_stop".split()),
    index=st.integers(0, 2),
    message=_message,
    content_block=_block,
    delta=_like(
        type=st.sampled_from(["text_delta", "input_json_delta"]),
        text=st.text(max_size=3),
        partial_json=st.sampled_from(["{", '"a": 1}', "}"]),
        **_ending,
    ),
    usage=_usage,
    error=_error,
)
_sent = _event.map(msgspec.json.encode) | st.binary(max_size=20)


@given(st.lists(_sent, max_size=6), st.booleans())
def test_whatever_is_sent_is_read_or_is_an_error_of_the_house(events: list[bytes], through_tool: bool) -> None:
    answer = Answer(call(), "http://here", "sk-key", "KEY", through_tool=through_tool)
    with suppress(EngineError):
        pieces = [answer.take(event) for event in events] + [answer.rest()]
        assert answer.drafted().text == "".join(pieces)


@given(_message.map(msgspec.json.encode) | st.binary(max_size=20), st.booleans())
def test_whatever_comes_in_one_piece_is_read_or_is_an_error_of_the_house(body: bytes, through_tool: bool) -> None:
    answer = Answer(call(), "http://here", "sk-key", "KEY", through_tool=through_tool)
    with suppress(EngineError):
        text = answer.whole(body)
        assert answer.drafted().text == text


@pytest.mark.parametrize("sent", [b'{"usage": "\xff"}', b'{"usage": %s%s}' % (b"[" * 5000, b"]" * 5000)])
def test_what_is_made_to_break_readers_breaks_none(sent: bytes) -> None:
    for read in (Answer.take, Answer.whole):
        with pytest.raises(EngineFault):
            read(Answer(call(), "http://here", "sk-key", "KEY", through_tool=False), sent)
