"""The two sides of the child joined: the event loop, where requests are, and the model thread, where it is computed.

A thread that fails takes the process with it: a door that answers before a dead model would be worse than none.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import traceback
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from partimento.core.errors import PartimentoError, RateLimited
from partimento.core.local import Heard, Plan
from partimento.worker.life import end, hold_to
from partimento.worker.ports import Ask, Embedded, Ended, Slot, Thought
from partimento.worker.progress import tell

if TYPE_CHECKING:
    from partimento.engines.mlx.batch import Batch
    from partimento.engines.mlx.row import Row
    from partimento.engines.mlx.texts import Texts

PROMPT_BYTES = 512 << 20
"""For computed prompts, unless the plan's memory is small or its options say `prompt_cache_mb`."""
QUEUE = 64
"""Requests that may wait, beyond those being answered, unless the plan's options say `queue`."""
EMBED_AT_ONCE = 8
OWN_BYTES = 512 << 20
"""For what is no model: libraries, the tokenizer and its grammars."""
_Command = Callable[["MlxGenerator"], None]


class MlxGenerator:
    """A `worker.ports.Generator`. `start` it, then ask it; until it is loaded, `unready` says what it is at."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._stage = "starting"
        self._asked = 0
        self._most = plan.slots + int(plan.options.get("queue", QUEUE))
        self._commands: SimpleQueue[_Command] = SimpleQueue()
        self._prompt_bytes = _prompt_bytes(plan)
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="text")
        self._batch: Batch | None = None
        self._texts: Texts

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
        with self._counted():
            row = await self._row(ask)
            try:
                self._commands.put(_join(row))
                while True:
                    said = await row.heard()
                    if isinstance(said, Exception):
                        raise said
                    yield said
                    if isinstance(said, Ended):
                        return
            finally:
                row.cancelled = True

    async def embed(self, texts: tuple[str, ...]) -> Embedded:
        """As the protocol says: the mean of the last hidden states, of length 1."""
        made: list[bytes] = []
        with self._counted():
            passages = await self._read(lambda: self._texts.passages(texts))
            for start in range(0, len(passages), EMBED_AT_ONCE):
                made += await self._done(_vectors_of(passages[start : start + EMBED_AT_ONCE]))
        return Embedded(tuple(made), sum(map(len, passages)))

    async def tokenize(self, text: str, *, special: bool) -> list[int]:
        found: list[int] = await self._read(lambda: self._texts.tokens(text, special=special))
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
            read: Future[Texts] = Future()
            read.set_result(self._texts)
            await self._done(lambda maker: maker._load_weights(read))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        if self._asked >= self._most:
            raise RateLimited("this model's queue is full", why=f"{self._asked} requests wait", retry_after_s=2.0)
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1

    async def _row(self, ask: Ask) -> Row:
        from partimento.engines.mlx.row import Row

        prepared = await self._read(lambda: self._texts.prepare(ask))
        return Row(ask, prepared, self._texts)

    async def _read(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._reading, work)

    async def _done(self, work: Callable[[MlxGenerator], Any]) -> Any:
        """The answer of the model thread, between two of its turns."""
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
            end(told, out_of_memory=_is_memory(error))

    def _awake(self) -> Batch:
        """The batch: whoever is counted among the asked keeps it from falling asleep."""
        assert self._batch is not None
        return self._batch

    def _obey(self) -> None:
        """Do what was asked meanwhile; with nothing to make, wait for it."""
        if self._batch is None or not self._batch.busy:
            self._commands.get()(self)
        while not self._commands.empty():
            self._commands.get()(self)

    def _load(self) -> None:
        self._tell("libraries")
        from partimento.engines.mlx.texts import Texts
        from partimento.engines.mlx.weights import check_folder, choose_device

        check_folder(self._plan.files.path)
        choose_device(self._plan)
        reading = self._reading.submit(Texts, self._plan.files.path, self._plan.context)
        if self._plan.device == "cpu" and self._plan.memory_bytes:
            hold_to(self._plan.memory_bytes + self._prompt_bytes + OWN_BYTES)
        self._load_weights(reading)

    def _load_weights(self, reading: Future[Texts]) -> None:
        """While the tokenizer is still read, the first time."""
        from partimento.engines.mlx.batch import Batch
        from partimento.engines.mlx.weights import load

        self._tell("weights")
        model = load(self._plan.files.path)
        self._texts = reading.result()
        self._tell("warming")
        self._batch = Batch(self._plan, model, self._texts.ends, self._prompt_bytes)
        self._stage = ""

    def _rest(self) -> None:
        from partimento.engines.mlx.weights import give_back

        batch, self._batch = self._batch, None
        if batch is not None:
            batch.close()
            del batch
        gc.collect()
        give_back()

    def _tell(self, stage: str) -> None:
        self._stage = stage
        tell(Heard(stage=stage))
        sys.stderr.flush()


def _prompt_bytes(plan: Plan) -> int:
    if told := plan.options.get("prompt_cache_mb", ""):
        return int(float(told) * (1 << 20))
    return min(PROMPT_BYTES, plan.memory_bytes // 8) if plan.memory_bytes else PROMPT_BYTES


def _vectors_of(texts: list[list[int]]) -> Callable[[MlxGenerator], list[bytes]]:
    return lambda maker: maker._awake().vectors(texts)


def _join(row: Row) -> _Command:
    return lambda maker: maker._awake().waiting.append(row)


def _answered(work: Callable[[MlxGenerator], Any], answer: Future[Any]) -> _Command:
    def command(maker: MlxGenerator) -> None:
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


def _is_memory(error: BaseException) -> bool:
    told = str(error).lower()
    return isinstance(error, MemoryError) or any(word in told for word in ("alloc", "out of memory", "oom"))
