"""What was said so far, and which tools may be used. Knows messages as values; leaves every vendor's spelling of them
to the engines (towards models) and to the server (towards clients).
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

Role = Literal["system", "user", "assistant", "tool"]


class Text(Struct, frozen=True, tag="text"):
    """Words."""

    text: str


class Image(Struct, frozen=True, tag="image"):
    """A picture: `source` is an https URL or a data URL. Bytes, so that nothing takes it for a text to read."""

    source: bytes
    detail: str = ""


class Audio(Struct, frozen=True, tag="audio"):
    """Sound in base64, as the protocols carry it; `format` as in a file's suffix: wav, mp3."""

    data: bytes
    format: str


Part = Text | Image | Audio


class ToolCall(Struct, frozen=True):
    """A model wants a tool to be used; `arguments` is JSON text, as the model wrote it."""

    id: str
    name: str
    arguments: str


class Message(Struct, frozen=True, kw_only=True):
    """One turn. A "tool" message answers the call `tool_call_id`."""

    role: Role
    parts: tuple[Part, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """Its words, without pictures and sound."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))


class Tool(Struct, frozen=True, kw_only=True):
    """What a model may call; `parameters` is the JSON schema of its arguments."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = {}
    strict: bool = False


class Conversation(Struct, frozen=True, kw_only=True):
    """Messages in order, and how the next one is to be written. None: as the model likes.

    `tool_choice`: "auto", "none", "required" (some tool), or the name of the one tool to use.
    """

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    parallel_tool_calls: bool = True
    stop: tuple[str, ...] = ()
    top_p: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    reasoning_effort: str = ""
    """"minimal", "low", "medium", "high", or "" for the model's own."""


def said(role: Role, text: str) -> Message:
    """A message of words."""
    return Message(role=role, parts=(Text(text),))
