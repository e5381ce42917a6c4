"""LoRA adapters over one model, by PEFT: the owner's, and those that came with the checkpoint to see and hear. Knows
which are on; changes happen between steps, which is the caller's to see to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from partimento.core.errors import BadInput, NotConfigured
from partimento.core.local import Adapter

_SENSES: Final = {"phi4_multimodal": {"image": "vision-lora", "audio": "speech-lora"}}
"""Folders within a checkpoint, by kind of model: without them it sees and hears badly."""
On = tuple[str, ...]


class Adapters:
    """All are read at once, so that one that does not fit is found at loading. Raises NotConfigured."""

    def __init__(self, model: Any, folder: str, adapters: Sequence[Adapter]) -> None:
        self._model = model
        self._here = find_spec("peft") is not None
        self._names: dict[str, str] = {}
        self._senses = {
            kind: found
            for kind, name in _SENSES.get(model.config.model_type, {}).items()
            if (found := Path(folder, name)).joinpath("adapter_config.json").is_file()
        }
        self._on: On = ()
        if self._here:
            for adapter in adapters:
                self._load(adapter.name, Path(adapter.path))
            for kind, place in self._senses.items():
                self._load(f" {kind}", place)
        if self._names:
            model.disable_adapters()

    def needed(self, name: str, media: Iterable[str]) -> On:
        """What is to be on for a text with this adapter of the owner's and these kinds of media. Raises BadInput."""
        senses = [kind for kind in ("image", "audio") if kind in media and kind in self._senses][:1]
        if (name or senses) and not self._here:
            what = f"the adapter {name}" if name else "pictures and sounds"
            raise BadInput(f"cannot use {what}", why="peft is not installed", mend="pip install peft")
        return tuple(f" {kind}" for kind in senses) + ((name,) if name else ())

    def switch(self, on: On) -> None:
        """Have these on, and no others."""
        if on == self._on:
            return
        if on:
            self._model.enable_adapters()
            self._model.set_adapter([self._names[name] for name in on])
        else:
            self._model.disable_adapters()
        self._on = on

    def _load(self, name: str, place: Path) -> None:
        inner = f"adapter_{len(self._names)}"  # torch's modules have no dots in their names, an owner's may
        try:
            told = self._model.load_adapter(str(place), adapter_name=inner)
        except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
            why = str(error).partition("\n")[0]
            raise NotConfigured(f"the adapter {name.strip()} cannot be used", why=why) from error
        strange = list(getattr(told, "unexpected_keys", None) or ())
        if strange:
            why = f"the model has no layer {strange[0]}"
            raise NotConfigured(f"the adapter {name.strip()} cannot be used", why=why)
        for parameter_name, parameter in self._model.named_parameters():
            if f".{inner}." in parameter_name:
                parameter.requires_grad_(False)
                parameter.data = parameter.data.to(self._model.dtype)
        self._names[name] = inner
