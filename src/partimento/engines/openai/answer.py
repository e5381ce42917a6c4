"""What comes back from chat completions, event by event: text, refusals, usage, the reason it ended. Knows no wire."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import EngineFault, EngineRefused
from partimento.core.ports import Drafted
from partimento.core.usage import Usage
from partimento.decoding.extract import ThoughtlessStream
from partimento.wire.refusal import said_in


class _Said(Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct):
    delta: _Said | None = None
    message: _Said | None = None
    finish_reason: str | None = None


class _Completion(Struct):
    """A whole reply or a chunk of one: they differ in where the text stands."""

    choices: list[_Choice] | None = None
    usage: Any = None
    error: Any = None


class _Details(Struct):
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


class _Usage(Struct):
    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _Details | None = None
    completion_tokens_details: _Details | None = None


_completion = msgspec.json.Decoder(_Completion)


class Answer:
    """What has been read so far of one reply. `key` is kept out of what its errors quote."""

    def __init__(self, model: str, where: str, key: str) -> None:
        self.done = False
        self._model, self._where, self._key = model, where, key
        self._texts: list[str] = []
        self._refusal = ""
        self._finish = ""
        self._usage: Usage | None = None
        self._thoughts = ThoughtlessStream()

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def ended(self) -> bool:
        """Whether the model stopped by itself, so that nothing of its text can be missing."""
        return self.done or bool(self._finish)

    def take(self, event: bytes) -> str:
        """The text this chunk adds. Raises EngineFault."""
        if event.strip() == b"[DONE]":
            self.done = True
            return ""
        try:
            chunk = _completion.decode(event)
        except msgspec.DecodeError as error:
            raise self.fault("sent what is no chat completion", str(error)) from error
        if chunk.error:
            raise self.fault("failed while answering", said_in(chunk.error))
        self._usage = _usage_in(chunk.usage) or self._usage
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        said = choice.delta or choice.message or _Said()
        self.done = self.done or choice.message is not None  # a reply in one piece is at its end
        self._finish = choice.finish_reason or self._finish
        self._refusal += said.refusal or ""
        return self._add(self._thoughts.feed(said.content or ""))

    def rest(self) -> str:
        """Text that was held back until the end."""
        return self._add(self._thoughts.rest())

    def drafted(self) -> Drafted:
        """The last word. Raises EngineFault where the reply ended before the model did, EngineRefused."""
        if not self.ended:
            raise self.fault("broke off its answer", "the stream ended before its last word")
        if self._refusal or self._finish == "content_filter":
            refused = EngineRefused(
                f"{self._model} refuses to answer",
                why=self._refusal or "the upstream's content filter stopped it",
                mend="ask for it in other words, or choose another model",
            )
            refused.may_be_billed = True
            raise refused
        return Drafted(self.text, usage=self._usage, truncated=self._finish == "length")

    def _add(self, text: str) -> str:
        self._texts.append(text)
        return text

    def fault(self, what: str, why: str) -> EngineFault:
        """An error of the server that is answering."""
        if self._key:
            why = why.replace(self._key, "***")
        return EngineFault(f"{self._where} {what}", why=why, mend="try again, or choose another model")


def _usage_in(reported: Any) -> Usage | None:
    """None where the upstream said nothing that can be read as usage."""
    if reported is None:  # as in most chunks
        return None
    try:
        usage = msgspec.convert(reported, _Usage)
    except msgspec.ValidationError:
        return None
    if usage.prompt_tokens < 0 or usage.completion_tokens < 0:
        return None
    cached = (usage.prompt_tokens_details or _Details()).cached_tokens or 0
    reasoning = (usage.completion_tokens_details or _Details()).reasoning_tokens or 0
    return Usage(
        usage.prompt_tokens,
        usage.completion_tokens,
        max(0, min(cached, usage.prompt_tokens)),
        max(0, min(reasoning, usage.completion_tokens)),
    )
