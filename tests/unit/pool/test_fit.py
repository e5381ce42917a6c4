"""What a model takes follows from its headers, its engine, its context and its slots; the words say the same sum."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoints import gguf as gguf_of
from checkpoints import hf
from partimento.core.errors import ModelMissing, NotConfigured
from partimento.core.local import Adapter, Files
from partimento.core.model import Model, Weights
from partimento.pool.memory import architectures
from partimento.pool.memory.fit import HABITS, estimated, footprint, largest_context, most_slots, weighed
from partimento.pool.memory.fitting import combinations, explain, smaller
from partimento.pool.memory.header import Header, Tensor
from partimento.pool.values import Cache, Footprint

GIB = 1 << 30
PHI = {"block_count": 32, "embedding_length": 3072, "attention.head_count": 32, "attention.head_count_kv": 32,
       "feed_forward_length": 8192, "context_length": 131072}  # fmt: skip
GEMMA = {"block_count": 48, "embedding_length": 3840, "attention.head_count": 16, "attention.head_count_kv": 8,
         "attention.key_length": 256, "attention.value_length": 256, "attention.sliding_window": 1024,
         "feed_forward_length": 15360, "context_length": 131072}  # fmt: skip


def header(family: str, keys: dict[str, int], *tensors: Tensor, vocabulary: int = 32000) -> Header:
    told: dict[str, object] = {f"{family}.{name}": value for name, value in keys.items()}
    return Header(
        path="m",
        format="gguf",
        family=family,
        keys=told,
        tensors=tensors,
        files=(),
        file_bytes=0,
        vocabulary=vocabulary,
    )


def of(told: Header, engine: str = "llamacpp") -> Footprint:
    return weighed(told, architectures.of(told), engine)


WEIGHTS = (
    Tensor("token_embd.weight", "Q4_K", (3072, 32064), 55_000_000),
    Tensor("output.weight", "Q6_K", (1,), 2_100_000_000),
)


PHI_MINI = of(header("phi3", PHI, *WEIGHTS))


def test_phi_3_5_mini_takes_three_gib_of_keys_and_values_at_8k_and_twelve_in_four_slots() -> None:
    phi = PHI_MINI
    assert phi.caches == (Cache(384 * 1024),)
    assert phi.kv_bytes(8192, 1) == 3 * GIB
    assert phi.kv_bytes(8192, 4) == 12 * GIB
    assert 2.155e9 + 3 * GIB < phi.bytes(8192, 1) < 2.155e9 + 3 * GIB + 0.3e9


def test_layers_that_slide_stop_growing_at_their_window() -> None:
    gemma = of(header("gemma3", GEMMA), "transformers")
    assert gemma.caches == (Cache(64 * 1024), Cache(320 * 1024, 1024))
    assert gemma.kv_bytes(32768, 1) - gemma.kv_bytes(8192, 1) == 64 * 1024 * (32768 - 8192)


def test_llama_cpp_keeps_a_batch_beyond_the_window_and_one_checkpoint() -> None:
    gemma = of(header("gemma3", GEMMA))
    assert gemma.caches == (Cache(64 * 1024), Cache(2 * 320 * 1024, 1536))


def test_an_engine_that_does_not_slide_or_compress_keeps_all() -> None:
    config = {"model_type": "phi3", "num_hidden_layers": 2, "num_attention_heads": 4, "hidden_size": 64,
              "sliding_window": 16, "max_position_embeddings": 128}  # fmt: skip
    told = Header(path="m", format="safetensors", family="phi3", keys=dict(config), tensors=(), files=(), file_bytes=0)
    assert of(told, "transformers").caches == (Cache(512, 16),)
    assert of(told, "mlx").caches == (Cache(512),)
    latent = {"kv_lora_rank": 32, "qk_rope_head_dim": 16, "qk_nope_head_dim": 16, "v_head_dim": 16}
    told = Header(
        path="m", format="safetensors", family="deepseek_v3", keys={**config, **latent, "sliding_window": None},
        tensors=(), files=(), file_bytes=0,
    )  # fmt: skip
    assert of(told, "mlx").caches == (Cache(2 * 48 * 2),)
    assert of(told, "transformers").caches == (Cache(2 * 4 * 48 * 2),)


def test_a_table_of_words_that_is_read_and_written_with_is_there_twice_where_llama_cpp_reorders_it() -> None:
    table = Tensor("token_embd.weight", "Q4_0", (64, 1000), 36_000)
    alone, tied = of(header("gemma3", GEMMA, table, WEIGHTS[1])), of(header("gemma3", GEMMA, table))
    assert alone.weights_bytes == 36_000 + WEIGHTS[1].bytes
    assert tied.weights_bytes == 72_000
    assert of(header("gemma3", GEMMA, Tensor("token_embd.weight", "F16", (64, 1000), 128_000))).weights_bytes == 128_000


def test_a_model_of_states_costs_by_slot_and_not_by_token() -> None:
    mamba = of(header("mamba", {"block_count": 64, "embedding_length": 2560, "ssm.inner_size": 5120,
                                "ssm.state_size": 16, "ssm.conv_kernel": 4}))  # fmt: skip
    assert mamba.bytes(131072, 2) == mamba.bytes(2048, 2)
    assert mamba.bytes(2048, 3) - mamba.bytes(2048, 2) > 64 * (3 * 5120 + 5120 * 16) * 4


@pytest.mark.parametrize("engine", HABITS)
@given(context=st.integers(256, 1 << 17), slots=st.integers(1, 16))
def test_more_context_and_more_slots_never_take_less(engine: str, context: int, slots: int) -> None:
    gemma = of(header("gemma3", GEMMA), engine)
    assert gemma.bytes(context, slots) <= gemma.bytes(context + 1, slots)
    assert gemma.bytes(context, slots) < gemma.bytes(context, slots + 1)


@given(slots=st.integers(1, 8), budget=st.integers(0, 1 << 37))
def test_the_largest_context_is_the_largest_that_fits(slots: int, budget: int) -> None:
    phi = PHI_MINI
    context = largest_context(phi, slots, budget)
    assert context % 256 == 0
    if context:
        assert phi.bytes(context, slots) <= budget
    if context < 131072:
        assert phi.bytes(context + 256, slots) > budget
    else:
        assert context == 131072


def test_the_most_slots_are_the_most_that_fit() -> None:
    phi = PHI_MINI
    slots = most_slots(phi, 8192, 20 * GIB)
    assert phi.bytes(8192, slots) <= 20 * GIB < phi.bytes(8192, slots + 1)
    assert most_slots(phi, 8192, GIB) == 0


def test_a_real_file_and_a_real_folder_are_weighed_whole(tmp_path: Path) -> None:
    folder = hf("llama", tmp_path / "hf")
    file = gguf_of(folder, tmp_path / "tiny.gguf")
    # this checkpoint is in 32 bits, and MLX keeps keys and values in the weights' type
    from_folder, from_file = (
        footprint(Files(str(folder), "safetensors"), "mlx"),
        footprint(Files(str(file), "gguf"), "llamacpp"),
    )
    assert [cache.token_bytes for cache in from_folder.caches] == [2 * cache.token_bytes for cache in from_file.caches]
    assert from_folder.trained_context == from_file.trained_context
    assert 0.9 < from_file.weights_bytes / file.stat().st_size <= 1.0


def test_projector_and_adapters_are_weighed_with_the_model(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    out = gguf.GGUFWriter(str(path), "llama")
    out.add_block_count(1)
    out.add_tensor("output.weight", np.zeros((4, 32), dtype=np.float16))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    (tmp_path / "mmproj.gguf").write_bytes(b"\0" * 1000)
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapters.safetensors").write_bytes(b"\0" * 500)
    plain = footprint(Files(str(path), "gguf"), "llamacpp")
    more = Files(str(path), "gguf", str(tmp_path / "mmproj.gguf"), (Adapter("style", str(tmp_path / "adapter")),))
    assert footprint(more, "llamacpp").weights_bytes - plain.weights_bytes == 1500
    with pytest.raises(ModelMissing, match="elsewhere"):
        footprint(Files(str(path), "gguf", str(tmp_path / "elsewhere")), "llamacpp")


def test_files_that_are_not_whole_are_an_error_with_its_mend(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama"}))
    for files in (Files(str(tmp_path / "m.gguf"), "gguf"), Files(str(tmp_path), "mlx")):
        with pytest.raises(NotConfigured) as caught:
            footprint(files, "llamacpp")
        assert caught.value.mend


def test_an_engine_that_is_not_known_is_thought_to_need_the_most() -> None:
    phi = header("phi3", PHI, *WEIGHTS)
    assert of(phi, "somebodys").bytes(8192, 1) == max(of(phi, engine).bytes(8192, 1) for engine in HABITS)


def entry(disk_gb: float, memory_gb: float) -> Model:
    weights = Weights(parameters="3.8B", disk_gb=disk_gb, licence="MIT", memory_gb=memory_gb)
    return Model(id="phi", engine="openai", tier="small", reach=4, context=131072, weights=weights)


def test_a_model_that_is_not_here_is_estimated_from_the_catalog_and_it_says_so() -> None:
    phi = estimated(entry(2.2, 5.5))
    assert phi.bytes(8192, 1) == pytest.approx(5.5e9, rel=0.01)
    assert phi.bytes(8192, 4) > 14e9
    assert "estimate" in phi.words
    assert estimated(entry(2.2, 0)).bytes(8192, 1) > 2.6e9
    with pytest.raises(ModelMissing):
        estimated(entry(0, 0))


def test_the_sum_is_said_in_words() -> None:
    phi = Footprint(weights_bytes=2_200_000_000, caches=(Cache(384 * 1024),), buffer_bytes=200_000_000)
    assert explain("Phi-3.5-mini", phi, 8192, 1) == (
        "Phi-3.5-mini: 2.2 GB + 3.2 GB KV at 8k x 1 slot + 0.2 GB for buffers = 5.6 GB"
    )
    assert explain("nomic", Footprint(weights_bytes=40_000_000), 2000, 2) == "nomic: 40 MB = 40 MB"


def test_what_else_would_fit_is_told_by_context_and_by_quantisation() -> None:
    phi = Footprint(weights_bytes=7_600_000_000, caches=(Cache(384 * 1024),), trained_context=16384)
    assert combinations(phi, 16 * GIB) == ((2048, 11), (4096, 5), (8192, 2), (16384, 1))
    assert smaller(phi, 3_800_000_000, 8192, 1, 8 * GIB) == "8 bits (4.0 GB)"
    assert smaller(phi, 3_800_000_000, 8192, 1, 6 * GIB) == "6 bits (3.1 GB)"
    assert smaller(phi, 3_800_000_000, 8192, 1, 2 * GIB) == ""
