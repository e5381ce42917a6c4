"""Requests that nobody should send, at every door that writes: each is answered, in the door's own form, and none is
answered with 500. The bodies come from the OpenAPI page (schemathesis), from valid bodies with one part made hostile,
and from plain bytes."""

from __future__ import annotations

import copy
import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from schemathesis import GenerationMode

from partimento.server.exchange import Dialect
from partimento.server.metrics import Metrics
from partimento.server.openapi import page
from partimento.server.serve import every_door
from partimento.testing.upstream import Upstream, said
from serving import Served, serving, settings_for

FEW = settings(
    max_examples=12, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False
)
WORDS = [{"role": "user", "content": "a word"}]
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
CHAT = {"messages": WORDS, "temperature": 0.5, "max_tokens": 9, "stop": ["x"], "seed": 1}
BODIES: dict[str, Any] = {
    "/v1/chat/completions": {
        **CHAT, "stream_options": {"include_usage": True}, "tools": [TOOL], "user": "u",
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
    },
    "/v1/responses": {
        "input": WORDS, "instructions": "be brief", "tools": [{"type": "function", "name": "look", "parameters": {}}],
        "text": {"format": {"type": "text"}}, "metadata": {"user_id": "u"}, "store": False, "max_output_tokens": 9,
    },
    "/v1/messages": {
        **CHAT, "system": [{"type": "text", "text": "be brief"}], "stop_sequences": ["x"],
        "tools": [{"name": "look", "input_schema": {"type": "object"}}], "metadata": {"user_id": "u"},
    },
    "/v1/messages/count_tokens": {"messages": WORDS, "system": "be brief"},
    "/v1/embeddings": {"input": ["a word", "two"], "encoding_format": "base64", "dimensions": 8},
    "/v1/audio/speech": {"input": "a word", "voice": "one", "model": "tts"},
    "/api/chat": {"messages": WORDS, "options": {"temperature": 0.5, "num_predict": 9, "stop": ["x"]}, "think": True},
    "/api/generate": {"prompt": "a word", "system": "be brief", "options": {"seed": 1}, "keep_alive": "5m"},
    "/api/embed": {"input": ["a word"], "truncate": True},
    "/api/embeddings": {"prompt": "a word"},
    "/api/show": {},
    "/api/v2/compose": {"genre": "gospel", "key": "Ab", "bars": 4},
    "/api/v2/analyze": {"question": "analyze", "chords": "Dm7 G7 Cmaj7", "key": "C"},
    "/api/v2/grade": {"inputs": {"exercise": {}, "played": []}, "deadline_s": 5},
    "/api/v2/models/load": {"model": "little"},
    "/api/v2/models/unload": {"model": "little"},
    "/api/v2/models/generate": {"prompt": "a word", "max_length": 9},
    "/api/v2/tasks/{name}": {"inputs": {"genre": "gospel", "key": "Ab", "bars": 4}, "seed": 7, "language": "en"},
    "/api/v2/memory/{id}/rating": {"rating": 3},
    "/api/v2/memory/{id}/verify": {"revision": 0, "tags": ["t"], "difficulty": 3, "weight": 1.5, "note": "n"},
    "/api/v2/memory/{id}/reject": {"revision": 0, "note": "n"},
    "/api/v2/memory/{id}/reopen": {"revision": 0},
    "/api/v2/memory/{id}/mark": {"tags": ["t"], "difficulty": 3, "weight": 1.5, "note": "n"},
    "/api/v2/memory/{id}/edit": {"value": {"title": "t"}, "force": True, "revision": 0},
    "/api/v2/memory/{id}/undo": {"revision": 0},
    "/api/v2/coach": {"message": "a word", "context": {"skill_level": 3}, "history": [], "stream": False},
    "/api/v2/learners": {"id": "l", "name": "n", "level": 3, "genre": "jazz", "goals": ["g"]},
    "/api/v2/learners/{id}/results": {"concept": "two-five-one", "score": 0.5, "id": "r", "level": 3},
    "/api/v2/curricula": {"curriculum": {"title": "t", "duration_weeks": 1, "modules": []}},
    "/api/v2/curricula/{id}/activate": {"learner": "l"},
    "/api/v2/curricula/{id}/replan": {"learner": "l"},
    "/api/v2/curricula/{id}/progress": {"learner": "l", "part": "p", "state": "done"},
    "/api/v2/library/plans": {"plan": {"items": [{"task": "progression", "genre": "jazz"}]}},
    "/api/v2/library/jobs": {"plan": {"items": [{"task": "nothing"}]}},
    "/api/v2/library/jobs/{id}/cancel": {},
    "/api/v2/library/jobs/{id}/pause": {},
    "/api/v2/library/jobs/{id}/resume": {},
}  # fmt: skip
PROGRAMS = [door for door in every_door(Metrics(frozenset())) if door.dialect != "page"]
"""Pages take forms, and have tests of their own."""
DOORS = [door for door in PROGRAMS if door.method == "POST"]
PAGE = json.loads(json.dumps(page(PROGRAMS)))
SCHEMA = schemathesis.openapi.from_dict(PAGE)
PATHS = [path for path, operations in PAGE["paths"].items() if "post" in operations]
UNREAD = {"/api/v2/library/jobs/{id}/cancel", "/api/v2/library/jobs/{id}/pause"}
"""Doors whose requests have no body."""
DEEP = "[" * 5000 + "]" * 5000
HOSTILE: list[Any] = [
    None, True, 0, -1, 2**31, 2**63, 2**64, -(2**63), 10**400, 0.0, -0.5, 1e308, 5e-324, "", " ", "\x00", "\ud800",
    "a\r\nb: c", "../../etc/passwd", "%s%n{}", "x" * 70_000, "𝄞♭" * 50, "'; DROP TABLE ledger; --", [], {}, [None],
    [[]], [{}], {"": ""}, {"type": "object", "$ref": "#"}, {"$ref": "file:///etc/passwd"}, [{"type": "text"}] * 2,
    {"type": "image_url", "image_url": "file:///etc/passwd"}, [WORDS], ["a"] * 3000, "(a+)+$", "1e9999",
]  # fmt: skip


