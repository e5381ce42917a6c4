"""Keys and values of several texts side by side, aligned at their right ends: texts join, leave, and grow in place.
Knows transformers' cache layers; which text stands in which row is `batch`'s business.

Right-aligned, two tokens of a text are as far apart as their columns, so that a sliding window over columns is one over
tokens; what stands left of a shorter text is masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import torch
from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer

ROOM: Final = 256
"""Tokens that a layer has room for beyond what it holds, whenever it takes memory."""


class Growing(DynamicLayer):  # type: ignore[misc]
    """transformers' own copies all that it holds for every new token; this one writes into room that it has."""

    keys: Any
    values: Any

    def __init__(self) -> None:
        super().__init__()
        self._room: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(self, key_states: Any, value_states: Any, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        """Shapes: rows, heads, tokens, width of a head."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        held = self.get_seq_length()
        whole = held + key_states.shape[-2]
        if self._room is None or whole > self._room[0].shape[-2]:
            keys = _space(key_states, key_states.shape[0], whole + ROOM)
            values = _space(value_states, value_states.shape[0], whole + ROOM)
            if held:
                keys[:, :, :held], values[:, :, :held] = self.keys, self.values
            self._room = keys, values
        keys, values = self._room
        keys[:, :, held:whole], values[:, :, held:whole] = key_states, value_states
        self.keys, self.values = keys[:, :, :whole], values[:, :, :whole]
        return self.keys, self.values

    def hold(self, keys: torch.Tensor, values: torch.Tensor, tokens: int) -> None:
        """Have these, with room behind their first `tokens`."""
        self._room = keys, values
        self.keys, self.values = keys[:, :, :tokens], values[:, :, :tokens]


def fresh(config: Any) -> DynamicCache:
    """An empty cache for this model."""
    cache = DynamicCache(config=config)
    cache.layers = [Growing() if type(layer) is DynamicLayer else layer for layer in cache.layers]
    if not cache.layers:
        cache.layer_class_to_replicate = Growing
    return cache


def joinable(cache: DynamicCache) -> bool:
    """Whether all its layers are of a kind that other texts may join: a running state has no columns to align."""
    return all(type(layer) in (Growing, DynamicSlidingWindowLayer) for layer in cache.layers)


def join(cache: DynamicCache, other: DynamicCache) -> None:
    """Append the rows of the other, layer by layer, so that little memory is taken twice. The other is spent."""
    tokens = max(cache.get_seq_length(), other.get_seq_length())
    for layer, more in zip(cache.layers, other.layers, strict=True):
        if not layer.is_initialized:  # it shares another layer's
            continue
        held = _held(layer, tokens)
        room = held if _slides(layer) else held + ROOM
        rows = layer.keys.shape[0] + more.keys.shape[0]
        keys, values = _space(layer.keys, rows, room), _space(layer.values, rows, room)
        place = 0
        for part in (layer, more):
            end, start = place + part.keys.shape[0], held - part.keys.shape[-2]
            keys[place:end, :, start:held], values[place:end, :, start:held] = part.keys, part.values
            place = end
        _put(layer, keys, values, held, tokens)
        more.keys = more.values = None
        more.is_initialized = False


def keep(cache: DynamicCache, rows: Sequence[int], drop: int) -> None:
    """Let only these rows stay, and cut off the first `drop` columns, which none of them uses any more."""
    tokens = cache.get_seq_length() - drop
    for layer in cache.layers:
        if not layer.is_initialized:
            continue
        chosen = torch.tensor(rows, device=layer.keys.device)
        held = _held(layer, tokens)
        keys, values = (
            kept[:, :, kept.shape[-2] - held :].index_select(0, chosen) for kept in (layer.keys, layer.values)
        )
        _put(layer, keys, values, held, tokens)


def _put(layer: Any, keys: torch.Tensor, values: torch.Tensor, held: int, tokens: int) -> None:
    if _slides(layer):
        layer.keys, layer.values, layer.cumulative_length = keys, values, tokens
    else:
        layer.hold(keys, values, held)


def _held(layer: Any, tokens: int) -> int:
    return min(tokens, int(layer.sliding_window) - 1) if _slides(layer) else tokens


def _slides(layer: Any) -> bool:
    return isinstance(layer, DynamicSlidingWindowLayer)


def _space(like: torch.Tensor, rows: int, tokens: int) -> torch.Tensor:
    """Zeros: masked or not, what is no number must not be multiplied with."""
    return torch.zeros((rows, like.shape[1], tokens, like.shape[3]), dtype=like.dtype, device=like.device)
