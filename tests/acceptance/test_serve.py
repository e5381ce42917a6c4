"""The server as a client meets it: chat completions whole and streamed, what is remembered, who is let in."""

from __future__ import annotations

import http.client
import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from partimento.testing.upstream import Upstream, hang, said, slow
from serving import Served, serving, settings_for

HELLO: dict[str, Any] = {"model": "auto", "messages": [{"role": "user", "content": "Say hello"}], "temperature": 0}
CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream(otherwise=said("Hello from the little model.")) as running:
        yield running


@pytest.fixture(scope="module")
def server(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), settings_for(upstream.base_url)) as running:
        yield running


def asked(text: str, **more: Any) -> dict[str, Any]:
    return {**HELLO, "messages": [{"role": "user", "content": text}], **more}


def rows_of(server: Served) -> list[tuple[Any, ...]]:
    with sqlite3.connect(server.folder / "data" / "partimento.db") as db:
        return db.execute('SELECT task, ending, endpoint, model, "user" FROM ledger ORDER BY at').fetchall()


def test_a_completion_has_the_text_and_says_how_it_was_made(server: Served) -> None:
    answer = server.post(CHAT, asked("whole"))
    assert answer.status == 200
    assert answer.json["choices"][0]["message"]["content"] == "Hello from the little model."
    assert answer.json["choices"][0]["finish_reason"] == "stop"
    assert answer.json["usage"] == {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    assert answer.headers["x-partimento-model"] == "little"
    assert answer.headers["x-partimento-cache"] == "miss"
    assert float(answer.headers["x-partimento-cost-usd"]) == 0
    assert float(answer.headers["x-partimento-latency-ms"]) > 0


def test_the_same_question_is_answered_from_memory(server: Served, upstream: Upstream) -> None:
    first = server.post(CHAT, asked("again and again"))
    asked_before = len(upstream.requests)
    second = server.post(CHAT, asked("again and again"))
    assert second.headers["x-partimento-cache"] == "hit"
    assert second.json["choices"] == first.json["choices"]
    assert len(upstream.requests) == asked_before


@pytest.mark.parametrize(
    "more",
    [
        {"temperature": 0.7},
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]},
        {"messages": [{"role": r, "content": "x"} for r in ("user", "assistant", "user")]},
    ],
    ids=["chance", "tools", "history"],
)
def test_chat_with_chance_tools_or_a_history_is_remembered_on_wish_only(server: Served, more: dict[str, Any]) -> None:
    body = asked("wished", **more)
    assert [server.post(CHAT, body).headers["x-partimento-cache"] for _ in range(2)] == ["miss", "miss"]
    wished = [server.post(CHAT, body, x_partimento_cache="use").headers["x-partimento-cache"] for _ in range(2)]
    assert wished == ["miss", "hit"]


def test_a_stream_tells_the_same_text_in_pieces_and_its_usage_where_asked(server: Served) -> None:
    answer = server.post(CHAT, asked("streamed", stream=True, stream_options={"include_usage": True}))
    *chunks, usage, done = answer.events
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert done == "[DONE]"
    assert usage["choices"] == []
    assert usage["usage"]["total_tokens"] == 18
    text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    assert text == "Hello from the little model."
    assert len(chunks) > 2
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_a_remembered_stream_comes_as_chunks_again(server: Served) -> None:
    first = server.post(CHAT, asked("chunks", stream=True))
    again = server.post(CHAT, asked("chunks", stream=True))
    assert (first.headers["x-partimento-cache"], again.headers["x-partimento-cache"]) == ("miss", "hit")
    told = ["".join(c["choices"][0]["delta"].get("content") or "" for c in a.events[:-1]) for a in (first, again)]
    assert told[0] == told[1] == "Hello from the little model."


