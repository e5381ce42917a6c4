"""The shape of a model from a checkpoint's config.json, nested and by any of its usual spellings. Knows the families
whose layers differ; leaves reading the file to `safetensors`.
"""

from __future__ import annotations

from typing import Final

from partimento.pool.memory.facts import ENCODERS, Facts, Kind, every, same, whole, wholes
from partimento.pool.memory.header import Header
from partimento.pool.memory.safetensors import text_part

MAX_LAYERS: Final = 4096
KINDS: Final[dict[str, Kind]] = {
    "full_attention": "full", "attention": "full", "sliding_attention": "sliding", "chunked_attention": "sliding",
    "linear_attention": "recurrent", "conv": "recurrent", "mamba": "recurrent", "recurrent": "recurrent",
    "mamba2": "recurrent", "M": "recurrent", "*": "full", "-": "none", "E": "none", "mlp": "none", "moe": "none",
}  # fmt: skip
# full attention in one layer of so many, where the config lists no layers
SLIDING: Final = {
    "gemma2": 2, "gemma3": 6, "gemma3_text": 6, "gemma3n": 5, "gemma3n_text": 5, "gemma4": 6, "gemma4_text": 6,
    "cohere2": 4, "gpt_oss": 2, "exaone4": 4,
}  # fmt: skip
DEFAULT_WINDOW: Final = {"gemma2": 4096, "gemma3": 1024, "gemma3_text": 1024}
DEFAULT_HEADS: Final = {"gemma3": (8, 4, 256), "gemma3_text": (8, 4, 256), "gemma2": (8, 4, 256)}
"""What transformers supposes where the config is silent: heads, key-value heads, head."""
ALL_SLIDE: Final = frozenset({"mistral", "mixtral", "phi3", "starcoder2", "phi3small", "phimoe"})
INTERVAL: Final = frozenset({"qwen3_next", "qwen3_5", "qwen3_5_text", "qwen3_5_moe", "qwen3_5_moe_text"})
STATE_ONLY: Final = frozenset({"mamba", "mamba2", "falcon_mamba", "rwkv", "rwkv7"})
BOTH: Final = frozenset({"falcon_h1"})
FULL: Final = frozenset({
    "llama", "phi", "phi4mm", "phi4_multimodal", "qwen", "qwen2", "qwen2_moe", "qwen2_vl", "qwen2_5_vl",
    "qwen2_5_vl_text", "qwen2_vl_text", "qwen3", "qwen3_moe", "qwen3_vl", "qwen3_vl_text", "qwen3_vl_moe",
    "qwen3_vl_moe_text", "gemma", "deepseek", "deepseek_v2", "deepseek_v3", "glm4", "glm4_moe", "granite",
    "granitemoe", "cohere", "stablelm", "olmo", "olmo2", "olmoe", "smollm3", "falcon", "minicpm", "minicpm3",
    "ernie4_5", "ernie4_5_moe", "seed_oss", "minimax_m2", "gpt2", "gpt_neox", "nemotron", "internlm2", "internlm3",
    "bloom", "mpt", "opt", "apertus", "arcee", "exaone", "mistral3", "ministral3", "helium", "hunyuan_v1_dense",
    "hunyuan_v1_moe", "dots1", "bitnet", "gpt_bigcode", "jais",
})  # fmt: skip
STATEFUL: Final = frozenset({"lfm2", "lfm2_moe", "nemotron_h", "granitemoehybrid", "jamba", "bamba"})
KNOWN: Final = FULL | set(SLIDING) | ALL_SLIDE | INTERVAL | STATE_ONLY | BOTH | STATEFUL | ENCODERS

LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
HEADS = ("num_attention_heads", "n_head", "n_heads", "num_heads")
KV_HEADS = ("num_key_value_heads", "n_head_kv", "num_kv_heads", "multi_query_group_num")
EMBEDDING = ("hidden_size", "n_embd", "d_model", "dim")
FORWARD = ("intermediate_size", "n_inner", "ffn_dim", "d_ff")
EXPERT_FORWARD = ("moe_intermediate_size", "intermediate_size")
EXPERTS_USED = ("num_experts_per_tok", "top_k_experts", "moe_top_k")
EXPERTS = ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts")
CONTEXT = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "model_max_length")


