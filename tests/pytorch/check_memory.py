"""A device whose memory is too small for one text more: it waits for another to end, and nobody notices."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import torch

from checkpoints import hf
from partimento.core.conversation import said
from partimento.core.local import Files, Plan
from partimento.engines.transformers.batch import Batch
from partimento.engines.transformers.loading import config_of, ends_of, load
from partimento.engines.transformers.making import is_memory
from partimento.engines.transformers.model import Model
from partimento.engines.transformers.prompts import Prompts
from partimento.engines.transformers.row import Row
from partimento.worker.ports import Ask, Ended, Sampling


class Tight(Model):
    """Has room for so many prompts at once."""

    room = 1
    batch: Batch
    refused = 0

    def read(self, inputs: dict[str, Any], start: int, cache: Any) -> Any:
        if sum(row is not None for row in self.batch.rows) > self.room:
            self.refused += 1
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().read(inputs, start, cache)


def made(folder: Path) -> tuple[Tight, Prompts]:
    plan = Plan(model="m", files=Files(str(folder), "safetensors"), context=256, slots=3, options={"dtype": "fp32"})
    config = config_of(str(folder))
    prompts = Prompts(str(folder), 256, ends_of(str(folder), config), config.vocab_size)
    return Tight(load(plan, config), plan.files), prompts


def row(prompts: Prompts, words: str) -> Row:
    ask = Ask(messages=(said("user", words),), sampling=Sampling(max_tokens=8, temperature=0.0))
    return Row(ask, prompts.prepare(ask), prompts.decode)


async def text(one: Row) -> str:
    pieces = []
    while not isinstance(piece := await one.saying.heard(), Ended):
        pieces.append(str(piece))
    return "".join(pieces)


def test_a_text_without_room_waits_until_another_has_ended(tmp_path: Path) -> None:
    async def both(room: int) -> tuple[list[str], int]:
        model, prompts = made(hf("llama", tmp_path))
        model.room, model.batch = room, Batch(model, 3)
        model.batch.waiting = [row(prompts, "sing"), row(prompts, "play the rest of it")]
        rows = list(model.batch.waiting)
        while model.batch.busy:
            model.batch.turn()
        return [await text(one) for one in rows], model.refused

    tight, refused = asyncio.run(both(1))
    assert refused == 1
    assert tight == asyncio.run(both(2))[0]


def test_a_text_without_room_that_is_alone_ends_the_child(tmp_path: Path) -> None:
    async def alone() -> None:
        model, prompts = made(hf("llama", tmp_path))
        model.room, model.batch = 0, Batch(model, 3)
        model.batch.waiting = [row(prompts, "sing")]
        model.batch.turn()

    with pytest.raises(torch.OutOfMemoryError) as raised:
        asyncio.run(alone())
    assert is_memory(raised.value)


@pytest.mark.parametrize(
    ("error", "memory"),
    [
        (MemoryError(), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:119] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), True),
        (RuntimeError("CUDA error: device-side assert triggered"), False),
    ],
)
def test_memory_is_told_from_other_faults(error: Exception, memory: bool) -> None:
    assert is_memory(error) is memory
