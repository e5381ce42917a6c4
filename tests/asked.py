"""An engine over HTTP for one test: what it drew out of a loopback server, and how long it wanted to sleep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from random import Random
from typing import Any

import msgspec
import pytest

from partimento.core.conversation import Conversation, Message
from partimento.core.errors import EngineError
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Engine
from partimento.testing.clock import FrozenClock
from partimento.testing.loopback import Loopback
from partimento.wire.http import HttpTransport
from verse import declare, model

REQUEST = declare()(about="rain")
PRICED = model("x", "cloud", 9, "5").prices


class Asked:
    """`made` is the engine's class; `fields` change the model it is asked for."""

    def __init__(self, made: Callable[..., Engine], server: Loopback[Any], *, key: str = "", **fields: Any) -> None:
        self.clock = FrozenClock(running=True)
        self.slept: list[float] = []
        told: dict[str, Any] = {"base_url": server.base_url, **fields}
        self.key = key
        self.model: Model = msgspec.structs.replace(model("little", "small", 4), **told)
        self.engine = made(HttpTransport(), lambda _: key, self.clock, Random(1), self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def call(self, left_s: float = 20.0, **fields: Any) -> Call:
        told = {"system": "You are a poet.", "user": "Two lines about rain.", "max_tokens": 64, **fields}
        return Call(model=self.model, request=REQUEST, deadline=self.clock.monotonic() + left_s, **told)

    def drawn(self, left_s: float = 20.0, times: int = 1, **fields: Any) -> list[str | Drafted]:
        async def draw() -> list[str | Drafted]:
            got: list[str | Drafted] = []
            for _ in range(times):
                async with aclosing(self.engine.draft(self.call(left_s, **fields))) as pieces:
                    got = [piece async for piece in pieces]
            await self.engine.close()
            return got

        return asyncio.run(draw())

    def last(self, left_s: float = 20.0, **fields: Any) -> Drafted:
        drafted = self.drawn(left_s, **fields)[-1]
        assert isinstance(drafted, Drafted)
        return drafted

    def failed(self, left_s: float = 20.0, **fields: Any) -> EngineError:
        with pytest.raises(EngineError) as raised:
            self.drawn(left_s, **fields)
        error = raised.value
        assert error.what
        assert error.why
        assert error.mend
        if self.key:
            assert self.key not in f"{error} {error!r} {error.__cause__!r}"
        return error


def talk(*messages: Message, **fields: Any) -> Conversation:
    """A conversation."""
    return Conversation(messages=messages, **fields)
