"""Which files of a repository or a folder make up a model, by how publishers name them."""

from __future__ import annotations

import pytest

from partimento.core.errors import ModelMissing, UnknownName
from partimento.pool.files.forms import (
    Listed,
    near,
    pick_checkpoint,
    pick_file,
    pick_gguf,
    plain,
    quantisation_of,
    variants,
)

GB = 10**9
REPOSITORY = (
    Listed("README.md", 1000),
    Listed("gemma-3-12b-it-BF16.gguf", 24 * GB),
    Listed("gemma-3-12b-it-IQ3_XS.gguf", 5 * GB),
    Listed("gemma-3-12b-it-Q3_K_M.gguf", 6 * GB),
    Listed("gemma-3-12b-it-Q4_K_M.gguf", 7 * GB),
    Listed("gemma-3-12b-it-Q8_0.gguf", 12 * GB),
    Listed("gemma-3-12b-it.imatrix.gguf", GB),
    Listed("mmproj-gemma-3-12b-it-f16.gguf", GB),
    Listed("mmproj-gemma-3-12b-it-f32.gguf", 2 * GB),
)
SPLIT = (
    Listed("Q4_K_M/qwen-q4_k_m-00002-of-00002.gguf", GB),
    Listed("Q4_K_M/qwen-q4_k_m-00001-of-00002.gguf", 2 * GB),
    Listed("Q2_K/qwen-q2_k-00001-of-00003.gguf", GB),
)


def paths(files: tuple[Listed, ...]) -> list[str]:
    return [file.path for file in files]


@pytest.mark.parametrize(
    ("name", "quantisation"),
    [
        ("Phi-3.5-mini-instruct-Q4_K_M.gguf", "Q4_K_M"),
        ("qwen2.5-7b-instruct-q4_k_m-00001-of-00002.gguf", "Q4_K_M"),
        ("Qwen3.5-4B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("model.IQ4_XS.gguf", "IQ4_XS"),
        ("gpt-oss-20b-mxfp4.gguf", "MXFP4"),
        ("nomic-embed-text-v2-moe.f16.gguf", "F16"),
        ("Qwen3-Embedding-0.6B-Q8_0.gguf", "Q8_0"),
        ("Qwen3.5-4B.gguf", ""),
    ],
)
def test_a_quantisation_is_read_off_a_file_name(name: str, quantisation: str) -> None:
    assert quantisation_of(name) == quantisation


@pytest.mark.parametrize(
    "name",
    [
        "Phi-3.5-mini-instruct", "phi-3.5-mini-instruct-Q4_K_M.gguf", "mlx-community/Phi-3.5-mini-instruct-4bit",
        "bartowski/Phi-3.5-mini-instruct-GGUF", "Phi_3.5_mini_instruct-MLX-8bit",
    ],
)  # fmt: skip
def test_a_model_is_called_alike_in_every_form(name: str) -> None:
    assert plain(name) == "phi35miniinstruct"


def test_q4_k_m_is_taken_where_it_is() -> None:
    picked = pick_gguf(REPOSITORY)
    assert (paths(picked.files), picked.quantisation) == (["gemma-3-12b-it-Q4_K_M.gguf"], "Q4_K_M")


def test_the_nearest_is_taken_where_it_is_not() -> None:
    others = tuple(file for file in REPOSITORY if "Q4_K_M" not in file.path)
    assert pick_gguf(others).quantisation == "Q8_0"
    assert near("Q4_K_M") < near("UD-Q4_K_M") < near("Q4_K_S") < near("Q8_0") < near("Q2_K") < near("F16") < near("new")


def test_less_is_taken_where_it_does_not_fit_and_that_is_said() -> None:
    picked = pick_gguf(REPOSITORY, most_bytes=int(6.5 * GB))
    assert (picked.quantisation, picked.bytes) == ("Q3_K_M", 6 * GB)
    assert picked.why == "Q3_K_M, since Q4_K_M is more than fits"
    assert "even that is more" in pick_gguf(REPOSITORY, most_bytes=GB).why


def test_a_model_that_sees_comes_with_one_projector_and_room_for_it() -> None:
    picked = pick_gguf(REPOSITORY, sees=True, most_bytes=int(7.5 * GB))
    assert paths(picked.files) == ["mmproj-gemma-3-12b-it-f16.gguf", "gemma-3-12b-it-Q3_K_M.gguf"]


def test_embeddings_are_made_with_eight_bits() -> None:
    assert pick_gguf(REPOSITORY, embeds=True).quantisation == "Q8_0"


def test_a_quantisation_can_be_named_in_any_letter_case() -> None:
    assert pick_gguf(REPOSITORY, quantisation="q8_0", most_bytes=1).quantisation == "Q8_0"
    with pytest.raises(UnknownName, match="quantisation 'Q5_K_M'"):
        pick_gguf(REPOSITORY, quantisation="Q5_K_M")


def test_parts_belong_together_in_their_order_and_a_model_without_all_is_none() -> None:
    (only,) = variants(SPLIT)
    assert paths(only.files) == ["Q4_K_M/qwen-q4_k_m-00001-of-00002.gguf", "Q4_K_M/qwen-q4_k_m-00002-of-00002.gguf"]
    assert only.bytes == 3 * GB
    assert pick_file(SPLIT, "Q4_K_M/qwen-q4_k_m-00002-of-00002.gguf").files == only.files
    with pytest.raises(UnknownName, match=r"file 'other\.gguf'"):
        pick_file(SPLIT, "other.gguf")


def test_a_repository_without_gguf_is_told_so() -> None:
    with pytest.raises(ModelMissing, match="no GGUF"):
        pick_gguf([Listed("model.safetensors", GB)])


def test_of_a_checkpoint_only_what_is_needed_comes() -> None:
    needed = {
        "config.json", "generation_config.json", "model-00001-of-00002.safetensors", "merges.txt", "vocab.json",
        "model-00002-of-00002.safetensors", "model.safetensors.index.json", "tokenizer.json", "tokenizer_config.json",
        "tokenizer.model", "chat_template.jinja", "special_tokens_map.json", "preprocessor_config.json",
        "1_Pooling/config.json", "vision-lora/adapter_model.safetensors", "vision-lora/adapter_config.json",
    }  # fmt: skip
    besides = {
        "README.md", "LICENSE", "pytorch_model.bin", "original/consolidated.00.pth", "onnx/model.onnx", "run.py",
        "consolidated.safetensors", "figures/one.png", "flax_model.msgpack", ".gitattributes", "onnx/model.safetensors",
    }  # fmt: skip
    picked = pick_checkpoint([Listed(path, 1) for path in sorted(needed | besides)])
    assert set(paths(picked.files)) == needed


def test_pickled_weights_are_refused() -> None:
    with pytest.raises(ModelMissing) as refused:
        pick_checkpoint([Listed("config.json", 1), Listed("pytorch_model.bin", GB)])
    assert "may run code" in refused.value.why
