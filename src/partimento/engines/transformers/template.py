"""A conversation as the prompt that a checkpoint was trained on, by its own chat template. Knows templates of words and
of lists of parts, and where they fail; leaves tokens to `prompts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from jinja2.exceptions import TemplateError

from partimento.core.conversation import Image, Message, Text, said
from partimento.worker.ports import Ask
from partimento.worker.template import messages_of, tools_of, untold, with_tools_known, without_system
from partimento.worker.thinking import CLOSES, OPENS

_CHATML: Final = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""For a checkpoint without a template, as llama-server has it."""


class Template:
    """`source` has the template, `tokenizer` applies it."""

    def __init__(self, source: Any, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        found = getattr(source, "chat_template", None) or tokenizer.chat_template
        if isinstance(found, dict):
            found = found.get("default") or next(iter(found.values()))
        self._template = str(found or _CHATML)
        self._marks = {"image": _mark(source, "image"), "audio": _mark(source, "audio")}
        self._thinks: dict[bool, bool] = {}

    def prompt(self, ask: Ask) -> str:
        """Up to where the answer begins. Raises BadInput."""
        messages, tools = with_tools_known(self._template, ask.messages, ask.tools)
        why = ""
        for some in _tellings(messages):
            for listed in (True, False) if ask.media else (False, True):
                try:
                    text = self._applied(self._told(some, listed=listed), tools_of(tools), thinking=ask.thinking)
                except (TemplateError, TypeError, KeyError) as error:
                    why = why or str(error)
                    continue
                if self._whole(text, some):
                    return text
        raise untold(why or "words, pictures or sounds get lost in it")

    def thinks(self, thinking: bool) -> bool:
        """Whether a model with this template thinks before every answer: it is told to, and no switch turns it off."""
        if thinking not in self._thinks:
            text = self.prompt(Ask(messages=(said("user", "?"),), thinking=thinking))
            self._thinks[thinking] = OPENS in text and not text.rstrip().endswith(CLOSES)
        return self._thinks[thinking]

    def _told(self, messages: Sequence[Message], *, listed: bool) -> list[dict[str, Any]]:
        found = messages_of(messages)
        for dict_, message in zip(found, messages, strict=True):
            if listed:
                dict_["content"] = [_part(part) for part in message.parts]
            elif any(not isinstance(part, Text) for part in message.parts):
                dict_["content"] = "".join(
                    part.text if isinstance(part, Text) else self._marks[_kind(part)] for part in message.parts
                )
        return found

    def _applied(self, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None, *, thinking: bool) -> str:
        text: str = self._tokenizer.apply_chat_template(
            messages, tools=tools, chat_template=self._template, tokenize=False, add_generation_prompt=True,
            enable_thinking=thinking,
        )  # fmt: skip
        return text

    def _whole(self, text: str, messages: Sequence[Message]) -> bool:
        """Whether the last words, and all pictures and sounds, are in the prompt: some templates drop what is spelt in
        a way that they do not know, without a word.
        """
        for kind, mark in self._marks.items():
            wanted = sum(_kind(part) == kind for message in messages for part in message.parts if _kind(part))
            if wanted and text.count(mark) < wanted:
                return False
        return not messages or all(
            part.text.strip() in text for part in messages[-1].parts if isinstance(part, Text)
        )  # fmt: skip


def _tellings(messages: Sequence[Message]) -> Iterator[tuple[Message, ...]]:
    """As it is; then as templates take it that know no system, and want user and assistant to take turns."""
    yield tuple(messages)
    yield without_system(messages)
    turns: list[Message] = []
    for message in without_system(messages):
        last = turns[-1] if turns else None
        alike = last is not None and last.role == message.role != "tool"
        if last is None or not alike or last.tool_calls or message.tool_calls:
            turns.append(message)
        else:
            turns[-1] = Message(role=message.role, parts=(*last.parts, Text("\n\n"), *message.parts))
    yield tuple(turns)


def _part(part: Any) -> dict[str, str]:
    return {"type": "text", "text": part.text} if isinstance(part, Text) else {"type": _kind(part)}


def _kind(part: Any) -> str:
    return "" if isinstance(part, Text) else "image" if isinstance(part, Image) else "audio"


def _mark(source: Any, kind: str) -> str:
    """What stands for a picture or a sound in the prompt, before the checkpoint's own preparation widens it."""
    names = ("boi_token", "image_token") if kind == "image" else ("boa_token", "audio_token")
    found = (getattr(source, name, None) for name in names)
    return next((mark for mark in found if isinstance(mark, str) and mark), f"<{kind}>")
