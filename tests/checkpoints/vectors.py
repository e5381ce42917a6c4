"""A checkpoint that makes vectors of texts: bert's form, as most of them have, in a GGUF file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import gguf as files
import numpy

from checkpoints.folders import vocabulary
from checkpoints.words import write_tokenizer
from checkpoints.writing import close, write_words

HIDDEN, LAYERS, HEADS, INNER, CONTEXT = 128, 2, 4, 256, 512


def embedding(to: Path) -> Path:
    """A bert of 0.5 million random parameters that pools the mean of its tokens: vectors of 128; returns `to`."""
    rng = numpy.random.default_rng(5)
    rows = vocabulary("llama")
    writer = files.GGUFWriter(to, "bert")
    writer.add_name("vectors")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(files.PoolingType.MEAN)
    writer.add_vocab_size(rows)
    writer.add_file_type(files.LlamaFileType.ALL_F32)
    with tempfile.TemporaryDirectory() as folder:
        write_tokenizer("llama", Path(folder))
        write_words(writer, Path(folder), rows)
    writer.add_token_type_count(2)
    for name, form in _forms(rows):
        if "norm" in name:
            weight = numpy.full(form, 1.0 if name.endswith("weight") else 0.0)
        else:
            weight = (0.02 if name.endswith("bias") else form[-1] ** -0.5) * rng.standard_normal(form)
        writer.add_tensor(name, weight.astype(numpy.float32))
    close(writer)
    return to


def _forms(rows: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "token_embd.weight", (rows, HIDDEN)
    yield "token_types.weight", (2, HIDDEN)
    yield "position_embd.weight", (CONTEXT, HIDDEN)
    yield from _pair("token_embd_norm", (HIDDEN,))
    for layer in range(LAYERS):
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            yield from _pair(f"blk.{layer}.{part}", (HIDDEN, HIDDEN))
        yield from _pair(f"blk.{layer}.attn_output_norm", (HIDDEN,))
        yield from _pair(f"blk.{layer}.ffn_up", (INNER, HIDDEN))
        yield from _pair(f"blk.{layer}.ffn_down", (HIDDEN, INNER))
        yield from _pair(f"blk.{layer}.layer_output_norm", (HIDDEN,))


def _pair(stem: str, form: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{stem}.weight", form
    yield f"{stem}.bias", form[:1]
