"""One model behind every dialect: responses, messages, Ollama's and the rest, whole and streamed, over HTTP."""

from __future__ import annotations

import http.client
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from partimento.testing.upstream import Upstream, Use, cut, refused, said, slow, used
from serving import Answer, Served, serving, settings_for

TEXT = "Hello from the little model."
SCHEMA = {
    "type": "object", "properties": {"symbol": {"type": "string"}}, "required": ["symbol"],
    "additionalProperties": False,
}  # fmt: skip
OBJECT = '{"symbol":"Dm7"}'
CALLED = used(Use("call_1", "look", OBJECT))
RESPONSES, MESSAGES, CHAT, GENERATE = "/v1/responses", "/v1/messages", "/api/chat", "/api/generate"
ABLE = 'capabilities = ["text", "json_schema", "tools", "image", "embeddings"]\n'


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream(otherwise=said(TEXT)) as running:
        yield running


@pytest.fixture(scope="module")
def server(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), settings_for(upstream.base_url) + ABLE) as running:
        yield running


def body(path: str, words: str, **more: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": words}]
    shape: dict[str, Any] = {
        RESPONSES: {"input": words, "temperature": 0},
        MESSAGES: {"messages": turns, "max_tokens": 50, "temperature": 0},
        CHAT: {"messages": turns, "stream": False, "options": {"temperature": 0}},
        GENERATE: {"prompt": words, "stream": False, "options": {"temperature": 0}},
    }[path]
    return {"model": "little", **shape, **more}


def tools(path: str) -> list[dict[str, Any]]:
    function = {"name": "look", "parameters": SCHEMA}
    return {
        RESPONSES: [{"type": "function", **function}],
        MESSAGES: [{"name": "look", "input_schema": SCHEMA}],
        CHAT: [{"type": "function", "function": function}],
    }[path]


def lines(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.body.splitlines()]


def text_of(path: str, answer: Any) -> str:
    if path == RESPONSES:
        return "".join(part["text"] for item in answer["output"] for part in item.get("content", ()))
    if path == MESSAGES:
        return "".join(block.get("text", "") for block in answer["content"])
    return str(answer["message"]["content"] if path == CHAT else answer["response"])


def streamed_text(path: str, answer: Answer) -> str:
    if path == RESPONSES:
        return "".join(one["delta"] for one in answer.events if one["type"] == "response.output_text.delta")
    if path == MESSAGES:
        return "".join(one["delta"]["text"] for one in answer.events if one["type"] == "content_block_delta")
    return "".join(text_of(path, line) for line in lines(answer))


def calls_of(path: str, answer: Any) -> list[tuple[str, Any]]:
    if path == RESPONSES:
        return [(i["name"], json.loads(i["arguments"])) for i in answer["output"] if i["type"] == "function_call"]
    if path == MESSAGES:
        return [(block["name"], block["input"]) for block in answer["content"] if block["type"] == "tool_use"]
    found = [call["function"] for call in answer["message"].get("tool_calls", ())]
    return [(function["name"], function["arguments"]) for function in found]


def used_of(path: str, answer: Any) -> tuple[int, int]:
    if path in (RESPONSES, MESSAGES):
        return answer["usage"]["input_tokens"], answer["usage"]["output_tokens"]
    return answer["prompt_eval_count"], answer["eval_count"]


EVERY = pytest.mark.parametrize("path", [RESPONSES, MESSAGES, CHAT, GENERATE])
WITH_TOOLS = pytest.mark.parametrize("path", [RESPONSES, MESSAGES, CHAT])


@EVERY
def test_an_answer_comes_whole_with_its_receipt(server: Served, path: str) -> None:
    answer = server.post(path, body(path, "whole"))
    assert answer.status == 200
    assert text_of(path, answer.json) == TEXT
    assert used_of(path, answer.json) == (11, 7)
    assert answer.json["model"] == answer.headers["x-partimento-model"] == "little"
    assert answer.headers["x-partimento-cache"] in ("hit", "miss")


@EVERY
def test_a_stream_tells_the_same_and_a_hit_replays_it(server: Served, path: str) -> None:
    first, again = (server.post(path, body(path, f"streamed {path}", stream=True)) for _ in range(2))
    assert (first.headers["x-partimento-cache"], again.headers["x-partimento-cache"]) == ("miss", "hit")
    assert streamed_text(path, first) == streamed_text(path, again) == TEXT
    if path in (RESPONSES, MESSAGES):
        named = [line.removeprefix(b"event: ").decode() for line in first.body.split(b"\n") if b"event: " in line]
        assert named == [one["type"] for one in first.events]
        kinds = [[k for k in (one["type"] for one in a.events) if "delta" not in k] for a in (first, again)]
        assert kinds[0] == kinds[1]
    else:
        assert [line["done"] for line in lines(again)][-2:] == [False, True]
        assert used_of(path, lines(first)[-1]) == (11, 7)


def test_the_events_of_a_response_stand_in_their_order(server: Served) -> None:
    found = server.post(RESPONSES, body(RESPONSES, "order", stream=True)).events
    kinds = [one["type"].removeprefix("response.") for one in found]
    assert kinds[:4] == ["created", "in_progress", "output_item.added", "content_part.added"]
    assert kinds[-4:] == ["output_text.done", "content_part.done", "output_item.done", "completed"]
    assert [one["sequence_number"] for one in found] == list(range(len(found)))
    assert found[-1]["response"]["usage"]["total_tokens"] == 18


def test_the_events_of_a_message_stand_in_their_order(server: Served) -> None:
    found = server.post(MESSAGES, body(MESSAGES, "order", stream=True)).events
    kinds = [one["type"] for one in found]
    assert kinds[:3] == ["message_start", "ping", "content_block_start"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert found[0]["message"]["usage"]["input_tokens"] > 0
    assert found[-2]["usage"] == {"input_tokens": 11, "output_tokens": 7}
    assert found[-2]["delta"]["stop_reason"] == "end_turn"


@WITH_TOOLS
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_tool_is_called_and_its_answer_told(server: Served, upstream: Upstream, path: str, stream: bool) -> None:
    upstream.then(CALLED)
    answer = server.post(path, body(path, f"look {stream}", stream=stream, tools=tools(path)))
    if not stream:
        told = answer.json
    elif path == RESPONSES:
        told = answer.events[-1]["response"]
    elif path == MESSAGES:
        block = next(one["content_block"] for one in answer.events if one["type"] == "content_block_start")
        delta = next(one["delta"] for one in answer.events if one["type"] == "content_block_delta")
        told = {"content": [block | {"input": json.loads(delta["partial_json"])}]}
        assert answer.events[-2]["delta"]["stop_reason"] == "tool_use"
    else:
        told = lines(answer)[0]
    assert calls_of(path, told) == [("look", {"symbol": "Dm7"})]


@pytest.mark.parametrize(
    ("path", "choice"),
    [
        (RESPONSES, {"type": "function", "name": "look"}),
        (RESPONSES, "required"),
        (MESSAGES, {"type": "tool", "name": "look"}),
        (MESSAGES, {"type": "any"}),
    ],
)
def test_a_forced_tool_is_called_by_the_way_of_schemas(
    server: Served, upstream: Upstream, path: str, choice: Any
) -> None:
    upstream.then(said(OBJECT))
    answer = server.post(path, body(path, f"forced {choice}", tools=tools(path), tool_choice=choice))
    assert calls_of(path, answer.json) == [("look", {"symbol": "Dm7"})]
    assert upstream.posts[-1].body["response_format"]["json_schema"]["schema"] == SCHEMA


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        (RESPONSES, {"text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}}}),
        (MESSAGES, {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}),
        (CHAT, {"format": SCHEMA}),
        (GENERATE, {"format": SCHEMA}),
    ],
)
def test_a_schema_is_followed_or_the_answer_refused(
    server: Served, upstream: Upstream, path: str, wish: dict[str, Any]
) -> None:
    upstream.then(said("It is Dm7."), said(OBJECT))
    answer = server.post(path, body(path, f"structured {path}", **wish))
    assert json.loads(text_of(path, answer.json)) == {"symbol": "Dm7"}
    upstream.then(said("It is Dm7."), said("Truly."))
    assert server.post(path, body(path, f"unstructured {path}", **wish)).status == 422


def test_the_items_of_a_response_may_be_named_in_the_next_request(server: Served, upstream: Upstream) -> None:
    upstream.then(CALLED)
    asked = {"role": "user", "content": "look it up"}
    first = server.post(RESPONSES, body(RESPONSES, "", input=[asked], tools=tools(RESPONSES))).json
    item = first["output"][0]
    answered = {"type": "function_call_output", "call_id": item["call_id"], "output": "D F A C"}
    turns = [asked, {"type": "item_reference", "id": item["id"]}, answered]
    assert text_of(RESPONSES, server.post(RESPONSES, body(RESPONSES, "", input=turns)).json) == TEXT
    assert [message["role"] for message in upstream.posts[-1].body["messages"]] == ["user", "assistant", "tool"]
    assert upstream.posts[-1].body["messages"][1]["tool_calls"][0]["function"]["name"] == "look"


def test_what_was_asked_not_to_be_stored_cannot_be_named(server: Served) -> None:
    first = server.post(RESPONSES, body(RESPONSES, "forget it", store=False)).json
    named = [{"type": "item_reference", "id": first["output"][0]["id"]}]
    assert server.post(RESPONSES, body(RESPONSES, "", input=named)).status == 400


def error_in(path: str, answer: Answer) -> Any:
    return answer.json if path in (CHAT, GENERATE) else answer.json["error"]


@EVERY
def test_an_unknown_model_is_told_in_the_dialect_before_any_stream(server: Served, path: str) -> None:
    answer = server.post(path, body(path, "x", model="nobody-has-this", stream=True))
    assert answer.status == 404
    assert error_in(path, answer)["mend"]
    if path == RESPONSES:
        assert (answer.json["error"]["code"], answer.json["error"]["param"]) == ("model_not_found", "model")
    elif path == MESSAGES:
        assert answer.json["error"]["type"] == "not_found_error"
        assert answer.json["request_id"] == answer.headers["request-id"]
    else:
        assert "nobody-has-this" in answer.json["error"]


@EVERY
def test_an_upstream_that_refuses_is_a_status_and_no_stream(server: Served, upstream: Upstream, path: str) -> None:
    upstream.then(refused(400, "too strange"))
    answer = server.post(path, body(path, f"refused {path}", stream=True))
    assert answer.status == 502
    assert "too strange" in error_in(path, answer)["cause"]
    assert answer.headers["x-should-retry"] == "false"


@EVERY
def test_a_stream_that_breaks_off_says_so_in_its_own_form(server: Served, upstream: Upstream, path: str) -> None:
    upstream.then(cut("one two three four", after=2))
    answer = server.post(path, body(path, f"broken {path}", stream=True))
    assert answer.status == 200
    if path == RESPONSES:
        plain, failed = answer.events[-2:]
        assert (plain["type"], failed["type"]) == ("error", "response.failed")
        assert failed["response"]["error"]["message"] == plain["message"]
    elif path == MESSAGES:
        assert answer.events[-1]["type"] == "error"
        assert answer.events[-1]["error"]["type"] == "api_error"
    else:
        assert lines(answer)[-1]["error"]


@pytest.mark.parametrize(
    ("path", "bad", "named"),
    [
        (RESPONSES, {"input": [{"role": "user", "content": 5}]}, "$.input[0].content"),
        (RESPONSES, {"tools": [{"type": "web_search"}]}, "web_search"),
        (RESPONSES, {"previous_response_id": "resp_1"}, "previous_response_id"),
        (MESSAGES, {"max_tokens": "many"}, "$.max_tokens"),
        (MESSAGES, {"messages": [{"role": "user", "content": [{"text": "x"}]}]}, "type"),
        (CHAT, {"messages": [{"content": "x"}]}, "role"),
        (CHAT, {"options": 5}, "$.options"),
        (GENERATE, {"raw": True}, "raw"),
        ("/v1/embeddings", {"input": [1, 2]}, "token"),
        ("/v1/audio/speech", {"input": 5}, "$.input"),
    ],
)
def test_what_cannot_be_used_is_named(server: Served, path: str, bad: dict[str, Any], named: str) -> None:
    known = body(path, "x") if path in (RESPONSES, MESSAGES, CHAT, GENERATE) else {"model": "little"}
    answer = server.post(path, {**known, **bad})
    assert answer.status == 400
    assert named in json.dumps(answer.json)


def test_who_asks_reaches_the_ledger_from_every_dialect(server: Served) -> None:
    server.post(RESPONSES, body(RESPONSES, "r", safety_identifier="user-r"))
    server.post(MESSAGES, body(MESSAGES, "m", metadata={"user_id": "user-m"}))
    server.post(CHAT, body(CHAT, "o"), x_openwebui_user_id="user-o")
    with sqlite3.connect(server.folder / "data" / "partimento.db") as db:
        rows = set(db.execute('SELECT endpoint, "user" FROM ledger'))
    assert {(RESPONSES, "user-r"), (MESSAGES, "user-m"), (CHAT, "user-o")} <= rows


def test_ollama_streams_unless_told_otherwise_and_knows_its_tag(server: Served) -> None:
    asked = {"model": "little:latest", "messages": [{"role": "user", "content": "hi"}], "stream": None, "think": False}
    answer = server.post(CHAT, asked)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert lines(answer)[-1]["done_reason"] == "stop"
    assert lines(answer)[-1]["eval_duration"] > 0


def test_ollama_s_lists_tell_what_there_is(server: Served) -> None:
    assert "little" in [model["name"] for model in server.get("/api/tags").json["models"]]
    assert server.get("/api/ps").json == {"models": []}
    assert server.get("/api/version").json["version"]
    shown = server.post("/api/show", {"model": "little:latest"}).json
    assert {"completion", "tools", "vision"} <= set(shown["capabilities"])
    assert server.post("/api/show", {"model": "nobody"}).status == 404
    assert server.post(GENERATE, {"model": "little", "keep_alive": 0}).json["done_reason"] == "unload"
    assert server.post(CHAT, {"model": "little", "messages": []}).json["done_reason"] == "load"


def test_vectors_come_by_every_door(server: Served) -> None:
    one = server.post("/v1/embeddings", {"model": "little", "input": "abc"}).json["data"][0]["embedding"]
    several = server.post("/api/embed", {"model": "little:latest", "input": ["abc", "d"]}).json["embeddings"]
    older = server.post("/api/embeddings", {"model": "little", "prompt": "abc"}).json["embedding"]
    assert one == several[0] == older
    assert len(several) == 2


def test_tokens_are_counted_without_asking_anybody(server: Served, upstream: Upstream) -> None:
    before = len(upstream.requests)
    asked = {"model": "little", "messages": [{"role": "user", "content": "x" * 400}]}
    assert 90 <= server.post("/v1/messages/count_tokens", asked).json["input_tokens"] <= 120
    assert len(upstream.requests) == before


def test_speech_is_refused_and_voices_are_none(server: Served) -> None:
    spoken = server.post("/v1/audio/speech", {"model": "tts-1", "voice": "alloy", "input": "Play it again."})
    assert spoken.status == 501
    assert spoken.json["error"]["mend"]
    assert server.get("/v1/audio/voices").json == {"voices": []}
    assert server.get("/audio/models").json == {"models": []}


@EVERY
def test_a_client_that_leaves_ends_the_call_upstream(server: Served, upstream: Upstream, path: str) -> None:
    upstream.then(slow("word " * 200, gap_s=0.1))
    before = upstream.left_early
    connection = http.client.HTTPConnection(server.address, timeout=30)
    asked = json.dumps(body(path, f"leave {path}", stream=True))
    connection.request("POST", path, asked, {"content-type": "application/json"})
    connection.getresponse().read(10)
    connection.close()
    assert upstream.wait_for(lambda seen: seen.left_early > before, 5.0)
