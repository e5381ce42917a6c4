"""The text side of a checkpoint: templates, tokens, grammars. Knows its tokenizer, no weights. All of it runs on one
thread: a tokenizer may not be used by two at once, and neither the event loop nor the model waits for a long prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2.exceptions import TemplateError
from mlx_lm.utils import load_config, load_tokenizer
from msgspec import Struct

from partimento.core.conversation import Message, Tool
from partimento.core.errors import BadInput
from partimento.worker.grammars import matcher_of, vocabulary_of
from partimento.worker.lengths import check_passages, room_after
from partimento.worker.ports import Ask
from partimento.worker.template import messages_of, tools_of, untold, with_tools_known, without_system
from partimento.worker.thinking import OPENS
from partimento.worker.tool_calls import MARKS


class Prepared(Struct, frozen=True):
    """A prompt in tokens, how many may follow it, and the LLMatcher of what must. `thinks`: it has opened a thought."""

    tokens: list[int]
    most_new: int
    matcher: Any
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
        self._vocabulary = vocabulary_of(plain, self.ends)
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
        most_new = room_after(len(tokens), self._context, ask.sampling.max_tokens)
        matcher = matcher_of(self._vocabulary, ask.schema) if ask.schema is not None else None
        thinks = ask.thinking and self._tokenizer.decode(tokens[-8:]).rstrip().endswith(OPENS)
        return Prepared(tokens, most_new, matcher, thinks)

    def tokens(self, text: str, *, special: bool = True) -> list[int]:
        """A text alone, without a template."""
        return list(self._tokenizer.encode(text, add_special_tokens=special))

    def passages(self, texts: tuple[str, ...]) -> list[list[int]]:
        """Texts to be embedded. Raises BadInput, PromptTooLong."""
        found = [self.tokens(text) for text in texts]
        check_passages(found, self._context)
        return found

    def _prompt(self, ask: Ask) -> list[int]:
        if not self._tokenizer.has_chat_template:
            return self.tokens("\n\n".join(message.text for message in ask.messages)) or sorted(self.ends)[:1]
        messages, told = ask.messages, ask.tools
        if self._template:
            messages, told = with_tools_known(self._template, messages, told)
        try:
            return self._applied(messages, told, thinking=ask.thinking)
        except TemplateError as error:
            if all(message.role != "system" for message in messages):
                raise untold(str(error)) from error
        try:
            return self._applied(without_system(messages), told, thinking=ask.thinking)
        except TemplateError as error:
            raise untold(str(error)) from error

    def _applied(self, messages: Sequence[Message], tools: Sequence[Tool], *, thinking: bool) -> list[int]:
        found = self._tokenizer.apply_chat_template(
            messages_of(messages), tools=tools_of(tools), add_generation_prompt=True, enable_thinking=thinking
        )
        return list(found)
