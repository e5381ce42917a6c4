"""One item's way: its request, its maker, its content compared with what is there. Knows attempts and what an item
leads to; leaves many of them, and rows, to `fill`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import PartimentoError
from partimento.core.ports import CacheEntry, Ports
from partimento.core.request import Caller, Options, Request
from partimento.core.result import Result
from partimento.core.task import Task
from partimento.decoding.schema import encode
from partimento.library.checking import request_of
from partimento.library.job import ItemRow
from partimento.library.near import Index
from partimento.library.plan import Item, Known
from partimento.library.shelf import Shelf
from partimento.library.tokens import shingles
from partimento.pipeline.prepare import Prepared, prepare
from partimento.pipeline.redact import redact_value
from partimento.pipeline.run import make
from partimento.pipeline.together import make_together

ATTEMPTS = 4
"""Seeds tried for one item whose content is a near-duplicate."""


class Maker(Protocol):
    """Makes what is asked: one, or several that may share a call. Of several each has its own result or error."""

    async def make(self, asked: Prepared) -> Result[Any]: ...

    async def make_together(self, asked: Sequence[Prepared]) -> Sequence[Result[Any] | PartimentoError]: ...

    def together(self, task: Task[..., Any]) -> int:
        """How many requests of that task may share a call; 1: none."""
        ...


class PipelineMaker:
    """The way through, for one job: its ports hold the job's cap."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def make(self, asked: Prepared) -> Result[Any]:
        return await make(asked, self._ports)

    async def make_together(self, asked: Sequence[Prepared]) -> Sequence[Result[Any] | PartimentoError]:
        return await make_together(asked, self._ports)

    def together(self, task: Task[..., Any]) -> int:
        return task.together


class Asked(Struct, frozen=True):
    """An item with its request made ready. `key`: the hex of its fingerprint."""

    item: Item
    ready: Prepared

    @property
    def key(self) -> str:
        return self.ready.key.hex()


def asked(item: Item, known: Known, caller: Caller, ports: Ports) -> Asked:
    """Its request, for everybody to be served. Raises BadInput, UnknownName."""
    return Asked(item, prepare(request_of(item, known).with_(caller=caller), ports))


def settled(
    of: Asked, job: str, now: float, *, state: Any, memory_id: str = "", error: str = "", attempts: int = 1
) -> ItemRow:
    """The row of an item that came to something."""
    inputs = of.ready.request.inputs
    fields, _ = _clean(of.item.fields, of.ready.request.caller)
    return ItemRow(
        job=job, position=of.item.position, item_key=of.key, state=state, memory_id=memory_id, task=of.item.task,
        genre=_word(inputs, "genre"), music_key=_word(inputs, "key"), level=_word(inputs, "level"),
        kind=_word(inputs, "kind"), topic=_word(inputs, "topic")[:200], space=of.item.space,
        fields=encode(fields).decode(), options=encode(of.ready.request.options).decode(), error=error[:1000],
        attempts=attempts, settled_at=now,
    )  # fmt: skip


def refused(item: Item, job: str, now: float, error: PartimentoError) -> ItemRow:
    """The row of an item that its task does not take: what does not go together."""
    fields, _ = _clean(item.fields, Caller())
    words = {name: str(fields.get(name, "")) for name in ("genre", "level", "kind")}
    return ItemRow(
        job=job, position=item.position, item_key="", state="skipped", memory_id="", task=item.task,
        music_key=str(fields.get("key", "")), topic=str(fields.get("topic", ""))[:200], space=item.space,
        fields=encode(fields).decode(), options="{}", error=str(error)[:1000], attempts=1, settled_at=now, **words,
    )  # fmt: skip


def entries_of(request: Request[Any], memory_id: str, ports: Ports) -> tuple[CacheEntry, ...]:
    """Where it is to be found: asked for as it was made, by the same model with any seed, and without a word of how."""
    ways = (request.options, replace(request.options, seed=None), Options())
    keys = dict.fromkeys(prepare(request.with_(options=way), ports).key for way in ways)
    return tuple(CacheEntry(key, "", memory_id, None) for key in keys)


def _clean(fields: dict[str, Any], caller: Caller) -> tuple[dict[str, Any], bool]:
    taken = redact_value(fields, caller.names)
    return taken.value, bool(taken.values)


def _word(inputs: Any, name: str) -> str:
    value = getattr(inputs, name, None)
    return "" if value is None else str(value)


class Bookkeeper:
    """Which content is there already, space by space: read from the shelf when a space is first entered. `job`: whose
    items are settled; that another job has the very same item is no reason against it."""

    def __init__(self, shelf: Shelf, job: str = "") -> None:
        self._shelf, self._job, self._index = shelf, job, Index()
        self._entered: set[str] = set()
        self._ours: set[str] = set()

    def alike(self, space: str, memory_id: str, value: Any, key: str) -> str:
        """The memory id of a near-duplicate in that space, else "" and from now on it is there itself."""
        if space not in self._entered:
            self._enter(space)
        members = shingles(value, key or None)
        near = self._index.nearest(space, members)
        if near is None:
            self._index.add(space, memory_id, members)
        elif near.name != memory_id or memory_id in self._ours:
            return near.name
        self._ours.add(memory_id)
        return ""

    def _enter(self, space: str) -> None:
        self._entered.add(space)
        for job, memory_id, key, value in self._shelf.values(space):
            self._index.add(space, memory_id, shingles(msgspec.json.decode(value), key or None))
            if job == self._job:
                self._ours.add(memory_id)
