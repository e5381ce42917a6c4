"""Texts, as a pool and its clients ask for them: alone and together, streamed, bound to a schema, with adapters."""

from __future__ import annotations

import concurrent.futures
import json
import signal
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from child import Child, child

from checkpoints import hf

SCHEMA = {
    "type": "object",
    "properties": {
        "mode": {"enum": ["major", "minor"]},
        "notes": {"type": "array", "items": {"enum": ["C", "E"]}, "maxItems": 3},
    },
    "required": ["mode", "notes"],
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "json_schema": {"schema": SCHEMA}}
ASKED = [
    "sing",
    "what wants the dominant of C major, and where does it go when it is left alone?",
    "x " * 120,
    "why?",
    "play",
]
THINKING = (
    "{% for message in messages %}{{ message.role + ': ' + message.content + '\n' }}{% endfor %}"
    "{{ 'Think first: <think> thoughts </think> answer.\n' }}"
    "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
)


@pytest.fixture(scope="module", params=["llama", "phi3", "qwen2", "gemma3"])
def any_shape(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    with child(hf(request.param, tmp_path_factory.mktemp(request.param))) as one:
        yield one


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    folder = tmp_path_factory.mktemp("llama")
    with child(hf("llama", folder / "model"), adapters={"bold.1": adapter(folder)}) as one:
        yield one


def adapter(folder: Path) -> Path:
    """A LoRA adapter as PEFT writes it, strong enough to be heard."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(3)
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(folder / "model"),
        LoraConfig(r=4, target_modules=["q_proj", "v_proj", "o_proj"]),
    )
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.3)
    model.save_pretrained(folder / "adapter")
    return folder / "adapter"


def together(one: Child, asked: list[str], **more: Any) -> list[str]:
    with concurrent.futures.ThreadPoolExecutor(len(asked)) as several:
        return list(several.map(lambda content: one.text(content, **more), asked))


def test_texts_made_together_are_those_made_alone(any_shape: Child) -> None:
    alone = [any_shape.text(content, max_tokens=24) for content in ASKED]
    assert len(set(alone)) > 1
    assert together(any_shape, ASKED, max_tokens=24) == alone


def test_a_text_beyond_the_short_positions_is_the_same_in_any_company(tmp_path: Path) -> None:
    folder = hf("phi3", tmp_path)
    config = json.loads((folder / "config.json").read_text())
    half = config["head_dim"] // 2
    rope = {"type": "longrope", "short_factor": [1.0] * half, "long_factor": [1.0 + place for place in range(half)]}
    told = {"rope_scaling": rope, "original_max_position_embeddings": 64, "max_position_embeddings": 512}
    (folder / "config.json").write_text(json.dumps(config | told))
    with child(folder) as one:
        alone = [one.text(content, max_tokens=90) for content in ASKED]
        assert together(one, ASKED, max_tokens=90) == alone


def test_a_schema_is_followed_by_a_model_that_knows_nothing(any_shape: Child) -> None:
    for text in together(any_shape, ["a", "b"], response_format=FORMAT, max_tokens=80, temperature=1.0):
        found = json.loads(text)
        assert found["mode"] in ("major", "minor")
        assert set(found["notes"]) <= {"C", "E"}


def test_a_schema_binds_its_own_text_only(llama: Child) -> None:
    free = llama.text("sing")
    with concurrent.futures.ThreadPoolExecutor(2) as several:
        bound = several.submit(llama.text, "sing", response_format=FORMAT, max_tokens=80)
        beside = several.submit(llama.text, "sing")
        assert json.loads(bound.result())
        assert beside.result() == free


def test_a_schema_that_cannot_be_followed_is_refused(llama: Child) -> None:
    wrong = {"type": "json_schema", "json_schema": {"schema": {"type": "no such type"}}}
    body = {"messages": [{"role": "user", "content": "x"}], "response_format": wrong}
    assert llama.ask("POST", "/v1/chat/completions", body)[0] == 400


def test_a_stream_says_what_the_whole_answer_says(llama: Child) -> None:
    whole = llama.chat("sing", max_tokens=40)
    body = {
        "messages": [{"role": "user", "content": "sing"}], "temperature": 0, "max_tokens": 40, "stream": True,
        "stream_options": {"include_usage": True},
    }  # fmt: skip
    status, text = llama.raw("POST", "/v1/chat/completions", body)
    events = [line[6:] for line in text.splitlines() if line.startswith("data: ")]
    assert status == 200
    assert events[-1] == "[DONE]"
    chunks = [json.loads(event) for event in events[:-1]]
    said = "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])
    assert said == whole["choices"][0]["message"]["content"]
    assert chunks[-1]["usage"] == whole["usage"]
    assert whole["usage"]["completion_tokens"] == 40


def test_a_seed_gives_the_same_text_in_any_company(llama: Child) -> None:
    asked = {"temperature": 1.0, "seed": 11, "top_p": 0.9, "top_k": 50, "max_tokens": 24}
    alone = llama.text("sing", **asked)
    assert llama.text("sing", **asked | {"seed": 12}) != alone
    with concurrent.futures.ThreadPoolExecutor(3) as several:
        beside = [several.submit(llama.text, content, temperature=1.0, max_tokens=30) for content in ASKED[:2]]
        assert several.submit(llama.text, "sing", **asked).result() == alone
        assert all(one.result() for one in beside)


def test_a_penalty_ends_repetition(llama: Child) -> None:
    text = llama.chat("sing", max_tokens=40, frequency_penalty=2.0)["choices"][0]["message"]["content"]
    assert text != llama.text("sing", max_tokens=40)


def test_a_stop_ends_the_text_before_it(llama: Child) -> None:
    whole = llama.text("sing", max_tokens=40)
    middle = whole[len(whole) // 2 :][:3]
    answer = llama.chat("sing", max_tokens=40, stop=[middle])
    assert answer["choices"][0]["message"]["content"] == whole[: whole.index(middle)]
    assert answer["choices"][0]["finish_reason"] == "stop"


def test_a_prompt_longer_than_the_context_is_refused(llama: Child) -> None:
    body = {"messages": [{"role": "user", "content": "word " * 2000}]}
    status, answer = llama.ask("POST", "/v1/chat/completions", body)
    assert (status, answer["error"]["code"]) == (400, "context_length_exceeded")


def test_an_adapter_is_heard_and_leaves_others_alone(llama: Child) -> None:
    bare = llama.text("sing")
    bold = llama.text("sing", adapter="bold.1")
    assert bold != bare
    with concurrent.futures.ThreadPoolExecutor(4) as several:
        asked = [several.submit(llama.text, "sing", **more) for more in ({}, {"adapter": "bold.1"}) * 2]
        assert [one.result() for one in asked] == [bare, bold] * 2
    assert llama.text("sing", lora=[{"id": 0, "scale": 1}]) == bold


def test_vectors_have_length_one_and_differ(llama: Child) -> None:
    status, answer = llama.ask("POST", "/v1/embeddings", {"input": ["a fugue", "a waltz, slow and long", "a fugue"]})
    assert status == 200
    first, other, again = (row["embedding"] for row in answer["data"])
    assert sum(value * value for value in first) == pytest.approx(1.0, abs=1e-4)
    assert first == pytest.approx(again, abs=1e-5)
    assert first != pytest.approx(other, abs=1e-2)


def test_a_vector_does_not_depend_on_its_company(llama: Child) -> None:
    alone = llama.ask("POST", "/v1/embeddings", {"input": "a fugue", "encoding_format": "base64"})[1]["data"][0]
    both = llama.ask("POST", "/v1/embeddings", {"input": ["a fugue", "a " * 90]})[1]["data"][0]["embedding"]
    import base64

    raw = base64.b64decode(alone["embedding"])
    assert both == pytest.approx(struct.unpack(f"<{len(raw) // 4}f", raw), abs=1e-4)


def test_who_goes_away_frees_the_slot(llama: Child) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", llama.door.port)
    body = {"messages": [{"role": "user", "content": "sing"}], "max_tokens": 480, "stream": True, "temperature": 1.5}
    connection.request(
        "POST", "/v1/chat/completions", json.dumps(body), {"authorization": f"Bearer {llama.door.secret}"}
    )
    answer = connection.getresponse()
    answer.readline()
    assert any(slot["is_processing"] for slot in llama.ask("GET", "/slots")[1])
    answer.close()
    connection.close()
    until = time.monotonic() + 20
    while any(slot["is_processing"] for slot in llama.ask("GET", "/slots")[1]):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_only_who_knows_the_secret_is_answered(llama: Child) -> None:
    assert llama.ask("GET", "/slots", secret="wrong")[0] == 401
    assert llama.ask("GET", "/health", secret="")[0] == 200


def test_it_sleeps_and_wakes(llama: Child) -> None:
    before = llama.text("sing")
    assert llama.ask("POST", "/sleep")[0] == 200
    assert llama.ask("GET", "/health")[0] == 503
    assert llama.ask("POST", "/wake_up")[0] == 200
    assert llama.text("sing") == before


def test_thoughts_are_kept_out_of_the_answer(tmp_path: Path) -> None:
    folder = hf("qwen2", tmp_path / "model")
    told = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps(told | {"chat_template": THINKING}))
    for other in folder.glob("chat_template*"):
        other.write_text(THINKING)
    with child(folder) as one:
        answer = one.chat("why?", response_format=FORMAT, max_tokens=60, temperature=1.0, seed=5)
    message, usage = answer["choices"][0]["message"], answer["usage"]
    assert message["reasoning_content"]
    assert message["content"] in ("", None)  # a model that has learned nothing does not close its thought
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 60


def test_it_ends_with_its_standard_input(tmp_path: Path) -> None:
    with child(hf("llama", tmp_path)) as one:
        assert one.end() == 0


def test_it_ends_well_when_told_to(tmp_path: Path) -> None:
    with child(hf("llama", tmp_path)) as one:
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(20) == 0


def test_memory_that_is_too_small_is_told_to_the_pool(tmp_path: Path) -> None:
    from child import Child as Started

    from partimento.core.local import Files, Plan

    one = Started(
        Plan(
            model="m",
            files=Files(str(hf("llama", tmp_path)), "safetensors"),
            context=512,
            slots=1,
            memory_bytes=1 << 20,
        )
    )
    try:
        assert one.process.wait(60) == 1
    finally:
        one.end()
    assert one.heard[-1].out_of_memory


def test_a_broken_checkpoint_ends_it_with_the_reason(tmp_path: Path) -> None:
    folder = hf("llama", tmp_path)
    (folder / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(RuntimeError, match="weights cannot be read"), child(folder):
        pass


def test_a_checkpoint_that_only_its_own_code_can_read_is_refused_with_the_mend(tmp_path: Path) -> None:
    told = {"model_type": "phi4mm", "auto_map": {"AutoConfig": "configuration_phi4mm.Phi4MMConfig"}}
    (tmp_path / "config.json").write_text(json.dumps(told))
    with pytest.raises(RuntimeError, match="refs/pr/70"), child(tmp_path):
        pass


def test_loading_tells_how_far_it_is(llama: Child) -> None:
    fractions = [heard.fraction for heard in llama.heard if heard.fraction is not None]
    fractions = fractions[: fractions.index(1.0) + 1]  # it may have slept since, and loaded again
    assert fractions == sorted(fractions)
    assert len(set(fractions)) > 3
    assert sum("attention" in heard.stage for heard in llama.heard) >= 1
    assert max(heard.buffer_bytes for heard in llama.heard) > 1 << 20
