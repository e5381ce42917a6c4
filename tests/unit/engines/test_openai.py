"""The chat-completions engine against a real loopback server that fails in every way servers do."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import msgspec
import pytest

from asking import JSON, PRICED, SCHEMA, SECRET, Asked
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
from partimento.engines.openai import engine
from partimento.testing import upstream as up
from partimento.testing.clock import FrozenClock
from partimento.testing.upstream import Answer, Upstream, said
from verse import model

# ---- the good case ---------------------------------------------------------------------------------------------


def test_pieces_come_as_the_server_sends_them_and_then_the_whole_with_its_usage() -> None:
    with Upstream(said("Dm7 G7 Cmaj7")) as upstream:
        *pieces, last = Asked(upstream).drawn()
    assert "".join(map(str, pieces)) == "Dm7 G7 Cmaj7"
    assert last == Drafted("Dm7 G7 Cmaj7", usage=Usage(11, 7, cached_tokens=4, reasoning_tokens=2))


def test_the_question_is_put_as_the_protocol_wants_it() -> None:
    with Upstream() as upstream:
        Asked(upstream, key=SECRET).drawn(schema=SCHEMA, temperature=0.2, seed=7)
    (seen,) = upstream.requests
    assert (seen.method, seen.path) == ("POST", "/v1/chat/completions")
    assert seen.headers["authorization"] == f"Bearer {SECRET}"
    assert seen.body == {
        "model": "little",
        "messages": [
            {"role": "system", "content": "You are a poet."},
            {"role": "user", "content": "Two lines about rain."},
        ],
        "max_tokens": 64,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.2,
        "seed": 7,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True},
        },
    }


def test_without_a_key_nothing_is_said_of_one() -> None:
    with Upstream() as upstream:
        Asked(upstream).drawn()
    assert "authorization" not in upstream.requests[0].headers


def test_a_schema_with_free_keys_is_not_claimed_to_be_strict() -> None:
    with Upstream() as upstream:
        Asked(upstream).drawn(schema=schema_of(dict[str, int]))
    assert upstream.requests[0].body["response_format"]["json_schema"]["strict"] is False


def test_a_server_that_does_not_stream_is_understood() -> None:
    whole = {"choices": [{"message": {"content": "Dm7"}, "finish_reason": "stop"}], "usage": up.USED}
    with Upstream(Answer(raw=msgspec.json.encode(whole))) as upstream:
        assert Asked(upstream).drawn() == ["Dm7", Drafted("Dm7", usage=Usage(11, 7, 4, 2))]


@pytest.mark.parametrize(
    "usage", [None, {"prompt_tokens": 5}, {"prompt_tokens": -1, "completion_tokens": 2}, {"prompt_tokens": "x"}]
)
def test_usage_that_is_not_said_or_makes_no_sense_is_unknown(usage: dict[str, Any] | None) -> None:
    with Upstream(said("Dm7", usage=usage)) as upstream:
        assert Asked(upstream).last() == Drafted("Dm7", usage=None)


def test_cached_tokens_never_exceed_the_tokens_they_are_part_of() -> None:
    used = {"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 9}}
    with Upstream(said("Dm7", usage=used)) as upstream:
        assert Asked(upstream).last().usage == Usage(5, 2, cached_tokens=5)


def test_an_answer_at_its_token_limit_says_so() -> None:
    with Upstream(said("Dm7 G", finish_reason="length")) as upstream:
        assert Asked(upstream).last().truncated


def test_thoughts_are_no_part_of_the_answer() -> None:
    with Upstream(said("<think>maybe Dm7 </think>\n\nG7 C")) as upstream:
        *pieces, last = Asked(upstream).drawn()
    assert "".join(map(str, pieces)) == "G7 C"
    assert isinstance(last, Drafted)
    assert last.text == "G7 C"


@pytest.mark.parametrize("missing", [{"done": False}, {"finish_reason": None}])
def test_either_sign_of_the_end_is_enough(missing: dict[str, Any]) -> None:
    with Upstream(said("Dm7", **missing)) as upstream:
        assert Asked(upstream).last().text == "Dm7"


def test_a_connection_that_breaks_after_the_last_word_loses_nothing_but_the_usage() -> None:
    with Upstream(said("Dm7 G7", cut_after=3)) as upstream:
        assert Asked(upstream).last() == Drafted("Dm7 G7", usage=None)


def test_calls_use_one_connection_again() -> None:
    with Upstream() as upstream:
        Asked(upstream).drawn(times=5)
        assert (len(upstream.requests), upstream.accepted) == (5, 1)


# ---- servers that understand less ------------------------------------------------------------------------------


def test_a_server_without_json_schema_gets_json_mode_and_then_words_and_is_remembered() -> None:
    answers = [
        up.refused(400, "response_format json_schema is not supported"),
        up.refused(400, "unknown response_format"),
    ]
    with Upstream(*answers, otherwise=said(JSON)) as upstream:
        Asked(upstream).drawn(schema=SCHEMA, times=2)
    forms = [(seen.body.get("response_format") or {}).get("type") for seen in upstream.requests]
    assert forms == ["json_schema", "json_object", None, None]
    systems = [seen.body["messages"][0]["content"] for seen in upstream.requests]
    assert ["lines" in system for system in systems] == [False, True, True, True]


def test_a_server_that_ignores_the_schema_is_told_in_words_the_next_time() -> None:
    with Upstream(said("Here are two lines."), otherwise=said(JSON)) as upstream:
        Asked(upstream).drawn(schema=SCHEMA, times=2)
    assert "lines" in upstream.requests[1].body["messages"][0]["content"]


def test_reasoning_models_of_openai_get_the_field_and_the_temperature_they_accept() -> None:
    objections = [
        up.refused(400, "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."),
        up.refused(400, "Unsupported value: 'temperature' does not support 0.2 with this model."),
    ]
    with Upstream(*objections) as upstream:
        Asked(upstream).drawn(temperature=0.2, times=2)
    for seen in upstream.requests[2:]:
        assert seen.body["max_completion_tokens"] == 64
        assert not {"max_tokens", "temperature"} & seen.body.keys()
    assert len(upstream.requests) == 4


def test_an_objection_that_no_rewording_meets_is_passed_on() -> None:
    with Upstream(otherwise=up.refused(400, "max_tokens is too large")) as upstream:
        error = Asked(upstream).failed()
        assert isinstance(error, EngineRefused)
        assert "too large" in error.why
        assert len(upstream.requests) == 2


def test_a_refusal_that_is_not_about_the_wording_is_not_argued_with() -> None:
    with Upstream(otherwise=up.refused(400, "context length exceeded")) as upstream:
        assert isinstance(Asked(upstream).failed(schema=SCHEMA), EngineRefused)
        assert len(upstream.requests) == 1


# ---- refusals and faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "billed"),
    [
        (up.refused(401, f"Incorrect API key {SECRET}"), EngineRefused, False),
        (up.refused(403, "no access"), EngineRefused, False),
        (up.refused(404, "model 'little' not found"), EngineRefused, False),
        (up.refused(429, "You exceeded your current quota", kind="insufficient_quota"), EngineRefused, False),
        (up.rate_limited("3600"), EngineOverloaded, False),
        (said("no", refusal="I cannot help with that."), EngineRefused, True),
        (said("no", finish_reason="content_filter"), EngineRefused, True),
        (up.garbage(), EngineFault, True),
        (up.web_page(), EngineFault, True),
        (Answer(raw=b'{"object": "list"}'), EngineFault, True),
        (Answer(raw=b"", content_type="text/event-stream"), EngineFault, True),
        (Answer(raw=b'{"error": {"message": "out of memory"}}'), EngineFault, True),
        (up.cut("Dm7 G7 C", after=2), EngineFault, True),
        (said("Dm7", finish_reason=None, done=False), EngineFault, True),
        (up.error_in_stream("Dm7", f"bad key {SECRET}"), EngineFault, True),
    ],
)  # fmt: skip
def test_every_failure_of_a_paid_model_has_its_error_and_is_not_repeated(
    answer: Answer, kind: type[EngineError], billed: bool
) -> None:
    with Upstream(answer) as upstream:
        error = Asked(upstream, key=SECRET, prices=PRICED).failed()
        assert type(error) is kind
        assert error.may_be_billed is billed
        assert len(upstream.requests) == 1


def test_a_rejected_key_names_the_variable_to_set() -> None:
    with Upstream(up.refused(401, "no")) as upstream:
        assert "SKY_KEY" in Asked(upstream, api_key_setting="SKY_KEY").failed().mend
    with Upstream(up.refused(401, "no")) as upstream:
        assert "OPENAI_API_KEY" in Asked(upstream, provider="openai").failed().mend


def test_what_the_server_said_is_in_the_reason() -> None:
    with Upstream(up.error_in_stream("Dm7", "the GPU fell off")) as upstream:
        assert "the GPU fell off" in Asked(upstream, prices=PRICED).failed().why


def test_a_reply_without_end_is_stopped() -> None:
    with Upstream(otherwise=up.huge(40_000_000)) as upstream:
        assert isinstance(Asked(upstream, prices=PRICED).failed(), EngineFault)
        assert upstream.wait_for(lambda server: server.left_early == 1)


def test_a_server_that_hangs_is_left_at_the_deadline() -> None:
    with Upstream(up.hang()) as upstream:
        assert isinstance(Asked(upstream).failed(left_s=0.2), EngineTimeout)
        assert upstream.wait_for(lambda server: server.connections == 0)


def test_nobody_there_is_unreachable_and_free() -> None:
    with Upstream() as upstream:
        gone = Asked(upstream)
    error = gone.failed()
    assert isinstance(error, EngineUnreachable)
    assert not error.may_be_billed
    assert len(gone.slept) == 2


# ---- again, or not ---------------------------------------------------------------------------------------------


def test_a_rate_limit_is_waited_out_for_as_long_as_the_server_says() -> None:
    with Upstream(up.rate_limited("7"), said("Dm7")) as upstream:
        asked = Asked(upstream, prices=PRICED)
        assert asked.last().text == "Dm7"
        assert [int(pause) for pause in asked.slept] == [7]


def test_a_server_error_is_tried_again_twice_and_no_more() -> None:
    with Upstream(up.server_error(), up.server_error(), said("Dm7")) as upstream:
        assert Asked(upstream, prices=PRICED).last().text == "Dm7"
    with Upstream(otherwise=up.server_error()) as upstream:
        assert isinstance(Asked(upstream, prices=PRICED).failed(), EngineFault)
        assert len(upstream.requests) == 3


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    with Upstream(up.rate_limited("30"), said("Dm7")) as upstream:
        error = Asked(upstream).failed(left_s=20.0)
        assert isinstance(error, EngineOverloaded)
        assert error.retry_after_s == 30.0
        assert len(upstream.requests) == 1


def test_a_free_model_is_asked_again_after_garbage() -> None:
    with Upstream(up.garbage(), said("Dm7")) as upstream:
        assert Asked(upstream).last().text == "Dm7"


def test_after_the_first_piece_nothing_is_tried_again() -> None:
    with Upstream(up.cut("Dm7 G7 C", after=1), said("other text")) as upstream:
        asked = Asked(upstream)
        assert isinstance(asked.failed(), EngineFault)
        assert len(upstream.requests) == 1
        assert asked.slept == []


def test_a_server_that_keeps_failing_is_left_alone_and_probed_after_a_while() -> None:
    with Upstream(*[up.server_error()] * 6, otherwise=said("Dm7")) as upstream:
        asked = Asked(upstream)
        asked.failed()
        asked.failed()
        assert len(upstream.requests) == 5
        assert isinstance(asked.failed(), EngineUnreachable)
        assert len(upstream.requests) == 5
        asked.clock.advance(31.0)
        asked.failed()  # the server lives, by its list of models, but the call fails: enough for another rest
        assert len(upstream.posts) == 6
        asked.clock.advance(31.0)
        assert asked.last().text == "Dm7"
        assert [seen.path for seen in upstream.requests if seen.method == "GET"] == ["/v1/models"] * 2


# ---- leaving early ---------------------------------------------------------------------------------------------


def test_the_first_piece_is_there_while_the_server_still_thinks_and_closing_tells_it_to_stop() -> None:
    async def call() -> None:
        pieces = asked.engine.draft(asked.call())
        assert await anext(pieces) == "Dm7"
        await pieces.aclose()

    with Upstream(up.stall("Dm7 G7")) as upstream:
        asked = Asked(upstream)
        asyncio.run(call())
        assert upstream.wait_for(lambda server: server.left_early == 1 and server.connections == 0)


def test_cancelling_the_reader_tells_the_server_to_stop() -> None:
    async def call() -> None:
        begun = asyncio.Event()

        async def read() -> None:
            async with aclosing(asked.engine.draft(asked.call())) as pieces:
                async for _ in pieces:
                    begun.set()

        task = asyncio.create_task(read())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with Upstream(up.stall("Dm7 G7")) as upstream:
        asked = Asked(upstream)
        asyncio.run(call())
        assert upstream.wait_for(lambda server: server.left_early == 1 and server.connections == 0)


def test_a_server_that_falls_silent_is_left_at_the_deadline_and_not_asked_again() -> None:
    with Upstream(up.stall("Dm7 G7"), said("other text")) as upstream:
        assert isinstance(Asked(upstream).failed(left_s=0.2), EngineTimeout)
        assert len(upstream.requests) == 1
        assert upstream.wait_for(lambda server: server.connections == 0)


# ---- who may be asked ------------------------------------------------------------------------------------------


def unready(key: str, monkeypatch: pytest.MonkeyPatch | None = None, **fields: Any) -> str:
    made = engine(Settings(openai_api_key=Secret(key)), FrozenClock())
    return made.unready(msgspec.structs.replace(model("little", "cloud", 9), **fields), None)


def test_a_model_on_this_machine_needs_no_key() -> None:
    assert unready("", base_url="http://localhost:11434/v1") == ""


def test_a_model_on_the_network_needs_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    openai: dict[str, Any] = {"base_url": "https://api.openai.com/v1", "provider": "openai"}
    other: dict[str, Any] = {"base_url": "https://models.example.org/v1", "api_key_setting": "SKY_KEY"}
    assert "OPENAI_API_KEY" in unready("", **openai)
    assert unready("sk-1", **openai) == ""
    assert "SKY_KEY" in unready("sk-1", **other)
    monkeypatch.setenv("SKY_KEY", "sky-1")
    assert unready("", **other) == ""


def test_openais_key_goes_to_no_other_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    async def call() -> None:
        made = engine(Settings(openai_api_key=Secret(SECRET)), FrozenClock(running=True))
        for provider in ("openai", "local"):
            asked = Asked(upstream, provider=provider)
            async with aclosing(made.draft(asked.call())) as pieces:
                assert [piece async for piece in pieces]
        await made.close()

    with Upstream() as upstream:
        asyncio.run(call())
    assert [seen.headers.get("authorization") for seen in upstream.requests] == [f"Bearer {SECRET}", None]


def test_a_model_without_a_usable_url_is_not_ready() -> None:
    assert "base_url" in unready("sk-1", base_url="")
    assert "base_url" in unready("sk-1", base_url="localhost:11434")
