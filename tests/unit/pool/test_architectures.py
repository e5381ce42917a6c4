"""What a token costs follows from a model's layers, in either format: checked on the public shapes of known models."""

from __future__ import annotations

from typing import Any

import pytest

from partimento.core.errors import NotConfigured
from partimento.pool.memory import architectures
from partimento.pool.memory.architectures import Architecture
from partimento.pool.memory.header import Header


def of_config(config: dict[str, Any]) -> Architecture:
    text = config.get("text_config", {})
    family = text.get("model_type") or config.get("model_type", "")
    header = Header(path="m", format="safetensors", family=family, keys=config, tensors=(), files=(), file_bytes=0)
    return architectures.of(header)


def of_gguf(family: str, **keys: object) -> Architecture:
    told: dict[str, object] = {f"{family}.{name.replace('__', '.')}": value for name, value in keys.items()}
    header = Header(path="m", format="gguf", family=family, keys=told, tensors=(), files=(), file_bytes=0)
    return architectures.of(header)


def shape(
    family: str, layers: int, hidden: int, heads: int, kv: int, **others: object
) -> dict[str, Any]:  # as config.json spells it
    return {
        "model_type": family,
        "num_hidden_layers": layers,
        "hidden_size": hidden,
        "num_attention_heads": heads,
        "num_key_value_heads": kv,
        **others,
    }


def kib(model: Architecture) -> float:
    """Of a token, in all layers that keep every token, in 16 bits."""
    return model.token_elements * 2 / 1024


def kinds(model: Architecture) -> dict[str, int]:
    return {kind: sum(layer.kind == kind for layer in model.layers) for kind in {layer.kind for layer in model.layers}}


LONG = {"sliding_window": 262144, "max_position_embeddings": 131072}
GEMMA_12B = shape("gemma3_text", 48, 3840, 16, 8, head_dim=256, sliding_window=1024, sliding_window_pattern=6)
QWEN_NEXT = shape(
    "qwen3_next", 48, 2048, 16, 2, head_dim=256, full_attention_interval=4, linear_num_value_heads=32,
    linear_value_head_dim=128, linear_num_key_heads=16, linear_key_head_dim=128, linear_conv_kernel_dim=4,
)  # fmt: skip
DEEPSEEK = shape(
    "deepseek_v3", 61, 7168, 128, 128, kv_lora_rank=512, qk_rope_head_dim=64, qk_nope_head_dim=128, v_head_dim=128
)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(shape("phi3", 32, 3072, 32, 32, **LONG), 384, id="Phi-3.5-mini"),
        pytest.param(shape("qwen2", 28, 3584, 28, 4), 56, id="Qwen2.5-7B"),
        pytest.param(shape("llama", 80, 8192, 64, 8), 320, id="Llama-3.3-70B"),
        pytest.param({"model_type": "gemma3", "text_config": GEMMA_12B}, 64, id="Gemma-3-12B"),
        pytest.param(shape("phi3", 40, 5120, 40, 10), 200, id="Phi-4-reasoning-plus"),
        pytest.param(shape("phi4mm", 32, 3072, 24, 8, **LONG), 128, id="Phi-4-multimodal"),
        pytest.param(shape("qwen3_moe", 48, 2048, 32, 4, head_dim=128), 96, id="Qwen3-30B-A3B"),
        pytest.param(shape("mixtral", 32, 4096, 32, 8, sliding_window=None), 128, id="Mixtral-8x7B"),
        pytest.param(QWEN_NEXT, 24, id="Qwen3-Next-80B"),
        pytest.param(DEEPSEEK, 68.625, id="DeepSeek-V3"),
    ],
)
def test_a_token_costs_what_is_known_of_the_public_models(config: dict[str, Any], expected: float) -> None:
    model = of_config(config)
    assert kib(model) == expected
    assert model.facts.known


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param(
            of_gguf("phi3", block_count=32, embedding_length=3072, attention__head_count=32,
                    attention__head_count_kv=32, attention__sliding_window=262144), 384, id="Phi-3.5-mini"),
        pytest.param(
            of_gguf("qwen2", block_count=28, embedding_length=3584, attention__head_count=28,
                    attention__head_count_kv=4), 56, id="Qwen2.5-7B"),
        pytest.param(
            of_gguf("gemma3", block_count=48, embedding_length=3840, attention__head_count=16,
                    attention__head_count_kv=8, attention__key_length=256, attention__value_length=256,
                    attention__sliding_window=1024), 64, id="Gemma-3-12B"),
        pytest.param(
            of_gguf("deepseek2", block_count=61, embedding_length=7168, attention__head_count=128,
                    attention__head_count_kv=1, attention__key_length=576, attention__value_length=512,
                    attention__key_length_mla=192, attention__value_length_mla=128), 68.625, id="DeepSeek-V3"),
        pytest.param(
            of_gguf("gpt-oss", block_count=24, embedding_length=2880, attention__head_count=64,
                    attention__head_count_kv=8, attention__key_length=64, attention__value_length=64,
                    attention__sliding_window=128), 24, id="gpt-oss-20b"),
    ],
)  # fmt: skip
def test_a_gguf_header_tells_the_same(model: Architecture, expected: float) -> None:
    assert kib(model) == expected


