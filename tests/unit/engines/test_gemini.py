"""The Gemini engine against a real loopback server that fails in every way servers do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from asked import PRICED, Asked, talk
from partimento.core.conversation import Audio, Image, Message, Text, Tool, ToolCall, said
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
from partimento.engines.gemini import MOST_TEXTS, GeminiEngine, engine
from partimento.engines.gemini.contents import UNSIGNED
from partimento.testing import loopback
from partimento.testing import upstream_gemini as up
from partimento.testing.clock import FrozenClock
from partimento.testing.loopback import Loopback
from partimento.testing.upstream_gemini import Answer, Use, serving
from verse import Verse, model

SCHEMA = schema_of(Verse)
JSON = '{"lines": ["a", "b"]}'
SECRET = "AIza-very-secret"
WHOLE = Usage(11, 7, cached_tokens=4, reasoning_tokens=2)
CHORD = Tool(
    name="chord", description="The notes.", parameters={"type": "object", "properties": {"symbol": {"type": "string"}}}
)


def asked(server: Loopback[Answer], **fields: Any) -> Asked:
    return Asked(GeminiEngine, server, engine="gemini", **fields)


# ---- the good case ---------------------------------------------------------------------------------------------


def test_pieces_come_as_the_server_sends_them_and_then_the_whole_with_its_usage() -> None:
    with serving(up.said("Dm7 G7 Cmaj7")) as upstream:
        *pieces, last = asked(upstream).drawn()
    assert "".join(map(str, pieces)) == "Dm7 G7 Cmaj7"
    assert last == Drafted("Dm7 G7 Cmaj7", usage=WHOLE)


def test_where_nobody_reads_along_the_answer_comes_in_one_piece() -> None:
    with serving(up.said("Dm7 G7 Cmaj7", thoughts="hm")) as upstream:
        assert asked(upstream).drawn(stream=False) == [Drafted("Dm7 G7 Cmaj7", usage=WHOLE)]
    assert upstream.requests[0].path == "/v1beta/models/little:generateContent"


def test_the_question_is_put_as_the_protocol_wants_it_and_the_key_is_not_in_the_url() -> None:
    with serving() as upstream:
        asked(upstream, key=SECRET).drawn(temperature=0.2, seed=2**40 + 7, schema=SCHEMA)
    (seen,) = upstream.requests
    assert (seen.method, seen.path) == ("POST", "/v1beta/models/little:streamGenerateContent?alt=sse")
    assert seen.headers["x-goog-api-key"] == SECRET
    assert seen.body == {
        "systemInstruction": {"parts": [{"text": "You are a poet."}]},
        "contents": [{"role": "user", "parts": [{"text": "Two lines about rain."}]}],
        "generationConfig": {
            "maxOutputTokens": 64,
            "temperature": 0.2,
            "seed": 7,
            "responseMimeType": "application/json",
            "responseJsonSchema": SCHEMA,
        },
    }


@pytest.mark.parametrize(("written", "version"), [("", "v1beta"), ("/v1beta/", "v1beta"), ("/v1", "v1")])
def test_a_base_url_is_understood_with_its_version_and_without(written: str, version: str) -> None:
    with serving() as upstream:
        asked(upstream, base_url=upstream.base_url + written).drawn()
        assert upstream.requests[0].path.startswith(f"/{version}/models/little:")


def test_thoughts_are_no_part_of_the_answer_but_of_its_price() -> None:
    with serving(up.said("G7 C", thoughts="maybe Dm7")) as upstream:
        last = asked(upstream).last()
    assert last.text == "G7 C"
    assert last.usage == WHOLE  # 5 tokens of answer and 2 of thought


def test_sound_and_tool_results_count_as_input() -> None:
    used = {
        "promptTokenCount": 50,
        "toolUsePromptTokenCount": 5,
        "candidatesTokenCount": 3,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 10}, {"modality": "AUDIO", "tokenCount": 40}],
    }
    with serving(up.said("Dm7", usage=used)) as upstream:
        assert asked(upstream).last().usage == Usage(55, 3, audio_tokens=40)


@pytest.mark.parametrize("usage", [None, {"promptTokenCount": -1}, {"promptTokenCount": "x"}, {"totalTokenCount": 5}])
def test_usage_that_is_not_said_or_makes_no_sense_is_unknown(usage: dict[str, Any] | None) -> None:
    with serving(up.said("Dm7", usage=usage)) as upstream:
        assert asked(upstream).last().usage is None


@pytest.mark.parametrize("reason", ["MAX_TOKENS", "CONTINUATION"])
def test_an_answer_that_is_cut_short_says_so(reason: str) -> None:
    with serving(up.said("Dm7 G", finish_reason=reason)) as upstream:
        assert asked(upstream).last().truncated


def test_a_stream_that_a_proxy_turned_into_a_list_is_understood() -> None:
    parts = [{"text": "Dm7"}], [{"text": " G7"}]
    replies = [{"candidates": [{"content": {"parts": part}}]} for part in parts]
    replies[-1]["candidates"][0]["finishReason"] = "STOP"  # type: ignore[assignment]
    with serving(up.sent(loopback.json_sent(replies))) as upstream:
        assert asked(upstream).drawn() == ["Dm7 G7", Drafted("Dm7 G7", usage=None)]


def test_calls_use_one_connection_again() -> None:
    with serving() as upstream:
        asked(upstream).drawn(times=5)
        assert (len(upstream.requests), upstream.accepted) == (5, 1)


# ---- vectors ---------------------------------------------------------------------------------------------------


def test_texts_become_vectors_of_the_length_that_was_asked_for() -> None:
    vectors = (1.0, 2.0), (3.0, 4.0)
    with serving(up.embedded(*vectors, usage={"promptTokenCount": 5})) as upstream:
        assert asked(upstream).drawn(texts=("a", "b"), dimensions=2) == [
            Drafted(value=[[1.0, 2.0], [3.0, 4.0]], usage=Usage(5, 0))
        ]
    (seen,) = upstream.requests
    assert seen.path == "/v1beta/models/little:batchEmbedContents"
    assert seen.body == {
        "requests": [
            {"model": "models/little", "content": {"parts": [{"text": text}]}, "outputDimensionality": 2}
            for text in ("a", "b")
        ]
    }


def test_more_texts_than_one_call_takes_go_in_several_and_come_back_in_order() -> None:
    texts = tuple(f"text {number}" for number in range(2 * MOST_TEXTS + 1))
    with serving(otherwise=up.embedded()) as upstream:
        last = asked(upstream).last(texts=texts)
    assert [len(seen.body["requests"]) for seen in upstream.posts] == [MOST_TEXTS, MOST_TEXTS, 1]
    assert len(last.value) == len(texts)
    assert last.usage is None  # the server did not say


# ---- conversations and tools -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
def test_tool_calls_come_with_ids_made_up_where_the_server_gives_none(stream: bool) -> None:
    uses = Use("chord", {"symbol": "Dm7"}), Use("chord", {"symbol": "G7"}, "theirs")
    with serving(up.called(*uses, text="Let me see.")) as upstream:
        last = asked(upstream).last(stream=stream, conversation=talk(said("user", "hi"), tools=(CHORD,)))
    assert last.text == "Let me see."
    assert [(call.name, call.arguments) for call in last.tool_calls] == [
        ("chord", '{"symbol":"Dm7"}'),
        ("chord", '{"symbol":"G7"}'),
    ]
    made_up, theirs = (call.id for call in last.tool_calls)
    assert theirs == "theirs"
    assert made_up not in ("", theirs)


def test_of_calls_made_at_once_the_first_is_taken_where_one_was_asked_for() -> None:
    conversation = talk(said("user", "hi"), tools=(CHORD,), parallel_tool_calls=False)
    with serving(up.called(Use("chord", {"symbol": "Dm7"}), Use("chord", {"symbol": "G7"}))) as upstream:
        (call,) = asked(upstream).last(conversation=conversation).tool_calls
    assert call.arguments == '{"symbol":"Dm7"}'


def test_a_signature_travels_in_the_id_and_goes_back_where_it_came_from() -> None:
    with serving(up.called(Use("chord", {"symbol": "Dm7"}, "f1", "a+/b4w=="))) as upstream:
        it = asked(upstream)
        first = it.last(conversation=talk(said("user", "hi"), tools=(CHORD,)))
        (call,) = first.tool_calls
        assert call.id.replace("-", "").replace("_", "").isalnum()
        answered = Message(role="tool", parts=(Text("D F A C"),), tool_call_id=call.id)
        it.drawn(conversation=talk(said("user", "hi"), Message(role="assistant", tool_calls=(call,)), answered))
    contents = upstream.requests[1].body["contents"]
    assert contents[1]["parts"] == [
        {"functionCall": {"name": "chord", "args": {"symbol": "Dm7"}, "id": "f1"}, "thoughtSignature": "a+/b4w=="}
    ]
    assert contents[2]["parts"] == [
        {"functionResponse": {"name": "chord", "response": {"output": "D F A C"}, "id": "f1"}}
    ]


def test_a_model_that_misses_signatures_is_given_what_stands_for_one() -> None:
    no = up.refused(400, "Function call is missing a thought_signature in functionCall parts.")
    calls = ToolCall("a", "chord", "{}"), ToolCall("b", "chord", "{}")
    turns = said("user", "hi"), Message(role="assistant", tool_calls=calls)
    with serving(no) as upstream:
        asked(upstream).drawn(conversation=talk(*turns), times=2)
    signed = [
        [part.get("thoughtSignature") for part in seen.body["contents"][1]["parts"]] for seen in upstream.requests
    ]
    assert signed == [[None, None], [UNSIGNED, None], [UNSIGNED, None]]


def test_a_signature_that_is_not_accepted_is_left_at_home() -> None:
    with serving(up.refused(400, "Corrupted thought signature.")) as upstream:
        turns = said("user", "hi"), Message(role="assistant", tool_calls=(ToolCall("f1--signed--YWJj", "chord", "{}"),))
        asked(upstream).drawn(conversation=talk(*turns), times=2)
    signed = [seen.body["contents"][1]["parts"][0]["thoughtSignature"] for seen in upstream.requests]
    assert signed == ["YWJj", UNSIGNED, "YWJj"]  # that one was not accepted says nothing of others


def test_a_conversation_with_pictures_sound_calls_and_results_is_told_whole() -> None:
    picture = Image(b"data:image/png;base64,eA==")
    conversation = talk(
        said("system", "Be short."),
        Message(
            role="user",
            parts=(Text("What is this?"), picture, Image(b"https://example.org/a.webp?x=1"), Audio(b"eA==", "mp3")),
        ),
        Message(role="assistant", tool_calls=(ToolCall("a", "chord", '{"symbol": "Dm7"}'), ToolCall("b", "key", ""))),
        Message(role="tool", parts=(Text('{"notes": ["D"]}'),), tool_call_id="a"),
        Message(role="tool", parts=(Text("C"), picture), tool_call_id="b"),
        said("user", "And now?"),
        tools=(CHORD, Tool(name="key")),
        tool_choice="chord",
        stop=("1", "2", "3", "4", "5", "6"),
        top_p=0.9,
        presence_penalty=0.1,
        frequency_penalty=0.2,
    )
    with serving() as upstream:
        asked(upstream).drawn(conversation=conversation)
    body = upstream.requests[0].body
    inline = {"inlineData": {"mimeType": "image/png", "data": "eA=="}}
    assert body["systemInstruction"] == {"parts": [{"text": "You are a poet.\n\nBe short."}]}
    assert body["contents"] == [
        {
            "role": "user",
            "parts": [
                {"text": "What is this?"},
                inline,
                {"fileData": {"mimeType": "image/webp", "fileUri": "https://example.org/a.webp?x=1"}},
                {"inlineData": {"mimeType": "audio/mp3", "data": "eA=="}},
            ],
        },
        {
            "role": "model",
            "parts": [
                {"functionCall": {"name": "chord", "args": {"symbol": "Dm7"}, "id": "a"}},
                {"functionCall": {"name": "key", "args": {}, "id": "b"}},
            ],
        },
        {
            "role": "user",
            "parts": [
                {"functionResponse": {"name": "chord", "response": {"notes": ["D"]}, "id": "a"}},
                {"functionResponse": {"name": "key", "response": {"output": "C"}, "id": "b"}},
                inline,
            ],
        },
        {"role": "user", "parts": [{"text": "And now?"}]},
    ]
    assert body["tools"] == [
        {
            "functionDeclarations": [
                {"name": "chord", "description": "The notes.", "parametersJsonSchema": CHORD.parameters},
                {"name": "key"},
            ]
        }
    ]
    assert body["toolConfig"] == {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["chord"]}}
    assert body["generationConfig"] == {
        "maxOutputTokens": 64,
        "topP": 0.9,
        "stopSequences": ["1", "2", "3", "4", "5"],
        "presencePenalty": 0.1,
        "frequencyPenalty": 0.2,
    }


# ---- models and servers that understand less -------------------------------------------------------------------


def test_a_model_that_takes_no_schema_is_made_to_call_a_function_and_is_remembered() -> None:
    no = up.refused(400, 'Invalid JSON payload received. Unknown name "responseJsonSchema"')
    answer = up.called(Use("give_answer", {"lines": ["a", "b"]}), text="Here you are:")
    with serving(no, otherwise=answer) as upstream:
        last = asked(upstream).last(schema=SCHEMA)
    body = upstream.requests[1].body
    assert body["tools"][0]["functionDeclarations"][0]["parametersJsonSchema"] == SCHEMA
    assert body["toolConfig"] == {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["give_answer"]}}
    assert "responseMimeType" not in body["generationConfig"]
    assert last == Drafted('{"lines":["a","b"]}', usage=WHOLE)


def test_an_open_model_without_any_of_it_is_told_in_words() -> None:
    answers = [
        up.refused(400, "JSON mode is not enabled for models/little"),
        up.refused(400, "Function calling is not enabled for models/little"),
        up.refused(400, "JSON mode is not enabled for models/little"),
        up.refused(400, "Developer instruction is not enabled for models/little"),
    ]
    with serving(*answers, otherwise=up.said(JSON)) as upstream:
        assert asked(upstream).drawn(schema=SCHEMA, times=2)[-1] == Drafted(JSON, usage=WHOLE)
    assert len(upstream.requests) == 6
    body = upstream.requests[-1].body
    assert set(body) == {"contents", "generationConfig"}
    assert '"lines"' in body["contents"][0]["parts"][0]["text"]


def test_a_schema_without_an_object_at_its_root_goes_into_no_function() -> None:
    with serving(up.refused(400, "responseJsonSchema is too complex"), otherwise=up.said("[1]")) as upstream:
        assert asked(upstream).last(schema={"type": "array", "items": {"type": "integer"}}).text == "[1]"
    assert "tools" not in upstream.requests[1].body


@pytest.mark.parametrize(
    ("upstream_name", "first"),
    [("gemini-3-flash", {"thinkingLevel": "LOW"}), ("gemini-2.5-flash", {"thinkingBudget": 1024})],
)
def test_a_model_thinks_by_level_or_by_budget_as_its_generation_does(upstream_name: str, first: dict[str, Any]) -> None:
    with serving() as upstream:
        conversation = talk(said("user", "hi"), reasoning_effort="low")
        asked(upstream, upstream=upstream_name).drawn(conversation=conversation, max_tokens=4096)
    assert upstream.requests[0].body["generationConfig"]["thinkingConfig"] == first


def test_a_model_that_cannot_think_is_not_told_to() -> None:
    answers = [up.refused(400, "Thinking level is not supported"), up.refused(400, "thinking budget: not supported")]
    with serving(*answers) as upstream:
        asked(upstream).drawn(conversation=talk(said("user", "hi"), reasoning_effort="low"), times=2)
    assert ["thinkingConfig" in seen.body["generationConfig"] for seen in upstream.requests] == [
        True,
        True,
        False,
        False,
    ]


def test_penalties_that_a_model_does_not_know_are_not_said_to_it_again() -> None:
    with serving(up.refused(400, "Penalty is not enabled for this model")) as upstream:
        asked(upstream).drawn(conversation=talk(said("user", "hi"), presence_penalty=0.5), times=2)
    assert ["presencePenalty" in seen.body["generationConfig"] for seen in upstream.requests] == [True, False, False]


def test_an_objection_to_something_else_is_an_answer() -> None:
    with serving(up.refused(400, "contents must not be empty")) as upstream:
        error = asked(upstream).failed(temperature=0.5)
    assert isinstance(error, EngineRefused)
    assert "contents must not be empty" in error.why


# ---- faults ----------------------------------------------------------------------------------------------------


def test_a_rate_limit_is_waited_out_as_long_as_the_details_say() -> None:
    with serving(up.rate_limited(retry_delay="3.5s")) as upstream:
        it = asked(upstream)
        assert it.last().text == "as you say"
    assert 3.5 <= it.slept[0] < 5


def test_a_wait_beyond_the_deadline_is_told_and_not_waited_for() -> None:
    with serving(otherwise=up.rate_limited(retry_delay="38s")) as upstream:
        error = asked(upstream).failed()
    assert isinstance(error, EngineOverloaded)
    assert error.retry_after_s == 38


def test_a_days_quota_that_is_spent_is_no_overload() -> None:
    quota = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
    with serving(otherwise=up.rate_limited("3s", quota)) as upstream:
        error = asked(upstream).failed()
        assert len(upstream.posts) == 1
    assert isinstance(error, EngineRefused)
    assert "quota" in error.what


@pytest.mark.parametrize(
    "answer", [up.rate_limited(), up.refused(503, "The model is overloaded."), up.sent(loopback.server_error())]
)
def test_what_passes_is_tried_again(answer: Answer) -> None:
    with serving(answer) as upstream:
        it = asked(upstream)
        assert it.last().text == "as you say"
    assert len(it.slept) == 1


@pytest.mark.parametrize("answer", [up.bad_key(), up.refused(401, SECRET), up.refused(403, f"no: {SECRET}")])
def test_a_key_that_is_not_accepted_names_its_variable_and_never_the_key(answer: Answer) -> None:
    with serving(answer) as upstream:
        error = asked(upstream, key=SECRET, provider="gemini").failed()
    assert isinstance(error, EngineRefused)
    assert error.mend == "set GEMINI_API_KEY"


def test_a_question_that_is_blocked_is_refused_and_may_be_billed() -> None:
    with serving(up.blocked()) as upstream:
        error = asked(upstream).failed()
    assert isinstance(error, EngineRefused)
    assert error.may_be_billed
    assert "PROHIBITED_CONTENT" in error.why


@pytest.mark.parametrize("reason", ["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"])
@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_that_is_stopped_by_a_filter_is_refused_and_may_be_billed(reason: str, stream: bool) -> None:
    with serving(up.said("Dm7", finish_reason=reason)) as upstream:
        error = asked(upstream).failed(stream=stream)
    assert isinstance(error, EngineRefused)
    assert error.may_be_billed


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "OTHER", "A_REASON_YET_TO_COME"])
def test_an_answer_that_went_wrong_is_a_fault(reason: str) -> None:
    with serving(up.said("", finish_reason=reason, finish_message="it was no JSON")) as upstream:
        error = asked(upstream, prices=PRICED).failed()
    assert isinstance(error, EngineFault)
    assert error.why == "it was no JSON"


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, EngineOverloaded), (429, EngineOverloaded), (500, EngineFault), (504, EngineTimeout), (400, EngineRefused)],
)
def test_an_error_within_a_reply_that_began_well_means_what_its_status_would(
    status: int, error: type[EngineError]
) -> None:
    with serving(otherwise=up.error_in_stream(status, f"no {SECRET}", "Dm7")) as upstream:
        found = asked(upstream, key=SECRET, prices=PRICED).failed()
        assert isinstance(found, error)
        assert found.may_be_billed  # some of the answer was written
        assert len(upstream.posts) == 1


def test_a_stream_that_breaks_before_the_first_word_is_tried_again_and_one_after_it_is_not() -> None:
    with serving(up.said("Dm7 G7", cut_after=0)) as upstream:
        assert asked(upstream).last().text == "as you say"
    with serving(otherwise=up.said("Dm7 G7", cut_after=1)) as upstream:
        assert isinstance(asked(upstream).failed(), EngineFault)
        assert len(upstream.posts) == 1


def test_a_stream_that_ends_without_its_reason_is_a_fault() -> None:
    with serving(otherwise=up.said("Dm7 G7", finish_reason=None)) as upstream:
        assert isinstance(asked(upstream).failed(), EngineFault)


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
    official = model("gemini-flash", "cloud", 9, provider="gemini")
    assert "GEMINI_API_KEY" in engine(Settings(), FrozenClock()).unready(official, None)
    assert engine(Settings(gemini_api_key=Secret("x")), FrozenClock()).unready(official, None) == ""
    nowhere = model("x", "cloud", 9, provider="gemini", base_url="nowhere")
    assert "base_url" in engine(Settings(gemini_api_key=Secret("x")), FrozenClock()).unready(nowhere, None)


def test_a_key_is_shown_to_its_own_models_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "mine")
    made = engine(Settings(gemini_api_key=Secret(SECRET)), FrozenClock(running=True))
    with serving() as upstream:
        for fields in ({"api_key_setting": "MY_KEY"}, {"provider": "local"}, {"provider": "gemini"}):
            it = asked(upstream, **fields)
            it.engine = made
            it.drawn()
    assert [seen.headers.get("x-goog-api-key") for seen in upstream.requests] == ["mine", None, SECRET]
