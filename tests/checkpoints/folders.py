"""Checkpoints as Hugging Face folders: config.json, model.safetensors, the tokenizer's files. Knows the names and the
forms of each family's weights.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
from safetensors.numpy import save_file

from checkpoints.families import FAMILIES, Shape, Size
from checkpoints.words import tokenizer, write_tokenizer

Weights = dict[str, numpy.ndarray[Any, numpy.dtype[Any]]]


def hf(shape: Shape, folder: Path) -> Path:
    """A checkpoint of 1–3 million random parameters, the same at every call; returns its folder."""
    size = FAMILIES[shape].size
    write_checkpoint(shape, size, random_weights(shape, size), folder)
    return folder


def write_checkpoint(shape: Shape, size: Size, weights: Weights, folder: Path) -> None:
    """All files of a checkpoint with these weights."""
    folder.mkdir(parents=True, exist_ok=True)
    config = config_of(shape, size)
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    told = {name: config[name] for name in ("bos_token_id", "eos_token_id")}
    (folder / "generation_config.json").write_text(json.dumps(told, indent=1))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    write_tokenizer(shape, folder)


def config_of(shape: Shape, size: Size) -> dict[str, Any]:
    """What config.json says."""
    family, words = FAMILIES[shape], tokenizer(shape)
    config = family.config | {
        "hidden_size": size.hidden, "num_hidden_layers": size.layers, "num_attention_heads": size.heads,
        "num_key_value_heads": size.kv_heads, "head_dim": size.head, "intermediate_size": size.inner,
        "max_position_embeddings": size.context, "vocab_size": vocabulary(shape), "rms_norm_eps": 1e-6,
        "tie_word_embeddings": size.tied, "hidden_act": "silu", "attention_bias": False, "mlp_bias": False,
        "bos_token_id": words.token_to_id(family.bos) if family.bos else None,
        "eos_token_id": [words.token_to_id(token) for token in family.ends],
        "pad_token_id": words.token_to_id(family.pad), "torch_dtype": "float32", "use_cache": True,
    }  # fmt: skip
    if size.window:
        config["sliding_window"] = size.window
        config["layer_types"] = [
            "full_attention" if (layer + 1) % config["sliding_window_pattern"] == 0 else "sliding_attention"
            for layer in range(size.layers)
        ]
    return config


def vocabulary(shape: Shape) -> int:
    """Rows of the embedding: the tokens, and empty rows where the family has some."""
    rows = FAMILIES[shape].rows
    return -(-tokenizer(shape).get_vocab_size() // rows) * rows


def random_weights(shape: Shape, size: Size, seed: int = 7) -> Weights:
    """Spread so that one layer's outputs are about as large as its inputs: most of its greedy choices are clear."""
    rng = numpy.random.default_rng(seed)
    weights: Weights = {}
    for name, form in forms(shape, size):
        if name.endswith("norm.weight"):
            offset = 0.0 if shape == "gemma3" else 1.0  # gemma's are counted from one
            weights[name] = (offset + 0.1 * rng.standard_normal(form)).astype(numpy.float32)
        else:
            spread = 0.02 if name.endswith("bias") else form[-1] ** -0.5
            weights[name] = (spread * rng.standard_normal(form)).astype(numpy.float32)
    return weights


def forms(shape: Shape, size: Size) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Names and forms of the weights, in the checkpoint's order."""
    rows = vocabulary(shape)
    yield "model.embed_tokens.weight", (rows, size.hidden)
    for layer in range(size.layers):
        for name, form in _layer(shape, size):
            yield f"model.layers.{layer}.{name}", form
    yield "model.norm.weight", (size.hidden,)
    if not size.tied:
        yield "lm_head.weight", (rows, size.hidden)


def _layer(shape: Shape, size: Size) -> Iterator[tuple[str, tuple[int, ...]]]:
    asks, keys = size.heads * size.head, size.kv_heads * size.head
    norms = ["input_layernorm", "post_attention_layernorm"]
    if shape == "gemma3":
        norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"]
        yield "self_attn.q_norm.weight", (size.head,)
        yield "self_attn.k_norm.weight", (size.head,)
    for norm in norms:
        yield f"{norm}.weight", (size.hidden,)
    if shape == "phi3":
        yield "self_attn.qkv_proj.weight", (asks + 2 * keys, size.hidden)
        yield "mlp.gate_up_proj.weight", (2 * size.inner, size.hidden)
    else:
        for name, rows in (("q", asks), ("k", keys), ("v", keys)):
            yield f"self_attn.{name}_proj.weight", (rows, size.hidden)
            if shape == "qwen2":
                yield f"self_attn.{name}_proj.bias", (rows,)
        yield "mlp.gate_proj.weight", (size.inner, size.hidden)
        yield "mlp.up_proj.weight", (size.inner, size.hidden)
    yield "self_attn.o_proj.weight", (size.hidden, asks)
    yield "mlp.down_proj.weight", (size.hidden, size.inner)
