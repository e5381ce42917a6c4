"""llama.cpp for real: children as the pool starts them, with small checkpoints that are made here."""

from __future__ import annotations

import base64
import json
import signal
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from checkpoints import ANSWERS, Shape, embedding, gguf, gguf_lora, hf, lora, trained
from living import Child, living
from partimento.core.local import Adapter, Files, Plan
from partimento.engines.llamacpp import local_engine

pytestmark = pytest.mark.skipif(local_engine.unready() != "", reason="needs pip install 'partimento[llama]'")

SHAPES: tuple[Shape, ...] = ("llama", "phi3", "qwen2", "gemma3")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 12},
        "level": {"type": "integer", "minimum": 1, "maximum": 10},
        "tags": {"type": "array", "items": {"enum": ["ii", "V", "I"]}, "maxItems": 3, "uniqueItems": True},
    },
    "required": ["title", "level", "tags"],
    "additionalProperties": False,
}


def compact(schema: dict[str, Any]) -> str:
    """A grammar of the schema without white space, which a weak model would go on with until its last token. Leniently:
    for a keyword that it does not know, llguidance would else leave out the whole schema, and say nothing."""
    told = json.dumps(schema | {"x-guidance": {"whitespace_flexible": False, "lenient": True}})
    return f"%llguidance {{}}\nstart: %json {told}"


def plan_of(file: Path, **fields: Any) -> Plan:
    adapters = fields.pop("adapters", ())
    files = Files(str(file), "gguf", adapters=adapters)
    return Plan(model="little", files=files, **{"context": 512, "slots": 2, "threads": 1, **fields})


@pytest.fixture(scope="module")
def knowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """The checkpoint that has learned its answers, with 16 slots and one adapter."""
    folder = tmp_path_factory.mktemp("knowing")
    checkpoint = trained(folder / "trained")
    file = gguf(checkpoint, folder / "trained.gguf")
    adapter = gguf_lora(checkpoint, lora(checkpoint, folder / "lora"), folder / "lora.gguf")
    plan = plan_of(file, context=256, slots=16, adapters=(Adapter("odd", str(adapter)),))
    with living(local_engine, plan) as child:
        yield child.ready()


@pytest.mark.parametrize("question", ANSWERS)
def test_it_says_what_it_has_learned_whole_and_piece_by_piece(question: str, knowing: Child) -> None:
    whole = knowing.chat(question)
    assert whole.text == ANSWERS[question]
    assert whole.choice["finish_reason"] == "stop"
    streamed = knowing.chat(question, stream=True, stream_options={"include_usage": True})
    assert streamed.text == ANSWERS[question]
    assert len([event for event in streamed.events if event["choices"]]) > 3
    assert streamed.events[-1]["usage"]["completion_tokens"] == whole.json["usage"]["completion_tokens"]


def test_sixteen_at_once_say_what_each_says_alone(knowing: Child) -> None:
    questions = [list(ANSWERS)[turn % len(ANSWERS)] for turn in range(16)]
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(knowing.chat, questions))
    assert [reply.text for reply in replies] == [ANSWERS[question] for question in questions]


def test_more_than_it_has_slots_wait_and_its_health_is_told_meanwhile(knowing: Child) -> None:
    question = "Count to twenty."
    with ThreadPoolExecutor(40) as pool:
        asked = [pool.submit(knowing.chat, question) for _ in range(40)]
        assert knowing.send("GET", "/health").status == 200
        assert all(reply.result().text == ANSWERS[question] for reply in asked)


def test_an_adapter_is_on_for_the_request_that_names_it_and_for_no_other(knowing: Child) -> None:
    question = "Count to twenty."
    assert knowing.chat(question).text == ANSWERS[question]
    odd = knowing.chat(question, lora=[{"id": 0, "scale": 1.0}], max_tokens=24).text
    assert odd != ANSWERS[question]
    assert knowing.chat(question).text == ANSWERS[question]
    assert knowing.chat(question, lora=[{"id": 0, "scale": 1.0}], max_tokens=24).text == odd
    assert knowing.send("GET", "/lora-adapters").json[0]["id"] == 0


