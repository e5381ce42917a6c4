"""One question, asked until it is answered or the time is up: which server, when again, in which words. Knows nothing
of what is said; an engine brings that as a Speaker. Leaves connections to the transport.

Nothing is tried again after the first piece, nor anything that may be billed where calls cost money. What a server
turns out not to understand it is not sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from random import Random
from typing import Generic

from partimento.core.clock import Clock
from partimento.core.errors import EngineError
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted
from partimento.wire.breaker import Breakers
from partimento.wire.faults import fault
from partimento.wire.http import Reply, Transport
from partimento.wire.refusal import Refusal, error_for
from partimento.wire.retry import STANDARD, RetryPolicy, pause_before_retry
from partimento.wire.speaker import Manner, Question, Reader, Speaker
from partimento.wire.sse import EventReader
from partimento.wire.target import Targets
from partimento.wire.url import host_of

__all__ = ["Exchange", "Manner", "Question", "Reader", "Speaker"]

_AFTER_DONE_S = 0.1
_EVENTS = (b"data:", b"event:", b":", b"id:", b"retry:")


class Exchange(Generic[Manner]):
    """The calls of one engine. A server that keeps failing is left alone for a while and then probed."""

    def __init__(
        self,
        speaker: Speaker[Manner],
        transport: Transport,
        clock: Clock,
        rng: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        retries: RetryPolicy = STANDARD,
    ) -> None:
        self._speaker, self._transport, self._clock, self._rng, self._sleep = speaker, transport, clock, rng, sleep
        self._retries = retries
        self._breakers = Breakers(clock)
        self._targets = Targets(self._breakers, self._alive, clock, rng)
        self._manners: dict[tuple[str, str], Manner] = {}

    async def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        """As Engine.draft. Where nobody reads along, the Drafted alone."""
        retried = 0
        tried: frozenset[str] = frozenset()
        while True:
            begun = False
            base_url = await self._targets.pick(call, tried)
            try:
                if call.stream:
                    with self._targets.load(call, base_url):
                        async with aclosing(self._streamed(call, base_url)) as pieces:
                            async for piece in pieces:
                                begun = True
                                yield piece
                    return
                if call.model.replicas:
                    with self._targets.load(call, base_url):
                        drafted = await self._whole(call, base_url)
                else:
                    drafted = await self._whole(call, base_url)
                yield drafted
                return
            except EngineError as error:
                left_s = call.deadline - self._clock.monotonic()
                free = not call.model.prices
                pause_s = pause_before_retry(error, retried, left_s, self._rng, free=free, policy=self._retries)
                tried |= {base_url}
                if begun or (pause_s is None and not self._another(call, tried, error)):
                    raise
                if self._another(call, tried, error):
                    continue  # it has not been asked yet, and need not wait for the one that failed
            await self._sleep(pause_s or 0.0)
            retried += 1

    async def close(self) -> None:
        """Give back connections."""
        await self._targets.close()
        await self._transport.close()

    def _another(self, call: Call, tried: frozenset[str], error: EngineError) -> bool:
        """Whether another server of this model may be asked the same."""
        left_s = call.deadline - self._clock.monotonic()
        again = error.retryable and left_s > 0 and not (error.may_be_billed and call.model.prices)
        return again and len(tried) < len(call.model.replicas)

    async def _whole(self, call: Call, base_url: str) -> Drafted:
        """One try, answered in one piece."""
        speaker, where = self._speaker, host_of(base_url)
        place, manner = self._manner(call, base_url)
        spoken: list[Manner] = []
        with self._breakers.passage(where, call.deadline) as passage:
            while True:
                asked = speaker.question(call, base_url, manner)
                left_s = call.deadline - self._clock.monotonic()
                reply = await self._transport.fetch("POST", asked.url, asked.headers, asked.body, left_s)
                if reply.status == 200:
                    reader = speaker.reader(call, where, manner)
                    self._read(reader, reply.body, reply.header("content-type"), where)
                    drafted = reader.drafted()
                    passage.answered = True
                    self._learn(place, manner, speaker.heeded(call, manner, reader), spoken)
                    return drafted
                manner = self._next(call, manner, spoken, reply.status, reply.body, reply.header("retry-after"), where)

    async def _streamed(self, call: Call, base_url: str) -> AsyncGenerator[str | Drafted, None]:
        """One try, answered piece by piece."""
        speaker, where = self._speaker, host_of(base_url)
        place, manner = self._manner(call, base_url)
        spoken: list[Manner] = []
        with self._breakers.passage(where, call.deadline) as passage:
            while True:
                asked = speaker.question(call, base_url, manner)
                left_s = call.deadline - self._clock.monotonic()
                async with self._transport.send("POST", asked.url, asked.headers, asked.body, left_s) as reply:
                    if reply.status == 200:
                        reader = speaker.reader(call, where, manner)
                        async with aclosing(self._pieces(reply, reader, where)) as pieces:
                            async for piece in pieces:
                                passage.answered = True
                                yield piece
                        drafted = reader.drafted()
                        passage.answered = True
                        self._learn(place, manner, speaker.heeded(call, manner, reader), spoken)
                        yield drafted
                        return
                    body, after = await reply.whole(), reply.header("retry-after")
                manner = self._next(call, manner, spoken, reply.status, body, after, where)

    def _manner(self, call: Call, base_url: str) -> tuple[tuple[str, str], Manner]:
        place = base_url, call.model.upstream
        manner = self._manners.get(place)
        return place, self._speaker.first_manner(call) if manner is None else manner

    def _learn(self, place: tuple[str, str], manner: Manner, heeded: Manner, spoken: list[Manner]) -> None:
        if spoken or heeded is not manner:  # else what another call has learnt meanwhile stays
            self._manners[place] = heeded

    def _next(
        self, call: Call, manner: Manner, spoken: list[Manner], status: int, body: bytes, after: str, where: str
    ) -> Manner:
        """What to say after an error status. Raises EngineError where words would not help."""
        spoken.append(manner)
        simpler = self._speaker.simpler(call, manner, status, body)
        if simpler is not None and simpler not in spoken:
            return simpler
        if key := self._speaker.key(call.model):
            body = body.replace(key.encode(), b"***")  # some servers quote the key they do not like
        variable = self._speaker.key_variable(call.model)
        refusal = self._speaker.refused(Refusal(status, body, after, where, call.model.upstream, variable))
        raise error_for(refusal, self._clock.now())

    def _read(self, reader: Reader, body: bytes, content_type: str, where: str) -> None:
        """A whole reply, which some servers send as events all the same."""
        if _kind(content_type, body, where) == "json":
            reader.whole(body)
            return
        events = EventReader()
        for event in (*events.feed(body), *events.end()):
            if reader.done:
                break
            reader.take(event)
        reader.rest()

    async def _pieces(self, reply: Reply, reader: Reader, where: str) -> AsyncGenerator[str, None]:
        """The text of a reply as it comes, streamed or (from servers that do not stream) whole."""
        chunk = await reply.some() or b""
        if _kind(reply.header("content-type"), chunk, where) == "json":
            rest = await reply.whole()
            if text := reader.whole(chunk + rest):
                yield text
            return
        events = EventReader()
        while chunk:
            if text := "".join([reader.take(event) for event in events.feed(chunk) if not reader.done]):
                yield text
            if reader.done:
                break
            try:
                chunk = await reply.some() or b""
            except EngineError:
                if not reader.ended:
                    raise
                break
        else:
            if text := "".join([reader.take(event) for event in events.end() if not reader.done]):
                yield text
        if reader.done:
            await _drained(reply)
        if text := reader.rest():
            yield text

    async def _alive(self, model: Model, base_url: str, timeout_s: float) -> bool:
        """Whether the server answers at all; what it says does not matter, unless it says that it is broken."""
        asked = self._speaker.probe(model, base_url)
        if asked is None:
            return True
        reply = await self._transport.fetch("GET", asked.url, asked.headers, b"", timeout_s)
        return reply.status < 500


async def _drained(reply: Reply) -> None:
    """Read what follows the last word, so that the connection can serve the next call; not for long."""
    try:
        async with asyncio.timeout(_AFTER_DONE_S):
            while await reply.some() is not None:
                pass
    except (TimeoutError, EngineError):
        return


def _kind(content_type: str, beginning: bytes, where: str) -> str:
    """ "json" or "events". Servers are not exact about it, so where the name says nothing the text does."""
    named = content_type.partition(";")[0].strip().lower()
    if named in ("text/html", "application/xml", "text/xml", "application/xhtml+xml"):
        raise fault(where, "is no server of this protocol", f"it answered with {named}; does base_url lack /v1?")
    if named == "text/event-stream":
        return "events"
    if named == "application/json" and not beginning.startswith(_EVENTS):
        return "json"
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(_EVENTS):
        return "events"
    if start[:1] in (b"{", b"["):
        return "json"
    raise fault(where, "is no server of this protocol", f"it answered with {named or 'something without a type'}")
