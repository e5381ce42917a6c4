"""OpenAI's protocols at any base URL: OpenAI, Ollama, LM Studio, llama-server, vLLM, OpenRouter. Knows where they are
asked and with which key; leaves bodies and replies to `chat`, `responses` and `embeddings`, what one server understands
to `dialect`, when to ask again to `wire.exchange`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import lru_cache
from random import Random, SystemRandom
from typing import Any

import msgspec

from partimento.core.clock import Clock
from partimento.core.errors import EngineRefused
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Engine
from partimento.core.settings import Settings
from partimento.engines.openai.answer import Answer, Quoting
from partimento.engines.openai.chat import chat_body
from partimento.engines.openai.dialect import UNTOLD, Dialect, first_dialect, heeded, simpler_dialect
from partimento.engines.openai.embeddings import MOST_TEXTS, Vectors, batches, embeddings_body, joined
from partimento.engines.openai.response_answer import ResponsesAnswer
from partimento.engines.openai.responses import UNKNOWN_HERE, responses_body
from partimento.wire.exchange import Exchange, Question
from partimento.wire.http import HttpTransport, Transport
from partimento.wire.refusal import Refusal
from partimento.wire.retry import STANDARD, RetryPolicy
from partimento.wire.url import Headers, host_of, is_loopback, is_url

Keys = Callable[[Model], str]
"""A model's API key, or "" where there is none."""

_encode = msgspec.json.Encoder().encode
_TOO_MANY = ("batch", "too many", "413", "input length", "array")
Hearing = Answer | ResponsesAnswer | Vectors


class OpenAIEngine:
    """Asks chat completions, responses and embeddings. What a server turns out not to understand it is not sent
    again."""

    name = "openai"
    keeps_time = True

    def __init__(
        self,
        transport: Transport,
        keys: Keys,
        clock: Clock,
        rng: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        retries: RetryPolicy = STANDARD,
    ) -> None:
        self.key, self._clock = keys, clock
        self._exchange = Exchange[Dialect](self, transport, clock, rng, sleep, retries)
        self._most_texts: dict[tuple[str, str], int] = {}

    def unready(self, model: Model, request: Any) -> str:
        for base_url in [replica.base_url for replica in model.replicas] or [model.base_url]:
            if not is_url(base_url):
                return f"{model.id} has no usable base_url; write one, such as http://127.0.0.1:11434/v1"
            if not is_loopback(base_url) and not self.key(model):
                return f"there is no key for {host_of(base_url)}; set {key_variable(model)}"
        return ""

    def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        return self._embedded(call) if call.texts else self._exchange.draft(call)

    async def close(self) -> None:
        await self._exchange.close()

    # ---- how this engine talks ---------------------------------------------------------------------------------

    def key_variable(self, model: Model) -> str:
        return key_variable(model)

    def first_manner(self, call: Call) -> Dialect:
        return first_dialect(call.model)

    def question(self, call: Call, base_url: str, manner: Dialect) -> Question:
        path = "/embeddings" if call.texts else "/responses" if manner.protocol == "responses" else "/chat/completions"
        headers = _headers(self.key(call.model), stream=call.stream and not call.texts)
        return Question(_url(base_url, path), headers, _encode(_body(call, manner)))

    def simpler(self, call: Call, manner: Dialect, status: int, body: bytes) -> Dialect | None:
        return simpler_dialect(manner, call, _body(call, manner), status, body)

    def refused(self, refusal: Refusal) -> Refusal:
        return refusal  # status and headers say it all

    def reader(self, call: Call, where: str, manner: Dialect) -> Hearing:
        quoting = Quoting(where, self.key(call.model), key_variable(call.model), self._clock.now())
        if call.texts:
            return Vectors(call, quoting)
        one_tool = call.schema is not None and manner.form == "tool"
        kind = ResponsesAnswer if manner.protocol == "responses" else Answer
        return kind(call, quoting, one_tool=one_tool, left_out=_left_out(call, manner))

    def heeded(self, call: Call, manner: Dialect, reader: Any) -> Dialect:
        return heeded(manner, call, reader.text) if call.schema is not None else manner

    def probe(self, model: Model, base_url: str) -> Question | None:
        return Question(_url(base_url, "/models"), _headers(self.key(model), stream=False))

    # ---- vectors -----------------------------------------------------------------------------------------------

    async def _embedded(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        """One Drafted. In as many parts as the server wants; one that takes fewer at once is remembered."""
        place = call.model.base_url, call.model.upstream
        parts: list[Drafted] = []
        done = 0
        while done < len(call.texts):
            batch = next(batches(call.texts[done:], self._most_texts.get(place, MOST_TEXTS)))
            try:
                parts.append(await self._one_batch(msgspec.structs.replace(call, texts=batch, stream=False)))
            except EngineRefused as error:
                if len(batch) == 1 or not any(word in error.why.lower() for word in _TOO_MANY):
                    raise
                self._most_texts[place] = len(batch) // 2
                continue
            done += len(batch)
        yield joined(parts)

    async def _one_batch(self, call: Call) -> Drafted:
        async with aclosing(self._exchange.draft(call)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Drafted):
                    return piece
        raise AssertionError("an exchange ends with a Drafted or an error")


def _body(call: Call, dialect: Dialect) -> dict[str, Any]:
    if call.texts:
        return embeddings_body(call, dialect)
    return responses_body(call, dialect) if dialect.protocol == "responses" else chat_body(call, dialect)


def _left_out(call: Call, dialect: Dialect) -> str:
    """A note on what was asked for and the server does not take; "" mostly."""
    names = dialect.left_out - UNTOLD
    if dialect.protocol == "responses" and call.conversation is not None:
        names |= set(UNKNOWN_HERE)
    if not names:
        return ""
    whole = chat_body(call, Dialect())
    told = sorted(names & whole.keys())
    return f"{call.model.id} does not take {', '.join(told)}: left out" if told else ""


@lru_cache(maxsize=256)
def _url(base_url: str, path: str) -> str:
    return base_url.rstrip("/") + path


@lru_cache(maxsize=256)
def _headers(key: str, *, stream: bool) -> Headers:
    accept = "text/event-stream" if stream else "application/json"
    plain = (("content-type", "application/json"), ("accept", accept))
    return (*plain, ("authorization", f"Bearer {key}")) if key else plain


def key_variable(model: Model) -> str:
    """The environment variable that a model's key is read from."""
    if model.api_key_setting:
        return model.api_key_setting
    return "OPENAI_API_KEY" if model.provider == "openai" else f"api_key_setting of {model.id} to a variable's name"


def engine(settings: Settings, clock: Clock) -> Engine:
    """The entry point. A key goes to the models it was set for and to no other host."""

    def key_of(model: Model) -> str:
        variable = model.api_key_setting
        if variable == "OPENAI_API_KEY" or (not variable and model.provider == "openai"):
            return settings.openai_api_key.value.strip()
        return os.environ.get(variable, "").strip() if variable else ""

    return OpenAIEngine(HttpTransport(), key_of, clock, SystemRandom())
