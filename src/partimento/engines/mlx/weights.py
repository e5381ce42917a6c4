"""A checkpoint's weights in memory: loading them with progress, the layers that a prompt needs, vectors of texts. Knows
MLX and mlx_lm; all of it on the one thread that computes, since MLX's streams belong to threads.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import mlx.core as mx
import msgspec
from mlx.utils import tree_flatten
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.utils import load_model

from partimento.core.errors import BadInput, NotConfigured
from partimento.core.local import Heard, Plan
from partimento.worker.life import left_bytes
from partimento.worker.progress import tell

PIECES = 20
"""Progress is told so many times at most."""
_LIKED = ("temperature", "top_p", "top_k")


def choose_device(plan: Plan) -> None:
    """Where it computes, and how much memory it may take there."""
    if plan.device == "cpu":
        mx.set_default_device(mx.cpu)
    elif plan.memory_bytes:  # on the CPU MLX keeps no account of memory; the kernel is asked instead
        mx.set_memory_limit(plan.memory_bytes)
        mx.set_cache_limit(max(plan.memory_bytes // 10, 64 << 20))


def check_folder(folder: str) -> None:
    """Raises NotConfigured where there is no checkpoint."""
    if not Path(folder, "config.json").is_file():
        raise NotConfigured(f"{folder} is no checkpoint", why="it has no config.json", mend="pull the model again")


def load(folder: str) -> Any:
    """The model, all its weights in memory. Raises NotConfigured, and what mlx_lm raises of broken files."""
    model, _ = load_model(Path(folder), lazy=True)
    flat: Any = tree_flatten(model.parameters())
    arrays = [array for _, array in flat]
    whole, done, grouped = sum(array.nbytes for array in arrays) or 1, 0, 0
    group: list[Any] = []
    for array in arrays:
        group.append(array)
        grouped += array.nbytes
        if grouped * PIECES >= whole:
            _read(group, grouped)
            done += grouped
            group, grouped = [], 0
            tell(Heard(stage="weights", fraction=done / whole))
    mx.eval(model.parameters())
    model.eval()
    tell(Heard(stage="weights", fraction=1.0, buffer_bytes=whole))
    unbatched = [type(layer).__name__ for layer in make_prompt_cache(model) if not hasattr(layer, "merge")]
    if unbatched:
        raise NotConfigured("MLX cannot serve this model", why=f"{unbatched[0]} takes one text at a time")
    return model


def _read(arrays: list[Any], size: int) -> None:
    """MLX says that it cannot read a file where it had no memory to read it into."""
    try:
        mx.eval(arrays)
    except RuntimeError as error:
        left = left_bytes()
        if left is not None and left < size:
            raise MemoryError(f"the weights need {size} bytes more, and {left} are left of what it may take") from error
        raise


def liked(folder: str) -> dict[str, float]:
    """What the checkpoint's makers say of sampling."""
    try:
        told = msgspec.json.decode(Path(folder, "generation_config.json").read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}
    if told.get("do_sample") is False:
        return {"temperature": 0.0}
    return {name: float(told[name]) for name in _LIKED if isinstance(told.get(name), int | float)}


def vectors(model: Any, texts: list[list[int]]) -> list[bytes]:
    """The mean of the last hidden states over each text's tokens, of length 1, as little-endian floats.

    Padding stands to the right, where causal attention does not see it. Raises BadInput.
    """
    inner = getattr(getattr(model, "language_model", model), "model", None)
    if inner is None:
        raise BadInput("this model makes no vectors", why="its hidden states cannot be reached", mend="choose another")
    longest = max(map(len, texts))
    hidden = inner(mx.array([tokens + [0] * (longest - len(tokens)) for tokens in texts])).astype(mx.float32)
    counted = mx.array([[float(place < len(tokens)) for place in range(longest)] for tokens in texts])[..., None]
    mean = (hidden * counted).sum(axis=1) / counted.sum(axis=1)
    unit = mean / mx.maximum(mx.linalg.norm(mean, axis=-1, keepdims=True), 1e-12)
    mx.eval(unit)
    return [memoryview(row).tobytes() for row in unit]


def give_back() -> None:
    """Return to the system what MLX keeps for later."""
    with contextlib.suppress(AttributeError):
        mx.synchronize()
    mx.clear_cache()
