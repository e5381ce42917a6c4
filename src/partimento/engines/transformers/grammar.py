"""Which tokens of a text that follows a schema may come next. Knows masks of torch's tensors; leaves the schema to
`worker.grammars`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from partimento.worker.grammars import matcher_of, strayed, vocabulary_of


class Grammars:
    """Makes constraints for one tokenizer: built when first asked for, which takes seconds for a large vocabulary."""

    def __init__(self, tokenizer: Any, ends: frozenset[int], width: int) -> None:
        self._tokenizer, self._ends, self._width = tokenizer, ends, width
        self._known: Any = None

    def constraint(self, schema: dict[str, Any]) -> Constraint:
        """Raises BadInput where no text can follow the schema."""
        if self._known is None:
            self._known = vocabulary_of(self._tokenizer, self._ends)
        return Constraint(matcher_of(self._known, schema), self._width)


class Constraint:
    """What one text may go on with. `ended`: it is whole, nothing may follow.

    `matcher`: an LLMatcher; `width`: of the logits.
    """

    def __init__(self, matcher: Any, width: int) -> None:
        self._matcher, self._width = matcher, width

    @property
    def ended(self) -> bool:
        return bool(self._matcher.is_stopped())

    def mask(self) -> torch.Tensor:
        """True for each token that may come next. Raises EngineFault."""
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        self._check()
        allowed = np.unpackbits(bits, bitorder="little")[: self._width].astype(np.bool_)
        if allowed.size < self._width:  # many checkpoints have more rows than tokens
            allowed = np.pad(allowed, (0, self._width - allowed.size))
        return torch.from_numpy(allowed)

    def take(self, token: int) -> None:
        """It came. Raises EngineFault."""
        if not self.ended:
            self._matcher.consume_token(token)
            self._check()

    def _check(self) -> None:
        if self._matcher.is_error():
            raise strayed(self._matcher.get_error())
