"""Tiny files that have a model's header and shape: enough for what looks at models, nothing that could speak."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path


def gguf_bytes(
    family: str = "llama",
    *,
    layers: int = 2,
    parameters: int = 4096,
    context: int = 4096,
    template: str = "",
    filling: int = 0,
    **keys: str | int | bool,
) -> bytes:
    """A GGUF file with one F32 tensor of so many parameters; `keys` are further metadata, dots written as "__"."""
    told: dict[str, str | int | bool] = {
        "general.architecture": family, f"{family}.block_count": layers, f"{family}.context_length": context,
        f"{family}.embedding_length": 64, f"{family}.attention.head_count": 4, f"{family}.feed_forward_length": 128,
        f"{family}.attention.layer_norm_rms_epsilon": 1,
    }  # fmt: skip
    if template:
        told["tokenizer.chat_template"] = template
    told |= {name.replace("__", "."): value for name, value in keys.items()}
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(told)) + b"".join(_key(name, value) for name, value in told.items())
    head += _text("output.weight") + struct.pack("<IQIQ", 1, parameters, 0, 0)
    return head + bytes(-len(head) % 32) + bytes(parameters * 4 + filling)


def huge_gguf(path: Path, parameters: int, family: str = "llama", **keys: str | int | bool) -> Path:
    """The same, as a file that claims a real model's size and takes no room on the disk."""
    small = gguf_bytes(family, parameters=8, **keys)  # type: ignore[arg-type]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(small.replace(struct.pack("<IQIQ", 1, 8, 0, 0), struct.pack("<IQIQ", 1, parameters, 0, 0)))
    os.truncate(path, len(small) + parameters * 4)
    return path


def safetensors_bytes(shape: tuple[int, ...] = (8, 64)) -> bytes:
    """A safetensors file of one tensor in 16 bits."""
    size = 2
    for length in shape:
        size *= length
    told = {"model.embed_tokens.weight": {"dtype": "BF16", "shape": list(shape), "data_offsets": [0, size]}}
    header = json.dumps(told).encode()
    return struct.pack("<Q", len(header)) + header + bytes(size)


def checkpoint_files(family: str = "llama", *, mlx: bool = False, **config: object) -> dict[str, bytes]:
    """A checkpoint's files by name, with what a publisher puts beside them."""
    told: dict[str, object] = {
        "model_type": family, "num_hidden_layers": 2, "num_attention_heads": 4, "hidden_size": 64, "vocab_size": 8,
        "intermediate_size": 128, "max_position_embeddings": 4096, **config,
    }  # fmt: skip
    if mlx:
        told["quantization"] = {"group_size": 64, "bits": 4}
    return {
        "config.json": json.dumps(told).encode(),
        "tokenizer.json": b"{}",
        "tokenizer_config.json": b'{"chat_template": "{% if tools %}{{ tools }}{% endif %}"}',
        "model.safetensors": safetensors_bytes(),
    }


def written(folder: Path, files: dict[str, bytes]) -> Path:
    """The folder with these files in it."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def _key(name: str, value: str | int | bool) -> bytes:
    if isinstance(value, str):
        return _text(name) + struct.pack("<I", 8) + _text(value)
    if isinstance(value, bool):
        return _text(name) + struct.pack("<IB", 7, value)
    return _text(name) + struct.pack("<II", 4, value)


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()
