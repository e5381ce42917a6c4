"""What goes into a context: prompts with room for an answer, texts to be embedded. Knows counts of tokens, no
tokenizer; pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from partimento.core.errors import BadInput, PromptTooLong


def room_after(prompt_tokens: int, context: int, wanted: int | None) -> int:
    """How many tokens may follow the prompt: so many as are wanted (None: as many as there is room for), within the
    context. Raises PromptTooLong where there is room for none.
    """
    left = context - prompt_tokens
    if left < 1:
        raise PromptTooLong(
            "the prompt is too long for this model",
            why=f"it has {prompt_tokens} tokens, and prompt and answer may have {context}",
            mend="shorten it, or raise local_context",
        )
    return min(left, wanted or left)


def check_passages(passages: Sequence[Sequence[int]], context: int) -> None:
    """Whether all these texts, in tokens, can be embedded. Raises BadInput, PromptTooLong."""
    for place, tokens in enumerate(passages):
        if not tokens:
            raise BadInput(f"text {place + 1} is empty", mend="leave it out")
        if len(tokens) > context:
            why = f"text {place + 1} has {len(tokens)} tokens, and may have {context}"
            raise PromptTooLong("a text is too long for this model", why=why, mend="cut it into parts")
