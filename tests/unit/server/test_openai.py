"""Chat completions as a stream: what breaks it is told within it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator

import pytest

from partimento.core.errors import EngineFault
from partimento.core.result import Delta
from partimento.server.asked import Turn
from partimento.server.openai import _chunks


@pytest.mark.parametrize(
    ("failure", "said"),
    [(EngineFault("the model broke off"), "the model broke off"), (ZeroDivisionError("a prompt"), "unexpected")],
)
def test_whatever_breaks_a_stream_is_its_last_event(failure: Exception, said: str) -> None:
    async def breaking() -> AsyncGenerator[Delta | Turn, None]:
        yield Delta("Dm7", "little")
        raise failure

    async def gathered() -> bytes:
        pieces = breaking()
        chunks = _chunks(await anext(pieces), pieces, usage=False, where="/v1/chat/completions")
        return b"".join([chunk async for chunk in chunks])

    told = asyncio.run(gathered())
    role, text, error = (json.loads(event.removeprefix("data: ")) for event in told.decode().strip().split("\n\n"))
    assert role["choices"][0]["delta"]["role"] == "assistant"
    assert text["choices"][0]["delta"]["content"] == "Dm7"
    assert said in error["error"]["message"]
    assert error["error"]["type"] == "server_error"
    assert "a prompt" not in told.decode()
