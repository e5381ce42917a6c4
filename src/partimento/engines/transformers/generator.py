"""The two sides of the child joined: the event loop, where requests are, and the model thread, where it is computed.

A thread that fails takes the process with it: a door that answers before a dead model would be worse than none. Memory
that is too small for the plan ends it too, and says so, so that the pool tries a smaller plan.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from partimento.core.errors import BadInput, PartimentoError, RateLimited
from partimento.core.local import Heard, Plan
from partimento.worker.life import end, hold_to
from partimento.worker.ports import Ask, Embedded, Ended, Slot, Thought
from partimento.worker.progress import tell

if TYPE_CHECKING:
    from partimento.engines.transformers.batch import Batch
    from partimento.engines.transformers.prompts import Prompts
    from partimento.engines.transformers.row import Row

QUEUE: Final = 64
"""Requests that may wait, beyond those being answered, unless the plan's options say `queue`."""
EMBED_AT_ONCE: Final = 8
_MEMORY: Final = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory")
_Command = Callable[["TransformersGenerator"], None]


class TransformersGenerator:
    """A `worker.ports.Generator`. `start` it, then ask it; until it is loaded, `unready` says what it is at."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._stage = "starting"
        self._asked = 0
        self._most = plan.slots + int(plan.options.get("queue", QUEUE))
        self._commands: SimpleQueue[_Command] = SimpleQueue()
        self._texts = ThreadPoolExecutor(1, thread_name_prefix="text")
        self._batch: Batch | None = None
        self._prompts: Prompts

    def start(self) -> None:
        """Begin to load."""
        threading.Thread(target=self._live, name="model", daemon=True).start()

    # ---- asked on the event loop -----------------------------------------------------------------------------------

    @property
    def adapters(self) -> tuple[str, ...]:
        return tuple(adapter.name for adapter in self._plan.files.adapters)

    def unready(self) -> str:
        return self._stage

    async def submit(self, ask: Ask) -> AsyncGenerator[str | Thought | Ended, None]:
        """As the protocol says."""
        if self._asked >= self._most:
            raise RateLimited("this model's queue is full", why=f"{self._asked} requests wait", retry_after_s=2.0)
        self._asked += 1
        row: Row | None = None
        try:
            row = await self._row(ask)
            self._commands.put(_join(row))
            while True:
                said = await row.heard()
                if isinstance(said, Exception):
                    raise said
                yield said
                if isinstance(said, Ended):
                    return
        finally:
            self._asked -= 1
            if row is not None:
                row.cancelled = True

    async def embed(self, texts: tuple[str, ...]) -> Embedded:
        """As the protocol says."""
        passages = await self._read(lambda: self._prompts.passages(texts))
        made: list[bytes] = []
        for start in range(0, len(passages), EMBED_AT_ONCE):
            made += await self._done(_vectors_of(passages[start : start + EMBED_AT_ONCE]))
        return Embedded(tuple(made), sum(map(len, passages)))

    async def tokenize(self, text: str, *, special: bool) -> list[int]:
        found: list[int] = await self._read(lambda: self._prompts.tokens(text, special=special))
        return found

    def slots(self) -> tuple[Slot, ...]:
        rows: list[Row | None] = self._batch.rows if self._batch else [None] * self._plan.slots
        return tuple(_slot(place, row) for place, row in enumerate(list(rows)))

    async def sleep(self) -> None:
        """Let the weights go, and keep the process with all that it has imported."""
        if self._asked:
            raise RateLimited("the model is at work", mend="let its answers end first", retry_after_s=1.0)
        if self._batch is not None:
            self._stage = "sleeping"
            await self._done(lambda maker: maker._rest())

    async def wake(self) -> None:
        if self._batch is None and self._stage == "sleeping":
            self._stage = "weights"
            await self._done(lambda maker: maker._load_weights())

    async def _row(self, ask: Ask) -> Row:
        from partimento.engines.transformers.row import Row

        if self._batch is not None and not self._batch.model.speaks:
            raise BadInput("this model makes no text", why="it makes vectors only", mend="ask it for embeddings")
        prepared = await self._read(lambda: self._prompts.prepare(ask))
        return Row(ask, prepared, self._prompts.decode)

    async def _read(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._texts, work)

    async def _done(self, work: Callable[[TransformersGenerator], Any]) -> Any:
        answer: Future[Any] = Future()
        self._commands.put(_answered(work, answer))
        return await asyncio.wrap_future(answer)

    # ---- the model thread ------------------------------------------------------------------------------------------

    def _live(self) -> None:
        try:
            self._load()
            while True:
                self._obey()
                if self._batch is not None:
                    self._batch.turn()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the process must not outlive it
            traceback.print_exc()
            told = str(error) if isinstance(error, PartimentoError) else f"{type(error).__name__}: {error}"
            end(told, out_of_memory=is_memory(error))

    def _obey(self) -> None:
        """Do what was asked meanwhile; with nothing to make, wait for it."""
        if self._batch is None or not self._batch.busy:
            self._commands.get()(self)
        while not self._commands.empty():
            self._commands.get()(self)

    def _load(self) -> None:
        self._tell("libraries")
        import torch

        from partimento.engines.transformers.loading import device_of

        torch.set_num_threads(self._plan.threads or _cores())
        if self._plan.memory_bytes:
            if self._plan.device == "cpu":
                hold_to(self._plan.memory_bytes)
            elif self._plan.device.startswith("cuda"):
                whole = torch.cuda.get_device_properties(device_of(self._plan)).total_memory
                torch.cuda.set_per_process_memory_fraction(min(1.0, self._plan.memory_bytes / whole))
        self._load_weights()

    def _load_weights(self) -> None:
        from partimento.engines.transformers.batch import Batch
        from partimento.engines.transformers.loading import config_of, ends_of, load
        from partimento.engines.transformers.model import Model
        from partimento.engines.transformers.prompts import Prompts

        self._tell("weights")
        config = config_of(self._plan.files.path)
        if not hasattr(self, "_prompts"):
            width = int(config.get_text_config().vocab_size)
            ends = ends_of(self._plan.files.path, config)
            self._prompts = Prompts(self._plan.files.path, self._plan.context, ends, width)
        model = Model(load(self._plan, config), self._plan.files)
        self._tell("warming")
        model.warm()
        self._batch = Batch(model, self._plan.slots)
        self._stage = ""

    def _rest(self) -> None:
        from partimento.engines.transformers.batch import give_back

        self._batch = None
        give_back()

    def _tell(self, stage: str) -> None:
        self._stage = stage
        tell(Heard(stage=stage))
        sys.stderr.flush()


def is_memory(error: BaseException) -> bool:
    """Whether it tells that memory has run out: torch says it in several ways, by device."""
    told = str(error).lower()
    return isinstance(error, MemoryError) or any(word in told for word in _MEMORY)


def _cores() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _vectors_of(texts: list[list[int]]) -> _Command:
    def command(maker: TransformersGenerator) -> Any:
        if maker._batch is None:
            raise RateLimited("the model sleeps", retry_after_s=1.0)
        return maker._batch.model.vectors(texts)

    return command


def _join(row: Row) -> _Command:
    def command(maker: TransformersGenerator) -> None:
        if maker._batch is None:
            row.say([RateLimited("the model sleeps", retry_after_s=1.0)])
        else:
            maker._batch.waiting.append(row)

    return command


def _answered(work: Callable[[TransformersGenerator], Any], answer: Future[Any]) -> _Command:
    def command(maker: TransformersGenerator) -> None:
        if not answer.set_running_or_notify_cancel():
            return
        try:
            answer.set_result(work(maker))
        except PartimentoError as error:  # any other is the thread's own end
            answer.set_exception(error)

    return command


def _slot(place: int, row: Row | None) -> Slot:
    if row is None:
        return Slot(id=place)
    return Slot(
        id=place, is_processing=True, n_prompt_tokens_processed=row.processed, n_decoded=row.decoded
    )  # fmt: skip
