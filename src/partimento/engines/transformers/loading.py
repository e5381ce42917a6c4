"""A checkpoint's weights in memory: where, how exact, with which attention, and how far it is. Knows transformers' ways
of loading; code that comes with a checkpoint is never run.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil
import torch
import transformers
from safetensors import SafetensorError
from transformers.utils import logging as transformers_logging

from partimento.core.errors import NotConfigured
from partimento.core.local import Heard, Plan
from partimento.worker.progress import tell

PIECES: Final = 20
"""Progress is told so many times at most."""
_ATTENTION: Final = ("flash_attention_2", "sdpa", "eager")
_TYPES: Final = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}


def device_of(plan: Plan) -> str:
    """As torch calls it."""
    return {"metal": "mps"}.get(plan.device, plan.device)


def config_of(folder: str) -> Any:
    """Raises NotConfigured for what is no checkpoint, and for one that only its own code can read."""
    if not Path(folder, "config.json").is_file():
        raise NotConfigured(f"{folder} is no checkpoint", why="it has no config.json", mend="pull the model again")
    try:
        found = transformers.AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (ValueError, KeyError, OSError) as error:
        raise NotConfigured(
            f"transformers {transformers.__version__} cannot read this checkpoint",
            why=str(error).partition("\n")[0],
            mend=f"{_native(folder)}: code that comes with a checkpoint is not run",
        ) from error
    text = found.get_text_config()
    if not 0 <= (getattr(text, "pad_token_id", None) or 0) < text.vocab_size:
        text.pad_token_id = None  # a default of transformers' own, which this vocabulary has no row for
    return found


def _native(folder: str) -> str:
    """Where the same model is to be had in a form that needs no code of its own."""
    kind = msgspec.json.decode(Path(folder, "config.json").read_bytes()).get("model_type")
    if kind == "phi4mm":
        return "take revision refs/pr/70 of microsoft/Phi-4-multimodal-instruct"
    return "take a revision of it made for transformers itself, or a newer transformers"


def ends_of(folder: str, config: Any) -> frozenset[int]:
    """The tokens that end an answer: a chat model has more of them than its tokenizer tells."""
    told = [config.eos_token_id, getattr(config.get_text_config(), "eos_token_id", None)]
    if Path(folder, "generation_config.json").is_file():
        told.append(transformers.GenerationConfig.from_pretrained(folder, local_files_only=True).eos_token_id)
    return frozenset(end for ends in told for end in (ends if isinstance(ends, list) else [ends]) if end is not None)


def load(plan: Plan, config: Any) -> Any:
    """The model on its device, all its weights in memory. Raises NotConfigured, and torch's errors of memory."""
    kind = _class_of(config, embeds=plan.embeds)
    dtype = _dtype(plan)
    model = _attended(plan, kind, config, dtype).eval()
    model.requires_grad_(False)
    tell(Heard(stage="weights", fraction=1.0, buffer_bytes=int(model.get_memory_footprint())))
    _hold_rope(model, plan.context)
    return model


def _class_of(config: Any, *, embeds: bool) -> Any:
    for name in config.architectures or ():
        if name.endswith(("ForCausalLM", "ForConditionalGeneration", "LMHeadModel")):
            found = getattr(transformers, name, None)
            if found is not None:
                return found
    if embeds:
        return transformers.AutoModel
    if type(config) in transformers.AutoModelForCausalLM._model_mapping:
        return transformers.AutoModelForCausalLM
    what = ", ".join(config.architectures or ()) or config.model_type
    raise NotConfigured(
        "this checkpoint makes no text", why=f"it is a {what}", mend="use it for embeddings, or another"
    )


def _dtype(plan: Plan) -> torch.dtype:
    asked = plan.options.get("dtype", "")
    if asked:
        if asked not in _TYPES:
            raise NotConfigured(f"there is no dtype {asked!r}", mend=f"one of {', '.join(_TYPES)}")
        return _TYPES[asked]
    if plan.device != "cpu" or _cpu_is_good_at_bf16():
        return torch.bfloat16
    doubled = 2 * sum(file.stat().st_size for file in Path(plan.files.path).glob("*.safetensors"))
    limit = plan.memory_bytes or psutil.virtual_memory().available
    return torch.float32 if doubled < limit * 0.8 else torch.bfloat16  # slow beats not at all


