"""The text side of a checkpoint: templates, tokens, grammars, and what it takes besides words. Knows its tokenizer or
processor, no weights. All of it runs on one thread: neither the event loop nor the model waits for a long prompt.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from transformers import AutoProcessor, AutoTokenizer

from partimento.core.errors import BadInput, NotConfigured
from partimento.engines.transformers import media
from partimento.engines.transformers.grammar import Constraint, Grammars
from partimento.engines.transformers.template import Template
from partimento.worker.lengths import check_passages, room_after
from partimento.worker.ports import Ask, Media
from partimento.worker.thinking import CLOSES, OPENS
from partimento.worker.tool_calls import MARKS

_PROCESSORS: Final = ("processor_config.json", "preprocessor_config.json")
_SHOWN: Final = (*MARKS, "</tool_call>", "<|/tool_call|>", OPENS, CLOSES)
"""Marks that mean something to whoever reads the answer, though some tokenizers count them as no text."""


class Prepared(Struct, frozen=True):
    """A prompt as the model takes it: `inputs` are tensors by name, `input_ids` among them, of one row.

    `tokens`: how many these are. `inside`: the prompt ends within a thought. `media`: the kinds that are in it.
    """

    inputs: dict[str, Any]
    tokens: int
    most_new: int
    ends: frozenset[int]
    hidden: frozenset[int]
    inside: bool = False
    constraint: Constraint | None = None
    media: frozenset[str] = frozenset()


class Prompts:
    """One checkpoint's. `context`: tokens of prompt and answer together; `width`: of its logits."""

    def __init__(self, folder: str, context: int, ends: frozenset[int], width: int) -> None:
        self._processor, self._why_blind = _processor(folder)
        tokenizer = _tokenizer(folder) if self._processor is None else self._processor.tokenizer
        self._context = context
        self._tokenizer = tokenizer
        self._speaking = copy.deepcopy(tokenizer)  # the model thread's: a tokenizer may not be used by two at once
        last = tokenizer.eos_token_id
        self.ends = ends | (frozenset() if last is None else frozenset([int(last)]))
        special = {place for place, token in tokenizer.added_tokens_decoder.items() if token.special}
        shown = {place for place in tokenizer.convert_tokens_to_ids(list(_SHOWN)) if place is not None}
        unknown = {tokenizer.unk_token_id} if tokenizer.unk_token_id is not None else set()
        self._hidden = frozenset(special | set(tokenizer.all_special_ids) | self.ends) - (shown - unknown)
        self._grammars = Grammars(tokenizer, self.ends, width)
        self._template = Template(self._processor or tokenizer, tokenizer)

    def decode(self, tokens: list[int]) -> str:
        """On the model thread."""
        text: str = self._speaking.decode(tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        return text

    def prepare(self, ask: Ask) -> Prepared:
        """Raises BadInput, PromptTooLong, NotConfigured."""
        self._check_senses(ask.media)
        text = self._template.prompt(ask)
        inside = text.rstrip().endswith(OPENS)
        if ask.schema is not None and not inside and self._template.thinks(ask.thinking):
            text, inside = text + OPENS, True  # it would anyway, and what is asked for must follow its thoughts
        inputs = self._inputs(text, ask.media)
        tokens = int(inputs["input_ids"].shape[1])
        return Prepared(
            inputs=inputs,
            tokens=tokens,
            most_new=room_after(tokens, self._context, ask.sampling.max_tokens),
            ends=self.ends,
            hidden=self._hidden,
            inside=inside,
            constraint=self._grammars.constraint(ask.schema) if ask.schema is not None else None,
            media=frozenset(one.kind for one in ask.media),
        )

    def tokens(self, text: str, *, special: bool = True) -> list[int]:
        """A text alone, without a template."""
        found: list[int] = self._tokenizer(text, add_special_tokens=special)["input_ids"]
        return found

    def passages(self, texts: tuple[str, ...]) -> list[list[int]]:
        """Texts to be embedded. Raises BadInput, PromptTooLong."""
        found = [self.tokens(text) for text in texts]
        check_passages(found, self._context)
        return found

    def _check_senses(self, given: tuple[Media, ...]) -> None:
        for one in given:
            sense = self._sense(one.kind)
            if sense is None:
                doing = "see pictures" if one.kind == "image" else "hear sounds"
                why = self._why_blind or "its checkpoint has no part for them"
                raise BadInput(f"this model does not {doing}", why=why, mend="leave them out, or choose another model")

    def _sense(self, kind: str) -> Any:
        names = ("image_processor",) if kind == "image" else ("audio_processor", "feature_extractor")
        found = (getattr(self._processor, name, None) for name in names)
        return next((sense for sense in found if sense is not None), None)

    def _inputs(self, text: str, given: tuple[Media, ...]) -> dict[str, Any]:
        if not given:
            found = self._tokenizer(text, add_special_tokens=False, return_tensors="pt")
            return {"input_ids": found["input_ids"]}
        told: dict[str, Any] = {}
        pictures = [media.picture(one.data) for one in given if one.kind == "image"]
        if pictures:
            told["images"] = pictures
        if any(one.kind == "audio" for one in given):
            rate_hz = int(self._sense("audio").sampling_rate)
            told["audio"] = [media.sound(one.data, rate_hz) for one in given if one.kind == "audio"]
            told["sampling_rate"] = rate_hz
        try:
            found = self._processor(text=[text], add_special_tokens=False, return_tensors="pt", **told)
        except (ValueError, TypeError, IndexError) as error:
            raise BadInput("the model cannot take these pictures or sounds", why=str(error)) from error
        return {name: value for name, value in found.items() if name != "attention_mask"}  # a row alone has no padding


def _processor(folder: str) -> tuple[Any, str]:
    """None where the checkpoint takes words only, or where what prepares its pictures is not installed: and why."""
    if not any(Path(folder, name).is_file() for name in _PROCESSORS):
        return None, ""
    try:
        found = AutoProcessor.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except ImportError as error:
        first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
        return None, f"{first} (pip install torchvision pillow)"
    except (OSError, ValueError) as error:
        return None, str(error).partition("\n")[0]
    return (found, "") if getattr(found, "tokenizer", None) is not None else (None, "")


def _tokenizer(folder: str) -> Any:
    try:
        return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, ImportError) as error:
        why = str(error).partition("\n")[0]
        raise NotConfigured("the tokenizer cannot be read", why=why, mend="pull the model again") from error