def test_a_task_answers_as_a_model_without_any_model(server: Served) -> None:
    answer = server.post(CHAT, asked("gospel, slow, in Ab", model="task:progression"))
    made = json.loads(answer.json["choices"][0]["message"]["content"])
    assert made["genre"] == "gospel"
    assert made["symbols"]
    fields = server.post(CHAT, asked('{"chords": ["Dm7", "G7", "Cmaj7"], "key": "C"}', model="task:theory"))
    chords = json.loads(fields.json["choices"][0]["message"]["content"])["chords"]
    assert [chord["numeral"] for chord in chords] == ["ii7", "V7", "Imaj7"]


def test_every_task_has_a_door_of_its_own(server: Served) -> None:
    names = {task["name"] for task in server.get("/api/v2/tasks").json}
    assert {"arrangement", "theory", "chat"} <= names
    made = server.post("/api/v2/tasks/theory", {"chords": ["Dm7", "G7", "Cmaj7"], "key": "C"})
    assert made.json["receipt"]["model"] == "rules"
    wrapped = server.post("/api/v2/tasks/theory", {"inputs": {"chords": ["Dm7", "G7"], "key": "C"}, "model": "rules"})
    assert wrapped.status == 200
    composed = server.post("/api/v2/compose?format=mid", {"genre": "jazz", "bars": 8})
    assert composed.body[:4] == b"MThd"


def test_the_events_of_a_task_are_told_as_they_happen(server: Served) -> None:
    body = {"inputs": {"chords": ["Dm7", "G7"], "key": "C"}, "stream": True, "cache": "skip"}
    answer = server.post("/api/v2/tasks/theory", body)
    names = [line.removeprefix(b"event: ") for line in answer.body.split(b"\n") if line.startswith(b"event: ")]
    assert names == [b"started", b"attempted", b"done"]


def test_the_ledger_knows_endpoint_and_user(server: Served) -> None:
    server.post(CHAT, asked("who am I", user="user-42"))
    server.post(CHAT, asked("who else"), x_openwebui_user_id="webui-7")
    users = {(row[2], row[4]) for row in rows_of(server)}
    assert {(CHAT, "user-42"), (CHAT, "webui-7")} <= users


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, None),
        (b"[]", 400, None),
        ({"messages": "no list"}, 400, None),
        ({"messages": []}, 400, None),
        ({"messages": [{"role": "queen", "content": "x"}]}, 400, None),
        ({**HELLO, "model": "nobody-has-this"}, 404, "model_not_found"),
        ({**HELLO, "model": "task:nothing"}, 404, "model_not_found"),
        ({**HELLO, "temperature": 9}, 400, None),
        ({**HELLO, "n": 2}, 400, None),
        ({**HELLO, "tool_choice": "required"}, 400, None),
    ],
)
def test_bad_input_is_told_in_the_dialect_of_the_door(server: Served, body: Any, status: int, code: str | None) -> None:
    answer = server.post(CHAT, body)
    assert answer.status == status
    assert answer.json["error"]["code"] == code
    assert answer.json["error"]["mend"]


def test_strangers_hosts_origins_forms_and_paths_are_refused(server: Served) -> None:
    assert server.post(CHAT, HELLO, host="evil.example").status == 403
    assert server.post(CHAT, HELLO, origin="https://evil.example").status == 403
    assert server.post(CHAT, HELLO, origin=server.url).status == 200
    assert server.post(CHAT, HELLO, content_type="text/plain").status == 415
    assert server.post(CHAT, HELLO, content_type="application/x-www-form-urlencoded").status == 415
    assert server.get("/v1/nowhere").status == 404
    assert server.get(CHAT).status == 405
    assert server.get("/healthz", host="evil.example").status == 403


def test_metrics_and_the_openapi_page_tell_what_there_is(server: Served) -> None:
    server.post(CHAT, asked("counted"))
    text = server.get("/metrics").body.decode()
    assert 'partimento_requests_total{task="chat",model="little",tier="small",ending="served"}' in text
    assert "partimento_request_seconds_bucket" in text
    page = server.get("/openapi.json").json
    assert {CHAT, "/v1/messages", "/v1/responses", "/api/chat", "/api/v2/tasks/theory"} <= set(page["paths"])