def _cpu_is_good_at_bf16() -> bool:
    known = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(ask() for ask in known if ask is not None)


def _attended(plan: Plan, kind: Any, config: Any, dtype: torch.dtype) -> Any:
    """Flash attention where it can be had, else the best that can; told once."""
    asked = plan.options.get("attention", "")
    ways = [asked] if asked else list(_ATTENTION)
    if plan.device == "cpu" and not asked:
        ways.remove("flash_attention_2")
    why = ""
    for way in ways:
        try:
            model = _read(plan, kind, config, dtype, way)
        except torch.OutOfMemoryError:
            raise
        except (ImportError, ValueError, OSError, NotImplementedError, SafetensorError) as error:
            if way == ways[-1]:
                raise NotConfigured("the weights cannot be read", why=_first_line(error)) from error
            why = why or _first_line(error)
            continue
        tell(Heard(stage=f"attention: {way}" + (f" ({why})" if why else "")))
        return model
    raise NotConfigured("no attention can be had", why=why)


def _read(plan: Plan, kind: Any, config: Any, dtype: torch.dtype, way: str) -> Any:
    told: dict[str, Any] = {}
    device = device_of(plan)
    if find_spec("accelerate") is not None and device != "cpu":
        told["device_map"] = plan.options.get("device_map") or ("auto" if device == "cuda" else {"": device})
    with _progress():
        model = kind.from_pretrained(
            plan.files.path, config=config, dtype=dtype, attn_implementation=way, local_files_only=True,
            trust_remote_code=False, use_safetensors=True, **told,
        )  # fmt: skip
    return model if "device_map" in told or device == "cpu" else model.to(device)


@contextmanager
def _progress() -> Any:
    """transformers' own bar over the weights, heard instead of shown."""
    hook = getattr(transformers_logging, "set_tqdm_hook", None)
    if hook is None:
        yield
        return
    before = hook(_Bar)
    try:
        yield
    finally:
        hook(before)


class _Bar:
    """As much of tqdm as transformers uses."""

    def __init__(self, factory: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._inner: Any = args[0] if args else kwargs.get("iterable", ())
        counted = len(self._inner) if hasattr(self._inner, "__len__") else 0
        self._whole = int(kwargs.get("total") or counted)
        self._done = 0
        self.n = 0

    def __iter__(self) -> Any:
        for one in self._inner:
            yield one
            self.update()

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *told: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None

    def update(self, more: int = 1) -> None:
        before, self._done = self._done, self._done + more
        if self._whole and before * PIECES // self._whole != self._done * PIECES // self._whole:
            tell(Heard(stage="weights", fraction=min(1.0, self._done / self._whole)))

    def close(self) -> None:
        """Nothing is open."""


def _hold_rope(model: Any, context: int) -> None:
    """Phi's positions have one set of factors for short contexts and another for long ones. Chosen by the longest text
    of a batch, at every step, they would not agree with the keys that are kept, nor with a text made alone: so they are
    chosen once, by the plan's context, as llama.cpp does.
    """
    for module in model.modules():
        config = getattr(module, "config", None)
        if getattr(module, "rope_type", "") != "longrope" or config is None:
            continue
        told = getattr(config, "rope_parameters", None) or getattr(config, "rope_scaling", None) or {}
        short = getattr(config, "original_max_position_embeddings", None) or told.get(
            "original_max_position_embeddings"
        )
        if short is None or context <= short:
            continue
        from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

        device = module.inv_freq.device
        frequencies, _ = ROPE_INIT_FUNCTIONS["longrope"](config, device, seq_len=short + 1)
        module.register_buffer("inv_freq", frequencies, persistent=False)
        module.original_inv_freq = frequencies.clone()


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
