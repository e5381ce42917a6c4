"""What responses said of late, so that a later request may point to it. In this process's memory, and never stored."""

from __future__ import annotations

from partimento.core.conversation import Message, Text

MOST_BYTES = 4_000_000
_OVERHEAD = 400
"""About what an item takes beside its text."""


class KeptItems:
    """Items by id, for the key that they were said to; the oldest go when there is no room left."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._held = most_bytes, 0
        self._items: dict[tuple[str, str], Message] = {}

    def keep(self, key: str, name: str, message: Message) -> None:
        """Keep an item that was just said, under an id of its own. One larger than all the room is not kept."""
        self._items[key, name] = message
        self._held += _size(message)
        while self._held > self._most:
            oldest = next(iter(self._items))
            self._held -= _size(self._items.pop(oldest))

    def find(self, key: str, name: str) -> Message | None:
        """The item of that id, if it was said to that key."""
        return self._items.get((key, name))


def _size(message: Message) -> int:
    words = sum(len(part.text) for part in message.parts if isinstance(part, Text))
    return _OVERHEAD + words + sum(len(call.name) + len(call.arguments) for call in message.tool_calls)