def test_gemma_3_keeps_all_tokens_in_one_layer_of_six() -> None:
    model = of_config(GEMMA_12B)
    assert kinds(model) == {"sliding": 40, "full": 8}
    assert [layer.kind for layer in model.layers[:6]] == ["sliding"] * 5 + ["full"]
    assert {layer.window for layer in model.layers if layer.kind == "sliding"} == {1024}


def test_what_a_config_lists_of_its_layers_goes_before_what_is_known_of_the_family() -> None:
    listed = ["sliding_attention", "full_attention", "full_attention"]
    assert kinds(of_config(shape("gemma3_text", 3, 64, 1, 1, layer_types=listed))) == {"sliding": 1, "full": 2}


def test_mistral_slides_in_every_layer_where_its_config_has_a_window() -> None:
    config = shape("mistral", 32, 4096, 32, 8, sliding_window=4096, max_position_embeddings=32768)
    assert kinds(of_config(config)) == {"sliding": 32}
    assert kinds(of_config(config | {"sliding_window": None})) == {"full": 32}


def test_a_window_that_is_switched_off_does_not_count() -> None:
    config = shape("qwen2", 28, 3584, 28, 4, sliding_window=4096, use_sliding_window=False)
    assert kinds(of_config(config)) == {"full": 28}


def test_llama_cpp_keeps_all_tokens_of_families_whose_windows_it_does_not_use() -> None:
    keys: dict[str, object] = {"block_count": 4, "embedding_length": 64, "attention__head_count": 1}
    for family in ("llama", "phi3", "brand-new"):
        assert kinds(of_gguf(family, **keys, attention__sliding_window=128)) == {"full": 4}
    assert kinds(of_gguf("gemma2", **keys, attention__sliding_window=128)) == {"full": 2, "sliding": 2}


def test_a_hybrid_has_a_state_of_one_size_in_three_layers_of_four() -> None:
    from_config = of_config(QWEN_NEXT)
    from_gguf = of_gguf(
        "qwen3next", block_count=48, embedding_length=2048, attention__head_count=16, attention__head_count_kv=2,
        attention__key_length=256, attention__value_length=256, ssm__inner_size=4096, ssm__state_size=128,
        ssm__group_count=16, ssm__conv_kernel=4,
    )  # fmt: skip
    assert kinds(from_config) == {"recurrent": 36, "full": 12}
    assert from_config.layers == from_gguf.layers
    assert from_config.layers[0].state_elements == 3 * (4096 + 2 * 16 * 128) + 128 * 4096


@pytest.mark.parametrize(
    ("family", "forward", "expected"),
    [
        ("lfm2", [64, 64, 64, 64], {"recurrent": 3, "full": 1}),
        ("nemotron_h", [0, 64, 0, 0], {"recurrent": 2, "none": 1, "full": 1}),
        ("deci", [64, 64, 64, 64], {"none": 3, "full": 1}),
    ],
)
def test_a_layer_without_key_value_heads_is_what_its_family_makes_of_it(
    family: str, forward: list[int], expected: dict[str, int]
) -> None:
    model = of_gguf(
        family, block_count=4, embedding_length=64, attention__head_count=2, attention__head_count_kv=(0, 0, 2, 0),
        feed_forward_length=tuple(forward), shortconv__l_cache=3,
    )  # fmt: skip
    assert kinds(model) == expected


def test_a_pattern_in_letters_is_read() -> None:
    config = shape(
        "nemotron_h", 5, 64, 2, 2, hybrid_override_pattern="M-M*-", ssm_state_size=16, mamba_num_heads=4,
        mamba_head_dim=8, n_groups=1, conv_kernel=4,
    )  # fmt: skip
    model = of_config(config)
    assert [layer.kind for layer in model.layers] == ["recurrent", "none", "recurrent", "full", "none"]
    assert model.layers[0].state_elements == 3 * (32 + 2 * 16) + 32 * 16


def test_lfm2_keeps_the_last_inputs_of_its_convolutions() -> None:
    config = shape("lfm2", 3, 2048, 32, 8, layer_types=["conv", "conv", "full_attention"], conv_L_cache=3)
    model = of_config(config)
    assert [layer.state_elements for layer in model.layers] == [4096, 4096, 0]


def test_layers_that_share_anothers_cache_have_none_of_their_own() -> None:
    model = of_config(shape("gemma3n_text", 35, 2048, 8, 2, head_dim=256, num_kv_shared_layers=15, sliding_window=512))
    assert len(model.layers) == 20
    assert "15 layers share a cache" in model.words
    told = of_gguf("gemma3n", block_count=30, embedding_length=64, attention__head_count=1)
    assert len(told.layers) == 20


