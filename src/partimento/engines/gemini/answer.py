"""What comes back from the Gemini API, reply by reply: text, tool calls, usage, the reason it ended. Knows no wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import ToolCall
from partimento.core.errors import EngineError, EngineFault, EngineTimeout
from partimento.core.ports import Call, Drafted
from partimento.core.usage import Usage
from partimento.decoding.extract import ThoughtlessStream
from partimento.decoding.media import UNREADABLE
from partimento.engines.gemini.contents import signed_id
from partimento.engines.gemini.dialect import ANSWER_TOOL
from partimento.engines.gemini.refusal import read, status_of
from partimento.wire.faults import fault, refused
from partimento.wire.refusal import Refusal, error_for
from partimento.wire.usage import counted

_CUT = ("MAX_TOKENS", "CONTINUATION")
_REFUSED = frozenset(
    "SAFETY RECITATION LANGUAGE BLOCKLIST PROHIBITED_CONTENT SPII IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT"
    " IMAGE_RECITATION ESCALATION PUP_LIMITED_DISABLED MODEL_ARMOR".split()
)


class _Function(Struct):
    name: str = ""
    args: Any = None
    id: str | None = None


class _Part(Struct, rename="camel"):
    text: str | None = None
    thought: bool | None = None
    function_call: _Function | None = None
    thought_signature: str | None = None


class _Content(Struct):
    parts: list[_Part] | None = None


class _Candidate(Struct, rename="camel"):
    content: _Content | None = None
    finish_reason: str | None = None
    finish_message: str | None = None


class _Feedback(Struct, rename="camel"):
    block_reason: str | None = None
    block_reason_message: str | None = None


class _Vector(Struct):
    values: list[float] = []


class _Reply(Struct, rename="camel"):
    """A whole reply, or a chunk of one: they are alike."""

    candidates: list[_Candidate] | None = None
    prompt_feedback: _Feedback | None = None
    embeddings: list[_Vector] | None = None
    usage_metadata: Any = None
    error: Any = None


_reply = msgspec.json.Decoder(_Reply)
_replies = msgspec.json.Decoder(list[_Reply] | _Reply)


class Answer:
    """What has been read so far of one reply to `call`. `through_tool`: the answer is the arguments of the answer
    tool; `new_id` names calls that came without a name."""

    def __init__(
        self, call: Call, where: str, key: str, key_variable: str, new_id: Callable[[], str], *, through_tool: bool
    ) -> None:
        self.done = False
        self._call, self._where, self._key, self._key_variable = call, where, key, key_variable
        self._new_id, self._through_tool = new_id, through_tool
        self._texts: list[str] = []
        self._beside: list[str] = []
        self._calls: list[ToolCall] = []
        self._vectors: list[list[float]] | None = None
        self._finish, self._why, self._blocked = "", "", ""
        self._usage: dict[str, Any] = {}
        self._thoughts = ThoughtlessStream()

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def ended(self) -> bool:
        """Whether the model stopped by itself, so that nothing of its text can be missing."""
        return self.done or bool(self._finish or self._blocked)

    def take(self, event: bytes) -> str:
        """The text this chunk adds. Raises EngineError."""
        try:
            return self._read(_reply.decode(event))
        except UNREADABLE as error:
            raise self._fault("sent what is no reply of the Gemini API", str(error)) from error

    def whole(self, body: bytes) -> str:
        """The text of a reply in one piece, or of a stream that came as a list. Raises EngineError."""
        try:
            found = _replies.decode(body)
        except UNREADABLE as error:
            raise self._fault("sent what is no reply of the Gemini API", str(error)) from error
        text = "".join(map(self._read, found if isinstance(found, list) else [found])) + self.rest()
        self.done = self.ended or self._vectors is not None
        return text

    def rest(self) -> str:
        """Text that was held back until the end; and all of it, where the answer tool was left alone."""
        beside, self._beside = "".join(self._beside), []
        return self._add(self._thoughts.rest() + ("" if self._texts else beside))

    def drafted(self) -> Drafted:
        """The last word. Raises EngineFault where the reply ended before the model did, EngineRefused."""
        if self._blocked:
            raise refused(self._call.model.id, f"the vendor blocks the question: {self._blocked}")
        if not self.ended:
            raise self._fault("broke off its answer", "the stream ended before its last word")
        if self._finish in _REFUSED:
            raise refused(self._call.model.id, self._why or f"the vendor stopped it: {self._finish}")
        if self._finish not in ("", "STOP", *_CUT):
            raise self._fault("could not end its answer", self._why or self._finish)
        # the API has no way to ask for one call at a time
        one_call = self._call.conversation is not None and not self._call.conversation.parallel_tool_calls
        usage, note = self._used()
        return Drafted(
            self.text,
            value=self._vectors,
            usage=usage,
            truncated=self._finish in _CUT,
            tool_calls=tuple(self._calls[:1] if one_call else self._calls),
            notes=(note,) if note else (),
        )

    def _read(self, reply: _Reply) -> str:
        if reply.error:
            raise self._error(reply.error)
        if isinstance(reply.usage_metadata, dict):  # cumulative; the last one counts
            self._usage |= {name: value for name, value in reply.usage_metadata.items() if value is not None}
        if reply.embeddings is not None:
            self._vectors = [vector.values for vector in reply.embeddings]
        if reply.prompt_feedback is not None and reply.prompt_feedback.block_reason:
            self._blocked = reply.prompt_feedback.block_reason_message or reply.prompt_feedback.block_reason
        if not reply.candidates:
            return ""
        candidate = reply.candidates[0]
        self._finish = candidate.finish_reason or self._finish
        self._why = candidate.finish_message or self._why
        parts = (candidate.content.parts or ()) if candidate.content else ()
        return "".join(map(self._part, parts))

    def _part(self, part: _Part) -> str:
        if part.thought:
            return ""
        if (function := part.function_call) is not None:
            arguments = msgspec.json.encode(function.args or {}).decode()
            if self._through_tool and function.name == ANSWER_TOOL:
                return self._add(arguments)
            name = signed_id(function.id or self._new_id(), part.thought_signature)
            self._calls.append(ToolCall(name, function.name, arguments))
        if not part.text:
            return ""
        if self._through_tool:
            self._beside.append(part.text)
            return ""
        return self._add(self._thoughts.feed(part.text))

    def _add(self, text: str) -> str:
        self._texts.append(text)
        return text

    def _used(self) -> tuple[Usage | None, str]:
        """The API counts thoughts apart from the answer; they are paid for as output."""
        said = {"toolUsePromptTokenCount": 0, "candidatesTokenCount": 0, "thoughtsTokenCount": 0, **self._usage}
        return counted(
            self._call,
            _sum(said.get("promptTokenCount"), said["toolUsePromptTokenCount"]),
            _sum(said["candidatesTokenCount"], said["thoughtsTokenCount"]),
            cached=said.get("cachedContentTokenCount"),
            reasoning=said["thoughtsTokenCount"],
            audio=_sound_in(said),
        )

    def _error(self, error: Any) -> EngineError:
        """An error that comes in a reply of status 200, as its status would have been."""
        told = error if isinstance(error, dict) else {"message": str(error)}
        body = msgspec.json.encode({"error": told})
        if self._key:
            body = body.replace(self._key.encode(), b"***")
        model = self._call.model.upstream or self._call.model.id
        refusal = read(Refusal(status_of(told), body, "", self._where, model, self._key_variable))
        found = error_for(refusal, 0.0)
        found.may_be_billed = isinstance(found, EngineFault | EngineTimeout) or bool(self._texts or self._calls)
        return found

    def _fault(self, what: str, why: str) -> EngineError:
        return fault(self._where, what, why, self._key)


def _sum(one: Any, other: Any) -> Any:
    """Both; None where they are no numbers."""
    return one + other if type(one) is int and type(other) is int else None


def _sound_in(usage: dict[str, Any]) -> int:
    """How many of the input's tokens were sound and not read from a cache."""
    heard = [0, 0]
    for place, field in enumerate(("promptTokensDetails", "cacheTokensDetails")):
        details = usage.get(field)
        for one in details if isinstance(details, list) else ():
            if isinstance(one, dict) and one.get("modality") == "AUDIO" and type(one.get("tokenCount")) is int:
                heard[place] += one["tokenCount"]
    return max(0, heard[0] - heard[1])
