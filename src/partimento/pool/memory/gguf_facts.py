"""The shape of a model from a GGUF header, as llama.cpp runs it: which families slide, mix in states or compress their
keys. Knows llama.cpp's names and habits; leaves reading the file to `gguf`.
"""

from __future__ import annotations

from typing import Final

from partimento.pool.memory.facts import ENCODERS, Facts, Kind, every, same, whole, wholes
from partimento.pool.memory.header import Header

MAX_LAYERS: Final = 4096
# full attention in one layer of so many, where the header has no pattern; llama.cpp slides no other family's windows
SLIDING: Final = {
    "gemma2": 2, "gemma3": 6, "gemma3n": 5, "gemma4": 6, "cohere2": 4, "gpt-oss": 2, "exaone4": 4, "exaone-moe": 4,
    "olmo2": 4, "afmoe": 4, "smallthinker": 4, "llama4": 4, "plamo3": 8, "mimo2": 6, "step35": 4,
}  # fmt: skip
TOLD_WINDOW: Final = {"gemma2": 4096, "gemma3": 1024, "llama4": 8192}
INTERVAL: Final = {"qwen3next": 4, "qwen35": 4, "qwen35moe": 4}
STATE_ONLY: Final = frozenset({"mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"})
BOTH: Final = frozenset({"falcon-h1"})
BY_HEADS: Final = frozenset({
    "lfm2", "lfm2moe", "nemotron_h", "nemotron_h_moe", "granitehybrid", "jamba", "plamo2", "kimi-linear",
})  # fmt: skip
"""A layer without key-value heads has a state instead."""
FULL: Final = frozenset({
    "llama", "phi2", "phi3", "phimoe", "qwen", "qwen2", "qwen2moe", "qwen2vl", "qwen3", "qwen3moe", "qwen3vl",
    "qwen3vlmoe", "mistral3", "mistral4", "gemma", "deepseek", "deepseek2", "glm4", "glm4moe", "glm-dsa", "granite",
    "granitemoe", "command-r", "starcoder2", "stablelm", "internlm2", "olmo", "olmoe", "smollm3", "falcon", "minicpm",
    "minicpm3", "hunyuan-dense", "hunyuan-moe", "ernie4_5", "ernie4_5-moe", "seed_oss", "bailingmoe", "bailingmoe2",
    "minimax-m2", "dots1", "apertus", "arcee", "deci", "exaone", "gpt2", "gptneox", "nemotron", "orion", "baichuan",
    "chatglm", "dbrx", "grok", "xverse", "mpt", "bloom", "openelm", "jais", "jais2", "maincoder", "pangu-embedded",
})  # fmt: skip
KNOWN: Final = FULL | set(SLIDING) | set(INTERVAL) | STATE_ONLY | BOTH | BY_HEADS | ENCODERS


def facts(header: Header) -> Facts:
    """Every layer's kind, heads and window."""
    family = header.family

    def told(name: str) -> object:
        return header.keys.get(f"{family}.{name}")

    layers = min(MAX_LAYERS, max(0, whole(told("block_count")) - whole(told("nextn_predict_layers"))))
    heads = max(wholes(told("attention.head_count"), max(1, layers)), default=0)
    kv_heads = wholes(told("attention.head_count_kv"), layers, heads) if told("attention.head_count_kv") else ()
    embedding = whole(told("embedding_length"))
    head = embedding // heads if heads else 0
    cached = layers - min(layers, whole(told("attention.shared_kv_layers"), _shared(family, layers)))
    kinds = _kinds(header, layers, kv_heads)[:cached]
    return Facts(
        family=family,
        kinds=kinds,
        kv_heads=(kv_heads or (heads,) * layers)[:cached],
        heads=heads,
        key=whole(told("attention.key_length"), head),
        value=whole(told("attention.value_length"), head),
        key_sliding=whole(told("attention.key_length_swa")),
        value_sliding=whole(told("attention.value_length_swa")),
        window=whole(told("attention.sliding_window"), TOLD_WINDOW.get(family, 0)) if "sliding" in kinds else 0,
        latent=whole(told("attention.key_length")) if told("attention.key_length_mla") else 0,
        state=_state(header),
        both=family in BOTH,
        embedding=embedding,
        feed_forward=max(
            *wholes(told("feed_forward_length"), max(1, layers)),
            whole(told("expert_feed_forward_length")) * whole(told("expert_used_count")),
        ),
        vocabulary=header.vocabulary,
        experts=whole(told("expert_count")),
        trained_context=whole(told("context_length")),
        layers=layers,
        known=family in KNOWN,
    )


def _shared(family: str, layers: int) -> int:
    return max(0, layers - 20) if family == "gemma3n" else 0  # llama.cpp's own rule where the header tells none


def _kinds(header: Header, layers: int, kv_heads: tuple[int, ...]) -> tuple[Kind, ...]:
    family = header.family
    told = header.keys.get
    if family in ENCODERS or told(f"{family}.attention.causal") is False:
        return same("none", layers)
    if family in STATE_ONLY:
        return same("recurrent", layers)
    if family in INTERVAL:
        return every(whole(told(f"{family}.full_attention_interval"), INTERVAL[family]), layers, others="recurrent")
    if 0 in kv_heads:
        return _by_heads(header, layers, kv_heads)
    return _sliding(header, layers)


def _by_heads(header: Header, layers: int, kv_heads: tuple[int, ...]) -> tuple[Kind, ...]:
    family = header.family
    empty: Kind = "recurrent" if family in BY_HEADS else "none"
    forward = wholes(header.keys.get(f"{family}.feed_forward_length"), layers)
    apart = family.startswith("nemotron_h")  # there a layer is attention, or a state, or feed-forward alone
    return tuple(
        "full" if kv_heads[layer] else "none" if apart and forward[layer] else empty for layer in range(layers)
    )


def _sliding(header: Header, layers: int) -> tuple[Kind, ...]:
    family = header.family
    pattern = header.keys.get(f"{family}.attention.sliding_window_pattern")
    if isinstance(pattern, tuple) and len(pattern) >= layers:
        told: list[Kind] = ["sliding" if slides else "full" for slides in pattern[:layers]]
        return tuple(told)
    window = whole(header.keys.get(f"{family}.attention.sliding_window"), TOLD_WINDOW.get(family, 0))
    period = whole(pattern) or SLIDING.get(family, 0)
    if not window or not period or family not in SLIDING or (family == "exaone4" and layers != 64):
        return same("full", layers)
    return every(period, layers, others="sliding")


def _state(header: Header) -> int:
    """As llama.cpp sizes it: the last inputs of the convolution, and the state itself."""
    family = header.family

    def told(name: str) -> int:
        return whole(header.keys.get(f"{family}.{name}"))

    embedding = told("embedding_length")
    if told("shortconv.l_cache"):
        return embedding * (told("shortconv.l_cache") - 1)
    if told("wkv.head_size"):
        return embedding * (max(told("token_shift_count"), 2) + told("wkv.head_size"))
    if told("kda.head_dim"):
        inner = told("kda.head_dim") * told("attention.head_count")
        return inner * (3 * max(0, told("ssm.conv_kernel") - 1) + told("kda.head_dim"))
    inner, state = told("ssm.inner_size"), told("ssm.state_size")
    convolved = inner + 2 * told("ssm.group_count") * state
    return max(0, told("ssm.conv_kernel") - 1) * convolved + state * inner
