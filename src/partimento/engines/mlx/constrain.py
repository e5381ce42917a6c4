"""Text that follows a JSON schema, by llguidance: which tokens may come next. Knows grammars and masks; leaves what is
asked to the door, and whether the JSON makes sense to whoever asked.
"""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer

from partimento.core.errors import BadInput

_MANNER: Any = {
    "whitespace_flexible": False,  # a weak model would fill its tokens with blanks
    "item_separator": ", ",
    "key_separator": ": ",  # as most JSON is written that models have read
    "lenient": True,  # keywords it does not know are for whoever checks the answer
    "coerce_one_of": True,
}


class Grammars:
    """Makes matchers for one tokenizer. Building one takes seconds for a large vocabulary."""

    def __init__(self, tokenizer: Any, ends: set[int]) -> None:
        self._tokenizer = from_tokenizer(tokenizer, eos_token=sorted(ends))

    def matcher(self, schema: dict[str, Any]) -> LLMatcher:
        """Raises BadInput where no text can follow the schema."""
        try:
            grammar = LLMatcher.grammar_from_json_schema(schema, overrides=_MANNER)
        except ValueError as error:
            raise _unusable(str(error)) from error
        matcher = LLMatcher(self._tokenizer, grammar, log_level=0)
        if matcher.is_error():
            raise _unusable(matcher.get_error())
        return matcher


class Constraint:
    """The mask of one text, as mlx_lm calls it: once for each token, with all tokens so far. It never raises, since the
    other texts of the batch know nothing of it: see `error`.
    """

    def __init__(self, matcher: LLMatcher, ends: set[int]) -> None:
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


def _unusable(why: str) -> BadInput:
    first = why.strip().partition("\n")[0]
    return BadInput("this JSON schema cannot be followed", why=first, mend="simplify it")
