"""What comes back from OpenAI's responses, event by event or whole. Knows no wire."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import ToolCall
from partimento.core.ports import Call, Drafted
from partimento.core.usage import Usage
from partimento.decoding.extract import ThoughtlessStream
from partimento.engines.openai.answer import Quoting
from partimento.engines.openai.chat import ANSWER
from partimento.wire.faults import refused
from partimento.wire.usage import counted


class _Content(Struct):
    type: str = ""
    text: str | None = None
    refusal: str | None = None


class _Item(Struct):
    type: str = ""
    content: list[_Content] | None = None
    call_id: str | None = None
    id: str | None = None
    name: str | None = None
    arguments: str | None = None


class _Reason(Struct):
    reason: str | None = None


class _Response(Struct):
    status: str | None = None
    output: list[_Item] | None = None
    usage: Any = None
    error: Any = None
    incomplete_details: _Reason | None = None


class _Event(Struct):
    type: str = ""
    delta: str | None = None
    response: _Response | None = None
    error: Any = None
    message: str | None = None
    code: Any = None


_event = msgspec.json.Decoder(_Event)
_response = msgspec.json.Decoder(_Response)


class ResponsesAnswer:
    """What has been read so far of one reply."""

    def __init__(self, call: Call, quoting: Quoting, *, one_tool: bool = False, left_out: str = "") -> None:
        self.done = False
        self._call, self._quoting, self._one_tool = call, quoting, one_tool
        self._texts: list[str] = []
        self._refusal = self._cut = ""
        self._usage: Usage | None = None
        self._notes = (left_out,) if left_out else ()
        self._tool_calls: tuple[ToolCall, ...] = ()
        self._thoughts = ThoughtlessStream()
        self._heard = False

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def ended(self) -> bool:
        return self.done

    def take(self, event: bytes) -> str:
        """The text this event adds. Raises EngineError."""
        if event.strip() == b"[DONE]":
            return ""
        try:
            read = _event.decode(event)
        except msgspec.DecodeError as error:
            raise self._quoting.fault("sent what is no event of a response", str(error)) from error
        if read.type == "response.output_text.delta":
            self._heard = True
            return self._add(self._thoughts.feed(read.delta or ""))
        if read.type in ("response.completed", "response.incomplete", "response.failed") and read.response:
            return self._last(read.response)
        if read.type == "error" or read.error:
            raise self._quoting.error(read.error or {"message": read.message, "code": read.code}, self._call.model.id)
        return ""

    def whole(self, body: bytes) -> str:
        """The text of a reply in one piece. Raises EngineError."""
        try:
            response = _response.decode(body)
        except msgspec.DecodeError as error:
            raise self._quoting.fault("sent what is no response", str(error)) from error
        return self._last(response) + self.rest()

    def rest(self) -> str:
        """Text that was held back until the end."""
        return self._add(self._thoughts.rest())

    def drafted(self) -> Drafted:
        """The last word. Raises EngineFault where the reply ended before the model did, EngineRefused."""
        if not self.done:
            raise self._quoting.fault("broke off its answer", "the stream ended before its last word")
        if self._refusal or self._cut == "content_filter":
            raise refused(self._call.model.id, self._refusal or "the upstream's content filter stopped it")
        text, used = self.text, self._tool_calls
        if self._one_tool:
            text, used = next((call.arguments for call in used if call.name == ANSWER), text), ()
        return Drafted(text, usage=self._usage, truncated=bool(self._cut), tool_calls=used, notes=self._notes)

    def _last(self, response: _Response) -> str:
        if response.error or response.status == "failed":
            raise self._quoting.error(response.error or {"message": "it gave no reason"}, self._call.model.id)
        self.done = response.output is not None or response.status in ("completed", "incomplete")
        if response.status == "incomplete":
            self._cut = (response.incomplete_details or _Reason()).reason or "max_output_tokens"
        items = response.output or []
        self._tool_calls = tuple(
            ToolCall(item.call_id or item.id or f"call_{place}", item.name, item.arguments or "{}")
            for place, item in enumerate(item for item in items if item.type == "function_call")
            if item.name
        )
        contents = [content for item in items if item.type == "message" for content in item.content or ()]
        self._refusal = "".join(content.refusal or "" for content in contents if content.type == "refusal")
        if isinstance(response.usage, dict):
            self._count(response.usage)
        if self._heard:
            return ""  # it came piece by piece
        said = "".join(content.text or "" for content in contents if content.type == "output_text")
        return self._add(self._thoughts.feed(said))

    def _count(self, reported: dict[str, Any]) -> None:
        asked, written = reported.get("input_tokens_details"), reported.get("output_tokens_details")
        self._usage, note = counted(
            self._call,
            reported.get("input_tokens"),
            reported.get("output_tokens"),
            cached=asked.get("cached_tokens") if isinstance(asked, dict) else None,
            reasoning=written.get("reasoning_tokens") if isinstance(written, dict) else None,
        )
        if note:
            self._notes = (*self._notes, note)

    def _add(self, text: str) -> str:
        if text:
            self._texts.append(text)
        return text
