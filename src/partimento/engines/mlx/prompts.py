"""Prompts that have been computed, kept for those that begin alike. Knows token prefixes, bytes and what was used last;
leaves keys and values to mlx_lm's caches.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

MOST_PROMPTS = 64
LEAST_TOKENS = 8
"""A shorter beginning is computed as fast as it is found."""


class _Kept:
    __slots__ = ("bytes", "layers", "tokens")

    def __init__(self, tokens: list[int], layers: list[Any]) -> None:
        self.tokens, self.layers = tokens, layers
        self.bytes = sum(layer.nbytes for layer in layers)


class Prompts:
    """At most `most_bytes` of keys and values. Each adapter has its own: other weights, other values."""

    def __init__(self, most_bytes: int) -> None:
        self.bytes = 0
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, int], _Kept] = OrderedDict()
        self._number = 0

    def begun(self, adapter: str, prompt: Sequence[int]) -> tuple[list[Any] | None, int]:
        """The layers of the longest known beginning, to be merged (which copies them), and its tokens. At least one
        token of the prompt is left to be computed.
        """
        found, most = None, LEAST_TOKENS - 1
        for key, kept in self._kept.items():
            if key[0] != adapter:
                continue
            common = min(_common(kept.tokens, prompt), len(prompt) - 1)
            if common > most and (common == len(kept.tokens) or _can_trim(kept.layers)):
                found, most = key, common
        if found is None:
            return None, 0
        self._kept.move_to_end(found)
        kept = self._kept[found]
        return _trimmed(kept.layers, len(kept.tokens) - most), most

    def keep(self, adapter: str, tokens: list[int], layers: list[Any]) -> None:
        """Keep what was computed, evaluated; shorter ones that it begins with are dropped, and then the oldest."""
        kept = _Kept(tokens, layers)
        if kept.bytes > self._most_bytes:
            return
        if _can_trim(layers):
            for key, other in list(self._kept.items()):
                if key[0] == adapter and _common(other.tokens, tokens) == len(other.tokens):
                    self._drop(key)
        self._number += 1
        self._kept[adapter, self._number] = kept
        self.bytes += kept.bytes
        while self.bytes > self._most_bytes or len(self._kept) > MOST_PROMPTS:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self.bytes = 0

    def _drop(self, key: tuple[str, int]) -> None:
        self.bytes -= self._kept.pop(key).bytes


def _common(some: Sequence[int], others: Sequence[int]) -> int:
    """How many tokens they begin with together: halves compared at C's speed."""
    least, most = 0, min(len(some), len(others))
    while least < most:
        middle = (least + most + 1) // 2
        if some[least:middle] == others[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _can_trim(layers: list[Any]) -> bool:
    return all(layer.is_trimmable() for layer in layers)


def _trimmed(layers: list[Any], by: int) -> list[Any]:
    """Copies that share their arrays: a trim only moves where they end."""
    copies = [copy.copy(layer) for layer in layers]
    for layer in copies if by else ():
        layer.trim(by)
    return copies
