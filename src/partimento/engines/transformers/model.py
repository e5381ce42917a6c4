"""The model as the batch uses it: tokens in, logits out, vectors of texts. Knows what its `forward` takes; leaves rows
and their order to `batch`. All of it on the model thread.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, Final

import msgspec
import torch

from partimento.core.errors import BadInput
from partimento.core.local import Files, Heard
from partimento.engines.transformers.adapters import Adapters
from partimento.engines.transformers.cache import fresh, joinable
from partimento.engines.transformers.sampling import Taste
from partimento.worker.progress import tell

PREFILL_TOKENS: Final = 1024
"""Of a prompt, at a time: the texts beside it wait so long for their next token."""
_POOLING: Final = ("pooling_mode_cls_token", "pooling_mode_lasttoken")


class Model:
    """One checkpoint in memory: `model` is transformers' own, as `loading.load` gives it, and these are its files."""

    def __init__(self, model: Any, files: Files) -> None:
        self._model = model
        self.adapters = Adapters(model, files.path, files.adapters)
        self.config = self._model.config
        self.device = self._model.get_input_embeddings().weight.device
        self.taste = _taste(self._model)
        self.speaks = hasattr(self._model, "lm_head") or self._model.get_output_embeddings() is not None
        self._takes = frozenset(inspect.signature(self._model.forward).parameters)
        self._pooling = _pooling(files.path)
        text = self.config.get_text_config()
        rope = getattr(text, "rope_parameters", None) or {}
        kinds = set(getattr(text, "layer_types", None) or ())
        self.alone = (
            "mrope_section" in rope  # it keeps the places of the last picture in itself
            or rope.get("rope_type") == "dynamic"  # its frequencies change with the longest text
            or "chunked_attention" in kinds  # its chunks begin at columns
            or not joinable(fresh(self.config))
        )
        """Whether it takes one text at a time."""

    def read(self, inputs: dict[str, Any], start: int, cache: Any) -> tuple[torch.Tensor | None, int]:
        """Let it read more of a prompt of one row, from token `start`: the logits of the last token if that was all of
        it, and where it is now. Pictures and sounds are read in one piece.
        """
        ids = inputs["input_ids"]
        whole = ids.shape[1]
        end = whole if len(inputs) > 1 else min(whole, start + PREFILL_TOKENS)
        told = {name: _placed(value, self.device, self._model.dtype) for name, value in inputs.items()}
        told = {name: value for name, value in told.items() if name in self._takes}
        told["input_ids"] = ids[:, start:end].to(self.device)
        if not self.alone:
            told["position_ids"] = torch.arange(start, end, device=self.device)[None]
        logits = self._logits(told, cache)
        return (logits if end == whole else None), end

    def next(self, tokens: list[int], places: list[int], cache: Any) -> torch.Tensor:
        """The logits after one more token in each row, the `places`-th of its text. Shape: rows, width."""
        told: dict[str, Any] = {"input_ids": torch.tensor(tokens, device=self.device)[:, None]}
        if not self.alone:
            columns = cache.get_seq_length()
            told["position_ids"] = torch.tensor(places, device=self.device)[:, None]
            if min(places) < columns:
                empty = torch.tensor([columns - place for place in places], device=self.device)[:, None]
                told["attention_mask"] = (torch.arange(columns + 1, device=self.device)[None] >= empty).long()
        return self._logits(told, cache)

    def vectors(self, texts: list[list[int]]) -> list[bytes]:
        """Of texts, of length 1, as little-endian 32-bit floats: the mean of the last hidden states, unless the
        checkpoint says that it was trained on the first or the last of them. Raises BadInput.
        """
        with torch.inference_mode():
            return self._vectors(texts)

    def _vectors(self, texts: list[list[int]]) -> list[bytes]:
        self.adapters.switch(())
        inner = self._model if not self.speaks else getattr(self._model, "model", None)
        if inner is None:
            raise BadInput(
                "this model makes no vectors", why="its hidden states cannot be reached", mend="choose another"
            )
        longest = max(map(len, texts))
        ids = torch.tensor([tokens + [0] * (longest - len(tokens)) for tokens in texts], device=self.device)
        mask = torch.tensor([[1] * len(t) + [0] * (longest - len(t)) for t in texts], device=self.device)
        hidden = inner(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        if self._pooling == "pooling_mode_cls_token":
            found = hidden[:, 0]
        elif self._pooling == "pooling_mode_lasttoken":
            found = hidden[torch.arange(len(texts)), mask.sum(dim=1) - 1]
        else:
            found = (hidden * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
        unit = torch.nn.functional.normalize(found, dim=-1).cpu().numpy().astype("<f4")
        return [row.tobytes() for row in unit]

    def warm(self) -> None:
        """A step of each kind, so that the first caller does not wait for what is set up lazily, and an attention that
        this device cannot do is found, and another taken.
        """
        if not self.speaks:
            return
        try:
            with torch.inference_mode():
                self._step_each_way()
        except torch.OutOfMemoryError:
            raise
        except RuntimeError:
            if getattr(self.config, "_attn_implementation", "") != "flash_attention_2":
                raise
            self._model.set_attn_implementation("sdpa")
            tell(Heard(stage="attention: sdpa (flash attention fails on this device)"))
            with torch.inference_mode():
                self._step_each_way()

    def _step_each_way(self) -> None:
        cache = fresh(self.config)
        self.read({"input_ids": torch.tensor([[0, 1]])}, 0, cache)
        self.next([1], [2], cache)

    def _logits(self, told: dict[str, Any], cache: Any) -> torch.Tensor:
        if "logits_to_keep" in self._takes:
            told["logits_to_keep"] = 1
        found: torch.Tensor = self._model(**told, past_key_values=cache, use_cache=True).logits[:, -1]
        return found


def _placed(value: Any, device: Any, dtype: torch.dtype) -> Any:
    if not isinstance(value, torch.Tensor):
        return value
    return value.to(device, dtype) if value.is_floating_point() else value.to(device)


def _taste(model: Any) -> Taste:
    told = getattr(model, "generation_config", None)
    if told is None or not told.do_sample:
        return Taste()
    return Taste(
        temperature=1.0 if told.temperature is None else float(told.temperature),
        top_p=1.0 if told.top_p is None else float(told.top_p),
        top_k=int(told.top_k or 0),
        min_p=float(getattr(told, "min_p", None) or 0.0),
    )


def _pooling(folder: str) -> str:
    """As sentence-transformers keeps it beside a checkpoint; "": the mean."""
    try:
        told = msgspec.json.decode(Path(folder, "1_Pooling", "config.json").read_bytes())
    except (OSError, msgspec.DecodeError):
        return ""
    return next((name for name in _POOLING if isinstance(told, dict) and told.get(name)), "")
