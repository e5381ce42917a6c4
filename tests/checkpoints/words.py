"""The tokenizer of all checkpoints: byte-level pair encoding, so that any text comes back whole, learned from a page of
text; and what a chat template makes of messages.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jinja2.sandbox
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from checkpoints.dialogues import ANSWERS, SYSTEMS, WORDS
from checkpoints.families import FAMILIES, Family, Shape

MERGED = 1024
"""Tokens of bytes and of pairs; special ones come after them."""


@cache
def tokenizer(shape: Shape) -> Tokenizer:
    """The family's: the same words, its own special tokens."""
    family = FAMILIES[shape]
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=MERGED, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    made.train_from_iterator([WORDS, *SYSTEMS, *ANSWERS, *(ANSWERS[asked] for asked in list(ANSWERS)[:-1])], trainer)
    made.add_special_tokens(
        [AddedToken(token, special=True, normalized=False, rstrip=token in family.strips) for token in family.special]
    )
    if family.opens:
        made.post_processor = processors.TemplateProcessing(
            single=f"{family.bos} $A", special_tokens=[(family.bos, made.token_to_id(family.bos))]
        )
    return made


def write_tokenizer(shape: Shape, folder: Path) -> None:
    """tokenizer.json and tokenizer_config.json, as a checkpoint carries them."""
    family, made = FAMILIES[shape], tokenizer(shape)
    made.save(str(folder / "tokenizer.json"))
    config: dict[str, Any] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": family.bos or None,
        "eos_token": family.eos,
        "pad_token": family.pad,
        "model_max_length": family.size.context,
        "clean_up_tokenization_spaces": False,
        "add_bos_token": family.opens,
        "added_tokens_decoder": {
            str(made.token_to_id(token)): {
                "content": token, "special": True, "lstrip": False, "rstrip": token in family.strips,
                "normalized": False, "single_word": False,
            }
            for token in family.special
        },
        "chat_template": family.template,
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1, ensure_ascii=False))


def rendered(family: Family, messages: list[dict[str, str]], *, to_answer: bool) -> str:
    """The messages in the words of the family's template, as transformers renders it."""
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(family.template).render(
        messages=messages, add_generation_prompt=to_answer, bos_token=family.bos, eos_token=family.eos
    )
