"""The text side of a checkpoint: templates, tokens, grammars. Knows its tokenizer, no weights. All of it runs on one
thread: a tokenizer may not be used by two at once, and neither the event loop nor the model waits for a long prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2.exceptions import TemplateError
from llguidance import LLMatcher
from mlx_lm.utils import load_config, load_tokenizer
from msgspec import Struct

from partimento.core.conversation import Message, Tool
from partimento.core.errors import BadInput, PromptTooLong
from partimento.engines.mlx.constrain import Grammars
from partimento.worker.ports import Ask
from partimento.worker.template import messages_of, tools_of, with_tools_in_words, without_system
from partimento.worker.thinking import OPENS
from partimento.worker.tool_calls import MARKS


class Prepared(Struct, frozen=True):
    """A prompt in tokens, how many may follow it, and the matcher of what must. `thinks`: it has opened a thought."""

    tokens: list[int]
    most_new: int
    matcher: LLMatcher | None
    thinks: bool = False


class Texts:
    """One checkpoint's. `context`: tokens of prompt and answer together."""

    def __init__(self, folder: str, context: int) -> None:
        ends = load_config(Path(folder)).get("eos_token_id")
        load: Any = load_tokenizer  # untyped
        self._tokenizer = load(Path(folder), {}, eos_token_ids=ends)
        self._context = context
        plain = self._tokenizer._tokenizer  # the wrapper tells no type that llguidance knows
        self.ends: set[int] = set(self._tokenizer.eos_token_ids)
        self.hidden = frozenset(plain.all_special_ids) - set(plain.convert_tokens_to_ids(list(MARKS)))
        """Tokens that are no text, such as <|im_end|>; marks of calls are, to whoever looks for calls."""
        self._grammars = Grammars(plain, self.ends)
        self._template = str(plain.chat_template or "")

    def detokenizer(self) -> Any:
        """For one text: takes tokens, gives whole characters."""
        return self._tokenizer.detokenizer

    def prepare(self, ask: Ask) -> Prepared:
        """Raises BadInput, PromptTooLong."""
        if ask.media:
            raise BadInput(
                "this model takes words only",
                why=f"there are {ask.media[0].kind} parts, and MLX runs the language part of a checkpoint",
                mend="leave them out, or choose a model with its projector",
            )
        tokens = self._prompt(ask)
        left = self._context - len(tokens)
        if left < 1:
            raise PromptTooLong(
                "the prompt is too long for this model",
                why=f"it has {len(tokens)} tokens, and prompt and answer may have {self._context}",
                mend="shorten it, or raise local_context",
            )
        matcher = self._grammars.matcher(ask.schema) if ask.schema is not None else None
        thinks = ask.thinking and self._tokenizer.decode(tokens[-8:]).rstrip().endswith(OPENS)
        return Prepared(tokens, min(left, ask.sampling.max_tokens or left), matcher, thinks)

    def tokens(self, text: str, *, special: bool = True) -> list[int]:
        """A text alone, without a template."""
        return list(self._tokenizer.encode(text, add_special_tokens=special))

    def passages(self, texts: tuple[str, ...]) -> list[list[int]]:
        """Texts to be embedded. Raises BadInput, PromptTooLong."""
        found = [self.tokens(text) for text in texts]
        for place, tokens in enumerate(found):
            if not tokens:
                raise BadInput(f"text {place + 1} is empty", mend="leave it out")
            if len(tokens) > self._context:
                why = f"text {place + 1} has {len(tokens)} tokens, and may have {self._context}"
                raise PromptTooLong("a text is too long for this model", why=why, mend="cut it into parts")
        return found

    def _prompt(self, ask: Ask) -> list[int]:
        messages = ask.messages
        if not self._tokenizer.has_chat_template:
            return self.tokens("\n\n".join(message.text for message in messages)) or sorted(self.ends)[:1]
        told = ask.tools
        if told and self._template and "tools" not in self._template:
            messages, told = with_tools_in_words(messages, told), ()
        try:
            return self._applied(messages, told, thinking=ask.thinking)
        except TemplateError as error:
            if all(message.role != "system" for message in messages):
                raise _untold(error) from error
        try:
            return self._applied(without_system(messages), told, thinking=ask.thinking)
        except TemplateError as error:
            raise _untold(error) from error

    def _applied(self, messages: Sequence[Message], tools: Sequence[Tool], *, thinking: bool) -> list[int]:
        found = self._tokenizer.apply_chat_template(
            messages_of(messages), tools=tools_of(tools), add_generation_prompt=True, enable_thinking=thinking
        )
        return list(found)


def _untold(error: TemplateError) -> BadInput:
    return BadInput(
        "the model's template does not take this conversation",
        why=str(error),
        mend="begin with the user, and let user and assistant take turns",
    )
