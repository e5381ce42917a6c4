"""The Gemini API. Knows where to ask, with which key, and how many texts go into one call for vectors; leaves what is
said to `dialect`, what comes back to `answer`, when to ask again to `wire`.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from random import Random, SystemRandom
from typing import Any

import msgspec

from partimento.core.clock import Clock
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Engine
from partimento.core.settings import Settings
from partimento.core.usage import Usage
from partimento.engines.gemini import refusal as refusals
from partimento.engines.gemini.answer import Answer
from partimento.engines.gemini.dialect import (
    Dialect,
    body_of,
    embedding_body,
    first_dialect,
    form_of,
    heeded,
    resource_of,
    simpler_dialect,
)
from partimento.wire.exchange import Exchange, Question
from partimento.wire.http import HttpTransport, Transport
from partimento.wire.refusal import Refusal
from partimento.wire.url import Headers, host_of, is_loopback, is_url

Keys = Callable[[Model], str]
"""A model's API key, or "" where there is none."""

OFFICIAL = "https://generativelanguage.googleapis.com"
MOST_TEXTS = 100
"""What the API takes in one call for vectors."""

_VERSIONED = re.compile(r"/v\d+\w*$")


class GeminiEngine:
    """Asks the Gemini API. What a model turns out not to understand it is not sent again."""

    name = "gemini"
    keeps_time = True

    def __init__(
        self,
        transport: Transport,
        keys: Keys,
        clock: Clock,
        rng: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._keys, self._rng = keys, rng
        self._exchange = Exchange(self, transport, clock, rng, sleep)

    # ---- as an engine ------------------------------------------------------------------------------------------

    def unready(self, model: Model, request: Any) -> str:
        for base_url in [replica.base_url for replica in model.replicas] or [_placed(model).base_url]:
            if not is_url(base_url):
                return f"{model.id} has no usable base_url; leave it out, or write one such as {OFFICIAL}"
            if not is_loopback(base_url) and not self._keys(model):
                return f"there is no key for {host_of(base_url)}; set {key_variable(model)}"
        return ""

    async def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        call = msgspec.structs.replace(call, model=_placed(call.model))
        if call.texts:
            yield await self._vectors(call)
            return
        async with aclosing(self._exchange.draft(call)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        await self._exchange.close()

    async def _vectors(self, call: Call) -> Drafted:
        vectors: list[list[float]] = []
        usage: Usage | None = Usage()
        notes: tuple[str, ...] = ()
        for start in range(0, len(call.texts), MOST_TEXTS):
            some = msgspec.structs.replace(call, texts=call.texts[start : start + MOST_TEXTS], stream=False)
            async with aclosing(self._exchange.draft(some)) as answers:
                async for answer in answers:
                    assert isinstance(answer, Drafted)
                    vectors += answer.value or []
                    usage = usage + answer.usage if usage and answer.usage else None
                    notes += answer.notes
        return Drafted(value=vectors, usage=usage, notes=notes)

    # ---- as a speaker ------------------------------------------------------------------------------------------

    def key(self, model: Model) -> str:
        return self._keys(model)

    def key_variable(self, model: Model) -> str:
        return key_variable(model)

    def first_manner(self, call: Call) -> Dialect:
        return first_dialect(call.model)

    def question(self, call: Call, base_url: str, manner: Dialect) -> Question:
        method = "streamGenerateContent?alt=sse" if call.stream else "generateContent"
        if call.texts:
            method, body = "batchEmbedContents", embedding_body(call)
        else:
            body = body_of(call, manner)
        url = f"{_versioned(base_url)}/{resource_of(call.model)}:{method}"
        return Question(url, self._headers(call.model), msgspec.json.encode(body))

    def simpler(self, call: Call, manner: Dialect, status: int, body: bytes) -> Dialect | None:
        return None if call.texts else simpler_dialect(manner, call, status, body)

    def reader(self, call: Call, where: str, manner: Dialect) -> Answer:
        key, variable = self._keys(call.model), key_variable(call.model)
        through_tool = form_of(call, manner) == "tool"
        return Answer(call, where, key, variable, self._new_id, through_tool=through_tool)

    def heeded(self, call: Call, manner: Dialect, reader: Any) -> Dialect:
        return heeded(manner)

    def refused(self, refusal: Refusal) -> Refusal:
        return refusals.read(refusal)

    def probe(self, model: Model, base_url: str) -> Question | None:
        return Question(f"{_versioned(base_url)}/models?pageSize=1", self._headers(model))

    def _headers(self, model: Model) -> Headers:
        key = self._keys(model)
        fields = (("content-type", "application/json"),)
        return (*fields, ("x-goog-api-key", key)) if key else fields  # never in the URL, which logs keep

    def _new_id(self) -> str:
        return f"call_{self._rng.getrandbits(64):016x}"


def _placed(model: Model) -> Model:
    """The model with the place where it is."""
    return model if model.base_url or model.replicas else msgspec.structs.replace(model, base_url=OFFICIAL)


def _versioned(base_url: str) -> str:
    """Base URLs are written with and without the version."""
    base = base_url.rstrip("/")
    return base if _VERSIONED.search(base) else f"{base}/v1beta"


def key_variable(model: Model) -> str:
    """The environment variable that a model's key is read from."""
    if model.api_key_setting:
        return model.api_key_setting
    return "GEMINI_API_KEY" if model.provider == "gemini" else f"api_key_setting of {model.id} to a variable's name"


def engine(settings: Settings, clock: Clock) -> Engine:
    """The entry point. A key goes to the models it was set for and to no other host."""

    def key_of(model: Model) -> str:
        variable = key_variable(model)
        if variable in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
            return settings.gemini_api_key.value.strip()
        return os.environ.get(variable, "").strip()

    return GeminiEngine(HttpTransport(), key_of, clock, SystemRandom())
