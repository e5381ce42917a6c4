"""GGUF headers are read whole, of either byte order and in parts; a hostile one costs a moment and one clear error."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partimento.core.errors import ModelMissing, NotConfigured
from partimento.pool.memory import gguf
from partimento.pool.memory.header import Header

Key = tuple[str, int, bytes]


def text(value: str, order: str = "<") -> bytes:
    raw = value.encode()
    return struct.pack(f"{order}Q", len(raw)) + raw


def said(name: str, value: str, order: str = "<") -> Key:
    return name, 8, text(value, order)


def count(name: str, value: int, order: str = "<") -> Key:
    return name, 4, struct.pack(f"{order}I", value)


def tensor(name: str, shape: tuple[int, ...], kind: int, offset: int, order: str = "<") -> bytes:
    dimensions = struct.pack(f"{order}I{len(shape)}Q", len(shape), *shape)
    return text(name, order) + dimensions + struct.pack(f"{order}IQ", kind, offset)


def written(
    keys: list[Key],
    tensors: list[bytes] | None = None,
    data: bytes = b"",
    *,
    order: str = "<",
    version: int = 3,
    key_count: int | None = None,
    tensor_count: int | None = None,
) -> bytes:
    tensors = tensors or []
    counts = (
        len(tensors) if tensor_count is None else tensor_count,
        len(keys) if key_count is None else key_count,
    )
    head = b"GGUF" + struct.pack(f"{order}IQQ", version, *counts)
    for name, kind, value in keys:
        head += text(name, order) + struct.pack(f"{order}I", kind) + value
    head += b"".join(tensors)
    return head + b"\0" * (-len(head) % 32) + data


LLAMA = [said("general.architecture", "llama"), count("llama.block_count", 2)]
WHOLE = written(LLAMA, [tensor("output.weight", (32, 4), 8, 0)], b"\0" * 136)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.gguf"


def refused(path: Path, raw: bytes) -> NotConfigured:
    path.write_bytes(raw)
    with pytest.raises(NotConfigured) as caught:
        gguf.read(path)
    assert caught.value.why
    assert caught.value.mend
    return caught.value


def header_or_error(path: Path) -> Header | NotConfigured:
    try:
        return gguf.read(path)
    except NotConfigured as error:
        return error


def test_keys_tensors_and_sizes_are_told(path: Path) -> None:
    path.write_bytes(WHOLE)
    header = gguf.read(path)
    assert (header.family, header.keys["llama.block_count"]) == ("llama", 2)
    assert (header.parameters, header.weights_bytes, header.quantisation) == (128, 136, "Q8_0")
    assert header.file_bytes == len(WHOLE)


@pytest.mark.parametrize("version", [2, 3])
def test_both_byte_orders_tell_the_same(path: Path, version: int) -> None:
    keys = [said("general.architecture", "llama", ">"), count("llama.block_count", 7, ">")]
    path.write_bytes(written(keys, order=">", version=version))
    assert gguf.read(path).keys["llama.block_count"] == 7


def test_a_vocabulary_is_counted_and_not_kept(path: Path) -> None:
    words = b"".join(text(f"word{number}") for number in range(100_000))
    array = struct.pack("<IQ", 8, 100_000) + words
    path.write_bytes(written([("tokenizer.ggml.tokens", 9, array), said("tokenizer.chat_template", "{{ x }}"), *LLAMA]))
    header = gguf.read(path)
    assert (header.vocabulary, header.chat_template) == (100_000, True)
    assert "tokenizer.ggml.tokens" not in header.keys
    assert header.keys["llama.block_count"] == 2


def test_one_number_a_layer_is_kept_and_a_long_array_is_passed_over(path: Path) -> None:
    heads = struct.pack("<IQ3I", 4, 3, 8, 0, 4)
    scores = struct.pack("<IQ", 6, 1_000_000) + b"\0" * 4_000_000
    path.write_bytes(written([("llama.heads", 9, heads), ("scores", 9, scores), *LLAMA]))
    header = gguf.read(path)
    assert header.keys["llama.heads"] == (8, 0, 4)
    assert "scores" not in header.keys
    assert header.keys["llama.block_count"] == 2


def test_all_parts_of_a_split_model_are_summed(tmp_path: Path) -> None:
    for part in (1, 2):
        told = [tensor(f"blk.{part}.weight", (32, 4), 8, 0)]
        keys = [*(LLAMA if part == 1 else []), count("split.count", 2)]
        (tmp_path / f"m-{part:05}-of-00002.gguf").write_bytes(written(keys, told, b"\0" * 136))
    header = gguf.read(tmp_path / "m-00001-of-00002.gguf")
    assert [each.name for each in header.tensors] == ["blk.1.weight", "blk.2.weight"]
    assert header.weights_bytes == 272


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    first = tmp_path / "m-00001-of-00003.gguf"
    first.write_bytes(WHOLE)
    with pytest.raises(ModelMissing, match="m-00002-of-00003"):
        gguf.read(first)


def test_a_part_under_another_name_is_found_out(path: Path) -> None:
    assert "part of 2" in str(refused(path, written([*LLAMA, count("split.count", 2)])))


def test_a_file_that_is_not_there_is_missing(path: Path) -> None:
    with pytest.raises(ModelMissing):
        gguf.read(path)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "it is empty"),
        (b"GG", "not a GGUF file"),
        (b"PK\x03\x04" + b"\0" * 40, "zip archive"),
        (b"version https://git-lfs.github.com/spec/v1", "Git LFS pointer"),
        (b"<!DOCTYPE html>", "a web page"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1"),
        (b"GGUF" + struct.pack("<IQQ", 99, 0, 0), "version 99"),
    ],
)
def test_what_is_no_gguf_file_is_told_from_a_damaged_one(path: Path, raw: bytes, words: str) -> None:
    assert words in str(refused(path, raw))


@pytest.mark.parametrize("claimed", [2**60, 2**64 - 1, 100_000])
def test_a_count_that_the_file_cannot_hold_is_not_believed(path: Path, claimed: int) -> None:
    assert "claims" in str(refused(path, written(LLAMA, key_count=claimed)))
    assert "claims" in str(refused(path, written(LLAMA, tensor_count=claimed)))
    array = struct.pack("<IQ", 8, claimed) + text("a")
    assert "claims" in str(refused(path, written([("words", 9, array), *LLAMA])))


def test_an_array_of_numbers_longer_than_the_file_is_not_believed(path: Path) -> None:
    assert "ends within" in str(refused(path, written([("scores", 9, struct.pack("<IQ", 6, 2**60)), *LLAMA])))


def test_a_string_longer_than_the_file_is_not_believed(path: Path) -> None:
    refused(path, written([("name", 8, struct.pack("<Q", 2**50)), *LLAMA]))
    refused(path, written([("words", 9, struct.pack("<IQQ", 8, 1, 2**50)), *LLAMA]))


def test_a_sparse_file_of_empty_strings_does_not_keep_the_reader_busy(path: Path) -> None:
    path.write_bytes(written([("words", 9, struct.pack("<IQ", 8, 2**30)), *LLAMA]))
    with path.open("r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(NotConfigured, match="claims"):
        gguf.read(path)


def test_arrays_of_arrays_and_unknown_types_are_refused(path: Path) -> None:
    nested = b"".join(struct.pack("<IQ", 9, 1) for _ in range(10_000))
    assert "array of arrays" in str(refused(path, written([("deep", 9, nested), *LLAMA])))
    assert "unknown type 77" in str(refused(path, written([("odd", 77, b""), *LLAMA])))


def test_a_tensor_beyond_the_end_says_the_download_was_cut(path: Path) -> None:
    error = refused(path, WHOLE[:-1])
    assert "'output.weight' ends 1 bytes beyond the end" in str(error)
    assert "pull the model again" in error.mend
    refused(path, written(LLAMA, [tensor("far", (4,), 0, 2**60)], b"\0" * 64))
    refused(path, written(LLAMA, [tensor("huge", (2**60, 2**60), 0, 0)], b"\0" * 64))


def test_tensors_that_lie_over_each_other_are_refused(path: Path) -> None:
    assert "over each other" in str(
        refused(path, written(LLAMA, [tensor(f"t{n}", (32,), 0, 0) for n in "ab"], b"\0" * 128))
    )


def test_a_type_of_tensor_newer_than_this_program_reaches_to_the_next_one(path: Path) -> None:
    told = [tensor("new", (32,), 250, 0), tensor("known", (8,), 0, 96)]
    path.write_bytes(written(LLAMA, told, b"\0" * 128))
    assert gguf.read(path).types == {"type 250": 96, "F32": 32}


def test_a_header_without_an_architecture_is_refused(path: Path) -> None:
    assert "names no architecture" in str(refused(path, written([count("llama.block_count", 2)])))


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_file_cut_anywhere_is_refused(path: Path, length: int) -> None:
    refused(path, WHOLE[:length])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_after_the_magic_end_in_a_header_or_one_error(path: Path, raw: bytes) -> None:
    path.write_bytes(b"GGUF\x03\0\0\0" + raw)
    outcome = header_or_error(path)
    assert not isinstance(outcome, NotConfigured) or outcome.mend


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(8, len(WHOLE) - 137), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_bytes_changed_in_a_header_end_in_a_header_or_one_error(path: Path, changes: list[tuple[int, int]]) -> None:
    raw = bytearray(WHOLE)
    for at, value in changes:
        raw[at] = value
    path.write_bytes(bytes(raw))
    outcome = header_or_error(path)
    assert outcome.mend if isinstance(outcome, NotConfigured) else outcome.weights_bytes <= len(WHOLE)
