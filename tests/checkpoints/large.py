"""A llama large enough to be timed: random Q8_0 blocks, written as fast as the disk takes them. For benchmarks only."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import gguf as files
import numpy

from checkpoints.families import Size
from checkpoints.folders import config_of, forms, vocabulary
from checkpoints.words import write_tokenizer
from checkpoints.writing import close, gguf_name, write_metadata, write_words

_HIDDEN, _INNER = 1024, 4096
_LAYER = 2 * _HIDDEN * _HIDDEN + 2 * _HIDDEN * 512 + 3 * _HIDDEN * _INNER  # weights of one layer
_BLOCK = 32
_BLOCK_BYTES = 34  # a scale of two bytes, and a byte for each weight


def mid(folder: Path, parameters: int = 320_000_000) -> Path:
    """A GGUF file of about so many random parameters, a byte each and a little; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    to = folder / f"mid-{parameters // 1_000_000}m.gguf"
    layers = max(1, round((parameters - 2 * vocabulary("llama") * _HIDDEN) / _LAYER))
    size = Size(hidden=_HIDDEN, layers=layers, heads=16, kv_heads=8, head=64, inner=_INNER, context=32768)
    config = config_of("llama", size)
    writer = files.GGUFWriter(to, "llama")
    writer.add_name(to.stem)
    writer.add_file_type(files.LlamaFileType.MOSTLY_Q8_0)
    write_metadata(writer, config)
    with tempfile.TemporaryDirectory() as words:
        write_tokenizer("llama", Path(words))
        write_words(writer, Path(words), config["vocab_size"])
    rng = numpy.random.default_rng(9)
    for name, form in forms("llama", size):
        told = gguf_name(name, gemma=False)
        if len(form) == 1:
            writer.add_tensor(told, numpy.ones(form, numpy.float32))
        else:
            writer.add_tensor(told, _blocks(rng, form), raw_dtype=files.GGMLQuantizationType.Q8_0)
    close(writer)
    return to


def _blocks(rng: numpy.random.Generator, form: tuple[int, ...]) -> Any:
    """Weights spread evenly, about as large as a layer of this width needs."""
    rows, columns = form
    blocks = rng.integers(0, 256, (rows * columns // _BLOCK, _BLOCK_BYTES), numpy.uint8)
    scale = numpy.array([columns**-0.5 / 74], numpy.float16)  # 74: the spread of a signed byte
    blocks[:, :2] = scale.view(numpy.uint8)
    return blocks.reshape(rows, columns // _BLOCK * _BLOCK_BYTES)
