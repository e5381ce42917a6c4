"""What an upstream says it counted, read with care: any JSON values in, a Usage or nothing out. Knows no vendor's names
for them. Ledgers and caps are built on these numbers, so what cannot be is not believed."""

from __future__ import annotations

from typing import Any

import msgspec

from partimento.core.conversation import Image, Text
from partimento.core.ports import Call
from partimento.core.usage import Usage

_SURELY = 4096  # tokens; hidden instructions alone may come to that, so nothing up to it is looked into
_DOUBT = 2  # times the most that the call can hold
_A_PICTURE = 8192  # tokens; the largest tile count of the vendors' scales is below 5,000


def counted(
    call: Call,
    input: Any,  # noqa: A002  # the word that Usage has for it
    output: Any,
    *,
    cached: Any = None,
    reasoning: Any = None,
    cache_write: Any = None,
    audio: Any = None,
) -> tuple[Usage | None, str]:
    """The usage of this call, and a note where its numbers were not believed ("" where they were).

    None where input or output is no count at all: missing, negative, a text. A count beyond what the call can hold is
    cut to the most it can.
    """
    if not (_is_count(input) and _is_count(output)):
        return None, ""
    notes = []
    if input > _SURELY and input > _DOUBT * (most := most_input(call)) + _SURELY:
        notes.append(f"{input} input tokens reported, counted as {most}")
        input = most  # noqa: A001
    most = max(call.max_tokens, call.model.max_output_tokens)
    if output > _DOUBT * most + _SURELY:
        notes.append(f"{output} output tokens reported, counted as {most}")
        output = most
    note = f"{call.model.id} counts what cannot be: {'; '.join(notes)}" if notes else ""
    if not (cached or reasoning or cache_write or audio):
        return Usage(input, output), note
    cached = _part(cached, input)
    cache_write = _part(cache_write, input - cached)
    audio = _part(audio, input - cached - cache_write)
    return Usage(input, output, cached, _part(reasoning, output), cache_write, audio), note


def most_input(call: Call) -> int:
    """The most tokens this call can hand over: a token for each byte, and what pictures and sound come to."""
    most = len(call.system.encode()) + (len(msgspec.json.encode(call.schema)) if call.schema else 0)
    if call.texts:
        return most + sum(len(text.encode()) for text in call.texts)
    if call.conversation is None:
        return most + len(call.user.encode())
    most += len(msgspec.json.encode(call.conversation.tools))
    for message in call.conversation.messages:
        most += sum(len(used.name) + len(used.arguments.encode()) for used in message.tool_calls)
        for part in message.parts:
            if isinstance(part, Text):
                most += len(part.text.encode())
            else:
                most += _A_PICTURE if isinstance(part, Image) else len(part.data)
    return most


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _part(value: Any, whole: int) -> int:
    return max(0, min(value, whole)) if type(value) is int else 0
