"""The Messages API engine against a real loopback server that fails in every way servers do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from asked import PRICED, Asked, talk
from partimento.core.conversation import Image, Message, Text, Tool, ToolCall, said
from partimento.core.errors import (
    EngineError,
    EngineFault,
    EngineOverloaded,
    EngineRefused,
    EngineTimeout,
    EngineUnreachable,
)
from partimento.core.ports import Drafted
from partimento.core.settings import Secret, Settings
from partimento.core.usage import Usage
from partimento.decoding.schema import schema_of
from partimento.engines.anthropic import AnthropicEngine, engine
from partimento.tasks import chat, embedding
from partimento.testing import loopback
from partimento.testing import upstream_anthropic as up
from partimento.testing.clock import FrozenClock
from partimento.testing.loopback import Loopback
from partimento.testing.upstream_anthropic import Answer, Use, serving
from verse import Verse, model

SCHEMA = schema_of(Verse)
JSON = '{"lines": ["a", "b"]}'
SECRET = "sk-ant-very-secret"
WHOLE = Usage(11, 7, cached_tokens=4, reasoning_tokens=2)
CHORD = Tool(name="chord", parameters={"type": "object", "properties": {"symbol": {"type": "string"}}})


def asked(server: Loopback[Answer], **fields: Any) -> Asked:
    return Asked(AnthropicEngine, server, engine="anthropic", **fields)


def texts(drawn: list[str | Drafted]) -> str:
    return "".join(piece for piece in drawn if isinstance(piece, str))


# ---- the good case ---------------------------------------------------------------------------------------------


def test_pieces_come_as_the_server_sends_them_and_then_the_whole_with_its_usage() -> None:
    with serving(up.said("Dm7 G7 Cmaj7")) as upstream:
        *pieces, last = asked(upstream).drawn()
    assert "".join(map(str, pieces)) == "Dm7 G7 Cmaj7"
    assert last == Drafted("Dm7 G7 Cmaj7", usage=WHOLE)


def test_where_nobody_reads_along_the_answer_comes_in_one_piece() -> None:
    with serving(up.said("Dm7 G7 Cmaj7", thoughts="hm")) as upstream:
        assert asked(upstream).drawn(stream=False) == [Drafted("Dm7 G7 Cmaj7", usage=WHOLE)]
    assert "stream" not in upstream.requests[0].body


def test_the_question_is_put_as_the_protocol_wants_it() -> None:
    with serving() as upstream:
        asked(upstream, key=SECRET).drawn(temperature=0.2, seed=7)
    (seen,) = upstream.requests
    assert (seen.method, seen.path) == ("POST", "/v1/messages")
    assert seen.headers["x-api-key"] == SECRET
    assert seen.headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in seen.headers
    assert seen.body == {
        "model": "little",
        "max_tokens": 64,
        "system": "You are a poet.",
        "messages": [{"role": "user", "content": "Two lines about rain."}],
        "temperature": 0.2,
        "stream": True,
    }


@pytest.mark.parametrize("written", ["", "/v1", "/v1/"])
def test_a_base_url_is_understood_with_its_version_and_without(written: str) -> None:
    with serving() as upstream:
        asked(upstream, base_url=upstream.base_url + written).drawn()
        assert upstream.requests[0].path == "/v1/messages"


def test_thoughts_are_no_part_of_the_answer() -> None:
    with serving(up.said("G7 C", thoughts="maybe Dm7")) as upstream:
        drawn = asked(upstream).drawn()
    assert texts(drawn) == "G7 C"


def test_a_prompt_read_from_the_vendors_cache_and_one_written_to_it_count_as_input() -> None:
    used = {"input_tokens": 5, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 30, "output_tokens": 2}
    with serving(up.said("Dm7", usage=used)) as upstream:
        found = asked(upstream).last().usage
    assert found == Usage(135, 2, cached_tokens=100, cache_write_tokens=30)


@pytest.mark.parametrize("usage", [None, {"input_tokens": -1, "output_tokens": 2}, {"input_tokens": "x"}])
def test_usage_that_is_not_said_or_makes_no_sense_is_unknown(usage: dict[str, Any] | None) -> None:
    with serving(up.said("Dm7", usage=usage)) as upstream:
        assert asked(upstream).last(stream=False).usage is None


@pytest.mark.parametrize("reason", ["max_tokens", "model_context_window_exceeded", "pause_turn"])
def test_an_answer_that_is_cut_short_says_so(reason: str) -> None:
    with serving(up.said("Dm7 G", stop_reason=reason)) as upstream:
        assert asked(upstream).last().truncated


@pytest.mark.parametrize("missing", [{"ends": False}, {"stop_reason": None}])
def test_either_sign_of_the_end_is_enough(missing: dict[str, Any]) -> None:
    with serving(up.said("Dm7", **missing)) as upstream:
        assert asked(upstream).last().text == "Dm7"


def test_calls_use_one_connection_again() -> None:
    with serving() as upstream:
        asked(upstream).drawn(times=5)
        assert (len(upstream.requests), upstream.accepted) == (5, 1)


# ---- conversations and tools -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
def test_tool_calls_come_whole_and_with_their_ids(stream: bool) -> None:
    uses = Use("chord", {"symbol": "Dm7"}, "toolu_1"), Use("chord", {}, "toolu_2")
    with serving(up.called(*uses, text="Let me see.")) as upstream:
        last = asked(upstream).last(stream=stream, conversation=talk(said("user", "hi"), tools=(CHORD,)))
    assert last.text == "Let me see."
    assert last.tool_calls == (
        ToolCall("toolu_1", "chord", '{"symbol":"Dm7"}'),
        ToolCall("toolu_2", "chord", "{}"),
    )


def test_a_tool_call_that_the_limit_cut_is_none() -> None:
    block = b'{"type":"tool_use","id":"a","name":"chord","input":{}}'
    delta = b'{"type":"input_json_delta","partial_json":"{\\"symbol\\": \\"D"}'
    events = (
        b'data: {"type":"content_block_start","index":0,"content_block":%s}\n\n' % block,
        b'data: {"type":"content_block_delta","index":0,"delta":%s}\n\n' % delta,
        b'data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":64}}\n\n',
    )
    with serving(up.sent(loopback.Sent(events=events, content_type="text/event-stream"))) as upstream:
        last = asked(upstream).last(conversation=talk(said("user", "hi"), tools=(CHORD,)))
    assert (last.truncated, last.tool_calls) == (True, ())


def test_a_tool_call_that_is_whole_at_the_limit_is_one() -> None:
    with serving(Answer(uses=(Use("chord", {"symbol": "Dm7"}),), stop_reason="max_tokens")) as upstream:
        last = asked(upstream).last(conversation=talk(said("user", "hi"), tools=(CHORD,)))
    assert last.truncated
    assert last.tool_calls == (ToolCall("toolu_01", "chord", '{"symbol":"Dm7"}'),)


def test_a_conversation_with_pictures_calls_and_results_is_told_whole() -> None:
    picture = Image(b"data:image/png;base64,eA==")
    conversation = talk(
        said("system", "Be short."),
        Message(role="user", parts=(Text("What is this?"), picture, Image(b"https://example.org/a.png"))),
        Message(
            role="assistant",
            parts=(Text("Let me see."),),
            tool_calls=(ToolCall("a", "chord", '{"symbol": "Dm7"}'), ToolCall("b:1", "chord", "no json")),
        ),
        Message(role="tool", parts=(Text("D F A C"),), tool_call_id="a"),
        Message(role="tool", parts=(picture,), tool_call_id="b:1"),
        said("user", "And now?"),
        tools=(CHORD,),
        stop=("END", " "),
    )
    with serving() as upstream:
        asked(upstream).drawn(conversation=conversation)
    body = upstream.requests[0].body
    inline = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "eA=="}}
    other_id = body["messages"][1]["content"][2]["id"]
    assert other_id.isascii()
    assert ":" not in other_id
    assert body["system"] == "You are a poet.\n\nBe short."
    assert body["stop_sequences"] == ["END"]
    assert body["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is this?"},
                inline,
                {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
            ],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "Let me see."},
                {"type": "tool_use", "id": "a", "name": "chord", "input": {"symbol": "Dm7"}},
                {"type": "tool_use", "id": other_id, "name": "chord", "input": {"arguments": "no json"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "D F A C"}]},
                {"type": "tool_result", "tool_use_id": other_id, "content": [inline]},
                {"type": "text", "text": "And now?"},
            ],
        },
    ]


# ---- models and servers that understand less -------------------------------------------------------------------


def test_a_model_without_structured_output_is_made_to_call_a_tool_and_is_remembered() -> None:
    no = up.refused(400, "'little' does not support output format: output_config.format")
    answer = up.called(Use("give_answer", {"lines": ["a", "b"]}), text="Here you are:")
    with serving(no, otherwise=answer) as upstream:
        drawn = asked(upstream).drawn(schema=SCHEMA, times=2)
    bodies = [seen.body for seen in upstream.requests]
    assert ["output_config" in body for body in bodies] == [True, False, False]
    assert bodies[1]["tools"] == [
        {"name": "give_answer", "description": "Give the answer, whole.", "input_schema": SCHEMA}
    ]
    assert bodies[1]["tool_choice"] == {"type": "tool", "name": "give_answer", "disable_parallel_tool_use": True}
    assert texts(drawn) == '{"lines":["a","b"]}'
    assert drawn[-1] == Drafted('{"lines":["a","b"]}', usage=WHOLE)


def test_a_model_without_tools_either_is_told_in_words() -> None:
    answers = [
        up.refused(400, "output_config: Extra inputs are not permitted"),
        up.refused(400, "tool_choice: this model cannot be forced to use a tool"),
    ]
    with serving(*answers, otherwise=up.said(JSON)) as upstream:
        assert asked(upstream).last(schema=SCHEMA).text == JSON
    last = upstream.requests[-1].body
    assert "tools" not in last
    assert '"lines"' in last["system"]


def test_words_beside_a_tool_that_was_left_alone_are_the_answer() -> None:
    with serving(otherwise=up.said(JSON)) as upstream:
        assert asked(upstream).last(schema={"type": "object"}).text == JSON


@pytest.mark.parametrize("name", ["temperature", "top_p"])
def test_what_a_model_objects_to_is_not_said_to_it_again(name: str) -> None:
    with serving(up.refused(400, f"`{name}` is deprecated for this model.")) as upstream:
        told = {"temperature": 0.5} if name == "temperature" else {}
        asked(upstream).drawn(conversation=talk(said("user", "hi"), top_p=0.9), **told, times=2)
    assert [name in seen.body for seen in upstream.requests] == [True, False, False]


def test_an_older_model_thinks_by_budget_and_one_that_cannot_think_does_not() -> None:
    answers = [
        up.refused(400, "adaptive thinking is not supported on this model"),
        up.refused(400, "thinking: Extra inputs are not permitted"),
    ]
    with serving(*answers) as upstream:
        conversation = talk(said("user", "hi"), reasoning_effort="medium")
        asked(upstream).drawn(conversation=conversation, max_tokens=20_000)
    bodies = [seen.body for seen in upstream.requests]
    assert [body.get("thinking") for body in bodies] == [
        {"type": "adaptive"},
        {"type": "enabled", "budget_tokens": 4096},
        None,
    ]
    assert bodies[0]["output_config"] == {"effort": "medium"}


def test_an_objection_to_something_else_is_an_answer() -> None:
    with serving(up.refused(400, "messages: roles must alternate")) as upstream:
        error = asked(upstream).failed(temperature=0.5)
    assert isinstance(error, EngineRefused)
    assert "roles must alternate" in error.why
    assert "refuses the call" in error.what
    assert len(upstream.requests) == 1


def test_a_long_prefix_that_comes_again_is_marked_for_the_vendors_cache() -> None:
    with serving() as upstream:
        asked(upstream).drawn(system="rule " * 2000, times=3)
    systems = [seen.body["system"] for seen in upstream.requests]
    assert [isinstance(system, list) for system in systems] == [False, True, True]
    assert systems[1][0]["cache_control"] == {"type": "ephemeral"}


def test_a_prefix_that_was_only_refused_before_is_not_marked() -> None:
    with serving(up.overloaded(), up.refused(400, "temperature is deprecated")) as upstream:
        asked(upstream).drawn(system="rule " * 2000, temperature=0.5)
    assert [isinstance(seen.body["system"], list) for seen in upstream.requests] == [False, False, False]


def test_a_short_prefix_is_never_marked() -> None:
    with serving() as upstream:
        asked(upstream).drawn(times=3)
    assert all(seen.body["system"] == "You are a poet." for seen in upstream.requests)


# ---- faults ----------------------------------------------------------------------------------------------------


def test_a_rate_limit_is_waited_out_as_long_as_the_server_says() -> None:
    with serving(up.rate_limited(retry_after="3")) as upstream:
        it = asked(upstream)
        assert it.last().text == "as you say"
    assert 3 <= it.slept[0] < 4


@pytest.mark.parametrize("answer", [up.rate_limited(), up.overloaded(), up.sent(loopback.server_error())])
def test_what_passes_is_tried_again(answer: Answer) -> None:
    with serving(answer) as upstream:
        it = asked(upstream)
        assert it.last().text == "as you say"
    assert len(it.slept) == 1


def test_a_server_that_stays_overloaded_is_an_overloaded_one() -> None:
    with serving(otherwise=up.overloaded()) as upstream:
        error = asked(upstream).failed()
    assert isinstance(error, EngineOverloaded)
    assert not error.may_be_billed
    assert len(upstream.posts) == 3


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_names_its_variable_and_never_the_key(status: int) -> None:
    with serving(up.refused(status, f"invalid x-api-key {SECRET}")) as upstream:
        error = asked(upstream, key=SECRET, provider="anthropic").failed()
    assert isinstance(error, EngineRefused)
    assert error.mend == "set ANTHROPIC_API_KEY"


@pytest.mark.parametrize(
    ("status", "kind"), [(400, EngineRefused), (402, EngineRefused), (404, EngineRefused), (413, EngineRefused)]
)
def test_what_the_server_refuses_is_asked_once(status: int, kind: type[EngineError]) -> None:
    with serving(otherwise=up.refused(status, "no")) as upstream:
        assert isinstance(asked(upstream).failed(), kind)
        assert len(upstream.posts) == 1


@pytest.mark.parametrize(
    "message",
    [
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
        "You have reached your specified API usage limits.",
    ],
)
def test_money_that_is_gone_is_told_as_such(message: str) -> None:
    with serving(otherwise=up.refused(400, message)) as upstream:
        error = asked(upstream).failed()
    assert isinstance(error, EngineRefused)
    assert "used up" in error.what


def test_a_refusal_of_the_model_is_told_and_may_be_billed() -> None:
    with serving(up.declined("it could do harm")) as upstream:
        error = asked(upstream).failed(stream=False)
    assert isinstance(error, EngineRefused)
    assert error.may_be_billed
    assert error.why == "it could do harm"


@pytest.mark.parametrize(("category", "why"), [("cyber", "cyber"), (None, "the vendor's safeguards stopped it")])
def test_a_refusal_without_a_word_is_one(category: str | None, why: str) -> None:
    with serving(up.declined(category=category)) as upstream:
        error = asked(upstream).failed()
    assert isinstance(error, EngineRefused)
    assert error.why == why


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("overloaded_error", EngineOverloaded),
        ("rate_limit_error", EngineOverloaded),
        ("api_error", EngineFault),
        ("timeout_error", EngineTimeout),
        ("invalid_request_error", EngineRefused),
        ("something_new", EngineFault),
    ],
)
def test_an_error_within_a_reply_that_began_well_means_what_its_status_would(
    kind: str, error: type[EngineError]
) -> None:
    with serving(otherwise=up.error_in_stream(kind, f"no {SECRET}", "Dm7")) as upstream:
        found = asked(upstream, key=SECRET, prices=PRICED).failed()
        assert isinstance(found, error)
        assert found.may_be_billed  # some of the answer was written
        assert len(upstream.posts) == 1


def test_an_overload_told_before_the_first_word_is_tried_again() -> None:
    with serving(up.error_in_stream("overloaded_error", "Overloaded")) as upstream:
        assert asked(upstream).last().text == "as you say"


def test_an_error_in_one_piece_with_status_200_is_an_error() -> None:
    with serving(otherwise=up.error_in_stream("invalid_request_error", "no")) as upstream:
        assert isinstance(asked(upstream).failed(stream=False), EngineRefused)


def test_a_stream_that_breaks_before_the_first_word_is_tried_again_and_one_after_it_is_not() -> None:
    with serving(up.said("Dm7 G7", cut_after=0)) as upstream:
        assert asked(upstream).last().text == "as you say"
    with serving(otherwise=up.said("Dm7 G7", cut_after=1)) as upstream:
        assert isinstance(asked(upstream).failed(), EngineFault)
        assert len(upstream.posts) == 1


def test_a_failure_that_may_be_billed_is_not_repeated_where_calls_cost_money() -> None:
    with serving(otherwise=up.said("Dm7 G7", cut_after=0)) as upstream:
        assert asked(upstream, prices=PRICED).failed().may_be_billed
        assert len(upstream.posts) == 1


@pytest.mark.parametrize("raw", [loopback.garbage(), loopback.web_page(), loopback.json_sent(["no"])])
@pytest.mark.parametrize("stream", [True, False])
def test_what_is_no_answer_is_a_fault(raw: loopback.Sent, stream: bool) -> None:
    with serving(otherwise=up.sent(raw)) as upstream:
        assert isinstance(asked(upstream, prices=PRICED).failed(stream=stream), EngineFault)


def test_silence_ends_at_the_deadline() -> None:
    with serving(otherwise=up.sent(loopback.hang())) as upstream:
        assert isinstance(asked(upstream, prices=PRICED).failed(left_s=0.3), EngineTimeout)


def test_a_stream_that_falls_silent_ends_at_the_deadline() -> None:
    with serving(otherwise=up.said("Dm7 G7", stalls_after=1)) as upstream:
        assert isinstance(asked(upstream).failed(left_s=0.4), EngineTimeout)


def test_nobody_there_is_unreachable() -> None:
    with serving() as upstream:
        it = asked(upstream)
    assert isinstance(it.failed(), EngineUnreachable)


def test_leaving_a_stream_hangs_up_on_the_server() -> None:
    with serving(up.said("Dm7 G7 C", stalls_after=1)) as upstream:
        it = asked(upstream)

        async def first_piece() -> str | Drafted:
            pieces = it.engine.draft(it.call())
            piece = await anext(pieces)
            await pieces.aclose()
            assert await asyncio.to_thread(upstream.wait_for, lambda server: server.left_early == 1)
            await it.engine.close()
            return piece

        assert asyncio.run(first_piece()) == "Dm7"


# ---- readiness -------------------------------------------------------------------------------------------------


def test_without_a_key_it_names_the_variable() -> None:
    made = engine(Settings(), FrozenClock())
    official = model("claude", "cloud", 9, provider="anthropic")
    assert "ANTHROPIC_API_KEY" in made.unready(official, None)
    with_key = engine(Settings(anthropic_api_key=Secret("x")), FrozenClock())
    assert with_key.unready(official, None) == ""


def test_a_key_is_shown_to_its_own_models_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "mine")
    settings = Settings(anthropic_api_key=Secret(SECRET))
    with serving() as upstream:
        made = engine(settings, FrozenClock(running=True))
        it = asked(upstream, api_key_setting="MY_KEY")
        it.engine = made
        it.drawn()
        it = asked(upstream, provider="local")
        it.engine = made
        it.drawn()
    assert [seen.headers.get("x-api-key") for seen in upstream.requests] == ["mine", None]


def test_vectors_and_sound_are_said_to_be_beyond_it() -> None:
    made = engine(Settings(anthropic_api_key=Secret("x")), FrozenClock())
    official = model("claude", "cloud", 9, provider="anthropic")
    assert "embeddings" in made.unready(official, embedding(texts=("a",)))
    assert made.unready(official, chat(messages=(said("user", "hi"),))) == ""
