"""The texts being made together: who begins, one token for each at every turn, who leaves. Knows rows, caches and
memory; all of it on the model thread.

A prompt is read alone, in pieces between the others' tokens; then its row joins those with the same adapters on.
"""

from __future__ import annotations

import gc
from typing import Any

import torch
from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.engines.transformers.adapters import On
from partimento.engines.transformers.cache import fresh, join, joinable, keep
from partimento.engines.transformers.model import Model
from partimento.engines.transformers.row import Row
from partimento.engines.transformers.sampling import Dice, choose
from partimento.worker.ports import Ended
from partimento.worker.saying import Said


class Made(Struct, eq=False):
    """A row with what the model thread keeps of it. `held`: tokens in the cache; `token`: the one to go in next."""

    row: Row
    dice: Dice
    held: int
    token: int = 0


class Together(Struct, eq=False):
    """Rows in one cache, in the cache's order."""

    on: On
    cache: Any
    made: list[Made]


class Reading(Struct, eq=False):
    """A prompt being read."""

    row: Row
    on: On
    cache: Any
    start: int = 0


class Batch:
    """One model with all that is made of it. `rows` by slot; None: free."""

    def __init__(self, model: Model, slots: int) -> None:
        self.model = model
        self.rows: list[Row | None] = [None] * slots
        self.waiting: list[Row] = []
        self._reading: Reading | None = None
        self._together: list[Together] = []
        self._full = False
        """Memory was too small for one more: the next waits until another has left."""

    @property
    def busy(self) -> bool:
        return bool(self._together or self.waiting or self._reading)

    def turn(self) -> None:
        """Let those who may begin, make a token for each, let those who are done go. Raises torch's errors of memory
        where there is none to be waited for.
        """
        with torch.inference_mode():
            self._forget()
            if self._reading is None:
                self._admit()
            if self._reading is not None:
                self._read(self._reading)
            for some in list(self._together):
                self._step(some)

    def vectors(self, texts: list[list[int]]) -> list[bytes]:
        """Of texts, as `Model.vectors` makes them."""
        return self.model.vectors(texts)

    def _forget(self) -> None:
        for row in [row for row in self.waiting if row.saying.cancelled]:
            self.waiting.remove(row)
        if self._reading is not None and self._reading.row.saying.cancelled:
            self._free(self._reading.row)
            self._reading = None
        for some in list(self._together):
            self._leave(some, [made for made in some.made if made.row.saying.cancelled])

    def _admit(self) -> None:
        busy = any(self.rows)
        if not self.waiting or None not in self.rows or (busy and (self._full or self.model.alone)):
            return
        row = self.waiting.pop(0)
        try:
            on = self.model.adapters.needed(row.ask.adapter, row.prepared.media)
        except PartimentoError as error:
            row.saying.say([error])
            return
        row.slot = self.rows.index(None)
        self.rows[row.slot] = row
        self._reading = Reading(row, on, fresh(self.model.config))

    def _read(self, reading: Reading) -> None:
        row = reading.row
        self.model.adapters.switch(reading.on)
        try:
            logits, reading.start = self.model.read(row.prepared.inputs, reading.start, reading.cache)
        except torch.OutOfMemoryError:
            if not self._together:
                raise
            self._put_back(row)
            return
        row.saying.processed = reading.start
        if logits is None:
            return
        self._reading = None
        made = Made(row, Dice(row.ask.sampling, self.model.taste, logits.shape[-1], logits.device), reading.start)
        some = Together(reading.on, reading.cache, [made])
        self._together.append(some)
        self._choose(some, logits)
        if some.made:
            self._join(some)

    def _put_back(self, row: Row) -> None:
        """To the head of those who wait."""
        self._free(row)
        self._reading, self._full, row.saying.processed = None, True, 0
        self.waiting.insert(0, row)
        give_back()

    def _join(self, some: Together) -> None:
        others = next((one for one in self._together if one is not some and one.on == some.on), None)
        if others is None or self.model.alone or not joinable(some.cache):
            return
        join(others.cache, some.cache)
        others.made += some.made
        self._together.remove(some)

    def _step(self, some: Together) -> None:
        self.model.adapters.switch(some.on)
        logits = self.model.next([made.token for made in some.made], [made.held for made in some.made], some.cache)
        for made in some.made:
            made.held += 1
        self._choose(some, logits)

    def _choose(self, some: Together, logits: torch.Tensor) -> None:
        masks = [_mask(made.row) for made in some.made]
        allowed = [None if isinstance(mask, PartimentoError) else mask for mask in masks]
        tokens = choose(logits, [made.dice for made in some.made], allowed)
        gone: list[Made] = []
        for made, token, mask in zip(some.made, tokens, masks, strict=True):
            made.token = token
            said: list[Said] = [mask] if isinstance(mask, PartimentoError) else _taken(made.row, token)
            if said:
                made.row.saying.say(said)
            if said and isinstance(said[-1], Ended | Exception):
                gone.append(made)
        self._leave(some, gone)

    def _leave(self, some: Together, gone: list[Made]) -> None:
        if not gone:
            return
        stay = [place for place, made in enumerate(some.made) if made not in gone]
        for made in gone:
            self._free(made.row)
        self._full = False
        if not stay:
            self._together.remove(some)
            return
        some.made = [some.made[place] for place in stay]
        keep(some.cache, stay, some.cache.get_seq_length() - max(made.held for made in some.made))

    def _free(self, row: Row) -> None:
        self.rows[row.slot] = None


def _mask(row: Row) -> torch.Tensor | PartimentoError | None:
    """What stands in for it is its own affair: the other texts know nothing of it."""
    if not row.constrained or row.prepared.constraint is None:
        return None
    try:
        return row.prepared.constraint.mask()
    except PartimentoError as error:
        return error


def _taken(row: Row, token: int) -> list[Said]:
    try:
        return row.take(token)
    except PartimentoError as error:
        return [error]


def give_back() -> None:
    """Return to the device what torch keeps for later."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()