def facts(header: Header) -> Facts:
    """Every layer's kind, heads and window."""
    config = text_part(header.keys)
    family = header.family
    usual = DEFAULT_HEADS.get(family, (0, 0, 0))
    layers = min(MAX_LAYERS, _first(config, LAYERS))
    heads = _first(config, HEADS, usual[0])
    embedding = _first(config, EMBEDDING)
    head = _first(config, ("head_dim", "attention_head_dim", "d_kv"), usual[2]) or (embedding // heads if heads else 0)
    one = 1 if config.get("multi_query") is True else usual[1] or heads
    kinds = _kinds(config, family, layers)
    kv_heads = wholes(next((config[name] for name in KV_HEADS if config.get(name) is not None), one), layers, one)
    full_head, full_kv = whole(config.get("global_head_dim")), whole(config.get("num_global_key_value_heads"))
    if full_kv:
        kv_heads = tuple(full_kv if kind == "full" else kv for kind, kv in zip(kinds, kv_heads, strict=True))
    rope, value = whole(config.get("qk_rope_head_dim")), whole(config.get("v_head_dim"))
    latent = whole(config.get("kv_lora_rank"))
    own = layers - min(layers, whole(config.get("num_kv_shared_layers")))
    return Facts(
        family=family,
        kinds=kinds[:own],
        kv_heads=kv_heads[:own],
        heads=heads,
        key=whole(config.get("qk_nope_head_dim")) + rope if latent else full_head or head,
        value=value if latent else full_head or head,
        key_sliding=head if full_head else 0,
        value_sliding=head if full_head else 0,
        window=_window(config, family) if "sliding" in kinds else 0,
        latent=latent + rope if latent else 0,
        state=_state(config, embedding),
        both=family in BOTH,
        embedding=embedding,
        feed_forward=max(_first(config, FORWARD), _first(config, EXPERT_FORWARD) * _first(config, EXPERTS_USED)),
        vocabulary=header.vocabulary,
        experts=_first(config, EXPERTS),
        trained_context=_first(config, CONTEXT),
        layers=layers,
        known=family in KNOWN,
    )


def _first(config: dict[str, object], names: tuple[str, ...], default: int = 0) -> int:
    """The first of these that is told; of a list, its largest."""
    for name in names:
        value = config.get(name)
        if isinstance(value, list):
            value = max((whole(each) for each in value), default=0)
        if whole(value):
            return whole(value)
    return default


def _window(config: dict[str, object], family: str) -> int:
    """0: none, or one that no text it was trained for is longer than."""
    told = whole(config.get("sliding_window") or config.get("attention_chunk_size"), DEFAULT_WINDOW.get(family, 0))
    trained = _first(config, CONTEXT)
    return 0 if trained and told >= trained else told


def _kinds(config: dict[str, object], family: str, layers: int) -> tuple[Kind, ...]:
    if family in ENCODERS:
        return same("none", layers)
    if family in STATE_ONLY:
        return same("recurrent", layers)
    listed = config.get("layer_types") or config.get("layers_block_type") or config.get("hybrid_override_pattern")
    if isinstance(listed, list | str) and len(listed) >= layers:
        kinds = tuple(KINDS.get(str(each), "full") for each in listed[:layers])
        return kinds if _window(config, family) else tuple("full" if kind == "sliding" else kind for kind in kinds)
    if family in INTERVAL:
        return every(whole(config.get("full_attention_interval"), 4), layers, others="recurrent")
    if config.get("attn_layer_period"):
        period, at = whole(config["attn_layer_period"]), whole(config.get("attn_layer_offset"))
        return every(period, layers, others="recurrent", full=at)
    attends = config.get("full_attn_idxs") or config.get("attn_layer_indices")
    if isinstance(attends, list):
        mixed: list[Kind] = ["full" if layer in attends else "recurrent" for layer in range(layers)]
        return tuple(mixed)
    return _sliding(config, family, layers)


def _sliding(config: dict[str, object], family: str, layers: int) -> tuple[Kind, ...]:
    window = _window(config, family)
    if not window or config.get("use_sliding_window") is False:
        return same("full", layers)
    if family in ALL_SLIDE:
        return same("sliding", layers)
    if config.get("use_sliding_window") is True:
        first = whole(config.get("max_window_layers"))
        later: list[Kind] = ["full" if layer < first else "sliding" for layer in range(layers)]
        return tuple(later)
    period = whole(config.get("sliding_window_pattern") or config.get("_sliding_window_pattern"), 0)
    return every(period or SLIDING.get(family, 1), layers, others="sliding")


def _state(config: dict[str, object], embedding: int) -> int:
    def told(*names: str) -> int:
        return next((whole(config.get(name)) for name in names if whole(config.get(name))), 0)

    if told("conv_L_cache"):
        return embedding * (told("conv_L_cache") - 1)
    values = told("linear_num_value_heads") * told("linear_value_head_dim")
    if values:
        keys = told("linear_num_key_heads") * told("linear_key_head_dim")
        kernel = max(0, told("linear_conv_kernel_dim") - 1)
        return kernel * (2 * keys + values) + values * told("linear_key_head_dim")
    state = told("ssm_state_size", "mamba_d_state", "state_size", "d_state")
    inner = told("mamba_num_heads", "mamba_n_heads") * told("mamba_head_dim", "mamba_d_head")
    inner = (
        inner or told("intermediate_size_mamba", "mamba_d_ssm") or embedding * max(1, told("mamba_expand", "expand"))
    )
    kernel = max(0, told("conv_kernel", "mamba_d_conv", "d_conv", "conv_kernel_size") - 1)
    return (inner + 2 * told("n_groups", "mamba_n_groups") * state) * kernel + inner * state if state else 0
