"""Conversations as chat completions: roles, pictures, sound, tools, and how a schema is put where servers know none."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from asking import JSON, SCHEMA, Asked
from partimento.core.conversation import Audio, Conversation, Image, Message, Text, Tool, ToolCall, said
from partimento.core.errors import EngineFault, EngineRefused
from partimento.testing import upstream as up
from partimento.testing.upstream import Answer, Upstream, Use, used
from partimento.testing.upstream_shapes import event

LOOK_UP = Tool(name="look_up", description="Find a chord.", parameters={"type": "object"}, strict=True)
PLAIN = Tool(name="plain", parameters={"type": "object", "properties": {}})
CALLED = ToolCall("call_1", "look_up", '{"chord": "Dm7"}')


def talk(*messages: Message, **wishes: Any) -> Conversation:
    return Conversation(messages=messages or (said("user", "Hello"),), **wishes)


def body(conversation: Conversation, **fields: Any) -> dict[str, Any]:
    with Upstream() as upstream:
        Asked(upstream).told(conversation=conversation, **fields)
        found: dict[str, Any] = upstream.requests[0].body
        return found


def test_every_role_is_put_as_the_protocol_wants_it() -> None:
    turns = talk(
        said("system", "Be brief."),
        Message(role="user", parts=(Text("A chord?"),), name="ann"),
        Message(role="assistant", parts=(Text("I look."),), tool_calls=(CALLED,)),
        Message(role="tool", parts=(Text("D F A C"),), tool_call_id="call_1"),
        Message(role="assistant", tool_calls=(CALLED,)),
        said("system", "Now answer."),
    )
    called = {"id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": '{"chord": "Dm7"}'}}
    assert body(turns)["messages"] == [
        {"role": "system", "content": "You are a poet.\n\nBe brief."},
        {"role": "user", "content": "A chord?", "name": "ann"},
        {"role": "assistant", "content": "I look.", "tool_calls": [called]},
        {"role": "tool", "content": "D F A C", "tool_call_id": "call_1"},
        {"role": "assistant", "content": None, "tool_calls": [called]},
        {"role": "system", "content": "Now answer."},
    ]


def test_pictures_and_sound_arrive() -> None:
    picture = Image(b"data:image/png;base64,iVBORw0=", "low")
    turns = talk(Message(role="user", parts=(Text("What is this?"), picture, Audio(b"UklGRg==", "wav"))))
    with Upstream(otherwise=Answer(echoes=True)) as upstream:
        assert (
            Asked(upstream).told(conversation=turns).text == "a picture at data:image/png;base64,iVBORw0=; wav UklGRg=="
        )
        (message,) = upstream.requests[0].body["messages"][1:]
    assert message["content"][0] == {"type": "text", "text": "What is this?"}
    assert message["content"][1]["image_url"]["detail"] == "low"


def test_wishes_are_said_and_what_is_not_wished_is_not() -> None:
    wishes = talk(
        tools=(LOOK_UP, PLAIN), tool_choice="look_up", parallel_tool_calls=False, stop=("END",), top_p=0.5,
        presence_penalty=0.1, frequency_penalty=0.2, reasoning_effort="low",
    )  # fmt: skip
    sent = body(wishes)
    assert sent["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "look_up", "description": "Find a chord.", "parameters": {"type": "object"}, "strict": True,
            },
        },
        {"type": "function", "function": {"name": "plain", "parameters": {"type": "object", "properties": {}}}},
    ]  # fmt: skip
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "look_up"}}
    assert sent["parallel_tool_calls"] is False
    assert (sent["stop"], sent["top_p"], sent["reasoning_effort"]) == (["END"], 0.5, "low")
    assert (sent["presence_penalty"], sent["frequency_penalty"]) == (0.1, 0.2)
    assert sorted(body(talk())) == ["max_tokens", "messages", "model"]
    assert body(talk(tools=(PLAIN,), tool_choice="required"))["tool_choice"] == "required"
    assert "tool_choice" not in body(talk(tools=(PLAIN,)))


def test_a_wish_that_a_server_does_not_know_is_left_out_and_told() -> None:
    objection = up.refused(400, "Unsupported parameter: 'frequency_penalty' is not supported with this model.")
    with Upstream(objection) as upstream:
        drafted = Asked(upstream).told(conversation=talk(frequency_penalty=0.5))
        assert "frequency_penalty" not in upstream.requests[1].body
    assert drafted.notes == ("little does not take frequency_penalty: left out",)


# ---- calls of tools --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
def test_calls_of_tools_come_back_whole(stream: bool) -> None:
    other = Use("call_2", "plain", "{}")
    with Upstream(used(Use("call_1", "look_up", '{"chord": "Dm7"}'), other)) as upstream:
        drafted = Asked(upstream).last(conversation=talk(tools=(LOOK_UP, PLAIN)), stream=stream)
    assert drafted.tool_calls == (CALLED, ToolCall("call_2", "plain", "{}"))
    assert drafted.text == ""


def called(index: int | None, name: str | None, arguments: Any, id: str | None = None) -> bytes:  # noqa: A002
    function = {"name": name, "arguments": arguments}
    fragment = {"index": index, "id": id, "type": "function", "function": function}
    return event({"choices": [{"index": 0, "delta": {"tool_calls": [fragment]}}]})


END = event({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})


@pytest.mark.parametrize(
    ("events", "calls"),
    [
        (
            (called(0, "a", '{"x":', "1"), called(1, "b", "{", "2"), called(0, None, "1}"), called(1, None, "}")),
            (ToolCall("1", "a", '{"x":1}'), ToolCall("2", "b", "{}")),
        ),
        ((called(0, "a", "{}", "1"), called(0, "b", "{}", "2")), (ToolCall("1", "a", "{}"), ToolCall("2", "b", "{}"))),
        ((called(0, "a", "{", "x1"), called(0, None, "}", "x2")), (ToolCall("x1", "a", "{}"),)),
        ((called(0, "a", "{", "1"), called(0, "a", "}", "1")), (ToolCall("1", "a", "{}"),)),
        (
            (called(None, "a", "{}"), called(None, "b", "{}")),
            (ToolCall("call_0", "a", "{}"), ToolCall("call_1", "b", "{}")),
        ),
        ((called(0, "a", {"x": 1}, "1"),), (ToolCall("1", "a", '{"x":1}'),)),
        ((called(0, "a", None, "1"),), (ToolCall("1", "a", "{}"),)),
        ((called(0, "", "{}", "1"),), ()),
    ],
    ids=[
        "interleaved", "all numbered 0", "a new id each time", "the name each time", "no numbers, no ids",
        "arguments as a value", "no arguments", "no name",
    ],
)  # fmt: skip
def test_fragments_of_calls_find_together_however_servers_number_them(
    events: tuple[bytes, ...], calls: tuple[ToolCall, ...]
) -> None:
    with Upstream(Answer(events=(*events, END))) as upstream:
        assert Asked(upstream).last(conversation=talk(tools=(PLAIN,))).tool_calls == calls


# ---- a schema, however it can be put ---------------------------------------------------------------------------


def test_a_server_that_knows_tools_but_no_schemas_gets_the_schema_as_the_one_tool() -> None:
    capable = frozenset({"text", "tools"})
    with Upstream(otherwise=used(Use("call_1", "answer", JSON))) as upstream:
        drafted = Asked(upstream, capabilities=capable).told(schema=SCHEMA)
        sent = upstream.requests[0].body
    assert (drafted.text, drafted.tool_calls) == (JSON, ())
    assert sent["tools"][0]["function"]["parameters"] == SCHEMA
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "answer"}}
    assert "response_format" not in sent


def test_one_that_says_no_to_a_schema_and_no_to_tools_gets_json_mode_and_then_words() -> None:
    objections = [
        up.refused(400, "response_format json_schema is not supported"),
        up.refused(400, "does not support tools"),
        up.refused(400, "unknown response_format"),
    ]
    asked: dict[str, Any] = {"capabilities": frozenset({"text", "json_schema", "tools"})}
    with Upstream(*objections, otherwise=up.said(JSON)) as upstream:
        assert Asked(upstream, **asked).told(schema=SCHEMA).text == JSON
        bodies = [seen.body for seen in upstream.requests]
    forms = [(b.get("response_format") or {}).get("type") or ("tool" if "tools" in b else "words") for b in bodies]
    assert forms == ["json_schema", "tool", "json_object", "words"]


def test_a_model_that_answers_in_text_instead_of_the_tool_is_read_all_the_same() -> None:
    with Upstream(otherwise=up.said(JSON)) as upstream:
        asked = Asked(upstream, capabilities=frozenset({"text", "tools"}))
        assert asked.told(schema=SCHEMA).text == JSON


# ---- in one piece, and as other servers put it -----------------------------------------------------------------


def test_where_nobody_reads_along_the_answer_is_asked_and_given_in_one_piece() -> None:
    with Upstream(up.said("Dm7 G7")) as upstream:
        drafted = Asked(upstream).told()
        assert "stream" not in upstream.requests[0].body
    assert drafted.text == "Dm7 G7"
    assert drafted.usage is not None


@pytest.mark.parametrize("stream", [True, False])
def test_thoughts_beside_the_answer_are_no_part_of_it(stream: bool) -> None:
    with Upstream(up.said("Dm7", thoughts="Let me see …")) as upstream:
        assert Asked(upstream).last(stream=stream).text == "Dm7"
    with Upstream(up.said("<think>a minor chord</think>\n\nDm7")) as upstream:
        assert Asked(upstream).last(stream=stream).text == "Dm7"


def chunk(content: Any = None, finish: str | None = None, **more: Any) -> bytes:
    return event({"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}], **more})


QUIRKS: dict[str, tuple[bytes, ...]] = {
    "comments between events": (b": PROCESSING\n\n", chunk("Dm7"), b": PROCESSING\n\n", chunk("", "stop")),
    "no [DONE]": (chunk("Dm7", "stop"),),
    "usage beside the last choice": (chunk("Dm7"), chunk(None, "stop", usage=up.USED), b"data: [DONE]\n\n"),
    "an empty first chunk": (event({"choices": [], "prompt_filter_results": []}), chunk("Dm7"), chunk(None, "stop")),
    "parts instead of a text": (chunk([{"type": "text", "text": "Dm"}, {"type": "thinking"}]), chunk("7", "stop")),
    "null everywhere": (event({"choices": [{"delta": None, "message": None}], "usage": None}), chunk("Dm7", "stop")),
    "names of events, ids": (b"event: message\nid: 1\n" + chunk("Dm7", "stop"),),
    "lines that end in CRLF": (chunk("Dm7", "stop").replace(b"\n", b"\r\n"),),
}  # fmt: skip


@pytest.mark.parametrize("quirk", QUIRKS)
def test_liberties_that_servers_take_are_understood(quirk: str) -> None:
    with Upstream(Answer(events=QUIRKS[quirk])) as upstream:
        assert Asked(upstream).last().text == "Dm7"


@pytest.mark.parametrize("stream", [True, False])
def test_an_error_that_names_its_status_within_a_good_reply_means_that_status(stream: bool) -> None:
    with Upstream(up.busy_within(), up.said("Dm7")) as upstream:
        asked = Asked(upstream)
        assert asked.last(stream=stream).text == "Dm7"
        assert len(asked.slept) == 1
    with Upstream(otherwise=up.error_within("No credits left", 402)) as upstream:
        assert isinstance(Asked(upstream).failed(stream=stream), EngineRefused)


def test_an_answer_that_the_provider_gave_up_is_a_fault() -> None:
    broken = event({"choices": [{"delta": {}, "finish_reason": "error", "error": {"message": "it fell over"}}]})
    with Upstream(otherwise=Answer(events=(chunk("Dm7"), broken))) as upstream:
        error = Asked(upstream).failed()
    assert isinstance(error, EngineFault)
    assert "fell over" in error.why


# ---- what was used ---------------------------------------------------------------------------------------------


def test_counts_that_cannot_be_are_cut_and_told() -> None:
    absurd = {"prompt_tokens": 10**12, "completion_tokens": 10**9}
    with Upstream(up.said("Dm7", usage=absurd)) as upstream:
        drafted = Asked(upstream).told()
    assert drafted.usage is not None
    assert drafted.usage.input_tokens < 1000
    assert drafted.usage.output_tokens <= 4096
    assert "1000000000000" in drafted.notes[0]


@pytest.mark.parametrize("counts", [(-1, 2), (1.5, 2), ("1", 2), (None, 2), (True, 2), ([], {})])
def test_what_is_no_count_is_no_usage(counts: tuple[Any, Any]) -> None:
    usage = {"prompt_tokens": counts[0], "completion_tokens": counts[1]}
    with Upstream(up.said("Dm7", usage=usage)) as upstream:
        assert Asked(upstream).told().usage is None


def test_sound_that_was_heard_is_counted_as_such() -> None:
    usage = {"prompt_tokens": 40, "completion_tokens": 2, "prompt_tokens_details": {"audio_tokens": 30}}
    with Upstream(up.said("Dm7", usage=usage)) as upstream:
        found = Asked(upstream).told().usage
    assert found is not None
    assert (found.input_tokens, found.audio_tokens) == (40, 30)


def test_what_was_learnt_of_a_server_is_kept_for_plain_structs_too() -> None:
    prose = up.said("Here it is: yes.")
    with Upstream(prose, otherwise=up.said(JSON)) as upstream:
        asked = Asked(upstream)
        asked.drawn(schema=SCHEMA, stream=False, times=2)
        forms = [(seen.body.get("response_format") or {}).get("type") for seen in upstream.requests]
    assert forms == ["json_schema", "json_object"]
    assert msgspec.json.decode(JSON)
