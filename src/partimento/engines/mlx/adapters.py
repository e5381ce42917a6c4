"""LoRA adapters over one model, one on at a time. Knows mlx_lm's and PEFT's files, and which layers an adapter wraps;
changes happen between batches, which is the caller's to see to.

Layers are wrapped once, at loading; to switch is to put wrapped layers, or the bare ones, into their places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mlx.core as mx
import msgspec
from mlx.utils import tree_unflatten
from mlx_lm.tuner.lora import LoRALinear
from mlx_lm.tuner.utils import load_adapters

from partimento.core.errors import NotConfigured
from partimento.core.local import Adapter

Layers = list[tuple[str, Any]]
_PEFT = "base_model.model."


class Adapters:
    """All are read at once, so that one that does not fit is found at loading. Raises NotConfigured."""

    def __init__(self, model: Any, adapters: Sequence[Adapter]) -> None:
        self.on = ""
        self._model = model
        self._wrapped: dict[str, Layers] = {}
        self._bare: dict[str, Layers] = {}
        for adapter in adapters:
            bare = dict(model.named_modules())
            try:
                _attach(model, Path(adapter.path))
            except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
                raise NotConfigured(f"the adapter {adapter.name} cannot be used", why=str(error)) from error
            model.eval()
            wrapped = [(name, layer) for name, layer in model.named_modules() if bare.get(name, layer) is not layer]
            mx.eval([layer.parameters() for _, layer in wrapped])
            self._wrapped[adapter.name] = wrapped
            self._bare[adapter.name] = [(name, bare[name]) for name, _ in wrapped]
            self._put(self._bare[adapter.name])

    def switch(self, name: str) -> None:
        """Have that one on; "": none."""
        if name == self.on:
            return
        if self.on:
            self._put(self._bare[self.on])
        if name:
            self._put(self._wrapped[name])
        self.on = name

    def _put(self, layers: Layers) -> None:
        self._model.update_modules(tree_unflatten(layers))


def _attach(model: Any, folder: Path) -> None:
    told = msgspec.json.decode((folder / "adapter_config.json").read_bytes())
    if (folder / "adapter_model.safetensors").is_file():
        arrays: Any = mx.load(str(folder / "adapter_model.safetensors"))
        _attach_peft(model, told, arrays)
    elif told.get("fine_tune_type", "lora") == "full":
        raise ValueError("it is a whole model, and replaces all weights")
    else:
        load_adapters(model, str(folder))


def _attach_peft(model: Any, told: dict[str, Any], arrays: dict[str, Any]) -> None:
    """PEFT keeps both matrices transposed, and its scale as alpha over rank."""
    rank = int(told["r"])
    scale = told["lora_alpha"] / (math.sqrt(rank) if told.get("use_rslora") else rank)
    modules = dict(model.named_modules())
    wrapped: Layers = []
    for key in sorted(arrays):
        if not key.endswith(".lora_A.weight"):
            continue
        name = key.removeprefix(_PEFT).removesuffix(".lora_A.weight")
        if name not in modules:
            raise ValueError(f"the model has no layer {name}")
        a, b = arrays[key].T, arrays[key.replace(".lora_A.", ".lora_B.")].T
        layer = LoRALinear.from_base(modules[name], r=a.shape[1], scale=scale)
        if layer.lora_a.shape != a.shape or layer.lora_b.shape != b.shape:
            raise ValueError(f"{name} has another shape in this model")
        layer.lora_a, layer.lora_b = a, b
        wrapped.append((name, layer))
    if not wrapped or 2 * len(wrapped) != len(arrays):
        raise ValueError("it holds more than LoRA matrices of linear layers, or none of these")
    model.update_modules(tree_unflatten(wrapped))
