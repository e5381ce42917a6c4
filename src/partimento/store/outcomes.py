"""What drafts came to, read back for the route. Knows how old that may be; leaves what follows from it to the route."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from partimento.core.errors import StoreError
from partimento.core.ports import Tally

_log = logging.getLogger(__name__)

READ_AGAIN_S: Final = 2.0
"""How old the tallies may get; so long it takes until one process knows what another one has seen."""


class KeptOutcomes:
    """The Outcomes port on a store's table. `read` is the store's own: named questions, asked by coroutines."""

    def __init__(self, read: Callable[[str], Awaitable[list[Any]]]) -> None:
        self._read = read
        self._rows: list[Any] = []
        self._tallies: tuple[Tally, ...] = ()
        self._read_at: float | None = None

    async def tallies(self, now: float) -> Sequence[Tally]:
        """All tallies; the same object until there is news. Where the store cannot be read, what was known before."""
        if self._read_at is None or not 0 <= now - self._read_at < READ_AGAIN_S:
            self._read_at = now  # before the answer is there: one reader at a time is enough
            try:
                rows = await self._read("tallies")
            except StoreError as error:
                _log.warning("the route goes on without news of outcomes: %s", error)
            else:
                if rows != self._rows:
                    self._rows, self._tallies = rows, tuple(Tally(*row) for row in rows)
        return self._tallies