class Caller:
    """One connection that is kept, as most clients keep theirs."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=30)

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        self._connection.request(method, path, body, dict(headers))
        reply = self._connection.getresponse()
        return reply.status, reply.getheader("content-type", ""), reply.read()

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Upstream(otherwise=said("as you say")) as upstream:
        told = settings_for(upstream.base_url, deadline_s=5, largest_request=1_000_000)
        with serving(tmp_path_factory.mktemp("hostile"), told) as one:
            yield one


@pytest.fixture(scope="module")
def caller(server: Served) -> Iterator[Caller]:
    one = Caller(server.address)
    yield one
    one.close()


def dialect_of(path: str) -> Dialect:
    """Whose form an error at that path takes."""
    return next((door.dialect for door in DOORS if door.path == path), "native")


def answered(caller: Caller, path: str, body: bytes, method: str = "POST", **headers: str) -> int:
    """The status of a reply that is as a reply must be."""
    opened = path.replace("{name}", "progression").replace("{id}", "0" * 64)
    named = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    status, kind, content = caller.send(method, opened, body, named)
    assert status != 500, content
    assert status in (200, 400, 401, 402, 403, 404, 405, 409, 413, 415, 422, 429, 501, 502, 503, 504), content
    if status >= 400:
        assert kind == "application/json"
        assert_told(json.loads(content), dialect_of(path))
    else:
        assert b"something unexpected" not in content
    return status


def assert_told(told: Any, dialect: Dialect) -> None:
    """An error says what happened, why and the mend in that dialect's form; what is no HTTP request has no door."""
    if dialect in ("ollama", "native") or told["error"] == "this is no HTTP request":
        assert {"error", "cause", "mend"} <= told.keys()
        assert all(isinstance(told[name], str) for name in ("error", "cause", "mend"))
        return
    inner = told["error"]
    assert {"message", "type", "cause", "mend"} <= inner.keys()
    assert told.keys() == ({"error"} if dialect == "openai" else {"type", "error", "request_id"})


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a body."""
    yield at
    for name, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(part, (*at, name))


def changed(body: Any, at: tuple[Any, ...], value: Any) -> Any:
    """The body with that value in that place."""
    if not at:
        return value
    whole = copy.deepcopy(body)
    inner = whole
    for name in at[:-1]:
        inner = inner[name]
    inner[at[-1]] = value
    return whole


def written(value: Any) -> bytes:
    """As JSON, broken letters and numbers that are none included."""
    return json.dumps(value).encode("utf-8", "surrogatepass")


def test_every_door_that_writes_is_knocked_at() -> None:
    assert {door.path for door in DOORS} == set(BODIES)


@pytest.mark.parametrize("path", BODIES)
def test_a_hostile_value_in_any_place_is_answered(caller: Caller, path: str) -> None:
    body = BODIES[path]
    for value in HOSTILE:
        for at in places(body):
            answered(caller, path, written(changed(body, at, value)))


@pytest.mark.parametrize("path", sorted(BODIES.keys() - UNREAD - {"/api/v2/models/load", "/api/v2/models/unload"}))
def test_bodies_that_are_no_json_are_refused(caller: Caller, path: str) -> None:
    whole = written(BODIES[path])
    cut = [whole[:-1], whole + b"}", b"", b"\xff\xfe", b"\xef\xbb\xbf" + whole, b"NaN", DEEP.encode(), b'{"a":' * 3000]
    for body in cut:
        assert answered(caller, path, body) in (400, 404, 422, 501)


@pytest.mark.parametrize("path", BODIES)
@FEW
@given(body=st.binary(max_size=200))
def test_bytes_are_answered(caller: Caller, path: str, body: bytes) -> None:
    answered(caller, path, body)


@pytest.mark.parametrize(
    ("mode", "path"),
    [
        pytest.param(mode, path, id=f"{mode.value}-{path}")
        for mode in GenerationMode
        for path in PATHS
        if path not in UNREAD or mode is GenerationMode.POSITIVE  # nothing of a request without a body is wrong
    ],
)
def test_what_the_openapi_page_allows_and_what_it_does_not_are_answered(
    caller: Caller, path: str, mode: GenerationMode
) -> None:
    operation = SCHEMA[path]["POST"]

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        body = case.body
        content = body if isinstance(body, bytes) else b"" if not _is_json(body) else written(body)
        answered(caller, path, content)

    ask()


def _is_json(body: Any) -> bool:
    return isinstance(body, str | int | float | list | dict | None)


HEADERS = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=40)


@pytest.mark.parametrize("path", BODIES)
@FEW
@given(value=HEADERS, name=st.sampled_from([
    "content_type", "x_partimento_cache", "x_partimento_privacy", "x_partimento_user", "x_openwebui_user_id",
    "authorization", "x_api_key", "anthropic_version", "traceparent", "origin", "accept", "expect", "connection",
]))  # fmt: skip
def test_hostile_headers_are_answered(caller: Caller, path: str, name: str, value: str) -> None:
    answered(caller, path, written(BODIES[path]), **{name: value})


@FEW
@given(path=st.text(max_size=60), method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]))
def test_any_path_and_query_is_answered(caller: Caller, path: str, method: str) -> None:
    told = quote(path.encode("utf-8", "surrogatepass"))
    for prefix in ("/", "/v1/", "/v1/models/", "/api/v2/tasks/", "/api/v2/usage?days=", "/api/v2/usage?by="):
        opened = f"{prefix}{told}"
        status, _, content = caller.send(method, opened, b"{}", {"content-type": "application/json"})
        assert status != 500, content
        if status >= 400:
            assert_told(json.loads(content), "openai" if opened.startswith("/v1/") else "native")


def test_nothing_is_left_under_way_and_the_next_is_answered(server: Served) -> None:
    """Runs last: after all that, the counts are even, the database whole and no failure was unexpected."""
    assert server.post("/v1/chat/completions", {"model": "little", "messages": WORDS}).status == 200
    text = server.get("/metrics").body.decode()
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    assert [one.value for one in samples if one.name == "partimento_requests_in_flight"] == [1]
    assert not [one for one in samples if one.labels.get("status") == "500"]
