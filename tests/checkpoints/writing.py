"""Checkpoints as GGUF files: metadata, tokenizer with its merges, chat template, and weights as llama.cpp names and
lays them out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import gguf as files
import numpy
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Type = Literal["f32", "f16", "q8_0"]
_TYPES = {
    "f32": (files.GGMLQuantizationType.F32, files.LlamaFileType.ALL_F32),
    "f16": (files.GGMLQuantizationType.F16, files.LlamaFileType.MOSTLY_F16),
    "q8_0": (files.GGMLQuantizationType.Q8_0, files.LlamaFileType.MOSTLY_Q8_0),
}
_ARCHITECTURES = {"llama": "llama", "phi3": "phi3", "qwen2": "qwen2", "gemma3_text": "gemma3"}
_NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.qkv_proj": "attn_qkv", "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up", "mlp.gate_up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}  # fmt: skip
_SECOND_NORMS = {"post_attention_layernorm": "ffn_norm"}
_GEMMAS_NORMS = {
    "post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}  # fmt: skip


def gguf(checkpoint: Path, to: Path, type: Type = "f32") -> Path:  # noqa: A002
    """The checkpoint of a folder as one GGUF file with tokenizer and chat template; returns `to`. Norms, biases and
    rows that are no multiple of 32 stay f32."""
    config = json.loads((checkpoint / "config.json").read_text())
    weight_type, file_type = _TYPES[type]
    writer = files.GGUFWriter(to, _ARCHITECTURES[config["model_type"]])
    writer.add_name(checkpoint.name)
    writer.add_file_type(file_type)
    write_metadata(writer, config)
    write_words(writer, checkpoint, config["vocab_size"])
    for name, weight in load_file(checkpoint / "model.safetensors").items():
        write_weight(writer, *_laid_out(name, weight, config), weight_type)
    close(writer)
    return to


def close(writer: files.GGUFWriter) -> None:
    """Write it all out."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_metadata(writer: files.GGUFWriter, config: dict[str, Any]) -> None:
    """The sizes, under the architecture's names."""
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_vocab_size(config["vocab_size"])
    if "sliding_window" in config:
        writer.add_sliding_window(config["sliding_window"])
    if "original_max_position_embeddings" in config:
        writer.add_rope_scaling_orig_ctx_len(config["original_max_position_embeddings"])


def write_words(writer: files.GGUFWriter, checkpoint: Path, rows: int, pre: str = "gpt-2") -> None:
    """The tokenizer, with names for rows that have no token."""
    told = json.loads((checkpoint / "tokenizer_config.json").read_text())
    made = json.loads((checkpoint / "tokenizer.json").read_text())
    words = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    special = {token["id"] for token in made["added_tokens"]}
    tokens = [words.id_to_token(place) or f"[PAD{place}]" for place in range(rows)]
    normal, control, unused = files.TokenType.NORMAL, files.TokenType.CONTROL, files.TokenType.UNUSED
    count = words.get_vocab_size()
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([control if at in special else normal if at < count else unused for at in range(rows)])
    writer.add_token_merges([pair if isinstance(pair, str) else " ".join(pair) for pair in made["model"]["merges"]])
    ids = words.get_vocab()
    if told["bos_token"]:
        writer.add_bos_token_id(ids[told["bos_token"]])
    writer.add_eos_token_id(ids[told["eos_token"]])
    writer.add_pad_token_id(ids[told["pad_token"]])
    writer.add_add_bos_token(told["add_bos_token"])
    writer.add_chat_template(told["chat_template"])


def write_weight(writer: files.GGUFWriter, name: str, weight: Any, type_: files.GGMLQuantizationType) -> None:
    """One weight, quantised where it may be."""
    plain = files.GGMLQuantizationType.F32
    chosen = plain if weight.ndim < 2 or weight.shape[-1] % 32 else type_
    if chosen in (plain, files.GGMLQuantizationType.F16):
        writer.add_tensor(name, weight.astype(numpy.float32 if chosen == plain else numpy.float16))
    else:
        writer.add_tensor(name, files.quantize(weight, chosen), raw_dtype=chosen)


def gguf_name(name: str, *, gemma: bool) -> str:
    """ "model.layers.0.mlp.up_proj.weight" → "blk.0.ffn_up.weight"."""
    stem, _, kind = name.rpartition(".")
    names = _NAMES | (_GEMMAS_NORMS if gemma else _SECOND_NORMS)
    if not stem.startswith("model.layers."):
        return f"{names[stem]}.{kind}"
    layer, _, part = stem.removeprefix("model.layers.").partition(".")
    return f"blk.{layer}.{names[part]}.{kind}"


def permuted(weight: Any, heads: int) -> Any:
    """The rows of a llama's q or k, from halves (as Hugging Face turns them) to neighbours (as llama.cpp does)."""
    return (
        weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)
    )


def heads_to_permute(name: str, config: dict[str, Any]) -> int:
    """Of how many heads the weight's rows are, where they are to be permuted; 0: leave them."""
    if config["model_type"] != "llama":
        return 0
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
    return next((count for part, count in heads.items() if f".{part}." in name), 0)


def _laid_out(name: str, weight: Any, config: dict[str, Any]) -> tuple[str, Any]:
    gemma = config["model_type"] == "gemma3_text"
    if gemma and name.endswith("norm.weight"):
        weight = weight + 1
    if heads := heads_to_permute(name, config):
        weight = permuted(weight, heads)
    return gguf_name(name, gemma=gemma), weight
