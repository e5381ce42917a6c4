"""What PyTorch brings to a child: when weights, tokenizer and batch are made, and how much memory they may take. Leaves
requests, and the thread on which all of it is computed, to `worker.threaded`.
"""

from __future__ import annotations

import os
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Final

from partimento.core.errors import BadInput
from partimento.core.local import Plan
from partimento.worker.life import hold_to
from partimento.worker.making import Tell
from partimento.worker.ports import Ask

if TYPE_CHECKING:
    from partimento.engines.transformers.batch import Batch
    from partimento.engines.transformers.prompts import Prepared, Prompts
    from partimento.engines.transformers.row import Row

_MEMORY: Final = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory")


class TransformersMaking:
    """A `worker.making.Making`."""

    embeds_in_line = False

    def __init__(self, plan: Plan) -> None:
        self.batch: Batch | None = None
        self.texts: Prompts
        self._plan = plan

    def begin(self, text_thread: Executor) -> None:
        """The tokenizer is read by `load`: its grammars need to know how wide the logits are."""
        import torch

        from partimento.engines.transformers.loading import device_of

        torch.set_num_threads(self._plan.threads or _cores())
        if self._plan.memory_bytes:
            if self._plan.device == "cpu":
                hold_to(self._plan.memory_bytes)
            elif self._plan.device.startswith("cuda"):
                whole = torch.cuda.get_device_properties(device_of(self._plan)).total_memory
                torch.cuda.set_per_process_memory_fraction(min(1.0, self._plan.memory_bytes / whole))

    def load(self, tell: Tell) -> None:
        from partimento.engines.transformers.batch import Batch
        from partimento.engines.transformers.loading import config_of, ends_of, load
        from partimento.engines.transformers.model import Model
        from partimento.engines.transformers.prompts import Prompts

        config = config_of(self._plan.files.path)
        if not hasattr(self, "texts"):
            width = int(config.get_text_config().vocab_size)
            ends = ends_of(self._plan.files.path, config)
            self.texts = Prompts(self._plan.files.path, self._plan.context, ends, width)
        model = Model(load(self._plan, config), self._plan.files)
        tell("warming")
        model.warm()
        self.batch = Batch(model, self._plan.slots)

    def rest(self) -> None:
        from partimento.engines.transformers.batch import give_back

        self.batch = None
        give_back()

    def prepare(self, ask: Ask) -> Prepared:
        if self.batch is not None and not self.batch.model.speaks:
            raise BadInput("this model makes no text", why="it makes vectors only", mend="ask it for embeddings")
        return self.texts.prepare(ask)

    def row(self, ask: Ask, prepared: Prepared) -> Row:
        from partimento.engines.transformers.row import Row

        return Row(ask, prepared, self.texts.decode)

    def is_memory(self, error: BaseException) -> bool:
        return is_memory(error)


def is_memory(error: BaseException) -> bool:
    """Whether it tells that memory has run out: torch says it in several ways, by device."""
    told = str(error).lower()
    return isinstance(error, MemoryError) or any(word in told for word in _MEMORY)


def _cores() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
