"""How near the estimate of a model's memory comes to the truth: python benchmarks/memory.py [SHAPE …] [--prompt 1800].

For each shape a GGUF file of random weights is made in a temporary folder (0.3 to 0.7 GB; removed again), run by
llama.cpp in a child with so many slots of so much context, asked one prompt in every slot, and its resident memory
compared with what `pool.fit` says. Exits 1 where an estimate is more than 5 % below the truth, or more than 15 % above
(for what is above 500 MB). Needs the extras `llama` and `test`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from msgspec import Struct

from partimento.core.local import Files
from partimento.pool.memory.fit import footprint
from partimento.pool.memory.machine import used_bytes

CHILD = """
import sys
import xllamacpp
path, context, slots, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
asked = xllamacpp.CommonParams()
asked.model.path = path
asked.n_ctx, asked.n_parallel, asked.port, asked.hostnames = context * slots, slots, port, ["127.0.0.1"]
asked.cpuparams.n_threads, asked.fit_params = 2, False
asked.cache_ram_mib, asked.n_ctx_checkpoints = 0, 1
asked.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
server = xllamacpp.Server(asked)
print("ready", flush=True)
sys.stdin.read()
"""
RUNS = ((2048, 1), (8192, 4))
PORT = 18_431
Type = gguf.GGMLQuantizationType


class Shape(Struct, frozen=True, kw_only=True):
    """A model's measures."""

    family: str
    type: Any
    layers: int
    embedding: int
    forward: int
    heads: int
    kv_heads: int
    head: int
    words: int
    window: int = 0


SHAPES = {
    "llama-f16": Shape(
        family="llama", type=Type.F16, layers=8, embedding=1536, forward=4096, heads=24, kv_heads=8, head=64,
        words=32000,
    ),
    "llama-q4_k": Shape(
        family="llama", type=Type.Q4_K, layers=8, embedding=2048, forward=6144, heads=32, kv_heads=8, head=64,
        words=32000,
    ),
    "phi3-q8_0": Shape(
        family="phi3", type=Type.Q8_0, layers=4, embedding=3072, forward=8192, heads=32, kv_heads=32, head=96,
        words=32064,
    ),
    "qwen2-q8_0": Shape(
        family="qwen2", type=Type.Q8_0, layers=8, embedding=896, forward=4864, heads=14, kv_heads=2, head=64,
        words=151936,
    ),
    "gemma3-q4_0": Shape(
        family="gemma3", type=Type.Q4_0, layers=12, embedding=1152, forward=6912, heads=4, kv_heads=1, head=256,
        words=262144, window=512,
    ),
}  # fmt: skip


def write(shape: Shape, path: Path) -> None:
    """A file of that shape, its weights random (those of K types zero: their size is what counts)."""
    out = gguf.GGUFWriter(str(path), shape.family)
    out.add_block_count(shape.layers)
    out.add_embedding_length(shape.embedding)
    out.add_feed_forward_length(shape.forward)
    out.add_head_count(shape.heads)
    out.add_head_count_kv(shape.kv_heads)
    out.add_key_length(shape.head)
    out.add_value_length(shape.head)
    out.add_rope_dimension_count(shape.head)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_context_length(131072)
    if shape.window:
        out.add_sliding_window(shape.window)
    write_words(out, shape.words)
    rng = np.random.default_rng(0)
    for name, size in tensors(shape):
        add(out, name, size, shape.type if len(size) == 2 else Type.F32, rng)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def write_words(out: Any, words: int) -> None:
    """A vocabulary of so many words that mean nothing."""
    fixed = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    out.add_tokenizer_model("llama")
    out.add_token_list(fixed + [f"▁t{word}" for word in range(words - len(fixed))])
    out.add_token_scores([-float(word) for word in range(words)])
    out.add_token_types([2, 3, 3] + [6] * 256 + [1] * (words - len(fixed)))
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_chat_template("{% for message in messages %}{{ message.content }}{% endfor %}")