def test_full_and_sliding_layers_of_gemma_4_have_heads_of_their_own() -> None:
    model = of_gguf(
        "gemma4", block_count=6, embedding_length=2816, attention__head_count=16,
        attention__head_count_kv=(8, 8, 8, 8, 8, 2), attention__key_length=512, attention__value_length=512,
        attention__key_length_swa=256, attention__value_length_swa=256, attention__sliding_window=1024,
        attention__sliding_window_pattern=(True, True, True, True, True, False),
    )  # fmt: skip
    assert {layer.token_elements for layer in model.layers if layer.window} == {8 * 512}
    assert model.token_elements == 2 * 1024
    listed = ["sliding_attention"] * 5 + ["full_attention"]
    config = shape(
        "gemma4_text", 6, 2816, 16, 8, head_dim=256, global_head_dim=512, num_global_key_value_heads=2,
        sliding_window=1024, layer_types=listed,
    )  # fmt: skip
    assert of_config(config).layers == model.layers


def test_layers_that_only_foretell_tokens_have_no_cache() -> None:
    model = of_gguf("glm4moe", block_count=47, nextn_predict_layers=1, embedding_length=64, attention__head_count=1)
    assert len(model.layers) == 46


@pytest.mark.parametrize("family", ["mamba", "bert", "nomic-bert"])
def test_what_keeps_no_keys_costs_nothing_a_token(family: str) -> None:
    model = of_gguf(
        family, block_count=4, embedding_length=64, attention__head_count=4, ssm__inner_size=128, ssm__state_size=16,
        ssm__conv_kernel=4,
    )  # fmt: skip
    assert kib(model) == 0
    assert bool(sum(layer.state_elements for layer in model.layers)) == (family == "mamba")


def test_an_unknown_architecture_is_taken_for_full_attention_and_it_says_so() -> None:
    model = of_config(shape("zebra", 4, 64, 2, 2, sliding_window=16))
    assert kinds(model) == {"full": 4}
    assert "not known here" in model.words


def test_the_words_are_what_one_would_say() -> None:
    assert of_config(shape("phi3", 32, 3072, 32, 32)).words == "phi3, 32 layers, 32 key-value heads of 96"
    assert of_config(GEMMA_12B).words == (
        "gemma3_text, 48 layers, 40 sliding over 1024 tokens, 8 full, 8 key-value heads of 256"
    )
    assert "576 numbers a token (MLA)" in of_config(DEEPSEEK).words


@pytest.mark.parametrize(
    "told", [{}, {"num_hidden_layers": 0}, {"num_hidden_layers": -3}, {"num_hidden_layers": "many"}]
)
def test_a_header_without_layers_cannot_be_weighed(told: dict[str, object]) -> None:
    with pytest.raises(NotConfigured, match="how many layers"):
        of_config({"model_type": "llama", **told})


@pytest.mark.parametrize("odd", [None, -1, 2**63, "x", (), (1, -2), (True, 0, 1, 1), 1.5, True])
@pytest.mark.parametrize(
    "family", ["llama", "gemma3", "qwen3next", "lfm2", "nemotron_h", "mamba", "deepseek2", "zebra"]
)
def test_odd_values_in_a_gguf_header_are_taken_for_untold(family: str, odd: object) -> None:
    keys = """embedding_length attention__head_count attention__head_count_kv attention__key_length
        attention__sliding_window attention__sliding_window_pattern feed_forward_length nextn_predict_layers
        attention__shared_kv_layers full_attention_interval ssm__state_size expert_used_count""".split()
    for key in keys:
        told: dict[str, object] = {"block_count": 4, "embedding_length": 64, "attention__head_count": 2, key: odd}
        if key not in ("nextn_predict_layers", "attention__shared_kv_layers"):
            assert len(of_gguf(family, **told).layers) == 4
        assert of_gguf(family, **told | {"nextn_predict_layers": 0}).token_elements >= 0


@pytest.mark.parametrize("odd", [None, -1, 2**70, "x", [], [1, None, "y"], {}, 1.5, True])
@pytest.mark.parametrize(
    "name",
    [
        "num_attention_heads",
        "num_key_value_heads",
        "hidden_size",
        "head_dim",
        "layer_types",
        "sliding_window",
        "vocab_size",
        "kv_lora_rank",
        "full_attention_interval",
    ],
)
def test_odd_values_are_taken_for_untold(name: str, odd: object) -> None:
    for family in ("llama", "gemma3", "qwen3_next", "zebra"):
        model = of_config(shape(family, 4, 64, 2, 2) | {name: odd})
        assert len(model.layers) == 4
        assert model.token_elements >= 0
