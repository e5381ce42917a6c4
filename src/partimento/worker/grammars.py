"""Text that follows a JSON schema, by llguidance: matchers for a tokenizer's tokens. Knows the manner in which JSON is
written; leaves masks, which are made of an engine's own arrays, to the engine, and whether the JSON makes sense to
whoever asked. llguidance is imported when it is needed: not every engine has it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from partimento.core.errors import BadInput, EngineFault

_MANNER: Final[dict[str, Any]] = {
    "whitespace_flexible": False,  # a weak model would fill its tokens with blanks
    "item_separator": ", ",
    "key_separator": ": ",  # as most JSON is written that models have read
    "lenient": True,  # keywords it does not know are for whoever checks the answer
    "coerce_one_of": True,
}


def vocabulary_of(tokenizer: Any, ends: Collection[int]) -> Any:
    """A tokenizer of transformers' as llguidance has it (an LLTokenizer), with the tokens that end a text. It takes
    seconds for a large one.
    """
    from llguidance.hf import from_tokenizer

    return from_tokenizer(tokenizer, eos_token=sorted(ends))


def matcher_of(vocabulary: Any, schema: dict[str, Any]) -> Any:
    """An LLMatcher for one text. Raises BadInput where no text can follow the schema."""
    from llguidance import LLMatcher

    try:
        grammar = LLMatcher.grammar_from_json_schema(schema, overrides=_MANNER)
    except ValueError as error:
        raise _unusable(str(error)) from error
    matcher = LLMatcher(vocabulary, grammar, log_level=0)
    if matcher.is_error():
        raise _unusable(matcher.get_error())
    return matcher


def strayed(why: str) -> EngineFault:
    """What a text has come to whose matcher says why it cannot go on."""
    return EngineFault("the model could not keep to the schema", why=why, mend="simplify the schema")


def _unusable(why: str) -> BadInput:
    first = why.strip().partition("\n")[0]
    return BadInput("this JSON schema cannot be followed", why=first, mend="simplify it")
