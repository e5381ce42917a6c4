"""A memory item as pages show it: its row, and its value as the task's own output. Knows how it is read, no page."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento import plugins
from partimento.core.errors import UnknownName
from partimento.core.money import Money
from partimento.core.ports import MemoryItem
from partimento.core.task import Task
from partimento.web.titles import title_of
from partimento.web.visit import Visit


class Item(Struct, frozen=True, kw_only=True):
    """What was made, and what its owner said of it. `value` is the task's output, or plain JSON where the task has
    changed since or is gone; `task` is None then."""

    row: MemoryItem
    value: Any
    task: Task[..., Any] | None
    rating: int | None
    verified: bool
    kept: bool

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def path(self) -> str:
        """Where it is looked at."""
        return f"/items/{self.row.id}"

    @property
    def title(self) -> str:
        """What it calls itself, or what was asked for."""
        return title_of(self.row.task, self.value, self.row.prompt)

    @property
    def cost(self) -> Any:
        """US dollars, exact."""
        return Money(self.row.cost_pico).usd


def item_of(visit: Visit, name: str) -> Item:
    """The item of that id. Ids are 256 bits and stand on receipts only: who knows one was given it. Blocks; call it on
    a thread. Raises UnknownName."""
    found = visit.client.store.ask("memory_item", name)
    if not found:
        raise UnknownName("item", name[:80], (), mend="it may have been pruned; make it again in the Studio")
    *fields, rating, verified, kept = found[0]
    row = MemoryItem(**dict(zip(_COLUMNS, fields, strict=True)))
    return read_item(row, rating, bool(verified), bool(kept))


def read_item(row: MemoryItem, rating: int | None, verified: bool, kept: bool) -> Item:
    """The item of a row."""
    task = plugins.task(row.task) if row.task in plugins.task_names() else None
    value: Any
    try:
        value = msgspec.json.decode(row.value, type=task.output if task else Any)
    except msgspec.ValidationError:
        task, value = None, msgspec.json.decode(row.value)
    return Item(row=row, value=value, task=task, rating=rating, verified=verified, kept=kept)


_COLUMNS = (
    "id", "task", "task_version", "value", "prompt", "options", "model", "engine", "tier", "provider", "input_tokens",
    "output_tokens", "cost_pico", "latency_ms", "created_at", "user", "claims",
)  # fmt: skip
