"""Local models as a user meets them: by command, by HTTP, with a process killed in the middle."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checkpoints import ANSWERS, embedding, gguf, gguf_lora, lora, trained
from serving import Served, serving

NOTES = "Which notes are in a C major chord?"
COUNT = "Count to twenty."


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("trained") / "checkpoint")


@pytest.fixture(scope="module")
def file(checkpoint: Path) -> Path:
    return gguf(checkpoint, checkpoint.parent / "tutor.Q8_0.gguf")


@pytest.fixture(scope="module")
def style(checkpoint: Path) -> Path:
    return gguf_lora(checkpoint, lora(checkpoint, checkpoint.parent / "lora"), checkpoint.parent / "style.gguf")


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    return embedding(folder / "vectors.gguf")


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A user of a machine of his own: pool and models belong to him."""
    environ = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    yield environ
    command(environ, "pool", "stop", "--force")


def command(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "partimento", *arguments], capture_output=True, text=True, env=environ, check=False
    )


def told(environ: dict[str, str], *arguments: str) -> Any:
    done = command(environ, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_file_is_loaded_by_path_looked_at_and_asked_by_name(file: Path, surroundings: dict[str, str]) -> None:
    assert told(surroundings, "models", "load", str(file)) == {"model": "tutor", "state": "ready", "notes": []}
    status = told(surroundings, "models", "status")
    assert status["current_model"] == "tutor"
    (resident,) = status["status"]["models"]
    assert resident["state"] == "ready"
    assert resident["measured_bytes"] > 0
    assert 0 < resident["reserved_bytes"] <= status["status"]["devices"][0]["budget_bytes"]
    streamed = command(surroundings, "text", NOTES, "--model", "tutor", "--temperature", "0", "--stream")
    assert ANSWERS[NOTES] in streamed.stdout
    (row,) = told(surroundings, "models", "list", "--here")
    assert (row["model"], row["loaded"], row["path"]) == ("tutor", True, str(file))
    assert command(surroundings, "models", "unload", "tutor").returncode == 0
    assert told(surroundings, "models", "status")["current_model"] is None


def test_what_keeps_a_model_is_told_as_it_was_asked_and_letting_go_of_what_is_not_there_is_no_error(
    file: Path, surroundings: dict[str, str]
) -> None:
    told(surroundings, "models", "load", str(file))
    assert command(surroundings, "models", "pin", "tutor").stdout == "tutor: pinned\n"
    assert command(surroundings, "models", "pin", "tutor", "--keep", "0").stdout == "tutor: kept 0 s unused\n"
    assert command(surroundings, "models", "pin", "tutor", "--off").stdout == "tutor: not pinned\n"
    told(surroundings, "pool", "stop")
    assert told(surroundings, "models", "pin", "tutor", "--off")["notes"] == ["it was not in memory"]
    assert told(surroundings, "pool", "status") == {"running": False, "pool": None}


def test_two_programs_share_one_pool_and_one_copy_of_a_model(file: Path, surroundings: dict[str, str]) -> None:
    told(surroundings, "models", "load", str(file))
    before = told(surroundings, "models", "status")["status"]
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "partimento", "text", question, "--model", "tutor", "--temperature", "0", "--json"],
            stdout=subprocess.PIPE, text=True, env=surroundings,
        )
        for question in (NOTES, COUNT)
    ]  # fmt: skip
    answers = [json.loads(one.communicate(timeout=60)[0])["value"] for one in both]
    assert answers == [ANSWERS[NOTES], ANSWERS[COUNT]]
    after = told(surroundings, "models", "status")["status"]
    assert (after["pid"], after["models"][0]["pid"]) == (before["pid"], before["models"][0]["pid"])


