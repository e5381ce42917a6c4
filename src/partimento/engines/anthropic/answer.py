"""What comes back from the Messages API, event by event: text, tool calls, usage, why it ended. Knows no wire."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import ToolCall
from partimento.core.errors import EngineError
from partimento.core.ports import Call, Drafted
from partimento.core.usage import Usage
from partimento.decoding.extract import ThoughtlessStream
from partimento.decoding.media import UNREADABLE
from partimento.engines.anthropic.dialect import ANSWER_TOOL
from partimento.wire.faults import fault, refused
from partimento.wire.refusal import error_within
from partimento.wire.usage import counted

_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "overloaded_error": 529,
}
_CUT = ("max_tokens", "model_context_window_exceeded", "pause_turn")


class _Block(Struct):
    type: str = ""
    text: str = ""
    id: str = ""
    name: str = ""
    input: Any = None


class _Delta(Struct):
    type: str = ""
    text: str = ""
    partial_json: str = ""
    stop_reason: str | None = None
    stop_details: Any = None


class _Message(Struct):
    """A whole reply, or the beginning of a streamed one."""

    type: str = ""
    content: list[_Block] = []
    stop_reason: str | None = None
    stop_details: Any = None
    usage: Any = None
    error: Any = None


class _Event(Struct):
    type: str = ""
    index: int = 0
    message: _Message | None = None
    content_block: _Block | None = None
    delta: _Delta | None = None
    usage: Any = None
    error: Any = None


_event = msgspec.json.Decoder(_Event)
_message = msgspec.json.Decoder(_Message)


class _Use:
    """A tool call as it grows."""

    def __init__(self, block: _Block) -> None:
        self.id, self.name = block.id, block.name
        self.parts = [msgspec.json.encode(block.input).decode()] if block.input else []

    @property
    def arguments(self) -> str:
        return "".join(self.parts) or "{}"


class Answer:
    """What has been read so far of one reply to `call`. `through_tool`: the answer is the input of the answer tool."""

    def __init__(self, call: Call, where: str, key: str, key_variable: str, *, through_tool: bool) -> None:
        self.done = False
        self._call, self._where, self._key, self._key_variable = call, where, key, key_variable
        self._through_tool = through_tool
        self._texts: list[str] = []
        self._beside: list[str] = []
        self._uses: dict[int, _Use] = {}
        self._stop, self._why = "", ""
        self._usage: dict[str, Any] = {}
        self._thoughts = ThoughtlessStream()

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def ended(self) -> bool:
        """Whether the model stopped by itself, so that nothing of its text can be missing."""
        return self.done or bool(self._stop)

    def take(self, event: bytes) -> str:
        """The text this event adds. Raises EngineError."""
        try:
            said = _event.decode(event)
        except UNREADABLE as error:
            raise self._fault("sent what is no event of the Messages API", str(error)) from error
        if said.type == "error" or said.error:
            raise self._error(said.error)
        if said.type == "message_stop":
            self.done = True
        if said.message is not None:
            self._end(said.message.stop_reason, said.message.stop_details, said.message.usage)
        if said.content_block is not None:
            return self._open(said.index, said.content_block)
        if said.delta is None:
            return ""
        self._end(said.delta.stop_reason, said.delta.stop_details, said.usage)
        return self._grow(said.index, said.delta)

    def whole(self, body: bytes) -> str:
        """The text of a reply in one piece. Raises EngineError."""
        try:
            message = _message.decode(body)
        except UNREADABLE as error:
            raise self._fault("sent what is no reply of the Messages API", str(error)) from error
        if message.type == "error" or message.error:
            raise self._error(message.error)
        self.done = message.stop_reason is not None
        self._end(message.stop_reason, message.stop_details, message.usage)
        return "".join(self._open(index, block) for index, block in enumerate(message.content)) + self.rest()

    def rest(self) -> str:
        """Text that was held back until the end; and all of it, where the answer tool was left alone."""
        beside, self._beside = "".join(self._beside), []
        return self._add(self._thoughts.rest() + ("" if self._uses else beside))

    def drafted(self) -> Drafted:
        """The last word. Raises EngineFault where the reply ended before the model did, EngineRefused."""
        if not self.ended:
            raise self._fault("broke off its answer", "the stream ended before its last word")
        if self._stop == "refusal":
            raise refused(self._call.model.id, self._why or "the vendor's safeguards stopped it")
        cut = self._stop in _CUT
        calls = tuple(
            ToolCall(use.id or f"call_{index}", use.name, use.arguments)
            for index, use in self._uses.items()
            if not (self._is_answer(use) or (cut and not _is_json(use.arguments)))
        )
        usage, note = self._used()
        return Drafted(self.text, usage=usage, truncated=cut, tool_calls=calls, notes=(note,) if note else ())

    def _open(self, index: int, block: _Block) -> str:
        """A block begins: of text, of a tool's use; thoughts and whatever else there may be are passed over."""
        if block.type == "text":
            return self._say(block.text)
        if block.type != "tool_use":
            return ""
        use = self._uses[index] = _Use(block)
        return self._add("".join(use.parts)) if self._is_answer(use) else ""

    def _grow(self, index: int, delta: _Delta) -> str:
        if delta.type == "text_delta":
            return self._say(delta.text)
        if delta.type != "input_json_delta" or index not in self._uses:
            return ""
        use = self._uses[index]
        use.parts.append(delta.partial_json)
        return self._add(delta.partial_json) if self._is_answer(use) else ""

    def _is_answer(self, use: _Use) -> bool:
        return self._through_tool and use.name == ANSWER_TOOL

    def _say(self, text: str) -> str:
        """Words; where the answer comes through the tool, what stands around it is none of it."""
        if self._through_tool:
            self._beside.append(text)
            return ""
        return self._add(self._thoughts.feed(text))

    def _add(self, text: str) -> str:
        self._texts.append(text)
        return text

    def _end(self, reason: str | None, details: Any, usage: Any) -> None:
        self._stop = reason or self._stop
        if isinstance(details, dict):
            self._why = str(details.get("explanation") or details.get("category") or "")
        if isinstance(usage, dict):  # cumulative; a later event leaves out what it has nothing new to say of
            self._usage |= {name: value for name, value in usage.items() if value is not None}

    def _used(self) -> tuple[Usage | None, str]:
        """The API counts what it read from a cache, what it wrote to it, and the rest, apart; the house the whole."""
        said = self._usage
        read, written = said.get("cache_read_input_tokens") or 0, said.get("cache_creation_input_tokens") or 0
        parts = (said.get("input_tokens"), read, written)
        details = said.get("output_tokens_details")
        return counted(
            self._call,
            sum(parts) if all(type(part) is int for part in parts) else None,
            said.get("output_tokens"),
            cached=read,
            reasoning=details.get("thinking_tokens") if isinstance(details, dict) else None,
            cache_write=written,
        )

    def _error(self, error: Any) -> EngineError:
        """An error that comes in a reply of status 200, as its status would have been."""
        told = error if isinstance(error, dict) else {"message": str(error)}
        told = {**told, "code": _STATUSES.get(str(told.get("type")), 500)}
        model = self._call.model.upstream or self._call.model.id
        found = error_within(told, self._where, model, self._key_variable, self._key, 0.0)
        found.may_be_billed = found.may_be_billed or bool(self._texts or self._uses)
        return found

    def _fault(self, what: str, why: str) -> EngineError:
        return fault(self._where, what, why, self._key)


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except UNREADABLE:
        return False
    return True
