"""The rules as an engine: a task's own rules draft, at no cost and offline. Knows no task; the request brings them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from partimento.core.clock import Clock
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Engine
from partimento.core.settings import Settings
from partimento.core.usage import NOTHING_USED


class RulesEngine:
    """Calls the rules of the request's task; its one Drafted carries the value, and there is no text before it."""

    name = "rules"

    def unready(self, model: Model, request: Any) -> str:
        if request is None or request.task.rules is not None:
            return ""
        return f"the task {request.task.name} has no rules; ask a model instead"

    async def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        yield Drafted(value=call.request.task.rules(call.request.inputs, call.seed or 0), usage=NOTHING_USED)

    async def close(self) -> None:
        pass


def engine(settings: Settings, clock: Clock) -> Engine:
    """The entry point."""
    return RulesEngine()
