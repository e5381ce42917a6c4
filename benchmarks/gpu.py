"""How near the engine on PyTorch comes to what the memory allows: tokens a second, against the bandwidth's roof.

    python benchmarks/gpu.py [--shape phi3.5|qwen2.5|tiny] [--batches 1,8,16] [--device cuda:0] [--attention sdpa]
    python benchmarks/gpu.py --url http://127.0.0.1:8000/v1 --model NAME --weights-gb 7.6 --kv-kb 384

Weights are random, of real shapes, made on the device in bf16: nothing is downloaded, and speed does not depend on what
weights say. The engine's own batch is driven as its child drives it, sampling and stops included; HTTP and tokenizers
are not in it. With --url the same is asked of any OpenAI-compatible server, HTTP and all.

The roof: every step reads all weights once, and each row's keys and values; it makes as many tokens as there are rows.
So roof = rows * bandwidth / (weights + rows * tokens * bytes of keys and values). The bandwidth is measured here, by
copying: twice the bytes over the time. Prompts are read before the clock starts, steps before it warm everything up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any, Final

from msgspec import Struct

PROMPT: Final = 512
STEPS: Final = 128
WARM: Final = 16


class Shape(Struct, frozen=True, kw_only=True):
    """A model's, by transformers' names for such things."""

    kind: str
    config: dict[str, Any]


class Cost(Struct, frozen=True, kw_only=True):
    """What a step reads: all weights, and for each token of each row its keys and values."""

    weights_bytes: int
    token_bytes: int

    def roof(self, bandwidth: float, rows: int, tokens: float) -> float:
        """Tokens a second at best; `bandwidth` in bytes a second, `tokens` held by each row."""
        return rows * bandwidth / (self.weights_bytes + rows * tokens * self.token_bytes)


SHAPES: Final = {
    "phi3.5": Shape(
        kind="phi3",
        config={
            "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 32, "num_attention_heads": 32,
            "num_key_value_heads": 32, "vocab_size": 32064, "max_position_embeddings": 4096, "pad_token_id": None,
        },
    ),
    "qwen2.5": Shape(
        kind="qwen2",
        config={
            "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28, "num_attention_heads": 28,
            "num_key_value_heads": 4, "vocab_size": 152064, "max_position_embeddings": 32768,
        },
    ),
    "tiny": Shape(
        kind="qwen2",
        config={
            "hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 4, "num_attention_heads": 4,
            "num_key_value_heads": 2, "vocab_size": 4096, "max_position_embeddings": 4096,
        },
    ),
}  # fmt: skip


def main() -> None:
    """Parse, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=SHAPES, action="append")
    parser.add_argument("--batches", default="1,8,16")
    parser.add_argument("--device", default="")
    parser.add_argument("--attention", default="sdpa")
    parser.add_argument("--url", default="")
    parser.add_argument("--model", default="default")
    parser.add_argument("--key", default="none")
    parser.add_argument("--weights-gb", type=float, default=0.0)
    parser.add_argument("--kv-kb", type=float, default=0.0, help="of a token")
    given = parser.parse_args()
    batches = [int(rows) for rows in given.batches.split(",")]
    device = given.device or best_device()
    bandwidth = copied_bytes_s(device)
    print(f"{device}: {bandwidth / 1e9:.0f} GB/s by copying")
    print(f"{'model':<10} {'rows':>4} {'tokens/s':>9} {'each':>7} {'roof':>9} {'share':>6} {'memory GB':>9}")
    if given.url:
        cost = Cost(weights_bytes=int(given.weights_gb * 1e9), token_bytes=int(given.kv_kb * 1024))
        for rows in batches:
            tell(given.model[:10], rows, asked(given.url, given.key, given.model, rows), cost, bandwidth, 0.0)
        return
    for name in given.shape or ["phi3.5", "qwen2.5"]:
        model, cost = made(SHAPES[name], device, given.attention)
        for rows in batches:
            rate = asyncio.run(decoded(model, rows))
            tell(name, rows, rate, cost, bandwidth, taken_gb(device))
        del model


def tell(name: str, rows: int, rate: float, cost: Cost, bandwidth: float, taken: float) -> None:
    """One line."""
    roof = cost.roof(bandwidth, rows, PROMPT + WARM + STEPS / 2) if cost.weights_bytes else float("nan")
    print(
        f"{name:<10} {rows:>4} {rate:>9.1f} {rate / rows:>7.1f} {roof:>9.1f} {rate / roof:>6.0%} {taken:>9.1f}",
        flush=True,
    )


