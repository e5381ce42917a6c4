"""The two sides of a child joined: the event loop, where requests are, and the model thread, where it is computed.
Knows who is asked for what, how many may wait, and who went away; leaves the computing to the engine's `Making`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Final, TypeVar

from partimento.core.errors import RateLimited
from partimento.core.local import Plan
from partimento.worker.making import Batch, Making, Row
from partimento.worker.model_thread import ModelThread
from partimento.worker.ports import Ask, Embedded, Ended, Slot, Thought

QUEUE: Final = 64
"""Requests that may wait, beyond those being answered, unless the plan's options say `queue`."""
EMBED_AT_ONCE: Final = 8
Found = TypeVar("Found")


class ThreadedGenerator:
    """A `worker.ports.Generator`. `start` it, then ask it; until it is loaded, `unready` says what it is at."""

    def __init__(self, plan: Plan, making: Making) -> None:
        self._plan, self._making = plan, making
        self._asked = 0
        self._most = plan.slots + int(plan.options.get("queue", QUEUE))
        self._text_thread = ThreadPoolExecutor(1, thread_name_prefix="text")
        self._model = ModelThread(making, self._text_thread)

    def start(self) -> None:
        """Begin to load."""
        self._model.start()

    @property
    def adapters(self) -> tuple[str, ...]:
        return tuple(adapter.name for adapter in self._plan.files.adapters)

    def unready(self) -> str:
        return self._model.stage

    async def submit(self, ask: Ask) -> AsyncGenerator[str | Thought | Ended, None]:
        """As the protocol says."""
        with self._in_line():
            row = self._making.row(ask, await self._read(lambda: self._making.prepare(ask)))
            try:
                self._model.put(lambda: self._join(row))
                while True:
                    said = await row.saying.heard()
                    if isinstance(said, Exception):
                        raise said
                    yield said
                    if isinstance(said, Ended):
                        return
            finally:
                row.saying.cancelled = True

    async def embed(self, texts: tuple[str, ...]) -> Embedded:
        """As the protocol says."""
        made: list[bytes] = []
        with self._in_line() if self._making.embeds_in_line else nullcontext():
            passages = await self._read(lambda: self._making.texts.passages(texts))
            for start in range(0, len(passages), EMBED_AT_ONCE):
                made += await self._model.done(partial(self._vectors, passages[start : start + EMBED_AT_ONCE]))
        return Embedded(tuple(made), sum(map(len, passages)))

    async def tokenize(self, text: str, *, special: bool) -> list[int]:
        return await self._read(lambda: self._making.texts.tokens(text, special=special))

    def slots(self) -> tuple[Slot, ...]:
        batch = self._making.batch
        rows = list(batch.rows) if batch is not None else [None] * self._plan.slots
        return tuple(_slot(place, row) for place, row in enumerate(rows))

    async def sleep(self) -> None:
        """Let the weights go, and keep the process with all that it has imported."""
        if self._asked:
            raise RateLimited("the model is at work", mend="let its answers end first", retry_after_s=1.0)
        if self._making.batch is not None:
            self._model.stage = "sleeping"
            await self._model.done(self._making.rest)

    async def wake(self) -> None:
        if self._making.batch is None and self._model.stage == "sleeping":
            self._model.stage = "weights"
            await self._model.done(self._model.load)

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        if self._asked >= self._most:
            raise RateLimited("this model's queue is full", why=f"{self._asked} requests wait", retry_after_s=2.0)
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1

    async def _read(self, work: Callable[[], Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self._text_thread, work)

    # ---- on the model thread ---------------------------------------------------------------------------------------

    def _join(self, row: Row) -> None:
        try:
            self._awake().waiting.append(row)
        except RateLimited as error:
            row.saying.say([error])

    def _vectors(self, texts: list[list[int]]) -> list[bytes]:
        return self._awake().vectors(texts)

    def _awake(self) -> Batch:
        if self._making.batch is None:
            raise RateLimited("the model sleeps", retry_after_s=1.0)
        return self._making.batch


def _slot(place: int, row: Row | None) -> Slot:
    if row is None:
        return Slot(id=place)
    told = row.saying
    return Slot(id=place, is_processing=True, n_prompt_tokens_processed=told.processed, n_decoded=told.decoded)
