"""An OpenAI engine for one test, asking a scripted loopback server."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from random import Random
from typing import Any

import msgspec
import pytest

from partimento.core.errors import EngineError
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted
from partimento.decoding.schema import schema_of
from partimento.engines.openai import OpenAIEngine
from partimento.testing.clock import FrozenClock
from partimento.testing.upstream import Upstream
from partimento.wire.http import HttpTransport
from verse import declare, model

VERSE = declare()
REQUEST = VERSE(about="rain")
SCHEMA = schema_of(VERSE.draft)
JSON = '{"lines": ["a", "b"]}'
SECRET = "sk-very-secret"
PRICED = model("x", "cloud", 9, "5").prices


class Asked:
    """An engine for one test: what it drew out, and how long it wanted to sleep."""

    def __init__(self, upstream: Upstream, *, key: str = "", **model_fields: Any) -> None:
        self.clock = FrozenClock(running=True)
        self.slept: list[float] = []
        fields: dict[str, Any] = {"base_url": upstream.base_url, "engine": "openai", **model_fields}
        self.model: Model = msgspec.structs.replace(model("little", "small", 4), **fields)
        self.engine = OpenAIEngine(HttpTransport(), lambda _: key, self.clock, Random(1), self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def call(self, left_s: float = 20.0, **fields: Any) -> Call:
        return Call(
            model=self.model, request=REQUEST, system="You are a poet.", user="Two lines about rain.", max_tokens=64,
            deadline=self.clock.monotonic() + left_s, **fields,
        )  # fmt: skip

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

    def told(self, left_s: float = 20.0, **fields: Any) -> Drafted:
        """The last word where nobody reads along."""
        drawn = self.drawn(left_s, stream=False, **fields)
        assert len(drawn) == 1
        assert isinstance(drawn[0], Drafted)
        return drawn[0]

    def failed(self, left_s: float = 20.0, **fields: Any) -> EngineError:
        with pytest.raises(EngineError) as raised:
            self.drawn(left_s, **fields)
        error = raised.value
        assert error.what
        assert error.why
        assert error.mend
        assert SECRET not in f"{error} {error!r} {error.__cause__!r}"
        return error
