"""A local engine that is not made before it is asked: most commands never ask one, and starting up is for everybody."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any

from partimento.core.model import Model
from partimento.core.ports import Call, Drafted

if TYPE_CHECKING:
    from partimento.pool.front import LocalModels


class LaterEngine:
    """Stands for the engine of that name of the models that `local` gives."""

    keeps_time = True

    def __init__(self, name: str, local: Callable[[], LocalModels]) -> None:
        self.name, self._local = name, local

    def unready(self, model: Model, request: Any) -> str:
        return self._local().engine(self.name).unready(model, request)

    def warm(self, model: Model) -> bool:
        """Whether it is in memory, as far as we heard."""
        return self._local().engine(self.name).warm(model)

    def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        return self._local().engine(self.name).draft(call)

    async def close(self) -> None:
        """Its models are closed with the rest, where they were made."""