def test_a_benchmark_tells_speed_and_the_route_heeds_it(file: Path, surroundings: dict[str, str]) -> None:
    told(surroundings, "models", "load", str(file))
    (one,) = told(surroundings, "models", "bench", "tutor", "--tokens", "16")
    assert one["tokens_per_s"] > 0
    assert one["together_per_s"] > 0
    assert one["roof_per_s"] > 0
    pool = Path(surroundings["XDG_DATA_HOME"]) / "partimento" / "pool"
    (pool / "speeds.json").write_text('{"tutor":{"load_s":1.0,"tokens_per_s":0.01,"at":1.0}}')
    explained = command(surroundings, "text", "hello", "--task", "podcast_script", "--explain")
    assert "measured at 0.0 tokens a second" in explained.stdout + explained.stderr


# ---- the server ------------------------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path, file: Path, style: Path, vectors: Path) -> Iterator[Served]:
    settings = f"""
pool_folder = "{tmp_path / "pool"}"
models_folder = "{tmp_path / "models"}"
pool_memory_gb = 1.0
[[models]]
id = "tutor"
path = "{file}"
reach = 10
adapters = {{ style = "{style}" }}
[[models]]
id = "slow"
engine = "scripted"
path = "{slowly(tmp_path / "slow")}"
reach = 1
[[models]]
id = "kept"
engine = "scripted"
path = "{slowly(tmp_path / "kept", 700_000_000)}"
pinned = true
reach = 1
[[models]]
id = "another"
engine = "scripted"
path = "{slowly(tmp_path / "another", 700_000_000)}"
reach = 1
[[models]]
id = "vectors"
path = "{vectors}"
capabilities = ["embeddings"]
reach = 1
"""
    with serving(tmp_path / "served", settings, PARTIMENTO_BASIC_AUTH="user:pass") as running:
        yield running
        command({**os.environ, "PARTIMENTO_POOL_FOLDER": str(tmp_path / "pool")}, "pool", "stop", "--force")


def slowly(folder: Path, size: int = 1_000_000) -> Path:
    folder.mkdir()
    (folder / "script.json").write_text(json.dumps({"say": "word " * 400, "token_s": "0.05", "bytes": str(size)}))
    return folder


def status(server: Served) -> Any:
    shown = base64.b64encode(b"user:pass").decode()
    return server.get("/api/v2/models/status", authorization=f"Basic {shown}").json


def asked(model: str, text: str = NOTES, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], "temperature": 0, **more}


def test_the_server_loads_tells_generates_and_unloads(server: Served) -> None:
    before = status(server)
    assert before["current_model"] is None
    assert before["models"]["tutor"] | {"row": 0, "memory_gb": 0} == {
        "downloaded": True, "loaded": False, "state": "cold", "memory_gb": 0, "row": 0,
    }  # fmt: skip
    nothing = server.post("/api/v2/models/generate", {"prompt": "hello"})
    assert nothing.status == 409
    assert "load" in nothing.json["mend"]
    assert server.post("/api/v2/models/load", {"model_type": "tutor"}).json["state"] == "ready"
    assert status(server)["current_model"] == "tutor"
    made = server.post("/api/v2/models/generate", {"prompt": NOTES, "max_length": 20, "temperature": 0}).json
    assert (made["model"], made["response"]) == ("tutor", ANSWERS[NOTES])
    assert [one["name"] for one in server.get("/api/ps").json["models"]] == ["tutor"]
    assert server.post("/api/v2/models/unload", {}).status == 200
    assert status(server)["models"]["tutor"]["loaded"] is False


def test_a_load_is_told_as_it_goes_on_and_an_unknown_name_is_refused(server: Served) -> None:
    stream = server.post("/api/v2/models/load", {"model_type": "tutor"}, accept="text/event-stream")
    names = [line.removeprefix(b"event: ") for line in stream.body.split(b"\n") if line.startswith(b"event: ")]
    assert names[-1] == b"done"
    assert b"progress" in names
    unknown = server.post("/api/v2/models/load", {"model_type": "nothing-of-that-name"})
    assert unknown.status == 404
    assert unknown.json["mend"]


