"""Which tokens of a text that follows a schema may come next, as mlx_lm asks for it. Knows masks of MLX's arrays;
leaves the schema to `worker.grammars`.
"""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np


class Constraint:
    """The mask of one text, as mlx_lm calls it: once for each token, with all tokens so far. It never raises, since the
    other texts of the batch know nothing of it: see `error`. `matcher`: an LLMatcher.
    """

    def __init__(self, matcher: Any, ends: set[int]) -> None:
        self.error = ""
        self._matcher, self._ends = matcher, ends
        self._begun = False

    def __call__(self, tokens: Any, logits: Any) -> Any:
        matcher = self._matcher
        if self._begun and not matcher.is_stopped():
            matcher.consume_token(int(tokens[-1].item()))
        self._begun = True
        width = logits.shape[-1]
        allowed = np.zeros(width, dtype=np.bool_)
        if not matcher.is_stopped():
            bits = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
            told = np.unpackbits(bits, bitorder="little")[:width]
            allowed[: told.size] = told  # many checkpoints have more rows than tokens
        if matcher.is_error():
            self.error = matcher.get_error()
        if matcher.is_stopped():  # the JSON is whole, or lost: nothing but the end may follow
            allowed[[end for end in self._ends if end < width]] = True
        return mx.where(mx.array(allowed)[None], logits, -mx.inf)
