"""The Messages API: Anthropic, and servers that speak as it does. Knows where to ask and with which key; leaves what is
said to `dialect`, what comes back to `answer`, when to ask again to `wire`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from random import Random, SystemRandom
from typing import Any

import msgspec

from partimento.core.clock import Clock
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Engine
from partimento.core.settings import Settings
from partimento.engines.anthropic.answer import Answer
from partimento.engines.anthropic.dialect import Dialect, body_of, form_of, prefix_of, simpler_dialect
from partimento.engines.anthropic.prefix import Prefixes
from partimento.wire.exchange import Exchange, Question
from partimento.wire.http import HttpTransport, Transport
from partimento.wire.refusal import Refusal, message_in
from partimento.wire.url import Headers, host_of, is_loopback, is_url

Keys = Callable[[Model], str]
"""A model's API key, or "" where there is none."""

OFFICIAL = "https://api.anthropic.com"
VERSION = "2023-06-01"
"""The protocol's version. Its successor refuses temperature and top_p outright, and fewer servers speak it."""

_SPENT = ("credit balance", "usage limits")


class AnthropicEngine:
    """Asks the Messages API. What a model or server turns out not to understand it is not sent again; a long system
    prompt that comes again within minutes is marked for the vendor's cache."""

    name = "anthropic"
    keeps_time = True

    def __init__(
        self,
        transport: Transport,
        keys: Keys,
        clock: Clock,
        rng: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._keys, self._clock = keys, clock
        self._prefixes = Prefixes()
        self._exchange = Exchange(self, transport, clock, rng, sleep)

    # ---- as an engine ------------------------------------------------------------------------------------------

    def unready(self, model: Model, request: Any) -> str:
        for base_url in [replica.base_url for replica in model.replicas] or [_placed(model).base_url]:
            if not is_url(base_url):
                return f"{model.id} has no usable base_url; leave it out, or write one such as {OFFICIAL}"
            if not is_loopback(base_url) and not self._keys(model):
                return f"there is no key for {host_of(base_url)}; set {key_variable(model)}"
        needs = frozenset() if request is None else request.task.needs(request.inputs)
        if "embeddings" in needs:
            return "the Messages API makes no embeddings; choose a model that does"
        if "audio" in needs:
            return "the Messages API takes no sound; choose a model that hears"
        return ""

    def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        return self._exchange.draft(msgspec.structs.replace(call, model=_placed(call.model)))

    async def close(self) -> None:
        await self._exchange.close()

    # ---- as a speaker ------------------------------------------------------------------------------------------

    def key(self, model: Model) -> str:
        return self._keys(model)

    def key_variable(self, model: Model) -> str:
        return key_variable(model)

    def first_manner(self, call: Call) -> Dialect:
        return Dialect()

    def question(self, call: Call, base_url: str, manner: Dialect) -> Question:
        body = body_of(call, manner)
        if self._prefixes.is_known(prefix_of(body), self._clock.monotonic()):
            body = body_of(call, manner, marked=True)
        return Question(_url(base_url, "messages"), self._headers(call.model), msgspec.json.encode(body))

    def simpler(self, call: Call, manner: Dialect, status: int, body: bytes) -> Dialect | None:
        return simpler_dialect(manner, call, status, body)

    def reader(self, call: Call, where: str, manner: Dialect) -> Answer:
        through_tool = form_of(call, manner) == "tool"
        return Answer(call, where, self._keys(call.model), key_variable(call.model), through_tool=through_tool)

    def heeded(self, call: Call, manner: Dialect, reader: Any) -> Dialect:
        self._prefixes.came(prefix_of(body_of(call, manner)), self._clock.monotonic())
        return manner

    def refused(self, refusal: Refusal) -> Refusal:
        if refusal.status == 400 and any(word in message_in(refusal.body).lower() for word in _SPENT):
            return msgspec.structs.replace(refusal, status=402)
        return msgspec.structs.replace(refusal, spent=False)  # its 429 is about minutes

    def probe(self, model: Model, base_url: str) -> Question | None:
        return Question(_url(base_url, "models"), self._headers(model))

    def _headers(self, model: Model) -> Headers:
        key = self._keys(model)
        fields = (("content-type", "application/json"), ("anthropic-version", VERSION))
        return (*fields, ("x-api-key", key)) if key else fields


def _placed(model: Model) -> Model:
    """The model with the place where it is."""
    return model if model.base_url or model.replicas else msgspec.structs.replace(model, base_url=OFFICIAL)


def _url(base_url: str, what: str) -> str:
    """Base URLs are written with and without the version."""
    base = base_url.rstrip("/")
    return f"{base}/{what}" if base.endswith("/v1") else f"{base}/v1/{what}"


def key_variable(model: Model) -> str:
    """The environment variable that a model's key is read from."""
    if model.api_key_setting:
        return model.api_key_setting
    official = model.provider == "anthropic"
    return "ANTHROPIC_API_KEY" if official else f"api_key_setting of {model.id} to a variable's name"


def engine(settings: Settings, clock: Clock) -> Engine:
    """The entry point. A key goes to the models it was set for and to no other host."""

    def key_of(model: Model) -> str:
        variable = key_variable(model)
        if variable == "ANTHROPIC_API_KEY":
            return settings.anthropic_api_key.value.strip()
        return os.environ.get(variable, "").strip()

    return AnthropicEngine(HttpTransport(), key_of, clock, SystemRandom())
