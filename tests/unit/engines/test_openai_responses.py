"""The responses dialect: who is asked in it, how a call is put, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from asking import JSON, PRICED, SCHEMA, SECRET, Asked
from partimento.core.conversation import Audio, Conversation, Image, Message, Text, Tool, ToolCall, said
from partimento.core.errors import EngineError, EngineFault, EngineOverloaded, EngineRefused
from partimento.core.ports import Drafted
from partimento.core.usage import Usage
from partimento.testing import upstream as up
from partimento.testing.upstream import Answer, Upstream, Use, used
from partimento.testing.upstream_shapes import event

HERE: dict[str, Any] = {"dialect": "responses"}


def test_a_model_of_that_dialect_is_asked_in_it() -> None:
    with Upstream() as upstream:
        Asked(upstream, key=SECRET, **HERE).drawn(schema=SCHEMA, temperature=0.2, seed=7)
        (seen,) = upstream.requests
    assert seen.path == "/v1/responses"
    assert seen.headers["authorization"] == f"Bearer {SECRET}"
    assert seen.body == {
        "model": "little",
        "instructions": "You are a poet.",
        "input": [{"role": "user", "content": "Two lines about rain."}],
        "max_output_tokens": 64,
        "temperature": 0.2,
        "store": False,
        "stream": True,
        "text": {"format": {"type": "json_schema", "name": "answer", "schema": SCHEMA, "strict": True}},
    }


def test_a_conversation_is_put_as_items() -> None:
    picture, sound = Image(b"https://example.org/a.png"), Audio(b"UklGRg==", "wav")
    turns = Conversation(
        messages=(
            Message(role="user", parts=(Text("A chord?"), picture, sound)),
            Message(role="assistant", parts=(Text("I look."),), tool_calls=(ToolCall("c1", "look_up", "{}"),)),
            Message(role="tool", parts=(Text("Dm7"),), tool_call_id="c1"),
        ),
        tools=(Tool(name="look_up", parameters={"type": "object"}),),
        tool_choice="look_up",
        parallel_tool_calls=False,
        reasoning_effort="low",
        top_p=0.9,
        stop=("END",),
    )
    with Upstream() as upstream:
        drafted = Asked(upstream, **HERE).told(conversation=turns)
        sent = upstream.requests[0].body
    assert sent["input"] == [
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "A chord?"},
                {"type": "input_image", "image_url": "https://example.org/a.png"},
                {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
            ],
        },
        {"role": "assistant", "content": "I look."},
        {"type": "function_call", "call_id": "c1", "name": "look_up", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "Dm7"},
    ]
    assert sent["tools"] == [{"type": "function", "name": "look_up", "parameters": {"type": "object"}, "strict": False}]
    assert sent["tool_choice"] == {"type": "function", "name": "look_up"}
    assert (sent["parallel_tool_calls"], sent["reasoning"], sent["top_p"]) == (False, {"effort": "low"}, 0.9)
    assert "stop" not in sent
    assert drafted.notes == ("little does not take stop: left out",)


@pytest.mark.parametrize("stream", [True, False])
def test_text_and_usage_come_back(stream: bool) -> None:
    with Upstream(up.said("Dm7 G7 Cmaj7", thoughts="hm")) as upstream:
        *pieces, last = Asked(upstream, **HERE).drawn(stream=stream)
    assert last == Drafted("Dm7 G7 Cmaj7", usage=Usage(11, 7, cached_tokens=4, reasoning_tokens=2))
    assert "".join(map(str, pieces)) == ("Dm7 G7 Cmaj7" if stream else "")


@pytest.mark.parametrize("stream", [True, False])
def test_calls_of_tools_come_back(stream: bool) -> None:
    with Upstream(used(Use("c1", "look_up", '{"a": 1}'), Use("c2", "plain", "{}"))) as upstream:
        drafted = Asked(upstream, **HERE).last(stream=stream)
    assert drafted.tool_calls == (ToolCall("c1", "look_up", '{"a": 1}'), ToolCall("c2", "plain", "{}"))


def test_a_schema_goes_as_the_one_tool_where_the_model_knows_only_tools() -> None:
    with Upstream(otherwise=used(Use("c1", "answer", JSON))) as upstream:
        drafted = Asked(upstream, capabilities=frozenset({"text", "tools"}), **HERE).told(schema=SCHEMA)
        assert upstream.requests[0].body["tool_choice"] == {"type": "function", "name": "answer"}
    assert (drafted.text, drafted.tool_calls) == (JSON, ())


def test_an_answer_at_its_token_limit_says_so() -> None:
    with Upstream(up.said("Dm7 G", finish_reason="length")) as upstream:
        assert Asked(upstream, **HERE).last().truncated


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (up.said("no", refusal="I cannot help with that."), EngineRefused),
        (up.said("no", finish_reason="content_filter"), EngineRefused),
        (up.said("Dm7", error={"code": "server_error", "message": f"it broke {SECRET}"}), EngineFault),
        (up.said("Dm7", error={"code": "rate_limit_exceeded", "message": "slow down"}), EngineOverloaded),
        (Answer(raw=b"{}"), EngineFault),
        (up.garbage(), EngineFault),
        (up.cut("Dm7 G7"), EngineFault),
    ],
)
def test_every_failure_has_its_error(answer: Answer, kind: type[EngineError], stream: bool) -> None:
    with Upstream(otherwise=answer) as upstream:
        assert type(Asked(upstream, key=SECRET, prices=PRICED, **HERE).failed(stream=stream, left_s=2.0)) is kind


def test_an_error_event_is_an_error() -> None:
    broken = event({"type": "error", "code": "server_error", "message": "it broke"})
    with Upstream(otherwise=Answer(events=(broken,))) as upstream:
        assert "it broke" in Asked(upstream, prices=PRICED, **HERE).failed().why


def test_a_model_that_is_only_there_is_found_there_and_asked_there_the_next_time() -> None:
    only = up.refused(404, "This model is only supported in v1/responses and not in v1/chat/completions.")
    with Upstream(only, otherwise=up.said("Dm7")) as upstream:
        Asked(upstream).drawn(times=2)
        assert [seen.path for seen in upstream.requests] == ["/v1/chat/completions", "/v1/responses", "/v1/responses"]


def test_a_server_without_that_dialect_is_asked_in_the_other() -> None:
    with Upstream(up.refused(404, "Not Found"), otherwise=up.said("Dm7")) as upstream:
        assert Asked(upstream, **HERE).told().text == "Dm7"
        assert [seen.path for seen in upstream.requests] == ["/v1/responses", "/v1/chat/completions"]


def test_a_model_that_is_not_there_is_not_looked_for_elsewhere() -> None:
    missing = up.refused(404, "The model 'little' does not exist")
    with Upstream(otherwise=missing) as upstream:
        assert isinstance(
            Asked(upstream, **HERE).failed(conversation=Conversation(messages=(said("user", "x"),))), EngineRefused
        )
        assert len(upstream.requests) == 1