def test_a_client_that_leaves_ends_the_call_upstream(tmp_path: Path) -> None:
    with (
        Upstream(otherwise=slow("word " * 200, gap_s=0.2)) as upstream,
        serving(tmp_path, settings_for(upstream.base_url)) as server,
    ):
        connection = http.client.HTTPConnection(server.address, timeout=30)
        connection.request("POST", CHAT, json.dumps(asked("leave", stream=True)), {"content-type": "application/json"})
        connection.getresponse().read(10)
        connection.close()
        assert upstream.wait_for(lambda seen: seen.connections == 0, 5.0)
        server.stop()
        assert ("chat", "cancelled") in {row[:2] for row in rows_of(server)}


def test_requests_under_way_end_before_the_server_does(tmp_path: Path) -> None:
    with (
        Upstream(otherwise=slow("one two three four", gap_s=0.3)) as upstream,
        serving(tmp_path, settings_for(upstream.base_url)) as server,
    ):
        answers: list[Any] = []
        thread = threading.Thread(target=lambda: answers.append(server.post(CHAT, asked("drain"))))
        thread.start()
        assert upstream.wait_for(lambda seen: len(seen.requests) == 1)
        assert server.stop() == 0
        thread.join()
        assert answers[0].json["choices"][0]["message"]["content"] == "one two three four"


def test_a_key_is_asked_where_it_is_required_and_its_budget_holds(tmp_path: Path) -> None:
    with Upstream(otherwise=said("paid for")) as upstream:
        prices = 'input_usd_per_million = "1000"\noutput_usd_per_million = "1000"\n'
        settings = settings_for(upstream.base_url, require_key=True, max_tokens=100) + prices
        with serving(tmp_path, settings) as server:
            made = subprocess.run(
                [sys.executable, "-m", "partimento", "keys", "create", "app", "--budget", "0.35", "--json"],
                cwd=tmp_path, capture_output=True, text=True, check=True,
            )  # fmt: skip
            key = json.loads(made.stdout)["key"]
            assert server.post(CHAT, HELLO).status == 401
            assert server.post(CHAT, HELLO, authorization="Bearer pk-wrong").status == 401
            assert server.get("/healthz").status == 200
            paid = server.post(CHAT, asked("first"), authorization=f"Bearer {key}")
            assert paid.status == 200
            assert float(paid.headers["x-partimento-cost-usd"]) == 0.018
            assert server.post(CHAT, asked("second"), x_api_key=key).status == 200
            statuses = [server.post(CHAT, asked(f"more {n}"), x_api_key=key).status for n in range(20)]
            assert statuses[-1] == 402
            assert key not in json.dumps(rows_of(server))


def test_a_server_beyond_loopback_needs_a_key_first(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "partimento", "serve", "--host", "0.0.0.0", "--port", "0"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "keys create" in done.stderr


def test_a_silent_client_does_not_hold_its_connection(tmp_path: Path) -> None:
    with Upstream(otherwise=hang()) as upstream, serving(tmp_path, settings_for(upstream.base_url)) as server:
        host, port = server.address.split(":")
        import socket

        with socket.create_connection((host, int(port)), timeout=20) as dribbler:
            dribbler.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n")
            assert dribbler.recv(100).startswith(b"HTTP/1.1 408 ")


def test_the_models_of_this_machine_are_told_and_none_is_loaded(server: Served) -> None:
    told = server.get("/api/v2/models/status").json
    assert told["current_model"] is None
    assert told["models"]["little"] == {
        "downloaded": False, "loaded": False, "state": "served elsewhere", "memory_gb": 0, "row": None,
    }  # fmt: skip
    refused = server.post("/api/v2/models/generate", {"prompt": "x"})
    assert refused.status == 409
    assert refused.json["mend"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_database_that_cannot_be_opened_is_told_and_nothing_is_served(tmp_path: Path, workers: str) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is no database" * 100)
    (tmp_path / "partimento.toml").write_text(f'database_url = "sqlite:///{tmp_path / "broken.db"}"\n')
    command = [sys.executable, "-m", "partimento", "serve", "--port", "0", "--workers", workers]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 8
    assert "error:" in done.stderr
    assert "mend:" in done.stderr
