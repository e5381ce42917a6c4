"""LoRA adapters over a checkpoint: a folder that mlx-lm and PEFT both read, and a GGUF file for llama.cpp."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf as files
import numpy
from safetensors.numpy import load_file, save_file

from checkpoints.writing import close, gguf_name, heads_to_permute, permuted

RANK, SCALE = 4, 8.0
_PARTS = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "mlp.down_proj")
_FUSED = ("self_attn.qkv_proj", "mlp.down_proj")


def lora(checkpoint: Path, folder: Path, seed: int = 3) -> Path:
    """Random, and strong enough to change what is said: adapter_config.json with adapters.safetensors (mlx-lm) and
    adapter_model.safetensors (PEFT), all of the same values; returns the folder."""
    config = json.loads((checkpoint / "config.json").read_text())
    parts = _FUSED if config["model_type"] == "phi3" else _PARTS
    shapes = {name: weight.shape for name, weight in load_file(checkpoint / "model.safetensors").items()}
    rng = numpy.random.default_rng(seed)
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for layer in range(config["num_hidden_layers"]):
        for part in parts:
            name = f"model.layers.{layer}.{part}"
            rows, columns = shapes[f"{name}.weight"]
            a = (columns**-0.5 * rng.standard_normal((columns, RANK))).astype(numpy.float32)
            b = (0.2 * rng.standard_normal((RANK, rows))).astype(numpy.float32)
            ours |= {f"{name}.lora_a": a, f"{name}.lora_b": b}
            theirs |= {
                f"base_model.model.{name}.lora_A.weight": numpy.ascontiguousarray(a.T),
                f"base_model.model.{name}.lora_B.weight": numpy.ascontiguousarray(b.T),
            }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(ours, folder / "adapters.safetensors")
    save_file(theirs, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    (folder / "adapter_config.json").write_text(json.dumps(_told(config, parts), indent=1))
    return folder


def gguf_lora(checkpoint: Path, adapter: Path, to: Path) -> Path:
    """The adapter of a folder (as `lora` makes it or mlx-lm trains it) as a GGUF file; returns `to`."""
    config = json.loads((checkpoint / "config.json").read_text())
    told = json.loads((adapter / "adapter_config.json").read_text())["lora_parameters"]
    kind = "gemma3" if config["model_type"] == "gemma3_text" else config["model_type"]
    writer = files.GGUFWriter(to, kind)
    writer.add_type(files.GGUFType.ADAPTER)
    writer.add_string(files.Keys.Adapter.TYPE, "lora")
    writer.add_float32(files.Keys.Adapter.LORA_ALPHA, float(told["scale"] * told["rank"]))
    for name, weight in load_file(adapter / "adapters.safetensors").items():
        stem, _, side = name.rpartition(".")
        turned = numpy.ascontiguousarray(weight.T)
        if side == "lora_b" and (heads := heads_to_permute(f"{stem}.weight", config)):
            turned = permuted(turned, heads)
        writer.add_tensor(f"{gguf_name(f'{stem}.weight', gemma=kind == 'gemma3')}.{side}", turned)
    close(writer)
    return to


def _told(config: dict[str, Any], parts: tuple[str, ...]) -> dict[str, Any]:
    return {
        "fine_tune_type": "lora",
        "num_layers": config["num_hidden_layers"],
        "lora_parameters": {"rank": RANK, "scale": SCALE, "dropout": 0.0, "keys": list(parts)},
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": RANK,
        "lora_alpha": SCALE * RANK,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": [part.rpartition(".")[2] for part in parts],
        "base_model_name_or_path": "",
    }
