"""Text that follows a JSON schema, by llguidance: which tokens may come next. Knows grammars and masks; leaves what is
asked to the door, and whether the JSON makes sense to whoever asked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer

from partimento.core.errors import BadInput, EngineFault

_MANNER: Any = {
    "whitespace_flexible": False,  # a weak model would fill its tokens with blanks
    "item_separator": ", ",
    "key_separator": ": ",  # as most JSON is written that models have read
    "lenient": True,  # keywords it does not know are for whoever checks the answer
    "coerce_one_of": True,
}


class Grammars:
    """Makes constraints for one tokenizer: built when first asked for, which takes seconds for a large vocabulary."""

    def __init__(self, tokenizer: Any, ends: frozenset[int], width: int) -> None:
        self._tokenizer, self._ends, self._width = tokenizer, ends, width
        self._known: Any = None

    def constraint(self, schema: dict[str, Any]) -> Constraint:
        """Raises BadInput where no text can follow the schema."""
        if self._known is None:
            self._known = from_tokenizer(self._tokenizer, eos_token=sorted(self._ends))
        try:
            grammar = LLMatcher.grammar_from_json_schema(schema, overrides=_MANNER)
        except ValueError as error:
            raise _unusable(str(error)) from error
        matcher = LLMatcher(self._known, grammar, log_level=0)
        if matcher.is_error():
            raise _unusable(matcher.get_error())
        return Constraint(matcher, self._width)


class Constraint:
    """What one text may go on with. `ended`: it is whole, nothing may follow."""

    def __init__(self, matcher: LLMatcher, width: int) -> None:
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
            why = self._matcher.get_error()
            raise EngineFault("the model could not keep to the schema", why=why, mend="simplify the schema")


def _unusable(why: str) -> BadInput:
    first = why.strip().partition("\n")[0]
    return BadInput("this JSON schema cannot be followed", why=first, mend="simplify it")
