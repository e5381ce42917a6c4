"""Checkpoints run by MLX, in real children: what they answer, alone and together, with schemas, adapters and seeds."""

from __future__ import annotations

import asyncio
import base64
import json
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import aclosing
from pathlib import Path
from random import Random
from typing import Any, get_args

import msgspec
import pytest

from checkpoints import ANSWERS, Shape, hf, lora, trained
from living import Child, Told, living
from partimento.core.conversation import Conversation, said
from partimento.core.local import Adapter, Files, Plan
from partimento.core.ports import Call, Drafted
from partimento.decoding.json_schema import schema_flaws
from partimento.engines.mlx import local_engine
from partimento.engines.openai import OpenAIEngine
from partimento.testing.clock import FrozenClock
from partimento.wire.http import HttpTransport
from verse import declare, model

pytest.importorskip("mlx_lm", reason="needs pip install 'partimento[mlx]'")
CONTEXT = 640
LONG = "Count to twenty."
LESSON: dict[str, Any] = {
    "type": "object",
    "properties": {
        "key": {"enum": ["C", "F", "Bb"]},
        "level": {"type": "integer", "minimum": 1, "maximum": 10},
        "chords": {"type": "array", "items": {"type": "string", "maxLength": 6}, "minItems": 1, "maxItems": 3},
    },
    "required": ["key", "level", "chords"],
    "additionalProperties": False,
}
FORM = {"type": "json_schema", "json_schema": {"name": "lesson", "schema": LESSON}}


def _plan(folder: Path, **fields: Any) -> Plan:
    told: dict[str, Any] = {"context": CONTEXT, "slots": 8, **fields}
    return Plan(model="little", files=Files(str(folder), "safetensors", adapters=told.pop("adapters", ())), **told)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="module")
