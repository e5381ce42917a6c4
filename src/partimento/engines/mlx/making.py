"""What MLX brings to a child: when weights, tokenizer and batch are made, and how much memory they may take. Leaves
requests, and the thread on which all of it is computed, to `worker.threaded`.
"""

from __future__ import annotations

import gc
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING

from partimento.core.local import Plan
from partimento.worker.life import hold_to
from partimento.worker.making import Tell
from partimento.worker.ports import Ask

if TYPE_CHECKING:
    from partimento.engines.mlx.batch import Batch
    from partimento.engines.mlx.row import Row
    from partimento.engines.mlx.texts import Prepared, Texts

PROMPT_BYTES = 512 << 20
"""For computed prompts, unless the plan's memory is small or its options say `prompt_cache_mb`."""
OWN_BYTES = 512 << 20
"""For what is no model: libraries, the tokenizer and its grammars."""


class MlxMaking:
    """A `worker.making.Making`. Raises ValueError where the plan's options cannot be read."""

    embeds_in_line = True

    def __init__(self, plan: Plan) -> None:
        self.batch: Batch | None = None
        self.texts: Texts
        self._plan = plan
        self._prompt_bytes = _prompt_bytes(plan)
        self._reading: Future[Texts]

    def begin(self, text_thread: Executor) -> None:
        """The tokenizer is read while the weights are."""
        from partimento.engines.mlx.texts import Texts
        from partimento.engines.mlx.weights import check_folder, choose_device

        check_folder(self._plan.files.path)
        choose_device(self._plan)
        self._reading = text_thread.submit(Texts, self._plan.files.path, self._plan.context)
        if self._plan.device == "cpu" and self._plan.memory_bytes:
            hold_to(self._plan.memory_bytes + self._prompt_bytes + OWN_BYTES)

    def load(self, tell: Tell) -> None:
        from partimento.engines.mlx.batch import Batch
        from partimento.engines.mlx.weights import load

        model = load(self._plan.files.path)
        self.texts = self._reading.result()
        tell("warming")
        self.batch = Batch(self._plan, model, self.texts.ends, self._prompt_bytes)

    def rest(self) -> None:
        from partimento.engines.mlx.weights import give_back

        batch, self.batch = self.batch, None
        if batch is not None:
            batch.close()
            del batch
        gc.collect()
        give_back()

    def prepare(self, ask: Ask) -> Prepared:
        return self.texts.prepare(ask)

    def row(self, ask: Ask, prepared: Prepared) -> Row:
        from partimento.engines.mlx.row import Row

        return Row(ask, prepared, self.texts)

    def is_memory(self, error: BaseException) -> bool:
        told = str(error).lower()
        return isinstance(error, MemoryError) or any(word in told for word in ("alloc", "out of memory", "oom"))


def _prompt_bytes(plan: Plan) -> int:
    if told := plan.options.get("prompt_cache_mb", ""):
        return int(float(told) * (1 << 20))
    return min(PROMPT_BYTES, plan.memory_bytes // 8) if plan.memory_bytes else PROMPT_BYTES
