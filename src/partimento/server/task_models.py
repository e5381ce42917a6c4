"""Tasks as models: `task:progression` answers a chat with what that task makes.

Knows how words become a task's inputs: a JSON object is taken field by field, anything else fills the task's one field
for words, with the genre that is named in it.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from partimento import plugins
from partimento.core.conversation import Conversation
from partimento.core.errors import BadInput
from partimento.core.request import Request
from partimento.music.genres import names
from partimento.shapes.conversation import last_words

WORDS = ("description", "prompt", "topic", "text", "chords", "criterion")
"""Fields that words fill, the likeliest first."""
NOT_FOR_WORDS = ("chat", "structured", "embedding")


def task_request(name: str, conversation: Conversation) -> Request[Any]:
    """The request for that task in the words said last. Raises BadInput, UnknownName."""
    task = plugins.task(name)
    if name in NOT_FOR_WORDS:
        raise BadInput(f"task:{name} is no model", why="it is what a chat is itself", mend="name a model, or auto")
    words = last_words(conversation).strip()
    fields = _fields(words)
    if fields is not None:
        return task.ask(fields)
    known: Any = task.inputs
    field = next((word for word in WORDS if word in known.__struct_fields__), None)
    if field is None:
        raise BadInput(
            f"task:{name} cannot be asked in words",
            why=f"it takes the fields {', '.join(known.__struct_fields__)}",
            mend="send them as a JSON object in the last message",
        )
    told: dict[str, Any] = {field: words}
    if "genre" in known.__struct_fields__ and (genre := _genre(words)):
        told["genre"] = genre
    return task.ask(told)


def _fields(words: str) -> dict[str, Any] | None:
    if not words.startswith("{"):
        return None
    try:
        found = msgspec.json.decode(words)
    except msgspec.DecodeError:
        return None
    return found if isinstance(found, dict) else None


def _genre(words: str) -> str:
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, names()))})\b", words.lower())
    return found[0] if found else ""
