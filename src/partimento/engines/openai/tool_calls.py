"""Tool calls, put together from the fragments of a stream. Knows how servers number and name them, and fail to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import ToolCall


class Function(Struct):
    """A part of what is called, and with what: JSON text, from some servers the value itself."""

    name: str | None = None
    arguments: Any = None


class Fragment(Struct):
    """A tool call of a whole reply, or a piece of one in a stream."""

    index: int | None = None
    id: str | None = None
    function: Function | None = None


class _Gathering:
    __slots__ = ("arguments", "id", "index", "name")

    def __init__(self, index: int | None) -> None:
        self.index, self.id, self.name = index, "", ""
        self.arguments: list[str] = []


class ToolCalls:
    """The calls of one reply, in the order in which they began."""

    def __init__(self) -> None:
        self._calls: list[_Gathering] = []

    def take(self, fragments: Iterable[Fragment]) -> None:
        """The fragments of one chunk."""
        for fragment in fragments:
            function = fragment.function or Function()
            gathering = self._of(fragment, function)
            gathering.id = gathering.id or fragment.id or ""
            gathering.name = gathering.name or function.name or ""
            if isinstance(function.arguments, str):
                gathering.arguments.append(function.arguments)
            elif function.arguments is not None:
                gathering.arguments.append(msgspec.json.encode(function.arguments).decode())

    def gathered(self) -> tuple[ToolCall, ...]:
        """The calls; one that came without an id gets its place as one."""
        return tuple(
            ToolCall(call.id or f"call_{place}", call.name, "".join(call.arguments) or "{}")
            for place, call in enumerate(self._calls)
            if call.name
        )

    def _of(self, fragment: Fragment, function: Function) -> _Gathering:
        """The call a fragment belongs to. Some servers number every call 0 and tell them apart by id and name; some
        give every fragment a new id, but never a name again; some do not number at all."""
        known = [call for call in self._calls if fragment.index is None or call.index == fragment.index]
        last = known[-1] if known else None
        another = (
            last is not None
            and function.name
            and last.name
            and ((fragment.id and last.id and fragment.id != last.id) or (fragment.index is None and not fragment.id))
        )
        if last is None or another:
            last = _Gathering(fragment.index)
            self._calls.append(last)
        return last
