"""Which server takes a call, where a model has several, and how each has lately stood. Knows loads and breakers; leaves
the choice itself to `replicas`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from random import Random

from partimento.core.clock import Clock
from partimento.core.errors import EngineError, EngineOverloaded, EngineUnreachable
from partimento.core.model import Model, Replica
from partimento.core.ports import Call
from partimento.wire.breaker import Breakers
from partimento.wire.replicas import Standing, beginning_of, choose
from partimento.wire.url import host_of

PROBE_S = 2.0
_REST_S = 1.0  # after a 429 that names no time
_OLD = 0.8  # of what was known, in the running mean of how long a call takes

_UNCOUNTED: AbstractContextManager[None] = nullcontext()

Probe = Callable[[Model, str, float], Awaitable[bool]]
"""Asks the server at a base URL, within so many seconds, whether it lives."""


class _Load:
    """What is known of one server."""

    __slots__ = ("in_flight", "latency_s", "rests_until")

    def __init__(self) -> None:
        self.in_flight, self.latency_s, self.rests_until = 0, 0.0, 0.0


class Targets:
    """The servers of all models."""

    def __init__(self, breakers: Breakers, probe: Probe, clock: Clock, rng: Random) -> None:
        self._breakers, self._probe, self._clock, self._rng = breakers, probe, clock, rng
        self._loads: dict[str, _Load] = {}
        self._probes: dict[str, asyncio.Task[None]] = {}

    async def pick(self, call: Call, tried: frozenset[str]) -> str:
        """The base URL to ask; one that is not `tried` where there is one. A server that was left alone after
        failures is probed first, so that no call finds out for the others."""
        replicas = call.model.replicas
        if not replicas:
            base_url = call.model.base_url
            if self._breakers.wants_probe(host_of(base_url)):
                await self._probed(call, base_url)
            return base_url
        for replica in replicas:
            if self._breakers.wants_probe(host_of(replica.base_url)):
                self._start_probe(call.model, replica.base_url)
        place = self._place(call, replicas, tried)
        if place is None and self._probes:
            await asyncio.wait(set(self._probes.values()), timeout=self._left_s(call))
            place = self._place(call, replicas, tried)
        if place is None:
            raise EngineUnreachable(
                f"none of the {len(replicas)} servers of {call.model.id} was asked",
                why="each of them failed several times in a row",
                mend="see whether they run; they are asked again in a while",
            )
        return replicas[place].base_url

    def load(self, call: Call, base_url: str) -> AbstractContextManager[None]:
        """The time that a call to this server takes; counted only where there is a choice."""
        return self._counted(base_url) if call.model.replicas else _UNCOUNTED

    @contextmanager
    def _counted(self, base_url: str) -> Iterator[None]:
        load, began = self._load(base_url), self._clock.monotonic()
        load.in_flight += 1
        try:
            yield
        except EngineOverloaded as error:
            after_s = _REST_S if error.retry_after_s is None else error.retry_after_s
            load.rests_until = self._clock.monotonic() + after_s
            raise
        else:
            took = self._clock.monotonic() - began
            load.latency_s = took if not load.latency_s else _OLD * load.latency_s + (1 - _OLD) * took
        finally:
            load.in_flight -= 1

    async def close(self) -> None:
        """End the probes under way."""
        probes, self._probes = tuple(self._probes.values()), {}
        loop = asyncio.get_running_loop()
        mine = [probe for probe in probes if probe.get_loop() is loop]
        for probe in mine:
            probe.cancel()
        if mine:
            await asyncio.wait(mine)

    def _place(self, call: Call, replicas: tuple[Replica, ...], tried: frozenset[str]) -> int | None:
        now = self._clock.monotonic()
        closed = [self._breakers.waits_s(host_of(r.base_url)) > 0 or self._probing(r.base_url) for r in replicas]
        spent = [r.base_url in tried or self._load(r.base_url).rests_until > now for r in replicas]
        fresh = any(not shut and not gone for shut, gone in zip(closed, spent, strict=True))
        standings = [
            Standing(r.base_url, r.weight, load.in_flight, load.latency_s, open=not shut and not (fresh and gone))
            for r, load, shut, gone in zip(
                replicas, (self._load(r.base_url) for r in replicas), closed, spent, strict=True
            )
        ]
        return choose(standings, beginning_of(call), self._rng)

    def _load(self, base_url: str) -> _Load:
        return self._loads.setdefault(base_url, _Load())

    def _probing(self, base_url: str) -> bool:
        return host_of(base_url) in self._probes

    def _left_s(self, call: Call) -> float:
        return max(0.0, min(PROBE_S, call.deadline - self._clock.monotonic()))

    async def _probed(self, call: Call, base_url: str) -> None:
        self._start_probe(call.model, base_url)
        if probe := self._probes.get(host_of(base_url)):
            await asyncio.wait({probe}, timeout=self._left_s(call))

    def _start_probe(self, model: Model, base_url: str) -> None:
        host = host_of(base_url)
        running = self._probes.get(host)
        if running is None or running.get_loop() is not asyncio.get_running_loop():
            self._probes[host] = asyncio.create_task(self._find_out(model, base_url, host), name=f"probe of {host}")

    async def _find_out(self, model: Model, base_url: str, host: str) -> None:
        try:
            alive = await self._probe(model, base_url, PROBE_S)
        except EngineError:
            alive = False
        finally:
            self._probes.pop(host, None)
        self._breakers.probed(host, alive=alive)
