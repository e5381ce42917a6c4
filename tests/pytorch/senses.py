"""Small checkpoints that see, and hear, made here from nothing with transformers' own classes: Gemma 3 with its eyes,
and Phi-4-multimodal with eyes and ears. Random weights: what they say means nothing, but it changes with what they are
shown.
"""

from __future__ import annotations

import io
import json
import math
import wave
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from PIL import Image
from tokenizers import AddedToken
from transformers import (
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    Gemma3ImageProcessor,
    Gemma3Processor,
    Gemma3TextConfig,
    Phi4MultimodalAudioConfig,
    Phi4MultimodalConfig,
    Phi4MultimodalFeatureExtractor,
    Phi4MultimodalForCausalLM,
    Phi4MultimodalImageProcessor,
    Phi4MultimodalProcessor,
    Phi4MultimodalVisionConfig,
    PreTrainedTokenizerFast,
    SiglipVisionConfig,
)

from checkpoints import hf

_GEMMA_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + message['role'] + '\n' }}"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}{{ '<start_of_image>' }}{% elif part['type'] == 'text' %}{{ part['text'] }}"
    "{% endif %}{% endfor %}{% endif %}{{ '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
PHI_LISTS = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' }}{% if message['content'] is string %}"
    "{{ message['content'] }}{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}"
    "{{ '<|endoftext10|>' }}{% elif part['type'] == 'audio' %}{{ '<|endoftext11|>' }}{% elif part['type'] == 'text' %}"
    "{{ part['text'] }}{% endif %}{% endfor %}{% endif %}{{ '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
PHI_WORDS = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
"""As the template of the checkpoint's first revision: words only."""


def seeing(folder: Path) -> Path:
    """Gemma 3 with a vision part. Pictures take 4 tokens."""
    torch.manual_seed(7)
    tokens = _tokens(
        "gemma3",
        folder,
        {"image_token": "<image_soft_token>", "boi_token": "<start_of_image>", "eoi_token": "<end_of_image>"},
    )
    text = Gemma3TextConfig(
        hidden_size=64, intermediate_size=128, num_hidden_layers=6, num_attention_heads=2, num_key_value_heads=1,
        head_dim=32, vocab_size=len(tokens), sliding_window=16, query_pre_attn_scalar=32,
        bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id, pad_token_id=0,
    )  # fmt: skip
    vision = SiglipVisionConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2, image_size=56, patch_size=14
    )
    config = Gemma3Config(
        text_config=text, vision_config=vision, mm_tokens_per_image=4, image_token_index=tokens.image_token_id,
        boi_token_index=tokens.convert_tokens_to_ids("<start_of_image>"),
        eoi_token_index=tokens.convert_tokens_to_ids("<end_of_image>"),
        eos_token_id=[tokens.eos_token_id, tokens.convert_tokens_to_ids("<end_of_turn>")],
    )  # fmt: skip
    eyes = Gemma3ImageProcessor(size={"height": 56, "width": 56}, do_pan_and_scan=False)
    processor = Gemma3Processor(eyes, tokens, chat_template=_GEMMA_TEMPLATE, image_seq_length=4)
    return _written(Gemma3ForConditionalGeneration(config), processor, folder)


def sensing(folder: Path, template: str = PHI_LISTS) -> Path:
    """Phi-4-multimodal. A small picture takes 545 tokens, a second of sound 13."""
    torch.manual_seed(7)
    tokens = _tokens("phi3", folder, {"image_token": "<|endoftext10|>", "audio_token": "<|endoftext11|>"})
    config = Phi4MultimodalConfig(
        vocab_size=len(tokens), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=4096, original_max_position_embeddings=4096,
        bos_token_id=0, pad_token_id=0,
        eos_token_id=[tokens.eos_token_id, tokens.convert_tokens_to_ids("<|end|>")],
        vision_config=Phi4MultimodalVisionConfig(
            hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2,
            image_token_id=tokens.image_token_id,
        ),
        audio_config=Phi4MultimodalAudioConfig(
            hidden_size=32, intermediate_size=48, num_blocks=3, num_attention_heads=2, nemo_conv_channels=16,
            ext_pw_out_channel=32, depthwise_separable_out_channel=32, audio_token_id=tokens.audio_token_id,
        ),
    )  # fmt: skip
    processor = Phi4MultimodalProcessor(
        Phi4MultimodalImageProcessor(), Phi4MultimodalFeatureExtractor(), tokens, chat_template=template
    )
    return _written(Phi4MultimodalForCausalLM(config), processor, folder)


def picture(red: int) -> bytes:
    """A PNG of 64 x 64 pixels."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((64, 64)).convert("RGB").point(lambda value: value * red // 255).save(out, "PNG")
    return out.getvalue()


def tone(hz: float, rate_hz: int = 44_100, seconds: float = 0.5) -> bytes:
    """A WAV of a sine."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        places = range(int(rate_hz * seconds))
        values = (int(20_000 * math.sin(2 * math.pi * hz * place / rate_hz)) for place in places)
        file.writeframes(b"".join(value.to_bytes(2, "little", signed=True) for value in values))
    return out.getvalue()


def _tokens(shape: Any, folder: Path, named: dict[str, str]) -> Any:
    words = hf(shape, folder / "words")
    told = json.loads((words / "tokenizer_config.json").read_text())
    tokens = PreTrainedTokenizerFast(
        tokenizer_file=str(words / "tokenizer.json"),
        extra_special_tokens=named,
        **{name: told[name] for name in ("bos_token", "eos_token") if told.get(name)},
    )
    tokens.add_tokens([AddedToken(mark, special=True) for mark in named.values()])
    return tokens


def _written(model: Any, processor: Any, folder: Path) -> Path:
    place = folder / "model"
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim > 1:
                torch.nn.init.normal_(weight, std=weight[0].numel() ** -0.5)
            elif "img_feature" not in name and name.endswith("bias"):
                torch.nn.init.normal_(weight, std=0.02)
    model.save_pretrained(place)
    processor.save_pretrained(place)
    return place


def sharpen(checkpoint: Path, name: str) -> None:
    """Put an adapter as Phi-4-multimodal has them into the checkpoint's folder."""
    torch.manual_seed(5)
    targets = r".*layers\.\d+\.(self_attn\.(qkv_proj|o_proj)|mlp\.(gate_up_proj|down_proj))"
    model = get_peft_model(
        Phi4MultimodalForCausalLM.from_pretrained(checkpoint), LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    )
    for weight_name, weight in model.named_parameters():
        if "lora_B" in weight_name:
            torch.nn.init.normal_(weight, std=0.3)
    model.save_pretrained(checkpoint / name)
