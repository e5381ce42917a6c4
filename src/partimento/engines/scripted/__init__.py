"""An engine that answers from a script: for demonstrations, and for your own tests. Knows no model and no network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from partimento.core.errors import EngineFault
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted
from partimento.core.usage import Usage


class Script(Struct, frozen=True, kw_only=True):
    """One answer: these pieces, then the error, or the last word; each of them after `delay_s` seconds.

    `value` is given instead of text by engines that compose, as the rules do.
    """

    pieces: tuple[str, ...] = ()
    value: Any = None
    usage: Usage | None = Usage(input_tokens=10, output_tokens=10)
    truncated: bool = False
    error: BaseException | None = None
    delay_s: float = 0.0


Line = Script | str | BaseException


class ScriptedEngine:
    """Answers each call with the next line: a Script, a text, or an exception to raise.

    `lines` is one list for all calls, or one for each model's id; an endless iterator makes an endless demonstration.
    `calls` holds what was asked. Out of lines it raises EngineFault. `reasons` makes models unready, by id.
    """

    def __init__(
        self,
        lines: Iterable[Line] | Mapping[str, Iterable[Line]],
        *,
        name: str = "scripted",
        reasons: Mapping[str, str] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self.calls: list[Call] = []
        self.closed = False
        self._by_model: dict[str, Iterator[Line]] = {}
        self._for_all: Iterator[Line] = iter(())
        if isinstance(lines, Mapping):
            self._by_model = {model: iter(of_model) for model, of_model in lines.items()}
        else:
            self._for_all = iter(lines)
        self._reasons = dict(reasons or {})
        self._sleep = sleep

    def unready(self, model: Model, request: Any) -> str:
        return self._reasons.get(model.id, "")

    async def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        self.calls.append(call)
        script = self._next(call.model.id)
        for piece in script.pieces:
            await self._pause(script)
            yield piece
        await self._pause(script)
        if script.error is not None:
            raise script.error
        yield Drafted("".join(script.pieces), script.value, script.usage, script.truncated)

    async def close(self) -> None:
        self.closed = True

    async def _pause(self, script: Script) -> None:
        if script.delay_s:
            await self._sleep(script.delay_s)

    def _next(self, model: str) -> Script:
        line = next(self._by_model.get(model, self._for_all), None)
        if line is None:
            raise EngineFault(
                f"the script has no line left for {model}",
                why=f"this is call number {len(self.calls)}",
                mend="write one line for each call, or pass an endless iterator",
            )
        if isinstance(line, str):
            return Script(pieces=(line,))
        return line if isinstance(line, Script) else Script(error=line)