def best_device() -> str:
    """Where a pool would put it."""
    import torch

    return "cuda:0" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"


def copied_bytes_s(device: str) -> float:
    """The best of ten copies of half a gigabyte; a CPU's caches would hold less."""
    import torch

    source = torch.ones(1 << 28, dtype=torch.bfloat16, device=device)
    target = torch.empty_like(source)
    best = float("inf")
    for _ in range(10):
        wait_for(device)
        begun = time.perf_counter()
        target.copy_(source)
        wait_for(device)
        best = min(best, time.perf_counter() - begun)
    return 2.0 * int(source.nbytes) / best


def made(shape: Shape, device: str, attention: str) -> tuple[Any, Cost]:
    """The model on its device, and what a step of it reads: an embedding's rows but for those of the batch are not."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    from partimento.core.local import Files
    from partimento.engines.transformers.model import Model

    config = AutoConfig.for_model(shape.kind, **shape.config)
    dtype = torch.float32 if device == "cpu" else torch.bfloat16
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, dtype=dtype, attn_implementation=attention).eval()
    head = config.hidden_size // config.num_attention_heads
    held = 2 * config.num_hidden_layers * config.num_key_value_heads * head * dtype.itemsize
    whole = sum(weight.nbytes for weight in model.parameters())
    if not config.tie_word_embeddings:
        whole -= model.get_input_embeddings().weight.nbytes
    ready = Model(model, Files("", "safetensors"))
    ready.warm()
    return ready, Cost(weights_bytes=whole, token_bytes=held)


async def decoded(model: Any, rows: int) -> float:
    """Tokens a second of the engine's batch, all rows at work."""
    import torch

    from partimento.engines.transformers.batch import Batch
    from partimento.engines.transformers.prompts import Prepared
    from partimento.engines.transformers.row import Row
    from partimento.worker.ports import Ask, Sampling

    batch = Batch(model, rows)
    ask = Ask(messages=(), sampling=Sampling(temperature=0.0))
    for place in range(rows):
        ids = torch.arange(place, place + PROMPT)[None]
        prepared = Prepared(
            inputs={"input_ids": ids}, tokens=PROMPT, most_new=1 << 30, ends=frozenset(), hidden=frozenset()
        )
        batch.waiting.append(Row(ask, prepared, lambda tokens: "x" * len(tokens)))
    every = list(batch.waiting)
    while batch.waiting or any(row.decoded < WARM for row in every):
        batch.turn()
    wait_for(str(model.device))
    begun, before = time.perf_counter(), sum(row.decoded for row in every)
    for _ in range(STEPS):
        batch.turn()
    wait_for(str(model.device))
    return (sum(row.decoded for row in every) - before) / (time.perf_counter() - begun)


def asked(url: str, key: str, model: str, rows: int) -> float:
    """Tokens a second of a server, by its own count; prompts are read within the time."""
    body = {"model": model, "max_tokens": STEPS, "temperature": 0, "ignore_eos": True}
    counts: list[int] = []

    def one(place: int) -> None:
        told = body | {"messages": [{"role": "user", "content": f"{place} " + "word " * (PROMPT // 2)}]}
        request = urllib.request.Request(
            f"{url}/chat/completions",
            json.dumps(told).encode(),
            {"content-type": "application/json", "authorization": f"Bearer {key}"},
        )
        with urllib.request.urlopen(request) as answer:
            counts.append(json.load(answer)["usage"]["completion_tokens"])

    together(one, 1)
    counts.clear()
    begun = time.perf_counter()
    together(one, rows)
    return sum(counts) / (time.perf_counter() - begun)


def together(work: Callable[[int], None], rows: int) -> None:
    """So many at once."""
    threads: Sequence[threading.Thread] = [threading.Thread(target=work, args=(place,)) for place in range(rows)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def wait_for(device: str) -> None:
    """Until what was given to it is done."""
    import torch

    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
    elif device.startswith("mps"):
        torch.mps.synchronize()


def taken_gb(device: str) -> float:
    """The most it has taken on the device."""
    import torch

    return torch.cuda.max_memory_allocated(device) / 1e9 if device.startswith("cuda") else 0.0


if __name__ == "__main__":
    main()
