"""JSON that follows the caller's own schema, from a conversation: the one structured path of every door.

Knows the schema's checks; leaves decoding under constraint to the engines.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import Conversation
from partimento.core.task import Prompt, task
from partimento.decoding.json_schema import check_schema, schema_flaws
from partimento.shapes.chat import StructuredAnswer
from partimento.shapes.conversation import checked, last_words, needs_of


class StructuredInputs(Struct, frozen=True, kw_only=True):
    """A conversation, and the JSON schema its next turn must follow. Tools are none of its business."""

    conversation: Conversation
    schema: dict[str, Any]


def _read(inputs: StructuredInputs) -> StructuredInputs:
    checked(inputs.conversation)
    check_schema(inputs.schema)
    return inputs


def _follows(inputs: StructuredInputs, draft: Any) -> Iterable[str]:
    return schema_flaws(draft, inputs.schema)


structured = task(
    name="structured",
    summary="JSON that follows a schema, from a conversation",
    version=1,
    complexity=4,
    inputs=StructuredInputs,
    read=_read,
    draft=Any,  # whatever the schema allows
    output=StructuredAnswer,
    prompt=lambda inputs: Prompt("", last_words(inputs.conversation), inputs.conversation),
    schema=lambda inputs: inputs.schema,
    checks=(_follows,),
    finish=lambda inputs, draft, method: StructuredAnswer(draft),
    words=lambda inputs: last_words(inputs.conversation),
    needs=lambda inputs: needs_of(inputs.conversation) | {"json_schema"},
    told=lambda answer: msgspec.json.encode(answer.value).decode(),
    proves=False,
)
