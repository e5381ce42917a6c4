"""Chat completions at any base URL: OpenAI, Ollama, LM Studio, llama-server, vLLM. Knows when to ask, again and how
often; leaves what is said to `dialect`, what comes back to `answer`, connections to `wire`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from random import Random, SystemRandom
from typing import Any

import msgspec

from partimento.core.clock import Clock
from partimento.core.errors import EngineError
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Engine
from partimento.core.settings import Settings
from partimento.engines.openai.answer import Answer
from partimento.engines.openai.dialect import Dialect, body_of, first_dialect, heeded, simpler_dialect
from partimento.wire.breaker import Breakers
from partimento.wire.http import HttpTransport, Reply, Transport, host_of, is_loopback, is_url
from partimento.wire.refusal import Refusal, error_for
from partimento.wire.retry import pause_before_retry
from partimento.wire.sse import EventReader

Keys = Callable[[Model], str]
"""A model's API key, or "" where there is none."""

_AFTER_DONE_S = 0.1


class OpenAIEngine:
    """Asks chat completions, streamed. Retries before the first piece only, and within the deadline; a server that
    keeps failing is left alone for a while. What a server turns out not to understand it is not sent again."""

    name = "openai"

    def __init__(
        self,
        transport: Transport,
        keys: Keys,
        clock: Clock,
        rng: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._transport, self._keys, self._clock, self._rng, self._sleep = transport, keys, clock, rng, sleep
        self._breakers = Breakers(clock)
        self._dialects: dict[tuple[str, str], Dialect] = {}

    def unready(self, model: Model, request: Any) -> str:
        if not is_url(model.base_url):
            return f"{model.id} has no usable base_url; write one, such as http://127.0.0.1:11434/v1"
        if not is_loopback(model.base_url) and not self._keys(model):
            return f"there is no key for {host_of(model.base_url)}; set {key_variable(model)}"
        return ""

    async def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        retried = 0
        while True:
            begun = False
            try:
                async with aclosing(self._once(call)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except EngineError as error:
                left_s = call.deadline - self._clock.monotonic()
                pause_s = pause_before_retry(error, retried, left_s, self._rng, free=not call.model.prices)
                if begun or pause_s is None:
                    raise
            await self._sleep(pause_s)
            retried += 1

    async def close(self) -> None:
        await self._transport.close()

    async def _once(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        """One try: said in ever simpler terms as long as the server objects to how it is put."""
        place = call.model.base_url, call.model.upstream
        dialect = self._dialects.get(place) or first_dialect(call.model)
        spoken: list[Dialect] = []
        with self._breakers.passage(host_of(call.model.base_url), call.deadline) as passage:
            while True:
                spoken.append(dialect)
                async with self._asked(call, dialect) as reply:
                    if reply.status == 200:
                        answer = Answer(call.model.id, host_of(call.model.base_url), self._keys(call.model))
                        async with aclosing(_pieces(reply, answer)) as pieces:
                            async for piece in pieces:
                                passage.answered = True
                                yield piece
                        drafted = answer.drafted()
                        passage.answered = True
                        self._dialects[place] = heeded(dialect, call, answer.text)
                        yield drafted
                        return
                    body = await reply.whole()
                    simpler = simpler_dialect(dialect, call, reply.status, body)
                    if simpler is None or simpler in spoken:
                        raise self._refusal(call, reply, body)
                dialect = simpler

    def _asked(self, call: Call, dialect: Dialect) -> Any:
        headers = {"content-type": "application/json", "accept": "text/event-stream"}
        if key := self._keys(call.model):
            headers["authorization"] = f"Bearer {key}"
        return self._transport.send(
            "POST",
            call.model.base_url.rstrip("/") + "/chat/completions",
            headers=headers,
            body=msgspec.json.encode(body_of(call, dialect)),
            timeout_s=call.deadline - self._clock.monotonic(),
        )

    def _refusal(self, call: Call, reply: Reply, body: bytes) -> EngineError:
        if key := self._keys(call.model):
            body = body.replace(key.encode(), b"***")  # some servers quote the key they do not like
        where = host_of(call.model.base_url)
        after = reply.header("retry-after")
        refusal = Refusal(reply.status, body, after, where, call.model.upstream, key_variable(call.model))
        return error_for(refusal, self._clock.now())


async def _pieces(reply: Reply, answer: Answer) -> AsyncGenerator[str, None]:
    """The text of a reply as it comes, streamed or (from servers that do not stream) whole."""
    kind = reply.header("content-type").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xml", "text/xml"):
        raise answer.fault("is no chat completions server", f"it answered with {kind}; does base_url lack /v1?")
    async with aclosing(_events(reply, answer, whole=kind == "application/json")) as events:
        async for event in events:
            if piece := answer.take(event):
                yield piece
            if answer.done:
                break
    await _drain(reply)
    if piece := answer.rest():
        yield piece


async def _drain(reply: Reply) -> None:
    """Read what follows the last word, so that the connection can serve the next call; not for long."""
    try:
        async with asyncio.timeout(_AFTER_DONE_S), aclosing(reply.chunks()) as chunks:
            async for _ in chunks:
                pass
    except (TimeoutError, EngineError):
        return


async def _events(reply: Reply, answer: Answer, *, whole: bool) -> AsyncGenerator[bytes, None]:
    if whole:
        yield await reply.whole()
        return
    reader = EventReader()
    async with aclosing(reply.chunks()) as chunks:
        try:
            async for chunk in chunks:
                for event in reader.feed(chunk):
                    yield event
        except EngineError:
            if not answer.ended:
                raise
    for event in reader.end():
        yield event


def key_variable(model: Model) -> str:
    """The environment variable that a model's key is read from."""
    if model.api_key_setting:
        return model.api_key_setting
    return "OPENAI_API_KEY" if model.provider == "openai" else f"api_key_setting of {model.id} to a variable's name"


def engine(settings: Settings, clock: Clock) -> Engine:
    """The entry point. A key goes to the models it was set for and to no other host."""

    def key_of(model: Model) -> str:
        variable = key_variable(model)
        if variable == "OPENAI_API_KEY":
            return settings.openai_api_key.value.strip()
        return os.environ.get(variable, "").strip()

    return OpenAIEngine(HttpTransport(), key_of, clock, SystemRandom())
