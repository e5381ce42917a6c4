"""What comes back from chat completions, event by event or whole: text, tool calls, refusals, usage, the reason it
ended. Knows no wire.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import EngineError
from partimento.core.ports import Call, Drafted
from partimento.core.usage import Usage
from partimento.decoding.extract import ThoughtlessStream
from partimento.engines.openai.chat import ANSWER
from partimento.engines.openai.tool_calls import Fragment, ToolCalls
from partimento.wire.faults import fault, refused
from partimento.wire.refusal import error_within
from partimento.wire.usage import counted


class _Part(Struct):
    type: str = ""
    text: str | None = None


class _Said(Struct):
    content: str | list[_Part] | None = None
    refusal: str | None = None
    tool_calls: list[Fragment] | None = None


class _Choice(Struct):
    delta: _Said | None = None
    message: _Said | None = None
    finish_reason: str | None = None
    error: Any = None


class _Completion(Struct):
    """A whole reply or a chunk of one: they differ in where the text stands."""

    choices: list[_Choice] | None = None
    usage: Any = None
    error: Any = None


_completion = msgspec.json.Decoder(_Completion)
_SILENT = _Said()


class Quoting(Struct, frozen=True):
    """Who is answering, for the errors of a reply: shown as `where`; `key` is kept out of what they quote."""

    where: str
    key: str
    key_variable: str
    now: float

    def fault(self, what: str, why: str) -> EngineError:
        """An answer that is none."""
        return fault(self.where, what, why, self.key)

    def error(self, told: Any, model: str) -> EngineError:
        """An error object within the reply."""
        return error_within(told, self.where, model, self.key_variable, self.key, self.now)


class Answer:
    """What has been read so far of one reply. `one_tool`: the answer itself was asked for as a tool call."""

    def __init__(self, call: Call, quoting: Quoting, *, one_tool: bool = False, left_out: str = "") -> None:
        self.done = False
        self._call, self._quoting, self._one_tool = call, quoting, one_tool
        self._texts: list[str] = []
        self._refusal = self._finish = ""
        self._usage: Usage | None = None
        self._notes = (left_out,) if left_out else ()
        self._thoughts: ThoughtlessStream | None = None
        self._tool_calls: ToolCalls | None = None

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def ended(self) -> bool:
        """Whether the model stopped by itself, so that nothing of its text can be missing."""
        return self.done or bool(self._finish)

    def take(self, event: bytes) -> str:
        """The text this chunk adds. Raises EngineError."""
        if event.strip() == b"[DONE]":
            self.done = True
            return ""
        return self._read(event)

    def whole(self, body: bytes) -> str:
        """The text of a reply in one piece. Raises EngineError."""
        text = self._read(body)
        return text if self._thoughts is None else text + self.rest()

    def rest(self) -> str:
        """Text that was held back until the end."""
        return self._add(self._thoughts.rest()) if self._thoughts else ""

    def drafted(self) -> Drafted:
        """The last word. Raises EngineFault where the reply ended before the model did, EngineRefused."""
        if not self.ended:
            raise self._quoting.fault("broke off its answer", "the stream ended before its last word")
        if self._refusal or self._finish == "content_filter":
            raise refused(self._call.model.id, self._refusal or "the upstream's content filter stopped it")
        used = self._tool_calls.gathered() if self._tool_calls else ()
        text = self.text
        if self._one_tool:
            text, used = next((call.arguments for call in used if call.name == ANSWER), text), ()
        return Drafted(text, usage=self._usage, truncated=self._finish == "length", tool_calls=used, notes=self._notes)

    def _read(self, text: bytes) -> str:
        try:
            chunk = _completion.decode(text)
        except msgspec.DecodeError as error:
            raise self._quoting.fault("sent what is no chat completion", str(error)) from error
        if chunk.error:
            raise self._quoting.error(chunk.error, self._call.model.id)
        if chunk.usage is not None:
            self._count(chunk.usage)
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        if choice.error:
            raise self._quoting.error(choice.error, self._call.model.id)
        self.done = self.done or choice.message is not None  # a reply in one piece is at its end
        self._finish = choice.finish_reason or self._finish
        return self._hear(choice.delta or choice.message or _SILENT)

    def _hear(self, said: _Said) -> str:
        if said.refusal:
            self._refusal += said.refusal
        if said.tool_calls:
            self._tool_calls = self._tool_calls or ToolCalls()
            self._tool_calls.take(said.tool_calls)
        content = said.content
        if isinstance(content, list):
            content = "".join(part.text or "" for part in content if part.type in ("text", "output_text", ""))
        if not content:
            return ""
        if self._thoughts is None:
            if self.done and content[0] not in "< \n":  # whole, and without a thought before it
                return self._add(content)
            self._thoughts = ThoughtlessStream()
        return self._add(self._thoughts.feed(content))

    def _count(self, reported: Any) -> None:
        if not isinstance(reported, dict):
            return
        asked, written = _details(reported, "prompt_tokens_details"), _details(reported, "completion_tokens_details")
        usage, note = counted(
            self._call,
            reported.get("prompt_tokens"),
            reported.get("completion_tokens"),
            cached=asked.get("cached_tokens"),
            reasoning=written.get("reasoning_tokens"),
            audio=asked.get("audio_tokens"),
        )
        self._usage = usage or self._usage
        if note and note not in self._notes:
            self._notes = (*self._notes, note)

    def _add(self, text: str) -> str:
        if text:
            self._texts.append(text)
        return text


def _details(reported: dict[str, Any], name: str) -> dict[str, Any]:
    found = reported.get(name)
    return found if isinstance(found, dict) else {}