def test_prompts_are_remembered_beside_adapters_where_each_is_named(knowing: Child) -> None:
    question = "Which chord leads home to C major?"
    off, on = ({"cache_prompt": True, "lora": [{"id": 0, "scale": scale}]} for scale in (0.0, 1.0))
    odd = knowing.chat(question, **on, max_tokens=24).text
    for _ in range(3):
        assert knowing.chat(question, **off).text == ANSWERS[question]
        assert knowing.chat(question, **on, max_tokens=24).text == odd
    again = knowing.chat(question, **on, max_tokens=24).json["usage"]
    assert again["prompt_tokens_details"]["cached_tokens"] > 0


def test_an_answer_that_reaches_its_limit_says_so_and_what_is_read_again_is_counted(knowing: Child) -> None:
    cut = knowing.chat("Count to twenty.", max_tokens=5, cache_prompt=True, lora=[{"id": 0, "scale": 0.0}])
    assert cut.text == "one two three four five"
    assert cut.choice["finish_reason"] == "length"
    again = knowing.chat("Count to twenty.", max_tokens=5, cache_prompt=True, lora=[{"id": 0, "scale": 0.0}])
    usage = again.json["usage"]
    assert usage["prompt_tokens_details"]["cached_tokens"] > 0
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (18, 5)


def test_who_does_not_know_its_secret_is_sent_away(knowing: Child) -> None:
    assert knowing.send("GET", "/v1/models", secret="another").status == 401
    assert knowing.send("GET", "/slots", secret="").status == 401
    assert knowing.send("POST", "/v1/chat/completions", {}, secret="another").status == 401
    assert knowing.send("GET", "/v1/models").json["data"][0]["id"] == "little"


def test_its_log_tells_how_it_loads_and_nothing_of_what_it_was_asked(knowing: Child) -> None:
    assert knowing.chat("a word like rumpelstiltskin", max_tokens=2).status == 200
    heard = knowing.heard
    assert sum(one.buffer_bytes for one in heard) > 1_000_000
    assert [one.fraction for one in heard if one.fraction is not None][-1] == 1.0
    assert not any(one.reason for one in heard)
    assert not any("rumpelstiltskin" in line for line in knowing.lines)


def test_a_client_that_goes_away_frees_its_slot(knowing: Child) -> None:
    connection = knowing.begun("Count to twenty.", ignore_eos=True, max_tokens=200)
    connection.close()
    knowing.until_busy(0)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_family_answers_by_its_own_template_and_keeps_to_a_schema(shape: Shape, tmp_path: Path) -> None:
    file = gguf(hf(shape, tmp_path / shape), tmp_path / f"{shape}.gguf", "q8_0")
    with living(local_engine, plan_of(file)) as child:
        child.ready()
        talk = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]
        said = child.chat(talk, max_tokens=12)
        assert said.status == 200
        assert said.json["usage"]["completion_tokens"] in range(1, 13)
        assert child.chat(talk, max_tokens=12).text == said.text
        dice = {"temperature": 1.5, "max_tokens": 12}
        assert child.chat(talk, **dice, seed=5).text == child.chat(talk, **dice, seed=5).text
        for seed in range(3):
            made = child.chat(talk, temperature=1.0, seed=seed, max_tokens=120, grammar=compact(SCHEMA)).text
            _check_schema(made)


def _check_schema(text: str) -> None:
    value = json.loads(text)
    assert list(value) == ["title", "level", "tags"]
    assert len(value["title"]) <= 12
    assert value["level"] in range(1, 11)
    assert set(value["tags"]) <= {"ii", "V", "I"}
    outside = "".join(text.split(json.dumps(value["title"], ensure_ascii=False)))
    assert not any(character.isspace() for character in outside)


