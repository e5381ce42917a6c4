"""One question of many: who may share it, how it is put, what it was answered, who bears its bill.

Pure. Leaves asking, checking and recording to `together`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final

import msgspec

from partimento.core.money import FREE, Money
from partimento.core.ports import Call, Drafted
from partimento.core.request import Request
from partimento.core.task import Task
from partimento.core.usage import NOTHING_USED, Usage
from partimento.decoding.partial import Finished
from partimento.decoding.repair import read
from partimento.pipeline.generate import FREE_TEXT
from partimento.pipeline.record import Entry

ROOM: Final = 4
"""A call for many answers may take this many times the tokens of one at most: so much is put aside for it."""

_key = msgspec.json.Encoder(order="deterministic")


def in_common(request: Request[Any]) -> Hashable:
    """What requests that share a call have in common; None for one that shares none.

    Not shared are free text and conversations, what the rules answer exactly, and wholes that are made of parts.
    """
    task: Task[..., Any] = request.task
    options = request.options
    if task.together < 2 or task.draft in FREE_TEXT or task.parts is not None:
        return None
    if options.selection_mode == "auto" and task.exact(request.inputs):
        return None
    prompt = task.prompt(request.inputs)
    if prompt.conversation is not None or prompt.texts:
        return None
    # a seed promises nothing of one answer among others
    options = msgspec.structs.replace(options, seed=None)
    same = (request.caller, options, request.cache, request.scope, request.privacy, request.deadline_s)
    return id(task), prompt.system, task.needs(request.inputs), _key.encode(same)


def question(calls: Sequence[Call]) -> Call:
    """Each one's own words under its number, and the schema of all answers. What they have in common is said once."""
    first, many = calls[0], len(calls)
    named = {f"answer_{number}": call.schema for number, call in enumerate(calls, 1)}
    return msgspec.structs.replace(
        first,
        system=f"{first.system}\n\nThis time you are asked {many} questions. What is said above holds for each answer "
        f"by itself. Write one JSON object with the answers as {', '.join(named)}.",
        user="\n\n".join(f"Question {number}:\n{call.user}" for number, call in enumerate(calls, 1)),
        schema={"type": "object", "properties": named, "required": list(named), "additionalProperties": False},
        max_tokens=min(first.max_tokens * min(many, ROOM), first.model.max_output_tokens),
    )


def answers(drafted: Drafted) -> tuple[dict[str, Any], str]:
    """The answers by their names ("answer_1" …), and what is to be said where one is missing.

    Of a text that was cut off, or breaks off as JSON, those before the last one: that one may not be all there.
    """
    reading = read(drafted.text, dict[str, Any], whole=not drafted.truncated)
    if not reading.flaw:
        return reading.value, "its answer is missing"
    finished = Finished()
    finished.feed(drafted.text)
    complete = finished.value()
    return (dict(list(complete.items())[:-1]) if isinstance(complete, dict) else {}), reading.flaw


def divide(first: Entry, served: Sequence[Entry]) -> None:
    """The bill that the first entry bears among those that were served, to the pico-dollar; the first of them bear what
    cannot be divided. Where none was, it stays."""
    if not served:
        return
    usage, cost = first.usage, first.cost
    first.usage, first.cost = NOTHING_USED, FREE
    inputs, outputs, picos = (
        [whole // len(served) + (number < whole % len(served)) for number in range(len(served))]
        for whole in (usage.input_tokens, usage.output_tokens, cost.pico)
    )
    for entry, *share in zip(served, inputs, outputs, picos, strict=True):
        entry.spent(Usage(share[0], share[1]), Money(share[2]))
