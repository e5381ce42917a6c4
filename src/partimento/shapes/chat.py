"""What comes of a conversation: words, calls of tools, vectors, JSON of a caller's schema. Knows no protocol."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from partimento.core.conversation import ToolCall

Finish = Literal["stop", "length", "tool_calls"]


class ChatAnswer(Struct, frozen=True, kw_only=True):
    """One turn. `finish`: why it ended; "length" at the token limit."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish: Finish = "stop"


class StructuredAnswer(Struct, frozen=True):
    """A value that follows the schema it was asked with."""

    value: Any


class Embeddings(Struct, frozen=True):
    """One vector for each text, in their order: little-endian 32-bit floats, `dimensions` of them."""

    vectors: tuple[bytes, ...]
    dimensions: int
