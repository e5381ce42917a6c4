"""The texts being made together, on mlx_lm's BatchGenerator: who joins, what each token means, who leaves. Knows
adapters and kept prompts; all of it on the model thread, one turn at a time.
"""

from __future__ import annotations

from typing import Any

import mlx.core as mx
from mlx_lm.generate import BatchGenerator

from partimento.core.local import Plan
from partimento.engines.mlx.adapters import Adapters
from partimento.engines.mlx.prompts import Prompts
from partimento.engines.mlx.row import Row
from partimento.engines.mlx.sampling import greedy, penalties_of, sampler_of
from partimento.engines.mlx.waiting import admitted
from partimento.engines.mlx.weights import liked, vectors
from partimento.worker.grammars import strayed
from partimento.worker.ports import Ended

PREFILL_TOKENS = 512
"""Of a prompt, at a time: the texts beside it wait so long for their next token."""


class Batch:
    """One model with all that is made of it. `rows` by slot; None: free."""

    def __init__(self, plan: Plan, model: Any, ends: set[int], prompt_bytes: int) -> None:
        self.rows: list[Row | None] = [None] * plan.slots
        self.waiting: list[Row] = []
        self._model = model
        self._adapters = Adapters(self._model, plan.files.adapters)
        self._liked = liked(plan.files.path)
        self._prompts = Prompts(prompt_bytes)
        self._active: dict[int, Row] = {}
        self._generator: Any = BatchGenerator(
            self._model, stop_tokens=[[end] for end in sorted(ends)], sampler=greedy,
            completion_batch_size=plan.slots, prefill_batch_size=min(plan.slots, 4), prefill_step_size=PREFILL_TOKENS,
        )  # fmt: skip
        self._warm(sorted(ends)[:1] or [0])

    @property
    def busy(self) -> bool:
        return bool(self._active or self.waiting)

    def turn(self) -> None:
        """Let those who may begin, make a token for each, let those who are done go."""
        for row in [row for row in self.waiting if row.saying.cancelled]:
            self.waiting.remove(row)
        self._leave([uid for uid, row in self._active.items() if row.saying.cancelled])
        self._admit()
        if self._active:
            self._step()

    def vectors(self, texts: list[list[int]]) -> list[bytes]:
        """Of texts, by the model as it came: while texts are made with an adapter it is off for this moment only."""
        on = self._adapters.on
        self._adapters.switch("")
        try:
            with mx.stream(self._generator.stream):
                return vectors(self._model, texts)
        finally:
            self._adapters.switch(on)

    def close(self) -> None:
        """Give the weights back."""
        self._prompts.clear()
        self._generator.close()

    def _admit(self) -> None:
        wants = [row.ask.adapter for row in self.waiting]
        places = admitted(wants, self._adapters.on, len(self._active), len(self.rows))
        begun = [self.waiting[place] for place in places]
        if begun and not self._active:
            self._adapters.switch(begun[0].ask.adapter)
        for row in begun:
            self.waiting.remove(row)
            self._begin(row)

    def _begin(self, row: Row) -> None:
        layers, row.saying.cached = self._prompts.begun(row.ask.adapter, row.prompt)
        row.saying.processed = cached = row.saying.cached
        biases = penalties_of(row.ask.sampling, len(row.prompt))
        if row.constraint is not None:
            biases.append(row.constraint)
        (uid,) = self._generator.insert(
            [row.prompt[cached:]],
            max_tokens=[row.most_new],
            caches=[layers],
            all_tokens=[row.prompt[:cached]],
            samplers=[sampler_of(row.ask.sampling, self._liked)],
            logits_processors=[biases],
        )
        row.slot = self.rows.index(None)
        self.rows[row.slot] = row
        self._active[uid] = row

    def _step(self) -> None:
        prompts, tokens = self._generator.next()
        for progress in prompts:
            saying = self._active[progress.uid].saying
            saying.processed = saying.cached + progress.progress[0]
        for made in tokens:
            row = self._active[made.uid]
            if row.constraint is not None and row.constraint.error:
                row.saying.say([strayed(row.constraint.error)])
                self._leave([made.uid], begun=made.finish_reason is None)
                continue
            said = row.take(made.token, made.finish_reason)
            if said:
                row.saying.say(said)
            if said and isinstance(said[-1], Ended):
                self._end(made, row)

    def _end(self, made: Any, row: Row) -> None:
        if made.finish_reason is not None:
            layers, tokens = made.prompt_cache, made.all_tokens
        else:  # a stop of the caller's, of which mlx_lm knows nothing
            layers, tokens = self._generator.extract_cache([made.uid])[made.uid]
        mx.eval([layer.state for layer in layers])  # else the whole batch's arrays would stay with it
        self._prompts.keep(row.ask.adapter, list(tokens), layers)
        self._leave([made.uid], begun=made.finish_reason is None)

    def _leave(self, uids: list[int], *, begun: bool = True) -> None:
        """Free their slots; `begun`: mlx_lm still has them."""
        if begun and uids:
            self._generator.remove(uids)
        for uid in uids:
            row = self._active.pop(uid)
            self.rows[row.slot] = None

    def _warm(self, prompt: list[int]) -> None:
        """One token, so that the first caller does not wait for what is set up lazily."""
        self._generator.insert([prompt], max_tokens=[1])
        while not self._generator.next()[1]:
            pass