def test_a_tool_can_be_required(tmp_path: Path) -> None:
    file = gguf(hf("qwen2", tmp_path / "qwen2"), tmp_path / "qwen2.gguf")
    keys = {"type": "object", "properties": {"key": {"enum": ["C", "F"]}}, "required": ["key"]}
    tools = [{"type": "function", "function": {"name": "transpose", "parameters": keys}}]
    with living(local_engine, plan_of(file, context=1024)) as child:
        child.ready()
        told = child.chat("Transpose it.", tools=tools, tool_choice="required", max_tokens=120)
        assert told.status == 200
        assert told.json["usage"]["prompt_tokens"] > 100  # the template has told of the tool


def test_texts_become_vectors_as_numbers_and_as_bytes(tmp_path: Path) -> None:
    with living(local_engine, plan_of(embedding(tmp_path / "vectors.gguf"), embeds=True)) as child:
        child.ready()
        texts = ["C major", "G7 leads home", "C major", "one two three " * 160]
        body = {"model": "little", "input": texts}
        numbers = [one["embedding"] for one in child.send("POST", "/v1/embeddings", body).json["data"]]
        assert len(numbers) == 4
        assert {len(vector) for vector in numbers} == {128}
        assert numbers[0] == pytest.approx(numbers[2], abs=1e-3)
        assert numbers[0] != pytest.approx(numbers[1], abs=1e-2)
        assert sum(x * x for x in numbers[0]) == pytest.approx(1.0, abs=1e-3)
        coded = child.send("POST", "/v1/embeddings", body | {"encoding_format": "base64"}).json["data"]
        first = struct.unpack("<128f", base64.b64decode(coded[0]["embedding"]))
        assert first == pytest.approx(numbers[0], abs=1e-3)
        refused = child.send("POST", "/v1/embeddings", body | {"input": "too long " * 600})
        assert b"too large to process" in refused.body
        assert child.send("POST", "/v1/embeddings", body).status == 200


def test_a_file_that_is_cut_short_ends_it_with_the_cause(tmp_path: Path) -> None:
    whole = gguf(hf("llama", tmp_path / "llama"), tmp_path / "llama.gguf").read_bytes()
    (tmp_path / "cut.gguf").write_bytes(whole[: len(whole) // 2])
    with living(local_engine, plan_of(tmp_path / "cut.gguf")) as child:
        assert child.ended() == 1
        reasons = [heard.reason for heard in child.heard if heard.reason]
        assert "not within the file bounds" in reasons[-1]
        assert not any(heard.out_of_memory for heard in child.heard)


@pytest.mark.parametrize("content", [b"", b"this is no model" * 100, None])
def test_what_is_no_model_ends_it(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "no.gguf").write_bytes(content)
    with living(local_engine, plan_of(tmp_path / "no.gguf")) as child:
        assert child.ended() == 1
        assert any(heard.reason for heard in child.heard), child.lines


def test_it_ends_with_its_input_even_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    file = gguf(hf("llama", tmp_path / "llama"), tmp_path / "llama.gguf")
    with living(local_engine, plan_of(file, context=4096)) as child:
        connection = child.ready().begun("Hello", ignore_eos=True, max_tokens=4000)
        assert child.process.stdin is not None
        child.process.stdin.close()
        assert child.ended() == 0
        connection.close()


def test_it_ends_when_it_is_told_to_before_it_has_begun(tmp_path: Path) -> None:
    file = gguf(hf("llama", tmp_path / "llama"), tmp_path / "llama.gguf")
    with living(local_engine, plan_of(file)) as child:
        child.process.terminate()
        assert child.ended() in (0, -signal.SIGTERM)


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    file = gguf(hf("llama", tmp_path / "llama"), tmp_path / "llama.gguf")
    with living(local_engine, plan_of(file)) as child:
        ending = threading.Thread(target=child.ready().process.terminate)
        ending.start()
        assert child.ended() == 0
        ending.join()
