"""llama.cpp's children as the product asks them: through the engine that speaks OpenAI's protocols."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from asking import REQUEST
from checkpoints import ANSWERS, embedding, gguf, trained
from living import SECRET, Child, living
from partimento.core.conversation import Conversation, said
from partimento.core.errors import EngineRefused
from partimento.core.local import Files, Plan
from partimento.core.ports import Call, Drafted
from partimento.engines.llamacpp import local_engine
from partimento.engines.openai import OpenAIEngine
from partimento.testing.clock import FrozenClock
from partimento.wire.http import HttpTransport
from verse import model

pytestmark = pytest.mark.skipif(local_engine.unready() != "", reason="needs pip install 'partimento[llama]'")

COUNT = "Count to twenty."


@pytest.fixture(scope="module")
def knowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    folder = tmp_path_factory.mktemp("asked")
    file = gguf(trained(folder / "trained"), folder / "trained.gguf")
    plan = Plan(model="little", files=Files(str(file), "gguf"), context=256, slots=4, threads=1)
    with living(local_engine, plan) as child:
        yield child.ready()


def drawn(child: Child, user: str, secret: str = SECRET, **fields: Any) -> list[str | Drafted]:
    """All that a call draws out of the child."""
    clock = FrozenClock(running=True)
    little = msgspec.structs.replace(
        model("little", "small", 4), base_url=f"{child.door.base_url}/v1", engine="openai", upstream="little",
        capabilities=frozenset({"text", "json_schema"}),
    )  # fmt: skip

    async def draw() -> list[str | Drafted]:
        engine = OpenAIEngine(HttpTransport(), lambda _: secret, clock, Random(1))
        wishes: dict[str, Any] = {"system": "", "max_tokens": 64, "temperature": 0.0, **fields}
        call = Call(model=little, request=REQUEST, user=user, deadline=clock.monotonic() + 20, **wishes)
        try:
            async with aclosing(engine.draft(call)) as pieces:
                return [piece async for piece in pieces]
        finally:
            await engine.close()

    return asyncio.run(draw())


def last(child: Child, user: str, **fields: Any) -> Drafted:
    drafted = drawn(child, user, **fields)[-1]
    assert isinstance(drafted, Drafted)
    return drafted


@pytest.mark.parametrize("question", ANSWERS)
def test_an_answer_is_the_same_in_pieces_and_in_one(question: str, knowing: Child) -> None:
    *pieces, end = drawn(knowing, question)
    assert isinstance(end, Drafted)
    assert "".join(str(piece) for piece in pieces) == end.text == ANSWERS[question]
    assert last(knowing, question, stream=False).text == ANSWERS[question]
    assert not end.truncated


def test_a_system_prompt_and_a_history_go_through_the_files_own_template(knowing: Child) -> None:
    other = "Which notes are in a C major chord?"
    conversation = Conversation(messages=(said("user", other), said("assistant", ANSWERS[other]), said("user", COUNT)))
    system = "You are a helpful assistant."
    assert last(knowing, COUNT, system=system, conversation=conversation).text == ANSWERS[COUNT]


def test_what_was_used_is_counted_with_what_was_remembered(knowing: Child) -> None:
    last(knowing, COUNT)
    usage = last(knowing, COUNT).usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (18, 21)
    assert usage.cached_tokens > 0


def test_an_answer_that_is_cut_says_so(knowing: Child) -> None:
    cut = last(knowing, COUNT, max_tokens=3)
    assert (cut.text, cut.truncated) == ("one two three", True)


def test_a_schema_is_kept(knowing: Child) -> None:
    chords = {"type": "array", "items": {"type": "string"}, "maxItems": 4}
    schema = {
        "type": "object", "properties": {"chords": chords}, "required": ["chords"], "additionalProperties": False
    }  # fmt: skip
    told = last(knowing, "Name a two-five-one in C as JSON.", schema=schema)
    assert msgspec.json.decode(told.text) == {"chords": ["Dm7", "G7", "Cmaj7"]}


def test_a_wrong_secret_is_refused(knowing: Child) -> None:
    with pytest.raises(EngineRefused):
        drawn(knowing, COUNT, secret="another")


def test_a_prompt_that_its_context_cannot_hold_is_refused_in_its_words(knowing: Child) -> None:
    with pytest.raises(EngineRefused) as raised:
        drawn(knowing, "too long " * 400)
    assert "context" in raised.value.why


def test_texts_become_vectors(tmp_path: Path) -> None:
    files = Files(str(embedding(tmp_path / "vectors.gguf")), "gguf")
    with living(local_engine, Plan(model="little", files=files, context=256, slots=2, threads=1, embeds=True)) as child:
        vectors = last(child.ready(), "", texts=("C major", "G7", "C major")).value
    assert [len(vector) for vector in vectors] == [128, 128, 128]
    assert vectors[0] == pytest.approx(vectors[2], abs=1e-3)
    assert vectors[0] != pytest.approx(vectors[1], abs=1e-2)