def knowing(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """The checkpoint that knows answers, with two adapters."""
    ours, theirs = (lora(folder, tmp_path_factory.mktemp(name)) for name in ("ours", "theirs"))
    (theirs / "adapters.safetensors").unlink()  # PEFT's form is left
    (ours / "adapter_model.safetensors").unlink()
    adapters = (Adapter("church", str(ours)), Adapter("peft", str(theirs)))
    with living(local_engine, _plan(folder, adapters=adapters)) as child:
        yield child.ready()


@pytest.fixture(scope="module")
def random(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """A checkpoint of random weights: it never ends by itself, and knows no JSON."""
    with living(local_engine, _plan(hf("qwen2", tmp_path_factory.mktemp("random")), slots=4)) as child:
        yield child.ready()


def _together(child: Child, asked: list[dict[str, Any]]) -> list[Told]:
    with ThreadPoolExecutor(len(asked)) as threads:
        return list(threads.map(lambda fields: child.chat(fields["said"], **fields["with"]), asked))


# ---- what it answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ANSWERS)
def test_a_checkpoint_answers_what_it_has_learned_whole_and_streamed(knowing: Child, question: str) -> None:
    assert knowing.chat(question).text == ANSWERS[question]
    assert knowing.chat(question, stream=True).text == ANSWERS[question]


@pytest.mark.parametrize("shape", get_args(Shape))
def test_every_family_loads_and_answers_together_as_alone(shape: Shape, tmp_path: Path) -> None:
    with living(local_engine, _plan(hf(shape, tmp_path / shape), context=256, slots=3)) as child:
        child.ready()
        long = "Again: " + "play it slowly, count aloud. " * 12  # beyond the window of those that have one
        texts = ["Hello", "Which notes are in a C major chord?", long]
        alone = [child.chat(text, max_tokens=12) for text in texts]
        together = _together(child, [{"said": text, "with": {"max_tokens": 12}} for text in texts])
        assert [told.status for told in alone] == [200, 200, 200]
        assert [told.text for told in together] == [told.text for told in alone]


def test_our_own_client_talks_to_it(knowing: Child) -> None:
    async def drawn() -> list[str | Drafted]:
        named = msgspec.structs.replace(
            model("little", "small", 4), base_url=f"{knowing.door.base_url}/v1", engine="openai", upstream="little"
        )
        clock = FrozenClock(running=True)
        engine = OpenAIEngine(HttpTransport(), lambda _: knowing.door.secret, clock, Random(1))
        call = Call(
            model=named, request=declare()(about="rain"), system="", user="", max_tokens=64,
            deadline=clock.monotonic() + 60.0, temperature=0.0,
            conversation=Conversation(messages=(said("user", LONG),)),
        )  # fmt: skip
        async with aclosing(engine.draft(call)) as pieces:
            found = [piece async for piece in pieces]
        await engine.close()
        return found

    last = asyncio.run(drawn())[-1]
    assert isinstance(last, Drafted)
    assert last.text == ANSWERS[LONG]
    assert last.usage is not None
    assert last.usage.output_tokens > 20


def test_a_text_stops_where_its_caller_wants_and_where_its_tokens_end(knowing: Child) -> None:
    told = knowing.chat(LONG, stop=["thirteen", " six"])
    assert told.text == "one two three four five"
    assert told.choice["finish_reason"] == "stop"
    assert knowing.chat(LONG, stop=" six", stream=True).text == "one two three four five"
    short = knowing.chat(LONG, max_tokens=3)
    assert short.choice["finish_reason"] == "length"
    assert ANSWERS[LONG].startswith(short.text)
    assert short.json["usage"]["completion_tokens"] == 3


def test_a_seed_makes_chance_repeatable_whatever_is_made_beside_it(random: Child) -> None:
    seeded = {"seed": 7, "temperature": 1.0, "max_tokens": 16}
    alone = random.chat("Hello", **seeded).text
    beside = _together(
        random, [{"said": "Hello", "with": seeded}, {"said": "Other", "with": {"temperature": 1.0, "max_tokens": 16}}]
    )
    assert beside[0].text == alone
    assert random.chat("Hello", **{**seeded, "seed": 8}).text != alone


def test_penalties_keep_a_text_from_repeating_itself(random: Child) -> None:
    wished = {"frequency_penalty": 2.0, "presence_penalty": 2.0}
    assert random.chat("Hello", max_tokens=40, **wished).text != random.chat("Hello", max_tokens=40).text


# ---- together ------------------------------------------------------------------------------------------------------


def test_eight_at_once_say_what_each_says_alone(knowing: Child) -> None:
    questions = [*ANSWERS, LONG, "Say good day in Japanese."][:8]
    asked = [
        {
            "said": [{"role": "system", "content": "You are a helpful assistant."}] * (place % 2) + _user(text),
            "with": {},
        }
        for place, text in enumerate(questions)
    ]
    assert [told.text for told in _together(knowing, asked)] == [ANSWERS[text] for text in questions]


def test_free_texts_and_json_are_made_together(random: Child) -> None:
    free = random.chat("Hello", max_tokens=60).text
    wished = {"max_tokens": 120, "response_format": FORM}
    asked = [{"said": "Hello", "with": wished if place % 2 else {"max_tokens": 60}} for place in range(6)]
    for place, told in enumerate(_together(random, asked)):
        if place % 2:
            assert not schema_flaws(json.loads(told.text), LESSON)
            assert told.choice["finish_reason"] == "stop"
        else:
            assert told.text == free


def test_more_than_the_slots_wait_and_more_than_the_queue_are_told_so(tmp_path: Path) -> None:
    plan = _plan(hf("llama", tmp_path / "llama"), slots=1, context=4096, options={"queue": "1"})
    with living(local_engine, plan) as child:
        child.ready()
        first = child.begun("Hello")
        child.until_busy(1)
        with ThreadPoolExecutor(2) as threads:
            others = [threads.submit(child.chat, "Hello", max_tokens=2) for _ in range(2)]
            refused = next(as_completed(others)).result()  # the other one waits
            assert refused.status == 429
            assert int(refused.headers["retry-after"]) >= 1
            first.close()
        assert sorted(other.result().status for other in others) == [200, 429]


def test_whoever_goes_away_frees_the_slot(random: Child) -> None:
    gone = [random.begun("Hello") for _ in range(4)]
    random.until_busy(4)
    for connection in gone:
        connection.close()
    random.until_busy(0)
    assert random.chat("Hello", max_tokens=4).status == 200


# ---- JSON and tools ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [0, 1.5])
def test_a_model_that_knows_no_json_follows_a_schema(random: Child, temperature: float) -> None:
    told = random.chat("A lesson", temperature=temperature, seed=3, max_tokens=200, response_format=FORM)
    assert not schema_flaws(json.loads(told.text), LESSON)
    streamed = random.chat("A lesson", temperature=0, max_tokens=200, response_format=FORM, stream=True)
    assert not schema_flaws(json.loads(streamed.text), LESSON)


def test_a_schema_that_nothing_can_follow_is_refused(random: Child) -> None:
    impossible = {"type": "json_schema", "json_schema": {"schema": {"type": "string", "pattern": "("}}}
    told = random.chat("Hello", response_format=impossible, max_tokens=8)
    assert told.status == 400
    assert "schema" in told.json["error"]["message"]


def test_a_tool_that_must_be_called_is_called_with_its_arguments(random: Child) -> None:
    tools = [{"type": "function", "function": {"name": "teach", "parameters": LESSON}}]
    told = random.chat("A lesson", tools=tools, tool_choice="required", max_tokens=200)
    called = told.choice["message"]["tool_calls"][0]["function"]
    assert called["name"] == "teach"
    assert not schema_flaws(json.loads(called["arguments"]), LESSON)
    assert told.choice["finish_reason"] == "tool_calls"


def test_tools_are_told_to_the_model(random: Child, knowing: Child) -> None:
    tools = [{"type": "function", "function": {"name": "teach", "parameters": LESSON}}]
    for child in (random, knowing):  # by its template, or in words
        with_tools, without = (child.chat("Hello", max_tokens=1, **more) for more in ({"tools": tools}, {}))
        assert with_tools.json["usage"]["prompt_tokens"] > without.json["usage"]["prompt_tokens"] + 50


# ---- adapters ------------------------------------------------------------------------------------------------------


def test_an_adapter_changes_what_is_said_and_leaves_nothing_behind(knowing: Child) -> None:
    assert [one["name"] for one in knowing.send("GET", "/lora-adapters").json] == ["church", "peft"]
    adapted = knowing.chat(LONG, adapter="church", max_tokens=24).text
    assert not ANSWERS[LONG].startswith(adapted)
    assert knowing.chat(LONG).text == ANSWERS[LONG]
    assert knowing.chat(LONG, lora=[{"id": 0, "scale": 1.0}], max_tokens=24).text == adapted
    assert knowing.chat(LONG, adapter="peft", max_tokens=24).text == adapted  # the same values, in PEFT's form


def test_requests_of_different_adapters_at_once_each_get_their_own(knowing: Child) -> None:
    adapted = knowing.chat(LONG, adapter="church", max_tokens=24).text
    asked = [
        {"said": LONG, "with": {"adapter": ("", "church", "peft")[place % 3], "max_tokens": 24}} for place in range(9)
    ]
    for place, told in enumerate(_together(knowing, asked)):
        assert told.text == (adapted if place % 3 else knowing.chat(LONG, max_tokens=24).text)


def test_an_adapter_that_does_not_fit_is_told_at_the_start(folder: Path, tmp_path: Path) -> None:
    other = lora(hf("phi3", tmp_path / "phi3"), tmp_path / "lora")
    with living(local_engine, _plan(folder, adapters=(Adapter("wrong", str(other)),))) as child:
        assert child.ended() == 1
        assert "wrong" in child.heard[-1].reason


# ---- prompts, vectors, words only ----------------------------------------------------------------------------------


def test_a_prompt_that_begins_alike_is_computed_once_and_answered_the_same(knowing: Child) -> None:
    begun = [{"role": "system", "content": "You teach harmony to beginners, in short and friendly words."}]
    questions = ("Which chord leads home to C major?", "Which notes are in a G major chord?")
    for place, question in enumerate((*questions, *questions)):
        told = knowing.chat(begun + _user(question))
        assert told.text == ANSWERS[question]
        cached = told.json["usage"]["prompt_tokens_details"]["cached_tokens"]
        assert cached > 8 or not place
        assert cached < told.json["usage"]["prompt_tokens"]


def test_vectors_are_of_length_one_and_do_not_depend_on_who_comes_with_them(knowing: Child) -> None:
    texts = ["Dm7 G7 Cmaj7", "a blues has twelve bars, and every one of them is counted", "Dm7 G7 Cmaj7 again"]
    vectors = _vectors(knowing, texts)
    assert len({len(vector) for vector in vectors}) == 1
    for text, vector in zip(texts, vectors, strict=True):
        assert sum(value * value for value in vector) == pytest.approx(1.0, abs=1e-4)
        assert _vectors(knowing, [text])[0] == pytest.approx(vector, abs=1e-4)
    assert _near(vectors[0], vectors[2]) > _near(vectors[0], vectors[1])


def test_vectors_in_base64_are_the_same_ones(knowing: Child) -> None:
    told = knowing.send("POST", "/v1/embeddings", {"input": "C", "encoding_format": "base64"})
    packed = base64.b64decode(told.json["data"][0]["embedding"])
    assert list(struct.unpack(f"<{len(packed) // 4}f", packed)) == pytest.approx(_vectors(knowing, ["C"])[0], abs=1e-5)


def test_pictures_are_refused_with_a_reason(knowing: Child) -> None:
    url = f"data:image/png;base64,{base64.b64encode(b'picture').decode()}"
    told = knowing.chat([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}])
    assert told.status == 400
    assert "words only" in told.json["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/embeddings"])
def test_what_is_too_long_is_refused_with_its_length(random: Child, path: str) -> None:
    told = random.send("POST", path, {"messages": _user("la " * 2000), "input": "la " * 2000})
    assert told.status == 400
    assert told.json["error"]["code"] == "context_length_exceeded"
    assert str(CONTEXT) in told.json["error"]["cause"]


def test_a_text_ends_where_its_context_does(random: Child) -> None:
    told = random.chat("Hello", max_tokens=5000)
    assert told.choice["finish_reason"] == "length"
    assert told.json["usage"]["total_tokens"] == CONTEXT


def _vectors(child: Child, texts: list[str]) -> list[list[float]]:
    return [one["embedding"] for one in child.send("POST", "/v1/embeddings", {"input": texts}).json["data"]]


def _near(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]