def tensors(shape: Shape) -> list[tuple[str, tuple[int, ...]]]:
    """Names and sizes, as llama.cpp wants them of these families."""
    wide, keys = shape.heads * shape.head, shape.kv_heads * shape.head
    found: list[tuple[str, tuple[int, ...]]] = [
        ("token_embd", (shape.words, shape.embedding)),
        ("output_norm", (shape.embedding,)),
    ]
    if shape.family != "gemma3":
        found.append(("output", (shape.words, shape.embedding)))
    layer: list[tuple[str, tuple[int, ...]]] = [
        ("attn_norm", (shape.embedding,)),
        ("ffn_norm", (shape.embedding,)),
        ("attn_output", (shape.embedding, wide)),
        ("ffn_down", (shape.embedding, shape.forward)),
    ]
    if shape.family == "phi3":
        layer += [
            ("attn_qkv", (wide + 2 * keys, shape.embedding)),
            ("ffn_up", (2 * shape.forward, shape.embedding)),
        ]
    else:
        layer += [("attn_q", (wide, shape.embedding)), ("attn_k", (keys, shape.embedding))]
        layer += [("attn_v", (keys, shape.embedding)), ("ffn_up", (shape.forward, shape.embedding))]
        layer += [("ffn_gate", (shape.forward, shape.embedding))]
    if shape.family == "gemma3":
        layer += [("attn_q_norm", (shape.head,)), ("attn_k_norm", (shape.head,))]
        layer += [("post_attention_norm", (shape.embedding,)), ("post_ffw_norm", (shape.embedding,))]
    if shape.family == "qwen2":
        layer += [("attn_q.bias", (wide,)), ("attn_k.bias", (keys,)), ("attn_v.bias", (keys,))]
    found += [(f"blk.{at}.{name}", size) for at in range(shape.layers) for name, size in layer]
    return [(name if name.endswith(".bias") else f"{name}.weight", size) for name, size in found]


def add(out: Any, name: str, size: tuple[int, ...], kind: Any, rng: np.random.Generator) -> None:
    """One tensor."""
    if kind == Type.Q4_K:
        block, length = gguf.GGML_QUANT_SIZES[kind]
        out.add_tensor(name, np.zeros((size[0], size[1] // block * length), dtype=np.uint8), raw_dtype=kind)
        return
    weights = rng.standard_normal(size, dtype=np.float32) * 0.02
    if kind in (Type.F32, Type.F16):
        out.add_tensor(name, weights.astype(np.float32 if kind == Type.F32 else np.float16))
    else:
        out.add_tensor(name, gguf.quants.quantize(weights, kind), raw_dtype=kind)


def ask(slot: int, tokens: int) -> None:
    """One prompt of so many tokens, into one slot."""
    prompt = [300 + (at * 7 + slot) % 5000 for at in range(tokens)]
    body = json.dumps({"prompt": prompt, "n_predict": 4, "id_slot": slot}).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{PORT}/completion", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=600) as answer:
        answer.read()


def taken(path: Path, context: int, slots: int, prompt: int) -> int:
    """What a child with this model holds after a prompt in every slot."""
    command = [sys.executable, "-c", CHILD, str(path), str(context), str(slots), str(PORT)]
    environment = os.environ | {"OMP_WAIT_POLICY": "passive"}
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        assert child.stdout is not None
        if child.stdout.readline().strip() != b"ready":
            raise SystemExit("the child did not start")
        asking = [threading.Thread(target=ask, args=(slot, min(prompt, context - 16))) for slot in range(slots)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        return used_bytes(child.pid)
    finally:
        child.kill()
        child.communicate()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", default=list(SHAPES))
    parser.add_argument("--prompt", type=int, default=1800)
    asked = parser.parse_args()
    far = 0
    for name in asked.shapes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.gguf"
            write(SHAPES[name], path)
            found = footprint(Files(str(path), "gguf"), "llamacpp")
            for context, slots in RUNS:
                truth, said = taken(path, context, slots, asked.prompt), found.bytes(context, slots)
                off = said / truth - 1
                far += off < -0.05 or (off > 0.15 and truth > 500e6)
                print(
                    f"{name:12} {context:6} x {slots}: {truth / 1e6:6.0f} MB, estimated {said / 1e6:6.0f} ({off:+.1%})"
                )
    return 1 if far else 0


if __name__ == "__main__":
    sys.exit(main())