def test_openai_s_protocol_reaches_local_models_streamed_or_not(server: Served) -> None:
    whole = server.post("/v1/chat/completions", asked("tutor"))
    assert whole.json["choices"][0]["message"]["content"] == ANSWERS[NOTES]
    assert whole.headers["x-partimento-model"] == "tutor"
    streamed = server.post("/v1/chat/completions", asked("tutor", COUNT, stream=True, cache=False))
    said = "".join(
        one["choices"][0]["delta"].get("content") or "" for one in streamed.events if one != "[DONE]" and one["choices"]
    )
    assert said == ANSWERS[COUNT]


def test_a_schema_is_kept_by_a_model_that_never_saw_it(server: Served) -> None:
    schema = {
        "type": "object",
        "properties": {
            "key": {"type": "string", "enum": ["C", "G"]},
            "bars": {"type": "integer", "minimum": 1, "maximum": 64},
        },
        "required": ["key", "bars"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    answer = server.post("/v1/chat/completions", asked("tutor", "Any key", response_format=form, max_tokens=200)).json
    assert "choices" in answer, answer
    value = json.loads(answer["choices"][0]["message"]["content"])
    assert value["key"] in ("C", "G")


def test_a_load_that_would_push_out_what_is_pinned_is_refused_and_told_unless_it_is_forced(server: Served) -> None:
    assert server.post("/api/v2/models/load", {"model_type": "kept"}).status == 200
    refused = server.post("/api/v2/models/load", {"model_type": "another"})
    assert refused.status == 409
    assert refused.json["would_evict"] == ["kept"]
    assert all(refused.json[part] for part in ("error", "cause", "mend"))
    assert server.post("/api/v2/models/load", {"model_type": "another", "force": True}).status == 200
    models = status(server)["models"]
    assert (models["another"]["loaded"], models["kept"]["loaded"]) == (True, False)


def test_an_adapter_is_a_model_of_its_own_in_the_same_process(server: Served) -> None:
    def said(model: str) -> str:
        return str(server.post("/v1/chat/completions", asked(model)).json["choices"][0]["message"]["content"])

    plain, styled = said("tutor"), said("tutor+style")
    assert plain == ANSWERS[NOTES] != styled
    again = server.post("/v1/chat/completions", asked("tutor", NOTES + " "))
    assert again.json["choices"][0]["message"]["content"]
    assert len(status(server)["pool"]["status"]["models"]) == 1


def test_vectors_come_from_a_local_model(server: Served) -> None:
    answer = server.post("/v1/embeddings", {"model": "vectors", "input": ["a chord", "a chord", "a scale"]}).json
    one, same, other = (row["embedding"] for row in answer["data"])
    assert one == pytest.approx(same, abs=1e-5)
    assert one != pytest.approx(other, abs=1e-3)


def test_a_model_killed_in_the_middle_of_a_stream_ends_it_in_an_error_and_the_next_answer_is_there(
    server: Served,
) -> None:
    server.post("/api/v2/models/load", {"model_type": "slow"})
    heard: list[Any] = []

    def ask() -> None:
        heard.append(server.post("/v1/chat/completions", asked("slow", "say it", stream=True)))

    thread = threading.Thread(target=ask)
    thread.start()
    while True:
        resident = next(one for one in status(server)["pool"]["status"]["models"] if one["model"] == "slow")
        if resident["leases"] and resident["tokens"] is not None:
            break
    threading.Event().wait(0.5)  # some words have left
    os.kill(resident["pid"], signal.SIGKILL)
    thread.join()
    assert heard[0].status == 200
    assert "error" in heard[0].events[-1]
    assert "[DONE]" not in heard[0].events
    assert server.get("/healthz").status == 200
    after = server.post("/v1/chat/completions", asked("slow", "say it again", max_tokens=5))
    assert after.status == 200
    assert "SIGKILL" in after.headers["x-partimento-notes"]
    assert after.json["choices"][0]["message"]["content"].startswith("word")
    again = next(one for one in status(server)["pool"]["status"]["models"] if one["model"] == "slow")
    os.kill(again["pid"], signal.SIGKILL)
    made = server.post("/api/v2/models/generate", {"prompt": "once more", "max_length": 5})
    assert made.status == 200
    assert "started again" in " ".join(made.json["notes"])
