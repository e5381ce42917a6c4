"""What runs on this machine is found, by what each server says of itself."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from model_servers import LLAMA_SERVER, LM_STUDIO, OLLAMA, OURS, VLLM, ModelServer
from partimento.wire.discovery import Found, FoundModel, find, ollama_url, places
from partimento.wire.http import HttpTransport


def found(*roots: str, timeout_s: float = 5.0) -> tuple[Found, ...]:
    async def work() -> tuple[Found, ...]:
        transport = HttpTransport()
        try:
            return await find(transport, roots, timeout_s)
        finally:
            await transport.close()

    return asyncio.run(work())


def only(answers: dict[str, Any]) -> Found:
    with ModelServer(answers) as server:
        (one,) = found(server.root)
    assert one.base_url == f"{server.root}/v1"
    return one


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("localhost", "http://localhost:11434"),
        ("10.0.0.7:8000", "http://10.0.0.7:8000"),
        (":1234", "http://127.0.0.1:1234"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:11435", "http://127.0.0.1:11435"),
        ("::", "http://[::1]:11434"),
        ("[::1]:5000", "http://[::1]:5000"),
        ("http://box", "http://box:80"),
        ("https://box.example", "https://box.example:443"),
        ("https://box.example:8443/ollama/", "https://box.example:8443/ollama"),
        (' "box" ', "http://box:11434"),
        ("box:99999", "http://box:11434"),
    ],
)
def test_ollama_host_is_read_as_ollama_reads_it(host: str, url: str) -> None:
    assert ollama_url(host) == url


def test_the_usual_places_are_looked_at_once_and_known_ones_not_again() -> None:
    assert places() == (
        "http://127.0.0.1:11434",
        "http://127.0.0.1:1234",
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8000",
    )
    assert places("127.0.0.1:8080", besides=["http://127.0.0.1:1234/v1"]) == (
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8000",
    )


def test_ollama_tells_its_version_models_abilities_and_the_context_it_runs_with() -> None:
    ollama = only(OLLAMA)
    assert (ollama.name, ollama.version) == ("Ollama", "0.33.0")
    assert ollama.models == (
        FoundModel("qwen2.5:7b", 16384, 7.6, frozenset({"text", "json_schema", "tools"})),
        FoundModel("nomic-embed-text:latest", 2048, 0.137, frozenset({"embeddings"})),
    )


def test_an_ollama_model_that_is_not_loaded_is_not_trusted_with_its_training_context() -> None:
    (chat, _) = only({**OLLAMA, "/api/ps": {"models": []}}).models
    assert chat.context == 4096


def test_an_old_ollama_that_tells_no_abilities_has_its_embedders_known_by_name() -> None:
    plain = {path: answer for path, answer in OLLAMA.items() if not path.startswith("/api/show")}
    (chat, embedder) = only(plain).models
    assert "text" in chat.capabilities
    assert embedder.capabilities == {"embeddings"}


def test_lm_studio_tells_what_sees_and_what_embeds() -> None:
    studio = only(LM_STUDIO)
    assert studio.name == "LM Studio"
    assert studio.models[0] == FoundModel(
        "google/gemma-3-12b", 8192, 12.0, frozenset({"text", "json_schema", "image", "tools"})
    )
    assert studio.models[1].capabilities == {"embeddings"}


def test_llama_server_is_told_from_ollama_and_tells_its_slots_context() -> None:
    server = only(LLAMA_SERVER)
    assert server.kind == "llama-server"
    assert server.models == (FoundModel("qwen3.5-4b.gguf", 16384, 4.02, frozenset({"text", "json_schema", "image"})),)


def test_vllm_tells_its_longest_context() -> None:
    server = only(VLLM)
    assert server.kind == "vllm"
    assert (server.models[0].context, server.models[0].parameters) == (65536, 70.0)


def test_any_other_server_with_a_list_of_models_is_found_without_a_name() -> None:
    assert only({"/v1/models": {"data": [{"id": "mine"}]}}).kind == "server"


@pytest.mark.parametrize(
    "answers",
    [
        OURS,
        {},
        {"/v1/models": ["no", "object"]},
        {"/v1/models": {"data": "none"}},
        {"/v1/models": {"data": [{"name": "without an id"}, 5]}},
        {"/api/v0/models": {"data": [{}]}},
    ],
    ids=["our own", "nothing", "a list", "a word", "no ids", "no studio"],
)
def test_what_is_no_model_server_is_not_found(answers: dict[str, Any]) -> None:
    with ModelServer(answers) as server:
        assert found(server.root) == ()


def test_strange_numbers_and_missing_parts_do_not_hide_a_server() -> None:
    strange = {
        "/api/tags": {"models": [{"name": "odd", "details": None}, {"name": 7}]},
        "/api/ps": {"models": None},
        "/api/show odd": {"capabilities": None, "model_info": {"odd.context_length": "many"}},
    }
    assert [model.name for model in only(strange).models] == ["odd"]


def test_several_are_asked_at_once_and_the_silent_one_is_left_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ModelServer(OLLAMA) as ollama, ModelServer(VLLM) as vllm:
        silent_root = f"http://127.0.0.1:{silent.getsockname()[1]}"
        both = found(ollama.root, silent_root, vllm.root, timeout_s=1.0)
    assert [one.kind for one in both] == ["ollama", "vllm"]


def test_where_nobody_listens_nobody_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert found(f"http://127.0.0.1:{port}", "http://[::1]:1") == ()
