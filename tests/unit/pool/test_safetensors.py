"""A checkpoint's folder tells its shape and sizes from headers alone; what is not whole ends in one clear error."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partimento.core.errors import ModelMissing, NotConfigured
from partimento.pool.memory import safetensors
from partimento.pool.memory.header import Header

Tensors = dict[str, tuple[str, list[int], int]]
ONE: Tensors = {"model.norm.weight": ("BF16", [64], 128)}


def shard(tensors: Tensors) -> bytes:
    told: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, (kind, shape, length) in tensors.items():
        told[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + length]}
        at += length
    raw = json.dumps(told).encode()
    return struct.pack("<Q", len(raw)) + raw + b"\0" * at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama", "vocab_size": 100}))
    (tmp_path / "model.safetensors").write_bytes(shard(ONE))
    return tmp_path


def refused(folder: Path) -> NotConfigured:
    with pytest.raises(NotConfigured) as caught:
        safetensors.read(folder)
    assert caught.value.why
    assert caught.value.mend
    return caught.value


def header_or_error(folder: Path) -> Header | NotConfigured:
    try:
        return safetensors.read(folder)
    except NotConfigured as error:
        return error


def test_sizes_types_and_the_config_are_told(folder: Path) -> None:
    header = safetensors.read(folder)
    assert (header.family, header.vocabulary, header.format) == ("llama", 100, "safetensors")
    assert (header.weights_bytes, header.parameters, header.quantisation) == (128, 64, "BF16")
    assert not header.chat_template


def test_a_chat_template_is_found_in_a_file_or_in_the_tokenizers_config(folder: Path) -> None:
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ x }}"}))
    assert safetensors.read(folder).chat_template
    (folder / "tokenizer_config.json").unlink()
    (folder / "chat_template.jinja").write_text("{{ x }}")
    assert safetensors.read(folder).chat_template


def test_what_mlx_has_quantised_is_counted_unpacked(folder: Path) -> None:
    config = {"model_type": "llama", "quantization": {"bits": 4, "group_size": 64}}
    (folder / "config.json").write_text(json.dumps(config))
    packed: Tensors = {
        "w.weight": ("U32", [8, 8], 256),
        "w.scales": ("BF16", [8, 1], 16),
        "w.biases": ("BF16", [8, 1], 16),
    }
    (folder / "model.safetensors").write_bytes(shard(packed))
    header = safetensors.read(folder)
    assert (header.format, header.quantisation, header.parameters, header.weights_bytes) == ("mlx", "4-bit", 512, 288)


def test_the_part_that_writes_is_found_in_a_config_of_several(folder: Path) -> None:
    config = {"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "vocab_size": 262208}}
    (folder / "config.json").write_text(json.dumps(config))
    header = safetensors.read(folder)
    assert (header.family, header.vocabulary) == ("gemma3_text", 262208)


def test_a_config_nested_without_end_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text('{"text_config":' * 5000 + "{}" + "}" * 5000)
    refused(folder)


def test_all_shards_are_summed_and_a_missing_one_is_named(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    names = [f"model-{part:05}-of-00002.safetensors" for part in (1, 2)]
    index = {"weight_map": {f"layer.{part}": name for part, name in enumerate(names)}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / names[0]).write_bytes(shard({"layer.0": ("F16", [64], 128)}))
    with pytest.raises(ModelMissing, match=names[1]):
        safetensors.read(folder)
    (folder / names[1]).write_bytes(shard({"layer.1": ("F16", [64], 128)}))
    assert safetensors.read(folder).weights_bytes == 256


def test_an_index_that_points_out_of_the_folder_is_refused(folder: Path) -> None:
    index = {"weight_map": {"layer": "../../elsewhere.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "no files beside it" in str(refused(folder))


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_what_is_not_there_is_missing(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelMissing):
        safetensors.read(folder)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 7,
        struct.pack("<Q", 2**60),
        struct.pack("<Q", 90_000_000),
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 4) + b"{{{{",
        struct.pack("<Q", 10_000) + b'{"a":' * 2000,
        shard(ONE)[:-1],
        shard({"odd": ("BF16", [63], 128)}),
        shard({"below": ("BF16", [-64], 128)}),
    ],
)
def test_a_damaged_shard_is_one_clear_error(folder: Path, raw: bytes) -> None:
    (folder / "model.safetensors").write_bytes(raw)
    refused(folder)


@pytest.mark.parametrize("length", range(0, len(shard(ONE)), 3))
def test_a_shard_cut_anywhere_is_refused(folder: Path, length: int) -> None:
    (folder / "model.safetensors").write_bytes(shard(ONE)[:length])
    assert "pull" in refused(folder).mend


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_end_in_a_header_or_one_error(folder: Path, config: bytes, raw: bytes) -> None:
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(raw)) + raw)
    outcome = header_or_error(folder)
    assert not isinstance(outcome, NotConfigured) or outcome.mend
    (folder / "config.json").write_bytes(config)
    outcome = header_or_error(folder)
    assert not isinstance(outcome, NotConfigured) or outcome.mend
    (folder / "config.json").write_text(json.dumps({"model_type": "llama"}))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=20,
    )
)
def test_any_json_as_a_shards_header_ends_in_a_header_or_one_error(folder: Path, told: object) -> None:
    raw = json.dumps({"tensor": told}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(raw)) + raw + b"\0" * 64)
    outcome = header_or_error(folder)
    assert not isinstance(outcome, NotConfigured) or outcome.mend
